"""What is held of a resource: the walked rows, and what each round of changes makes of them."""

from datetime import datetime

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from edfi_audit.ods.holding import NO_DIFFERENCE, Difference, Holding
from edfi_audit.ods.resources import resource_named

SECTIONS = resource_named("sections")


def rows(*wanted):
    """A page of synthetic sections: id, section identifier, and the day they were changed."""
    full = [
        {
            "id": identifier,
            "section_identifier": name,
            "school_id": 1,
            "local_course_code": "A",
            "school_year": 2026,
            "session_name": "Fall",
            "last_modified_date": datetime(2026, 1, day),  # noqa: DTZ001 - as stored: UTC without a zone,
        }
        for identifier, name, day in wanted
    ]
    return [pa.RecordBatch.from_pylist(full, SECTIONS.schema)]


def gone(*ids):
    """A page of deletes."""
    return [pa.record_batch({"id": list(ids)})]


@pytest.fixture
def holding(tmp_path):
    """Three walked rows, of which one came twice."""
    with duckdb.connect() as database:
        made = Holding(tmp_path / "sections", SECTIONS, database)
        settled = made.walked(
            rows(("a", "S-1", 1), ("b", "S-2", 1), ("c", "S-3", 1), ("b", "S", 2))
        )
        assert settled.duplicates == 1
        yield made


def held(holding, number, folder):
    """Id and section identifier of the rows held after a round, as they are written out."""
    holding.copy(number, folder)
    table = pq.read_table(folder)
    assert table.schema.names == SECTIONS.schema.names
    return sorted(
        zip(table["id"].to_pylist(), table["section_identifier"].to_pylist(), strict=True)
    )


def test_of_rows_that_came_twice_the_newest_is_held(holding, tmp_path):
    """One row per id, the one last modified."""
    assert holding.count(0) == (3, 0)
    assert held(holding, 0, tmp_path / "out") == [("a", "S-1"), ("b", "S"), ("c", "S-3")]
    assert holding.newest(0) == "2026-01-02T00:00:00"


def test_a_round_replaces_adds_and_takes_away(holding, tmp_path):
    """What came, changed and went is told, and the rows before the round can still be seen."""
    difference = holding.apply(1, rows(("a", "S-1b", 3), ("d", "S-4", 3)), gone("c", "unknown"))
    assert difference == Difference(inserted=1, updated=1, removed=1)
    assert holding.count(1) == holding.count(0) == (3, 0)
    assert held(holding, 1, tmp_path / "new") == [("a", "S-1b"), ("b", "S"), ("d", "S-4")]
    assert held(holding, 0, tmp_path / "old") == [("a", "S-1"), ("b", "S"), ("c", "S-3")]
    assert holding.newest(1) == "2026-01-03T00:00:00"


def test_a_later_round_wins(holding, tmp_path):
    """Rows of one id follow one another by round, and what has gone stays away."""
    holding.apply(1, rows(("a", "first", 3), ("b", "first", 3)), [])
    holding.apply(2, rows(("a", "second", 4), ("b", "stale", 4)), gone("b"))
    assert held(holding, 2, tmp_path / "out") == [("a", "second"), ("c", "S-3")]


def test_a_round_that_changes_nothing_leaves_nothing(holding):
    """What is held already, and ids that were never there, are no difference and no file."""
    assert holding.apply(1, rows(("a", "S-1", 1)), gone("unknown")) == NO_DIFFERENCE
    assert sorted(path.name for path in holding.folder.iterdir()) == ["base-000.parquet"]


def test_a_row_whose_key_is_taken_is_a_rival(holding):
    """A new id with the natural key of an old one is one; another state of a row is not."""
    holding.apply(1, rows(("new", "S-3", 3), ("d", "S-4", 3), ("a", "S-1", 3)), [])
    assert holding.rivals(1) == ["c"]


def test_a_walk_takes_the_place_of_everything(holding, tmp_path):
    """After another walk no earlier round is left."""
    holding.apply(1, rows(("a", "S-1b", 3)), gone("c"))
    holding.walked(rows(("z", "S-9", 5)))
    assert held(holding, 9, tmp_path / "out") == [("z", "S-9")]


def test_rows_of_an_earlier_pull_are_not_written_to(holding, tmp_path):
    """Adopted files stay as they are, whatever is applied on top of them."""
    stored = tmp_path / "stored"
    holding.copy(0, stored)
    before = {path.name: path.read_bytes() for path in stored.iterdir()}
    other = Holding(tmp_path / "other", SECTIONS, holding.database)
    other.adopt(stored.iterdir())
    other.apply(1, rows(("a", "S-1b", 3)), gone("b"))
    assert held(other, 1, tmp_path / "out") == [("a", "S-1b"), ("c", "S-3")]
    assert {path.name: path.read_bytes() for path in stored.iterdir()} == before
