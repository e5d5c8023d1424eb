import pytest

from edfi_audit.database import database
from edfi_audit.errors import SettingsError


def test_a_database_spills_into_its_folder(tmp_path):
    """What exceeds the memory limit goes to the folder given, and the answer is right."""
    spill = tmp_path / "spill"
    rows = 4_000_000
    with database(spill, "64MB") as con:
        con.execute(f"CREATE TABLE t AS SELECT hash(i)::VARCHAR || i AS x FROM range({rows}) t(i)")
        assert list(spill.iterdir())
        assert con.execute("SELECT count(DISTINCT x) FROM t").fetchone() == (rows,)


def test_a_memory_limit_that_is_no_size():
    """A wrong limit names the setting and shows how to write it."""
    with pytest.raises(SettingsError, match=r"memory_limit is 'lots'.*2GB"), database(None, "lots"):
        pass


def test_nothing_is_fetched():
    """An extension that is not built in is an error, never a download."""
    with database() as con, pytest.raises(Exception, match="spatial"):
        con.execute("SELECT ST_Point(1, 2)")
