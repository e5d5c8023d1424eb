"""TOR-001 … 006: who teaches a section, in the ODS and by the SIS."""

from datetime import timedelta

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.defects import strays
from edfi_audit.sandbox.world.defects.stage import Stage
from edfi_audit.sandbox.world.derive import Absence, Class, Link

__all__ = [
    "demote",
    "ignored_override",
    "is_simple",
    "no_teacher_of_record",
    "others_teacher",
    "two_teachers_of_record",
    "unstaff",
    "unstaffed",
    "unusable_override",
]

_UNKNOWN_NUMBER = "0000000017"
_OVERRIDDEN_COURSE = "MTH-08"
_STAFF = "staffSectionAssociations"


def history_of(stage: Stage, group: list[Class]) -> list[Row]:
    """The staff history of the section."""
    section_id = group[0].section["sectionID"]
    return [row for row in stage.campus["sectionStaffHistory"] if row["sectionID"] == section_id]


def is_simple(stage: Stage, group: list[Class]) -> bool:
    """Whether one person holds the section alone, is Teacher of Record, and is its only history."""
    lesson = group[0]
    return (
        len(history_of(stage, group)) == 1
        and not lesson.section["teacherOverride"]
        and not lesson.course["teacherOverride"]
        and lesson.course["number"][:4] != "CAPP"
        and all(len(one.staff) == 1 and one.resolved and one.students for one in group)
    )


def colleague(stage: Stage, lesson: Class) -> Row:
    """A person with an open assignment at the lesson's school who is not in the section."""
    calendars = {row["calendarID"]: row for row in stage.campus["calendar"]}
    school_id = calendars[lesson.course["calendarID"]]["schoolID"]
    present = {row["personID"] for row in history_of(stage, [lesson])}
    sent = {link.key["staffUniqueId"] for link in lesson.staff}
    people = {row["personID"]: row for row in stage.campus["person"]}
    return next(
        people[row["personID"]]
        for row in stage.campus["employmentAssignment"]
        if row["schoolID"] == school_id
        and row["endDate"] is None
        and row["startDate"] < stage.year.first
        and row["personID"] not in present
        and people[row["personID"]]["edfiID"] not in sent
    )


def unstaff(stage: Stage, group: list[Class]) -> None:
    """Takes every teacher out of the section, on both sides; the caller notes what follows."""
    stage.drop(*history_of(stage, group))
    group[0].section["teacherOverride"] = None
    for lesson in group:
        for link in lesson.staff:
            stage.drop(link.record, link.mapping)
            link.state = "gone"
        lesson.staff.clear()
    code = group[0].key["localCourseCode"], group[0].key["sectionIdentifier"]
    stage.derived.absences[:] = [
        absence
        for absence in stage.derived.absences
        if absence.resource != _STAFF
        or absence.school_id != group[0].school_id
        or (absence.key["localCourseCode"], absence.key["sectionIdentifier"]) != code
    ]


def unstaffed(stage: Stage) -> None:
    """TOR-001. The whole jail school; a June section elsewhere; staff lost in the ODS."""
    jail = _of_jail(stage)
    june = stage.sections(1, lambda group: group[0].course["number"] == "PROJ")
    few = stage.sections(
        stage.count(1, 6), lambda group: group[0].kind == "elementary" and is_simple(stage, group)
    )
    for group in (*jail, *june, *few):
        unstaff(stage, group)
        _unstaffed(stage, group, planted=True)
    lost = stage.sections(
        stage.count(1, 3), lambda group: group[0].kind == "middle" and is_simple(stage, group)
    )
    for group in lost:
        for link in (link for lesson in group for link in lesson.staff):
            stage.drop_record(link)
            stage.become(link, "IDM-001", planted=False)
        _unstaffed(stage, group, planted=True)
    empty = stage.sections(1, lambda group: not any(lesson.students for lesson in group))[0]
    unstaff(stage, empty)
    stage.near_miss("TOR-001", empty[0].key, "no teacher, but no student association either")


def _of_jail(stage: Stage) -> list[list[Class]]:
    if not stage.year.state.is_wisconsin:
        return []
    return stage.sections(stage.count(99, 99), lambda group: group[0].kind == "jail")


def _unstaffed(stage: Stage, group: list[Class], *, planted: bool) -> None:
    for lesson in group:
        if lesson.students:
            severity = stage.staffing_severity(lesson)
            stage.find("TOR-001", lesson.key, severity, planted=planted, resource="sections")


