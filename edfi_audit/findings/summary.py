"""A run in a few plain numbers, from its `run.json` alone."""

from collections.abc import Mapping
from typing import Any

__all__ = ["known_school", "summarise"]


def summarise(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Plain data: what was audited, the four flags, counts, what was not evaluated and why.

    Keys: run_id, created_at, profile, school_year, audit_date, connection, extract, schools,
    findings (per severity), rules (per outcome), flags (list), not_evaluated (list of reason and
    rules), not_compared (resource to reason), pull (resources per verdict), incomplete (list of
    resource, verdict and reason), recheck (asked, late, gone, and unsettled: reason to the number
    by resource).
    """
    copied = (
        "run_id",
        "created_at",
        "profile",
        "school_year",
        "audit_date",
        "connection",
        "extract",
    )
    outcomes = [rule["outcome"] for rule in facts["rules"].values()]
    verdicts = [one["verdict"] for one in facts["pull"].values()]
    return {
        **{key: facts[key] for key in copied},
        "schools": sum(known_school(school) for school in facts["schools"]),
        "findings": dict(facts["findings"]),
        "rules": {
            outcome: outcomes.count(outcome) for outcome in ("failed", "passed", "not_evaluated")
        },
        "flags": [{"key": key, **flag} for key, flag in facts["flags"].items()],
        "not_evaluated": _not_evaluated(facts["rules"]),
        "not_compared": dict(facts["not_compared"]),
        "pull": {verdict: verdicts.count(verdict) for verdict in sorted(set(verdicts))},
        "incomplete": [
            {"resource": name, "verdict": one["verdict"], "reason": one.get("reason")}
            for name, one in facts["pull"].items()
            if one["verdict"] != "verified"
        ],
        "recheck": _recheck(facts["recheck"].get("resources", {})),
    }


def known_school(school: Mapping[str, Any]) -> bool:
    """Whether the school has a name: ids that neither ODS nor SIS lists are no schools."""
    return bool(school["name"])


def _recheck(resources: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The second look at the ODS in one line, and what it left open by reason."""
    unsettled: dict[str, dict[str, int]] = {}
    for name, one in resources.items():
        if one["unsettled"]:
            unsettled.setdefault(one["reason"], {})[name] = one["unsettled"]
    counts = ("asked", "late", "gone")
    return {key: sum(one[key] for one in resources.values()) for key in counts} | {
        "unsettled": unsettled
    }


def _not_evaluated(rules: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rules that said nothing, gathered by reason; what silences most comes first."""
    by_reason: dict[str, list[str]] = {}
    for rule_id, rule in rules.items():
        if rule["outcome"] == "not_evaluated":
            by_reason.setdefault(rule["reason"], []).append(rule_id)
    ranked = sorted(by_reason.items(), key=lambda pair: -len(pair[1]))
    return [{"reason": reason, "rules": names} for reason, names in ranked]
