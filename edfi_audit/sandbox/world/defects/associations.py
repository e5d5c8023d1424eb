"""SSA-001 … 008: the key of a student section association."""

from datetime import date

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.catalogue import LEA_SCHOOL_CODES, SEA_ID
from edfi_audit.sandbox.world.defects import strays
from edfi_audit.sandbox.world.defects.stage import ASSOCIATIONS, Stage
from edfi_audit.sandbox.world.derive import Class, Link
from edfi_audit.sandbox.world.derive.keys import key_of

__all__ = [
    "at_choice_school",
    "course_code",
    "no_begin_date",
    "school",
    "school_year",
    "section",
    "session",
    "student",
]

_UNKNOWN_SCHOOL = 999_417
_UNKNOWN_STUDENT = "0000000042"


def at_choice_school(stage: Stage) -> None:
    """SSA-001. Roster was left on for the Choice school: a section went out with everyone in it."""
    lesson, absences = next(
        (lesson, absences)
        for lesson in stage.derived.withheld
        if lesson.kind == "choice"
        for absences in [[one for one in stage.derived.absences if _is_in(one.key, lesson)]]
        if sum(one.resource == "staffSectionAssociations" for one in absences) == 1
    )
    for absence in absences:
        sent = _sent(stage, lesson, absence.resource, absence.key)
        made = strays.record(stage, absence.resource, sent)
        stage.derived.absences.remove(absence)
        stage.stray("IDM-004", absence.resource, absence.key, planted=False)
        strays.mapping(
            stage, absence.resource, _object_of(lesson, absence.source), made["id"], absence.key
        )
        if absence.resource == ASSOCIATIONS:
            stage.find("SSA-001", absence.key, "warning")


def _is_in(key: Row, lesson: Class) -> bool:
    code = lesson.course["number"], f"{lesson.course['number']}-{lesson.section['number']}"
    own = key["localCourseCode"], key.get("sectionIdentifier", code[1])
    return (key["schoolId"], key["sessionName"], *own) == (
        lesson.school_id,
        lesson.session.name,
        *code,
    )


def _object_of(lesson: Class, source: Row | None) -> tuple[str, str]:
    for column, kind in (("rosterID", "Roster"), ("historyID", "SectionStaffHistory")):
        if source is not None and column in source:
            return kind, source[column]
    if source is None:
        return "Course", lesson.course["courseID"]
    return "Section", lesson.section["sectionID"]


def _sent(stage: Stage, lesson: Class, resource: str, key: Row) -> Row:
    """The record as the interface would have sent it."""
    names = ("schoolId", "schoolYear", "sessionName", "localCourseCode")
    section = {name: key[name] for name in (*names, "sectionIdentifier") if name in key}
    offering = {name: key[name] for name in names}
    dates = {"beginDate": key.get("beginDate"), "endDate": lesson.session.end.isoformat()}
    if resource == "courseOfferings":
        return {
            "localCourseCode": key["localCourseCode"],
            "localCourseTitle": lesson.course["name"],
            "schoolReference": {"schoolId": key["schoolId"]},
            "sessionReference": {name: key[name] for name in names[:3]},
            "courseReference": {
                "courseCode": lesson.course["stateCode"],
                "educationOrganizationId": SEA_ID,
            },
        }
    if resource == "sections":
        identifier = key["sectionIdentifier"]
        return {"sectionIdentifier": identifier, "courseOfferingReference": offering}
    if resource == "staffSectionAssociations":
        return {
            **dates,
            "sectionReference": section,
            "staffReference": {"staffUniqueId": key["staffUniqueId"]},
            "classroomPositionDescriptor": stage.year.state.teacher_of_record,
        }
    return {
        **dates,
        "sectionReference": section,
        "studentReference": {"studentUniqueId": key["studentUniqueId"]},
        "attemptStatusDescriptor": stage.year.uri("AttemptStatus", "S"),
    }


def _blank(stage: Stage, link: Link, *path: str) -> None:
    """Takes a part out of the record; its grade would name a key that no longer is."""
    stage.drop_grade(link)
    part = link.record
    for name in path[:-1]:
        part = part[name]
    del part[path[-1]]


def no_begin_date(stage: Stage) -> None:
    """SSA-002."""
    for link in stage.plain(stage.count(1, 4)):
        _blank(stage, link, "beginDate")
        stage.find("SSA-002", link, "error")


def course_code(stage: Stage) -> None:
    """SSA-003. No course code; or one with a space before it, which joins with no section."""
    for link in stage.leavers(stage.count(1, 3)):
        _blank(stage, link, "sectionReference", "localCourseCode")
        stage.find("SSA-003", link, "error")
    for link in stage.leavers(stage.count(1, 5)):
        stage.drop_grade(link)
        reference = link.record["sectionReference"]
        reference["localCourseCode"] = " " + reference["localCourseCode"]
        stage.find("SSA-003", link, "warning")
        stage.find("SSA-006", link, "error", planted=False)


