"""The tables, suites and reference files that ship: what holds for every one of them."""

import csv
import re
from collections import Counter

import pytest
from proof import World

from edfi_audit import bundled
from edfi_audit.tables import catalogue
from edfi_audit.validation import load_suites

TABLES = {table.name: table for table in catalogue()}
SUITES = load_suites(bundled.expectations())
REFERENCE = sorted((bundled.expectations() / "reference").glob("*.csv"))
PLACED = {
    "school_id": "BIGINT",
    "lea_id": "BIGINT",
    "school_year": "INTEGER",
    "phase": "VARCHAR",
}


@pytest.fixture(scope="module")
def columns(tmp_path_factory):
    """Column names and types of every audit table, built with no ODS and no extract at all."""
    world = World.of(tmp_path_factory.mktemp("world"))
    for name in TABLES:
        world.build(name)
    described = {
        name: dict(
            world.con.execute(
                f'SELECT column_name, column_type FROM (DESCRIBE audit."{name}")'
            ).fetchall()
        )
        for name in TABLES
    }
    world.con.close()
    return described


@pytest.mark.parametrize("name", TABLES)
def test_a_header_names_the_inputs_that_are_read(name):
    """What stands after FROM and JOIN is what the header says."""
    table = TABLES[name]
    code = "\n".join(line.partition("--")[0] for line in table.sql.splitlines())
    read = re.findall(r"(?:FROM|JOIN)\s+((?:audit|ods|sis|reference|history)\.\w+)", code)
    assert {name.lower() for name in read} == {name.lower() for name in table.inputs}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_short_and_says_what_it_is(name):
    """Under 200 lines of SQL, with a description."""
    assert len(TABLES[name].sql.splitlines()) < 200
    assert TABLES[name].description


@pytest.mark.parametrize("name", [table.name for table in TABLES.values() if table.resource])
def test_an_audit_table_places_its_rows(columns, name):
    """Every row says where and when it belongs, and has its natural key."""
    table = TABLES[name]
    assert columns[name].items() >= PLACED.items()
    for key in table.keys.values():
        assert columns[name].keys() >= set(key)
    assert columns[name].keys() >= set(table.row)
    assert ("resource" in columns[name]) or table.resource != "by row"


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_a_suite_reads_columns_that_are_there(columns, suite):
    """The words of every rule are over columns of its audit table."""
    for rule in suite.rules:
        assert columns[suite.table].keys() >= set(rule.columns), rule.id


def test_what_rules_need_are_inputs(tmp_path):
    """With neither ODS nor extract, every rule has a reason why it is not evaluated."""
    world = World.of(tmp_path)
    for suite in SUITES:
        for rule in suite.rules:
            assert world.inputs.reason_for(rule.needs), rule.id
    world.con.close()


@pytest.mark.parametrize("file", REFERENCE, ids=lambda file: file.name)
def test_reference_rows_have_a_source(file):
    """Every row of reference data says where it comes from."""
    rows = list(csv.DictReader(file.open(encoding="utf-8")))
    assert rows
    assert all(row["source"] for row in rows)


@pytest.mark.parametrize("year", range(2015, 2036))
def test_every_program_type_has_one_outcome_a_year(year):
    """The year gates leave no type out, and none doubtful."""
    folder = bundled.expectations() / "reference"
    gates = csv.DictReader((folder / "program_type_years.csv").open(encoding="utf-8"))
    outcomes = Counter(
        gate["code"]
        for gate in gates
        if int(gate["school_year_from"] or 0) <= year <= int(gate["school_year_to"] or 9999)
    )
    types = csv.DictReader((folder / "program_types.csv").open(encoding="utf-8"))
    assert outcomes == {row["code"]: 1 for row in types}
