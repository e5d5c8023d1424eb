"""The pull against the stand-in ODS: its releases, its modes, and what it refuses."""

import json

import duckdb
import pytest

from edfi_audit.errors import AuthenticationError, ContractError, SettingsError, SourceError
from edfi_audit.ods.check import check
from edfi_audit.ods.pull import pull
from edfi_audit.sandbox.server import Options, running
from edfi_audit.settings import Connection
from edfi_audit.store import Store

SECTIONS = [
    {
        "sectionIdentifier": f"S-{number}",
        "courseOfferingReference": {
            "localCourseCode": "ALG-1",
            "schoolId": 255901001,
            "schoolYear": 2026,
            "sessionName": "Fall",
        },
    }
    for number in range(1203)
]
SESSIONS = [
    {
        "sessionName": "Fall",
        "schoolReference": {"schoolId": 255901001},
        "schoolYearTypeReference": {"schoolYear": 2026},
        "beginDate": "2025-09-02",
        "endDate": "2026-01-17",
        "termDescriptor": "uri://dpi.wi.gov/TermDescriptor#Fall",
    }
]
KEY = {"client_id": "sandbox", "client_secret": "sandbox-secret"}


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """A folder of synthetic records: 1,203 sections of one session."""
    folder = tmp_path_factory.mktemp("records")
    for name, rows in (("sections", SECTIONS), ("sessions", SESSIONS)):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return folder


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "data")


@pytest.mark.parametrize("page_size", [500, 7])
@pytest.mark.parametrize(
    ("flavour", "paging"), [("6.1", "offset"), ("7.2", "offset"), ("7.3", "cursor")]
)
def test_every_row_of_every_release_is_stored(records, store, flavour, paging, page_size):
    """Whatever the release's paging, the rows served are the rows stored, each once."""
    with running(records, Options(flavour=flavour)) as base_url:
        connection = Connection(base_url=base_url, page_size=page_size, **KEY)
        manifest = pull(connection, "ods", store, resources=["sections", "sessions"])
    assert manifest.complete
    assert (manifest.paging, manifest.api_version) == (paging, flavour)
    parts = store.root / "ods" / "ods" / "sections" / "*.parquet"
    found = duckdb.sql(
        "SELECT section_identifier, school_id, school_year, session_name, local_course_code, "
        f"length(id) FROM read_parquet('{parts}') ORDER BY ALL"
    ).fetchall()
    expected = [(f"S-{n}", 255901001, 2026, "Fall", "ALG-1", 32) for n in range(1203)]
    assert found == sorted(expected)


@pytest.mark.parametrize("flavour", ["5.3", "6.1"])
def test_a_year_specific_ods_is_read_in_the_wanted_year(records, store, flavour):
    """The year in the path is the connection's, not the calendar year the server prints."""
    with running(records, Options(flavour=flavour, year=2026)) as base_url:
        connection = Connection(base_url=base_url, mode="year_specific", year=2026, **KEY)
        manifest = pull(connection, "ods", store, resources=["sessions"])
    assert manifest.complete
    assert (manifest.mode, manifest.school_year) == ("year_specific", 2026)


def test_a_tenant_and_year_are_filled_in(records, store):
    """A 7.x with tenant and year in its paths is reached through the settings."""
    with running(records, Options(flavour="7.3", tenant="wi", year=2026)) as base_url:
        connection = Connection(base_url=base_url, mode="tenant", tenant="wi", year=2026, **KEY)
        assert pull(connection, "ods", store, resources=["sessions"]).complete


@pytest.mark.parametrize(
    ("flavour", "settings", "error"),
    [
        ("6.1", {"mode": "year_specific", "year": 2024}, SourceError),
        ("6.1", {"mode": "year_specific"}, SettingsError),
        ("7.3", {"mode": "tenant", "year": 2024}, ContractError),
        ("7.3", {"mode": "tenant"}, SettingsError),
    ],
)
def test_a_wrong_or_missing_year_is_told(records, store, flavour, settings, error):
    """A year the ODS does not have, or no year where one is needed, stores nothing."""
    with running(records, Options(flavour=flavour, year=2026)) as base_url:
        connection = Connection(base_url=base_url, **KEY, **settings)
        with pytest.raises(error, match="year"):
            pull(connection, "ods", store, resources=["sessions"])
    assert store.connections() == []


def test_a_wrong_secret_is_told(records, store):
    """A wrong secret is one sentence, and nothing is stored."""
    with running(records) as base_url:
        connection = Connection(base_url=base_url, client_id="sandbox", client_secret="wrong")
        with pytest.raises(AuthenticationError, match="The ODS refused the key or the secret"):
            pull(connection, "ods", store)
    assert store.connections() == []


def test_a_secret_that_became_wrong_is_told(records, store):
    """A token kept from a good secret does not hide a wrong one."""
    with running(records) as base_url:
        good = Connection(base_url=base_url, **KEY)
        pull(good, "ods", store, resources=["sessions"])
        bad = Connection(base_url=base_url, client_id="sandbox", client_secret="wrong")
        with pytest.raises(AuthenticationError):
            pull(bad, "ods", store, resources=["sessions"])


def test_a_denied_resource_is_left_out(records, store):
    """What the claim set does not cover is denied; the rest is verified."""
    with running(records, Options(denied=frozenset({"grades"}))) as base_url:
        connection = Connection(base_url=base_url, **KEY)
        manifest = pull(connection, "ods", store)
        found = check(connection)
    assert manifest.denied == found.unreadable == ("grades",)
    assert manifest.resources["sections"].verdict == "verified"


def test_a_token_that_runs_out_in_mid_walk_is_renewed(records, store):
    """A token that dies between pages costs one more token and no row."""
    seconds = [1_000_000.0]

    def passing():
        seconds[0] += 0.5
        return seconds[0]

    with running(records, Options(token_seconds=40, clock=passing)) as base_url:
        connection = Connection(base_url=base_url, page_size=20, **KEY)
        manifest = pull(connection, "ods", store, resources=["sections"])
    assert manifest.complete
    assert manifest.resources["sections"].rows == 1203
