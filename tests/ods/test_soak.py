"""A pull of a large ODS that others write to all the time, held against the ODS's own rows."""

import threading
from contextlib import contextmanager, suppress

import pytest
from ods_in_churn import (
    pulled,
    section,
    serving,
    stored_states,
    true_states,
    write_sections,
)

from edfi_audit.sandbox.churn import Churner
from edfi_audit.sandbox.faults import Churn, Do, Rule
from edfi_audit.store import Store

ROWS = 200_000
CONSTANT, SLOW = 0.02, 2.0
"""Seconds between writes."""
HOT = 5


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """A folder of synthetic sections."""
    return write_sections(tmp_path_factory.mktemp("records"), ROWS)


class Writer:
    """Writes every `pause` seconds for as long as it lasts, and counts how often.

    Each time anywhere, and to a few records again and again, from their insert to their delete.
    """

    def __init__(self, sandbox):
        churn = Churn(inserts=1, updates=2, deletes=1, resource="sections")
        self.pause = CONSTANT
        self.writes = 0
        self._sandbox = sandbox
        self._churner = Churner(sandbox._ods.records, churn)
        self._hot = []
        self._changed = threading.Event()
        self._ended = False

    def run(self):
        """Write until the end."""
        while not self._ended:
            self.writes += 1
            self._churner.write("sections")
            self._write_hot()
            if self._changed.wait(self.pause):
                self._changed.clear()

    def _write_hot(self):
        self._hot.append(self._sandbox.upsert("sections", section(ROWS + self.writes)))
        for identifier in self._hot:
            with suppress(KeyError):  # chance has deleted it
                self._sandbox.edit("sections", identifier, sequenceOfCourse=self.writes)
        if len(self._hot) > HOT:
            with suppress(KeyError):
                self._sandbox.delete("sections", self._hot.pop(0))

    def slow_down(self):
        """Write seldom from now on."""
        self.pause = SLOW

    def end(self):
        """Write no more."""
        self._ended = True
        self._changed.set()


@contextmanager
def writing(sandbox):
    """A writer at work."""
    writer = Writer(sandbox)
    thread = threading.Thread(target=writer.run)
    thread.start()
    try:
        yield writer
    finally:
        writer.end()
        thread.join()


def hold_against(part, found, sandbox, first, last):
    """Nothing that was there all along is lost, and a verdict of `verified` is true to the row."""
    assert first.keys() & last.keys() <= found.keys()
    assert part.rows == len(found)
    if part.verdict == "verified":
        assert found == true_states(sandbox, at=part.change_version)
    else:
        assert part.verdict == "unverified"
        assert part.reason == "the ODS kept changing while it was read"


@pytest.mark.parametrize("flavour", ["6.1", "7.3"])
def test_nothing_is_lost_under_constant_change(records, tmp_path, flavour):
    """Of 200,000 rows under constant writes none is lost, and the verdict is true.

    First writing never pauses, and the verdict may be that it cannot be told. Then it slows down
    once all is walked, and stops: both times all must be proven, and be the ODS's rows exactly.
    """
    store = Store(tmp_path / "data")
    with serving(records, flavour, links=False) as sandbox:
        first = true_states(sandbox)
        with writing(sandbox) as writer:
            part = pulled(sandbox, store, page_size=500).resources["sections"]
            last = true_states(sandbox)
            assert writer.writes > 50
            hold_against(part, stored_states(store), sandbox, first, last)

            slow_down = Rule(Do(writer.slow_down), "sections", endpoint="deletes", request=1)
            sandbox.script = (slow_down,)
            part = pulled(sandbox, store, page_size=500, full=True).resources["sections"]
            assert (part.verdict, part.reason) == ("verified", None)
            found = stored_states(store)
        now = true_states(sandbox)
        hold_against(part, found, sandbox, last, now)
        manifest = pulled(sandbox, store, page_size=500)
        assert (manifest.reading.kind, manifest.complete) == ("incremental", True)
        assert stored_states(store) == now
