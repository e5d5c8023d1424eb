"""One resource's records in served order, with every change made to them."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from edfi_audit.sandbox.identity import at, key_id
from edfi_audit.sandbox.model import Resource
from edfi_audit.sandbox.stamps import Record

__all__ = ["FIRST_AGGREGATE_ID", "Change", "Collection"]

FIRST_AGGREGATE_ID = -(2**31)

_REMEMBERED = 16  # selections kept until the next change

Index = dict[str, "array[int]"]


@dataclass(frozen=True)
class Change:
    """One insert (`before` null), update or delete (`after` null) of the record `identifier`.

    `old_key` stands with a delete and with a change of key, `new_key` with the latter only.
    """

    version: int
    slot: int
    identifier: str
    before: bytes | None
    after: bytes | None
    version_before: int
    old_key: Mapping[str, object] | None = None
    new_key: Mapping[str, object] | None = None


class Collection:
    """Records as bytes, by slot: a slot is the aggregate id, given once and never again.

    `order` holds the slots as the server returns them, `versions` beside it the change version of
    each; `slots` finds one by the record's id. Releases before 7.3 return rows `by_key`.
    """

    def __init__(self, resource: Resource, *, by_key: bool = False, dashed: bool = False) -> None:
        self.resource = resource
        self.rows: dict[int, bytes] = {}
        self.order: array[int] = array("q")
        self.versions: array[int] = array("q")
        self.slots: dict[str, int] = {}
        self.changes: list[Change] = []
        self._by_key = by_key and bool(resource.key)
        self._dashed = dashed
        self._columns = [path for _, path in sorted(resource.key)]
        self._next_slot = FIRST_AGGREGATE_ID
        self._owners: dict[str, str] = {}  # derived id -> id, where the two differ
        self._rekeyed: set[str] = set()  # ids that their record's key no longer gives
        self._indexes: dict[str, tuple[Index, Callable[[Record], str | None]]] = {}
        self._selections: dict[object, Sequence[int]] = {}

    def key_of(self, record: Record) -> dict[str, object]:
        """The parts of the natural key by name; null for a part the record lacks."""
        return {part: at(record, path) for part, path in self.resource.key}

    def derived_id(self, key: Mapping[str, object]) -> str | None:
        """The id that a natural key gives; null where no part of the key is known."""
        parts = list(key.values())
        if all(part is None for part in parts):
            return None
        return key_id(self.resource, parts, dashed=self._dashed)

    def id_of(self, derived: str | None) -> str | None:
        """The id of the record whose natural key gives `derived`; null when there is none."""
        if derived is None:
            return None
        if derived in self.slots and derived not in self._rekeyed:
            return derived
        return self._owners.get(derived)

    def record(self, identifier: str) -> Record | None:
        """The record with this id, parsed; null when there is none."""
        row = self.row(identifier)
        return None if row is None else dict(orjson.loads(row))

    def row(self, identifier: str) -> bytes | None:
        """The record with this id as it is served; null when there is none."""
        slot = self.slots.get(identifier)
        return None if slot is None else self.rows[slot]

    def fill(self, identifier: str, derived: str | None, row: bytes, version: int) -> None:
        """Append one record while loading; `arrange` puts all of them in order."""
        self._own(identifier, derived)
        slot = self.slots[identifier] = self.reserve()
        self.rows[slot] = row
        self.order.append(slot)
        self.versions.append(version)

    def arrange(self) -> None:
        """Put rows that were filled in into served order."""
        if self._by_key:
            ranked = sorted(range(len(self.order)), key=lambda place: self._rank(self.order[place]))
            self.order = array("q", (self.order[place] for place in ranked))
            self.versions = array("q", (self.versions[place] for place in ranked))

    def reserve(self) -> int:
        """A new slot, higher than any before, for a record that is being written."""
        slot = self._next_slot
        self._next_slot += 1
        return slot

    def insert(
        self, identifier: str, derived: str | None, row: bytes, version: int, slot: int
    ) -> None:
        """Add a record under a slot that was reserved for it."""
        self._own(identifier, derived)
        self.slots[identifier] = slot
        self._place(slot, row, version)
        self.changes.append(Change(version, slot, identifier, None, row, 0))

    def replace(self, identifier: str, record: Record, row: bytes, version: int) -> None:
        """Put `record`, serialised as `row`, in the place of an earlier version of itself."""
        slot = self.slots[identifier]
        before = self.rows[slot]
        old, new = self.key_of(orjson.loads(before)), self.key_of(record)
        version_before = self._take(slot)
        self._place(slot, row, version)
        keys: tuple[Mapping[str, object] | None, ...] = (None, None)
        if old != new:
            self._disown(identifier, self.derived_id(old))
            self._own(identifier, self.derived_id(new))
            keys = (old, new)
        self.changes.append(Change(version, slot, identifier, before, row, version_before, *keys))

    def remove(self, identifier: str, version: int) -> None:
        """Delete a record; its slot is never used again."""
        slot = self.slots[identifier]
        before = self.rows[slot]
        key = self.key_of(orjson.loads(before))
        version_before = self._take(slot)
        self._disown(identifier, self.derived_id(key))
        self._rekeyed.discard(identifier)
        del self.slots[identifier], self.rows[slot]
        self.changes.append(Change(version, slot, identifier, before, None, version_before, key))

    def at(self, version: int) -> "Collection":
        """A copy as it was when `version` was the newest change.

        What was given its version earlier but was committed later is not in it.
        """
        past = Collection(self.resource, by_key=self._by_key, dashed=self._dashed)
        past.rows, past.order, past.versions = dict(self.rows), self.order[:], self.versions[:]
        past.slots = dict(self.slots)
        past._owners, past._rekeyed = dict(self._owners), set(self._rekeyed)
        later = (place for place, change in enumerate(self.changes) if change.version > version)
        kept = next(later, len(self.changes))
        for change in reversed(self.changes[kept:]):
            past._undo(change)
        past.changes = self.changes[:kept]
        for slot in [s for s, v in zip(past.order, past.versions, strict=True) if v > version]:
            past._forget(str(orjson.loads(past.rows[slot])["id"]))
        return past

    def _undo(self, change: Change) -> None:
        if change.before is None:
            self._forget(change.identifier)
            return
        if change.after is not None:
            self._forget(change.identifier)
        self.slots[change.identifier] = change.slot
        self._own(change.identifier, self.derived_id(self.key_of(orjson.loads(change.before))))
        self._place(change.slot, change.before, change.version_before)

    def _forget(self, identifier: str) -> None:
        slot = self.slots.pop(identifier)
        key = self.key_of(orjson.loads(self.rows[slot]))
        self._take(slot)
        self._disown(identifier, self.derived_id(key))
        self._rekeyed.discard(identifier)
        del self.rows[slot]

    def index(self, name: str, value_of: Callable[[Record], str | None]) -> Index:
        """Slots by the text of one field, which `value_of` draws from a record; kept up to date."""
        if name not in self._indexes:
            self._indexes[name] = ({}, value_of)
            for slot in self.order:
                self._enter(slot, name)
        return self._indexes[name][0]

    def remembered(self, key: object, select: Callable[[], Sequence[int]]) -> Sequence[int]:
        """What `select` gives, worked out once until the next change."""
        if key not in self._selections:
            if len(self._selections) >= _REMEMBERED:
                self._selections.clear()
            self._selections[key] = select()
        return self._selections[key]

    def position(self, slot: int) -> int:
        """Where a slot stands in the order, or would stand."""
        if not self._by_key:
            return bisect_left(self.order, slot)
        return bisect_left(self.order, self._rank(slot), key=self._rank)

    def in_order(self, slots: Iterable[int]) -> list[int]:
        """These slots as the server returns them."""
        return sorted(slots, key=self._rank) if self._by_key else sorted(slots)

    def _rank(self, slot: int) -> tuple[str, int]:
        """Primary key columns by name; of rows with one key, the older is first."""
        record = orjson.loads(self.rows[slot])
        return "\0".join(_sortable(at(record, path)) for path in self._columns), slot

    def _place(self, slot: int, row: bytes, version: int) -> None:
        self.rows[slot] = row
        place = self.position(slot)
        self.order.insert(place, slot)
        self.versions.insert(place, version)
        self._selections.clear()
        for name in self._indexes:
            self._enter(slot, name)

    def _take(self, slot: int) -> int:
        """Take a slot out of the order, leaving its row; returns the row's change version."""
        place = self.position(slot)
        self.order.pop(place)
        self._selections.clear()
        for index, value_of in self._indexes.values():
            value = value_of(orjson.loads(self.rows[slot]))
            if value is not None:
                index[value].remove(slot)
        return self.versions.pop(place)

    def _enter(self, slot: int, name: str) -> None:
        index, value_of = self._indexes[name]
        value = value_of(orjson.loads(self.rows[slot]))
        if value is not None:
            index.setdefault(value, array("q")).append(slot)

    def _own(self, identifier: str, derived: str | None) -> None:
        if derived == identifier:
            self._rekeyed.discard(identifier)
        elif derived is not None:
            self._owners.setdefault(derived, identifier)
            self._rekeyed.add(identifier)

    def _disown(self, identifier: str, derived: str | None) -> None:
        if derived is not None and self._owners.get(derived) == identifier:
            del self._owners[derived]


def _sortable(part: object) -> str:
    if isinstance(part, int):
        return f"{part:020}"
    return "" if part is None else str(part)
