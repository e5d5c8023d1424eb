"""Who is Teacher of Record of a section in a session, and whom they left behind.

The audit table `teacher_decisions` decides; here the decision is told: each candidate under its
priority, with the one who came before it and why.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from edfi_audit.why.gates import reference, trace

__all__ = ["Candidate", "Decision", "Priority", "decide"]

Outcome = Literal["won", "lost", "held back", "does not compete"]

_OWN_GATES = frozenset(
    {
        "gate_role_mapped",
        "gate_staff_id",
        "gate_district_assignment",
        "gate_assigned_by_term_end",
    }
)


_DECIDED_BY = {
    "override": "an override is set, which leaves nobody else",
    "rank": "a better priority",
    "newer start": "a newer start",
    "higher id": "the same start, and a higher id",
}


@dataclass(frozen=True)
class Candidate:
    """A staff-history row, or an override, and what became of it.

    `staff` is the Ed-Fi ID, or the Campus person where there is none; `lost_to` likewise. `begins`
    and `ends` are the days it would report; two that overlap are rivals.
    """

    staff: str
    history_id: str | None
    staff_type: str | None
    role: str | None
    begins: date | None
    ends: date | None
    outcome: Outcome
    why: str
    lost_to: str | None = None


@dataclass(frozen=True)
class Priority:
    """One rung of the order in which a Teacher of Record is chosen, and who stands on it."""

    title: str
    sentence: str
    source: str
    phrase: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class Decision:
    """The decision for one Campus section and session, its priorities from first to last."""

    section_id: str
    session_name: str
    priorities: tuple[Priority, ...]
    others: tuple[Candidate, ...]

    @property
    def winners(self) -> tuple[Candidate, ...]:
        """Who is Teacher of Record, one after the other."""
        chosen = (one for rung in self.priorities for one in rung.candidates)
        won = [one for one in chosen if one.outcome == "won"]
        return tuple(sorted(won, key=lambda one: one.begins or date.min))

    def of(self, history_id: str | None) -> Candidate:
        """What became of a staff-history row (null: of the override without one)."""
        everyone = [one for rung in self.priorities for one in rung.candidates]
        return next(one for one in [*everyone, *self.others] if one.history_id == history_id)


def decide(section: Mapping[str, Any], staff: Iterable[Mapping[str, Any]]) -> Decision:
    """The decision over `staff`, the expected rows of `section` in one session.

    `section` is the row of `section_sessions`; each row of `staff` also has its gates.
    """
    rows = sorted(
        staff,
        key=lambda row: (row["rank"] or 0, row["begin_date"] or date.min, str(row["history_id"])),
    )
    competing = [row for row in rows if row["gate_teacher_of_record"] is not None]
    told = [(row, _candidate(row, competing)) for row in rows]
    rungs = [
        Priority(
            one["title"],
            one["sentence"],
            one["source"],
            one["phrase"],
            (
                *(who for row, who in told if _title(row, section) == one["title"]),
                *_overridden(one["title"], section),
            ),
        )
        for one in reference("teacher_of_record_priorities")
    ]
    return Decision(
        section["section_id"],
        section["session_name"],
        tuple(rungs),
        tuple(who for row, who in told if row["rank"] is None),
    )


def _title(row: Mapping[str, Any], section: Mapping[str, Any]) -> str | None:
    """The rung the row stands on; an override is the section's before it is the course's."""
    titles: dict[int, list[str]] = {}
    for one in reference("teacher_of_record_priorities"):
        titles.setdefault(int(one["rank"]), []).append(one["title"])
    if row["rank"] is None:
        return None
    return titles[row["rank"]][0 if section["section_override"] or row["rank"] > 1 else 1]


def _overridden(title: str, section: Mapping[str, Any]) -> Iterator[Candidate]:
    """The course's override, where the section has one of its own."""
    if title == "Course override" and section["section_override"] and section["course_override"]:
        yield Candidate(
            section["course_override"], None, None, None, None, None, "lost",
            "the section's override comes before the course's", section["section_override"],
        )  # fmt: skip


def _candidate(row: Mapping[str, Any], competing: list[Mapping[str, Any]]) -> Candidate:
    outcome, why, lost_to = _outcome(row, competing)
    return Candidate(
        staff=_name(row),
        history_id=row["history_id"],
        staff_type=row["staff_type"],
        role=row["role"],
        begins=row["begin_date"],
        ends=row["end_date"],
        outcome=outcome,
        why=why,
        lost_to=lost_to,
    )


def _outcome(
    row: Mapping[str, Any], competing: list[Mapping[str, Any]]
) -> tuple[Outcome, str, str | None]:
    if row["rank"] is None:
        return "does not compete", _why_not(row), None
    if row["gate_teacher_of_record"] is None:
        steps = trace("staffSectionAssociations", row)
        failed = next(one for one in steps if one.gate.name in _OWN_GATES and one.result == "fail")
        return "held back", failed.sentence, None
    if row["gate_teacher_of_record"]:
        return "won", _ahead(row, competing), None
    winner = _winner(row, competing)
    return "lost", _DECIDED_BY[row["decided_by"]], _name(winner) if winner else None


def _why_not(row: Mapping[str, Any]) -> str:
    """Why a row has no rank at all."""
    if row["staff_type"] not in {"P", "T"}:
        return "neither Primary Teacher nor Teacher"
    if not row["overlaps_term"]:
        return "no overlap with the session's terms"
    if row["role"] is None:
        return "a Teacher whose role is blank"
    if row["classroom_position"] is None:
        return "the role is not mapped to an Ed-Fi code"
    position = row["classroom_position"].rpartition("#")[2]
    return f"the role stands for {position}, which is no Teacher of Record"


def _ahead(row: Mapping[str, Any], competing: list[Mapping[str, Any]]) -> str:
    """Whom a winner comes before."""
    if len(competing) == 1:
        return "nobody else competes"
    behind = sorted({_name(one) for one in competing if _winner(one, competing) is row})
    return f"comes before {', '.join(behind)}" if behind else "nobody who competes overlaps"


def _winner(row: Mapping[str, Any], competing: list[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """To whom a row lost: to an override teacher, where that is nobody's staff-history row."""
    if not row["decided_by"]:
        return None
    won = (one for one in competing if one["gate_teacher_of_record"])
    return next((one for one in won if one["history_id"] == row["lost_to"]), None)


def _name(row: Mapping[str, Any]) -> str:
    return row["staff_unique_id"] or f"person {row['person_id']} (no Ed-Fi ID)"
