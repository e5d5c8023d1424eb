"""The seams between pages read by offset: whether their rows still are neighbours."""

import pytest
from ods_in_churn import pulled, section, serving, stored, true, write_sections

from edfi_audit.sandbox.faults import Do, Rule
from edfi_audit.store import Store


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """A folder of 60 synthetic sections."""
    return write_sections(tmp_path_factory.mktemp("records"), 60)


@pytest.mark.parametrize("flavour", ["6.1", "8.0"])
def test_a_row_lost_at_a_seam_is_found_though_the_counts_agree(records, tmp_path, flavour):
    """One row goes behind the walk, another comes before it: a third falls between two pages."""
    store = Store(tmp_path / "data")
    with serving(records, flavour, change_queries=False) as sandbox:
        first = sandbox.rows("sections")[0]["id"]

        def write():
            sandbox.delete("sections", first)
            sandbox.upsert("sections", section(99))

        sandbox.script = (Rule(Do(write), resource="sections", page=4, request=1),)
        part = pulled(sandbox, store, page_size=10, settings={"concurrency": 1})
        assert stored(store) == true(sandbox)
    assert (part.resources["sections"].verdict, part.resources["sections"].walks) == ("verified", 2)


def test_each_seam_is_looked_at_once(records, tmp_path):
    """Six pages have five seams; two rows of each are asked for."""
    with serving(records, "6.1", change_queries=False) as sandbox:
        part = pulled(sandbox, Store(tmp_path / "data"), page_size=10).resources["sections"]
        asked = [one.query for one in sandbox.requests if "limit=2" in one.query.split("&")]
    assert sorted(asked) == [f"offset={offset}&limit=2" for offset in (19, 29, 39, 49, 9)]
    assert (part.verdict, part.walks) == ("verified", 1)


@pytest.mark.parametrize(("flavour", "change_queries"), [("6.1", True), ("7.3", False)])
def test_where_nothing_can_move_there_are_no_seams(records, tmp_path, flavour, change_queries):
    """Bounds and cursors keep rows from falling between two pages."""
    with serving(records, flavour, change_queries=change_queries) as sandbox:
        pulled(sandbox, Store(tmp_path / "data"), page_size=10)
        assert not any("limit=2" in one.query.split("&") for one in sandbox.requests)
