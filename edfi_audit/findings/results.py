"""Rule × school: how many records each rule judged at each school, and how many failed.

Every rule has a row at every school. Where it judged nothing, the outcome is `not_evaluated` and
the reason says whether an input is missing, the school has no such records, or none of them is
one the rule speaks about. Records that belong to an agency and to no school have a null school.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edfi_audit.findings.failing_rows import parquet_list
from edfi_audit.tables.typed import literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from edfi_audit.validation import Suite, Validation

__all__ = ["nothing_to_evaluate", "write_results"]

_RANK = "CASE severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END"
_RESULTS = f"""
WITH places AS (
    SELECT school_id, max(lea_id) AS lea_id
    FROM (SELECT school_id, lea_id FROM audit.schools
          UNION ALL SELECT school_id, lea_id FROM counts)
    WHERE school_id IS NOT NULL
    GROUP BY school_id
),
tally AS (
    SELECT rule_id, school_id, CASE WHEN school_id IS NULL THEN lea_id END AS agency,
        sum(evaluated)::BIGINT AS evaluated, sum(failed)::BIGINT AS failed
    FROM counts
    GROUP BY ALL
),
worst AS (
    SELECT rule_id, school_id, CASE WHEN school_id IS NULL THEN lea_id END AS agency,
        min({_RANK}) AS rank
    FROM findings
    GROUP BY ALL
),
cells AS (
    SELECT rule_id, school_id, lea_id, NULL::BIGINT AS agency FROM rules CROSS JOIN places
    UNION ALL
    SELECT rule_id, NULL, agency, agency FROM tally WHERE school_id IS NULL AND evaluated > 0
)
SELECT
    cells.rule_id,
    coalesce(['error', 'warning', 'info'][rank + 1], rules.severity) AS severity,
    cells.school_id::BIGINT AS school_id,
    cells.lea_id::BIGINT AS lea_id,
    coalesce(evaluated, 0)::BIGINT AS evaluated,
    coalesce(failed, 0)::BIGINT AS failed,
    CASE WHEN failed > 0 THEN 'failed' WHEN evaluated > 0 THEN 'passed'
        ELSE 'not_evaluated' END AS outcome,
    CASE WHEN evaluated > 0 THEN NULL
        WHEN missing IS NOT NULL THEN missing
        WHEN coalesce(present.records, 0) = 0
        THEN 'nothing to evaluate: no ' || noun || ' at this school'
        ELSE 'nothing to evaluate: none of the ' || noun
            || ' at this school is one that the rule speaks about' END AS reason
FROM cells
JOIN rules USING (rule_id)
LEFT JOIN tally ON tally.rule_id = cells.rule_id
    AND tally.school_id IS NOT DISTINCT FROM cells.school_id
    AND tally.agency IS NOT DISTINCT FROM cells.agency
LEFT JOIN worst ON worst.rule_id = cells.rule_id
    AND worst.school_id IS NOT DISTINCT FROM cells.school_id
    AND worst.agency IS NOT DISTINCT FROM cells.agency
LEFT JOIN present ON present.table_name = rules.table_name
    AND present.school_id = cells.school_id
ORDER BY cells.rule_id, cells.school_id, cells.lea_id
"""


def write_results(
    con: "DuckDBPyConnection",
    target: Path,
    suites: "Sequence[Suite]",
    validation: "Validation",
) -> None:
    """Write `target` (results.parquet). Needs the view `findings` and the audit tables.

    A row's severity is that of its worst finding, and the rule's own worst where nothing failed.
    Leaves the view `results` and the table `present`, which counts the records of each table.
    """
    missing = validation.not_evaluated
    con.register("counts", validation.counts)
    con.execute(
        "CREATE TEMP TABLE rules (rule_id VARCHAR, severity VARCHAR, table_name VARCHAR,"
        " noun VARCHAR, missing VARCHAR)"
    )
    rows: list[list[Any]] = [
        [rule.id, rule.worst_severity, suite.table, _noun(suite.table), missing.get(rule.id)]
        for suite in suites
        for rule in suite.rules
    ]
    if rows:
        con.executemany("INSERT INTO rules VALUES (?, ?, ?, ?, ?)", rows)
    _count_records(con, sorted({suite.table for suite in suites}))
    con.execute(f"COPY ({_RESULTS}) TO {literal(str(target))} (FORMAT parquet, COMPRESSION zstd)")
    con.execute(f"CREATE TEMP VIEW results AS FROM read_parquet({parquet_list([target])})")


def nothing_to_evaluate(table: str, records: int) -> str:
    """Why a rule over `table` judged nothing although its inputs are there."""
    if not records:
        return f"nothing to evaluate: no {_noun(table)}"
    return f"nothing to evaluate: none of the {_noun(table)} is one that the rule speaks about"


def _count_records(con: "DuckDBPyConnection", tables: Sequence[str]) -> None:
    con.execute("CREATE TEMP TABLE present (table_name VARCHAR, school_id BIGINT, records BIGINT)")
    for table in tables:
        con.execute(
            f"INSERT INTO present SELECT '{table}', school_id, count(*)"
            f" FROM audit.{table} GROUP BY ALL"
        )


def _noun(table: str) -> str:
    words = table.replace("_", " ")
    return words if words.endswith("s") else f"{words} rows"
