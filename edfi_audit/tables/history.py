"""What an earlier run kept, as views `history.<table>`: what is compared from run to run.

`COLUMNS` names all that a run remembers. A run of an older version that lacks one of these
columns is none.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from edfi_audit.tables.typed import empty, identifier, literal

__all__ = ["COLUMNS", "attach", "names"]

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "expected_records": {
        "resource": "VARCHAR",
        "campus_object_type": "VARCHAR",
        "object_key": "VARCHAR",
        "school_id": "BIGINT",
        "school_year": "INTEGER",
        "session_name": "VARCHAR",
        "local_course_code": "VARCHAR",
        "section_identifier": "VARCHAR",
        "student_unique_id": "VARCHAR",
        "staff_unique_id": "VARCHAR",
        "begin_date": "DATE",
        "record_key": "VARCHAR",
        "may_be_sent": "BOOLEAN",
    },
    "resource_syncs": {"resource": "VARCHAR", "newest_ods_change": "TIMESTAMP"},
}
"""The audit tables of an earlier run that may be read, and which columns of each."""

_FIRST_RUN = "no earlier run of this connection and school year"


def names() -> Iterator[str]:
    """The inputs there may be: `history.<table>`."""
    return (f"history.{table}" for table in COLUMNS)


def attach(con: duckdb.DuckDBPyConnection, tables: Path | None) -> dict[str, str]:
    """Make each view over the files in `tables`, an earlier run's; why those missing are.

    Without an earlier run (None), and where it kept no such table, a view is typed and empty.
    """
    con.execute("CREATE SCHEMA IF NOT EXISTS history")
    missing = {}
    for table, types in COLUMNS.items():
        file = tables / f"{table}.parquet" if tables else None
        if file is None or not _keeps(file, types):
            missing[f"history.{table}"] = _FIRST_RUN
            rows = empty(types)
        else:
            columns = ", ".join(map(identifier, types))
            rows = f"SELECT {columns} FROM read_parquet({literal(str(file))})"
        con.execute(f"CREATE OR REPLACE VIEW history.{table} AS {rows}")
    return missing


def _keeps(file: Path, types: Mapping[str, str]) -> bool:
    return file.exists() and types.keys() <= set(pq.read_schema(file).names)
