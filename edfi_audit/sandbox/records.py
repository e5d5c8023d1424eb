"""Everything a sandbox holds, and the writes that change it: one counter numbers them all."""

from collections.abc import Callable, Mapping
from threading import RLock
from typing import NamedTuple

import orjson

from edfi_audit.sandbox.collection import Collection
from edfi_audit.sandbox.flavours import Flavour
from edfi_audit.sandbox.identity import content_id, key_id
from edfi_audit.sandbox.links import add_links, repoint
from edfi_audit.sandbox.model import RESOURCES, Resource
from edfi_audit.sandbox.stamps import Record, serialise, stamp_now, unstamped, without_nulls

__all__ = ["Records", "Reserved", "Sight"]


Sight = Callable[[Collection], Callable[[Record], bool]]
"""Gives, for a collection, what tells whether one of its records is seen."""


class Reserved(NamedTuple):
    """What an ODS gives a new record before it is committed: change version and slot."""

    version: int
    slot: int


class Records:
    """Collections by resource name in lower case; `newest` is the latest change version.

    Hold `lock` to read several things that belong together while another thread may write.
    `sights` remembers what keys of certain education organizations see, and since which version.
    """

    def __init__(self, flavour: Flavour, *, links: bool, clock: Callable[[], float]) -> None:
        self.lock = RLock()
        self.newest = 0
        self.flavour = flavour
        self.links = links
        self.sights: dict[frozenset[int], tuple[int, Sight]] = {}
        self._clock = clock
        self.collections = {name: self.empty(item) for name, item in RESOURCES.items()}

    def empty(self, resource: Resource) -> Collection:
        """A collection of this resource in the order its release returns rows."""
        return Collection(
            resource,
            by_key=not self.flavour.aggregate_id_order,
            dashed=self.flavour.dashed_ids,
        )

    def collection(self, name: str) -> Collection | None:
        """The collection of a resource in any case; null when the data model has no such name."""
        return self.collections.get(name.lower())

    def next_version(self) -> int:
        """The change version of a change that is being made."""
        self.newest += 1
        return self.newest

    def find(self, resource: Resource, parts: list[object]) -> str | None:
        """The id of the record with these key parts; null when there is none."""
        collection = self.collections[resource.name.lower()]
        return collection.id_of(key_id(resource, parts, dashed=self.flavour.dashed_ids))

    def reserve(self, name: str) -> Reserved:
        """Begin a write to a resource that is committed later, with `upsert`."""
        with self.lock:
            return Reserved(self.next_version(), self._named(name).reserve())

    def upsert(
        self, name: str, record: Mapping[str, object], reserved: Reserved | None = None
    ) -> tuple[str, bool]:
        """Write the record with this natural key; returns its id, and whether it is new.

        Nothing is checked against other resources: a sandbox may hold what an ODS would refuse.
        """
        with self.lock:
            collection = self._named(name)
            content = without_nulls(unstamped(dict(record)))
            known = collection.id_of(collection.derived_id(collection.key_of(content)))
            if known is not None:
                self._store(collection, known, content)
                return known, False
            version, slot = reserved or self.reserve(name)
            derived = collection.derived_id(collection.key_of(content))
            identifier = content_id(
                collection.resource, content, dashed=self.flavour.dashed_ids, again=version
            )
            row = serialise(self._completed(identifier, content, version))
            collection.insert(identifier, derived, row, version, slot)
            return identifier, True

    def replace(self, name: str, identifier: str, record: Mapping[str, object]) -> None:
        """Give the record with this id a new content; `KeyError` when there is none.

        A changed natural key is changed in every reference to it as well.
        """
        with self.lock:
            collection = self._named(name)
            before = collection.key_of(orjson.loads(collection.rows[collection.slots[identifier]]))
            content = without_nulls(unstamped(dict(record)))
            self._store(collection, identifier, content)
            after = collection.key_of(content)
            if before != after:
                self._cascade(collection.resource, before, after)

    def touch(self, name: str, identifier: str) -> None:
        """Stamp a record as changed although its content is the same; `KeyError` as `replace`."""
        with self.lock:
            collection = self._named(name)
            row = collection.rows[collection.slots[identifier]]
            self._store(collection, identifier, unstamped(orjson.loads(row)), even_if_same=True)

    def delete(self, name: str, identifier: str) -> None:
        """Delete the record with this id; `KeyError` when there is none."""
        with self.lock:
            collection = self._named(name)
            if identifier not in collection.slots:
                raise KeyError(identifier)
            collection.remove(identifier, self.next_version())

    def at(self, version: int) -> "Records":
        """A copy as everything was when `version` was the newest change."""
        with self.lock:
            past = Records(self.flavour, links=self.links, clock=self._clock)
            past.newest = min(version, self.newest)
            past.collections = {name: item.at(version) for name, item in self.collections.items()}
            return past

    def _named(self, name: str) -> Collection:
        collection = self.collection(name)
        if collection is None:
            raise KeyError(name)
        return collection

    def _store(
        self,
        collection: Collection,
        identifier: str,
        content: Record,
        *,
        even_if_same: bool = False,
    ) -> None:
        """Replace a record; one that stays the same is no change."""
        row = collection.rows[collection.slots[identifier]]
        if not even_if_same and unstamped(orjson.loads(row)) == content:
            return
        version = self.next_version()
        record = self._completed(identifier, content, version)
        collection.replace(identifier, record, serialise(record), version)

    def _completed(self, identifier: str, content: Record, version: int) -> Record:
        record: Record = {"id": identifier, **content}
        if self.links:
            add_links(record, self.find)
        whole_seconds = self.flavour.dashed_ids
        stamp_now(record, seconds=self._clock(), version=version, whole_seconds=whole_seconds)
        return record

    def _cascade(
        self, resource: Resource, before: Mapping[str, object], after: Mapping[str, object]
    ) -> None:
        """Follow a change of key in whatever refers to the record, and in what refers to that."""
        needles = [orjson.dumps(value) for part, value in before.items() if value != after[part]]
        for collection in self.collections.values():
            holding = [
                slot
                for slot, row in collection.rows.items()
                if all(needle in row for needle in needles)
            ]
            for slot in holding:
                record = orjson.loads(collection.rows[slot])
                content = unstamped(record)
                if repoint(content, resource, before, after):
                    self.replace(collection.resource.name, record["id"], content)
