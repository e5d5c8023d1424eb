"""A second pull: only what changed is read, and the rows are those of a full one."""

import json
from datetime import datetime, timedelta

import pytest
from ods_in_churn import pulled, section, serving, stored, true, write_sections

from edfi_audit.sandbox.faults import Churn, Rule
from edfi_audit.store import Store


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """A folder of 2,400 synthetic sections: more than the overlap of two windows."""
    return write_sections(tmp_path_factory.mktemp("records"), 2400)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "data")


def change(sandbox):
    """Two rows created, one changed, two deleted, one given another key."""
    first, second, third, fourth = sandbox.rows("sections")[:4]
    sandbox.upsert("sections", section(9001))
    sandbox.upsert("sections", section(9002))
    sandbox.edit("sections", first["id"], sequenceOfCourse=2)
    sandbox.delete("sections", second["id"])
    sandbox.delete("sections", third["id"])
    sandbox.edit("sections", fourth["id"], sectionIdentifier="S-another")


@pytest.mark.parametrize("flavour", ["5.3", "6.1", "7.2", "7.3", "8.0"])
def test_only_changes_are_read(records, store, tmp_path, flavour):
    """Rows that came, changed, went or got another key end as they are in a full pull."""
    with serving(records, flavour) as sandbox:
        pulled(sandbox, store, page_size=500)
        change(sandbox)
        sandbox.forget_requests()
        manifest = pulled(sandbox, store, page_size=500)
        pages = [one for one in sandbox.requests
                 if one.endpoint == "collection" and "limit=0" not in one.query]  # fmt: skip
        whole = Store(tmp_path / "whole")
        pulled(sandbox, whole, page_size=500)
        assert stored(store) == stored(whole) == true(sandbox)
    part = manifest.resources["sections"]
    assert manifest.reading.kind == "incremental"
    assert (part.verdict, part.method, part.walks) == ("verified", "changes", 0)
    assert part.changed == 6
    assert len(pages) <= 3


@pytest.mark.parametrize("flavour", ["6.1", "7.3"])
def test_changes_while_changes_are_read_are_read_too(records, store, flavour):
    """An incremental pull converges under change as a full one does."""
    with serving(records, flavour) as sandbox:
        pulled(sandbox, store, page_size=500)
        churn = Churn(inserts=5, updates=5, deletes=5, key_changes=2)
        sandbox.script = (Rule(churn, resource="sections", times=5),)
        manifest = pulled(sandbox, store, page_size=500)
        assert stored(store) == true(sandbox)
    assert (manifest.reading.kind, manifest.complete) == ("incremental", True)


@pytest.mark.parametrize("flavour", ["6.1", "7.3"])
def test_drift_is_found_and_told(records, store, flavour):
    """Stored rows that differ from the ODS without a change to show for it are read again."""
    with serving(records, flavour) as sandbox:
        pulled(sandbox, store, page_size=500)
    fewer = write_sections(store.root, 2390)
    with serving(fewer, flavour) as sandbox:
        path = store.root / "ods" / "ods" / "manifest.json"
        text = json.loads(path.read_text()) | {"base_url": str(sandbox)}
        path.write_text(json.dumps(text))
        for number in range(100):
            sandbox.upsert("sections", {**section(number), "sequenceOfCourse": 3})
        manifest = pulled(sandbox, store, page_size=500)
        assert stored(store) == true(sandbox)
    part = manifest.resources["sections"]
    assert (part.verdict, part.walks, part.drift) == ("verified", 1, -10)


@pytest.mark.parametrize("wanted", ["full", "refresh", "settings"])
def test_everything_is_read_again_when_it_must_be(records, store, wanted):
    """`full`, a full reading long ago, or another key make a pull a full one."""
    with serving(records) as sandbox:
        pulled(sandbox, store, page_size=500)
        path = store.root / "ods" / "ods" / "manifest.json"
        content = json.loads(path.read_text())
        if wanted == "refresh":
            old = datetime.fromisoformat(content["reading"]["full_at"]) - timedelta(days=8)
            content["reading"]["full_at"] = old.isoformat()
        if wanted == "settings":
            content["scope"]["claim_set"] = "Another"
        path.write_text(json.dumps(content))
        manifest = pulled(sandbox, store, page_size=500, full=wanted == "full")
    assert manifest.reading.kind == "full"
    assert manifest.resources["sections"].walks == 1


def test_a_resource_that_was_not_verified_is_walked(records, store):
    """Only what is known to be complete is brought up to date by changes."""
    with serving(records) as sandbox:
        pulled(sandbox, store, page_size=500, resources=["sections", "sessions"])
        path = store.root / "ods" / "ods" / "manifest.json"
        content = json.loads(path.read_text())
        content["resources"]["sections"]["verdict"] = "unverified"
        path.write_text(json.dumps(content))
        found = pulled(sandbox, store, page_size=500, resources=["sections", "sessions"]).resources
    assert (found["sections"].method, found["sessions"].method) == ("cursor", "changes")


def test_the_last_full_reading_is_remembered(records, store):
    """Incremental pulls carry on the moment of the last full one."""
    with serving(records) as sandbox:
        first = pulled(sandbox, store, page_size=500)
        second = pulled(sandbox, store, page_size=500)
    assert second.reading.full_at == first.reading.full_at
    assert second.reading.pull_id != first.reading.pull_id
