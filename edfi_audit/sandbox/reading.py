"""Reading records: collections, partitions, single items, and what a read-only key may not do."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import orjson
from starlette.requests import Request
from starlette.responses import Response

from edfi_audit.sandbox.ods import Ods, ods_of, query_of
from edfi_audit.sandbox.paging import (
    LAST_AGGREGATE_ID,
    RESERVED,
    Page,
    encode_token,
    integer,
    page_of,
    partitions_of,
)
from edfi_audit.sandbox.problems import (
    ITEM_NOT_FOUND,
    NOT_FOUND,
    RefusedError,
    method_not_allowed,
    missing_action,
    unknown_query_field,
)
from edfi_audit.sandbox.records import Collection

__all__ = ["available_change_versions", "read_collection", "read_item"]

_ACTIONS = {"POST": "create", "PUT": "update", "DELETE": "delete"}
_ONLY_WITH_ID = {
    "PUT": 'Resource collections cannot be replaced. To "upsert" an item in the collection, use '
    'POST. To update a specific item, use PUT and include the "id" in the route.',
    "DELETE": "Resource collections cannot be deleted. To delete a specific item, use DELETE and "
    'include the "id" in the route.',
}
_NOT_WITH_ID = (
    'Resource items can only be updated using PUT. To "upsert" an item in the data collection '
    'using POST, remove the "id" from the route.'
)


async def read_collection(request: Request) -> Response:
    """`GET …/{resource}`: one page, with `Total-Count` and `Next-Page-Token` where due."""
    ods, collection = _addressed(request)
    if request.method != "GET":
        _refuse_write(ods, collection, request.method)
    query = query_of(request)
    page = page_of(query, ods.flavour, ods.options.page_limit)
    positions = _matching(ods, collection, query)
    chosen = _chosen(collection, positions, page)
    headers = {"Total-Count": str(len(positions))} if page.total_count else {}
    if ods.flavour.cursor and chosen:
        last = page.within[1] if page.within else LAST_AGGREGATE_ID
        first = collection.aggregate_ids[chosen[-1]] + 1
        headers["Next-Page-Token"] = encode_token(first, last)
    return _json(b"[%s]" % b",".join(_rows(collection, chosen)), headers)


async def read_item(request: Request) -> Response:
    """`GET …/{resource}/{id}`, and `…/partitions` where the release has cursor paging."""
    ods, collection = _addressed(request)
    identifier = request.path_params["id"]
    if identifier == "partitions" and ods.flavour.cursor:
        return _partitions(ods, collection, request)
    if request.method != "GET":
        _refuse_item_write(ods, collection, request.method)
    position = collection.positions.get(identifier)
    if position is None:
        raise RefusedError(ITEM_NOT_FOUND)
    row = collection.rows[position]
    etag = f'"{orjson.loads(row)["_etag"]}"'
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"ETag": etag})
    return _json(row, {"ETag": etag})


async def available_change_versions(request: Request) -> Response:
    """`GET {changeQueries}/availableChangeVersions`: the oldest is always 0."""
    ods = ods_of(request)
    ods.tokens.authenticate(request.headers.get("authorization"))
    versions = {
        "oldestChangeVersion": 0,
        "newestChangeVersion": ods.records.newest_change_version,
    }
    if ods.flavour.pascal_change_versions:
        versions = {name[0].upper() + name[1:]: value for name, value in versions.items()}
    return _json(orjson.dumps(versions), {})


def _addressed(request: Request) -> tuple[Ods, Collection]:
    """The collection a path names, for a caller who may read it."""
    ods = ods_of(request)
    ods.tokens.authenticate(request.headers.get("authorization"))
    collection = ods.records.collection(request.path_params["resource"])
    if collection is None:
        raise RefusedError(NOT_FOUND)
    ods.require_claim(collection)
    return ods, collection


def _partitions(ods: Ods, collection: Collection, request: Request) -> Response:
    query = query_of(request)
    if request.method != "GET":
        raise RefusedError(method_not_allowed())
    positions = _matching(ods, collection, query)
    ids = [collection.aggregate_ids[position] for position in positions]
    tokens = partitions_of(query, ids, ods.options.page_limit)
    return _json(orjson.dumps({"pageTokens": tokens}), {})


def _matching(ods: Ods, collection: Collection, query: dict[str, str]) -> Sequence[int]:
    """Where the rows are that pass the query's field filters and change version bounds."""
    wanted = {name: value for name, value in query.items() if name not in RESERVED}
    if ods.flavour.strict_query:
        for name in ods.filters.unknown(collection, list(wanted)):
            raise RefusedError(unknown_query_field(name))
    positions = ods.filters.positions(collection, wanted)
    least = integer(query, "minChangeVersion") or 0
    most = integer(query, "maxChangeVersion")
    if most is None:
        most = ods.records.newest_change_version
    if least == 0 and most >= ods.records.newest_change_version:
        return positions
    versions = collection.change_versions
    return [position for position in positions if least <= versions[position] <= most]


def _chosen(collection: Collection, positions: Sequence[int], page: Page) -> Sequence[int]:
    if page.within is None:
        return positions[page.offset : page.offset + page.size]
    first, last = page.within
    ids = collection.aggregate_ids
    start = bisect_left(positions, first, key=ids.__getitem__)
    end = bisect_right(positions, last, key=ids.__getitem__)
    return positions[start : min(end, start + page.size)]


def _rows(collection: Collection, chosen: Sequence[int]) -> list[bytes]:
    return [collection.rows[position] for position in chosen]


def _refuse_write(ods: Ods, collection: Collection, method: str) -> None:
    if method in _ONLY_WITH_ID:
        raise RefusedError(method_not_allowed(_ONLY_WITH_ID[method], allow="GET, POST"))
    _refuse_action(ods, collection, method)


def _refuse_item_write(ods: Ods, collection: Collection, method: str) -> None:
    if method == "POST":
        raise RefusedError(method_not_allowed(_NOT_WITH_ID, allow="GET, PUT, DELETE"))
    _refuse_action(ods, collection, method)


def _refuse_action(ods: Ods, collection: Collection, method: str) -> None:
    """The sandbox's key may only read."""
    claim_set, entity = ods.options.claim_set, collection.resource.entity
    raise RefusedError(missing_action(claim_set, entity, _ACTIONS[method]))


def _json(body: bytes, headers: dict[str, str]) -> Response:
    return Response(body, headers=headers, media_type="application/json; charset=utf-8")
