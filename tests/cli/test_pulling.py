"""What `pull` says of how it read: in full or only changes, resumed, a snapshot, and drift."""

import json
import socket

import pytest
from ods_in_churn import section, serving, write_sections

from edfi_audit.sandbox.faults import Rule, Status
from edfi_audit.sandbox.server import Options, running

ONLY_CHANGES = "Only changes were read; all was read on"


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """A folder of 60 synthetic sections."""
    return write_sections(tmp_path_factory.mktemp("records"), 60)


def said(folder, *options):
    """What a pull that must succeed prints, on one line."""
    done = folder.run("pull", *options)
    assert done.returncode == 0, done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    return " ".join(done.stdout.split())


def test_a_second_pull_reads_only_changes(folder, records):
    """It says so, and since when; --full reads everything again."""
    with serving(records) as sandbox:
        folder.connect(sandbox)
        first = said(folder)
        manifest = json.loads((folder.path / "store/ods/ods/manifest.json").read_text())
        second = said(folder)
        third = said(folder, "--full")
    day = manifest["reading"]["full_at"][:10]
    assert "Pulled 61 records through ods (API 7.3," in first
    assert ONLY_CHANGES not in first
    assert f"{ONLY_CHANGES} {day}." in second
    assert ONLY_CHANGES not in third


@pytest.mark.parametrize(("days", "kind"), [(0, "full"), (1, "incremental")])
def test_a_scheduled_full_refresh_is_a_setting(folder, records, days, kind):
    """`full_refresh_days` of the connection decides when changes are no longer enough."""
    with serving(records) as sandbox:
        folder.connect(sandbox, full_refresh_days=days)
        folder.answer("pull")
        assert folder.answer("pull")["reading"]["kind"] == kind


def test_a_pull_that_was_cut_off_goes_on(folder, records):
    """The second attempt says that it went on, and holds every record."""
    with serving(records) as sandbox:
        folder.connect(sandbox, page_size=10, concurrency=1)
        sandbox.script = (Rule(Status(401), resource="sections", request=5, times=0),)
        assert folder.run("pull").returncode == 3
        sandbox.script = ()
        text = said(folder)
    assert "It went on where an earlier pull had stopped." in text
    assert "Pulled 61 records" in text


@pytest.mark.parametrize("flavour", ["6.1", "7.3"])
def test_a_snapshot_is_told(folder, records, flavour):
    """The records are those of the frozen copy, and the pull says that there was one."""
    with serving(records, flavour) as sandbox:
        folder.connect(sandbox)
        sandbox.take_snapshot()
        sandbox.upsert("sections", section(9001))
        text = said(folder)
    assert "The records are those of a snapshot its host keeps." in text
    assert "Pulled 61 records" in text


def test_drift_is_told(folder, records, tmp_path):
    """Rows that went without a trace are found by the count; all is read again, and said so."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    fewer = tmp_path / "fewer"
    fewer.mkdir()
    with running(records, port=port) as sandbox:
        folder.connect(sandbox)
        said(folder)
    with running(write_sections(fewer, 50), Options(), port=port) as sandbox:
        for number in range(20):
            sandbox.upsert("sections", {**section(number), "sequenceOfCourse": 3})
        text = said(folder)
    assert ONLY_CHANGES in text
    assert (
        "sections had drifted by 10 records that no change told of; it was read again in full."
        in text
    )
    manifest = json.loads((folder.path / "store/ods/ods/manifest.json").read_text())
    assert manifest["resources"]["sections"]["drift"] == -10
    assert manifest["resources"]["sections"]["rows"] == 50
