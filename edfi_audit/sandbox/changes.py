"""Change queries: what changed since a version, beyond the rows that are still there."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import orjson
from starlette.requests import Request
from starlette.responses import Response

from edfi_audit.sandbox.asking import Asked, asked_of, replica_of
from edfi_audit.sandbox.collection import Change
from edfi_audit.sandbox.flavours import Flavour
from edfi_audit.sandbox.ods import ods_of, query_of
from edfi_audit.sandbox.paging import page_of
from edfi_audit.sandbox.problems import NOT_FOUND, RefusedError
from edfi_audit.sandbox.reading import JSON

__all__ = ["available_change_versions", "deletes", "key_changes", "list_snapshots"]

_Entry = Mapping[str, object]

_LIMIT_DETAIL = "Parameters supplied to the request were invalid."
_LIMIT_ERROR = "Limit must be omitted or set to a value between 1 and {page_limit}."


async def available_change_versions(request: Request) -> Response:
    """`GET {changeQueries}/availableChangeVersions`: the oldest is always 0."""
    ods = ods_of(request)
    ods.tokens.authenticate(request.headers.get("authorization"))
    _require_feature(request)
    records = ods.snapshots.asked_for(request) or replica_of(request) or ods.records
    versions = {"oldestChangeVersion": 0, "newestChangeVersion": records.newest}
    if ods.flavour.pascal_change_versions:
        versions = {_pascal(name): value for name, value in versions.items()}
    return Response(orjson.dumps(versions), media_type=JSON)


async def list_snapshots(request: Request) -> Response:
    """`GET {changeQueries}/snapshots`, where a release has snapshots by name."""
    ods = ods_of(request)
    ods.tokens.authenticate(request.headers.get("authorization"))
    _require_feature(request)
    if not ods.flavour.named_snapshots:
        raise RefusedError(NOT_FOUND)
    return _page(request, [snapshot.entry() for snapshot in ods.snapshots.kept.values()])


async def deletes(request: Request) -> Response:
    """`GET …/{resource}/deletes`: items deleted in the window, unless their key is back."""
    return _changes(request, _deleted)


async def key_changes(request: Request) -> Response:
    """`GET …/{resource}/keyChanges`: first old and last new key of each item in the window."""
    if not ods_of(request).flavour.key_changes:
        raise RefusedError(NOT_FOUND)
    return _changes(request, _rekeyed)


def _changes(
    request: Request, entries_of: Callable[[Asked, list[Change]], list[_Entry]]
) -> Response:
    _require_feature(request)
    asked = asked_of(request, "ReadChanges")
    least, most = asked.bounds(query_of(request))
    with asked.records.lock:
        sees = asked.sees()
        within = [
            change
            for change in sorted(asked.collection.changes, key=lambda change: change.version)
            if change.old_key is not None
            and least <= change.version <= (asked.records.newest if most is None else most)
            and (sees is None or sees(orjson.loads(change.before or b"{}")))
        ]
        entries = entries_of(asked, within)
    return _page(request, entries)


def _deleted(asked: Asked, changes: Iterable[Change]) -> list[_Entry]:
    collection, bare = asked.collection, asked.ods.flavour.bare_deletes
    entries: list[_Entry] = []
    for change in changes:
        if change.new_key is not None:
            continue
        if bare:
            entries.append({"Id": change.identifier, "ChangeVersion": change.version})
        elif collection.id_of(collection.derived_id(change.old_key or {})) is None:
            key = change.old_key
            entries.append(_entry(change.identifier, change.version, keyValues=key))
    return entries


def _rekeyed(_: Asked, changes: Iterable[Change]) -> list[_Entry]:
    spans: dict[str, tuple[Change, Change]] = {}
    for change in changes:
        if change.new_key is not None:
            first = spans.get(change.identifier, (change, change))[0]
            spans[change.identifier] = (first, change)
    last_first = sorted(spans.values(), key=lambda span: span[1].version)
    return [
        _entry(last.identifier, last.version, oldKeyValues=first.old_key, newKeyValues=last.new_key)
        for first, last in last_first
    ]


def _entry(identifier: str, version: int, **keys: Mapping[str, object] | None) -> _Entry:
    known = {
        name: {part: value for part, value in (key or {}).items() if value is not None}
        for name, key in keys.items()
    }
    return {"id": identifier, "changeVersion": version, **known}


def _page(request: Request, entries: list[_Entry]) -> Response:
    ods = ods_of(request)
    page = page_of(query_of(request), _offset_only(ods.flavour), ods.options.page_limit)
    counted = page.total_count and not ods.flavour.bare_deletes
    headers = {"Total-Count": str(len(entries))} if counted else {}
    chosen = entries[page.offset : page.offset + page.size]
    return Response(orjson.dumps(chosen), headers=headers, media_type=JSON)


def _offset_only(flavour: Flavour) -> Flavour:
    if not flavour.problem_details:
        return replace(flavour, cursor=False)
    return replace(flavour, cursor=False, limit_detail=_LIMIT_DETAIL, limit_error=_LIMIT_ERROR)


def _require_feature(request: Request) -> None:
    if not ods_of(request).options.change_queries:
        raise RefusedError(NOT_FOUND)


def _pascal(name: str) -> str:
    return name[0].upper() + name[1:]
