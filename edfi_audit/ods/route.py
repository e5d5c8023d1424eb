"""Which lanes a collection is walked along: what is safe on this ODS, and quick.

Bounded by the change version at which the pull began, no row can come in behind a walk. Versions
7.3 and later are walked by cursor, one lane a partition. Older ones are cut into windows of change
versions with about the same number of rows, and each is walked from its end to its start. Where
change queries are off, there are no bounds, and only the count can tell whether rows were lost.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from edfi_audit.ods.api import Api
from edfi_audit.ods.crew import Crew
from edfi_audit.ods.paging import CursorLane, Lane, OffsetLane, ReverseLane, offset_lanes, within

__all__ = ["Method", "Route", "method_of", "route"]

Method = Literal["cursor", "reverse offset", "offset"]

_DEEPEST = 12
"""How often a window is cut in two before what is in it counts as one change."""


@dataclass(frozen=True)
class Route:
    """What is to be walked: `expected` rows of `resource`, as they were at `newest`.

    `newest` is None where change queries are off; then there is nothing to hold on to.
    """

    resource: str
    expected: int | None
    newest: int | None
    page_size: int
    cursor: bool = True


def route(api: Api, crew: Crew, wanted: Route) -> Sequence[Lane]:
    """The lanes for what is wanted, as many as the crew has threads."""
    bounds = within(None, wanted.newest)
    if bounds and wanted.expected is not None and wanted.expected <= wanted.page_size:
        return [ReverseLane(wanted.expected, wanted.page_size, bounds)]
    if wanted.cursor:
        tokens = api.partitions(wanted.resource, 2 * crew.size, bounds)
        if tokens:
            return [CursorLane(token, wanted.page_size, bounds) for token in tokens]
    if wanted.newest is None:
        return offset_lanes(wanted.expected, wanted.page_size, 2 * crew.size)
    if wanted.expected is None:
        return [OffsetLane(0, wanted.page_size, wanted.page_size, 0, bounds)]
    return [
        ReverseLane(window.rows, wanted.page_size, within(window.least, window.most))
        for window in _windows(api, crew, wanted, wanted.newest, wanted.expected)
    ]


def method_of(specs: Sequence[Mapping[str, Any]]) -> Method:
    """How a stage with these lanes is read, in a word."""
    names: dict[str, Method] = {"cursor": "cursor", "reverse": "reverse offset"}
    return names.get(specs[0]["kind"], "offset") if specs else "offset"


@dataclass(frozen=True)
class _Window:
    """The change versions from `least` to `most`, and how many rows have one of them."""

    least: int
    most: int
    rows: int


def _windows(api: Api, crew: Crew, wanted: Route, newest: int, expected: int) -> list[_Window]:
    """Windows that share out all change versions up to `newest`; empty ones are left out."""
    target = max(wanted.page_size, -(-expected // (2 * crew.size)))
    windows = _counted(api, crew, wanted, _even(0, newest, 2 * crew.size))
    for _ in range(_DEEPEST):
        large = [one for one in windows if one.rows > 2 * target and one.most > one.least]
        if not large or len(windows) > 8 * crew.size:
            break
        halves = [half for one in large for half in _even(one.least, one.most, 2)]
        windows = [one for one in windows if one not in large]
        windows += _counted(api, crew, wanted, halves)
    return sorted(windows, key=lambda one: -one.rows)


def _even(least: int, most: int, parts: int) -> list[tuple[int, int]]:
    size = max(1, -(-(most - least + 1) // parts))
    return [(at, min(at + size - 1, most)) for at in range(least, most + 1, size)]


def _counted(
    api: Api, crew: Crew, wanted: Route, spans: Sequence[tuple[int, int]]
) -> list[_Window]:
    def counting(least: int, most: int) -> Callable[[], int | None]:
        return lambda: api.count(wanted.resource, **within(least, most))

    counts = crew.gather([counting(*span) for span in spans])
    return [
        _Window(least, most, rows or 0)
        for (least, most), rows in zip(spans, counts, strict=True)
        if rows != 0
    ]
