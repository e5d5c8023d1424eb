"""Findings as a list to work through: which record, what is wrong, what to do, and where."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from edfi_audit.findings.keys import readable

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["worklist"]

_COLUMNS = (
    "severity", "rule", "what fails", "record", "found", "expected", "cause", "fix", "where",
)  # fmt: skip
_ORDER = {"error": 0, "warning": 1, "info": 2}


def worklist(findings: "pd.DataFrame", facts: Mapping[str, Any]) -> "pd.DataFrame":
    """One row per finding, errors first.

    Columns: severity, rule, what fails, record, found, expected, cause, fix, where, and doubt where
    there is any. `findings` is `Run.findings()`; `facts` the run's `run.json`.
    """
    rules = facts["rules"]
    ordered = findings.sort_values(
        "severity", key=lambda severity: severity.map(_ORDER), kind="stable"
    )
    listed = ordered.assign(
        **{
            "what fails": ordered["rule_id"].map(lambda rule: rules[rule]["title"]),
            "record": ordered["natural_key"].map(_in_words),
            "where": ordered["rule_id"].map(lambda rule: rules[rule]["screen"] or ""),
            "cause": ordered["cause"].fillna(""),
            "doubt": ordered["doubt"].fillna(""),
        }
    ).rename(columns={"rule_id": "rule", "observed": "found", "remedy": "fix"})
    return listed[[*_COLUMNS, "doubt"] if listed["doubt"].any() else [*_COLUMNS]]


def _in_words(natural_key: str) -> str:
    return ", ".join(f"{label} {value}" for label, value in readable(natural_key))
