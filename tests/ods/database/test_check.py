"""What a database user is told before anything is pulled."""

import pytest

from edfi_audit.errors import ContractError
from edfi_audit.ods.database.check import check
from edfi_audit.settings import DatabaseConnection


def test_a_database_says_what_it_is_and_holds(databases, districts, postgresql):
    """Where it is, which Data Standard, which year, how many records of each resource."""
    seen = check(DatabaseConnection(database_url=databases["4.0"], year=2026))
    assert seen.sentences[0] == (
        f"postgresql://127.0.0.1:{postgresql.port}/ods_4_0 answers: "
        "the database of an Ed-Fi ODS of Data Standard 4.0."
    )
    assert seen.sentences[1] == "The connection is for school year 2025-26."
    assert f"sections: {len(districts['4.0']['sections'])} records." in seen.sentences
    assert seen.unreadable == ()
    assert seen.faults == ()
    assert seen.own_schools == {row["schoolId"] for row in districts["4.0"]["schools"]}


def test_what_its_user_may_not_read_is_named(postgresql, databases):
    """Each resource that cannot be read says why; the rest is counted."""
    name = "checked"
    postgresql.run("postgres", f"CREATE DATABASE {name} TEMPLATE ods_5_2")
    postgresql.run(
        name,
        "GRANT USAGE ON SCHEMA edfi, wi, mn TO reader; "
        "GRANT SELECT ON ALL TABLES IN SCHEMA edfi, wi, mn TO reader; "
        "REVOKE ALL ON edfi.Grade FROM reader; DROP TABLE edfi.Course",
    )
    seen = check(DatabaseConnection(database_url=postgresql.url(name, user="reader")))
    assert databases
    assert seen.unreadable == ("grades", "courses")
    assert "grades: cannot be read, the database user may not read edfi.Grade." in seen.sentences
    assert "courses: cannot be read, the database has no table edfi.Course." in seen.sentences
    assert seen.sentences[0] == (
        "Warning: The database user may not read grades; ask for SELECT on their tables."
    )
    assert seen.sentences[1].endswith("an Ed-Fi ODS.")


def test_what_is_no_ods_is_told(postgresql):
    """A database without the schema edfi is an error, as it is when pulling."""
    with pytest.raises(ContractError, match="is no ODS"):
        check(DatabaseConnection(database_url=postgresql.url("postgres")))
