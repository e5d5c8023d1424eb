"""STF-001 … 018 but for 005, 006, 008: staff section associations beside the staff history."""

from copy import deepcopy
from datetime import datetime, time, timedelta

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.defects import strays
from edfi_audit.sandbox.world.defects.offerings import stale
from edfi_audit.sandbox.world.defects.rooms import Room, another_calendar, another_school, room
from edfi_audit.sandbox.world.defects.staff import hire
from edfi_audit.sandbox.world.defects.stage import Stage
from edfi_audit.sandbox.world.derive import Absence, Link
from edfi_audit.sandbox.world.derive.keys import key_of
from edfi_audit.sandbox.world.staffing import history_row

__all__ = [
    "aide",
    "co_teach",
    "excluded_calendar",
    "excluded_school",
    "inactive_course",
    "later_assignment",
    "later_history",
    "nobody",
    "not_assigned",
    "not_in_history",
    "not_sent",
    "not_used",
    "outside_terms",
    "school_year",
    "twice_at_once",
    "unknown_position",
]

_STAFF = "staffSectionAssociations"
_UNKNOWN_STAFF = "0000000023"
_DAY = timedelta(days=1)
_LONG_AGO = 4


def co_teach(stage: Stage, made: Room) -> Link:
    """What is sent of an assistant teacher of the section, hired for it."""
    person = hire(stage, made.lesson, stage.year.on(8, 15).replace(year=stage.year.end - _LONG_AGO))
    history = history_row(stage.campus, made.section, person, ("T", "C"))
    return strays.staff_association(stage, made.lesson, history, "C")


def _now(stage: Stage) -> datetime:
    """Noon of the audit date: later than anything was sent."""
    return datetime.combine(stage.year.audit_date, time(12))


def aide(stage: Stage) -> None:
    """STF-001. The co-teacher was made an aide; one who is an aide beside his own row is not."""
    for _ in range(stage.count(1, 4)):
        link = co_teach(stage, room(stage))
        link.source["staffType"] = "A"
        stage.become(link, "IDM-004", planted=False)
        stage.find("STF-001", link, "error")
    made = room(stage)
    near = co_teach(stage, made)
    person = {"personID": near.source["personID"]}
    history_row(stage.campus, made.section, person, ("A", None))
    stage.near_miss("STF-001", near, "an aide and a teacher of the section")


def not_sent(stage: Stage) -> None:
    """STF-002. A co-teacher was never sent."""
    for _ in range(stage.count(1, 6)):
        link = co_teach(stage, room(stage))
        stage.drop(link.record, link.mapping)
        stage.become(link, "IDM-003", planted=False)
        stage.find("STF-002", link.key, "error", resource=_STAFF)


def excluded_calendar(stage: Stage) -> None:
    """STF-003. Calendar Exclude was checked after the calendar's teachers were sent."""
    place = another_calendar(stage)
    made = room(stage, place)
    place.calendar["exclude"] = 1
    stale(stage, made)
    stage.find("STF-003", made.staff, "error")


def inactive_course(stage: Stage) -> None:
    """STF-004. The course was made inactive after its teacher was sent."""
    made = room(stage)
    made.course["active"] = 0
    stale(stage, made)
    stage.find("STF-004", made.staff, "error")


def excluded_school(stage: Stage) -> None:
    """STF-007. School Exclude was checked after the school's teachers were sent."""
    place = another_school(stage)
    made = room(stage, place)
    place.school["exclude"] = 1
    stale(stage, made)
    stage.find("STF-007", made.staff, "error")


def outside_terms(stage: Stage) -> None:
    """STF-009. The history's dates were moved out of the terms, before and after it was sent."""
    link = co_teach(stage, room(stage))
    begin = _in_august(stage, link.source)
    stage.become(link, "IDM-004", planted=False)
    stage.find("STF-009", link, "error")
    made = room(stage)
    never = co_teach(stage, made)
    stage.drop(never.record, never.mapping)
    made.lesson.staff.remove(never)
    _in_august(stage, never.source)
    key = {**never.key, "beginDate": begin}
    absence = Absence(_STAFF, key, never.school_id, "no_overlap_with_term", never.source)
    stage.derived.absences.append(absence)
    stage.find("STF-009", key, "info", resource=_STAFF)


