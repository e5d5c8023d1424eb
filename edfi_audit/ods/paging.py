"""How a collection is walked: lanes, each a small state that says what to ask for next.

A collection is read along several lanes at once. A cursor lane walks one partition of versions
7.3 and later; it goes on while the ODS hands it a token, even past an empty page. Offset lanes
share the pages of older versions between them; each ends at the first empty page at or past the
count, for neither a short page nor an empty one before it proves the end.
"""

from dataclasses import dataclass
from typing import Protocol

from edfi_audit.errors import ContractError

__all__ = ["CursorLane", "Lane", "OffsetLane", "offset_lanes"]

_MUCH = 100_000
"""Rows beyond twice the count after which an ODS is taken to ignore `offset`."""


class Lane(Protocol):
    """One way through a part of a collection."""

    @property
    def query(self) -> dict[str, str] | None:
        """What to ask for next; None at the end."""

    def advance(self, rows: int, token: str | None) -> None:
        """Take in an answer: how many rows it held, and its page token if it had one."""


@dataclass
class CursorLane:
    """A walk by page tokens, beginning with a partition's."""

    token: str | None
    page_size: int

    @property
    def query(self) -> dict[str, str] | None:
        """What to ask for next; None at the end."""
        if self.token is None:
            return None
        return {"pageToken": self.token, "pageSize": str(self.page_size)}

    def advance(self, rows: int, token: str | None) -> None:  # noqa: ARG002
        """Go on with `token`; an error when the ODS turns in a circle."""
        if token is not None and token == self.token:
            raise ContractError(
                "The ODS answered a page with that page's own token.",
                next_step="Tell the host of the ODS: its cursor paging does not advance.",
            )
        self.token = token


@dataclass
class OffsetLane:
    """Every `stride`-th row offset from `offset` on; `expected` is the collection's count."""

    offset: int
    stride: int
    page_size: int
    expected: int
    ended: bool = False

    @property
    def query(self) -> dict[str, str] | None:
        """What to ask for next; None at the end."""
        if self.ended:
            return None
        return {"offset": str(self.offset), "limit": str(self.page_size)}

    def advance(self, rows: int, token: str | None) -> None:  # noqa: ARG002
        """Go on to the next offset, unless the end was seen."""
        self.ended = rows == 0 and self.offset >= self.expected
        self.offset += self.stride
        if self.offset > 2 * self.expected + _MUCH:
            raise ContractError(
                "The ODS sends rows without end, far beyond its own count.",
                next_step="Tell the host of the ODS: it ignores offset and limit.",
            )


def offset_lanes(expected: int | None, page_size: int, most: int) -> list[OffsetLane]:
    """Up to `most` lanes that share the pages of `expected` rows (None: unknown) evenly."""
    pages = -(-expected // page_size) + 1 if expected is not None else 1
    lanes = min(most, pages)
    return [
        OffsetLane(number * page_size, lanes * page_size, page_size, expected or 0)
        for number in range(lanes)
    ]
