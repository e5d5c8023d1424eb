import duckdb

from edfi_audit.findings.ledger import ledger_table


def test_columns_are_the_contract(make_run):
    """identity_ledger.parquet has exactly the published columns and types."""
    file = make_run().folder / "identity_ledger.parquet"
    described = duckdb.sql(f"DESCRIBE FROM '{file}'").fetchall()
    assert {name: type_ for name, type_, *_ in described} == {
        "resource": "VARCHAR",
        "natural_key": "VARCHAR",
        "school_id": "BIGINT",
        "in_sis": "BOOLEAN",
        "in_mapping": "BOOLEAN",
        "in_ods": "BOOLEAN",
        "state": "VARCHAR",
        "absence_reason": "VARCHAR",
        "resync_action": "VARCHAR",
    }


def test_the_key_is_each_resources_own(make_run):
    """The natural key is a flat JSON object of the resource's key: sorted, in Ed-Fi's names."""
    ledger = make_run().ledger()
    assert ledger[["resource", "natural_key", "state"]].to_numpy().tolist() == [
        ["courseOfferings", '{"localCourseCode":"ALG-1","schoolId":7525}', "IDM-003"],
        ["sections", '{"schoolId":1302,"sectionIdentifier":"0042"}', "IDM-000"],
        ["sections", '{"schoolId":1302,"sectionIdentifier":"0043"}', "IDM-006"],
    ]


def test_totals_per_resource_and_state(make_run):
    """run.json counts the ledger's records by resource and state."""
    assert make_run().facts["ledger"] == {
        "courseOfferings": {"IDM-003": 1},
        "sections": {"IDM-000": 1, "IDM-006": 1},
    }


def test_absences_per_cause(make_run):
    """run.json counts what is not in the ODS by its cause, the unexplained among them."""
    assert make_run().facts["absences"] == {"courseOfferings": {"unexplained": 1}}


def test_the_catalogue_describes_it():
    """The audit table behind the ledger names a natural key for every resource it holds."""
    table = ledger_table()
    assert table.resource == "by row"
    assert set(table.keys) == {
        "courseOfferings",
        "sections",
        "staffSectionAssociations",
        "studentSectionAssociations",
    }
