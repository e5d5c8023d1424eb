"""OneRoster files, as they were staged, to Campus tables.

The views that several tables need are in `views/`, in SQL like the tables themselves. Rows marked
to be deleted are no rows.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from edfi_audit.errors import ExtractError
from edfi_audit.sis.encoding import detect
from edfi_audit.sis.infinite_campus import TABLES
from edfi_audit.sis.layout import SisTable
from edfi_audit.sis.oneroster.layout import ONEROSTER

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["MANIFEST_FILE", "Translated", "refuse_deltas", "translate"]

MANIFEST_FILE = "manifest.csv"
_HERE = Path(__file__).parent
_VIEWS = ("class_terms", "classes_in_years")
_READS = re.compile(r"^-- reads: (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Translated:
    """A Campus table made from OneRoster: what it was made from, its rows, the columns told.

    A column that OneRoster has no word for is not among them, although the file has it.
    """

    table: str
    reads: tuple[str, ...]
    rows: int
    columns: tuple[str, ...]


def translate(con: "DuckDBPyConnection", staged: Path, target: Path) -> list[Translated]:
    """Write each Campus table that the Parquet files in `staged` are enough for into `target`."""
    present = {path.stem for path in staged.glob("*.parquet")}
    for table in ONEROSTER.tables:
        _view(con, table, staged)
    for name in _VIEWS:
        con.execute(f"CREATE TEMP VIEW {name} AS {_sql(_HERE / 'views' / f'{name}.sql')}")
    return list(_tables(con, present, target))


def refuse_deltas(manifest: Path, tables: Iterable[str]) -> None:
    """Raise an `ExtractError` where manifest.csv says that one of `tables` holds changes only."""
    with manifest.open(encoding=detect(manifest, MANIFEST_FILE), newline="") as lines:
        said = {row[0].strip(): row[1].strip().lower() for row in csv.reader(lines) if len(row) > 1}
    deltas = [table for table in tables if said.get(f"file.{table}") == "delta"]
    if deltas:
        raise ExtractError(
            f"{MANIFEST_FILE} says that {', '.join(deltas)} hold changes only (delta).",
            next_step="Export OneRoster in bulk: everything that is there now.",
        )


def _tables(con: "DuckDBPyConnection", present: set[str], target: Path) -> Iterator[Translated]:
    for table in TABLES:
        file = _HERE / f"{table.name}.sql"
        if not file.exists():
            continue
        sql = file.read_text(encoding="utf-8")
        reads = tuple(_READS.findall(sql)[0].split(", "))
        if present.issuperset(reads):
            yield _written(con, table, sql, reads, target)


def _written(
    con: "DuckDBPyConnection", table: SisTable, sql: str, reads: tuple[str, ...], target: Path
) -> Translated:
    """The table with every column of the Campus layout; what is not told is null."""
    told = {column[0] for column in con.execute(f"SELECT * FROM ({sql}) LIMIT 0").description}
    columns = ", ".join(
        f"CAST({_quoted(one.name) if one.name in told else 'NULL'} AS {one.type}) "
        f"AS {_quoted(one.name)}"
        for one in table.columns
    )
    path = str(target / f"{table.name}.parquet").replace("'", "''")
    (rows,) = con.execute(
        f"COPY (SELECT {columns} FROM ({sql}) ORDER BY ALL) TO '{path}'"
        " (FORMAT parquet, COMPRESSION zstd)"
    ).fetchall()[0]
    waived = set(ONEROSTER.waived)
    kept = tuple(
        one.name
        for one in table.columns
        if one.name in told and f"{table.name}.{one.name}" not in waived
    )
    return Translated(table.name, reads, rows, kept)


def _view(con: "DuckDBPyConnection", table: SisTable, staged: Path) -> None:
    file = staged / f"{table.name}.parquet"
    if file.exists():
        path = str(file).replace("'", "''")
        rows = f"SELECT * FROM read_parquet('{path}')"
        if "status" in table.by_name:
            rows += " WHERE coalesce(lower(status), '') <> 'tobedeleted'"
    else:
        columns = ", ".join(
            f"CAST(NULL AS {one.type}) AS {_quoted(one.name)}" for one in table.columns
        )
        rows = f"SELECT {columns} WHERE FALSE"
    con.execute(f"CREATE TEMP VIEW {_quoted(table.name)} AS {rows}")


def _sql(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _quoted(name: str) -> str:
    return f'"{name}"'
