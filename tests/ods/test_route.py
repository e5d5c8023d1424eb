"""The route: which lanes a collection is walked along, by release and by what is known of it."""

import json
from contextlib import contextmanager

import pytest
from ods_in_churn import KEY, serving, write_sections

from edfi_audit.ods.api import open_api
from edfi_audit.ods.crew import crew_of
from edfi_audit.ods.paging import CursorLane, OffsetLane, ReverseLane
from edfi_audit.ods.route import Route, method_of, route
from edfi_audit.settings import Connection

ROWS, PAGE = 200, 10


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """A folder of 200 synthetic sections."""
    return write_sections(tmp_path_factory.mktemp("records"), ROWS)


@contextmanager
def opened(records, folder, flavour, **options):
    """A sandbox, its API, and a crew of four."""
    with (
        serving(records, flavour, page_limit=PAGE, **options) as sandbox,
        open_api(Connection(base_url=sandbox, **KEY)) as api,
        crew_of(4, folder / "spill", api.client.stop) as crew,
    ):
        yield sandbox, api, crew


def rows_of(api, lanes):
    """How many rows each lane brings, walked now, and the ids of all."""
    found = []
    for lane in lanes:
        ids = []
        while (query := lane.query) is not None:
            page = api.page("sections", query)
            lane.advance(len(page.rows), page.token)
            ids += [row["id"] for row in page.rows]
        found.append(ids)
    return [len(ids) for ids in found], [one for ids in found for one in ids]


def specs(lanes):
    """The lanes as they are logged: JSON and back."""
    return json.loads(json.dumps([lane.spec for lane in lanes]))


@pytest.mark.parametrize("flavour", ["7.3", "8-main"])
def test_cursor_releases_are_walked_by_partitions(records, tmp_path, flavour):
    """One bounded lane per partition, about the same rows in each, and every row once."""
    with opened(records, tmp_path, flavour) as (sandbox, api, crew):
        lanes = route(api, crew, Route("sections", ROWS, sandbox.newest, PAGE))
        sizes, ids = rows_of(api, lanes)
    assert all(isinstance(lane, CursorLane) for lane in lanes)
    assert {lane.bounds["maxChangeVersion"] for lane in lanes} == {str(sandbox.newest)}
    assert sizes == [50, 50, 50, 50]
    assert len(set(ids)) == ROWS
    assert method_of(specs(lanes)) == "cursor"


@pytest.mark.parametrize("flavour", ["5.3", "6.1", "7.1", "7.2", "8.0"])
def test_other_releases_are_walked_backwards_in_windows(records, tmp_path, flavour):
    """Windows share out the change versions from 0 to 201, and so the rows, each coming once."""
    with opened(records, tmp_path, flavour) as (sandbox, api, crew):
        lanes = route(api, crew, Route("sections", ROWS, sandbox.newest, PAGE))
        sizes, ids = rows_of(api, lanes)
    assert all(isinstance(lane, ReverseLane) for lane in lanes)
    assert sizes == [lane.expected for lane in lanes]
    assert (len(sizes), sum(sizes), max(sizes)) == (8, ROWS, 26)
    assert len(set(ids)) == len(ids) == ROWS
    assert method_of(specs(lanes)) == "reverse offset"


def test_windows_are_cut_where_the_rows_are(records, tmp_path):
    """Change versions that lie far apart, or all together, still give windows of like size."""
    with opened(records, tmp_path, "6.1") as (sandbox, api, crew):
        sandbox._ods.records.newest += 100_000
        for row in sandbox.rows("sections")[:100]:
            sandbox.edit("sections", row["id"], sequenceOfCourse=2)
        lanes = route(api, crew, Route("sections", ROWS, sandbox.newest, PAGE))
        sizes, ids = rows_of(api, lanes)
    assert len(set(ids)) == ROWS
    assert max(sizes) <= 60
    assert sizes == sorted(sizes, reverse=True)


def test_rows_of_one_change_version_are_one_window(records, tmp_path):
    """Rows that are older than the feature cannot be told apart, and are walked together."""
    with opened(records, tmp_path, "6.1", unversioned=True) as (_, api, crew):
        lanes = route(api, crew, Route("sections", ROWS, 0, PAGE))
        sizes, ids = rows_of(api, lanes)
    assert (sizes, len(set(ids))) == ([ROWS], ROWS)


@pytest.mark.parametrize("flavour", ["6.1", "7.3"])
def test_one_page_is_asked_for_at_once(records, tmp_path, flavour):
    """No partitions and no windows are needed for what fits one page."""
    with opened(records, tmp_path, flavour) as (sandbox, api, crew):
        sandbox.forget_requests()
        (lane,) = route(api, crew, Route("sections", PAGE, sandbox.newest, PAGE))
        assert sandbox.requests == ()
    assert lane.query == {"offset": "0", "limit": "10", "maxChangeVersion": str(sandbox.newest)}


@pytest.mark.parametrize(("flavour", "kind"), [("6.1", OffsetLane), ("7.3", CursorLane)])
def test_without_change_queries_there_are_no_bounds(records, tmp_path, flavour, kind):
    """Forward by offset, or by cursor where there is one."""
    with opened(records, tmp_path, flavour, change_queries=False) as (_, api, crew):
        lanes = route(api, crew, Route("sections", ROWS, None, PAGE))
        _, ids = rows_of(api, lanes)
    assert all(isinstance(lane, kind) and not lane.bounds for lane in lanes)
    assert len(set(ids)) == ROWS


def test_a_second_walk_does_without_the_cursor(records, tmp_path):
    """Where a cursor lost rows, or a row fails, offsets are used on every release."""
    with opened(records, tmp_path, "7.3") as (sandbox, api, crew):
        lanes = route(api, crew, Route("sections", ROWS, sandbox.newest, PAGE, cursor=False))
        _, ids = rows_of(api, lanes)
    assert all(isinstance(lane, ReverseLane) for lane in lanes)
    assert len(set(ids)) == ROWS


def test_an_ods_that_does_not_count_is_walked_forward(records, tmp_path):
    """Without a count nobody knows where the end is to begin from."""
    with opened(records, tmp_path, "6.1") as (sandbox, api, crew):
        (lane,) = route(api, crew, Route("sections", None, sandbox.newest, PAGE))
        assert rows_of(api, [lane])[0] == [ROWS]
    assert isinstance(lane, OffsetLane)


def test_nothing_to_walk_has_no_method_but_offset():
    """A stage without lanes was read by nothing in particular."""
    assert method_of([]) == "offset"
