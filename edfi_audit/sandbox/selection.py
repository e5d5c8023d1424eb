"""Which records of a collection a query asks for: by field, by change version, by what is seen."""

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import orjson

from edfi_audit.sandbox.collection import Collection
from edfi_audit.sandbox.identity import at
from edfi_audit.sandbox.scope import Sees
from edfi_audit.sandbox.stamps import Record

__all__ = ["Query", "select", "unknown_fields"]


@dataclass(frozen=True)
class Query:
    """Field values (names in lower case), and the change versions from `least` to `most`.

    `by_version` returns rows in the order of their change versions. `sees` leaves out what a key
    may not see; `sight` names that view, so that what was selected for it can be remembered.
    """

    wanted: Mapping[str, str] = field(default_factory=dict)
    least: int = 0
    most: int | None = None
    by_version: bool = False
    sees: Sees | None = None
    sight: object = None


def unknown_fields(collection: Collection, names: Sequence[str]) -> list[str]:
    """Those of `names` (in lower case) that are no field of the resource."""
    return [name for name in names if not _is_known(collection, name)]


def select(collection: Collection, query: Query) -> Sequence[int]:
    """Slots of the matching rows in served order; an unknown field filters nothing."""
    wanted = {name: value for name, value in query.wanted.items() if _is_known(collection, name)}
    bounded = query.least > 0 or query.most is not None
    if not wanted and not bounded and query.sees is None:
        return collection.order
    place = (frozenset(wanted.items()), query.least, query.most, query.by_version, query.sight)
    return collection.remembered(place, lambda: _select(collection, wanted, query))


def _select(collection: Collection, wanted: Mapping[str, str], query: Query) -> Sequence[int]:
    slots = _holding(collection, wanted) if wanted else collection.order
    if query.least > 0 or query.most is not None:
        slots = _changed_within(collection, slots, query, whole=not wanted)
    if query.sees is not None:
        rows, sees = collection.rows, query.sees
        slots = array("q", (slot for slot in slots if sees(orjson.loads(rows[slot]))))
    return slots


def _holding(collection: Collection, wanted: Mapping[str, str]) -> Sequence[int]:
    empty: array[int] = array("q")
    found = [
        collection.index(name, _reader(collection, name)).get(value, empty)
        for name, value in wanted.items()
    ]
    first, *others = sorted(found, key=len)
    sets = [set(other) for other in others]
    return collection.in_order(slot for slot in first if all(slot in other for other in sets))


def _changed_within(
    collection: Collection, slots: Sequence[int], query: Query, *, whole: bool
) -> Sequence[int]:
    least, most = query.least, query.most
    versions = (
        collection.versions
        if whole
        else [collection.versions[collection.position(slot)] for slot in slots]
    )
    changed = np.asarray(versions, dtype=np.int64)
    within = changed >= least if most is None else (changed >= least) & (changed <= most)
    found = np.asarray(slots, dtype=np.int64)[within]
    if query.by_version:
        found = found[np.argsort(changed[within], kind="stable")]
    return array("q", found.tobytes())


def _is_known(collection: Collection, name: str) -> bool:
    resource = collection.resource
    declared = {part.lower() for part, _ in resource.key}
    declared |= {optional.lower() for optional in resource.optional}
    return (
        name == "id" or name in declared or bool(collection.index(name, _reader(collection, name)))
    )


def _reader(collection: Collection, name: str) -> Callable[[Record], str | None]:
    path = next((path for part, path in collection.resource.key if part.lower() == name), "")

    def read(record: Record) -> str | None:
        value = at(record, path) if path else _value(record, name)
        return None if value is None else _text(value)

    return read


def _value(record: Record, name: str) -> object:
    """The value a query field stands for: a scalar of the record, else of one of its references."""
    references = []
    for member, value in record.items():
        if isinstance(value, dict) and member.endswith("Reference"):
            references.append((member.removesuffix("Reference").lower(), value))
        elif member.lower() == name and not isinstance(value, dict | list):
            return value
    within = [value for _, reference in references for value in _member(reference, name)]
    with_role = [
        value
        for role, reference in references
        if name.startswith(role)
        for value in _member(reference, name.removeprefix(role))
    ]
    return next(iter(within + with_role), None)


def _member(reference: Record, name: str) -> list[object]:
    return [value for member, value in reference.items() if member.lower() == name]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
