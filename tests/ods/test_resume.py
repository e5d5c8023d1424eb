"""A pull that is cut off: nothing is lost or doubled, and no stored page is asked for again."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress

import pytest
from ods_in_churn import pulled, serving, stored, true, write_sections

from edfi_audit.errors import SourceError, StoreError
from edfi_audit.ods.manifest import Manifest
from edfi_audit.sandbox.faults import Churn, Do, Rule, Status
from edfi_audit.store import Store

NURSERY = """
import os, sys
from pathlib import Path
from edfi_audit.store import Store
from ods_in_churn import pulled
for line in sys.stdin:
    sandbox, folder = line.split()
    child = os.fork()
    if not child:
        pulled(sandbox, Store(Path(folder)))
        os._exit(0)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
CHILD = """
import sys
from pathlib import Path
from edfi_audit.store import Store
from ods_in_churn import pulled
pulled(sys.argv[1], Store(Path(sys.argv[2])))
"""


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """A folder of 620 synthetic sections."""
    return write_sections(tmp_path_factory.mktemp("records"), 620)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "data")


def killed(sandbox, store, request):
    """Pull in a process of its own, which is killed when it makes its `request`-th for a page."""
    found = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    child = subprocess.Popen(  # noqa: S603 - this interpreter, these tests
        [sys.executable, "-c", CHILD, sandbox, str(store.root)], env=found
    )
    kill = Do(lambda: os.kill(child.pid, signal.SIGKILL))
    sandbox.script = (Rule(kill, resource="sections", request=request),)
    assert child.wait(60) == -signal.SIGKILL
    sandbox.script = ()


def logged(store):
    """The requests whose pages of sections the log of the cut-off pull holds."""
    path = store.root / "ods" / ".pull-ods" / "journal" / "log.jsonl"
    if not path.exists():
        return []
    lines = [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]
    below = ("sections/deletes/", "sections/keyChanges/")  # asked for in the same words
    return [
        line["request"]
        for line in lines
        if line["kind"] == "page" and not line["stage"].startswith(below)
    ]


def asked(sandbox):
    """How often each page of sections was asked for."""
    queries = [dict(part.split("=") for part in one.query.split("&") if part)
               for one in sandbox.requests if one.endpoint == "collection"]  # fmt: skip
    pages = [query for query in queries if query.get("limit") != "0"]
    return Counter(frozenset(page.items()) for page in pages)


@pytest.mark.parametrize("request_number", [3, 9, 15, 22])
@pytest.mark.parametrize("flavour", ["6.1", "7.3"])
def test_a_killed_pull_goes_on(records, store, flavour, request_number):
    """Killed at any moment: nothing lost, nothing twice, no stored page asked for again."""
    with serving(records, flavour) as sandbox:
        killed(sandbox, store, request_number)
        assert store.connections() == []
        kept = logged(store)
        sandbox.forget_requests()
        manifest = pulled(sandbox, store)
        again = asked(sandbox)
        assert stored(store) == true(sandbox)
    assert (manifest.reading.resumed, manifest.complete) == (True, True)
    for page in kept:
        assert again[frozenset((name, str(value)) for name, value in page.items())] == 0
    assert list((store.root / "ods").iterdir()) == [store.root / "ods" / "ods"]


