"""The lanes: whatever the sizes, every row is asked for exactly once."""

import itertools
import random
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edfi_audit.errors import ContractError
from edfi_audit.ods.manifest import TotalCount, judged
from edfi_audit.ods.paging import (
    CursorLane,
    OffsetLane,
    ReverseLane,
    lane_of,
    offset_lanes,
    within,
)

COUNTS = st.integers(0, 60)
SIZES = st.integers(1, 7)


def offset_page(rows, query):
    start = int(query["offset"])
    return rows[start : start + int(query["limit"])]


def walked(lanes, answer):
    """All rows that walking `lanes` in turn brings, with `answer(query) -> rows, token`."""
    rows = []
    for lane in lanes:
        while (query := lane.query) is not None:
            page, token = answer(query)
            lane.advance(len(page), token)
            rows += page
    return rows


@given(count=COUNTS, size=SIZES, most=SIZES, stated=st.booleans())
def test_offset_lanes_meet_every_row_once(count, size, most, stated):
    """Lanes that share the pages leave none out, with or without a count from the ODS."""
    rows = list(range(count))
    lanes = offset_lanes(count if stated else None, size, most)
    assert sorted(walked(lanes, lambda query: (offset_page(rows, query), None))) == rows


@given(count=COUNTS, size=SIZES, most=SIZES, later=COUNTS)
def test_rows_added_at_the_end_are_met(count, size, most, later):
    """Rows that come after the count was taken are still walked, without a gap."""
    rows = list(range(count + later))
    lanes = offset_lanes(count, size, most)
    met = walked(lanes, lambda query: (offset_page(rows, query), None))
    assert len(met) == len(set(met))
    assert set(range(count)) <= set(met)


def test_an_empty_page_before_the_count_is_not_the_end():
    """An empty page in mid-walk does not end an offset lane."""
    rows = list(range(10))
    empty = {"offset": "2", "limit": "2"}
    (lane,) = offset_lanes(10, 2, 1)
    met = walked([lane], lambda query: ([] if query == empty else offset_page(rows, query), None))
    assert met == [0, 1, 4, 5, 6, 7, 8, 9]


def test_an_empty_page_with_a_token_is_not_the_end():
    """A cursor lane goes on while it is handed a token, and asks with nothing but that token."""
    answers = {"a": ([1], "b"), "b": ([], "c"), "c": ([2], "d"), "d": ([], None)}
    lane = CursorLane("a", 500)
    assert lane.query == {"pageToken": "a", "pageSize": "500"}
    assert walked([lane], lambda query: answers[query["pageToken"]]) == [1, 2]


def test_a_cursor_that_does_not_advance_is_an_error():
    """An ODS that hands back the same token is not asked for ever."""
    with pytest.raises(ContractError, match="own token"):
        CursorLane("a", 500).advance(3, "a")


def test_an_ods_that_ignores_offset_is_an_error():
    """Rows without end, far beyond the count, end in an error."""
    with pytest.raises(ContractError, match="without end"):
        walked([OffsetLane(0, 500, 500, 10)], lambda _query: ([1], None))


@given(count=COUNTS, size=SIZES, data=st.data())
def test_a_reverse_lane_loses_no_row_to_deletes(count, size, data):
    """Rows that leave the window while it is walked move none that is still to come."""
    rows, stayed = list(range(count)), set(range(count))
    lane, met = ReverseLane(count, size), []
    while (query := lane.query) is not None:
        for _ in range(data.draw(st.integers(0, 3))):
            if rows:
                stayed.discard(rows.pop(data.draw(st.integers(0, len(rows) - 1))))
        page = offset_page(rows, query)
        lane.advance(len(page), None)
        met += page
    assert stayed <= set(met)


