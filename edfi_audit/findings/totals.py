"""The totals of a run, for `run.json`: per rule, per headline flag, per severity."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from edfi_audit.findings.flags import FLAGS, Flag
from edfi_audit.findings.results import nothing_to_evaluate
from edfi_audit.validation.catalogue import SEVERITIES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from edfi_audit.validation.catalogue import Rule, Suite

__all__ = ["flag_totals", "rule_totals", "severity_totals"]


def rule_totals(
    con: "DuckDBPyConnection", suites: "Sequence[Suite]", missing: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """Each rule with its text and its totals over all schools, in the suites' order.

    Reads the views `results` and `findings` and the table `present`.
    """
    judged = {
        rule_id: (evaluated, failed)
        for rule_id, evaluated, failed in con.execute(
            "SELECT rule_id, sum(evaluated)::BIGINT, sum(failed)::BIGINT FROM results GROUP BY ALL"
        ).fetchall()
    }
    severities: dict[str, dict[str, int]] = {}
    for rule_id, severity, count in con.execute(
        "SELECT rule_id, severity, count(*) FROM findings GROUP BY ALL"
    ).fetchall():
        severities.setdefault(rule_id, {})[severity] = count
    records = dict(
        con.execute("SELECT table_name, sum(records)::BIGINT FROM present GROUP BY ALL").fetchall()
    )
    totals = {}
    for suite in suites:
        idle = nothing_to_evaluate(suite.table, records.get(suite.table, 0))
        for rule in suite.rules:
            evaluated, failed = judged.get(rule.id, (0, 0))
            found = dict.fromkeys(SEVERITIES, 0) | severities.get(rule.id, {})
            totals[rule.id] = {
                **_text(rule),
                "severity": next((word for word in SEVERITIES if found[word]), rule.worst_severity),
                "severities": found,
                "evaluated": evaluated,
                "failed": failed,
                "outcome": _outcome(evaluated, failed),
                "missing": missing.get(rule.id),
                "reason": None if evaluated else missing.get(rule.id, idle),
            }
    return totals


def flag_totals(
    con: "DuckDBPyConnection", rules: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Each headline flag with its number. Reads the view `results`; `rules` are its totals."""
    return {flag.key: _flag(con, flag, rules) for flag in FLAGS}


def severity_totals(con: "DuckDBPyConnection") -> dict[str, int]:
    """How many findings there are of each severity. Reads the view `findings`."""
    rows = con.execute("SELECT severity, count(*) FROM findings GROUP BY ALL").fetchall()
    return dict.fromkeys(SEVERITIES, 0) | dict(rows)


def _flag(
    con: "DuckDBPyConnection", flag: Flag, rules: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    row = con.execute(
        "SELECT coalesce(sum(evaluated), 0)::BIGINT, coalesce(sum(failed), 0)::BIGINT,"
        " count(*) FILTER (failed > 0 AND school_id IN"
        "   (SELECT school_id FROM audit.schools WHERE name IS NOT NULL)) FROM ("
        "   SELECT school_id, max(evaluated) AS evaluated, sum(failed) AS failed"
        "   FROM results WHERE list_contains(?, rule_id) GROUP BY school_id, lea_id)",
        [list(flag.lead)],
    ).fetchone()
    evaluated, failed, schools = row or (0, 0, 0)
    reasons = (rules[lead]["reason"] for lead in flag.lead if lead in rules)
    unknown = f"no {flag.lead[0]} in this profile"
    return {
        "title": flag.title,
        "counted": flag.counted,
        "lead": list(flag.lead),
        "rules": [name for name, rule in rules.items() if rule["flag"] == flag.key],
        "evaluated": evaluated,
        "failed": failed,
        "schools": schools,
        "outcome": _outcome(evaluated, failed),
        "reason": None if evaluated else next(reasons, unknown),
    }


def _text(rule: "Rule") -> dict[str, Any]:
    names = ("title", "flag", "suite", "confidence", "remedy", "screen", "message")
    return {
        **{name: getattr(rule, name) for name in names},
        "source": asdict(rule.source),
    }


def _outcome(evaluated: int, failed: int) -> str:
    if failed:
        return "failed"
    return "passed" if evaluated else "not_evaluated"
