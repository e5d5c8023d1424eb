"""Builds the audit tables, each from those before it."""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from edfi_audit.errors import StoreError
from edfi_audit.tables.catalogue import AuditTable, catalogue
from edfi_audit.tables.typed import identifier, literal

__all__ = ["build"]

_ROW_GROUP = 122_880


def build(
    con: duckdb.DuckDBPyConnection, folder: Path, tables: Iterable[AuditTable] | None = None
) -> dict[str, Path]:
    """Write each table to `folder`/<name>.parquet and make it the view audit.<name>.

    `tables` (default: all) are in build order and `attach` has run on `con`. Gives each table's
    file by name. A table that cannot be built is a `StoreError`.
    """
    wanted = catalogue() if tables is None else tables
    return {table.name: _build(con, folder, table) for table in wanted}


def _build(con: duckdb.DuckDBPyConnection, folder: Path, table: AuditTable) -> Path:
    file = folder / f"{table.name}.parquet"
    path = literal(str(file))
    try:
        con.execute(
            f"COPY ({table.sql}\n) TO {path} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROW_GROUP})"
        )
    except (duckdb.IOException, duckdb.OutOfMemoryException):
        raise
    except duckdb.Error as error:
        raise StoreError(
            f"The audit table {table.name} could not be built ({_without_values(error)}).",
            next_step="Pull and load again with this version of edfi-audit.",
        ) from None
    view = identifier("audit", table.name)
    con.execute(f"CREATE OR REPLACE VIEW {view} AS SELECT * FROM read_parquet({path})")
    return file


def _without_values(error: duckdb.Error) -> str:
    """The error's text where it speaks of names only, else its kind: a row may be quoted in it."""
    if isinstance(error, duckdb.BinderException | duckdb.CatalogException | duckdb.ParserException):
        return str(error).partition("\n")[0]
    return type(error).__name__
