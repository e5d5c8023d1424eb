"""SSA-010 and CTE-001 … 006, 009 … 011: programs on student section associations."""

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.catalogue import LEA_ID
from edfi_audit.sandbox.world.defects import strays
from edfi_audit.sandbox.world.defects.stage import Stage
from edfi_audit.sandbox.world.defects.teachers import demote, unstaff
from edfi_audit.sandbox.world.derive import Class, Link
from edfi_audit.sandbox.world.derive.keys import key_of

__all__ = [
    "forbidden_type",
    "forgotten_on_return",
    "no_agency",
    "no_name",
    "no_type",
    "not_listed",
    "participant_without_program",
    "unknown_type",
    "unstaffed_dual",
    "untaught_dual",
]

_IRC_FROM, _BOTH = 2025, 2024
_TYPELESS = "Youth Apprenticeship"


def _career(lesson: Class, link: Link) -> bool:
    """A participant of a career course."""
    return bool(lesson.course["cte"]) and _states_program(lesson, link)


def _other(lesson: Class, link: Link) -> bool:
    """A participant of a dual or language course."""
    return not lesson.course["cte"] and _states_program(lesson, link)


def _states_program(lesson: Class, link: Link) -> bool:
    """Whether there is a program, and no second association that would have to repeat it."""
    return bool(Stage.programs(link)) and len(Stage.of_student(lesson, link)) == 1


def no_agency(stage: Stage) -> None:
    """SSA-010."""
    for link in stage.students(stage.count(1, 5), _other):
        del stage.programs(link)[0]["educationOrganizationId"]
        stage.find("SSA-010", link, "error")


def no_type(stage: Stage) -> None:
    """CTE-001. A program has no type in the SIS, so neither /programs nor its participants have.

    Another statement has lost its type on the way.
    """
    program = stage.campus.add("program", name=_TYPELESS, edOrgID=str(LEA_ID))
    content = {
        "programName": _TYPELESS,
        "educationOrganizationReference": {"educationOrganizationId": LEA_ID},
        "programId": program["programID"],
    }
    made = strays.record(stage, "programs", content)
    stage.find("CTE-001", key_of("programs", made), "error", resource="programs")
    for link in stage.students(stage.count(1, 7), _career):
        _participation(stage, link)["programID"] = program["programID"]
        reference = stage.programs(link)[0]
        reference["programName"] = _TYPELESS
        del reference["programTypeDescriptor"]
        stage.find("CTE-001", link, "error")
        stage.find("CTE-006", link, "warning", planted=False)
    for link in stage.students(stage.count(1, 4), _other):
        del stage.programs(link)[0]["programTypeDescriptor"]
        stage.find("CTE-001", link, "error")


def _participation(stage: Stage, link: Link) -> Row:
    own = link.source["personID"], link.source["sectionID"]
    return next(
        row
        for row in stage.campus["programParticipation"]
        if (row["personID"], row["sectionID"]) == own
    )


def no_name(stage: Stage) -> None:
    """CTE-002."""
    for link in stage.students(stage.count(1, 4), _other):
        del stage.programs(link)[0]["programName"]
        stage.find("CTE-002", link, "error")


def unknown_type(stage: Stage) -> None:
    """CTE-003. Ed-Fi's own namespace: no Wisconsin type, and so not in /programs either."""
    for link in stage.students(stage.count(1, 4), _other):
        reference = stage.programs(link)[0]
        code = reference["programTypeDescriptor"].partition("#")[2]
        reference["programTypeDescriptor"] = f"uri://ed-fi.org/ProgramTypeDescriptor#{code}"
        stage.find("CTE-003", link, "error")
        stage.find("CTE-005", link, "error", planted=False)


def forbidden_type(stage: Stage) -> None:
    """CTE-004. A type of other years: Certified from 2025 on, IRC until 2024 (2024: a remark)."""
    year = stage.year.end
    code = "Certified" if year >= _IRC_FROM else "IRC"
    for link in stage.students(stage.count(1, 6), _other):
        stage.programs(link)[0]["programTypeDescriptor"] = stage.year.uri("ProgramType", code)
        stage.find("CTE-004", link, "info" if year == _BOTH else "error")
        stage.find("CTE-005", link, "error", planted=False)


def not_listed(stage: Stage) -> None:
    """CTE-005. The name is written otherwise than in /programs."""
    for link in stage.students(stage.count(1, 5), _other):
        stage.programs(link)[0]["programName"] += " "
        stage.find("CTE-005", link, "error")


def participant_without_program(stage: Stage) -> None:
    """CTE-006. The SIS says that the student takes part; the association does not."""
    for link in stage.students(stage.count(2, 18), _career):
        _forget(link)
        stage.find("CTE-006", link, "warning")


def _forget(link: Link) -> None:
    link.record.pop("programs", None)
    link.record.pop("_ext", None)


def forgotten_on_return(stage: Stage) -> None:
    """CTE-009. Participation was ended when the student left, and not begun again."""
    for first, second in stage.pairs(stage.count(1, 3), with_programs=True):
        _participation(stage, first)["endDate"] = first.source["endDate"]
        _forget(second)
        stage.find("CTE-009", second, "error")


def _dual_groups(stage: Stage, number: int) -> list[list[Class]]:
    groups = stage.sections(
        number,
        lambda group: (
            group[0].course["number"][:4] == "CAPP"
            and bool(group[0].students)
            and stage.is_whole(group[0])
        ),
    )
    for lesson in (lesson for group in groups for lesson in group):
        stage.seal(lesson)
    return groups


def unstaffed_dual(stage: Stage) -> None:
    """CTE-010. The college teaches, and no local teacher is named."""
    for group in _dual_groups(stage, stage.count(1, 2)):
        unstaff(stage, group)
        for lesson in group:
            severity = stage.staffing_severity(lesson)
            stage.find("TOR-001", lesson.key, severity, planted=False, resource="sections")
            for link in lesson.students:
                stage.find("CTE-010", link, "error")


def untaught_dual(stage: Stage) -> None:
    """CTE-011. A local teacher is named, but only as support."""
    for group in _dual_groups(stage, stage.count(1, 2)):
        demote(stage, group)
        for lesson in group:
            severity = stage.staffing_severity(lesson)
            stage.find("TOR-002", lesson.key, severity, planted=False, resource="sections")
            for link in lesson.students:
                stage.find("CTE-011", link, "warning")
