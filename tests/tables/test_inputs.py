"""Inputs: views over what was pulled and loaded, and plain reasons for what was not."""

import json
from datetime import date, datetime

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from edfi_audit.errors import NotFoundError, SettingsError, StoreError
from edfi_audit.ods.departures import DEPARTED, STORED
from edfi_audit.ods.resources import resource_named
from edfi_audit.settings import AuditSettings
from edfi_audit.store import Store
from edfi_audit.tables import attach
from edfi_audit.tables.inputs import GONE, revise

SETTINGS = AuditSettings(choice_schools=(7525,), student_id_pattern="[0-9]{10}")


@pytest.fixture
def con():
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture
def store(tmp_path):
    """A store with two sections pulled, grades refused, and a course table of three columns."""
    store = Store(tmp_path)
    schema = resource_named("sections").schema
    sections = store.ods("ods") / "sections"
    sections.mkdir(parents=True)
    for part, name in enumerate(("A", "B")):
        rows = pa.Table.from_pylist([{"section_identifier": name}], schema=schema)
        pq.write_table(rows, sections / f"part-{part}.parquet")
    verdicts = {
        "sections": "count_mismatch",
        "grades": "denied",
        "gradingPeriods": "not_enabled",
        "staffs": "verified",
    }
    pulled = {name: {"verdict": verdict} for name, verdict in verdicts.items()}
    (store.ods("ods") / "manifest.json").write_text(json.dumps({"resources": pulled}))

    extract = store.sis("extract")
    extract.mkdir(parents=True)
    course = pa.table({"courseID": ["1"], "number": ["007"], "cte": pa.nulls(1, pa.bool_())})
    pq.write_table(course, extract / "course.parquet")
    loaded = {"course": {"columns": ["courseID", "number"]}}
    (extract / "manifest.json").write_text(json.dumps({"tables": loaded}))
    return store


def attached(  # noqa: PLR0913, PLR0917
    con,
    store,
    connection="ods",
    extract="extract",
    section_identifier="{course.number}",
    earlier=None,
    **changes,
):
    settings = SETTINGS.model_copy(update=changes).resolved(2026, date(2026, 6, 20))
    return attach(con, store, connection, extract, settings, section_identifier, earlier)


def test_what_is_there_is_a_view(con, store):
    """All parts of a resource, and the table of an extract."""
    inputs = attached(con, store)
    found = con.sql("SELECT section_identifier FROM ods.sections ORDER BY ALL").fetchall()
    assert found == [("A",), ("B",)]
    assert con.sql("SELECT number FROM sis.course").fetchall() == [("007",)]
    assert {"ods.sections", "ods.staffs", "sis.course", "sis.course.number"} <= inputs.available


def test_what_came_and_went_since_the_pull_is_in_the_views(con, store, tmp_path):
    """Pulled rows less those gone, and the late ones; a row without id stays, a denial too."""
    attached(con, store)
    schema = resource_named("sections").schema
    known = pa.Table.from_pylist([{"id": "1", "section_identifier": "C"}], schema=schema)
    pq.write_table(known, store.ods("ods") / "sections" / "part-2.parquet")
    late = tmp_path / "late"
    late.mkdir()
    for resource, row in (("sections", {"id": "2", "section_identifier": "D"}), ("grades", {})):
        rows = pa.Table.from_pylist([row], schema=resource_named(resource).schema)
        pq.write_table(rows, late / f"{resource}.parquet")
    pq.write_table(pa.table({"resource": ["sections", "staffs"], "id": ["1", "2"]}), late / GONE)
    revise(con, store.ods("ods"), late)
    found = con.sql("SELECT section_identifier FROM ods.sections ORDER BY ALL").fetchall()
    assert found == [("A",), ("B",), ("D",)]
    assert con.sql("SELECT * FROM ods.grades").fetchall() == []


def test_what_is_absent_is_empty_and_typed(con, store):
    """A query over something absent runs and finds nothing."""
    attached(con, store)
    found = con.sql("SELECT begin_date + 1, programs FROM ods.student_section_associations")
    assert found.fetchall() == []
    assert con.sql("SELECT sum(lunchMinutes), max(startTime) FROM sis.period").fetchall() == [
        (None, None)
    ]


def test_a_resource_without_a_record_is_available(con, store):
    """Nothing to pull is not the same as nothing pulled."""
    inputs = attached(con, store)
    assert inputs.reason_for(["ods.staffs"]) is None
    assert con.sql("FROM ods.staffs").fetchall() == []


def test_what_left_the_ods_is_a_view(con, store):
    """Where the pull stored it; else the reason is the pull's own, or that it never asked."""
    need = ["ods.departures"]
    assert attached(con, store).reason_for(need) == (
        "the pull asked for no deletes and key changes"
    )
    folder = store.ods("ods")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["departures"] = {"rows": None, "reason": "the ODS tells none"}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert attached(con, store).reason_for(need) == "the ODS tells none"
    assert con.sql("SELECT change_version + 1, old_key FROM ods.departures").fetchall() == []
    pq.write_table(pa.Table.from_pylist([{"id": "1"}], schema=STORED), folder / DEPARTED)
    assert attached(con, store).reason_for(need) is None
    assert con.sql("SELECT id, kind FROM ods.departures").fetchall() == [("1", None)]
    assert attached(con, store, connection=None).reason_for(need) == (
        "nothing was pulled from an ODS"
    )


