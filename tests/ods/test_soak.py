"""A pull of an ODS that others write to all the time."""

import threading
import time

import pytest
from ods_in_churn import pulled, serving, stored, true, write_sections

from edfi_audit.sandbox.churn import Churner
from edfi_audit.sandbox.faults import Churn
from edfi_audit.store import Store

ROWS = 30_000


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """A folder of synthetic sections."""
    return write_sections(tmp_path_factory.mktemp("records"), ROWS)


@pytest.mark.parametrize("flavour", ["6.1", "7.3"])
def test_nothing_is_lost_under_constant_change(records, tmp_path, flavour):
    """Rows that were there all along are stored, those deleted are not, and the verdict is true."""
    store = Store(tmp_path / "data")
    done = threading.Event()
    with serving(records, flavour, latency_seconds=0.002) as sandbox:
        churner = Churner(
            sandbox._ods.records, Churn(inserts=1, updates=2, deletes=1, resource="sections")
        )
        first = {identifier for identifier, _ in true(sandbox)}

        def write():
            while not done.is_set():
                churner.write("sections")
                time.sleep(0.02)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            manifest = pulled(sandbox, store, page_size=500)
        finally:
            done.set()
            writer.join()
        found = stored(store)
        as_of = true(sandbox, at=manifest.reading.newest)
        last = {identifier for identifier, _ in true(sandbox)}
        assert first & last <= {identifier for identifier, _ in found}
        assert sandbox.newest > manifest.change_version.newest
        part = manifest.resources["sections"]
        assert part.verdict in {"verified", "unverified"}
        if part.verdict == "verified":
            assert {one for one, _ in found} == {one for one, _ in as_of}
        settled = pulled(sandbox, store, page_size=500)
        assert stored(store) == true(sandbox)
        assert (settled.reading.kind, settled.complete) == (
            "incremental",
            part.verdict == "verified",
        )
