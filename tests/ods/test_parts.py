"""Parts: rows gathered into row groups, and settled to one row per id."""

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from edfi_audit.ods.parts import ROW_GROUP, Part, Settled, settle

SCHEMA = pa.schema(
    [("id", pa.string()), ("value", pa.int64()), ("last_modified_date", pa.timestamp("us"))]
)


def batch(*rows):
    names = SCHEMA.names
    return pa.RecordBatch.from_pylist([dict(zip(names, row, strict=True)) for row in rows], SCHEMA)


def settled(folder, *parts):
    """Write each of `parts` as a file, settle, and return what was said and what is left."""
    for number, rows in enumerate(parts):
        with Part(folder / f"part-{number:03}.parquet", SCHEMA) as part:
            part.add(batch(*rows))
    with duckdb.connect() as connection:
        said = settle(connection, folder)
        left = connection.sql(
            f"SELECT id, value FROM read_parquet('{folder}/*.parquet') ORDER BY ALL"
        ).fetchall()
    return said, left


def test_pages_are_gathered_into_row_groups(tmp_path):
    """Small pages do not become small row groups, and none of their rows is lost."""
    pages = 2 * ROW_GROUP // 500 + 1
    with Part(tmp_path / "part.parquet", SCHEMA) as part:
        for _ in range(pages):
            part.add(batch(*[("a", 1, None)] * 500))
    written = pq.ParquetFile(tmp_path / "part.parquet").metadata
    sizes = [written.row_group(at).num_rows for at in range(written.num_row_groups)]
    assert sizes == [ROW_GROUP, ROW_GROUP, 500]


def test_a_part_without_rows_has_the_schema(tmp_path):
    """No rows still make a file with every column, so that a query finds them."""
    with Part(tmp_path / "part.parquet", SCHEMA):
        pass
    assert pq.read_schema(tmp_path / "part.parquet") == SCHEMA
    assert pq.read_metadata(tmp_path / "part.parquet").num_rows == 0


def test_rows_without_repetition_stay_as_they_are(tmp_path):
    """Where no id repeats, no file is touched."""
    said, left = settled(tmp_path, [("a", 1, None)], [("b", 2, None)])
    assert said == Settled(rows=2, distinct_ids=2, unidentified=0, duplicates=0)
    assert left == [("a", 1), ("b", 2)]
    assert len(list(tmp_path.iterdir())) == 2


def test_the_last_modified_of_equal_ids_stays(tmp_path):
    """Of rows with one id, across files, the one modified last is kept."""
    old, new = (
        pa.scalar(text).cast(pa.timestamp("us")).as_py() for text in ("2025-01-01", "2025-02-01")
    )
    said, left = settled(
        tmp_path, [("a", 1, new), ("b", 3, None)], [("a", 2, old), ("b", 4, old), ("c", 5, None)]
    )
    assert said == Settled(rows=3, distinct_ids=3, unidentified=0, duplicates=2)
    assert left == [("a", 1), ("b", 4), ("c", 5)]


def test_rows_without_id_all_stay(tmp_path):
    """Rows whose id is not known cannot be told apart, so none is taken out."""
    said, left = settled(
        tmp_path, [(None, 1, None), (None, 1, None), ("a", 2, None), ("a", 2, None)]
    )
    assert said == Settled(rows=3, distinct_ids=1, unidentified=2, duplicates=1)
    assert left == [("a", 2), (None, 1), (None, 1)]


def test_settling_keeps_the_schema(tmp_path):
    """A rewritten resource has the types it had."""
    folder = tmp_path / "with 'quote"
    folder.mkdir()
    with Part(folder / "part-000.parquet", SCHEMA) as part:
        part.add(batch(("a", 1, None), ("a", 1, None)))
    with duckdb.connect() as connection:
        settle(connection, folder)
        kept = connection.execute(
            "SELECT typeof(id), typeof(value), typeof(last_modified_date) FROM read_parquet(?)",
            [str(folder / "part-000.parquet")],
        ).fetchall()
    assert kept == [("VARCHAR", "BIGINT", "TIMESTAMP")]


def test_a_failure_is_not_hidden_by_the_file(tmp_path):
    """An error in the block is the error that comes out."""
    with pytest.raises(KeyError), Part(tmp_path / "part.parquet", SCHEMA):
        raise KeyError


def test_many_ids_are_told_apart(tmp_path):
    """Among thousands of ids the one that repeats is found."""
    rows = [(f"{number:032x}", number, None) for number in range(5000)]
    said, left = settled(tmp_path, rows, [(rows[17][0], 99, None)])
    assert said == Settled(rows=5000, distinct_ids=5000, unidentified=0, duplicates=1)
    assert len(left) == 5000
