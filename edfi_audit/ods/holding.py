"""What is held of one resource while it is pulled: what was walked, and what changed since.

The walked rows lie in `base-*.parquet`, one row per id. What a round of changes brought lies in
`changed-<round>.parquet`, and the ids it took away in `gone-<round>.parquet`. The rows held are
the newest of each id that has not gone.
"""

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from edfi_audit.ods.parts import Part, Settled, settle
from edfi_audit.ods.resources import Resource

__all__ = ["NO_DIFFERENCE", "Difference", "Holding"]


@dataclass(frozen=True)
class Difference:
    """What a round of changes did to the rows held."""

    inserted: int = 0
    updated: int = 0
    removed: int = 0

    @property
    def in_number(self) -> bool:
        """Whether rows came or went."""
        return bool(self.inserted or self.removed)

    @property
    def any(self) -> bool:
        """Whether anything is different."""
        return bool(self.inserted or self.updated or self.removed)


NO_DIFFERENCE = Difference()


@dataclass(frozen=True)
class Holding:
    """The rows of `resource` in `folder`, seen through `database`."""

    folder: Path
    resource: Resource
    database: duckdb.DuckDBPyConnection

    def walked(self, batches: Iterable[pa.RecordBatch]) -> Settled:
        """Take the pages of a whole walk in the place of everything held, down to the disk."""
        staged = self.folder.with_name(f".{self.folder.name}")
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir(mode=0o700, parents=True)
        with Part(staged / "base-000.parquet", self.resource.schema) as part:
            for batch in batches:
                part.add(batch)
        settled = settle(self.database, staged)
        _force(staged)
        shutil.rmtree(self.folder, ignore_errors=True)
        staged.rename(self.folder)
        return settled

    def adopt(self, files: Iterable[Path]) -> None:
        """Take files of an earlier pull as the walked rows."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700, parents=True)
        for number, file in enumerate(sorted(files)):
            _link(file, self.folder / f"base-{number:03}.parquet")

    def apply(
        self, number: int, changed: Iterable[pa.RecordBatch], gone: Iterable[pa.RecordBatch]
    ) -> Difference:
        """Take in one round: rows that changed, and rows that went."""
        self._write(f"changed-{number:03}.parquet", changed, self.resource.schema)
        ids = (batch.select(_GONE.names) for batch in gone)
        self._write(f"gone-{number:03}.parquet", ids, _GONE)
        difference = self.difference(number)
        if not difference.any:
            for path in self._names("changed", number, number) + self._names(
                "gone", number, number
            ):
                path.unlink()
        return difference

    def difference(self, number: int) -> Difference:
        """What round `number` changed of the rows held before it."""
        new, old = self._rows(number), self._rows(number - 1)
        if not self._names("changed", number, number) and not self._names("gone", number, number):
            return NO_DIFFERENCE
        ((inserted, updated, removed),) = self.database.execute(
            f"""
            WITH changed AS MATERIALIZED (SELECT id FROM ({self._latest(number, number)})),
            gone AS MATERIALIZED (SELECT id FROM ({self._gone(number, number)})),
            old AS MATERIALIZED (
                SELECT * FROM ({old}) WHERE id IN (SELECT id FROM changed UNION ALL FROM gone)
            ),
            new AS MATERIALIZED (SELECT * FROM ({new}) WHERE id IN (SELECT id FROM changed)),
            fresh AS (SELECT * FROM new EXCEPT SELECT * FROM old)
            SELECT (SELECT count(*) FROM new WHERE id NOT IN (SELECT id FROM old)),
                (SELECT count(*) FROM fresh WHERE id IN (SELECT id FROM old)),
                (SELECT count(*) FROM old WHERE id IN (SELECT id FROM gone))
            """
        ).fetchall()
        return Difference(inserted, updated, removed)

    def rivals(self, number: int) -> list[str]:
        """Ids held before round `number` whose natural key a new row of that round has.

        A record deleted and created anew is not always told of by its ODS.
        """
        if not self._names("changed", number, number):
            return []
        same = " AND ".join(f"old.{column} = new.{column}" for column in self.resource.key)
        found = self.database.execute(
            f"SELECT old.id FROM ({self._rows(number - 1)}) old "
            f"JOIN ({self._latest(number, number)}) new ON {same} WHERE old.id <> new.id"
        ).fetchall()
        return [identifier for (identifier,) in found]

    def count(self, number: int) -> tuple[int, int]:
        """The rows held after round `number`, and how many of them have no id."""
        ((rows, with_id),) = self.database.execute(
            f"SELECT count(*), count(id) FROM ({self._rows(number)})"
        ).fetchall()
        return rows, rows - with_id

    def newest(self, number: int) -> str | None:
        """When the last of the rows held after round `number` was changed (ISO 8601, UTC)."""
        ((moment,),) = self.database.execute(
            f"SELECT max(last_modified_date) FROM ({self._rows(number)})"
        ).fetchall()
        return moment.isoformat() if moment else None

    def ids(self, number: int) -> set[str]:
        """The ids that round `number` brought rows of."""
        if not self._names("changed", number, number):
            return set()
        found = self.database.execute(f"SELECT id FROM ({self._latest(number, number)})").fetchall()
        return {identifier for (identifier,) in found if identifier}

    def copy(self, number: int, target: Path) -> None:
        """Write the rows held after round `number` into the new folder `target`."""
        target.mkdir(mode=0o700)
        if self._names("changed", 0, number) or self._names("gone", 0, number):
            place = str(target / "part-000.parquet").replace("'", "''")
            self.database.execute(
                f"COPY ({self._rows(number)}) TO '{place}' (FORMAT parquet, COMPRESSION zstd)"
            )
            return
        for at, file in enumerate(self._names("base", None, None)):
            _link(file, target / f"part-{at:03}.parquet")

    def _rows(self, number: int) -> str:
        """SQL for the rows held after round `number`."""
        base = f"SELECT * FROM read_parquet({_files(self._names('base', None, None))})"
        changed, gone = self._names("changed", 0, number), self._names("gone", 0, number)
        if not changed and not gone:
            return base
        latest, left = self._latest(0, number), self._gone(0, number)
        touched = f"SELECT id FROM ({latest}) WHERE id IS NOT NULL UNION ALL {left}"
        return (
            f"{base} WHERE id IS NULL OR id NOT IN ({touched}) UNION ALL "
            f"SELECT * FROM ({latest}) WHERE id NOT IN ({left})"
        )

    def _latest(self, first: int, last: int) -> str:
        """SQL for the newest row of each id that rounds `first` to `last` brought."""
        files = self._names("changed", first, last)
        if not files:
            return f"{self._nothing()} WHERE false"
        return (
            f"SELECT * EXCLUDE (filename) FROM read_parquet({_files(files)}, filename = true) "
            "WHERE id IS NOT NULL QUALIFY row_number() OVER (PARTITION BY id "
            "ORDER BY filename DESC, last_modified_date DESC NULLS LAST) = 1"
        )

    def _gone(self, first: int, last: int) -> str:
        files = self._names("gone", first, last)
        if not files:
            return "SELECT NULL::VARCHAR AS id WHERE false"
        return f"SELECT id FROM read_parquet({_files(files)}) WHERE id IS NOT NULL"

    def _nothing(self) -> str:
        return f"SELECT * FROM read_parquet({_files(self._names('base', None, None))})"

    def _names(self, kind: str, first: int | None, last: int | None) -> list[Path]:
        found = sorted(self.folder.glob(f"{kind}-*.parquet"))
        if first is None or last is None:
            return found
        return [path for path in found if first <= int(path.stem.rpartition("-")[2]) <= last]

    def _write(self, name: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
        table = pa.Table.from_batches(batches, schema)
        if not table.num_rows:
            return
        staged = self.folder / f".{name}"
        pq.write_table(table, staged, compression="zstd")
        staged.rename(self.folder / name)


_GONE = pa.schema([("id", pa.string())])


def _files(paths: Iterable[Path]) -> str:
    """A list of files as SQL."""
    quoted = ["'" + str(path).replace("'", "''") + "'" for path in paths]
    return f"[{', '.join(quoted)}]"


def _force(folder: Path) -> None:
    """Have the disk take the files in `folder`."""
    for file in folder.iterdir():
        with file.open("rb") as written:
            os.fsync(written.fileno())


def _link(file: Path, target: Path) -> None:
    """`file` under another name; a copy where the file system has no links."""
    try:
        os.link(file, target)
    except OSError:
        shutil.copyfile(file, target)
