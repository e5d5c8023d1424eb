"""Ids for records that bring none: the same record gets the same id every time it is served."""

from collections.abc import Sequence
from hashlib import blake2b
from uuid import UUID

import orjson

from edfi_audit.sandbox.model import Resource

__all__ = ["at", "content_id", "key_id"]


def key_id(resource: Resource, parts: Sequence[object], *, dashed: bool) -> str:
    """32 hex digits from a natural key's parts, `dashed` as a GUID or not."""
    return _digest(orjson.dumps([resource.name, *parts]), dashed=dashed)


def content_id(resource: Resource, record: object, *, dashed: bool, again: int) -> str:
    """32 hex digits from a whole record; `again` tells apart those that are the same throughout."""
    return _digest(
        orjson.dumps([resource.name, record, again], option=orjson.OPT_SORT_KEYS), dashed=dashed
    )


def _digest(content: bytes, *, dashed: bool) -> str:
    digest = blake2b(content, digest_size=16).hexdigest()
    return str(UUID(digest)) if dashed else digest


def at(record: object, path: str) -> object:
    """What stands at a dotted path of a record; null where the path ends early."""
    for name in path.split("."):
        record = record.get(name) if isinstance(record, dict) else None
    return record
