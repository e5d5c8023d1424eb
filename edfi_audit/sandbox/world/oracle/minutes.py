"""MIN: instruction minutes per term, by the three levels of Minnesota's specification."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.oracle.extract import Extract, Lesson
from edfi_audit.sandbox.world.oracle.matching import Actual
from edfi_audit.sandbox.world.oracle.records import Keyed, Records, Rule

__all__ = ["RULES"]

_OF = "courseOfferings"
_MOST = 60_000
_OVERRIDE, _COURSE, _PERIODS = 1, 2, 3


@dataclass(frozen=True)
class _Minutes:
    """What a section should report: at which level, from what override, and how many minutes."""

    level: int
    override: float | None
    expected: float | None


@dataclass(frozen=True)
class _Judged:
    """An offering of the ODS, its values there, and what its sections should report."""

    record: Actual
    values: frozenset[float]
    sections: tuple[_Minutes, ...]
    is_linked: bool

    @cached_property
    def known(self) -> list[_Minutes]:
        """The sections that meet on any day."""
        return [one for one in self.sections if one.expected is not None]

    @property
    def expected(self) -> list[float]:
        """Their minutes."""
        return [one.expected for one in self.known if one.expected is not None]

    @property
    def zero_is_asked(self) -> bool:
        """Whether an override of 0 asks for no minutes."""
        return any(one.override == 0 for one in self.known)

    @property
    def agrees(self) -> bool:
        """Whether every value is within 1 % of what some section should report; one is needed."""
        return bool(self.values) and all(
            any(100 * abs(value - wanted) <= wanted for wanted in self.expected)
            for value in self.values
        )


class _Timetable:
    """On which days a section meets, and for how long."""

    def __init__(self, extract: Extract) -> None:
        self._extract = extract
        self._periods = {row["periodID"]: row for row in extract.rows("period")}
        self._days: dict[tuple[str, str], set[date]] = {}
        for row in extract.rows("day"):
            if row["instruction"]:
                key = row["structureID"], row["periodScheduleID"]
                self._days.setdefault(key, set()).add(row["date"])

    def of(self, lesson: Lesson) -> _Minutes:
        """The minutes of a section in one session."""
        meetings = set(self._meetings(lesson))
        days = len({day for day, _ in meetings})
        override = lesson.section["periodMinutesOverride"]
        planned = lesson.course.row["periodMinutes"]
        if override is not None:
            return _Minutes(_OVERRIDE, override, override * days if days else None)
        if planned is not None:
            return _Minutes(_COURSE, None, planned * days if days else None)
        lengths = [_length(self._periods[period]) for _, period in meetings]
        known = [length for length in lengths if length is not None]
        complete = days and len(known) == len(lengths)
        return _Minutes(_PERIODS, None, sum(known) if complete else None)

    def _meetings(self, lesson: Lesson) -> Iterator[tuple[date, str]]:
        """The days and periods of all placements in the session's terms, each once."""
        terms = {term["termID"]: term for term in lesson.terms}
        structure = self._extract.trials[lesson.section["trialID"]]["structureID"]
        for placed in self._extract.of_section(self._extract.placements, lesson.section):
            term, period = terms.get(placed["termID"]), self._periods.get(placed["periodID"])
            if term is None or period is None:
                continue
            for day in self._days.get((structure, period["periodScheduleID"]), ()):
                if term["startDate"] <= day <= term["endDate"]:
                    yield day, period["periodID"]


def _length(period: Row) -> float | None:
    """The period's minutes, else those between its times, without its lunch minutes."""
    minutes: float | None = period["periodMinutes"]
    if minutes is None:
        begin, end = _minute(period["startTime"]), _minute(period["endTime"])
        if begin is None or end is None:
            return None
        minutes = end - begin
    return minutes - (period["lunchMinutes"] or 0)


def _minute(time: str | None) -> int | None:
    """The minute of the day of `08:47` or `08:47:00`."""
    if not time:
        return None
    hours, minutes, *_ = time.strip().split(" ")[-1].split(":")
    return 60 * int(hours) + int(minutes)


def _value(record: Row) -> float | None:
    own: float | None = record.get("instructionMinutesPerTerm")
    if own is not None:
        return own
    found: float | None = ((record.get("_ext") or {}).get("mn") or {}).get(
        "instructionMinutesPerTerm"
    )
    return found


def _judged(records: Records) -> Iterator[_Judged]:
    """Every course offering of the ODS."""
    sides, timetable = records.sides, _Timetable(records.sides.extract)
    of_sections: dict[tuple[object, ...], set[float]] = {}
    for section in sides.actual("sections"):
        value = _value(section.record)
        if value is not None:
            of_sections.setdefault(tuple(section.key.values())[:4], set()).add(value)
    for record in sides.actual(_OF):
        one, own = sides.offerings.expectation(record), _value(record.record)
        there = of_sections.get(record.whole_key or (), set()) if own is None else {own}
        lessons = one.lessons if one else ()
        sections = tuple(timetable.of(lesson) for lesson in lessons)
        yield _Judged(record, frozenset(there), sections, one is not None)


def _mismatch(level: int, *, zero: bool = False) -> Callable[[Records], Iterator[Actual]]:
    """MIN-001, 002, 003, 005: the lowest level among the sections speaks."""

    def failing(records: Records) -> Iterator[Actual]:
        if not _shows_minutes(records):
            return
        for one in _judged(records):
            lowest = min((section.level for section in one.known), default=None)
            asked = lowest == _OVERRIDE and one.zero_is_asked
            if lowest == level and asked == zero and not one.agrees:
                yield one.record

    return failing


def _shows_minutes(records: Records) -> bool:
    """Whether any course offering or section of the pull has a value."""
    rows = [*records.sides.actual(_OF), *records.sides.actual("sections")]
    return any(_value(row.record) is not None for row in rows)


def sections_differ(records: Records) -> Iterator[Keyed]:
    """MIN-004: the sections of one offering should report different minutes."""
    for one in _judged(records):
        if one.expected and 100 * (max(one.expected) - min(one.expected)) > min(one.expected):
            yield Keyed(one.record.key)


def no_such_minutes(records: Records) -> Iterator[Actual]:
    """MIN-006: a value without a day to meet on, or one that cannot be."""
    for one in _judged(records):
        unfounded = one.is_linked and not one.known and bool(one.values)
        judged = records.sides.extract.holds(one.record.key) and not one.zero_is_asked
        nothing = any(value < 0 or (value == 0 and judged) for value in one.values)
        if unfounded or nothing or any(value > _MOST for value in one.values):
            yield one.record


RULES = (
    Rule("MIN-001", "warning", _OF, _mismatch(_OVERRIDE)),
    Rule("MIN-002", "warning", _OF, _mismatch(_COURSE)),
    Rule("MIN-003", "warning", _OF, _mismatch(_PERIODS)),
    Rule("MIN-004", "info", _OF, sections_differ),
    Rule("MIN-005", "warning", _OF, _mismatch(_OVERRIDE, zero=True)),
    Rule("MIN-006", "warning", _OF, no_such_minutes),
)