def _in_august(stage: Stage, history: Row) -> str:
    """Dates the history row in August; gives the first day."""
    history["startDate"], history["endDate"] = stage.year.on(8, 18), stage.year.on(8, 22)
    return stage.year.on(8, 18).isoformat()


def later_history(stage: Stage) -> None:
    """STF-010. The history got a start after it was sent, and nothing was sent again."""
    made, near = room(stage), room(stage)
    made.history["startDate"] = made.lesson.lowest + 3 * _DAY
    for one in (made, near):
        one.history["modifiedDate"] = _now(stage)
    stage.find("STF-010", made.staff, "warning")
    stage.near_miss("STF-010", near.staff, "changed later, but no date differs")


def later_assignment(stage: Stage) -> None:
    """STF-011. The assignment's start was moved into the term, and nothing was sent again."""
    made, near = room(stage), room(stage)
    made.assignment["startDate"] = made.lesson.lowest + 3 * _DAY
    for one in (made, near):
        one.assignment["modifiedDate"] = _now(stage)
    stage.find("STF-011", made.staff, "warning")
    stage.near_miss("STF-011", near.staff, "changed later, but no date differs")


def not_in_history(stage: Stage) -> None:
    """STF-012. The co-teacher was taken out of the section; another lost the role."""
    gone, bare = co_teach(stage, room(stage)), co_teach(stage, room(stage))
    stage.drop(gone.source)
    bare.source["role"] = None
    for link in (gone, bare):
        stage.become(link, "IDM-004", planted=False)
        stage.find("STF-012", link, "error")
    stage.find("STF-005", bare, "warning", planted=False)


def nobody(stage: Stage) -> None:
    """STF-013. The staff member is not in the ODS."""
    made = room(stage)
    record = deepcopy(made.staff.record)
    record["staffReference"]["staffUniqueId"] = _UNKNOWN_STAFF
    record["classroomPositionDescriptor"] = stage.year.state.position("C")
    wrong = key_of(_STAFF, strays.copy(stage, _STAFF, record))
    stage.stray("IDM-006", _STAFF, wrong, planted=False)
    stage.find("STF-013", wrong, "error", resource=_STAFF)


def not_used(stage: Stage) -> None:
    """STF-014. A field that Campus does not report."""
    for name, value in (("highlyQualifiedTeacher", True), ("percentageContribution", 0.5)):
        made = room(stage)
        made.staff.record[name] = value
        stage.find("STF-014", made.staff, "info")


def school_year(stage: Stage) -> None:
    """STF-015. A record of a year that Campus is not configured for."""
    record = deepcopy(room(stage).staff.record)
    record["sectionReference"]["schoolYear"] = stage.year.end - 2
    wrong = key_of(_STAFF, strays.copy(stage, _STAFF, record))
    stage.find("STF-015", wrong, "error", resource=_STAFF)


def unknown_position(stage: Stage) -> None:
    """STF-016. A position that the state does not know; none at all."""
    unknown, blank = co_teach(stage, room(stage)), co_teach(stage, room(stage))
    unknown.record["classroomPositionDescriptor"] = stage.year.uri("ClassroomPosition", "05")
    del blank.record["classroomPositionDescriptor"]
    for link in (unknown, blank):
        stage.find("STF-016", link, "error")


def not_assigned(stage: Stage) -> None:
    """STF-017. The teacher's association with the school is not in the ODS."""
    for _ in range(stage.count(1, 5)):
        made = room(stage)
        stage.drop(made.school_association)
        stage.find("STF-017", made.staff, "warning")


def twice_at_once(stage: Stage) -> None:
    """STF-018. A second history row of the co-teacher begins before the first ends."""
    made, near = room(stage), room(stage)
    for one, is_open in ((made, True), (near, False)):
        first = co_teach(stage, one)
        later = one.lesson.lowest + 20 * _DAY
        if not is_open:
            first.source["endDate"] = later - _DAY
            first.record["endDate"] = first.source["endDate"].isoformat()
        person = {"personID": first.source["personID"]}
        row = history_row(stage.campus, one.section, person, ("T", "C"), (later, None))
        second = strays.staff_association(stage, one.lesson, row, "C")
        if is_open:
            stage.find("STF-018", second, "warning")
        else:
            stage.near_miss("STF-018", second, "the second begins the day after the first ends")