@dataclass
class Churned:
    """A simulated collection whose rows come, change and go between two requests.

    A row is its id, and has a key and a change version. Releases before 7.3 return rows by key, so
    that new ones land anywhere; later ones by id, so that new ones land at the end.
    """

    by_key: bool
    rows: dict[int, tuple[int, int]]
    chance: random.Random
    kinds: str = "iud"
    newest: int = 0
    touched: set[int] = field(default_factory=set)
    deleted: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, count, seed, *, by_key, kinds="iud"):
        """`count` rows with change versions from 1 on, their keys in no order of their ids.

        Chance goes by `seed`, and writes only as `kinds` says: inserts, updates, deletes.
        """
        keys = [(number * 37) % 1009 for number in range(count)]
        rows = {number: (keys[number], number + 1) for number in range(count)}
        chance = random.Random(seed)  # noqa: S311 - it chooses writes
        return cls(by_key, rows, chance, kinds, count)

    def write(self):
        """Up to three writes."""
        for kind in self.chance.choices(self.kinds, k=self.chance.randrange(4)):
            if kind != "i" and not self.rows:
                continue
            self.newest += 1
            if kind == "i":
                self.rows[10_000 + self.newest] = (self.chance.randrange(1009), self.newest)
                continue
            chosen = self.chance.choice(sorted(self.rows))
            key, _ = self.rows.pop(chosen)
            if kind == "u":
                self.rows[chosen] = (key, self.newest)
                self.touched.add(chosen)
            else:
                self.deleted.add(chosen)

    def within(self, query):
        """The ids in the bounds of a query, in the order of this release."""
        least = int(query.get("minChangeVersion", 0))
        most = int(query.get("maxChangeVersion", self.newest))
        found = [one for one, (_, version) in self.rows.items() if least <= version <= most]
        return sorted(found, key=lambda one: (self.rows[one][0], one) if self.by_key else one)

    def answer(self, query):
        """A page by offset or by token (the ids from one on), and the next token."""
        rows = self.within(query)
        if "pageToken" not in query:
            return offset_page(rows, query), None
        first, last = (int(part) for part in query["pageToken"].split(","))
        page = [one for one in rows if first <= one <= last][: int(query["pageSize"])]
        return page, f"{page[-1] + 1},{last}" if page else None

    def stayed(self, first):
        """The rows of `first` that were there all along and unchanged."""
        return first - self.touched - self.deleted


def walked_in_churn(lanes, ods):
    """All rows that walking `lanes` turn by turn brings, with writes before every request."""
    met, under_way = [], list(lanes)
    while under_way:
        lane = ods.chance.choice(under_way)
        if (query := lane.query) is None:
            under_way.remove(lane)
            continue
        ods.write()
        page, token = ods.answer(query)
        lane.advance(len(page), token)
        met += page
    return met


SEEDS = st.integers(0, 2**32)
PARTS = st.integers(1, 4)
THOROUGH = settings(deadline=None, max_examples=300)


