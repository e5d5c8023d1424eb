"""Which staff a section should have, and who of them is its Teacher of Record."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.oracle.expected import Expected
from edfi_audit.sandbox.world.oracle.extract import Extract, Lesson
from edfi_audit.sandbox.world.oracle.intervals import Interval
from edfi_audit.sandbox.world.oracle.ladder import Dates, Ladder
from edfi_audit.sandbox.world.oracle.parsing import code

__all__ = ["ExpectedStaff", "Resolver", "is_blank"]

_TEACHERS = ("P", "T")
_OVERRIDE, _PRIMARY, _PRIMARY_UNNAMED, _OTHER = range(4)


@dataclass(frozen=True, eq=False)
class ExpectedStaff(Expected):
    """A staff-history row in one session, or an override teacher who has none.

    `closed` are all closed gates of the row's own. `position` is the mapped descriptor; null for
    a Teacher of Record by blank role or by override.
    """

    lesson: Lesson
    person: Row
    history: Row | None
    closed: tuple[str, ...]
    position: str | None
    of_record: bool
    dates: Dates

    @property
    def may_be_sent(self) -> bool:
        """Whether nothing but another Teacher of Record holds it back."""
        return self.lesson.gate is None and set(self.closed) <= {"teacher_of_record"}


@dataclass(frozen=True)
class _Candidate:
    person: Row
    history: Row | None
    closed: tuple[str, ...]
    position: str | None
    rank: int | None

    @property
    def age(self) -> tuple[date, int, str]:
        """Later start, then higher id, is newer."""
        row = self.history or {"startDate": None, "historyID": ""}
        return row["startDate"] or date.min, len(row["historyID"]), row["historyID"]

    def beats(self, other: "_Candidate") -> bool:
        """A better rank, or the same and newer, among rows that share a day."""
        if self is other or self.rank is None or other.rank is None:
            return False
        if self.rank == _OVERRIDE != other.rank:
            return True
        if not _span(self.history).meets(_span(other.history)):
            return False
        return self.rank < other.rank or (self.rank == other.rank and self.age > other.age)


class Resolver:
    """Staff by section and session."""

    def __init__(self, extract: Extract) -> None:
        self._extract, self.ladder = extract, Ladder(extract)
        self._history = extract.grouped("sectionStaffHistory", "sectionID")
        self._positions = {
            role.strip(): position
            for role, position in extract.preferences(
                "staffSectionAssociations", "classroomPositionDescriptor", "ClassroomPosition"
            ).items()
        }
        self._by_edfi_id = {
            row["edfiID"].strip().lower(): row for row in extract.rows("person") if row["edfiID"]
        }

    def history(self, section: Row) -> list[Row]:
        """All staff history of a section, whatever the staff type."""
        return self._extract.of_section(self._history, section)

    def person(self, edfi_id: str | None) -> Row | None:
        """Who has the Ed-Fi ID."""
        return self._by_edfi_id.get((edfi_id or "").strip().lower())

    @staticmethod
    def override_number(lesson: Lesson) -> str | None:
        """The section's override goes before the course's."""
        number: str | None = lesson.section["teacherOverride"]
        course: str | None = lesson.course.row["teacherOverride"]
        return next((one for one in (number, course) if one and one.strip()), None)

    def override(self, lesson: Lesson) -> Row | None:
        """The override teacher, if known and assigned to the school in the year."""
        person = self.person(self.override_number(lesson))
        return person if person and self.ladder.is_assigned(lesson, person) else None

    def staff(self, lesson: Lesson) -> Iterator[ExpectedStaff]:
        """One per P or T row, and one for an override teacher without such a row in the session."""
        if lesson.session is None:
            return
        override = self.override(lesson)
        rows = [row for row in self.history(lesson.section) if row["staffType"] in _TEACHERS]
        found = [self._candidate(lesson, row, override) for row in rows]
        reaching = {row["personID"] for row in rows if _reaches(row, lesson)}
        if override and override["personID"] not in reaching:
            found.append(_Candidate(override, None, (), None, _OVERRIDE))
        for one in found:
            yield self._judged(lesson, one, [other for other in found if not other.closed])

    def _candidate(self, lesson: Lesson, row: Row, override: Row | None) -> _Candidate:
        person = self._extract.people.get(row["personID"], {})
        position = None if is_blank(row["role"]) else self._positions.get(row["role"].strip())
        overrides = override is not None and override["personID"] == row["personID"]
        mapped = position is not None or (is_blank(row["role"]) and row["staffType"] == "P")
        closed = {
            "role_mapped": not mapped and not overrides,
            "staff_id": is_blank(person.get("edfiID")),
            "district_assignment": not self.ladder.is_assigned(lesson, person),
            "term_overlap": not _reaches(row, lesson),
            "assigned_by_term_end": self.ladder.dates(lesson, person, row).begins_late,
        }
        shut = tuple(gate for gate, is_closed in closed.items() if is_closed)
        if overrides:
            return _Candidate(person, row, shut, None, _OVERRIDE)
        return _Candidate(person, row, shut, position, self._rank(row, position))

    def _rank(self, row: Row, position: str | None) -> int | None:
        if position is None:
            return _PRIMARY_UNNAMED
        if code(position) not in self._extract.facts.of_record:
            return None
        return _PRIMARY if row["staffType"] == "P" else _OTHER

    def _judged(
        self, lesson: Lesson, one: _Candidate, rivals: Sequence[_Candidate]
    ) -> ExpectedStaff:
        dates = self.ladder.dates(lesson, one.person, one.history)
        late = one.history is None and dates.begins_late
        closed = (*one.closed, "assigned_by_term_end") if late else one.closed
        if not closed and any(other.beats(one) for other in rivals):
            closed = ("teacher_of_record",)
        key = {
            **lesson.key,
            "staffUniqueId": one.person.get("edfiID"),
            "beginDate": dates.begin.isoformat(),
        }
        source = (
            ("SectionStaffHistory", one.history["historyID"])
            if one.history
            else ("Section", lesson.section["sectionID"])
        )
        gate = lesson.gate or next(iter(closed), None)
        of_record = gate is None and one.rank is not None
        return ExpectedStaff(
            key=key,
            gate=gate,
            objects=(source,),
            lesson=lesson,
            person=one.person,
            history=one.history,
            closed=closed,
            position=one.position,
            of_record=of_record,
            dates=dates,
        )


def is_blank(value: str | None) -> bool:
    """Whether a text is null or blank."""
    return not (value or "").strip()


def _reaches(row: Row, lesson: Lesson) -> bool:
    """Whether the history shares a day with a term that stands for the session."""
    return any(
        _span(row).meets(Interval.of(term["startDate"], term["endDate"])) for term in lesson.terms
    )


def _span(row: Row | None) -> Interval:
    return Interval.of(row["startDate"], row["endDate"]) if row else Interval.of(None, None)
