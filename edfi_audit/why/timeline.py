"""Who was Teacher of Record on each day of a session: by the SIS, and in the ODS."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from edfi_audit.why.gates import failing
from edfi_audit.why.keys import Subject
from edfi_audit.why.records import Record, Sections
from edfi_audit.why.tables import Row, RunTables

__all__ = ["Interval", "Spell", "Timeline", "intervals", "timelines"]

_DAY = timedelta(days=1)
_ACTUAL = """
SELECT session_name, coalesce(staff_unique_id, '(no staff ID)') AS staff_unique_id, begin_date,
    end_date
FROM actual_staff
WHERE is_teacher_of_record AND school_id = $school_id AND school_year = $school_year
    AND section_identifier = $section_identifier
    AND lower(trim(local_course_code)) = lower(trim($local_course_code))
"""


@dataclass(frozen=True)
class Spell:
    """Somebody's days as Teacher of Record, both ends included; null is open."""

    who: str
    begins: date | None
    ends: date | None

    def covers(self, day: date) -> bool:
        """Whether `day` is one of them."""
        return (self.begins or date.min) <= day <= (self.ends or date.max)


@dataclass(frozen=True)
class Interval:
    """Days in a row, both ends included, on which nothing changes."""

    begins: date
    ends: date
    sis: tuple[str, ...]
    ods: tuple[str, ...]
    is_due: bool
    """Whether the days lie on or before the audit date."""

    @property
    def days(self) -> int:
        """How many days."""
        return (self.ends - self.begins).days + 1

    @property
    def note(self) -> str:
        """What stands out: a gap, several at once, or another one than the SIS has."""
        if not self.is_due:
            return "after the audit date"
        if not self.ods:
            return f"gap of {self.days} {'day' if self.days == 1 else 'days'}"
        if len(self.ods) > 1:
            return "several at once"
        return "differs" if self.sis and self.sis != self.ods else ""


@dataclass(frozen=True)
class Timeline:
    """A section's Teachers of Record over the days of one session.

    `unsent` says why the SIS sends nobody, where the section itself is held back.
    """

    session_name: str
    begins: date
    ends: date
    audit_date: date
    intervals: tuple[Interval, ...]
    unsent: str | None = None


def timelines(
    tables: RunTables,
    subject: Subject,
    sections: Sections,
    staff: Sequence[Record],
    facts: Mapping[str, Any],
) -> tuple[Timeline, ...]:
    """One timeline per session of the section whose dates are known; `staff` are all who teach it.

    `facts` is the run's `run.json`.
    """
    place = _place(subject, sections)
    actual = tables.rows(_ACTUAL, **place)
    names = {row["session_name"] for row in (*sections.rows, *actual)}
    sessions = tables.rows(
        "SELECT session_name, begin_date, end_date FROM sessions WHERE school_id = $school_id"
        " AND school_year = $school_year AND list_contains($names, session_name)"
        " AND begin_date <= end_date ORDER BY begin_date, session_name",
        school_id=place["school_id"],
        school_year=place["school_year"],
        names=[name for name in names if subject.session in {None, name}],
    )
    audit_date = date.fromisoformat(facts["audit_date"])
    return tuple(_timeline(session, sections, staff, actual, audit_date) for session in sessions)


def _place(subject: Subject, sections: Sections) -> dict[str, Any]:
    """The natural key of the section, but for its session; as the SIS has it where it does."""
    asked = (subject.school_id, subject.school_year, subject.course, subject.section)
    names = ("school_id", "school_year", "local_course_code", "section_identifier")
    first = sections.rows[0] if sections.rows else dict(zip(names, asked, strict=True))
    return {name: first[name] for name in names}


def _timeline(
    session: Row,
    sections: Sections,
    staff: Sequence[Record],
    actual: Sequence[Row],
    audit_date: date,
) -> Timeline:
    name, begins, ends = session["session_name"], session["begin_date"], session["end_date"]
    by_sis = (
        Spell(record.row["staff_unique_id"], record.row["begin_date"], record.row["end_date"])
        for record in staff
        if record.row["session_name"] == name
        and record.row["gate_teacher_of_record"]
        and record.held_by is None
    )
    in_ods = (
        Spell(row["staff_unique_id"], row["begin_date"], row["end_date"])
        for row in actual
        if row["session_name"] == name
    )
    held = [row["absence_reason"] for row in sections.rows if row["session_name"] == name]
    return Timeline(
        session_name=name,
        begins=begins,
        ends=ends,
        audit_date=audit_date,
        intervals=intervals(begins, ends, by_sis, in_ods, audit_date),
        unsent=failing(held[0]) if held and all(held) else None,
    )


def intervals(
    begins: date, ends: date, sis: Iterable[Spell], ods: Iterable[Spell], audit_date: date
) -> tuple[Interval, ...]:
    """The days from `begins` to `ends`, cut where anybody comes or goes, and after `audit_date`."""
    by_sis, in_ods = tuple(sis), tuple(ods)
    cuts = {begins, audit_date + _DAY}
    for spell in (*by_sis, *in_ods):
        cuts.add(spell.begins or begins)
        cuts.add(min(spell.ends or ends, ends) + _DAY)
    inside = sorted(cut for cut in cuts if begins <= cut <= ends)
    pieces = (
        Interval(first, after - _DAY, _on(first, by_sis), _on(first, in_ods), first <= audit_date)
        for first, after in pairwise([*inside, ends + _DAY])
    )
    return _joined(pieces)


def _on(day: date, spells: Iterable[Spell]) -> tuple[str, ...]:
    return tuple(sorted({spell.who for spell in spells if spell.covers(day)}))


def _joined(pieces: Iterable[Interval]) -> tuple[Interval, ...]:
    """Neighbours that say the same become one."""
    whole: list[Interval] = []
    for piece in pieces:
        if whole and _same(whole[-1], piece):
            whole[-1] = replace(whole[-1], ends=piece.ends)
        else:
            whole.append(piece)
    return tuple(whole)


def _same(one: Interval, other: Interval) -> bool:
    return (one.sis, one.ods, one.is_due) == (other.sis, other.ods, other.is_due)
