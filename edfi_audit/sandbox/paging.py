"""Offset and cursor paging: what a query asks for, checked the way each release checks it."""

import base64
import binascii
import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from edfi_audit.sandbox.flavours import Flavour
from edfi_audit.sandbox.problems import RefusedError, bad_parameter, invalid_value

__all__ = [
    "LAST_AGGREGATE_ID",
    "RESERVED",
    "Page",
    "encode_token",
    "integer",
    "page_number",
    "page_of",
    "partitions_of",
]

LAST_AGGREGATE_ID = 2**31 - 1

RESERVED = frozenset(
    {
        "offset",
        "limit",
        "totalcount",
        "pagetoken",
        "pagesize",
        "minchangeversion",
        "maxchangeversion",
        "number",
        "allowsmallpartitions",
        "correlationid",
    }
)
"""Query names that are no fields of a resource, in lower case."""

_PAGING = ("offset", "limit", "totalCount", "pageToken", "pageSize")
_MOST_PARTITIONS = 200
_DEFAULT_PARTITIONS = 10
_PAGES_IN_A_PARTITION = 5

_OFFSET_WITH_CURSOR = (
    "Both offset and pageToken parameters were provided, but they support alternative paging "
    "approaches and cannot be used together."
)
_LIMIT_WITH_CURSOR = "Use pageSize instead of limit when using cursor paging with pageToken."
_SIZE_WITHOUT_CURSOR = "PageToken is required when pageSize is specified."
_SIZE_WITH_OFFSET = "Use limit instead of pageSize when using limit/offset paging."
_BAD_CURSOR = "The page token provided was invalid."


@dataclass(frozen=True)
class Page:
    """One page asked for: `size` rows from `offset`, or from inside the aggregate ids `within`."""

    size: int
    offset: int = 0
    within: tuple[int, int] | None = None
    total_count: bool = False


def page_of(query: Mapping[str, str], flavour: Flavour, page_limit: int) -> Page:
    """The page a query (names in lower case) asks for; `RefusedError` (400) when it may not."""
    token = query.get("pagetoken") if flavour.cursor else None
    total_count = query.get("totalcount", "").lower() == "true"
    if token:
        if total_count:
            raise _refused(flavour.count_with_cursor_error)
        return _page_by_cursor(token, query, page_limit, strict=flavour.strict_cursor)
    size, offset = integer(query, "limit"), integer(query, "offset")
    if flavour.cursor and integer(query, "pageSize") is not None and size is None:
        raise _refused(_SIZE_WITHOUT_CURSOR if offset is None else _SIZE_WITH_OFFSET)
    if offset is not None and offset < 0:
        raise RefusedError(bad_parameter("Offset cannot be a negative value."))
    if size is not None and not 0 <= size <= page_limit:
        error = flavour.limit_error.format(page_limit=page_limit)
        raise RefusedError(bad_parameter(error, flavour.limit_detail))
    default = min(flavour.default_limit or page_limit, page_limit)
    return Page(default if size is None else size, offset or 0, total_count=total_count)


def _page_by_cursor(token: str, query: Mapping[str, str], page_limit: int, *, strict: bool) -> Page:
    within = _decode_token(token)
    size = integer(query, "pageSize")
    if integer(query, "offset") is not None:
        raise _refused(_OFFSET_WITH_CURSOR)
    if integer(query, "limit") is not None and (strict or size is None):
        raise _refused(_LIMIT_WITH_CURSOR)
    if size is not None and not 0 <= size <= page_limit:
        raise _refused(f"PageSize must be a value between 0 and {page_limit}.")
    return Page(page_limit if size is None else size, within=within)


def _refused(error: str) -> RefusedError:
    return RefusedError(bad_parameter(error))


def integer(query: Mapping[str, str], name: str) -> int | None:
    """A whole-number parameter, null when absent or empty; `RefusedError` (400) when neither."""
    text = query.get(name.lower(), "").strip()
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise RefusedError(invalid_value(name, text)) from None


def page_number(query: Mapping[str, str], slots: Sequence[int], default: int) -> int | None:
    """Which page of a whole collection (its `slots` in order) is asked for, from 1.

    Null where the query is none for a page. `default` is the size where it names none.
    """
    try:
        size = integer(query, "pageSize") or integer(query, "limit") or default
        token = query.get("pagetoken")
        start = bisect_left(slots, _decode_token(token)[0]) if token else integer(query, "offset")
    except RefusedError:
        return None
    return (start or 0) // size + 1


def encode_token(first: int, last: int) -> str:
    """The token for the aggregate ids from `first` to `last`, both included."""
    return base64.urlsafe_b64encode(f"{first},{last}".encode()).decode().rstrip("=")


def _decode_token(token: str) -> tuple[int, int]:
    try:
        padded = token + "=" * (-len(token) % 4)
        first, last = base64.b64decode(padded, altchars=b"-_", validate=True).decode().split(",")
        return int(first), int(last) if last else LAST_AGGREGATE_ID
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise _refused(_BAD_CURSOR) from None


def partitions_of(
    query: Mapping[str, str], aggregate_ids: Sequence[int], page_limit: int, *, strict: bool
) -> list[str]:
    """Page tokens that divide `aggregate_ids` (in order) into about equal parts.

    As many as `number` asks for (1 to 200, default 10), but none smaller than five of the largest
    pages unless `allowSmallPartitions` is set. Where a release is `strict`, paging parameters are
    refused.
    """
    for name in _PAGING if strict else ():
        if name.lower() in query:
            raise _refused(f"The {name} parameter cannot be used when requesting partitions.")
    number = integer(query, "number")
    if number is None:
        number = _DEFAULT_PARTITIONS
    if not 1 <= number <= _MOST_PARTITIONS:
        raise _refused(f"Number of partitions must be between 1 and {_MOST_PARTITIONS}.")
    small = query.get("allowsmallpartitions", "").lower() == "true"
    smallest = 1 if small else _PAGES_IN_A_PARTITION * page_limit
    size = max(math.ceil(len(aggregate_ids) / number), smallest)
    firsts = [aggregate_ids[start] for start in range(0, len(aggregate_ids), size)]
    lasts = [first - 1 for first in firsts[1:]] + [LAST_AGGREGATE_ID]
    return [encode_token(first, last) for first, last in zip(firsts, lasts, strict=False)]
