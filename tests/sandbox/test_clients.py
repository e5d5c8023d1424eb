"""Clients written by others read the sandbox, and get exactly the rows it holds."""

import json
import subprocess
import sys

import pytest
from edfi_api_client import EdFiClient
from sandbox.small_ods import RECORDS

from edfi_audit.sandbox.server import Options, running

LIGHTBEAM = """
data_dir: {folder}
edfi_api:
  base_url: {base_url}
  mode: shared_instance
  client_id: sandbox
  client_secret: sandbox-secret
connection:
  pool_size: 8
  timeout: 60
  num_retries: 2
  backoff_factor: 1.5
  retry_statuses: [500, 503]
  verify_ssl: true
count:
  separator: ","
fetch:
  page_size: 5
"""


def bare(rows):
    """The rows as they were written: without what a server adds, in an order of their own."""
    return sorted(json.dumps(_bare(row), sort_keys=True) for row in rows)


def _bare(value):
    if isinstance(value, dict):
        added = {"id", "_etag", "_lastModifiedDate", "link"}
        return {name: _bare(member) for name, member in value.items() if name not in added}
    return [_bare(item) for item in value] if isinstance(value, list) else value


def lightbeam(tmp_path, base_url, command, *arguments):
    """Run one lightbeam command over every resource of the small ODS; returns its output."""
    config = tmp_path / "lightbeam.yaml"
    # lightbeam merges no defaults into a connection that is left out, so all of it is written down.
    config.write_text(LIGHTBEAM.format(folder=tmp_path, base_url=base_url), encoding="utf-8")
    selected = ",".join([*RECORDS, "grades"])
    return subprocess.run(  # noqa: S603 - the client under test
        [sys.executable, "-m", "lightbeam", command, "-c", config, "-s", selected, *arguments],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    ).stdout


@pytest.mark.parametrize("flavour", ["7.3", "6.1"])
def test_edfi_api_client_reads_every_row(folder, flavour):
    """By cursor from a 7.3, by offset from a 6.1, in pages smaller than the collections."""
    with running(folder, Options(flavour=flavour, page_limit=5)) as base_url:
        client = EdFiClient(base_url, "sandbox", "sandbox-secret")
        found = {name: list(client.resource(name).get_rows(page_size=5)) for name in RECORDS}
        empty = list(client.resource("grades").get_rows(page_size=5))

    assert {name: bare(rows) for name, rows in found.items()} == {
        name: bare(rows) for name, rows in RECORDS.items()
    }
    assert empty == []


def test_edfi_api_client_reads_a_7_3_by_offset_too(folder):
    """Forward, and in reverse inside a window of change versions."""
    with running(folder) as base_url:
        client = EdFiClient(base_url, "sandbox", "sandbox-secret")
        newest = client.get_newest_change_version()
        rows = client.resource("studentSectionAssociations")
        forward = [row for page in rows.get_pages(page_size=5) for row in page]
        windowed = client.resource(
            "studentSectionAssociations",
            min_change_version=0,
            max_change_version=newest,
        )
        reverse = [
            row
            for page in windowed.get_pages(page_size=5, step_change_version=True)
            for row in page
        ]

    expected = bare(RECORDS["studentSectionAssociations"])
    assert bare(forward) == expected
    assert bare(reverse) == expected


def test_edfi_api_client_reads_counts_items_scope_and_metadata(folder):
    """The rest of what it offers: total counts, reads by id, token info and the resource list."""
    with running(folder) as base_url:
        client = EdFiClient(base_url, "sandbox", "sandbox-secret")
        students = client.resource("students")
        first = students.get(limit=1)[0]

        assert client.get_ods_version() == "7.3"
        assert students.get_total_count() == 12
        assert students.get_by_id(first["id"]) == first
        assert client.get_token_info()["claim_set"] == {"name": "Sandbox"}
        assert ("ed-fi", "studentSectionAssociations") in client.resources


@pytest.mark.parametrize("flavour", ["7.3", "6.1"])
def test_edfi_api_client_reads_deletes_and_key_changes(folder, flavour):
    """What was deleted and rekeyed while it was connected, in windows of change versions."""
    with running(folder, Options(flavour=flavour)) as sandbox:
        client = EdFiClient(sandbox, "sandbox", "sandbox-secret")
        for row in sandbox.rows("students")[:3]:
            sandbox.delete("students", row["id"])
        section = sandbox.rows("sections")[0]["id"]
        sandbox.edit("sections", section, sectionIdentifier="S-1b")
        window = {"min_change_version": 0, "max_change_version": sandbox.newest}
        deleted = list(client.resource("students", get_deletes=True, **window).get_rows())
        rekeyed = list(client.resource("sections", get_key_changes=True, **window).get_rows())

    assert [entry["changeVersion"] for entry in deleted] == [30, 31, 32]
    assert [entry["newKeyValues"]["sectionIdentifier"] for entry in rekeyed] == ["S-1b"]


@pytest.mark.parametrize("flavour", ["7.3", "6.1"])
def test_lightbeam_fetches_every_row(folder, tmp_path, flavour):
    """It pages by offset and writes a file per resource; one without rows has no file."""
    with running(folder, Options(flavour=flavour)) as base_url:
        lightbeam(tmp_path, base_url, "fetch")

    found = {
        path.stem: bare(map(json.loads, path.read_text(encoding="utf-8").splitlines()))
        for path in tmp_path.glob("*.jsonl")
    }
    assert found == {name: bare(rows) for name, rows in RECORDS.items()}


def test_lightbeam_counts_every_resource(folder, tmp_path):
    """Its counts, in the dependency order it learns from the server."""
    with running(folder) as base_url:
        output = lightbeam(tmp_path, base_url, "count")

    assert output.splitlines() == [
        "Records,Endpoint",
        "1,localEducationAgencies",
        "2,schools",
        "12,students",
        "2,sections",
        "12,studentSectionAssociations",
    ]


def test_lightbeam_fetches_what_its_query_names(folder, tmp_path):
    """It takes a filter that the OpenAPI document lists, and skips resources without it."""
    with running(folder) as base_url:
        lightbeam(tmp_path, base_url, "fetch", "-q", '{"studentUniqueId": "900003"}')

    lines = (tmp_path / "studentSectionAssociations.jsonl").read_text().splitlines()
    assert [json.loads(line)["studentReference"]["studentUniqueId"] for line in lines] == ["900003"]
    assert not (tmp_path / "schools.jsonl").exists()
