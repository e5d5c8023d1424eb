"""STF-005, 006, 008: staff-history rows that cannot be reported."""

from datetime import date

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.defects import strays
from edfi_audit.sandbox.world.defects.stage import Stage
from edfi_audit.sandbox.world.defects.teachers import history_of, is_simple
from edfi_audit.sandbox.world.derive import Absence, Class

__all__ = ["hire", "no_district_assignment", "no_edfi_id", "unmapped_role"]

_STAFF = "staffSectionAssociations"
_LONG_TERM = "LT"


def _unreported(stage: Stage, rule_id: str, severity: str, group: list[Class], row: Row) -> None:
    """The finding, keyed by the first session, and an explained absence in each session."""
    person = next(p for p in stage.campus["person"] if p["personID"] == row["personID"])
    for lesson in group:
        begin = row["startDate"] or lesson.lowest
        key = {**lesson.key, "staffUniqueId": person["edfiID"], "beginDate": begin.isoformat()}
        absence = Absence(_STAFF, key, lesson.school_id, rule_id, row)
        stage.derived.absences.append(absence)
        if lesson is group[0]:
            stage.find(rule_id, key, severity, resource=_STAFF)


def _history(stage: Stage, lesson: Class, person: Row, staff_type: str, role: str | None) -> Row:
    return stage.campus.add(
        "sectionStaffHistory",
        sectionID=lesson.section["sectionID"],
        trialID=lesson.section["trialID"],
        personID=person["personID"],
        staffType=staff_type,
        role=role,
    )


def _calendar(stage: Stage, lesson: Class) -> Row:
    calendar_id = lesson.course["calendarID"]
    return next(row for row in stage.campus["calendar"] if row["calendarID"] == calendar_id)


def hire(stage: Stage, lesson: Class, begin: date, end: date | None = None) -> Row:
    """A new person with an Ed-Fi ID and an assignment at the lesson's school."""
    edfi_id = f"{stage.rng.randrange(10**9, 10**10)}"
    person = stage.campus.add("person", edfiID=edfi_id, stateID=edfi_id)
    person["staffStateID"] = f"9{person['personID'][-5:]}"
    stage.campus.add(
        "employmentAssignment",
        personID=person["personID"],
        schoolID=_calendar(stage, lesson)["schoolID"],
        title="Teacher",
        startDate=begin,
        endDate=end,
    )
    content = {
        "staffUniqueId": edfi_id,
        "firstName": f"Teacher {int(person['personID']):06d}",
        "lastSurname": "Synthetic",
    }
    made = strays.record(stage, "staffs", content)
    key = {"staffUniqueId": edfi_id}
    strays.mapping(stage, "staffs", ("Person", person["personID"]), made["id"], key)
    if end is None or end >= stage.year.first:
        school: Row = {
            "staffReference": key,
            "schoolReference": {"schoolId": lesson.school_id},
            "programAssignmentDescriptor": stage.year.uri("ProgramAssignment", "Regular Education"),
            "schoolYearTypeReference": {"schoolYear": stage.year.end},
        }
        strays.record(stage, "staffSchoolAssociations", school)
    return person


def unmapped_role(stage: Stage) -> None:
    """STF-005. The middle school uses a role that nobody mapped, often for the only teacher."""
    groups = stage.sections(
        stage.count(2, 26), lambda group: group[0].kind == "middle" and is_simple(stage, group)
    )
    for index, group in enumerate(groups):
        row = history_of(stage, group)[0]
        row |= {"staffType": "T" if index % 3 else "P", "role": _LONG_TERM}
        for lesson in group:
            for link in lesson.staff:
                stage.drop(link.record, link.mapping)
                link.state = "gone"
            severity = stage.staffing_severity(lesson)
            stage.find("TOR-001", lesson.key, severity, planted=False, resource="sections")
        _unreported(stage, "STF-005", "warning", group, row)
    aide = stage.sections(1, lambda group: is_simple(stage, group))[0]
    helper = hire(stage, aide[0], stage.year.on(8, 15))
    _history(stage, aide[0], helper, "A", _LONG_TERM)
    stage.near_miss("STF-005", aide[0].key, "an aide with an unmapped role is no record")


def no_edfi_id(stage: Stage) -> None:
    """STF-006. A co-teacher has no Ed-Fi ID."""
    for group in stage.sections(stage.count(1, 4), lambda group: is_simple(stage, group)):
        person = stage.campus.add("person")
        person["staffStateID"] = f"9{person['personID'][-5:]}"
        stage.campus.add(
            "employmentAssignment",
            personID=person["personID"],
            schoolID=_calendar(stage, group[0])["schoolID"],
            title="Teacher",
            startDate=stage.year.on(8, 15),
        )
        row = _history(stage, group[0], person, "T", "C")
        _unreported(stage, "STF-006", "error", group, row)


def no_district_assignment(stage: Stage) -> None:
    """STF-008. A co-teacher's assignment ended on 30 June; one that ended on 1 July counts."""
    year = stage.year
    last_june = year.last.replace(year=year.end - 1)
    long_ago = last_june.replace(year=year.end - 6)
    for group in stage.sections(stage.count(1, 5), lambda group: is_simple(stage, group)):
        person = hire(stage, group[0], long_ago, last_june)
        row = _history(stage, group[0], person, "T", "C")
        _unreported(stage, "STF-008", "error", group, row)
    near = stage.sections(
        1, lambda group: len(group) == 1 and group[0].kind != "jail" and is_simple(stage, group)
    )[0]
    person = hire(stage, near[0], long_ago, year.first)
    row = _history(stage, near[0], person, "T", "C")
    row |= {"startDate": near[0].lowest, "endDate": near[0].highest}
    link = strays.staff_association(stage, near[0], row, "C")
    stage.near_miss("STF-008", link, "the assignment ended on the year's first day")
