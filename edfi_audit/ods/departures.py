"""What `/deletes` and `/keyChanges` tell: the ids concerned, and the change versions."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from edfi_audit.ods.cells import id_reader, reader_of

__all__ = ["DEPARTURES", "departures"]

DEPARTURES = pa.schema([("id", pa.string()), ("change_version", pa.int64())])

_COLUMNS = (("id", id_reader()), ("changeversion", reader_of(pa.int64())))


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
    return pa.record_batch(arrays, schema=DEPARTURES), unreadable
