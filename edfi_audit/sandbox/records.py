"""The records a sandbox serves, read once from `<resource>.jsonl` files and kept as bytes.

A record is parsed, completed with what an ODS adds (`id`, `_etag`, `_lastModifiedDate`, links) and
serialised again, so that a page is a join. A folder of half a million records takes seconds.
"""

import re
import zlib
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import orjson

from edfi_audit.errors import SettingsError, SourceError
from edfi_audit.sandbox.flavours import Flavour
from edfi_audit.sandbox.identity import at, content_id, key_id
from edfi_audit.sandbox.links import add_links
from edfi_audit.sandbox.model import RESOURCES, Resource, resource_of

__all__ = ["Collection", "Records", "load"]

Record = dict[str, object]

_FIRST_AGGREGATE_ID = -(2**31)
_BOM = b"\xef\xbb\xbf"
_UTC_FLAG = 2**62  # what .NET sets in the binary form of a UTC time: the ODS prints that as etag
_TICKS = 10**7  # 100 ns
_TICKS_BEFORE_1970 = 621_355_968_000_000_000
_FIRST_CHANGE = int(datetime(2025, 8, 1, tzinfo=UTC).timestamp()) * _TICKS
_SPREAD = 40_007  # ticks between two checksums: changes fall into the following half year
_RESOURCE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")


@dataclass(frozen=True)
class Collection:
    """One resource's records in the order the server returns them.

    `rows[i]` is the record with `aggregate_ids[i]` and `change_versions[i]`; `positions` finds it
    by its id. `derived` holds, for records that brought an id of their own, the id their natural
    key would have given them.
    """

    resource: Resource
    rows: list[bytes] = field(default_factory=list)
    aggregate_ids: "array[int]" = field(default_factory=lambda: array("q"))
    change_versions: "array[int]" = field(default_factory=lambda: array("q"))
    positions: dict[str, int] = field(default_factory=dict)
    derived: dict[str, str] = field(default_factory=dict)

    def id_of(self, derived: str) -> str | None:
        """The id of the record whose natural key gives `derived`; null when there is none."""
        return derived if derived in self.positions else self.derived.get(derived)


@dataclass(frozen=True)
class Records:
    """Everything served: collections by resource name in lower case, and the newest change."""

    collections: Mapping[str, Collection]
    newest_change_version: int

    def collection(self, name: str) -> Collection | None:
        """The collection of a resource in any case; null when the data model has no such name."""
        return self.collections.get(name.lower())


def load(folder: Path, flavour: Flavour, *, links: bool) -> Records:
    """Read every `<resource>.jsonl` in `folder`; names with a leading underscore are ignored.

    A resource of the data model without a file is an empty collection. `SettingsError` when the
    folder holds no such file, `SourceError` for a line that is no JSON object.
    """
    collections = {name: Collection(resource) for name, resource in RESOURCES.items()}
    dashed = flavour.dashed_ids
    newest = 0

    def find(resource: Resource, parts: list[object]) -> str | None:
        return collections[resource.name.lower()].id_of(key_id(resource, parts, dashed=dashed))

    for path in _files(folder):
        resource = resource_of(path.stem)
        collection = Collection(resource)
        collections[resource.name.lower()] = collection
        for number, record in _lines(path):
            newest += 1
            _add(collection, record, dashed=dashed, place=f"{path.name}, line {number}")
            _stamp(record, whole_seconds=dashed)
            if links:
                add_links(record, find)
            collection.rows.append(_exactly(orjson.dumps(record)))
            collection.change_versions.append(newest)
        if not flavour.aggregate_id_order:
            _order_by_key(collection)
        _number(collection)
    return Records(collections, newest)


def _exactly(row: bytes) -> bytes:
    """A copy without the room that orjson leaves behind a row: four fifths of a large ODS."""
    return bytes(memoryview(row))


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise SettingsError(
            f"There is no folder {folder}.", next_step="Name a folder of <resource>.jsonl files."
        )
    files = [
        path
        for path in sorted(folder.glob("*.jsonl"))
        if not path.name.startswith("_") and _RESOURCE_NAME.fullmatch(path.stem)
    ]
    if not files:
        raise SettingsError(
            f"The folder {folder} holds no records.",
            next_step="Put one <resource>.jsonl per resource into it, such as schools.jsonl.",
        )
    return sorted(files, key=lambda path: resource_of(path.stem).order)


