"""Reading records: collections, partitions and single items."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import orjson
from starlette.requests import Request
from starlette.responses import Response

from edfi_audit.sandbox.asking import Asked, asked_of
from edfi_audit.sandbox.ods import query_of
from edfi_audit.sandbox.paging import (
    LAST_AGGREGATE_ID,
    Page,
    encode_token,
    page_of,
    partitions_of,
)
from edfi_audit.sandbox.problems import (
    ITEM_NOT_FOUND,
    RefusedError,
    method_not_allowed,
    unrelated,
)
from edfi_audit.sandbox.profiles import content_type, hide, profile_for
from edfi_audit.sandbox.scope import subject_names
from edfi_audit.sandbox.selection import select

__all__ = ["JSON", "read_collection", "read_item"]

JSON = "application/json; charset=utf-8"


async def read_collection(request: Request) -> Response:
    """`GET …/{resource}`: one page, with `Total-Count` and `Next-Page-Token` where due."""
    asked = asked_of(request, "Read")
    flavour = asked.ods.flavour
    page = page_of(query_of(request), flavour, asked.ods.options.page_limit)
    with asked.records.lock:
        query = asked.query(request, by_cursor=page.within is not None)
        slots = select(asked.collection, query)
        chosen = _chosen(slots, page)
        rows = [asked.collection.rows[slot] for slot in chosen]
        headers = {"Total-Count": str(len(slots))} if page.total_count else {}
    goes_on = flavour.cursor_in_windows or query.most is None or page.within is not None
    if flavour.cursor and chosen and goes_on:
        last = page.within[1] if page.within else LAST_AGGREGATE_ID
        headers["Next-Page-Token"] = encode_token(chosen[-1] + 1, last)
    rows, media_type = _profiled(asked, request, rows)
    return Response(b"[%s]" % b",".join(rows), headers=headers, media_type=media_type)


async def read_item(request: Request) -> Response:
    """`GET …/{resource}/{id}`, and `…/partitions` where the release has cursor paging."""
    identifier = request.path_params["id"]
    asked = asked_of(request, "Read")
    if identifier == "partitions" and asked.ods.flavour.cursor:
        return _partitions(asked, request)
    with asked.records.lock:
        row = asked.collection.row(identifier)
        sees = asked.sees()
    if row is None:
        raise RefusedError(ITEM_NOT_FOUND)
    record = orjson.loads(row)
    if sees is not None and not sees(record):
        own = asked.key.education_organizations or frozenset()
        raise RefusedError(unrelated(asked.ods.flavour.denied_data, own, subject_names(record)))
    etag = f'"{record["_etag"]}"'
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"ETag": etag})
    [row], media_type = _profiled(asked, request, [row])
    return Response(row, headers={"ETag": etag}, media_type=media_type)


def _partitions(asked: Asked, request: Request) -> Response:
    if request.method != "GET":
        raise RefusedError(method_not_allowed())
    with asked.records.lock:
        slots = select(asked.collection, asked.query(request, by_cursor=True))
        tokens = partitions_of(
            query_of(request),
            slots,
            asked.ods.options.page_limit,
            strict=asked.ods.flavour.strict_cursor,
        )
    return Response(orjson.dumps({"pageTokens": tokens}), media_type=JSON)


def _chosen(slots: Sequence[int], page: Page) -> Sequence[int]:
    if page.within is None:
        return slots[page.offset : page.offset + page.size]
    first, last = page.within
    start = bisect_left(slots, first)
    end = bisect_right(slots, last)
    return slots[start : min(end, start + page.size)]


def _profiled(asked: Asked, request: Request, rows: list[bytes]) -> tuple[list[bytes], str]:
    resource = asked.collection.resource
    profile = profile_for(asked.key, resource, request.headers.get("accept", ""))
    if profile is None:
        return rows, JSON
    return hide(profile, rows), content_type(resource, profile)
