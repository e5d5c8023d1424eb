"""A running sandbox in a test's hand: its address, its data and the truth about them."""

from collections.abc import Callable, Iterable, Mapping

import orjson

from edfi_audit.sandbox.faults import Rule
from edfi_audit.sandbox.ods import Ods
from edfi_audit.sandbox.stamps import Record
from edfi_audit.sandbox.targets import Served

__all__ = ["Sandbox"]


class Sandbox(str):
    """The base URL of a running server, with what only its owner can do.

    Every method may be called while the server answers requests.
    """

    __slots__ = ("_ods",)
    _ods: Ods

    @classmethod
    def of(cls, base_url: str, ods: Ods) -> "Sandbox":
        """The handle of a server at this address."""
        handle = cls(base_url)
        handle._ods = ods
        return handle

    @property
    def newest(self) -> int:
        """The newest change version."""
        return self._ods.records.newest

    def rows(self, resource: str, *, at: int | None = None) -> list[Record]:
        """Every record of a resource, in served order: now, or when `at` was the newest change.

        Nothing is hidden by a key's scope or profile. `KeyError` for an unknown resource.
        """
        records = self._ods.records
        with records.lock:
            collection = records.collections[resource.lower()]
            past = collection if at is None else collection.at(at)
            rows = [past.rows[slot] for slot in past.order]
        return [orjson.loads(row) for row in rows]

    def versions(self, resource: str) -> dict[str, int]:
        """The change version of every record by its id."""
        records = self._ods.records
        with records.lock:
            collection = records.collections[resource.lower()]
            by_slot = dict(zip(collection.order, collection.versions, strict=True))
            return {identifier: by_slot[slot] for identifier, slot in collection.slots.items()}

    def upsert(self, resource: str, record: Mapping[str, object]) -> str:
        """Create the record with this natural key, or replace it; returns its id."""
        return self._ods.records.upsert(resource, record)[0]

    def hold(self, resource: str, record: Mapping[str, object]) -> Callable[[], str]:
        """Begin to create a record: its change version and place are given now.

        It is there once the function that comes back is called, which returns its id.
        """
        records = self._ods.records
        reserved = records.reserve(resource)
        return lambda: records.upsert(resource, record, reserved)[0]

    def edit(self, resource: str, identifier: str, **members: object) -> None:
        """Set members of one record; null removes one. A changed key changes references too.

        `KeyError` when there is no such record.
        """
        records = self._ods.records
        with records.lock:
            collection = records.collections[resource.lower()]
            record = orjson.loads(collection.rows[collection.slots[identifier]])
            records.replace(resource, identifier, record | members)

    def delete(self, resource: str, identifier: str) -> None:
        """Delete one record; `KeyError` when there is none."""
        self._ods.records.delete(resource, identifier)

    def take_snapshot(self) -> str:
        """Freeze the data as they are; returns the name that a 5 or 6 asks for in a header."""
        return self._ods.snapshots.take(self._ods.records, self._ods.options.clock())

    def drop_snapshot(self, identifier: str) -> None:
        """Delete a snapshot; `KeyError` when there is none of this name."""
        self._ods.snapshots.drop(identifier)

    def revoke_tokens(self) -> None:
        """End every token."""
        self._ods.tokens.revoke()

    @property
    def script(self) -> tuple[Rule, ...]:
        """The faults that befall requests; setting them starts their counts anew."""
        return self._ods.script.rules

    @script.setter
    def script(self, rules: Iterable[Rule]) -> None:
        self._ods.script.rules = tuple(rules)

    @property
    def requests(self) -> tuple[Served, ...]:
        """What was asked so far, oldest first."""
        return tuple(self._ods.requests.copy())

    def forget_requests(self) -> None:
        """Start the list of requests anew."""
        self._ods.requests.clear()
