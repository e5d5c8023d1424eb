import hashlib
from datetime import datetime

import duckdb

from edfi_audit.recheck import Unsettled

COLUMNS = {
    "fingerprint": "VARCHAR",
    "rule_id": "VARCHAR",
    "severity": "VARCHAR",
    "resource": "VARCHAR",
    "lea_id": "BIGINT",
    "school_id": "BIGINT",
    "school_year": "INTEGER",
    "natural_key": "VARCHAR",
    "student_unique_id": "VARCHAR",
    "staff_unique_id": "VARCHAR",
    "observed": "VARCHAR",
    "expected": "VARCHAR",
    "cause_key": "VARCHAR",
    "cause": "VARCHAR",
    "remedy": "VARCHAR",
    "status": "VARCHAR",
    "first_seen": "TIMESTAMP",
    "doubt": "VARCHAR",
}


def _columns(file):
    rows = duckdb.sql(f"DESCRIBE FROM '{file}'").fetchall()
    return {name: type_ for name, type_, *_ in rows}


def test_columns_are_the_contract(make_run):
    """findings.parquet has exactly the published columns and types."""
    assert _columns(make_run().folder / "findings.parquet") == COLUMNS


def test_columns_without_any_failing_row(make_run):
    """A run in which nothing fails has the same columns and no row."""
    file = make_run(rows=(), counts=()).folder / "findings.parquet"
    assert _columns(file) == COLUMNS
    assert duckdb.sql(f"FROM '{file}'").fetchall() == []


def test_every_failing_row_is_a_finding(make_run):
    """No failing row is dropped, none is doubled, and the agency's own is among them."""
    findings = make_run().findings()
    assert [
        (row.rule_id, None if row.school_id is None else row.school_id, row.natural_key)
        for row in findings.astype({"school_id": object}).itertuples()
    ][:4] == [
        ("ATT-001", 1302, '{"studentUniqueId":"1"}'),
        ("ATT-001", 1302, '{"studentUniqueId":"2"}'),
        ("ATT-001", 7525, '{"studentUniqueId":"3"}'),
        ("CTE-001", 1302, '{"programName":"Welding"}'),
    ]
    assert findings["natural_key"].tolist()[4] == '{"programName":"Nursing"}'
    assert findings["school_id"].isna().tolist() == [False, False, False, False, True]


def test_fingerprint_is_half_a_sha256(make_run):
    """The fingerprint is the first 32 hex digits over rule, resource, key and row key."""
    text = 'ATT-001\x1fstudentSectionAssociations\x1f{"studentUniqueId":"1"}\x1f'
    expected = hashlib.sha256(text.encode()).hexdigest()[:32]
    assert make_run().findings(rule="ATT-001")["fingerprint"].iloc[0] == expected


def test_row_key_tells_rows_of_one_key_apart(make_run, failing_row):
    """Two failing rows of one natural key are two findings with different fingerprints."""
    rows = (
        failing_row("CTE-001", 1302, "{}", row_key="Welding"),
        failing_row("CTE-001", 1302, "{}", row_key="Nursing"),
    )
    assert make_run(rows).findings()["fingerprint"].nunique() == 2


def test_first_run_calls_everything_new(make_run):
    """In the first run each finding is new and first seen at the run's own time, in UTC."""
    findings = make_run().findings()
    assert set(findings["status"]) == {"new"}
    assert set(findings["first_seen"]) == {datetime(2026, 6, 20, 14, 15, 30, 123456)}  # noqa: DTZ001


def test_a_finding_says_what_it_rests_on_that_is_not_proven(make_run):
    """Those of the rule and resource concerned have a doubt; the others have none."""
    left = Unsettled(("CTE-001",), "programs", "programs", 2, "the run was told not to")
    run = make_run(unsettled=(left,))
    doubts = (
        run.findings()
        .groupby("rule_id")["doubt"]
        .unique()
        .map(lambda found: [one for one in found if isinstance(one, str)])
    )
    text = "programs (2) were not looked up again: the run was told not to."
    assert doubts["CTE-001"] == [text]
    assert doubts["ATT-001"] == []
    assert run.facts["rules"]["CTE-001"]["doubt"] == text
    assert run.facts["rules"]["ATT-001"]["doubt"] is None