CHANGED_AT = datetime.fromisoformat("2026-05-01T12:00")
FIRST_RUN = "no earlier run of this connection and school year"


def test_what_an_earlier_run_kept_is_a_view(con, store, tmp_path):
    """Of its tables those that are compared from run to run, with the columns that are read."""
    kept = pa.table({"more": [1], "resource": ["grades"], "newest_ods_change": [CHANGED_AT]})
    pq.write_table(kept, tmp_path / "resource_syncs.parquet")
    inputs = attached(con, store, earlier=tmp_path)
    assert con.sql("FROM history.resource_syncs").fetchall() == [("grades", CHANGED_AT)]
    assert inputs.reason_for(["history.resource_syncs"]) is None
    assert inputs.reason_for(["history.expected_records"]) == FIRST_RUN


def test_a_first_run_has_no_history(con, store, tmp_path):
    """Without a run, and with one of a version that kept fewer columns, views are empty."""
    pq.write_table(pa.table({"resource": ["grades"]}), tmp_path / "resource_syncs.parquet")
    for earlier in (None, tmp_path):
        inputs = attached(con, store, earlier=earlier)
        assert inputs.reason_for(["history.resource_syncs"]) == FIRST_RUN
        asked = con.sql("SELECT newest_ods_change + INTERVAL 1 DAY FROM history.resource_syncs")
        assert asked.fetchall() == []


@pytest.mark.parametrize(
    ("need", "reason"),
    [
        ("ods.sections", None),
        ("ods.grades", "the key may not read grades (403)"),
        ("ods.grading_periods", "the ODS does not offer gradingPeriods"),
        ("ods.course_offerings", "courseOfferings was not pulled"),
        ("sis.course.number", None),
        ("sis.course.cte", "the extract's course table has no column cte"),
        ("sis.roster", "the extract has no table roster"),
        ("sis.roster.audit", "the extract has no table roster"),
        ("audit.section_identifiers", "the extract has no table section"),
        ("reference.program_types", None),
    ],
)
def test_reasons_are_plain(con, store, need, reason):
    """Why something is not evaluated is said in a sentence's worth of words."""
    inputs = attached(con, store, section_identifier="{section.sectionID}")
    assert inputs.reason_for([need]) == reason
    assert (need in inputs.available) == (reason is None)


def test_several_reasons_are_joined_and_said_once(con, store):
    """Two columns of one missing table are one reason."""
    inputs = attached(con, store)
    needs = ["sis.roster", "sis.roster.audit", "ods.sections", "ods.grades"]
    assert inputs.reason_for(needs) == (
        "the extract has no table roster; the key may not read grades (403)"
    )


def test_nothing_pulled_and_nothing_loaded(con, tmp_path):
    """Without either source every view is there and empty."""
    inputs = attached(con, Store(tmp_path), connection=None, extract=None)
    assert inputs.reason_for(["ods.sections"]) == "nothing was pulled from an ODS"
    assert inputs.reason_for(["sis.course.cte"]) == "no extract was loaded"
    assert con.sql("FROM sis.course").fetchall() == []


def test_a_connection_that_was_never_pulled_is_an_error(con, tmp_path):
    """A name without a manifest is a mistake, not an empty ODS."""
    with pytest.raises(StoreError, match="missing"):
        attached(con, Store(tmp_path))


def test_a_need_that_is_no_input_is_an_error(con, store):
    """A misspelt need must not pass as available."""
    with pytest.raises(NotFoundError, match=r"ods\.section'"):
        attached(con, store).reason_for(["ods.section"])


def test_the_settings_are_one_typed_row(con, store):
    """Lists, numbers and dates keep their types, and defaults are filled in."""
    attached(con, store)
    assert con.sql(
        "SELECT profile, school_year + 1, audit_date - 1, choice_schools, jail_schools, tor_codes,"
        " descriptor_namespace, tor_grace_days FROM audit.settings"
    ).fetchall() == [
        (
            "WI",
            2027,
            date(2026, 6, 19),
            [7525],
            [],
            ["Teacher of Record", "Instructor of Record"],
            "uri://dpi.wi.gov",
            10,
        )
    ]


def test_a_pattern_that_is_none_is_said_at_once(con, store):
    """An invalid student_id_pattern is a settings error, not a failure deep in a table."""
    with pytest.raises(SettingsError, match="student_id_pattern"):
        attached(con, store, student_id_pattern="[0-9")


def test_reference_codes_stay_text(con, store):
    """The columns of reference data are text, empty cells null."""
    attached(con, store)
    assert con.sql(
        "SELECT code, school_year_from, school_year_to FROM reference.program_type_years"
        " WHERE code = 'IRC' ORDER BY school_year_to NULLS LAST"
    ).fetchall() == [("IRC", None, "2023"), ("IRC", "2024", "2024"), ("IRC", "2025", None)]


def test_attaching_again_replaces(con, store, tmp_path_factory):
    """One connection can go from one store to another."""
    attached(con, store)
    attached(con, Store(tmp_path_factory.mktemp("other")), connection=None, extract=None)
    assert con.sql("FROM ods.sections").fetchall() == []
