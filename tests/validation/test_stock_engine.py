"""The fused engine against Great Expectations' own pandas engine, on awkward rows."""

import random

import great_expectations as gx
import pytest
from great_expectations.expectations.row_conditions import Column

from edfi_audit.validation import load_suites

E = gx.expectations
TEXTS = [
    "Done",
    "Enrolled",
    "",
    " Done",
    "O'Neil",
    'say "hi"',
    "100%",
    "back\\slash",
    "Bögus ✓",
    None,
]


def rows(seed, count):
    """Rows with nulls, repeats, quotes and signs of several alphabets."""
    pick = random.Random(seed)  # noqa: S311 no secret
    for _ in range(count):
        year = pick.choice([2025, 2026, None])
        yield (
            pick.choice([1302, 1400, None]),
            pick.choice([13, 14]),
            year,
            pick.choice(["in_term", "after_term", None]),
            pick.choice(["S1", "S2", "S'3", None]),
            pick.choice(["0000000001", "0000000002", "12", None]),
            pick.choice(["2025-09-02", "2026-01-20", None]),
            pick.choice(["2025-09-02", "2026-06-05", None]),
            pick.choice(TEXTS),
            pick.choice([True, False, None]),
            pick.choice([0, 1, 2, None]),
        )


@pytest.fixture
def filled(con, table):
    """Fills audit.roster and gives its catalogue entry."""

    def fill(seed, count):
        con.execute("""
            CREATE OR REPLACE TABLE audit.roster (
                school_id BIGINT, lea_id BIGINT, school_year INTEGER, phase VARCHAR,
                section_identifier VARCHAR, student_unique_id VARCHAR, begin_date DATE,
                end_date DATE, status VARCHAR, is_choice BOOLEAN, points INTEGER)
        """)
        for row in rows(seed, count):
            con.execute(f"INSERT INTO audit.roster VALUES ({', '.join('?' * len(row))})", row)
        return table(
            "roster",
            keys={"studentSectionAssociations": ("school_id", "section_identifier", "begin_date")},
            row=("student_unique_id", "status", "points"),
        )

    return fill


def expectations(meta):
    """Every kind of row-by-row expectation that suites use, with and without conditions."""
    not_choice = Column("is_choice") == False  # noqa: E712 a condition, not a comparison
    due = (Column("phase") == "after_term") & (Column("points") >= 1)
    either = (Column("points") == 2) | (Column("status") == "O'Neil")
    pair = {"ignore_row_if": "either_value_is_missing"}
    made = [
        E.ExpectColumnValuesToNotBeNull(column="end_date"),
        E.ExpectColumnValuesToNotBeNull(column="status", row_condition=not_choice),
        E.ExpectColumnValuesToNotBeNull(column="status", row_condition=due),
        E.ExpectColumnValuesToNotBeNull(column="phase", row_condition=either),
        E.ExpectColumnValuesToNotBeNull(column="phase", row_condition=Column("points").is_null()),
        E.ExpectColumnValuesToBeNull(column="status", row_condition=due),
        E.ExpectColumnValuesToBeInSet(column="status", value_set=["Done", "O'Neil", "back\\slash"]),
        E.ExpectColumnValuesToBeInSet(column="is_choice", value_set=[True], row_condition=due),
        E.ExpectColumnValuesToBeInSet(column="school_year", value_set=[2026]),
        E.ExpectColumnValuesToNotBeInSet(column="status", value_set=["", "100%", 'say "hi"']),
        E.ExpectColumnValuesToBeBetween(column="points", min_value=1),
        E.ExpectColumnValuesToBeBetween(column="points", min_value=0, max_value=2, strict_max=True),
        E.ExpectColumnValueLengthsToEqual(column="student_unique_id", value=10),
        E.ExpectColumnValueLengthsToBeBetween(column="status", min_value=5, max_value=7),
        E.ExpectColumnValuesToMatchRegex(column="student_unique_id", regex=r"^\d{10}$"),
        E.ExpectColumnValuesToMatchRegex(
            column="status", regex=r"[\\%ö]", row_condition=not_choice
        ),
        E.ExpectColumnValuesToNotMatchRegex(column="status", regex="^ | $"),
        E.ExpectColumnValuesToMatchRegexList(column="status", regex_list=["^D", "l$"]),
        E.ExpectColumnValuesToNotMatchRegexList(column="status", regex_list=["^D", "'"]),
        E.ExpectColumnValuesToBeUnique(column="points"),
        E.ExpectColumnValuesToBeUnique(column="status", row_condition=due),
        E.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="end_date", column_B="begin_date", or_equal=True, **pair
        ),
        E.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="end_date", column_B="begin_date", row_condition=not_choice, **pair
        ),
        E.ExpectColumnPairValuesToBeEqual(column_A="status", column_B="section_identifier", **pair),
        E.ExpectColumnPairValuesToBeEqual(
            column_A="status", column_B="phase", ignore_row_if="neither"
        ),
        E.ExpectCompoundColumnsToBeUnique(
            column_list=["school_id", "section_identifier", "begin_date"], ignore_row_if="never"
        ),
        E.ExpectCompoundColumnsToBeUnique(
            column_list=["school_id", "points"], ignore_row_if="any_value_is_missing"
        ),
        E.ExpectCompoundColumnsToBeUnique(
            column_list=["school_id", "student_unique_id", "status"],
            ignore_row_if="all_values_are_missing",
            row_condition=not_choice,
        ),
        E.ExpectCompoundColumnsToBeUnique(
            column_list=["phase", "points"], ignore_row_if="never", row_condition=not_choice
        ),
        E.ExpectSelectColumnValuesToBeUniqueWithinRecord(
            column_list=["begin_date", "end_date"], ignore_row_if="any_value_is_missing"
        ),
    ]
    for number, each in enumerate(made):
        each.meta = meta(f"R-{number}")
    return made


@pytest.fixture
def compare(stock, con, filled, write_suite, tmp_path):
    """Runs both engines over `count` random rows, after `change` (SQL); how many rules agreed."""

    def run(seed, count, made, change="SELECT 1"):
        table = filled(seed, count)
        con.execute(change).fetchall()
        suites = load_suites(write_suite("roster", *made))
        return stock.assert_agreement(con, [table], suites, tmp_path / "out")[1]

    return run


@pytest.mark.parametrize(("seed", "count"), [(1, 0), (2, 1), (3, 60), (4, 400)])
def test_both_engines_look_at_and_fail_the_same_rows(compare, meta, seed, count):
    """Rule by rule: as many rows looked at, and the same failing keys as often."""
    made = expectations(meta)
    assert compare(seed, count, made) == len(made)


def test_the_comparison_notices_a_difference(compare, meta):
    """`$` stands before a last line break in Python's patterns but not in RE2's: it is told."""
    made = [E.ExpectColumnValuesToMatchRegex(column="status", regex="Done$", meta=meta("R-1"))]
    with pytest.raises(AssertionError, match="R-1: stock 20 rows, 0 failing, ours 20 rows, 20"):
        compare(5, 20, made, "UPDATE audit.roster SET status = 'Done' || chr(10)")
