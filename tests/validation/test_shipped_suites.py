"""The suites that ship, on the planted district: our engine against Great Expectations' own."""

import duckdb
import pytest

from edfi_audit import bundled
from edfi_audit.tables.catalogue import catalogue
from edfi_audit.validation.catalogue import load_suites

SUITES = load_suites(bundled.expectations())


@pytest.fixture
def con(suite, districts):
    """A planted district's audit tables, as its run kept them; Minnesota's for its own suites."""
    profiles = {profile for rule in suite.rules for profile in rule.profiles}
    planted = districts(2026, "all", "WI" if "WI" in profiles else "MN")
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA audit")
        for file in (planted.run.folder / "tables").glob("*.parquet"):
            connection.execute(
                f"CREATE VIEW audit.{file.stem} AS FROM read_parquet('{file}')"
            ).fetchall()
        yield connection


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_both_engines_look_at_the_same_rows_and_fail_the_same_keys(suite, con, tmp_path, stock):
    """Expectation by expectation: counts and failing keys of the stock pandas engine are ours."""
    validation, compared = stock.assert_agreement(con, catalogue(), (suite,), tmp_path)
    assert compared == len(suite.rules)
    failed = sum(row["failed"] for row in validation.counts.to_pylist())
    assert failed > 0 or suite.name == "sources"  # an ODS that fails is no defect of its records
