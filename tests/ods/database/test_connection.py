"""Addresses, drivers and the snapshot itself."""

import sys

import pytest

from edfi_audit.errors import SettingsError, SourceError, UnreachableError
from edfi_audit.ods.database.connection import address, open_snapshot
from edfi_audit.settings import DatabaseConnection

SQL_SERVER = "Server=127.0.0.1,1;Database=EdFi_Ods_2026;UID=someone;PWD=synthetic-secret"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://user:secret@db.example.org:5433/ods",
            "postgresql://db.example.org:5433/ods",
        ),
        ("postgres://db.example.org/ods?sslmode=require", "postgresql://db.example.org/ods"),
        ("postgresql://user:p%40ss@[::1]/ods", "postgresql://::1/ods"),
        (SQL_SERVER, "sqlserver://127.0.0.1,1/EdFi_Ods_2026"),
        ("data source=db\\ODS; Initial Catalog=EdFi; PWD=x", "sqlserver://db\\ODS/EdFi"),
    ],
)
def test_an_address_has_no_user_and_no_password(url, expected):
    """What is kept and shown says where, and nothing else."""
    assert address(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:se/cret@db/ods",
        "postgresql://user:12#cret@db/ods",
        "postgresql://user:12?cret@db/ods",
        "mysql://db/ods",
        "Server=db",
        "cret",
    ],
)
def test_a_malformed_address_is_told_without_showing_it(url):
    """A password that was not encoded must not end up in what is taken for the path."""
    with pytest.raises(SettingsError, match="no address of a PostgreSQL or SQL Server") as caught:
        address(url)
    assert "cret" not in str(caught.value)


def test_the_snapshot_is_read_only(postgresql, databases):
    """Even a user who may write cannot through this connection."""
    connection = DatabaseConnection(database_url=databases["5.2"])
    with open_snapshot(connection) as snapshot, pytest.raises(SourceError, match="broke off"):
        snapshot.rows("DELETE FROM edfi.Session")
    with open_snapshot(connection) as snapshot:
        settings = "current_setting('transaction_isolation'), current_setting('application_name')"
        assert snapshot.rows(f"SELECT {settings}") == [("repeatable read", "")]
        ((sessions,),) = snapshot.rows("SELECT COUNT(*) FROM edfi.Session")
    assert sessions > 0
    assert postgresql.port


def test_an_answer_comes_in_batches(databases):
    """A large answer is never whole in memory."""
    with open_snapshot(DatabaseConnection(database_url=databases["5.2"])) as snapshot:
        wide = "SELECT repeat('x', 1000) FROM generate_series(1, 20000)"
        sizes = [batch.num_rows for batch in snapshot.batches(wide)]
    assert sum(sizes) == 20_000
    assert len(sizes) > 3


@pytest.mark.parametrize(
    ("module", "url", "extra"),
    [
        ("adbc_driver_postgresql", "postgresql://127.0.0.1/ods", "postgresql"),
        ("mssql_python", SQL_SERVER, "sqlserver"),
    ],
)
def test_a_missing_driver_names_its_extra(monkeypatch, module, url, extra):
    """The drivers are optional; the sentence says what to install."""
    monkeypatch.setitem(sys.modules, module, None)
    expected = rf"pip install 'edfi-audit\[{extra}\]'"
    connection = DatabaseConnection(database_url=url)
    with pytest.raises(SettingsError, match=expected), open_snapshot(connection):
        pass


def test_a_sql_server_that_is_not_there_is_one_sentence():
    """The driver's own message is not passed on."""
    connection = DatabaseConnection(database_url=SQL_SERVER, timeout=2)
    with pytest.raises(UnreachableError) as caught, open_snapshot(connection):
        pass
    assert str(caught.value) == (
        "The database server of sqlserver://127.0.0.1,1/EdFi_Ods_2026 did not answer. "
        "Check host and port in database_url, and the network."
    )