@pytest.fixture(scope="module")
def nursery():
    """A process that pulls in a child of its own for every line with a sandbox and a store."""
    found = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(  # noqa: S603 - this interpreter, these tests
        [sys.executable, "-c", NURSERY],
        env=found, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        yield process
        process.stdin.close()


def killed_somewhere(nursery, sandbox, store, chance):
    """Pull in a child and kill it a moment after some request; whether it was still at work."""
    request, delay = chance.randrange(1, 45), chance.choice([0, chance.random() / 10])
    nursery.stdin.write(f"{sandbox} {store.root}\n")
    reached = threading.Event()
    sandbox.script = (Rule(Do(reached.set), endpoint="any", request=request),)
    nursery.stdin.flush()
    child = int(nursery.stdout.readline())
    if reached.wait(0.5):
        time.sleep(delay)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    sandbox.script = ()
    return int(nursery.stdout.readline()) == -signal.SIGKILL


def test_a_pull_killed_anywhere_goes_on(records, tmp_path, nursery):
    """Killed at 25 moments that chance has chosen, or 31: nothing is lost, doubled or half.

    No page that was stored before is asked for again, and until a pull has ended well the store
    holds nothing, or the whole of it.
    """
    kills = 0
    for seed in range(25):
        chance = random.Random(seed)  # noqa: S311 - it chooses moments
        store = Store(tmp_path / str(seed))
        with serving(records, chance.choice(["6.1", "7.3"])) as sandbox:
            for _ in range(2 if seed % 4 == 0 else 1):
                was_killed = killed_somewhere(nursery, sandbox, store, chance)
                kills += was_killed
                kept = logged(store) if was_killed else []
                if store.connections():
                    kept = []  # a pull had ended well, and only its folder was left to remove
                    assert stored(store) == true(sandbox)
                    assert Manifest.read(store.ods("ods")).complete
                sandbox.forget_requests()
            manifest = pulled(sandbox, store)
            again = asked(sandbox)
            assert stored(store) == true(sandbox)
        assert manifest.complete
        assert manifest.reading.resumed or not kept
        for page in kept:
            assert again[frozenset((name, str(value)) for name, value in page.items())] == 0
        assert list((store.root / "ods").iterdir()) == [store.root / "ods" / "ods"]
    assert kills >= 25


def test_a_pull_killed_twice_in_changing_data_goes_on(records, store):
    """Changes between and during the attempts are caught up with."""
    with serving(records, "7.3") as sandbox:
        killed(sandbox, store, 8)
        for row in sandbox.rows("sections")[:40]:
            sandbox.delete("sections", row["id"])
        killed(sandbox, store, 8)
        sandbox.script = (Rule(Churn(inserts=3, updates=3, deletes=3), "sections", times=4),)
        manifest = pulled(sandbox, store)
        assert stored(store) == true(sandbox)
    assert manifest.complete


def test_a_torn_log_and_a_torn_page_are_cut_off(records, store):
    """What a power cut left half-written is dropped, and asked for again."""
    with serving(records, "7.3") as sandbox:
        killed(sandbox, store, 14)
        journal = store.root / "ods" / ".pull-ods" / "journal"
        log = journal / "log.jsonl"
        log.write_bytes(log.read_bytes()[:-30])
        spool = max((journal / "spool").rglob("*"), key=lambda path: path.stat().st_size)
        spool.write_bytes(spool.read_bytes()[:-100])
        manifest = pulled(sandbox, store)
        assert stored(store) == true(sandbox)
    assert (manifest.reading.resumed, manifest.complete) == (True, True)


def test_a_failed_pull_goes_on(records, store):
    """A host that stays down ends the pull; the next one begins behind the last stored page."""
    with serving(records, "6.1") as sandbox:
        sandbox.script = (Rule(Status(503), resource="sections", request=25, times=0),)
        with pytest.raises(SourceError, match="did not answer for sections"):
            pulled(sandbox, store)
        kept = logged(store)
        sandbox.script = ()
        sandbox.forget_requests()
        manifest = pulled(sandbox, store)
        assert stored(store) == true(sandbox)
        again = asked(sandbox)
    assert kept
    assert manifest.reading.resumed
    assert not any(again[frozenset(page.items())] for page in kept)


@pytest.fixture
def interruptible():
    """Ctrl-C is heard, even where the tests run in the background and were told to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_leaves_a_pull_that_goes_on(records, store):
    """Ctrl-C ends the waiting at once, and the sentence says that pages are kept."""
    with serving(records, "7.3") as sandbox:
        main = threading.main_thread().ident
        soon = threading.Timer(0.5, signal.pthread_kill, (main, signal.SIGINT))
        sandbox.script = (
            Rule(Do(soon.start), resource="sections", request=8),
            Rule(Status(429, retry_after=300), resource="sections", request=8, times=0),
        )
        began = time.monotonic()
        with pytest.raises(SourceError, match=r"interrupted; [1-9]") as caught:
            pulled(sandbox, store)
        assert caught.value.next_step == "Pull again: it goes on where it stopped."
        assert time.monotonic() - began < 10
        sandbox.script = ()
        manifest = pulled(sandbox, store)
        assert stored(store) == true(sandbox)
    assert manifest.reading.resumed


def test_an_ods_that_went_back_is_pulled_anew(records, store):
    """A restored ODS, whose change versions are lower, is not mixed with what was stored."""
    with serving(records, "7.3") as sandbox:
        killed(sandbox, store, 9)
        plan = store.root / "ods" / ".pull-ods" / "plan.json"
        content = json.loads(plan.read_text())
        plan.write_text(json.dumps(content | {"newest": sandbox.newest + 1}))
        assert not pulled(sandbox, store).reading.resumed


def test_two_pulls_do_not_mix(records, store):
    """While one pull is under way, another one through the same connection is refused."""
    with serving(records, "7.3") as sandbox:
        refused = []

        def second():
            try:
                pulled(sandbox, store)
            except StoreError as error:
                refused.append(error.what)

        sandbox.script = (Rule(Do(second), resource="sections", request=6),)
        assert pulled(sandbox, store).complete
    assert refused == ["Another pull through ods is under way."]
    assert Manifest.read(store.ods("ods")).complete