@THOROUGH
@given(by_key=st.booleans(), count=COUNTS, size=SIZES, parts=PARTS, seed=SEEDS)
def test_reverse_lanes_in_windows_lose_nothing(by_key, count, size, parts, seed):
    """Inside bounded windows nothing is lost but what left them, which a later window brings."""
    ods = Churned.of(count, seed, by_key=by_key)
    first, newest = set(ods.rows), ods.newest
    ends = [newest * part // parts for part in range(parts + 1)]
    windows = [within(least + 1, most) for least, most in itertools.pairwise(ends)]
    lanes = [ReverseLane(len(ods.within(window)), size, window) for window in windows]
    met = set(walked_in_churn(lanes, ods))
    assert ods.stayed(first) <= met <= first
    assert ods.rows.keys() - met <= set(ods.within(within(newest + 1, None)))


@THOROUGH
@given(count=COUNTS, size=SIZES, parts=PARTS, seed=SEEDS)
def test_cursor_lanes_lose_nothing(count, size, parts, seed):
    """By cursor, bounded, nothing is lost but what left the bounds, and nothing comes twice."""
    ods = Churned.of(count, seed, by_key=False)
    first, newest = set(ods.rows), ods.newest
    ends = [count * part // parts for part in range(parts)] + [10**6]
    tokens = [f"{least},{most - 1}" for least, most in itertools.pairwise(ends)]
    lanes = [CursorLane(token, size, within(None, newest)) for token in tokens]
    met = walked_in_churn(lanes, ods)
    assert len(met) == len(set(met))
    assert ods.stayed(first) <= set(met) <= first
    assert ods.rows.keys() - set(met) <= set(ods.within(within(newest + 1, None)))


@THOROUGH
@given(
    by_key=st.booleans(),
    count=COUNTS,
    size=SIZES,
    most=st.integers(1, 3),
    kinds=st.sampled_from(["u", "iu", "du"]),
    seed=SEEDS,
)
def test_rows_lost_by_offset_are_found_out(by_key, count, size, most, kinds, seed):  # noqa: PLR0913, PLR0917
    """Forward, without bounds: where rows came, or rows went, only a whole walk is `verified`."""
    ods = Churned.of(count, seed, by_key=by_key, kinds=kinds)
    met = walked_in_churn(offset_lanes(count, size, most), ods)
    verdict, _ = judged(len(set(met)), 0, TotalCount(count, len(ods.rows)))
    if verdict == "verified":
        assert set(met) == ods.rows.keys()
    assert verdict == "verified" or kinds != "u"


def test_a_row_lost_by_offset_is_found_out():
    """A delete before the walk's place moves a row past it: the counts differ, and tell."""
    rows, lane, met = list(range(10)), OffsetLane(0, 2, 2, 10), []
    while (query := lane.query) is not None:
        page = offset_page(rows, query)
        lane.advance(len(page), None)
        met += page
        if 0 in rows:
            rows.remove(0)
    assert set(rows) - set(met) == {2}
    assert judged(len(met), 0, TotalCount(10, len(rows)))[0] == "unverified"


def lanes_of(kind, count, size):
    return [ReverseLane(count, size)] if kind == "reverse" else offset_lanes(count, size, 2)


@given(
    kind=st.sampled_from(["reverse", "offset"]),
    count=COUNTS,
    size=SIZES,
    poison=st.sets(st.integers(0, 59), max_size=3),
)
def test_only_rows_that_fail_are_left_out(kind, count, size, poison):
    """Whatever rows make their pages fail, all the others are met once."""
    rows, met = list(range(count)), []
    for lane in lanes_of(kind, count, size):
        while (query := lane.query) is not None:
            page = offset_page(rows, query)
            if poison & set(page):
                assert lane.give_way()
            else:
                lane.advance(len(page), None)
                met += page
    assert sorted(met) == [row for row in rows if row not in poison]


@given(kind=st.sampled_from(["reverse", "offset"]), count=COUNTS, size=SIZES, data=st.data())
def test_a_lane_is_rebuilt_from_its_answers(kind, count, size, data):
    """A lane made anew from its spec and what it was given asks for the same next page."""
    poison = data.draw(st.sets(st.integers(0, 59), max_size=2))
    cut = data.draw(st.integers(0, 30))
    for lane in lanes_of(kind, count, size):
        given_so_far = []
        while (query := lane.query) is not None and len(given_so_far) < cut:
            page = offset_page(list(range(count)), query)
            if poison & set(page):
                lane.give_way()
                given_so_far.append(None)
            else:
                lane.advance(len(page), None)
                given_so_far.append(len(page))
        again = lane_of(lane.spec)
        for rows in given_so_far:
            if rows is None:
                again.give_way()
            else:
                again.advance(rows, None)
        assert again.query == lane.query


def test_too_many_failing_rows_are_the_ods_failing():
    """A lane gives up twenty rows, and no more."""
    lane = OffsetLane(0, 1, 1, 100)
    assert [lane.give_way() for _ in range(21)] == [True] * 20 + [False]


def test_a_cursor_lane_cannot_step_over_a_row():
    """What a token means is the ODS's own affair; the walk is left to offsets."""
    assert not CursorLane("a", 500).give_way()
