"""API rows to Arrow: references flattened to typed columns, lists and `_ext` kept.

Each column is compiled once to a walk over a whole page. A cell that is there but cannot be read
as its column's type becomes null and is counted, so that an audit can say so.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import orjson
import pyarrow as pa

from edfi_audit.ods.cells import UNREADABLE, Reader, id_reader, reader_of
from edfi_audit.ods.columns import Columns
from edfi_audit.ods.resources import Resource

__all__ = ["Flattener", "rows_of"]

_EXTENSIONS = "_ext"
_LONGEST_REST = 31
"""Pages read cell by cell, at most, before one is read at once again."""

_Path = tuple[str, ...]
_Walk = Callable[["_Page"], list[Any]]


def rows_of(body: bytes) -> list[Any] | None:
    """The rows in an answer, None where it is no list; an `orjson.JSONDecodeError` if no JSON."""
    rows = orjson.loads(body)
    return rows if isinstance(rows, list) else None


class Flattener:
    """Turns pages of one resource's rows into record batches of its schema."""

    def __init__(self, resource: Resource) -> None:
        self._schema = resource.schema
        self._at_once = Columns(resource)
        self._rest = self._resting = 0
        self._columns: list[tuple[str, _Walk, Reader]] = [
            ("id", _walk(("id",)), id_reader()),
            *(
                (column.name, _walk(column.paths), reader_of(column.type))
                for column in resource.columns
            ),
            ("last_modified_date", _walk(("_lastModifiedDate",)), reader_of(pa.timestamp("us"))),
            ("ext", _extensions, reader_of(pa.string())),
        ]

    def page(self, body: bytes) -> tuple[pa.RecordBatch, Counter[str]] | None:
        """As for the rows in an answer; None where it is no list."""
        if self._resting:
            self._resting -= 1
        elif (quick := self._at_once(body)) is not None:
            self._rest = 0
            return quick, Counter()
        else:
            self._rest = min(2 * self._rest + 1, _LONGEST_REST)
            self._resting = self._rest
        rows = rows_of(body)
        return None if rows is None else self(rows)

    def __call__(self, rows: Sequence[Any]) -> tuple[pa.RecordBatch, Counter[str]]:
        """The batch of `rows`, and per column how many cells could not be read."""
        page = _Page(rows)
        unreadable: Counter[str] = Counter()
        arrays = []
        for name, walk, read in self._columns:
            array, failures = read(walk(page))
            arrays.append(array)
            if failures:
                unreadable[name] = failures
        return pa.record_batch(arrays, schema=self._schema), unreadable


class _Page:
    """A page of rows read by column; what several paths share is walked once."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self._walked: dict[_Path, list[Any]] = {(): list(rows)}

    def at(self, path: _Path) -> list[Any]:
        """Per row the value at `path`: None where absent, `UNREADABLE` where it leads astray."""
        if path not in self._walked:
            self._walked[path] = _members(self.at(path[:-1]), path)
        return self._walked[path]


def _members(parents: list[Any], path: _Path) -> list[Any]:
    name = path[-1]
    if parents.count(None) == len(parents):
        return parents
    if path[:-1] == (_EXTENSIONS,):  # servers differ in how they write an extension's name
        return [_member_in_any_case(parent, name) for parent in parents]
    try:
        return [parent[name] for parent in parents]
    except (KeyError, TypeError):
        return [_member(parent, name) for parent in parents]


def _member(parent: Any, name: str) -> Any:  # noqa: ANN401
    if parent is None:
        return None
    return parent.get(name) if isinstance(parent, dict) else UNREADABLE


def _member_in_any_case(parent: Any, name: str) -> Any:  # noqa: ANN401
    if not isinstance(parent, dict):
        return None if parent is None else UNREADABLE
    return next((value for key, value in parent.items() if key.lower() == name), None)


def _walk(paths: Sequence[str]) -> _Walk:
    """The walk of one column: the first of `paths` with a value wins."""
    first, *others = [_list_walk(path) if "[]" in path else _plain_walk(path) for path in paths]
    if not others:
        return first

    def walk(page: _Page) -> list[Any]:
        values = first(page)
        for other in others:
            values = [
                later if value is None else value
                for value, later in zip(values, other(page), strict=True)
            ]
        return values

    return walk


def _plain_walk(path: str) -> _Walk:
    steps = tuple(path.split("."))
    return lambda page: page.at(steps)


def _list_walk(path: str) -> _Walk:
    head, _, tail = path.partition("[]")
    steps, inner = tuple(head.split(".")), [step for step in tail.split(".") if step]

    def within(items: Any) -> Any:  # noqa: ANN401
        if not isinstance(items, list):
            return None if items is None else UNREADABLE
        for name in inner:
            items = [_member(item, name) for item in items]
        return items

    return lambda page: [within(items) for items in page.at(steps)]


def _extensions(page: _Page) -> list[Any]:
    return [
        value if value is None or value is UNREADABLE else orjson.dumps(value).decode()
        for value in page.at((_EXTENSIONS,))
    ]
