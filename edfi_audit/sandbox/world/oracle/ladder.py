"""When a teacher's assignment to a section begins and ends: history, assignment, else terms."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.oracle.extract import Extract, Lesson
from edfi_audit.sandbox.world.oracle.intervals import Interval

__all__ = ["Dates", "Ladder", "Rung"]

Rung = Literal["history", "assignment", "term"]


@dataclass(frozen=True)
class Dates:
    """Begin and end, and where each comes from.

    `begins_late` tells that the assignment begins after the last term, with no history start to
    go before it: there must be no record. `assignment` is the district assignment that was
    chosen, if there is one.
    """

    begin: date
    begin_from: Rung
    end: date
    end_from: Rung

    assignment: Row | None
    begins_late: bool = False


class Ladder:
    """The date ladders over an extract's district assignments."""

    def __init__(self, extract: Extract) -> None:
        self._assignments = extract.grouped("employmentAssignment", "personID")
        self._year = Interval(extract.facts.first_day, extract.facts.last_day)

    def is_assigned(self, lesson: Lesson, person: Row) -> bool:
        """Whether a district assignment at the section's school overlaps the school year."""
        return any(_span(row).meets(self._year) for row in self._at(lesson, person))

    def dates(self, lesson: Lesson, person: Row, history: Row | None) -> Dates:
        """Those of the person in the lesson; `history` is a staff-history row or nothing."""
        low, high = lesson.lowest, lesson.highest
        assignment = self._chosen(lesson, person)
        hired, left = (assignment or {}).get("startDate"), (assignment or {}).get("endDate")
        starts, stops = (history or {}).get("startDate"), (history or {}).get("endDate")
        begin, begin_from = _first_of(starts, hired, low, low, high)
        end, end_from = _first_of(stops, left, high, low, high)
        if starts is None and hired is not None and hired > high:
            return Dates(hired, "term", end, end_from, assignment, begins_late=True)
        return Dates(begin, begin_from, end, end_from, assignment)

    def _at(self, lesson: Lesson, person: Row) -> list[Row]:
        school = lesson.course.school["schoolID"]
        rows = self._assignments.get(person.get("personID", ""), [])
        return [row for row in rows if row["schoolID"] == school]

    def _chosen(self, lesson: Lesson, person: Row) -> Row | None:
        """The latest start among those overlapping the terms, else among those of the year."""
        rows = self._at(lesson, person)
        terms = Interval(lesson.lowest, lesson.highest)
        for window in (terms, self._year):
            found = [row for row in rows if _span(row).meets(window)]
            if found:
                return max(found, key=lambda row: (row["startDate"] or date.min, _age(row)))
        return None


def _first_of(
    history: date | None, assignment: date | None, term: date, low: date, high: date
) -> tuple[date, Rung]:
    """History when populated, the assignment when inside the terms, else the term."""
    if history is not None:
        return history, "history"
    if assignment is not None and low <= assignment <= high:
        return assignment, "assignment"
    return term, "term"


def _span(row: Row) -> Interval:
    return Interval.of(row["startDate"], row["endDate"])


def _age(row: Row) -> tuple[int, str]:
    """The higher id is the newer row."""
    return len(row["assignmentID"]), row["assignmentID"]
