"""A page of JSON straight to Arrow columns, without a Python object per cell.

Arrow's own reader takes a page whose every cell is what its column expects, and lets other threads
work meanwhile. It takes no other page: neither a number written as a text nor a date that is
none, nor a row with `_ext`, whose text is kept as it came. Those are left to `Flattener`, which
reads cell by cell and counts what cannot be read.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from edfi_audit.ods.cells import camel, dates, timestamps
from edfi_audit.ods.resources import Resource

__all__ = ["Columns"]

_ROWS = "rows"
_EXTENSIONS = "_ext"
_ID = "^[0-9a-f]{32}$"
_Tree = dict[str, Any]
_Take = Callable[[pa.Array], pa.Array]


class Columns:
    """Reads pages of one resource into record batches of its schema, where nothing is amiss."""

    def __init__(self, resource: Resource) -> None:
        self._schema = resource.schema
        paths: dict[str, tuple[str, ...]] = {"id": ("id",)}
        paths |= {column.name: column.paths for column in resource.columns}
        paths |= {"last_modified_date": ("_lastModifiedDate",), "ext": ()}
        fields: _Tree = {}
        self._takes: list[list[_Take]] = []
        for field in self._schema:
            plain = [path for path in paths[field.name] if not path.startswith(_EXTENSIONS)]
            for path in plain:
                _plant(fields, path, field.type)
            self._takes.append([_take(path, field.type) for path in plain])
        rows = pa.schema([(_ROWS, pa.list_(_struct(fields)))])
        self._options = pj.ParseOptions(explicit_schema=rows, unexpected_field_behavior="ignore")

    def __call__(self, body: bytes) -> pa.RecordBatch | None:
        """The batch of a page, None where it takes a closer look."""
        if b'"_ext"' in body:
            return None
        try:
            body.decode()
            rows = self._rows(body)
            arrays = [
                _first([take(rows) for take in takes], field.type, len(rows))
                for takes, field in zip(self._takes, self._schema, strict=True)
            ]
            arrays[0] = _identities(arrays[0])
        except (pa.ArrowException, UnicodeDecodeError, _OtherwiseError):
            return None
        return pa.record_batch(arrays, schema=self._schema)

    def _rows(self, body: bytes) -> pa.StructArray:
        """The rows as they came, one struct each."""
        document = b'{"%s":%s}' % (_ROWS.encode(), body)
        table = pj.read_json(
            pa.BufferReader(document),
            read_options=pj.ReadOptions(use_threads=False, block_size=len(document)),
            parse_options=self._options,
        )
        lists = table.column(_ROWS)
        if len(lists) != 1 or lists.null_count:
            raise _OtherwiseError
        return lists.chunk(0).values


class _OtherwiseError(Exception):
    """The page is not what this module reads."""


def _plant(tree: _Tree, path: str, type_: pa.DataType) -> None:
    """Put what is expected at `path` into a tree of names."""
    *parents, leaf = path.split(".")
    for name in parents:
        tree = tree.setdefault(name, {})
    item = type_.value_type if "[]" in path else type_
    tree[leaf] = _on_the_wire(item)


def _on_the_wire(type_: pa.DataType) -> pa.DataType:
    """The type in which Arrow is to read what becomes a `type_`."""
    if pa.types.is_struct(type_):
        return pa.struct([(camel(field.name), _on_the_wire(field.type)) for field in type_])
    if pa.types.is_date(type_) or pa.types.is_timestamp(type_):
        return pa.string()
    return type_


def _struct(tree: _Tree) -> pa.StructType:
    fields = []
    for name, below in tree.items():
        type_ = _struct(below) if isinstance(below, dict) else below
        plain = name.removesuffix("[]")
        fields.append((plain, type_ if plain == name else pa.list_(type_)))
    return pa.struct(fields)


def _take(path: str, type_: pa.DataType) -> _Take:
    """What takes the column of `type_` at `path` out of rows."""
    if "[]" not in path:
        steps = path.split(".")
        read = _reading(type_)
        return lambda rows: read(pc.struct_field(rows, steps))
    head, _, tail = path.partition("[].")
    outer, inner, read = head.split("."), tail.split("."), _reading(type_.value_type)

    def take(rows: pa.Array) -> pa.Array:
        lists = pc.struct_field(rows, outer)
        items = read(pc.struct_field(lists.values, inner))
        return pa.ListArray.from_arrays(lists.offsets, items, mask=lists.is_null())

    return take


def _reading(type_: pa.DataType) -> _Take:
    """What makes a `type_` of cells as they came."""
    if pa.types.is_struct(type_):
        return _structs(type_)
    known: Mapping[pa.DataType, _Take] = {
        pa.date32(): dates,
        pa.timestamp("us"): timestamps,
        pa.float64(): _finite,
    }
    return known.get(type_, lambda array: array)


def _structs(type_: pa.StructType) -> _Take:
    parts = [(camel(field.name), _reading(field.type)) for field in type_]

    def read(array: pa.Array) -> pa.Array:
        arrays = [part(pc.struct_field(array, name)) for name, part in parts]
        return pa.StructArray.from_arrays(arrays, fields=list(type_), mask=array.is_null())

    return read


def _identities(array: pa.Array) -> pa.Array:
    """Ids in the form they are stored in, however the ODS writes them."""
    if _identify(array):
        return array
    plain = pc.utf8_lower(pc.replace_substring(array, "-", ""))
    if _identify(plain):
        return plain
    raise _OtherwiseError


def _identify(array: pa.Array) -> bool:
    return bool(pc.all(pc.match_substring_regex(array, _ID), min_count=0).as_py())


def _finite(array: pa.Array) -> pa.Array:
    if not pc.all(pc.is_finite(array), min_count=0).as_py():
        raise _OtherwiseError
    return array


def _first(arrays: list[pa.Array], type_: pa.DataType, rows: int) -> pa.Array:
    """Per row the first value there is; none where no path leads to any."""
    if not arrays:
        return pa.nulls(rows, type_)
    return arrays[0] if len(arrays) == 1 else pc.coalesce(*arrays)
