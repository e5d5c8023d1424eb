"""Building: one Parquet file and one view per table."""

import duckdb
import pyarrow.parquet as pq
import pytest

from edfi_audit.errors import StoreError
from edfi_audit.tables import AuditTable, build


@pytest.fixture
def con():
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA audit")
        yield connection


def table(name, sql):
    return AuditTable(name, sql, "", "one row", "", {}, (), (), "none")


def test_a_table_is_a_file_and_a_view(con, tmp_path):
    """Later tables read earlier ones; the files are compressed Parquet."""
    files = build(
        con,
        tmp_path,
        [
            table("numbers", "-- a comment\nSELECT range AS n FROM range(200000)"),
            table("doubled", "SELECT 2 * n AS n FROM audit.numbers -- ends in a comment"),
        ],
    )
    assert list(files) == ["numbers", "doubled"]
    assert files["doubled"] == tmp_path / "doubled.parquet"
    assert con.sql("SELECT max(n), count(*) FROM audit.doubled").fetchall() == [(399998, 200000)]
    group = pq.ParquetFile(files["doubled"]).metadata.row_group(0)
    assert group.column(0).compression == "ZSTD"
    assert group.num_rows <= 122_880


def test_building_again_replaces(con, tmp_path):
    """The view shows what was built last."""
    for number in (1, 2):
        build(con, tmp_path, [table("one", f"SELECT {number} AS n")])
    assert con.sql("FROM audit.one").fetchall() == [(2,)]


def test_no_tables_build_nothing(con, tmp_path):
    """An empty list is not the default."""
    assert build(con, tmp_path, []) == {}


def test_a_quote_in_a_folder_name(con, tmp_path):
    """Paths are written as literals."""
    folder = tmp_path / "O'Brien's"
    folder.mkdir()
    build(con, folder, [table("one", "SELECT 1 AS n")])
    assert con.sql("FROM audit.one").fetchall() == [(1,)]


def test_an_unknown_column_is_named(con, tmp_path):
    """What the SQL gets wrong is said."""
    with pytest.raises(StoreError, match=r"broken.*nosuch"):
        build(con, tmp_path, [table("broken", "SELECT nosuch FROM range(1)")])


def test_no_value_of_a_row_gets_into_an_error(con, tmp_path):
    """A value that cannot be converted is not quoted."""
    with pytest.raises(StoreError) as caught:
        build(con, tmp_path, [table("broken", "SELECT ('Secret' || range)::INTEGER FROM range(1)")])
    assert "Secret" not in str(caught.value)
    assert "ConversionException" in str(caught.value)
