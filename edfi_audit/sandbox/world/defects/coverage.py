"""TOR-007 … 010: days of a section without a teacher, with a substitute, with two teachers."""

from datetime import date, timedelta

from edfi_audit.sandbox.world.defects import strays
from edfi_audit.sandbox.world.defects.rooms import Room, room
from edfi_audit.sandbox.world.defects.staff import hire
from edfi_audit.sandbox.world.defects.stage import NotNowError, Stage
from edfi_audit.sandbox.world.derive import Absence, Link
from edfi_audit.sandbox.world.staffing import history_row

__all__ = ["substituted", "two_unnamed", "uncovered", "unstaffed_day"]

_STAFF = "staffSectionAssociations"
_DAY = timedelta(days=1)
_GAP = 10
_SUBSTITUTED = timedelta(weeks=10)
"""Fifty school days: more than 45."""


def _over(stage: Stage) -> Room:
    """A room whose days have all passed."""
    made = room(stage)
    if not stage.is_over(made.lesson):
        raise NotNowError("the days that would be uncovered have not passed")
    return made


def _begin_later(made: Room, begin: date) -> None:
    """The teacher begins on that day, on both sides."""
    made.history["startDate"] = begin
    made.staff.record["beginDate"] = begin.isoformat()
    Stage.rekey(made.staff)


def uncovered(stage: Stage) -> None:
    """TOR-007. For eleven days the section has no Teacher of Record; for ten it may be without."""
    for made, days in ((_over(stage), _GAP + 1), (_over(stage), _GAP)):
        _begin_later(made, made.lesson.session.begin + days * _DAY)
        if days > _GAP:
            stage.find("TOR-007", made.lesson.key, "warning", resource="sections")
        else:
            stage.near_miss("TOR-007", made.lesson.key, "uncovered for ten days")


def substituted(stage: Stage) -> None:
    """TOR-009. A substitute holds the section for ten weeks before it gets a teacher."""
    made = _over(stage)
    begin = made.lesson.session.begin
    _begin_later(made, begin + _SUBSTITUTED)
    _teach(stage, made, "T", "B", (begin, begin + _SUBSTITUTED - _DAY))
    stage.find("TOR-009", made.lesson.key, "info", resource="sections")


def _teach(
    stage: Stage,
    made: Room,
    staff_type: str,
    role: str | None,
    dates: tuple[date | None, date | None] = (None, None),
) -> Link:
    """Another teacher of the section, hired for it, on both sides."""
    person = hire(stage, made.lesson, stage.year.on(8, 15).replace(year=stage.year.end - 3))
    row = history_row(stage.campus, made.section, person, (staff_type, role), dates)
    return strays.staff_association(stage, made.lesson, row, role or "T")


def unstaffed_day(stage: Stage) -> None:
    """TOR-010. On its first day nobody holds the section."""
    made = _over(stage)
    _begin_later(made, made.lesson.session.begin + _DAY)
    stage.find("TOR-010", made.lesson.key, "info", resource="sections")


def two_unnamed(stage: Stage) -> None:
    """TOR-008. Two primary teachers without a role; the newer is sent as Teacher of Record."""
    made = room(stage)
    made.history["role"] = None
    older = made.staff
    _teach(stage, made, "P", None)
    stage.drop(older.record, older.mapping)
    made.lesson.staff.remove(older)
    absence = Absence(_STAFF, older.key, older.school_id, "another_teacher_of_record", older.source)
    stage.derived.absences.append(absence)
    stage.find("TOR-008", made.lesson.key, "warning", resource="sections")
