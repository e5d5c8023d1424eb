"""The lanes: whatever the sizes, every row is asked for exactly once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edfi_audit.errors import ContractError
from edfi_audit.ods.paging import CursorLane, OffsetLane, ReverseLane, lane_of, offset_lanes

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
