import duckdb
import pytest

COLUMNS = {
    "rule_id": "VARCHAR",
    "severity": "VARCHAR",
    "school_id": "BIGINT",
    "lea_id": "BIGINT",
    "evaluated": "BIGINT",
    "failed": "BIGINT",
    "outcome": "VARCHAR",
    "reason": "VARCHAR",
}

NOT_SPOKEN_OF = (
    "nothing to evaluate: none of the student section associations at this school"
    " is one that the rule speaks about"
)


@pytest.fixture
def rows(make_run):
    """results.parquet as {(rule, school): rest of the row}."""
    file = make_run().folder / "results.parquet"
    return {
        (rule_id, school): (severity, lea, evaluated, failed, outcome, reason)
        for rule_id, severity, school, lea, evaluated, failed, outcome, reason in duckdb.sql(
            f"FROM '{file}'"
        ).fetchall()
    }


def test_columns_are_the_contract(make_run):
    """results.parquet has exactly the published columns and types."""
    described = duckdb.sql(f"DESCRIBE FROM '{make_run().folder / 'results.parquet'}'").fetchall()
    assert {name: type_ for name, type_, *_ in described} == COLUMNS


def test_every_rule_has_a_row_at_every_school(rows):
    """Four rules and three schools, and the agency's own row of the one rule that has it."""
    rules = ("ATT-001", "SSA-015", "SSA-026", "CTE-001")
    schools = (1302, 7525, 9001)
    assert set(rows) == {(r, s) for r in rules for s in schools} | {("CTE-001", None)}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (("ATT-001", 1302), ("warning", 5000, 10, 2, "failed", None)),
        (("ATT-001", 7525), ("error", 5000, 4, 1, "failed", None)),
        (
            ("ATT-001", 9001),
            (
                "error",
                None,
                0,
                0,
                "not_evaluated",
                "nothing to evaluate: no student section associations at this school",
            ),
        ),
        (("SSA-015", 1302), ("info", 5000, 10, 0, "passed", None)),
        (
            ("SSA-015", 7525),
            (
                "info",
                5000,
                0,
                0,
                "not_evaluated",
                NOT_SPOKEN_OF,
            ),
        ),
        (
            ("SSA-026", 1302),
            ("error", 5000, 0, 0, "not_evaluated", "enrollments was not pulled"),
        ),
        (("CTE-001", None), ("error", 5000, 2, 1, "failed", None)),
    ],
)
def test_cells(rows, cell, expected):
    """Counts, outcome and reason of one cell; the severity is that of its worst finding."""
    assert rows[cell] == expected


def test_a_school_that_only_the_counts_know_is_kept(make_run):
    """A record at a school that audit.schools lacks still has its row."""
    run = make_run(rows=(), counts=(("ATT-001", 4711, None, 3, 0),))
    results = run.results()
    kept = results[(results["school_id"] == 4711) & (results["rule_id"] == "ATT-001")]
    assert kept[["evaluated", "outcome"]].to_numpy().tolist() == [[3, "passed"]]
