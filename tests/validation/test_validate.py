import json

import great_expectations as gx
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider import (
    ColumnMapMetricProvider,
    column_condition_partial,
)
from great_expectations.expectations.row_conditions import Column

from edfi_audit.errors import NotFoundError, SettingsError
from edfi_audit.validation import load_suites, validate
from edfi_audit.validation.engine import FusedEngine

E = gx.expectations

ROWS = """
    CREATE TABLE audit.roster AS
    SELECT * FROM (VALUES
        (1302, 13, 2026, 'in_term',    'S1', '0000000001', DATE '2026-01-20', 'Done', 1),
        (1302, 13, 2026, 'after_term', 'S1', '0000000002', NULL,              'Done', 1),
        (1302, 13, 2026, 'in_term',    'S2', '0000000003', NULL,              NULL,   2),
        (1400, 14, 2026, 'after_year', 'S3', '12',         DATE '2026-01-20', 'Bögus''s', 2),
        (NULL, 14, 2026, 'after_year', 'S3', '12',         DATE '2026-01-20', 'Done', 3)
    ) AS t(school_id, lea_id, school_year, phase, section_identifier, student_unique_id,
           end_date, status, points)
"""


@pytest.fixture
def run(con, write_suite, table, tmp_path):
    """Validates expectations on the five rows of ROWS."""

    def validated(*expectations, not_evaluated=None, **about):
        con.execute("DROP TABLE IF EXISTS audit.roster")
        con.execute(ROWS)
        return validate(
            con,
            [table("roster", **about)],
            load_suites(write_suite("roster", *expectations)),
            not_evaluated=not_evaluated or {},
            folder=tmp_path / "out",
        )

    return validated


def findings(validation):
    (path,) = validation.failures
    return pq.read_table(path).to_pylist()


def counts(validation, rule):
    return {
        (row["school_id"], row["lea_id"]): (row["evaluated"], row["failed"])
        for row in validation.counts.to_pylist()
        if row["rule_id"] == rule
    }


def students(validation, rule):
    return sorted(
        row["student_unique_id"] for row in findings(validation) if row["rule_id"] == rule
    )


def test_a_finding_says_where_what_and_why(run, meta):
    """Every column of a finding, from the row and the rule's templates."""
    validation = run(
        E.ExpectColumnValuesToBeInSet(
            column="status",
            value_set=["Done"],
            meta=meta(
                "ATT-002",
                observed="{status} for {points}",
                expected="Done",
                cause_key="school:{school_id}",
                cause="School {school_id} sends {{its own}} codes",
                remedy="Map it's code.",
                severity={"by": "phase", "in_term": "info", "after_year": "warning"},
            ),
        )
    )
    assert findings(validation) == [
        {
            "rule_id": "ATT-002",
            "severity": "warning",
            "resource": "studentSectionAssociations",
            "lea_id": 14,
            "school_id": 1400,
            "school_year": 2026,
            "natural_key": '{"schoolId":1400,"sectionIdentifier":"S3","studentUniqueId":"12"}',
            "row_key": "",
            "student_unique_id": "12",
            "staff_unique_id": None,
            "observed": "Bögus's for 2",
            "expected": "Done",
            "cause_key": "school:1400",
            "cause": "School 1400 sends {its own} codes",
            "remedy": "Map it's code.",
            "phase": "after_year",
        }
    ]


def test_counts_are_by_school_and_skip_nulls(run, meta):
    """A null is not looked at; rows of no school are counted under a null school."""
    validation = run(
        E.ExpectColumnValuesToBeInSet(column="status", value_set=["Done"], meta=meta("ATT-002"))
    )
    assert counts(validation, "ATT-002") == {
        (1302, 13): (2, 0),
        (1400, 14): (1, 1),
        (None, 14): (1, 0),
    }
    assert validation.failed == {"ATT-002": 1}


