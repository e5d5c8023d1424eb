"""Deletes and changes of key, stored beside the records."""

import json

import duckdb
import pyarrow as pa
import pytest
from ods_in_churn import pulled, section, serving, write_sections

from edfi_audit.ods.departures import departures
from edfi_audit.sandbox.faults import Rule, Status
from edfi_audit.store import Store

ROWS = 30


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """A folder of synthetic sections."""
    return write_sections(tmp_path_factory.mktemp("records"), ROWS)


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("EDFI_AUDIT_TOKEN_DIR", str(tmp_path / "tokens"))
    return Store(tmp_path / "data")


def told(store):
    """What is stored: resource, kind, id, and the section identifiers of both keys."""
    file = store.ods("ods") / "departures.parquet"
    rows = duckdb.sql(
        "SELECT resource, kind, id, old_key, new_key, change_version"
        f" FROM read_parquet('{file}') ORDER BY change_version"
    ).fetchall()
    return [
        (*row[:3], *(json.loads(key)["sectionIdentifier"] if key else None for key in row[3:5]))
        for row in rows
    ]


def leave(sandbox):
    """One section is deleted, another gets a new identifier; their ids."""
    first, second = sandbox.rows("sections")[:2]
    sandbox.delete("sections", first["id"])
    sandbox.edit("sections", second["id"], sectionIdentifier="S-new")
    return [one["id"].replace("-", "") for one in (first, second)]


@pytest.mark.parametrize("flavour", ["5.3", "6.1", "7.2", "7.3", "8.0"])
def test_what_left_is_stored_whenever_it_left(records, store, flavour):
    """The whole kept range, in a full pull and in one of changes; as much as the version tells."""
    with serving(records, flavour) as sandbox:
        deleted, renamed = leave(sandbox)
        manifest = pulled(sandbox, store)
        once = told(store)
        again = pulled(sandbox, store)
        last = sandbox.rows("sections")[-1]
        sandbox.delete("sections", last["id"])
        pulled(sandbox, store)
        twice = told(store)
    expected = [
        ("sections", "delete", deleted, "S-000000"),
        ("sections", "key_change", renamed, "S-000001"),
    ]
    if flavour == "5.3":  # tells ids alone, and no change of key
        assert [row[:4] for row in once] == [("sections", "delete", deleted, None)]
        assert manifest.departures.reason == "the key cannot read sections/keyChanges"
    else:
        assert [row[:4] for row in once] == expected
        assert once[1][4] == "S-new"
        assert manifest.departures.reason is None
    assert manifest.departures.rows == again.departures.rows == len(once)
    assert [row[:3] for row in twice] == [
        *(row[:3] for row in once), ("sections", "delete", last["id"].replace("-", "")),
    ]  # fmt: skip
    assert again.reading.kind == "incremental"
    assert (store.ods("ods") / "departures.parquet").stat().st_mode & 0o777 == 0o600


def test_an_ods_of_which_nothing_left(records, store):
    """The file is there, and empty: nothing left is not the same as nothing asked."""
    with serving(records, "7.3") as sandbox:
        manifest = pulled(sandbox, store)
    assert (manifest.departures.rows, told(store)) == (0, [])


@pytest.mark.parametrize("status", [403, 404, 500])
@pytest.mark.parametrize("endpoint", ["deletes", "keyChanges"])
def test_an_endpoint_that_fails_does_not_fail_the_pull(records, store, endpoint, status):
    """The other one is stored, the records are verified, and the manifest says what is not."""
    with serving(records, "7.3") as sandbox:
        deleted, renamed = leave(sandbox)
        for _ in range(2):
            sandbox.forget_requests()
            pulled(sandbox, store)
        asked = [one.query for one in sandbox.requests if one.endpoint == endpoint]
        # rounds read from a change version on; what is asked for last is the whole kept range
        kept = 1 + next(n for n, query in enumerate(asked) if "minChangeVersion" not in query)
        fails = Rule(Status(status), resource="sections", endpoint=endpoint, request=kept, times=0)
        sandbox.script = (fails,)
        manifest = pulled(sandbox, store)
    assert manifest.complete
    assert manifest.departures.reason == f"the key cannot read sections/{endpoint}"
    left = {"deletes": renamed, "keyChanges": deleted}[endpoint]
    assert [row[2] for row in told(store)] == [left]


def test_without_change_queries_none_are_asked(records, store):
    """The manifest says why, and no file is there."""
    with serving(records, "7.3", change_queries=False) as sandbox:
        manifest = pulled(sandbox, store)
    assert manifest.departures.rows is None
    assert manifest.departures.reason == "the ODS tells no deletes and key changes"
    assert not (store.ods("ods") / "departures.parquet").exists()


def test_other_resources_are_not_asked(records, store):
    """Only what is compared with the SIS."""
    with serving(records, "7.3") as sandbox:
        manifest = pulled(sandbox, store, resources=("sessions",))
    assert manifest.departures.reason == "no resource that is compared with the SIS was pulled"


def test_an_entry_may_be_written_in_any_case():
    """Versions before 6 capitalise names; what is no entry or no key is null, and counted."""
    batch, unreadable = departures(
        [
            {"Id": "A" * 32, "ChangeVersion": 7},
            {"id": "b" * 32, "changeVersion": "x", "keyValues": {"schoolId": 1}},
            {"id": "c" * 32, "oldKeyValues": {"a": 1}, "newKeyValues": {"a": 2}},
            {"id": None, "keyValues": "none"},
            "no entry",
        ]
    )
    assert batch.to_pydict() == {
        "id": ["a" * 32, "b" * 32, "c" * 32, None, None],
        "change_version": [7, None, None, None, None],
        "old_key": [None, '{"schoolId":1}', '{"a":1}', None, None],
        "new_key": [None, None, '{"a":2}', None, None],
    }
    assert unreadable == {"changeversion": 1}
    assert batch.schema.field("old_key").type == pa.string()


def test_a_deleted_section_that_is_back_did_not_leave(records, store):
    """The ODS itself leaves out deletes whose natural key is there again."""
    with serving(records, "7.3") as sandbox:
        first = sandbox.rows("sections")[0]
        sandbox.delete("sections", first["id"])
        sandbox.upsert("sections", section(0))
        pulled(sandbox, store)
    assert told(store) == []
