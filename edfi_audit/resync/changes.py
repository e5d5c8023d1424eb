"""What has changed since the last resync, as the run's own rules say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edfi_audit.database import database

__all__ = ["Change", "Changes", "changes"]

RULES = (
    "SYN-001", "SYN-002", "SYN-003", "SYN-004", "SYN-005", "SYN-007", "MAP-010", "CO-015",
    "IDM-012",
)  # fmt: skip
"""Drifted fields, toggles, mappings, staleness, and keys that changed without their children."""


@dataclass(frozen=True)
class Change:
    """Findings of one rule about one resource; `observed` where there is only one."""

    rule: str
    severity: str
    title: str
    resource: str
    findings: int
    observed: str | None


@dataclass(frozen=True)
class Changes:
    """What the rules found, and which of them looked.

    `judged` were evaluated, `idle` found no record that they speak about; `not_judged` lack an
    input, and say which.
    """

    found: tuple[Change, ...]
    judged: tuple[str, ...]
    idle: tuple[str, ...]
    not_judged: Mapping[str, str]


def changes(
    folder: Path, facts: Mapping[str, Any], resources: Sequence[str], school: int | None
) -> Changes:
    """What the run in `folder` found about `resources`, at `school` or, without one, anywhere.

    What belongs to a resource and to no school counts at every school.
    """
    rules = {rule: facts["rules"][rule] for rule in RULES if rule in facts["rules"]}
    silent = {rule for rule, one in rules.items() if one["outcome"] == "not_evaluated"}
    lacking = {rule: rules[rule]["missing"] for rule in rules if rules[rule]["missing"]}
    asked = {
        "findings": str(folder / "findings.parquet"),
        "rules": list(rules),
        "resources": list(resources),
        "school": school,
    }
    with database() as con:
        rows = con.execute(_FOUND, asked).fetchall()
    return Changes(
        found=tuple(
            Change(rule, severity, rules[rule]["title"], *rest) for rule, severity, *rest in rows
        ),
        judged=tuple(rule for rule in rules if rule not in silent),
        idle=tuple(rule for rule in rules if rule in silent - lacking.keys()),
        not_judged=lacking,
    )


_FOUND = """
    SELECT rule_id, arg_min(severity, list_position(['error', 'warning', 'info'], severity)),
        resource, count(*),
        CASE WHEN count(*) = 1 THEN min(observed) END
    FROM read_parquet($findings)
    WHERE list_contains($rules, rule_id) AND list_contains($resources, resource)
        AND ($school IS NULL OR school_id IS NULL OR school_id = $school)
    GROUP BY rule_id, resource
    ORDER BY rule_id, resource
"""
