"""The audit tables and findings of a finished run, for questions of a few rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from edfi_audit.database import database
from edfi_audit.errors import StoreError
from edfi_audit.tables.typed import identifier, literal

__all__ = ["Row", "RunTables", "opened"]

Row = dict[str, Any]


@dataclass(frozen=True)
class RunTables:
    """The run's audit tables and `findings` as views, each under its own name."""

    con: duckdb.DuckDBPyConnection

    def rows(self, sql: str, **values: object) -> list[Row]:
        """The rows of `sql`, whose `$names` are `values`."""
        answer = self.con.execute(sql, values)
        names = [column[0] for column in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


@contextmanager
def opened(folder: Path) -> Iterator[RunTables]:
    """The tables of the run in `folder`; a `StoreError` when one lacks what this version writes."""
    files = [*sorted((folder / "tables").glob("*.parquet")), folder / "findings.parquet"]
    try:
        with database() as con:
            for file in files:
                view, path = identifier(file.stem), literal(str(file))
                con.execute(f"CREATE VIEW {view} AS FROM read_parquet({path})")
            yield RunTables(con)
    except (duckdb.BinderException, duckdb.CatalogException, duckdb.IOException) as error:
        raise StoreError(
            f"The run {folder.name} does not hold all that `why` reads.",
            next_step="Run again with this version of edfi-audit.",
        ) from error
