"""Equality filters: which records of a collection hold the values that a query names."""

from array import array
from collections.abc import Mapping, Sequence

import orjson

from edfi_audit.sandbox.identity import at
from edfi_audit.sandbox.records import Collection

__all__ = ["Filters"]

_Index = dict[str, "array[int]"]


class Filters:
    """Finds records by field value; each field is indexed the first time it is asked for."""

    def __init__(self) -> None:
        self._indexes: dict[tuple[str, str], _Index] = {}

    def unknown(self, collection: Collection, names: Sequence[str]) -> list[str]:
        """Those of `names` (in lower case) that are no field of the resource."""
        return [name for name in names if not self._is_known(collection, name)]

    def positions(self, collection: Collection, wanted: Mapping[str, str]) -> Sequence[int]:
        """Where the matching rows are, in order; an unknown field in `wanted` filters nothing."""
        everything: Sequence[int] = range(len(collection.rows))
        known = {name: value for name, value in wanted.items() if self._is_known(collection, name)}
        found = [
            self._index(collection, name).get(value, array("q")) for name, value in known.items()
        ]
        if not found:
            return everything
        first, *others = sorted(found, key=len)
        sets = [set(other) for other in others]
        return [position for position in first if all(position in other for other in sets)]

    def _is_known(self, collection: Collection, name: str) -> bool:
        resource = collection.resource
        declared = {part.lower() for part, _ in resource.key}
        declared |= {field.lower() for field in resource.optional}
        return name == "id" or name in declared or bool(self._index(collection, name))

    def _index(self, collection: Collection, name: str) -> _Index:
        place = (collection.resource.name, name)
        if place not in self._indexes:
            self._indexes[place] = _index_of(collection, name)
        return self._indexes[place]


def _index_of(collection: Collection, name: str) -> _Index:
    path = next((path for part, path in collection.resource.key if part.lower() == name), "")
    index: _Index = {}
    for position, row in enumerate(collection.rows):
        value = _value(orjson.loads(row), name, path)
        if value is not None:
            index.setdefault(_text(value), array("q")).append(position)
    return index


def _value(record: dict[str, object], name: str, key_path: str) -> object:
    """The value a query field stands for: a scalar of the record, else of one of its references."""
    if key_path:
        return at(record, key_path)
    references = []
    for field, value in record.items():
        if isinstance(value, dict) and field.endswith("Reference"):
            references.append((field.removesuffix("Reference").lower(), value))
        elif field.lower() == name and not isinstance(value, dict | list):
            return value
    within = [value for _, reference in references for value in _member(reference, name)]
    with_role = [
        value
        for role, reference in references
        if name.startswith(role)
        for value in _member(reference, name.removeprefix(role))
    ]
    return next(iter(within + with_role), None)


def _member(reference: dict[str, object], name: str) -> list[object]:
    return [value for field, value in reference.items() if field.lower() == name]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
