"""Sections and students of the neighboring agency: in the ODS alone, as its extract is not ours."""

from dataclasses import replace

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.catalogue import NEIGHBOR
from edfi_audit.sandbox.world.defects import strays
from edfi_audit.sandbox.world.defects.newcomers import associate, enroll_abroad, state
from edfi_audit.sandbox.world.defects.stage import ASSOCIATIONS, Stage
from edfi_audit.sandbox.world.derive import Class, Link
from edfi_audit.sandbox.world.derive.keys import key_of
from edfi_audit.sandbox.world.programs import program_type

__all__ = ["neighbor_program", "pupil", "section", "teacher"]

_SECTIONS, _STAFF = "sections", "staffSectionAssociations"


def section(stage: Stage, number: str) -> Class:
    """A new section of an ordinary course at the neighbor's high school, without a teacher yet."""
    model = next(
        lesson
        for lesson in stage.world.neighbor.classes
        if lesson.kind == "high" and lesson.link is not None and not lesson.course["cte"]
    )
    if model.link is None:
        raise LookupError("the section is not sent")
    identifier = f"{model.key['localCourseCode']}-{number}"
    made = strays.copy(stage, _SECTIONS, model.link.record, sectionIdentifier=identifier)
    made.pop("programs", None)
    link = Link(_SECTIONS, key_of(_SECTIONS, made), model.school_id, model.section, made)
    return replace(model, link=link, staff=[], students=[], resolved=[])


def teacher(stage: Stage, lesson: Class, *, employed_at: int | None) -> None:
    """A Teacher of Record for the section, assigned to that school or to none."""
    number = f"{stage.rng.randrange(10**9, 10**10)}"
    names = {"firstName": f"Teacher {number[:6]}", "lastSurname": "Synthetic"}
    strays.record(stage, "staffs", {"staffUniqueId": number, **names})
    content = {
        "beginDate": lesson.session.begin.isoformat(),
        "sectionReference": dict(lesson.key),
        "staffReference": {"staffUniqueId": number},
        "classroomPositionDescriptor": stage.year.state.teacher_of_record,
        "endDate": lesson.session.end.isoformat(),
    }
    strays.record(stage, _STAFF, content)
    if employed_at is None:
        return
    assignment = {
        "staffReference": {"staffUniqueId": number},
        "schoolReference": {"schoolId": employed_at},
        "programAssignmentDescriptor": stage.year.uri("ProgramAssignment", "Regular Education"),
        "schoolYearTypeReference": {"schoolYear": stage.year.end},
    }
    strays.record(stage, "staffSchoolAssociations", assignment)


def neighbor_program(stage: Stage, kind: str) -> Row:
    """A program of the neighbor, as its SIS would have it; career types as the year has them."""
    wanted = stage.year.uri("ProgramType", program_type(kind, stage.year.end))
    record = next(
        one
        for one in stage.world.neighbor.ods["programs"]
        if one["programTypeDescriptor"] == wanted
    )
    code = program_type(kind, stage.year.end)
    return {
        "name": record["programName"],
        "programType": code,
        "edOrgID": str(NEIGHBOR.lea_id),
    }


def pupil(stage: Stage, lesson: Class, program: Row | None = None) -> Link:
    """A student of the section for its session, graded when it is over; `program` is stated."""
    number, session = f"{stage.rng.randrange(10**9, 10**10)}", lesson.session
    names = {"firstName": f"Student {number[:6]}", "lastSurname": "Synthetic"}
    born = f"{stage.year.end - 16}-01-01"
    strays.record(stage, "students", {"studentUniqueId": number, **names, "birthDate": born})
    enroll_abroad(stage, number, lesson.school_id, session.begin, session.end)
    made = strays.association(stage, lesson, number)
    link = Link(ASSOCIATIONS, key_of(ASSOCIATIONS, made), lesson.school_id, {}, made)
    if stage.is_over(lesson):
        strays.grade(stage, lesson, made)
    if program is not None:
        state(stage, link, program)
        associate(stage, number, program, NEIGHBOR.lea_id)
    return link
