"""Intervals of days: both ends belong to them, an end that is null is open."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

__all__ = ["Interval", "joined", "longest_gap"]

_DAY = timedelta(days=1)


class Interval(NamedTuple):
    """From `first` to `last`; open ends are the calendar's own ends."""

    first: date
    last: date

    @classmethod
    def of(cls, first: date | None, last: date | None) -> "Interval":
        """The interval between two dates, either of which may be null."""
        return cls(first or date.min, last or date.max)

    def meets(self, other: "Interval") -> bool:
        """Whether they share a day."""
        return self.first <= other.last and other.first <= self.last

    def holds(self, other: "Interval") -> bool:
        """Whether `other` lies inside."""
        return self.first <= other.first and other.last <= self.last

    def within(self, other: "Interval") -> "Interval":
        """The days of both; backwards where there are none."""
        return Interval(max(self.first, other.first), min(self.last, other.last))

    def days(self) -> range:
        """Its days as ordinals."""
        return range(self.first.toordinal(), self.last.toordinal() + 1)


def joined(intervals: Iterable[Interval]) -> list[Interval]:
    """The intervals, those that overlap or follow on the next day made one."""
    found: list[Interval] = []
    for one in sorted(intervals):
        last = found[-1].last if found else None
        if last is not None and (last == date.max or one.first <= last + _DAY):
            found[-1] = Interval(found[-1].first, max(found[-1].last, one.last))
        else:
            found.append(one)
    return found


def longest_gap(window: Interval, covering: Iterable[Interval]) -> int:
    """The longest run of days of `window` that none of `covering` holds."""
    covered: set[int] = set()
    for one in covering:
        covered.update(one.within(window).days())
    longest = run = 0
    for day in window.days():
        run = 0 if day in covered else run + 1
        longest = max(longest, run)
    return longest
