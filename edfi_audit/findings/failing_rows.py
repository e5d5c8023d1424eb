"""Failing rows become findings, each with its fingerprint, its status and its first day."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from edfi_audit.findings.doubt import Doubts
from edfi_audit.findings.facts import utc
from edfi_audit.findings.lifecycle import EarlierRun, remember
from edfi_audit.tables.typed import empty, literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["COLUMNS", "parquet_list", "write_findings"]

_FAILING = {
    "rule_id": "VARCHAR",
    "severity": "VARCHAR",
    "resource": "VARCHAR",
    "lea_id": "BIGINT",
    "school_id": "BIGINT",
    "school_year": "INTEGER",
    "natural_key": "VARCHAR",
    "row_key": "VARCHAR",
    "student_unique_id": "VARCHAR",
    "staff_unique_id": "VARCHAR",
    "observed": "VARCHAR",
    "expected": "VARCHAR",
    "cause_key": "VARCHAR",
    "cause": "VARCHAR",
    "remedy": "VARCHAR",
}
_KEPT = tuple(name for name in _FAILING if name != "row_key")
COLUMNS = ("fingerprint", *_KEPT, "status", "first_seen", "doubt")
"""The columns of findings.parquet."""

_STATUS = """CASE WHEN seen.fingerprint IS NULL THEN 'new'
    WHEN last_seen >= last_evaluated THEN 'persisting' ELSE 'regressed' END"""


def write_findings(  # noqa: PLR0913, PLR0917 - where to, from what, and what is known besides
    con: "DuckDBPyConnection",
    target: Path,
    failures: Sequence[Path],
    earlier: Sequence[EarlierRun],
    created_at: datetime,
    doubts: Doubts,
) -> None:
    """Write `target` (findings.parquet) from the Parquet files of failing rows, by rule and school.

    The fingerprint is the first half of SHA-256 over rule, resource, natural key and row key.
    Leaves the view `findings` over what was written.
    """
    rows = (
        f"read_parquet({parquet_list(failures)}, union_by_name = true)"
        if failures
        else f"({empty(_FAILING)})"
    )
    typed = ", ".join(f"{name}::{type_} AS {name}" for name, type_ in _FAILING.items())
    con.execute(
        f"CREATE TEMP VIEW current AS SELECT {typed}, left(sha256(concat_ws(chr(31), rule_id,"
        " coalesce(resource, ''), coalesce(natural_key, ''), coalesce(row_key, ''))), 32)"
        f" AS fingerprint FROM {rows}"
    )
    remember(con, earlier)
    _doubt(con, doubts)
    con.execute(
        f"COPY (SELECT fingerprint, {', '.join(_KEPT)}, {_STATUS} AS status,"
        f" coalesce(first_seen, TIMESTAMP '{utc(created_at)}') AS first_seen, doubt"
        " FROM current LEFT JOIN seen USING (fingerprint) LEFT JOIN spoken USING (rule_id)"
        " LEFT JOIN doubts USING (rule_id, resource)"
        f" ORDER BY rule_id, school_id, natural_key) TO {literal(str(target))}"
        " (FORMAT parquet, COMPRESSION zstd)"
    )
    con.execute(f"CREATE TEMP VIEW findings AS FROM read_parquet({parquet_list([target])})")


def _doubt(con: "DuckDBPyConnection", doubts: Doubts) -> None:
    con.execute("CREATE TEMP TABLE doubts (rule_id VARCHAR, resource VARCHAR, doubt VARCHAR)")
    rows = [[*key, text] for key, text in doubts.texts.items()]
    if rows:
        con.executemany("INSERT INTO doubts VALUES (?, ?, ?)", rows)


def parquet_list(files: Sequence[Path]) -> str:
    """`files` as an SQL list of strings."""
    return "[" + ", ".join(literal(str(file)) for file in files) + "]"
