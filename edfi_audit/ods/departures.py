"""What `/deletes` and `/keyChanges` tell, and what they have told of the records that are compared.

An entry is the id concerned, the change version, and the natural keys that went and came.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from edfi_audit.errors import SourceError
from edfi_audit.ods.cells import id_reader, reader_of

if TYPE_CHECKING:
    from edfi_audit.ods.crew import Crew
    from edfi_audit.ods.manifest import Departed
    from edfi_audit.ods.walk import Walker

__all__ = ["DEPARTED", "DEPARTURES", "STORED", "KeptChanges", "departures"]

DEPARTED = "departures.parquet"
"""Beside the records: the deletes and changes of key of the resources that are compared."""

DEPARTURES = pa.schema(
    [
        ("id", pa.string()),
        ("change_version", pa.int64()),
        ("old_key", pa.string()),
        ("new_key", pa.string()),
    ]
)
"""The keys are JSON, as the ODS writes them; null where it does not say."""

STORED = pa.schema([("resource", pa.string()), ("kind", pa.string()), *DEPARTURES])
"""The columns of the file `DEPARTED`."""

_KINDS: Mapping[str, str] = {"deletes": "delete", "keyChanges": "key_change"}
_COMPARED = (
    "courseOfferings", "sections", "studentSectionAssociations", "staffSectionAssociations",
)  # fmt: skip
_COLUMNS = (("id", id_reader()), ("changeversion", reader_of(pa.int64())))
_KEYS = (("keyvalues", "oldkeyvalues"), ("newkeyvalues",))


def departures(rows: Sequence[Any]) -> tuple[pa.RecordBatch, Counter[str]]:
    """The batch of a page's entries, however a version capitalises them; as a `Flattener`."""
    named = [
        {str(name).lower(): value for name, value in row.items()} if isinstance(row, dict) else {}
        for row in rows
    ]
    arrays, unreadable = [], Counter[str]()
    for name, read in _COLUMNS:
        array, failures = read([row.get(name) for row in named])
        arrays.append(array)
        if failures:
            unreadable[name] = failures
    arrays += [pa.array([_key(row, names) for row in named], pa.string()) for names in _KEYS]
    return pa.record_batch(arrays, schema=DEPARTURES), unreadable


def _key(row: Mapping[str, Any], names: Sequence[str]) -> str | None:
    found = next((row[name] for name in names if isinstance(row.get(name), dict)), None)
    return None if found is None else orjson.dumps(found).decode()


@dataclass
class KeptChanges:
    """Reads the deletes and changes of key in the whole range of changes that the ODS keeps.

    `newest` is the change version up to which they are read, None where change queries are off.
    What cannot be read is left out, and never fails the pull.
    """

    crew: "Crew"
    walker: "Walker"
    newest: int | None
    page_size: int
    _read: list[tuple[str, str]] = field(default_factory=list)

    def read(self, resources: Iterable[str]) -> "Departed":
        """What was read of those of `resources` that are compared, and why not the rest."""
        from edfi_audit.ods.manifest import Departed

        wanted = [(name, below) for name in _COMPARED if name in set(resources) for below in _KINDS]
        if self.newest is None:
            return Departed(None, "the ODS tells no deletes and key changes")
        if not wanted:
            return Departed(None, "no resource that is compared with the SIS was pulled")
        faults = self.crew.gather([partial(self._fault, *one) for one in wanted])
        self._read = [one for one, fault in zip(wanted, faults, strict=True) if fault is None]
        unread = [f"{name}/{below}" for name, below in wanted if (name, below) not in self._read]
        reason = f"the key cannot read {', '.join(unread)}" if unread else None
        rows = sum(batch.num_rows for one in self._read for batch in self._batches(*one))
        return Departed(rows if self._read else None, reason)

    def write(self, file: Path) -> None:
        """Write what was read into `file`; no file where nothing could be read."""
        if not self._read:
            return
        with pq.ParquetWriter(file, STORED, compression="zstd") as writer:
            for name, below in self._read:
                for batch in self._batches(name, below):
                    size = batch.num_rows
                    told = [pa.repeat(name, size), pa.repeat(_KINDS[below], size), *batch.columns]
                    writer.write_batch(pa.record_batch(told, schema=STORED))

    def _fault(self, name: str, below: str) -> SourceError | None:
        """Read one endpoint to its end; the error that ended it."""
        from edfi_audit.ods.paging import OffsetLane, within

        path, stage = f"{name}/{below}", _stage(name, below)
        lane = OffsetLane(0, self.page_size, self.page_size, 0, within(None, self.newest))
        try:
            self.walker.journal.begin(stage, [lane.spec])
            self.walker.along(stage, 0, path, None)
        except SourceError as error:
            return error
        return None

    def _batches(self, name: str, below: str) -> Iterator[pa.RecordBatch]:
        return self.walker.journal.batches(_stage(name, below), DEPARTURES)


def _stage(name: str, below: str) -> str:
    return f"{name}/{below}/kept"
