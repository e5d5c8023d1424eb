"""One sheet to one typed Parquet file, a batch at a time; what could not be read is counted."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from edfi_audit.sis.cells import UNREADABLE, typed
from edfi_audit.sis.layout import DATE, FLAG, NUMBER, TEXT, TIMESTAMP, SisTable
from edfi_audit.sis.manifest import UnreadableCell
from edfi_audit.sis.sheet import ROW, Sheet

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["Staged", "stage"]

LISTED = 100
_ARROW = {
    TEXT: pa.string(),
    DATE: pa.date32(),
    FLAG: pa.bool_(),
    NUMBER: pa.float64(),
    TIMESTAMP: pa.timestamp("us"),
}


@dataclass
class Staged:
    """The rows written, and the cells that became null because they could not be read."""

    rows: int = 0
    unreadable_count: int = 0
    unreadable: list[UnreadableCell] = field(default_factory=list)

    def note(self, batch: pa.Table) -> None:
        """Count a typed batch; the first hundred unreadable cells are kept by place."""
        self.rows += len(batch)
        found = [
            UnreadableCell(row, name.removeprefix(UNREADABLE))
            for name in batch.column_names
            if name.startswith(UNREADABLE)
            for row in self._rows(batch, name)
        ]
        self.unreadable = sorted([*self.unreadable, *found])[:LISTED]

    def _rows(self, batch: pa.Table, flag: str) -> list[int]:
        rows = batch[ROW].filter(batch[flag])
        self.unreadable_count += len(rows)
        first: list[int] = rows.slice(0, LISTED).to_pylist()
        return first


def stage(  # noqa: PLR0913, PLR0917 - private to the loader
    con: "DuckDBPyConnection",
    sheet: Sheet,
    table: SisTable,
    present: Mapping[str, int],
    target: Path,
    progress: Callable[[int], None],
) -> Staged:
    """Write the cells of `sheet` to the Parquet file `target`, in the file's order.

    `present` maps a column's name to its position in the sheet. `progress` is called with the
    rows written so far.
    """
    schema = pa.schema([(column.name, _ARROW[column.type]) for column in table.columns])
    staged = Staged()
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for batch in _typed_batches(con, sheet, table, present):
            writer.write_table(batch.select(schema.names).cast(schema))
            staged.note(batch)
            progress(staged.rows)
    return staged


def _typed_batches(
    con: "DuckDBPyConnection", sheet: Sheet, table: SisTable, present: Mapping[str, int]
) -> Iterator[pa.Table]:
    query = typed(table, present, "cells")
    for cells in sheet.read(sorted(present.values())):
        con.register("cells", pa.Table.from_batches(cells.to_batches(max_chunksize=16384)))
        yield con.sql(query).to_arrow_table()
        con.unregister("cells")
