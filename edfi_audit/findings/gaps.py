"""The gaps: rule × school with names and rates, as a data frame."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edfi_audit.findings.frames import frame

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NO_SCHOOL", "gaps", "school_name"]

NO_SCHOOL = "Not tied to a school"
"""What stands for the school where records belong to an agency, or name no school."""


def gaps(results: Path, facts: Mapping[str, Any]) -> "pd.DataFrame":
    """One row per rule × school, worst rate first within a rule.

    Columns: rule_id, title, flag, severity, school_id, school, lea_id, evaluated, failed, rate
    (0 to 1, missing where nothing was evaluated), outcome, reason.
    """
    rules = [[rule_id, rule["title"], rule["flag"]] for rule_id, rule in facts["rules"].items()]
    schools = [[school["school_id"], school_name(school)] for school in facts["schools"]]
    return frame(
        "SELECT rule_id, title, flag, severity, school_id,"
        " CASE WHEN school_id IS NULL THEN $no_school ELSE name END AS school, lea_id,"
        " evaluated, failed, failed / nullif(evaluated, 0) AS rate, outcome, reason"
        " FROM read_parquet($results) LEFT JOIN rules USING (rule_id)"
        " LEFT JOIN schools USING (school_id)"
        " ORDER BY rule_id, rate DESC NULLS LAST, failed DESC, school_id",
        {"results": str(results), "no_school": NO_SCHOOL},
        rules=("rule_id VARCHAR, title VARCHAR, flag VARCHAR", rules),
        schools=("school_id BIGINT, name VARCHAR", schools),
    )


def school_name(school: Mapping[str, Any]) -> str:
    """What a school of `run.json` is called; an id that the ODS does not list says so."""
    return school["name"] or f"School {school['school_id']} (not in the ODS)"
