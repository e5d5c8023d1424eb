"""The findings as a reader needs them: grouped by school and rule, the key in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from edfi_audit.findings.keys import readable

__all__ = ["Line", "RuleFindings", "rule_findings"]


@dataclass(frozen=True)
class Line:
    """One failing record: its key as labelled parts, what was seen, what was expected."""

    key: tuple[tuple[str, str], ...]
    observed: str
    expected: str
    status: str


@dataclass(frozen=True)
class RuleFindings:
    """A rule's findings at one school. `lines` are the first few of `failed`.

    `doubts` are sentences on what they rest on that is not proven.
    """

    rule_id: str
    title: str
    severity: str
    remedy: str
    screen: str
    source: str
    failed: int
    causes: tuple[tuple[str, int], ...]
    lines: tuple[Line, ...]
    doubts: tuple[str, ...]

    @property
    def hidden(self) -> int:
        """How many findings are only in the CSV."""
        return self.failed - len(self.lines)


def rule_findings(
    con: duckdb.DuckDBPyConnection, rules: Mapping[str, Mapping[str, Any]], *, per_rule: int
) -> dict[int | None, list[RuleFindings]]:
    """Per school, each failing rule with its first `per_rule` findings, errors first.

    Reads the view `findings`; only the rows shown are brought into Python.
    """
    causes, doubts = _causes(con), _doubts(con)
    groups: dict[tuple[int | None, str], list[Line]] = {}
    heads: dict[tuple[int | None, str], tuple[str, int, str]] = {}
    for (
        school_id,
        rule_id,
        severity,
        failed,
        key,
        observed,
        expected,
        status,
        remedy,
    ) in _first_rows(con, per_rule):
        group = (school_id, rule_id)
        heads[group] = (severity, failed, remedy)
        line = Line(readable(key), observed or "", expected or "", status or "")
        groups.setdefault(group, []).append(line)
    found: dict[int | None, list[RuleFindings]] = {}
    for (school_id, rule_id), lines in groups.items():
        severity, failed, remedy = heads[school_id, rule_id]
        rule = rules.get(rule_id, {})
        one = RuleFindings(
            rule_id,
            rule.get("title", rule_id),
            severity,
            remedy or rule.get("remedy") or "",
            rule.get("screen") or "",
            _source(rule),
            failed,
            tuple(causes.get((school_id, rule_id), ())),
            tuple(lines),
            tuple(doubts.get((school_id, rule_id), ())),
        )
        found.setdefault(school_id, []).append(one)
    return found


def _first_rows(con: duckdb.DuckDBPyConnection, per_rule: int) -> list[tuple[Any, ...]]:
    return con.execute(
        "SELECT school_id, rule_id, worst, failed, natural_key, observed, expected, status, remedy"
        " FROM (SELECT *,"
        "   row_number() OVER (PARTITION BY school_id, rule_id ORDER BY natural_key) AS place,"
        "   count(*) OVER (PARTITION BY school_id, rule_id) AS failed,"
        "   CASE WHEN bool_or(severity = 'error') OVER (PARTITION BY school_id, rule_id)"
        "     THEN 'error' WHEN bool_or(severity = 'warning')"
        "     OVER (PARTITION BY school_id, rule_id) THEN 'warning' ELSE 'info' END AS worst"
        "   FROM findings)"
        " WHERE place <= ?"
        " ORDER BY school_id NULLS FIRST,"
        "   CASE worst WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END,"
        "   failed DESC, rule_id, place",
        [per_rule],
    ).fetchall()


def _causes(
    con: duckdb.DuckDBPyConnection,
) -> dict[tuple[int | None, str], list[tuple[str, int]]]:
    """The causes that stand behind more than one finding, most frequent first."""
    causes: dict[tuple[int | None, str], list[tuple[str, int]]] = {}
    for school_id, rule_id, cause, count in con.execute(
        "SELECT school_id, rule_id, any_value(cause), count(*) FROM findings"
        " WHERE cause IS NOT NULL GROUP BY school_id, rule_id, cause_key HAVING count(*) > 1"
        " ORDER BY count(*) DESC, 3"
    ).fetchall():
        causes.setdefault((school_id, rule_id), []).append((cause, count))
    return {group: rows[:8] for group, rows in causes.items()}


def _doubts(con: duckdb.DuckDBPyConnection) -> dict[tuple[int | None, str], list[str]]:
    rows = con.execute(
        "SELECT school_id, rule_id, list(DISTINCT doubt ORDER BY doubt) FROM findings"
        " WHERE doubt IS NOT NULL GROUP BY ALL"
    ).fetchall()
    return {(school_id, rule_id): doubts for school_id, rule_id, doubts in rows}


def _source(rule: Mapping[str, Any]) -> str:
    source = rule.get("source") or {}
    return f"“{source['phrase']}”" if source.get("phrase") else ""
