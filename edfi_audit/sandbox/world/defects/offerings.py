"""CO-001 … 019: course offerings beside the courses they come from."""

from copy import deepcopy

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.defects import strays
from edfi_audit.sandbox.world.defects.rooms import (
    Room,
    another_calendar,
    another_school,
    home,
    room,
)
from edfi_audit.sandbox.world.defects.stage import Stage
from edfi_audit.sandbox.world.derive.keys import key_of

__all__ = [
    "beside_the_right_session",
    "closed_course",
    "deleted_section",
    "excluded_calendar",
    "excluded_school",
    "instead_of_the_right_session",
    "no_section",
    "not_sent",
    "number",
    "references",
    "school_number",
    "school_year",
    "stale",
    "title",
    "twice",
    "unknown_references",
    "unplaced",
    "unreported_field",
    "without_section",
]

_OFFERINGS, _SECTIONS = "courseOfferings", "sections"
_UNKNOWN_COURSE = "99999"
_DELETED_SECTION = "99001"


def _offering(stage: Stage, rule_id: str, made: Room, severity: str = "error") -> None:
    stage.find(rule_id, made.offering, severity)


def stale(stage: Stage, made: Room) -> None:
    """What was sent for the section stays behind in the ODS: the SIS sends it no longer."""
    for link in made.links:
        stage.become(link, "IDM-004", planted=False)


def _unsend(stage: Stage, made: Room, state: str = "IDM-003") -> None:
    """Takes the offering out of the ODS; never sent, it is in no mapping either."""
    stage.drop(made.offering.record, made.offering.mapping)
    stage.become(made.offering, state, planted=False)


def twice(stage: Stage) -> None:
    """CO-001. A second record of one key; and, lawful, two courses of one number."""
    for _ in range(stage.count(1, 3)):
        made = room(stage)
        copy = strays.copy(stage, _OFFERINGS, made.offering.record)
        # the audit takes the lower id for the record and the other for its copy
        copy["id"] = f"{int(made.offering.record['id'], 16) + 1:032x}"
        _offering(stage, "CO-001", made)
    first = room(stage)
    second = stage.campus.add("course", **_columns(first.course))
    for row in stage.campus["courseGradingTask"][-2:]:
        stage.campus.add("courseGradingTask", courseID=second["courseID"], taskID=row["taskID"])
    other = room(stage, course=first.course)
    other.section["courseID"] = second["courseID"]
    _offering(stage, "CO-001", first, "info")


def _columns(course: Row) -> Row:
    return {name: value for name, value in course.items() if name != "courseID"}


def not_sent(stage: Stage) -> None:
    """CO-002. The section went out, the offering it belongs to is not there."""
    for _ in range(stage.count(1, 6)):
        made = room(stage)
        _unsend(stage, made)
        _offering(stage, "CO-002", made)


def unplaced(stage: Stage) -> None:
    """CO-003. The last placement of the course's only section was removed."""
    made = room(stage)
    _delete(stage, made, "sectionPlacement")
    stale(stage, made)
    _offering(stage, "CO-003", made)


def _delete(stage: Stage, made: Room, *tables: str) -> None:
    """Deletes the section's rows of these tables."""
    section_id = made.section["sectionID"]
    for table in tables:
        stage.drop(*(row for row in stage.campus[table] if row["sectionID"] == section_id))


def closed_course(stage: Stage) -> None:
    """CO-004. The course was made inactive after it was sent."""
    for _ in range(stage.count(1, 4)):
        made = room(stage)
        made.course["active"] = 0
        stale(stage, made)
        _offering(stage, "CO-004", made)


def excluded_calendar(stage: Stage) -> None:
    """CO-005. Calendar Exclude was checked after the calendar's courses were sent."""
    place = another_calendar(stage)
    made = room(stage, place)
    place.calendar["exclude"] = 1
    stale(stage, made)
    _offering(stage, "CO-005", made)


def excluded_school(stage: Stage) -> None:
    """CO-006. School Exclude was checked after the school's courses were sent."""
    place = another_school(stage)
    made = room(stage, place)
    place.school["exclude"] = 1
    stale(stage, made)
    _offering(stage, "CO-006", made)


def no_section(stage: Stage) -> None:
    """CO-018. The course's only section was deleted, with all that hung on it."""
    made = room(stage)
    _delete(stage, made, "section", "sectionPlacement", "sectionStaffHistory", "roster")
    stale(stage, made)
    _offering(stage, "CO-018", made)