def test_a_null_fails_only_where_a_value_is_required(run, meta):
    """not_be_null looks at every row."""
    validation = run(E.ExpectColumnValuesToNotBeNull(column="end_date", meta=meta("SSA-009")))
    assert counts(validation, "SSA-009") == {
        (1302, 13): (3, 2),
        (1400, 14): (1, 0),
        (None, 14): (1, 0),
    }
    assert students(validation, "SSA-009") == ["0000000002", "0000000003"]


def test_a_row_condition_decides_what_is_looked_at(run, meta):
    """Only rows that meet it count, and a school without any does not appear."""
    validation = run(
        E.ExpectColumnValuesToNotBeNull(
            column="end_date",
            row_condition=(Column("phase") == "in_term") & (Column("points") > 0),
            meta=meta("SSA-009"),
        )
    )
    assert counts(validation, "SSA-009") == {(1302, 13): (2, 1)}
    assert students(validation, "SSA-009") == ["0000000003"]


def test_repeated_keys_are_found_with_their_nulls(run, meta):
    """Two rows whose keys are equal, null for null, both fail."""
    validation = run(
        E.ExpectCompoundColumnsToBeUnique(
            column_list=["status", "points"], ignore_row_if="never", meta=meta("KEY-1")
        ),
        E.ExpectCompoundColumnsToBeUnique(
            column_list=["end_date", "lea_id"], ignore_row_if="never", meta=meta("KEY-2")
        ),
        E.ExpectColumnValuesToBeUnique(column="points", meta=meta("KEY-3")),
    )
    assert students(validation, "KEY-1") == ["0000000001", "0000000002"]
    assert students(validation, "KEY-2") == ["0000000002", "0000000003", "12", "12"]
    assert students(validation, "KEY-3") == ["0000000001", "0000000002", "0000000003", "12"]


def test_repeated_keys_are_looked_for_within_the_row_condition(run, meta):
    """A row that the condition leaves out is nobody's twin."""
    validation = run(
        E.ExpectColumnValuesToBeUnique(
            column="points", row_condition=Column("phase") == "in_term", meta=meta("KEY-1")
        )
    )
    assert counts(validation, "KEY-1") == {(1302, 13): (2, 0)}
    assert findings(validation) == []


def test_a_pattern_is_searched_for_with_its_backslashes(run, meta):
    """A regular expression means the same as in Python."""
    validation = run(
        E.ExpectColumnValuesToMatchRegex(
            column="student_unique_id", regex=r"^\d{10}$", meta=meta("STU-1")
        ),
        E.ExpectColumnValuesToNotMatchRegex(column="status", regex="'", meta=meta("STU-2")),
    )
    assert students(validation, "STU-1") == ["12", "12"]
    assert students(validation, "STU-2") == ["12"]


@pytest.mark.parametrize(
    "ignored", ["either_value_is_missing", "both_values_are_missing", "neither"]
)
def test_a_comparison_with_a_null_is_not_looked_at(run, meta, ignored):
    """Whatever ignore_row_if says: what has no answer neither passes nor fails."""
    validation = run(
        E.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="points", column_B="school_id", ignore_row_if=ignored, meta=meta("P-1")
        )
    )
    assert counts(validation, "P-1") == {(1302, 13): (3, 3), (1400, 14): (1, 1)}


class SharedByTwo(ColumnMapMetricProvider):
    """A condition over a window: how many rows have the same value."""

    condition_metric_name = "column_values.shared_by_two"

    @column_condition_partial(engine=FusedEngine)
    def _duckdb(cls, column, **_):  # noqa: N805 as the library calls it
        return sa.func.count().over(partition_by=column) == 2


class ExpectColumnValuesToBeSharedByTwo(ColumnMapExpectation):
    """An expectation of a district's own."""

    map_metric = "column_values.shared_by_two"


def test_a_condition_over_a_window_finds_its_rows(run, meta):
    """What does not stand on one row is asked in a query of its own, within the row condition."""
    validation = run(
        ExpectColumnValuesToBeSharedByTwo(column="points", meta=meta("OWN-1")),
        ExpectColumnValuesToBeSharedByTwo(
            column="points", row_condition=Column("school_id") > 0, meta=meta("OWN-2")
        ),
        ExpectColumnValuesToBeSharedByTwo(
            column="points", row_condition=Column("section_identifier") != "S2", meta=meta("OWN-3")
        ),
    )
    assert validation.not_evaluated == {}
    assert validation.failed == {"OWN-1": 1, "OWN-2": 0, "OWN-3": 2}
    assert counts(validation, "OWN-3")[1400, 14] == (1, 1)


