"""A resource's Parquet parts: written as pages come, then settled to one row per id."""

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["Part", "Settled", "settle"]

ROW_GROUP = 20_000
"""Rows kept in memory per part before they are written."""


class Part:
    """One Parquet file, filled batch by batch; a context manager that closes it."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._writer = pq.ParquetWriter(path, schema, compression="zstd")
        self._schema = schema
        self._waiting: list[pa.RecordBatch] = []
        self._rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._flush()
        self._writer.close()

    def add(self, batch: pa.RecordBatch) -> None:
        """Take `batch`; it is written once enough rows have gathered."""
        self._waiting.append(batch)
        self._rows += batch.num_rows
        if self._rows >= ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            table = pa.Table.from_batches(self._waiting, self._schema)
            self._writer.write_table(table, row_group_size=2 * ROW_GROUP)
        self._waiting, self._rows = [], 0


@dataclass(frozen=True)
class Settled:
    """What a resource's folder holds after `settle`, and how many rows were taken out."""

    rows: int
    distinct_ids: int
    unidentified: int
    duplicates: int


def settle(connection: duckdb.DuckDBPyConnection, folder: Path) -> Settled:
    """Leave one row per id in `folder`, the one last modified; rows without id all stay."""
    came, with_id, distinct = _counted(connection, folder)
    duplicates = with_id - distinct
    if duplicates:
        _rewrite(connection, folder)
    return Settled(came - duplicates, distinct, came - with_id, duplicates)


def _counted(connection: duckdb.DuckDBPyConnection, folder: Path) -> tuple[int, int, int]:
    """The rows, those with an id, and the distinct ids."""
    files = [str(folder / "*.parquet")]
    ((came,),) = connection.execute("SELECT count(*) FROM read_parquet(?)", files).fetchall()
    told = connection.execute(
        "SELECT hash(id) AS id FROM read_parquet(?) WHERE id IS NOT NULL", files
    ).fetchnumpy()
    hashes = np.sort(np.asarray(told["id"]))
    with_id = len(hashes)
    if (hashes[1:] != hashes[:-1]).all():  # 8 bytes an id, where the ids take 60
        return came, with_id, with_id
    ((distinct,),) = connection.execute(
        "SELECT count(DISTINCT id) FROM read_parquet(?)", files
    ).fetchall()
    return came, with_id, distinct


def _rewrite(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    parts = sorted(folder.glob("*.parquet"))
    whole = folder / "settled"
    connection.execute(
        "COPY (SELECT * FROM read_parquet($parts) QUALIFY id IS NULL OR row_number() OVER "
        "(PARTITION BY id ORDER BY last_modified_date DESC NULLS LAST) = 1) "
        f"TO '{str(whole).replace(chr(39), chr(39) * 2)}' (FORMAT parquet, COMPRESSION zstd)",
        {"parts": [str(part) for part in parts]},
    )
    for part in parts:
        part.unlink()
    whole.rename(parts[0])
