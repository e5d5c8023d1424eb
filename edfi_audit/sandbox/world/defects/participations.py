"""CTE-007, 008, 012, 013, 015 … 018: programs of sections and of students."""

from copy import deepcopy

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.catalogue import NEIGHBOR
from edfi_audit.sandbox.world.defects import abroad, strays
from edfi_audit.sandbox.world.defects.newcomers import (
    associate,
    attend,
    participant,
    program_of,
    state,
)
from edfi_audit.sandbox.world.defects.stage import Stage
from edfi_audit.sandbox.world.derive import Class, Link
from edfi_audit.sandbox.world.derive.keys import key_of
from edfi_audit.sandbox.world.programs import program_type

__all__ = [
    "for_everyone",
    "on_section_alone",
    "stated_differently",
    "stated_twice",
    "status_without_certificate",
    "taught_from_outside",
    "too_young_for_dual",
    "without_program_association",
]

_CAREER = "studentCTEProgramAssociations"
_MANY = 10
_STATUS = "certificatedProgramStatusDescriptor"


def on_section_alone(stage: Stage) -> None:
    """CTE-007. The section states a career program, and none of its students does."""
    for place in range(stage.count(2, 5)):
        _state_on_section(stage, _take_ordinary(stage), "WBL", in_core=bool(place % 2))
    lesson = _take_ordinary(stage)
    _state_on_section(stage, lesson, "WL", in_core=True)
    stage.near_miss("CTE-007", lesson.key, "a World Language Program")


def _take_ordinary(stage: Stage) -> Class:
    lesson = stage.ordinary("high")[0]
    stage.take(lesson)
    return lesson


def _state_on_section(stage: Stage, lesson: Class, kind: str, *, in_core: bool) -> None:
    """Puts a program on the /sections record, in the core or in the extension."""
    if lesson.link is None:
        raise LookupError("the section is not sent")
    state(stage, lesson.link, program_of(stage, kind), "core" if in_core else "_ext")
    if kind != "WL":
        stage.find("CTE-007", lesson.key, "warning", resource="sections")


def for_everyone(stage: Stage) -> None:
    """CTE-008. The career program of a section is stated for all of its ten students."""
    program = abroad.neighbor_program(stage, "WBL")
    groups = (
        (_MANY, _MANY, None),
        (_MANY - 1, _MANY - 1, "nine students"),
        (_MANY, _MANY - 1, "one of ten does not take part"),
    )
    for place, (students, participants, why) in enumerate(groups):
        lesson = abroad.section(stage, f"8{place}")
        abroad.teacher(stage, lesson, employed_at=lesson.school_id)
        for seat in range(students):
            abroad.pupil(stage, lesson, program if seat < participants else None)
        if why is None:
            stage.find("CTE-008", lesson.key, "info", resource="sections")
        else:
            stage.near_miss("CTE-008", lesson.key, why)


def taught_from_outside(stage: Stage) -> None:
    """CTE-012. The college's teacher is named, who has no school in the district."""
    dual, schools = abroad.neighbor_program(stage, "Dual"), NEIGHBOR.schools
    for place in range(stage.count(1, 3)):
        lesson = abroad.section(stage, f"7{place}")
        abroad.teacher(stage, lesson, employed_at=lesson.school_id)
        abroad.teacher(stage, lesson, employed_at=None)
        stage.find("CTE-012", abroad.pupil(stage, lesson, dual), "warning")
        _demote_last(stage)
    lesson = abroad.section(stage, "79")
    abroad.teacher(stage, lesson, employed_at=schools[0].school_id)
    link = abroad.pupil(stage, lesson, dual)
    stage.near_miss("CTE-012", link, "a teacher of the district's other school")


def _demote_last(stage: Stage) -> None:
    """The second teacher only assists, so that one is of record."""
    second = stage.world.ods["staffSectionAssociations"][-1]
    assistant = stage.year.state.position("C")
    second["classroomPositionDescriptor"] = assistant


