"""The manifest: its verdicts, and that it survives the disk."""

import json
from datetime import UTC, datetime

import pytest

from edfi_audit.errors import StoreError
from edfi_audit.ods.discovery import DataModel
from edfi_audit.ods.manifest import (
    ChangeVersions,
    Manifest,
    Reading,
    ResourceManifest,
    Scope,
    TotalCount,
    judged,
)


def manifest(**resources):
    return Manifest(
        connection="ods",
        base_url="https://ods.example",
        api_version="7.3",
        data_models=(DataModel("Ed-Fi", "5.2.0"),),
        mode="year_specific",
        school_year=2026,
        started_at=datetime(2026, 6, 20, 8, 0, tzinfo=UTC),
        finished_at=datetime(2026, 6, 20, 8, 5, tzinfo=UTC),
        paging="cursor",
        change_version=ChangeVersions(0, 17),
        scope=Scope(
            namespace_prefixes=("uri://dpi.wi.gov",),
            education_organizations=({"education_organization_id": 255901},),
            assigned_profiles=("Readable",),
            claim_set="Auditor",
            resources=({"resource": "/ed-fi/grades", "operations": ["Read"]},),
        ),
        resources=resources,
        reading=Reading(
            kind="incremental",
            pull_id="p",
            full_at=datetime(2026, 6, 19, 8, 0, tzinfo=UTC),
            newest=19,
            rounds=2,
            resumed=True,
        ),
    )


READ = ResourceManifest(
    "verified", rows=2, distinct_ids=2, duplicates=1, total_count=TotalCount(2, 2), pages=3
)


BETWEEN = "the ODS changed while it was read: it counted 4 before and 5 after"


@pytest.mark.parametrize(
    ("distinct", "unidentified", "counted", "verdict"),
    [
        (5, 0, (5, 5), ("verified", None)),
        (0, 0, (0, 0), ("verified", None)),
        (4, 0, (5, 5), ("count_mismatch", "4 records came, the ODS counted 5")),
        (6, 0, (5, 5), ("count_mismatch", "6 records came, the ODS counted 5")),
        (4, 0, (4, 5), ("unverified", BETWEEN)),
        (5, 0, (4, 5), ("unverified", BETWEEN)),
        (7, 0, (4, 5), ("count_mismatch", "7 records came, the ODS counted 4 before and 5 after")),
        (5, 0, (None, 5), ("unverified", "the ODS gives no total count")),
        (5, 0, (5, None), ("unverified", "the ODS gives no total count")),
        (4, 1, (5, 5), ("unverified", "1 rows came without a readable id")),
    ],
)
def test_the_verdict_rests_on_counts(distinct, unidentified, counted, verdict):
    """Verified means that both counts and the distinct ids agree, and nothing less."""
    assert judged(distinct, unidentified, TotalCount(*counted)) == verdict


def test_it_survives_the_disk(tmp_path):
    """What is written is read again, equal, by the owner alone."""
    written = manifest(grades=READ, sections=ResourceManifest("denied", "the key may not"))
    written.write(tmp_path)
    assert Manifest.read(tmp_path) == written
    assert (tmp_path / "manifest.json").stat().st_mode & 0o777 == 0o600


def test_its_keys_are_a_contract(tmp_path):
    """The keys that other rooms read stand where they are expected."""
    manifest(grades=READ).write(tmp_path)
    content = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert list(content) == [
        "tool_version", "connection", "base_url", "api_version", "data_models", "mode",
        "school_year", "started_at", "finished_at", "paging", "change_version", "scope",
        "resources", "reading", "departures",
    ]  # fmt: skip
    assert content["started_at"] == "2026-06-20T08:00:00+00:00"
    assert content["change_version"] == {"oldest": 0, "newest": 17}
    assert content["data_models"] == [{"name": "Ed-Fi", "version": "5.2.0"}]
    assert content["scope"]["claim_set"] == "Auditor"
    assert content["reading"] == {
        "kind": "incremental", "pull_id": "p", "full_at": "2026-06-19T08:00:00+00:00",
        "newest": 19, "highest": None, "rounds": 2, "resumed": True, "snapshot": False,
    }  # fmt: skip
    assert content["resources"]["grades"] == {
        "verdict": "verified", "reason": None, "rows": 2, "distinct_ids": 2, "duplicates": 1,
        "total_count": {"before": 2, "after": 2}, "pages": 3, "retries": 0, "seconds": 0.0,
        "unreadable": {}, "method": None, "walks": 0, "change_version": None,
            "newest_modified": None, "changed": 0,
        "poison": 0, "drift": None,
    }  # fmt: skip


def test_it_answers_what_is_complete():
    """Complete means verified throughout; the denied and the doubtful are named."""
    assert manifest(grades=READ).complete
    partial = manifest(
        grades=READ,
        sections=ResourceManifest("denied"),
        programs=ResourceManifest("count_mismatch", rows=3),
        sessions=ResourceManifest("unverified", rows=1),
        courses=ResourceManifest("not_enabled"),
    )
    assert not partial.complete
    assert partial.denied == ("sections",)
    assert partial.doubtful == ("programs", "sessions")
    assert partial.rows == 6
    assert [name for name, part in partial.resources.items() if part.stored] == [
        "grades",
        "programs",
        "sessions",
    ]


@pytest.mark.parametrize("content", ["{}", '{"connection": 1}', "[]", "{"])
def test_a_damaged_manifest_is_a_store_error(tmp_path, content):
    """A file that is no manifest is told as damaged."""
    (tmp_path / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(StoreError, match="damaged"):
        Manifest.read(tmp_path)


def test_the_scope_keeps_no_token_and_no_client():
    """Of a token_info answer only the scope is kept, in either shape of the claim set."""
    answer = {"active": True, "client_id": "k", "token": "t", "claim_set": {"name": "Auditor"}}
    assert Scope.of(answer) == Scope(claim_set="Auditor")
    assert Scope.of({"namespace_prefixes": None}) == Scope()