def test_more_rules_than_bits(run, meta):
    """Seventy rules on one table need more than one mask and keep their rows apart."""
    validation = run(
        *(
            E.ExpectColumnValuesToNotBeInSet(
                column="points", value_set=[number % 4], meta=meta(f"M-{number}")
            )
            for number in range(70)
        )
    )
    assert validation.not_evaluated == {}
    assert [validation.failed[f"M-{number}"] for number in (0, 1, 2, 63, 65, 66, 67)] == [
        0, 2, 2, 1, 2, 2, 1,
    ]  # fmt: skip
    assert students(validation, "M-67") == ["12"]


def test_a_rule_that_is_not_to_run_does_not(run, meta):
    """Its reason is handed on, and it has neither counts nor findings."""
    validation = run(
        E.ExpectColumnValuesToNotBeNull(column="end_date", meta=meta("SSA-009")),
        E.ExpectColumnValuesToNotBeNull(column="status", meta=meta("ATT-001")),
        not_evaluated={"SSA-009": "grades was not pulled", "XYZ-001": "of another suite"},
    )
    assert validation.not_evaluated == {
        "SSA-009": "grades was not pulled",
        "XYZ-001": "of another suite",
    }
    assert validation.failed == {"ATT-001": 1}


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (lambda m: E.ExpectColumnValuesToNotBeNull(column="nowhere", meta=m), "nowhere"),
        (
            lambda m: E.ExpectColumnValuesToNotBeNull(
                column="status", row_condition=Column("nowhere") == 1, meta=m
            ),
            "nowhere",
        ),
        (
            lambda m: E.ExpectColumnValuesToMatchRegex(column="status", regex="(", meta=m),
            "condition",
        ),
        (
            lambda m: E.ExpectColumnValuesToBeInSet(column="status", value_set=[1, 2], meta=m),
            "condition",
        ),
        (lambda m: E.ExpectTableRowCountToEqual(value=5, meta=m), "row by row"),
        (
            lambda m: E.ExpectColumnValuesToNotBeNull(
                column="status", meta={**m, "observed": "{nowhere}"}
            ),
            "nowhere",
        ),
        (lambda m: E.ExpectColumnValuesToBeIncreasing(column="points", meta=m), ""),
        (
            lambda m: E.ExpectColumnValuesToNotBeNull(
                column="status",
                row_condition='phase=="in_term"',
                condition_parser="pandas",
                meta=m,
            ),
            "",
        ),
    ],
)
def test_a_rule_that_cannot_be_computed_leaves_the_others_alone(run, meta, broken, said):
    """It is not evaluated, with a reason that quotes no row, and never passes."""
    validation = run(
        broken(meta("BAD-1")),
        E.ExpectColumnValuesToNotBeNull(column="end_date", meta=meta("SSA-009")),
    )
    assert set(validation.not_evaluated) == {"BAD-1"}
    assert said in validation.not_evaluated["BAD-1"]
    assert "Done" not in validation.not_evaluated["BAD-1"]
    assert validation.failed == {"SSA-009": 2}


def test_an_expectation_of_unknown_type_is_not_evaluated(con, write_suite, table, meta, tmp_path):
    """A suite may name a class that is not installed."""
    con.execute(ROWS)
    expectation = E.ExpectColumnValuesToNotBeNull(column="end_date", meta=meta("SSA-009"))
    path = write_suite("roster", expectation) / "roster.json"
    path.write_text(path.read_text().replace("expect_column_values_to_not_be_null", "expect_magic"))
    validation = validate(
        con,
        [table("roster")],
        load_suites(path.parent),
        not_evaluated={},
        folder=tmp_path / "out",
    )
    assert "expect_magic" in validation.not_evaluated["SSA-009"]