def school(stage: Stage) -> None:
    """SSA-004. No school; an unknown one; an agency's 4-digit code in its place."""
    for link in stage.leavers(1):
        _blank(stage, link, "sectionReference", "schoolId")
        stage.find("SSA-004", link, "error")
    codes = ((_UNKNOWN_SCHOOL, "error"), (int(LEA_SCHOOL_CODES[2]), "warning"))
    for school_id, severity in codes:
        for _ in range(stage.count(1, 3)):
            lesson, student_id = strays.outsider(stage)
            made = strays.association(stage, lesson, student_id, schoolId=school_id)
            key = key_of(ASSOCIATIONS, made)
            stage.find("SSA-004", key, severity)
            stage.find("SSA-006", key, "error", planted=False)
            stage.find("SSA-007", key, "error", planted=False)


def school_year(stage: Stage) -> None:
    """SSA-005. No year; or a whole record of last year, with last year's dates."""
    for link in stage.leavers(1):
        _blank(stage, link, "sectionReference", "schoolYear")
        stage.find("SSA-005", link, "error")
    for _ in range(stage.count(1, 6)):
        lesson, student_id = strays.outsider(stage)
        last = stage.year.end - 1
        begin = _year_before(lesson.session.begin)
        made = strays.association(stage, lesson, student_id, schoolYear=last, beginDate=begin)
        made["endDate"] = _year_before(lesson.session.end)
        key = key_of(ASSOCIATIONS, made)
        stage.find("SSA-005", key, "error")
        stage.find("SSA-006", key, "error", planted=False)
        stage.find("SSA-007", key, "error", planted=False)


def _year_before(day: date) -> str:
    return day.replace(year=day.year - 1).isoformat()


def section(stage: Stage) -> None:
    """SSA-006. No section; or one that /sections does not hold."""
    for link in stage.leavers(1):
        _blank(stage, link, "sectionReference", "sectionIdentifier")
        stage.find("SSA-006", link, "error")
    for _ in range(stage.count(1, 6)):
        lesson, student_id = strays.outsider(stage)
        _orphan(stage, "SSA-006", lesson, student_id, sectionIdentifier="GONE-01")


def session(stage: Stage) -> None:
    """SSA-007. No session; or a name that /sessions does not hold, and so no section either."""
    for link in stage.leavers(1):
        _blank(stage, link, "sectionReference", "sessionName")
        stage.find("SSA-007", link, "error")
    for _ in range(stage.count(1, 4)):
        lesson, student_id = strays.outsider(stage)
        key = _orphan(stage, "SSA-007", lesson, student_id, sessionName="Full Year")
        stage.find("SSA-006", key, "error", planted=False)


def student(stage: Stage) -> None:
    """SSA-008. No student; an unknown one; a local number where the WISEid belongs."""
    for link in stage.leavers(1):
        _blank(stage, link, "studentReference", "studentUniqueId")
        stage.find("SSA-008", link, "error")
    lesson, _ = strays.outsider(stage)
    _orphan(stage, "SSA-008", lesson, _UNKNOWN_STUDENT)
    _local_number(stage)


def _orphan(stage: Stage, rule_id: str, lesson: Class, student_id: str, **key: object) -> Row:
    made = strays.association(stage, lesson, student_id, **key)
    found = key_of(ASSOCIATIONS, made)
    stage.find(rule_id, found, "error")
    stage.stray("IDM-006", ASSOCIATIONS, found, planted=False)
    return found


def _local_number(stage: Stage) -> None:
    """One elementary student is known by the local number everywhere; both sides agree."""
    chosen = stage.plain(1, lambda lesson, _: lesson.kind == "elementary")[0]
    old, person_id = chosen.key["studentUniqueId"], chosen.source["personID"]
    person = next(row for row in stage.campus["person"] if row["personID"] == person_id)
    local = person["edfiID"] = person["studentNumber"]
    for resource in ("students", "studentSchoolAssociations", "grades", ASSOCIATIONS):
        for one in stage.world.ods[resource]:
            _renumber(one, old, local)
    for row in stage.campus["edfiIdentityMapping"]:
        if row["naturalKey"]:
            row["naturalKey"] = row["naturalKey"].replace(f'"{old}"', f'"{local}"')
    for absence in stage.derived.absences:
        _renumber(absence.key, old, local)
    for link in stage.of_person(person_id):
        link.key["studentUniqueId"] = local
        stage.take(link)
        stage.find("SSA-008", link, "warning")


def _renumber(one: Row, old: str, local: str) -> None:
    places = (one, one.get("studentReference"), one.get("studentSectionAssociationReference"))
    for place in places:
        if place and place.get("studentUniqueId") == old:
            place["studentUniqueId"] = local
