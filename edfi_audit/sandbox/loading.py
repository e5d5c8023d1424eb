"""Reading a folder of `<resource>.jsonl` files into records.

A record is parsed, completed with what an ODS adds (`id`, `_etag`, `_lastModifiedDate`, links) and
serialised again, so that a page is a join. A folder of half a million records takes seconds.
"""

import re
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import orjson

from edfi_audit.errors import SettingsError, SourceError
from edfi_audit.sandbox.collection import Collection
from edfi_audit.sandbox.flavours import Flavour
from edfi_audit.sandbox.identity import content_id
from edfi_audit.sandbox.links import add_links
from edfi_audit.sandbox.model import resource_of
from edfi_audit.sandbox.records import Records
from edfi_audit.sandbox.stamps import Record, serialise, stamp_by_content, without_nulls

__all__ = ["load"]

_BOM = b"\xef\xbb\xbf"
_RESOURCE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")


def load(
    folder: Path,
    flavour: Flavour,
    *,
    links: bool,
    clock: Callable[[], float] = time.time,
    unversioned: bool = False,
) -> Records:
    """Read every `<resource>.jsonl` in `folder`; names with a leading underscore are ignored.

    A resource of the data model without a file is an empty collection. `clock` dates later
    changes; rows that are `unversioned` all have change version 0. `SettingsError` when the folder
    holds no such file, `SourceError` for a line that is no JSON object.
    """
    records = Records(flavour, links=links, clock=clock)
    for path in _files(folder):
        resource = resource_of(path.stem)
        collection = records.empty(resource)
        records.collections[resource.name.lower()] = collection
        for number, record in _lines(path):
            place = f"{path.name}, line {number}"
            derived = _derived_id(collection, record, dashed=flavour.dashed_ids)
            identifier = _take_id(collection, record, derived, place)
            completed: Record = {"id": identifier, **record}
            stamp_by_content(completed, whole_seconds=flavour.dashed_ids)
            if links:
                add_links(completed, records.find)
            version = 0 if unversioned else records.next_version()
            collection.fill(identifier, derived, serialise(completed), version)
        collection.arrange()
    return records


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
    return without_nulls(record) if b"null" in text else record


def _derived_id(collection: Collection, record: Record, *, dashed: bool) -> str:
    """From the natural key; from the whole content where the key is unknown or already taken."""
    derived = collection.derived_id(collection.key_of(record))
    if derived is not None and collection.id_of(derived) is None:
        return derived
    tries = (
        content_id(collection.resource, record, dashed=dashed, again=again) for again in count()
    )
    return next(tried for tried in tries if collection.id_of(tried) is None)


def _take_id(collection: Collection, record: Record, derived: str, place: str) -> str:
    own = record.pop("id", derived)
    if not isinstance(own, str) or not own:
        raise SourceError(
            f"{place} has an id that is no text.", next_step="Correct it, or leave the id out."
        )
    if own in collection.slots:
        raise SourceError(
            f"{place} repeats the id of an earlier line.", next_step="An id belongs to one record."
        )
    return own