def number(stage: Stage) -> None:
    """CO-007. The course got another number; another was only written in lower case."""
    renamed, folded = room(stage), room(stage)
    renamed.course["number"] += "A"
    folded.course["number"] = folded.course["number"].lower()
    for made in (renamed, folded):
        _offering(stage, "CO-007", made)


def references(stage: Stage) -> None:
    """CO-008. No reference to a course; one that does not say whose the course is."""
    bare, unowned = room(stage), room(stage)
    del bare.offering.record["courseReference"]
    del unowned.offering.record["courseReference"]["educationOrganizationId"]
    for made in (bare, unowned):
        _offering(stage, "CO-008", made)


def unknown_references(stage: Stage) -> None:
    """CO-009. A course that the state's catalogue does not have."""
    for _ in range(stage.count(1, 4)):
        made = room(stage)
        made.offering.record["courseReference"]["courseCode"] = _UNKNOWN_COURSE
        _offering(stage, "CO-009", made)


def instead_of_the_right_session(stage: Stage) -> None:
    """CO-010. Sent for the other semester, and not for the one that it is placed in."""
    made = room(stage)
    wrong = _in_other_session(stage, made)
    _unsend(stage, made)
    stage.stray("IDM-006", _OFFERINGS, wrong, planted=False)
    stage.find("CO-010", wrong, "error", resource=_OFFERINGS)


def beside_the_right_session(stage: Stage) -> None:
    """CO-011. Sent for the right semester; for the other one it is still there."""
    wrong = _in_other_session(stage, room(stage))
    stage.stray("IDM-006", _OFFERINGS, wrong, planted=False)
    stage.find("CO-011", wrong, "error", resource=_OFFERINGS)


def _in_other_session(stage: Stage, made: Room) -> Row:
    """The key of a record of the offering in the school's other session."""
    sessions = (one.session for one in stage.derived.classes if one.kind == made.lesson.kind)
    other = next(one for one in sessions if one.name != made.lesson.session.name)
    record = deepcopy(made.offering.record)
    record["sessionReference"]["sessionName"] = other.name
    return key_of(_OFFERINGS, strays.copy(stage, _OFFERINGS, record))


def title(stage: Stage) -> None:
    """CO-012. The course was renamed, its offering was not; edge spaces are no other name."""
    for _ in range(stage.count(1, 12)):
        made = room(stage)
        made.offering.record["localCourseTitle"] = "Former Title"
        _offering(stage, "CO-012", made, "warning")
    blank, near = room(stage), room(stage)
    del blank.offering.record["localCourseTitle"]
    _offering(stage, "CO-012", blank, "warning")
    near.offering.record["localCourseTitle"] += " "
    stage.near_miss("CO-012", near.offering, "the title differs by a space at its end")


def unreported_field(stage: Stage) -> None:
    """CO-013. A field that Campus does not report; an empty list is none."""
    made, near = room(stage), room(stage)
    made.offering.record["instructionalTimePlanned"] = 4000
    near.offering.record["offeredGradeLevels"] = []
    _offering(stage, "CO-013", made, "info")
    stage.near_miss("CO-013", near.offering, "the list is empty")


def school_number(stage: Stage) -> None:
    """CO-014. Sent under the State School Number, before the Ed-Fi School Number was entered."""
    made = room(stage)
    old = int(home(stage).school["number"])
    made.offering.record["schoolReference"] = {"schoolId": old}
    made.offering.record["sessionReference"]["schoolId"] = old
    _offering(stage, "CO-014", made)


def deleted_section(stage: Stage) -> None:
    """CO-016. Of two sections with one key one was deleted; the offering went with it."""
    made = room(stage)
    _unsend(stage, made)
    key = made.lesson.key
    source = "Section", _DELETED_SECTION
    strays.mapping(stage, _SECTIONS, source, strays.odd_id(stage), key)
    stage.stray("IDM-005", _SECTIONS, key, planted=False)
    _offering(stage, "CO-016", made)


def school_year(stage: Stage) -> None:
    """CO-017. An offering of a year that Campus is not configured for."""
    made = room(stage)
    record = deepcopy(made.offering.record)
    record["sessionReference"]["schoolYear"] = stage.year.end - 2
    wrong = key_of(_OFFERINGS, strays.copy(stage, _OFFERINGS, record))
    stage.find("CO-017", wrong, "error", resource=_OFFERINGS)


def without_section(stage: Stage) -> None:
    """CO-019. The offering was sent, its section and all that hangs on it never were."""
    made = room(stage)
    for link in made.links[1:]:
        stage.drop_record(link)
        stage.drop(link.mapping)
        stage.become(link, "IDM-003", planted=False)
    _offering(stage, "CO-019", made, "warning")