def _lines(path: Path) -> Iterator[tuple[int, Record]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            text = (line.removeprefix(_BOM) if number == 1 else line).strip()
            if text:
                yield number, _parse(text, f"{path.name}, line {number}")


def _parse(text: bytes, place: str) -> Record:
    try:
        record = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise SourceError(
            f"{place} is not JSON.", next_step="Each line must be one record as a JSON object."
        ) from None
    if not isinstance(record, dict):
        raise SourceError(
            f"{place} is not a JSON object.", next_step="Each line must be one record."
        )
    return _without_nulls(record) if b"null" in text else record


def _without_nulls(record: Record) -> Record:
    return {name: _tidy(value) for name, value in record.items() if value is not None}


def _tidy(value: object) -> object:
    if isinstance(value, dict):
        return _without_nulls(value)
    if isinstance(value, list):
        return [_tidy(item) for item in value]
    return value


def _add(collection: Collection, record: Record, *, dashed: bool, place: str) -> None:
    """Give `record` its id, entering it under the next position of the collection."""
    derived = _derived_id(collection, record, dashed=dashed)
    own = record.pop("id", derived)
    if not isinstance(own, str) or not own:
        raise SourceError(
            f"{place} has an id that is no text.", next_step="Correct it, or leave the id out."
        )
    if own in collection.positions:
        raise SourceError(
            f"{place} repeats the id of an earlier line.", next_step="An id belongs to one record."
        )
    if own != derived:
        collection.derived[derived] = own
    collection.positions[own] = len(collection.rows)
    content = dict(record)
    record.clear()
    record["id"] = own
    record.update(content)


def _derived_id(collection: Collection, record: Record, *, dashed: bool) -> str:
    """From the natural key; from the whole content where the key is unknown or already taken."""
    resource = collection.resource
    parts = [at(record, path) for _, path in resource.key]
    if any(part is not None for part in parts):
        derived = key_id(resource, parts, dashed=dashed)
        if collection.id_of(derived) is None:
            return derived
    tries = (content_id(resource, record, dashed=dashed, again=again) for again in count())
    return next(derived for derived in tries if collection.id_of(derived) is None)


def _stamp(record: Record, *, whole_seconds: bool) -> None:
    """Add the date of last change, and its ticks as etag, both drawn from the content."""
    if "_etag" in record and "_lastModifiedDate" in record:
        return
    ticks = _FIRST_CHANGE + zlib.crc32(orjson.dumps(record)) * _SPREAD
    seconds, fraction = divmod(ticks, _TICKS)
    moment = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat()
    record.setdefault("_etag", str(_UTC_FLAG + _TICKS_BEFORE_1970 + ticks))
    date = f"{moment}Z" if whole_seconds else f"{moment}.{fraction:07}Z"
    record.setdefault("_lastModifiedDate", date)


def _order_by_key(collection: Collection) -> None:
    """Put the rows into the order of their primary key columns, as releases before 7.3 do."""
    paths = [path for _, path in sorted(collection.resource.key)]

    def rank(position: int) -> list[tuple[str, object]]:
        record = orjson.loads(collection.rows[position])
        parts = [at(record, path) for path in paths]
        return [(type(part).__name__, "" if part is None else part) for part in parts]

    order = sorted(range(len(collection.rows)), key=rank)
    moved = {old: new for new, old in enumerate(order)}
    collection.rows[:] = [collection.rows[position] for position in order]
    collection.change_versions[:] = array(
        "q", (collection.change_versions[position] for position in order)
    )
    for identifier, position in collection.positions.items():
        collection.positions[identifier] = moved[position]


def _number(collection: Collection) -> None:
    """Aggregate ids count up from the least 32-bit integer, in the order of the rows."""
    end = _FIRST_AGGREGATE_ID + len(collection.rows)
    collection.aggregate_ids.extend(range(_FIRST_AGGREGATE_ID, end))
