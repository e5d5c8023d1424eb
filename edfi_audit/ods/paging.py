"""How a collection is walked: lanes, each a small state that says what to ask for next.

A collection is read along several lanes at once. A cursor lane walks one partition of versions
7.3 and later; it goes on while the ODS hands it a token, even past an empty page. A reverse lane
walks one window of change versions from its end to its start, so that rows which leave the window
move none that is still to come. Where change queries are off, offset lanes share the pages between
them; each ends at the first empty page at or past the count, for neither a short page nor an empty
one before it proves the end.

A lane is rebuilt from its `spec` and the answers it was given, so a walk can go on elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from edfi_audit.errors import ContractError

__all__ = [
    "Bounds",
    "CursorLane",
    "Lane",
    "OffsetLane",
    "ReverseLane",
    "lane_of",
    "offset_lanes",
    "within",
]

_MUCH = 1_000_000
"""Rows beyond twice the count after which an ODS is taken to ignore `offset`."""

_MOST_POISON = 20
"""Rows one lane gives up before it takes the ODS itself to be failing."""

Bounds = Mapping[str, str]
"""The change versions a lane keeps to, as a query; empty for all of them."""


def within(least: int | None, most: int | None) -> Bounds:
    """The bounds from `least` to `most`, both included; None leaves a side open."""
    given = {"minChangeVersion": least, "maxChangeVersion": most}
    return {name: str(value) for name, value in given.items() if value is not None}


class Lane(Protocol):
    """One way through a part of a collection."""

    @property
    def query(self) -> dict[str, str] | None:
        """What to ask for next; None at the end."""

    @property
    def spec(self) -> dict[str, Any]:
        """What `lane_of` needs to begin this lane anew."""

    def advance(self, rows: int, token: str | None) -> None:
        """Take in an answer: how many rows it held, and its page token if it had one."""

    def give_way(self) -> bool:
        """Ask for less, or leave out one row, since the page fails; False when it cannot."""


@dataclass
class CursorLane:
    """A walk by page tokens, beginning with a partition's."""

    token: str | None
    page_size: int
    bounds: Bounds = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.spec = _spec("cursor", self)

    @property
    def query(self) -> dict[str, str] | None:
        """What to ask for next; None at the end."""
        if self.token is None:
            return None
        return {"pageToken": self.token, "pageSize": str(self.page_size), **self.bounds}

    def advance(self, rows: int, token: str | None) -> None:  # noqa: ARG002
        """Go on with `token`; an error when the ODS turns in a circle."""
        if token is not None and token == self.token:
            raise ContractError(
                "The ODS answered a page with that page's own token.",
                next_step="Tell the host of the ODS: its cursor paging does not advance.",
            )
        self.token = token

    def give_way(self) -> bool:
        """A row cannot be stepped over without knowing what a token means."""
        return False


@dataclass
class OffsetLane:
    """Every `stride`-th row offset from `offset` on; `expected` is the collection's count."""

    offset: int
    stride: int
    page_size: int
    expected: int
    bounds: Bounds = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.spec = _spec("offset", self)
        self.ended = False
        self._pieces = _Pieces()

    @property
    def query(self) -> dict[str, str] | None:
        """What to ask for next; None at the end."""
        if self.ended:
            return None
        return _page(*(self._pieces.next or (self.offset, self.page_size)), self.bounds)

    def advance(self, rows: int, token: str | None) -> None:  # noqa: ARG002
        """Go on to the next offset, unless the end was seen."""
        if self._pieces.taken():
            return
        self.ended = rows == 0 and self.offset >= self.expected
        self.offset += self.stride
        if self.offset > 2 * self.expected + _MUCH:
            raise ContractError(
                "The ODS sends rows without end, far beyond its own count.",
                next_step="Tell the host of the ODS: it ignores offset and limit.",
            )

    def give_way(self) -> bool:
        """Halve the page that fails, down to one row, which is then left out."""
        offset, size = self._pieces.next or (self.offset, self.page_size)
        if not self._pieces.next:
            self.offset += self.stride
        return self._pieces.halve(offset, size, backwards=False)


@dataclass
class ReverseLane:
    """A window of `expected` rows, from its last page to its first."""

    expected: int
    page_size: int
    bounds: Bounds = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.spec = _spec("reverse", self)
        self.offset = max(0, self.expected - 1) // self.page_size * self.page_size
        self._pieces = _Pieces()

    @property
    def query(self) -> dict[str, str] | None:
        """What to ask for next; None at the end."""
        if self._pieces.next:
            return _page(*self._pieces.next, self.bounds)
        return None if self.offset < 0 else _page(self.offset, self.page_size, self.bounds)

    def advance(self, rows: int, token: str | None) -> None:  # noqa: ARG002
        """Go back by one page."""
        if not self._pieces.taken():
            self.offset -= self.page_size

    def give_way(self) -> bool:
        """Halve the page that fails, down to one row, which is then left out."""
        offset, size = self._pieces.next or (self.offset, self.page_size)
        if not self._pieces.next:
            self.offset -= self.page_size
        return self._pieces.halve(offset, size, backwards=True)


class _Pieces:
    """The parts of a page that failed as a whole, in the order they are to be asked for."""

    def __init__(self) -> None:
        self._stack: list[tuple[int, int]] = []
        self._given_up = 0

    @property
    def next(self) -> tuple[int, int] | None:
        """The next part: its offset and size."""
        return self._stack[-1] if self._stack else None

    def taken(self) -> bool:
        """Whether the answer was for a part; it is then done with."""
        if not self._stack:
            return False
        self._stack.pop()
        return True

    def halve(self, offset: int, size: int, *, backwards: bool) -> bool:
        """Put the halves of a part in its place, or nothing for a single row."""
        self.taken()
        if size == 1:
            self._given_up += 1
            return self._given_up <= _MOST_POISON
        first, second = (offset, size // 2), (offset + size // 2, size - size // 2)
        self._stack += [first, second] if backwards else [second, first]
        return True


def offset_lanes(
    expected: int | None, page_size: int, most: int, bounds: Bounds | None = None
) -> list[OffsetLane]:
    """Up to `most` lanes that share the pages of `expected` rows (None: unknown) evenly."""
    pages = -(-expected // page_size) + 1 if expected is not None else 1
    lanes = min(most, pages)
    return [
        OffsetLane(number * page_size, lanes * page_size, page_size, expected or 0, bounds or {})
        for number in range(lanes)
    ]


def lane_of(spec: Mapping[str, Any]) -> Lane:
    """The lane of a `spec`, at its beginning."""
    kind, content = spec["kind"], {name: spec[name] for name in spec if name != "kind"}
    kinds: dict[str, type[CursorLane | OffsetLane | ReverseLane]] = {
        "cursor": CursorLane,
        "offset": OffsetLane,
        "reverse": ReverseLane,
    }
    return kinds[kind](**content)


def _spec(kind: str, lane: CursorLane | OffsetLane | ReverseLane) -> dict[str, Any]:
    return {"kind": kind, **{name: value for name, value in vars(lane).items() if name != "spec"}}


def _page(offset: int, size: int, bounds: Bounds) -> dict[str, str]:
    return {"offset": str(offset), "limit": str(size), **bounds}
