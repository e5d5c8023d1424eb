"""Staff section associations: the gates and the Teacher-of-Record resolver."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.derive.ladder import is_assigned, ladder
from edfi_audit.sandbox.world.derive.links import Class
from edfi_audit.sandbox.world.derive.reading import Reading, overlaps

__all__ = ["Decision", "decide"]

_PRIMARY, _UNNAMED, _OTHER, _OVERRIDE = 1, 2, 3, 0


@dataclass(frozen=True)
class Decision:
    """What becomes of one staff-history row, or of an override, in one session.

    `reason` is the gate that holds it back; null when it is sent.
    `source` is the history row, or the section row for an override without history.
    """

    source: Row
    person: Row
    reason: str | None = None
    position: str = ""
    begin: date | None = None
    end: date | None = None
    of_record: bool = False


@dataclass(frozen=True)
class _Candidate:
    row: Row
    person: Row
    position: str
    rank: int | None

    @property
    def age(self) -> tuple[date, int]:
        """Later is newer."""
        return self.row["startDate"] or date.min, int(self.row["historyID"])


def decide(reading: Reading, lesson: Class) -> list[Decision]:
    """One decision per P or T row of the section, and one for an override from outside it."""
    positions = reading.preference("staffSectionAssociations", "classroomPositionDescriptor")
    rows = [
        row
        for row in reading.history[lesson.section["sectionID"]]
        if row["staffType"] in {"P", "T"}
    ]
    override = _override(reading, lesson)
    gated = {row["historyID"]: _gate(reading, lesson, row, positions) for row in rows}
    candidates = [
        _candidate(reading, row, positions, override)
        for row in rows
        if gated[row["historyID"]] is None
    ]
    decisions = [
        Decision(row, reading.people[row["personID"]], gated[row["historyID"]])
        for row in rows
        if gated[row["historyID"]] is not None
    ]
    decisions += [_judged(one, candidates, overridden=override is not None) for one in candidates]
    if override and override["personID"] not in {row["personID"] for row in rows}:
        position = reading.year.state.teacher_of_record
        decisions.append(Decision(lesson.section, override, position=position, of_record=True))
    return [_dated(reading, lesson, decision) for decision in decisions]


def _in_terms(row: Row, lesson: Class) -> bool:
    return any(
        overlaps(row["startDate"], row["endDate"], term["startDate"], term["endDate"])
        for term in lesson.terms
    )


def _override(reading: Reading, lesson: Class) -> Row | None:
    """The usable override teacher: known, and assigned to the school in the year."""
    number = lesson.section["teacherOverride"] or lesson.course["teacherOverride"]
    person = reading.by_edfi_id.get(number)
    return person if person and is_assigned(reading, lesson, person) else None


def _gate(reading: Reading, lesson: Class, row: Row, positions: dict[str, str]) -> str | None:
    person, role = reading.people[row["personID"]], row["role"]
    mapped = role in positions or (role is None and row["staffType"] == "P")
    gates = {
        "role_not_mapped": not mapped,
        "no_edfi_id": person["edfiID"] is None,
        "no_district_assignment": not is_assigned(reading, lesson, person),
        "no_overlap_with_term": not _in_terms(row, lesson),
    }
    return next((reason for reason, closed in gates.items() if closed), None)


def _candidate(
    reading: Reading, row: Row, positions: dict[str, str], override: Row | None
) -> _Candidate:
    position = positions.get(row["role"]) if row["role"] else None
    teacher = reading.year.state.teacher_of_record
    person = reading.people[row["personID"]]
    if override is person:
        return _Candidate(row, person, teacher, _OVERRIDE)
    if position is None:
        rank = _UNNAMED
    elif position in reading.year.state.positions_of_record:
        rank = _PRIMARY if row["staffType"] == "P" else _OTHER
    else:
        return _Candidate(row, person, position, None)
    return _Candidate(row, person, position or teacher, rank)


def _judged(one: _Candidate, candidates: Sequence[_Candidate], *, overridden: bool) -> Decision:
    decision = Decision(one.row, one.person, position=one.position)
    if one.rank is None:
        return decision
    lost = overridden and one.rank != _OVERRIDE
    if lost or any(_beats(other, one) for other in candidates if other is not one):
        return replace(decision, reason="another_teacher_of_record")
    return replace(decision, of_record=True)


def _beats(other: _Candidate, one: _Candidate) -> bool:
    """A better rank, or the same and newer, among rows that overlap each other in time."""
    if other.rank is None or one.rank is None or not _together(other.row, one.row):
        return False
    return other.rank < one.rank or (other.rank == one.rank and other.age > one.age)


def _together(first: Row, second: Row) -> bool:
    begin, end = first["startDate"] or date.min, first["endDate"] or date.max
    return overlaps(second["startDate"], second["endDate"], begin, end)


def _dated(reading: Reading, lesson: Class, decision: Decision) -> Decision:
    """The decision with begin and end from the ladders."""
    dates = ladder(reading, lesson, decision.person, decision.source)
    late = None if dates.reached else "assignment_begins_after_term"
    return replace(decision, begin=dates.begin, end=dates.end, reason=decision.reason or late)
