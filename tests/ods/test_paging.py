"""The lanes: whatever the sizes, every row is asked for exactly once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edfi_audit.errors import ContractError
from edfi_audit.ods.paging import CursorLane, OffsetLane, offset_lanes

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
