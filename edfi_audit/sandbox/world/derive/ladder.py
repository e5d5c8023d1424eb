"""Begin and end of a staff section association: history, else district assignment, else terms."""

from dataclasses import dataclass
from datetime import date

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.derive.links import Class
from edfi_audit.sandbox.world.derive.reading import Reading, overlaps

__all__ = ["Dates", "is_assigned", "ladder"]


@dataclass(frozen=True)
class Dates:
    """The dates reported; `reached` is false when the assignment begins after the terms end."""

    begin: date
    end: date
    reached: bool


def is_assigned(reading: Reading, lesson: Class, person: Row) -> bool:
    """Whether a district assignment at the section's school overlaps the school year."""
    return any(_in_year(reading, row) for row in _assignments(reading, lesson, person))


def ladder(reading: Reading, lesson: Class, person: Row, source: Row) -> Dates:
    """The dates of `person` in `lesson`; `source` may carry staff-history dates."""
    low, high = lesson.lowest, lesson.highest
    assignment = _most_recent(reading, lesson, person)
    hired, left = assignment.get("startDate"), assignment.get("endDate")
    begins, ends = source.get("startDate"), source.get("endDate")
    leaves = left if left is not None and low <= left <= high else high
    return Dates(
        begin=begins or (max(hired, low) if hired else low),
        end=ends or leaves,
        reached=begins is not None or hired is None or hired <= high,
    )


def _assignments(reading: Reading, lesson: Class, person: Row) -> list[Row]:
    school = reading.calendars[lesson.course["calendarID"]]["schoolID"]
    rows = reading.assignments.get(person["personID"], [])
    return [row for row in rows if row["schoolID"] == school]


def _in_year(reading: Reading, row: Row) -> bool:
    return overlaps(row["startDate"], row["endDate"], reading.year.first, reading.year.last)


def _most_recent(reading: Reading, lesson: Class, person: Row) -> Row:
    """The latest start among those overlapping the terms, else among those of the year."""
    rows = _assignments(reading, lesson, person)
    in_terms = [
        row
        for row in rows
        if overlaps(row["startDate"], row["endDate"], lesson.lowest, lesson.highest)
    ]
    in_year = [row for row in rows if _in_year(reading, row)]
    latest: Row = max(in_terms or in_year, key=lambda row: row["startDate"], default={})
    return latest
