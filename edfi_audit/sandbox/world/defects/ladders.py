"""DTE-001 … 010: begin and end of staff section associations."""

from datetime import date, timedelta

from edfi_audit.sandbox.world.defects.rooms import Room, room
from edfi_audit.sandbox.world.defects.staffing import co_teach
from edfi_audit.sandbox.world.defects.stage import Stage
from edfi_audit.sandbox.world.derive import Link

__all__ = [
    "assigned_after_term",
    "assigned_before",
    "assignment_end",
    "assignment_start",
    "backwards",
    "begins_with_term",
    "ends_with_term",
    "history_end",
    "history_start",
    "starts_before_term",
]

_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)
_FEW = 4
"""Days that nobody who counts uncovered ones minds."""


def _later(made: Room) -> date:
    """A day within the first term."""
    return made.lesson.lowest + 3 * _WEEK


def _spoiled(stage: Stage, rule_id: str, severity: str = "error") -> Room:
    made = room(stage)
    stage.find(rule_id, made.staff, severity)
    return made


def _redate(link: Link, begin: date | None = None, end: date | None = None) -> None:
    """Sends other dates."""
    for name, day in (("beginDate", begin), ("endDate", end)):
        if day is not None:
            link.record[name] = day.isoformat()
    Stage.rekey(link)


def history_start(stage: Stage) -> None:
    """DTE-001. The history says when the teacher began, and the term's begin was sent."""
    for _ in range(stage.count(1, 5)):
        made = _spoiled(stage, "DTE-001")
        made.history["startDate"] = made.lesson.lowest + _FEW * _DAY


def assignment_start(stage: Stage) -> None:
    """DTE-002. Hired within the term; on its first day, its begin is right."""
    made, near = _spoiled(stage, "DTE-002"), room(stage)
    made.assignment["startDate"] = made.lesson.lowest + _FEW * _DAY
    near.assignment["startDate"] = near.lesson.lowest
    stage.near_miss("DTE-002", near.staff, "hired on the term's first day")


def begins_with_term(stage: Stage) -> None:
    """DTE-003. Hired long ago, and sent from a later day than the term's first."""
    made = room(stage)
    _redate(made.staff, begin=made.lesson.lowest + _FEW * _DAY)
    stage.find("DTE-003", made.staff, "error")


def assigned_after_term(stage: Stage) -> None:
    """DTE-004. The assignment begins after the term's last day; on the last day it is in time."""
    made, near = room(stage), room(stage)
    for one, later in ((made, 1), (near, 0)):
        link = co_teach(stage, one)
        stage.campus["employmentAssignment"][-1]["startDate"] = one.lesson.highest + later * _DAY
        if later:
            stage.become(link, "IDM-004", planted=False)
            stage.find("DTE-004", link, "error")
        else:
            _redate(link, begin=one.lesson.highest)
            stage.near_miss("DTE-004", link, "assigned on the term's last day")


def history_end(stage: Stage) -> None:
    """DTE-005. The history says when the co-teacher left, and the term's end was sent."""
    made = room(stage)
    link = co_teach(stage, made)
    link.source["endDate"] = _later(made)
    stage.find("DTE-005", link, "warning")


def assignment_end(stage: Stage) -> None:
    """DTE-006. The co-teacher left the school within the term; on its last day is right."""
    made, near = room(stage), room(stage)
    for one, left in ((made, _later(made)), (near, near.lesson.highest)):
        link = co_teach(stage, one)
        stage.campus["employmentAssignment"][-1]["endDate"] = left
        if one is made:
            stage.find("DTE-006", link, "warning")
        else:
            stage.near_miss("DTE-006", link, "left on the term's last day")


def ends_with_term(stage: Stage) -> None:
    """DTE-007. Sent to a day before the term's last one; sent without an end."""
    early, open_ended = _spoiled(stage, "DTE-007", "warning"), _spoiled(stage, "DTE-007", "warning")
    _redate(early.staff, end=early.lesson.highest - _FEW * _DAY)
    del open_ended.staff.record["endDate"]


def backwards(stage: Stage) -> None:
    """DTE-008. The history ends before it begins, and was sent that way."""
    made = room(stage)
    link = co_teach(stage, made)
    begin, end = _later(made), _later(made) - _DAY
    link.source["startDate"], link.source["endDate"] = begin, end
    _redate(link, begin, end)
    stage.find("DTE-008", link, "error")


def starts_before_term(stage: Stage) -> None:
    """DTE-009. The history starts a day before the term; on its first day, it is inside."""
    made, near = room(stage), room(stage)
    for one, earlier in ((made, 1), (near, 0)):
        link = co_teach(stage, one)
        begin = link.source["startDate"] = one.lesson.lowest - earlier * _DAY
        _redate(link, begin=begin)
        if earlier:
            stage.find("DTE-009", link, "info")
        else:
            stage.near_miss("DTE-009", link, "starts on the term's first day")


def assigned_before(stage: Stage) -> None:
    """DTE-010. The only assignment ended before the term, and the term's end is reported."""
    made = room(stage)
    link = co_teach(stage, made)
    stage.campus["employmentAssignment"][-1]["endDate"] = made.lesson.lowest - _DAY
    stage.find("DTE-010", link, "warning")
