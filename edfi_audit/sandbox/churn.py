"""What others write while a pull reads: inserts, updates, deletes and changes of key."""

import random
from datetime import date, timedelta

from edfi_audit.sandbox.collection import Collection
from edfi_audit.sandbox.faults import Churn
from edfi_audit.sandbox.records import Records, Reserved
from edfi_audit.sandbox.stamps import Record

__all__ = ["Churner"]

_YEAR = 365
_FIRST_DAY = date(2025, 8, 1)
_DIGITS = 10**9
_FEWEST = 1  # a collection is never emptied: there would be nothing to copy an insert from


class Churner:
    """Writes again and again as one fault says; chance and unfinished writes are its own."""

    def __init__(self, records: Records, fault: Churn) -> None:
        self._records = records
        self._fault = fault
        self._chance = random.Random(fault.seed)  # noqa: S311 - it chooses synthetic rows
        self._held: list[tuple[str, Record, Reserved]] = []

    def write(self, resource: str) -> None:
        """Write once, in the fault's own resource or else in `resource`.

        An insert copies some record under a new natural key; resources without a key get none.
        """
        with self._records.lock:
            for name, record, reserved in self._held:
                self._records.upsert(name, record, reserved)
            self._held.clear()
            collection = self._records.collection(self._fault.resource or resource)
            if collection is not None and collection.order:
                self._write(collection)

    def _write(self, collection: Collection) -> None:
        records, fault, name = self._records, self._fault, collection.resource.name
        for _ in range(fault.deletes):
            if len(collection.order) > _FEWEST:
                records.delete(name, _someone(collection, self._chance))
        for _ in range(fault.updates):
            _update(records, collection, self._chance)
        for _ in range(fault.key_changes):
            identifier = _someone(collection, self._chance)
            record = collection.record(identifier) or {}
            if _rekey(collection, record, self._chance):
                records.replace(name, identifier, record)
        for number in range(fault.late_inserts + fault.inserts):
            record = collection.record(_someone(collection, self._chance)) or {}
            if not _rekey(collection, record, self._chance):
                continue
            if number < fault.late_inserts:
                self._held.append((name, record, records.reserve(name)))
            else:
                records.upsert(name, record)


def _someone(collection: Collection, chance: random.Random) -> str:
    slot = collection.order[chance.randrange(len(collection.order))]
    row = collection.rows[slot]
    return row[7 : row.index(b'"', 7)].decode()  # every row begins {"id":"…"


def _update(records: Records, collection: Collection, chance: random.Random) -> None:
    """Change a field that is no part of a key, or only the stamps where none is known."""
    identifier = _someone(collection, chance)
    record = collection.record(identifier) or {}
    fields = [name for name in collection.resource.optional if _is_plain(name)]
    if not fields:
        records.touch(collection.resource.name, identifier)
        return
    record[fields[0]] = _another(fields[0], chance)
    records.replace(collection.resource.name, identifier, record)


def _is_plain(name: str) -> bool:
    return name.endswith(("Date", "Name", "Title", "Surname", "GradeEarned"))


def _rekey(collection: Collection, record: Record, chance: random.Random) -> bool:
    """Give a copy of a record a key of its own; false where its resource has none.

    A date is moved rather than a reference pointed elsewhere, so that no orphan comes of it.
    """
    paths = [path for _, path in collection.resource.key]
    preferred = sorted(paths, key=lambda path: ("." in path, not path.endswith("Date")))
    own = [path for path in paths if path.endswith("Date") and "." not in path] or preferred
    while own:
        *outer, last = own[0].split(".")
        level: object = record
        for name in outer:
            level = level.get(name) if isinstance(level, dict) else None
        if not isinstance(level, dict):
            return False
        level[last] = _another(last, chance, number=isinstance(level.get(last), int))
        if collection.id_of(collection.derived_id(collection.key_of(record))) is None:
            return True
    return False


def _another(name: str, chance: random.Random, *, number: bool = False) -> object:
    if name.endswith("Date"):
        return (_FIRST_DAY + timedelta(days=chance.randrange(_YEAR))).isoformat()
    value = chance.randrange(_DIGITS)
    return value if number else f"{value:09}"
