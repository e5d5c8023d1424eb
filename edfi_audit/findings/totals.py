"""The totals of a run, for `run.json`: per rule, per headline flag, per severity."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from edfi_audit.findings.flags import FLAGS, Flag
from edfi_audit.findings.results import nothing_to_evaluate
from edfi_audit.findings.tally import tally
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
    named = {
        school_id
        for (school_id,) in con.execute(
            "SELECT school_id FROM audit.schools WHERE name IS NOT NULL"
        ).fetchall()
    }
    return {flag.key: _flag(con, flag, rules, named) for flag in FLAGS}


def severity_totals(con: "DuckDBPyConnection") -> dict[str, int]:
    """How many findings there are of each severity. Reads the view `findings`."""
    rows = con.execute("SELECT severity, count(*) FROM findings GROUP BY ALL").fetchall()
    return dict.fromkeys(SEVERITIES, 0) | dict(rows)


def _flag(
    con: "DuckDBPyConnection",
    flag: Flag,
    rules: Mapping[str, Mapping[str, Any]],
    named: set[int],
) -> dict[str, Any]:
    by_school = tally(con, flag.lead)
    evaluated = sum(one for one, _ in by_school.values())
    failed = sum(one for _, one in by_school.values())
    affected = [school_id for school_id, (_, one) in by_school.items() if one]
    reasons = (rules[lead]["reason"] for lead in flag.lead if lead in rules)
    unknown = f"no {flag.lead[0]} in this profile"
    return {
        "title": flag.title,
        "counted": flag.counted,
        "lead": list(flag.lead),
        "rules": [name for name, rule in rules.items() if rule["flag"] == flag.key],
        "evaluated": evaluated,
        "failed": failed,
        "schools": len(named.intersection(affected)),
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