def no_teacher_of_record(stage: Stage) -> None:
    """TOR-002. The only teacher is a Support Teacher, in the SIS too."""
    for group in stage.sections(stage.count(1, 14), lambda group: is_simple(stage, group)):
        demote(stage, group)
        for lesson in group:
            severity = stage.staffing_severity(lesson)
            stage.find("TOR-002", lesson.key, severity, resource="sections")


def demote(stage: Stage, group: list[Class]) -> None:
    """Makes the section's one teacher a Support Teacher on both sides."""
    for row in history_of(stage, group):
        row["role"] = "S"
    for lesson in group:
        for link in lesson.staff:
            link.record["classroomPositionDescriptor"] = stage.year.state.position("S")


def two_teachers_of_record(stage: Stage) -> None:
    """TOR-003. A second one beside the first; and a change that shares one day."""
    for group in stage.sections(stage.count(1, 5), lambda group: is_simple(stage, group)):
        second = stage.campus.add(
            "sectionStaffHistory",
            sectionID=group[0].section["sectionID"],
            trialID=group[0].section["trialID"],
            personID=colleague(stage, group[0])["personID"],
            staffType="T",
            role="T",
        )
        for lesson in group:
            strays.staff_association(stage, lesson, second, "T")
            stage.find("TOR-003", lesson.key, _severity_of_two(stage), resource="sections")
    _shared_day(stage)


def _severity_of_two(stage: Stage) -> str:
    return "error" if stage.year.state.profile == "NE" else "info"


def _shared_day(stage: Stage) -> None:
    group = stage.sections(1, lambda group: _changes(group[0]) and bool(group[0].students))[0]
    first, second = sorted(group[0].resolved, key=lambda link: str(link.key["beginDate"]))
    first.source["endDate"] += timedelta(days=1)
    first.record["endDate"] = second.record["beginDate"]
    stage.find("TOR-003", group[0].key, _severity_of_two(stage), resource="sections")
    other = stage.sections(1, lambda group: _changes(group[0]) and bool(group[0].students))[0]
    stage.near_miss("TOR-003", other[0].key, "one Teacher of Record follows the other")


def _changes(lesson: Class) -> bool:
    return len(lesson.resolved) == 2  # noqa: PLR2004


def others_teacher(stage: Stage) -> None:
    """TOR-004. The SIS has given the section to someone else since it was sent."""
    for group in stage.sections(stage.count(1, 8), lambda group: is_simple(stage, group)):
        for row in history_of(stage, group):
            row["personID"] = colleague(stage, group[0])["personID"]
        for lesson in group:
            stage.find("TOR-004", lesson.key, "error", resource="sections")


def ignored_override(stage: Stage) -> None:
    """TOR-005. The section's own override names another than the course's, which was sent."""
    group = stage.sections(
        1, lambda group: _course_override_only(group[0]) and bool(group[0].students)
    )[0]
    group[0].section["teacherOverride"] = colleague(stage, group[0])["edfiID"]
    for lesson in group:
        stage.find("TOR-005", lesson.key, "error", resource="sections")
        stage.find("TOR-004", lesson.key, "error", planted=False, resource="sections")


def _course_override_only(lesson: Class) -> bool:
    overridden = lesson.course["number"] == _OVERRIDDEN_COURSE and lesson.course["teacherOverride"]
    return bool(overridden) and not lesson.section["teacherOverride"] and len(lesson.staff) == 1


def unusable_override(stage: Stage) -> None:
    """TOR-006. A number nobody has; a teacher who has no assignment at the school."""
    groups = stage.sections(
        2, lambda group: group[0].kind in {"middle", "elementary"} and is_simple(stage, group)
    )
    strangers = [_UNKNOWN_NUMBER, _teacher_of(stage, "high")]
    for group, number in zip(groups, strangers, strict=True):
        group[0].section["teacherOverride"] = number
        for lesson in group:
            stage.find("TOR-006", lesson.key, "error", resource="sections")
            key = {
                **lesson.key,
                "staffUniqueId": number,
                "beginDate": lesson.lowest.isoformat(),
            }
            stage.derived.absences.append(
                Absence(_STAFF, key, lesson.school_id, "override_unusable", lesson.section)
            )


def _teacher_of(stage: Stage, kind: str) -> str:
    links: list[Link] = [
        link for lesson in stage.derived.classes if lesson.kind == kind for link in lesson.staff
    ]
    number: str = links[0].key["staffUniqueId"]
    return number
