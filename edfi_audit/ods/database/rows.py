"""Batches from the database as the store keeps them: its columns, its types, lists read from JSON.

An ODS/API writes an empty list where a record has no items, and leaves the field out only where
its Data Standard has none. The same is stored here.
"""

from collections import Counter
from typing import Any

import orjson
import pyarrow as pa

from edfi_audit.ods.cells import reader_of
from edfi_audit.ods.database.places import CORE, Entity
from edfi_audit.ods.resources import Resource

__all__ = ["stored"]

_EMPTY = "[]"


def stored(
    batch: pa.RecordBatch, resource: Resource, entity: Entity
) -> tuple[pa.RecordBatch, Counter[str]]:
    """`batch` in the schema of `resource`, and per column how many cells could not be read.

    A column that the database does not have is null throughout.
    """
    unreadable: Counter[str] = Counter()
    arrays = []
    for field in resource.schema:
        if field.name not in batch.schema.names:
            array = pa.nulls(batch.num_rows, field.type)
        elif pa.types.is_list(field.type):
            texts = batch.column(field.name).cast(pa.string())
            if entity.lists[field.name].schema == CORE:
                texts = texts.fill_null(_EMPTY)
            array, failures = _lists(texts, field.type)
            if failures:
                unreadable[field.name] = failures
        else:
            array = batch.column(field.name).cast(field.type, safe=False)
        arrays.append(array)
    return pa.record_batch(arrays, schema=resource.schema), unreadable


def _lists(texts: pa.StringArray, type_: pa.ListType) -> tuple[pa.Array, int]:
    """Lists from JSON text. Most records of a batch have the same one, so each is read once."""
    encoded = texts.dictionary_encode()
    values = [_items(text, type_) for text in encoded.dictionary.to_pylist()]
    lists, failures = reader_of(type_)(values)
    return lists.take(encoded.indices), failures


def _items(text: str, type_: pa.ListType) -> list[Any]:
    items: list[Any] = orjson.loads(text)
    return items if pa.types.is_struct(type_.value_type) else [one["item"] for one in items]