def test_a_suite_without_its_table_is_an_error(con, write_suite, table, meta, tmp_path):
    """The message names the tables there are."""
    folder = write_suite("roster", E.ExpectColumnValuesToNotBeNull(column="a", meta=meta("A-1")))
    with pytest.raises(NotFoundError, match="Audit tables: sections"):
        validate(
            con, [table("sections")], load_suites(folder), not_evaluated={}, folder=tmp_path / "out"
        )


def test_a_table_without_its_key_is_an_error(run, meta):
    """A finding that cannot be traced is none: the table and the column are named."""
    with pytest.raises(SettingsError, match="roster has no column session_name"):
        run(
            E.ExpectColumnValuesToNotBeNull(column="end_date", meta=meta("SSA-009")),
            keys={"sections": ("session_name",)},
        )


def test_rows_of_several_resources_have_each_their_key(con, write_suite, table, meta, tmp_path):
    """By-row tables say the resource in a column; `row` tells the rows of one key apart."""
    con.execute("""
        CREATE TABLE audit.programs AS SELECT * FROM (VALUES
            ('programs', 1302, 'Welding', NULL::VARCHAR, NULL::VARCHAR),
            ('studentSectionAssociations', 1302, 'Welding', 'S1', NULL),
            ('sections', 1302, 'Welding', 'S1', NULL)
        ) AS t(resource, school_id, program_name, section_identifier, program_type)
    """)
    validation = validate(
        con,
        [
            table(
                "programs",
                resource="by row",
                keys={
                    "programs": ("program_name",),
                    "studentSectionAssociations": ("section_identifier", "school_id"),
                },
                row=("program_name",),
            )
        ],
        load_suites(
            write_suite(
                "programs",
                E.ExpectColumnValuesToNotBeNull(column="program_type", meta=meta("CTE-001")),
            )
        ),
        not_evaluated={},
        folder=tmp_path / "out",
    )
    assert {
        row["resource"]: (row["natural_key"], row["row_key"], row["lea_id"])
        for row in findings(validation)
    } == {
        "programs": ('{"programName":"Welding"}', '{"programName":"Welding"}', None),
        "studentSectionAssociations": (
            '{"schoolId":1302,"sectionIdentifier":"S1"}',
            '{"programName":"Welding"}',
            None,
        ),
        "sections": ("{}", '{"programName":"Welding"}', None),
    }


def test_the_raw_result_has_counts_and_no_rows(run, meta, tmp_path):
    """gx/roster.json is Great Expectations' own summary without samples of values."""
    run(
        E.ExpectColumnValuesToBeInSet(column="status", value_set=["Done"], meta=meta("ATT-002")),
        E.ExpectCompoundColumnsToBeUnique(column_list=["status", "points"], meta=meta("KEY-1")),
    )
    text = (tmp_path / "out" / "gx" / "roster.json").read_text(encoding="utf-8")
    first, second = (each["result"] for each in json.loads(text)["results"])
    assert (first["element_count"], first["missing_count"], first["unexpected_count"]) == (5, 1, 1)
    assert (second["element_count"], second["unexpected_count"]) == (5, 2)
    assert "gus's" not in text


def test_an_empty_table_leaves_no_counts(con, write_suite, table, meta, tmp_path):
    """Nothing to look at is neither passed nor refused; the file of findings has its columns."""
    con.execute(ROWS)
    con.execute("CREATE VIEW audit.empty AS SELECT * FROM audit.roster WHERE false")
    validation = validate(
        con,
        [table("empty")],
        load_suites(
            write_suite(
                "empty",
                E.ExpectColumnValuesToNotBeNull(column="end_date", meta=meta("SSA-009")),
                E.ExpectColumnValuesToBeUnique(column="points", meta=meta("KEY-1")),
            )
        ),
        not_evaluated={},
        folder=tmp_path / "out",
    )
    assert (validation.counts.num_rows, validation.not_evaluated, findings(validation)) == (
        0,
        {},
        [],
    )
    assert pq.read_schema(validation.failures[0]).names[:3] == ["rule_id", "severity", "resource"]
