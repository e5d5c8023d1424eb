"""What a report says, as plain data without any HTML: the templates show it, tests look at it."""

from dataclasses import dataclass
from typing import Any

from edfi_audit.findings.flags import Flag
from edfi_audit.findings.summary import known_school
from edfi_audit.report.findings import RuleFindings

__all__ = [
    "Bar",
    "Cell",
    "FlagGap",
    "HeatRow",
    "HeatTable",
    "RuleCount",
    "School",
    "Staffing",
    "Summary",
]


@dataclass(frozen=True)
class Bar:
    """One school's gap under one flag; `rate` is None when nothing could be evaluated."""

    school: str
    anchor: str
    failed: int
    evaluated: int

    @property
    def rate(self) -> float | None:
        """Failed over evaluated, 0 to 1."""
        return min(self.failed / self.evaluated, 1.0) if self.evaluated else None


@dataclass(frozen=True)
class RuleCount:
    """One rule's outcome over all schools, or in one of them.

    `doubt` says what it rests on that is not proven, and is empty where all is.
    """

    rule_id: str
    title: str
    severity: str
    failed: int
    evaluated: int
    outcome: str
    reason: str
    doubt: str


@dataclass(frozen=True)
class FlagGap:
    """A headline flag: its total, its schools ranked by rate, and the rules behind it.

    `known` are the names of schools that the ODS or the SIS lists.
    """

    headline: Flag
    failed: int
    evaluated: int
    bars: tuple[Bar, ...]
    rules: tuple[RuleCount, ...]
    reason: str
    known: frozenset[str]

    @property
    def counted(self) -> tuple[RuleCount, ...]:
        """The rules whose failures are the flag's number."""
        return tuple(rule for rule in self.rules if rule.rule_id in self.headline.lead)

    @property
    def listed(self) -> tuple[RuleCount, ...]:
        """The rules that belong to the flag without being counted."""
        return tuple(rule for rule in self.rules if rule.rule_id not in self.headline.lead)

    @property
    def doubtful(self) -> tuple[str, ...]:
        """The counted rules that rest on something not proven."""
        return tuple(rule.rule_id for rule in self.counted if rule.doubt and rule.evaluated)

    @property
    def full_bar(self) -> float:
        """The share a bar of full length stands for: the largest at any school, rounded up."""
        largest = max((bar.rate or 0.0 for bar in self.bars), default=0.0)
        return next(step for step in (0.01, 0.05, 0.1, 0.25, 0.5, 1.0) if largest <= step)

    @property
    def state(self) -> str:
        """`gap`, `clear` or `unknown` (nothing evaluated, so nothing is claimed)."""
        if not self.evaluated:
            return "unknown"
        return "gap" if self.failed else "clear"

    @property
    def affected(self) -> tuple[Bar, ...]:
        """The schools with at least one failing record."""
        return tuple(bar for bar in self.bars if bar.failed and bar.school in self.known)


@dataclass(frozen=True)
class Cell:
    """A square of the heat table: one rule at one school."""

    failed: int
    evaluated: int

    @property
    def shade(self) -> int:
        """0 (nothing failed) to 5; -1 where nothing was evaluated."""
        if not self.evaluated:
            return -1
        rate = self.failed / self.evaluated
        return sum(rate > bound for bound in (0, 0.01, 0.05, 0.2, 0.5))


@dataclass(frozen=True)
class HeatRow:
    """One rule's line of the heat table: its totals, then a cell per school shown."""

    rule: RuleCount
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class HeatTable:
    """Rules × schools. `schools` are (name, anchor); `hidden` more had no place on the page."""

    schools: tuple[tuple[str, str], ...]
    hidden: int
    rows: tuple[HeatRow, ...]


@dataclass(frozen=True)
class School:
    """One school's page: what failed there, and what to fix where."""

    school_id: int | None
    name: str
    anchor: str
    errors: int
    warnings: int
    infos: int
    rules: tuple[RuleFindings, ...]
    evaluated: int


@dataclass(frozen=True)
class Staffing:
    """Sections of a school that have no staff at all, whether or not they have students."""

    school: str
    anchor: str
    sections: int
    unstaffed: int
    unstaffed_with_students: int
    several_teachers: int


@dataclass(frozen=True)
class Summary:
    """Everything a report shows. `run` is the run's own `run.json`."""

    run: dict[str, Any]
    subject: str
    school_year: str
    findings: dict[str, int]
    flags: tuple[FlagGap, ...]
    rules: tuple[RuleCount, ...]
    heat: HeatTable
    per_rule: int
    schools: tuple[School, ...]
    staffing: tuple[Staffing, ...]
    ledger: tuple[tuple[str, dict[str, int]], ...]
    absences: tuple[tuple[str, dict[str, int]], ...] = ()
    """Why records are not in the ODS: a sentence and its records by resource, most first."""

    @property
    def not_evaluated(self) -> tuple[RuleCount, ...]:
        """The rules that nothing could be said about, each with its reason."""
        return tuple(rule for rule in self.rules if rule.outcome == "not_evaluated")

    @property
    def doubts(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What rules rest on that is not proven, each with those rules."""
        evaluated = [rule for rule in self.rules if rule.doubt and rule.outcome != "not_evaluated"]
        return tuple(
            (doubt, tuple(rule.rule_id for rule in evaluated if rule.doubt == doubt))
            for doubt in dict.fromkeys(rule.doubt for rule in evaluated)
        )

    @property
    def school_count(self) -> int:
        """How many schools the report speaks of."""
        return sum(known_school(school) for school in self.run["schools"])

    @property
    def incomplete(self) -> tuple[str, ...]:
        """The resources whose pull is not verified complete."""
        pull = self.run.get("pull") or {}
        return tuple(name for name, one in pull.items() if one.get("verdict") != "verified")

    @property
    def recheck(self) -> dict[str, Any]:
        """The counts of the second look at the ODS by resource, empty where there was none."""
        return dict((self.run.get("recheck") or {}).get("resources", {}))

    @property
    def unsettled(self) -> tuple[str, ...]:
        """The resources of which records were not looked up again."""
        return tuple(name for name, one in self.recheck.items() if one["unsettled"])