def too_young_for_dual(stage: Stage) -> None:
    """CTE-013. An eighth grader in dual enrolment; a ninth grader may."""
    lessons, dual = stage.ordinary("charter"), program_of(stage, "Dual")
    for place in range(stage.count(2, 5)):
        grade = "08" if place else "09"
        link = attend(stage, lessons[place % len(lessons)], grade)
        stage.take(stage.lesson_of[id(link)])
        state(stage, link, dual, "core")
        associate(stage, link.key["studentUniqueId"], dual)
        if place == 0:
            stage.near_miss("CTE-013", link, "grade 9")
        else:
            stage.find("CTE-013", link, "warning")


def status_without_certificate(stage: Stage) -> None:
    """CTE-015. A certificate's status in a program that certifies nothing, core or extension."""
    right = stage.year.uri("ProgramType", program_type("IRC", stage.year.end))
    given = stage.year.uri("CertificatedProgramStatus", "A")
    wrong = [one for one in stage.world.ods[_CAREER] if _type_of(one) != right]
    for place, one in enumerate(stage.rng.sample(wrong, stage.count(2, 9))):
        holder = one.setdefault("_ext", {}).setdefault("wi", {}) if place % 2 else one
        holder[_STATUS] = given
        stage.find("CTE-015", key_of(_CAREER, one), "error", resource=_CAREER)
    lawful = next(one for one in stage.world.ods[_CAREER] if _type_of(one) == right)
    lawful[_STATUS] = given
    stage.near_miss("CTE-015", key_of(_CAREER, lawful), "a certified program")


def _type_of(association: Row) -> str:
    found: str = association["programReference"]["programTypeDescriptor"]
    return found


def without_program_association(stage: Stage) -> None:
    """CTE-016. The student is in the program by the section alone."""
    for _ in range(stage.count(1, 8)):
        link = participant(stage)
        stage.drop(_association_of(stage, link))
        stage.find("CTE-016", link, "info")
    stage.near_miss("CTE-016", participant(stage), "the program association is there")


def _association_of(stage: Stage, link: Link) -> Row:
    own = link.key["studentUniqueId"]
    return next(
        one for one in stage.world.ods[_CAREER] if one["studentReference"]["studentUniqueId"] == own
    )


def stated_twice(stage: Stage) -> None:
    """CTE-017. One program twice in one list; once in each list is another matter."""
    for _ in range(stage.count(1, 5)):
        link = participant(stage)
        stated = link.record["_ext"]["wi"]["programs"]
        stated.append(deepcopy(stated[0]))
        stage.find("CTE-017", link, "warning")
    link = participant(stage)
    link.record["programs"] = deepcopy(link.record["_ext"]["wi"]["programs"])
    stage.near_miss("CTE-017", link, "once in each list")


def stated_differently(stage: Stage) -> None:
    """CTE-018. The same program in both lists, by another type in each."""
    twin = program_of(stage, "WBL") | {"programType": program_type("IRC", stage.year.end)}
    for place in range(stage.count(1, 5)):
        link = participant(stage)
        reference = state(stage, link, twin, "core")
        associate(stage, link.key["studentUniqueId"], twin)
        if place == 0:
            _list(stage, reference)
        for _ in ("core", "_ext"):
            stage.find("CTE-018", link, "warning")
    same = participant(stage)
    same.record["programs"] = deepcopy(same.record["_ext"]["wi"]["programs"])
    stage.near_miss("CTE-018", same, "the same type in both lists")


def _list(stage: Stage, reference: Row) -> None:
    """Enters the program of the other type into /programs."""
    content = {
        "programName": reference["programName"],
        "programTypeDescriptor": reference["programTypeDescriptor"],
        "educationOrganizationReference": {
            "educationOrganizationId": reference["educationOrganizationId"]
        },
        "programId": "98",
    }
    strays.record(stage, "programs", content)
