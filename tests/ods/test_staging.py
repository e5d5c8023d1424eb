"""The pull under way: when it goes on, when it is begun anew, and what is left of it."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from edfi_audit.errors import StoreError
from edfi_audit.ods.staging import Plan, staging
from edfi_audit.store import Store

NOW = datetime.now(UTC)
PLAN = Plan(
    source="an ODS, a key and a version of the tool",
    resources=("sections",),
    newest=100,
    kind="full",
    page_size=500,
    snapshot={},
    started_at=NOW.isoformat(timespec="seconds"),
    pull_id="first",
)
NEXT = replace(PLAN, pull_id="second", newest=120)


@pytest.fixture
def store(tmp_path):
    """An empty store."""
    return Store(tmp_path / "data")


class CutOffError(Exception):
    """The end of a pull before its time."""


def cut_off(store, plan=PLAN, *, given_up=False):
    """A pull that stored a page and was then cut off."""
    with suppress(CutOffError), staging(store, "ods", plan, None) as under_way:
        under_way.journal.begin("sections/walk-0", [{"kind": "cursor"}])
        batch = pa.record_batch([["a"]], schema=pa.schema([("id", pa.string())]))
        under_way.journal.store("sections/walk-0", 0, batch, {"rows": 1})
        if given_up:
            under_way.give_up()
        raise CutOffError


def begun(store, plan, done=None):
    """Whether a pull with this plan goes on, the plan it follows, and its pages."""
    with staging(store, "ods", plan, done) as under_way:
        return under_way.resumed, under_way.plan.pull_id, under_way.journal.pages


def test_a_pull_that_was_cut_off_goes_on_under_its_own_plan(store):
    """It keeps its id and its change version, however far the ODS has come since."""
    cut_off(store)
    assert begun(store, NEXT) == (True, "first", 1)


def test_a_pull_that_ended_well_leaves_nothing(store):
    """No folder is left, and the next pull is a new one."""
    cut_off(store)
    begun(store, NEXT)
    assert list((store.root / "ods").iterdir()) == []
    assert begun(store, NEXT) == (False, "second", 0)


@pytest.mark.parametrize(
    "other",
    [
        {"source": "another ODS, key or version"},
        {"resources": ("sections", "sessions")},
        {"kind": "incremental"},
        {"page_size": 100},
        {"snapshot": {"Use-Snapshot": "true"}},
        {"newest": 99},
        {"newest": None},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_plan_that_does_not_fit_begins_anew(store, other):
    """Nothing of another ODS, choice or state of it is mixed in."""
    cut_off(store)
    assert begun(store, replace(NEXT, **other)) == (False, "second", 0)


def test_a_pull_of_last_week_is_begun_anew(store):
    """After seven days too much has changed to go on."""
    old = NOW - timedelta(days=8)
    cut_off(store, replace(PLAN, started_at=old.isoformat(timespec="seconds")))
    assert begun(store, NEXT) == (False, "second", 0)


def test_a_snapshot_that_moved_is_begun_anew(store):
    """A snapshot of the same name that was taken again is another one."""
    frozen = {"Use-Snapshot": "true"}
    cut_off(store, replace(PLAN, snapshot=frozen))
    assert begun(store, replace(NEXT, snapshot=frozen)) == (False, "second", 0)


def test_a_pull_that_is_stored_already_is_not_gone_on_with(store):
    """What was killed after it had stored everything, but before it tidied up, is done."""
    cut_off(store)
    assert begun(store, NEXT, done="first") == (False, "second", 0)


def test_a_pull_without_a_page_leaves_nothing(store):
    """There is nothing to go on with."""
    with suppress(CutOffError), staging(store, "ods", PLAN, None):
        raise CutOffError
    assert list((store.root / "ods").iterdir()) == []


def test_a_pull_that_was_given_up_leaves_nothing(store):
    """Whatever was read, reading on would come to the same."""
    cut_off(store, given_up=True)
    assert list((store.root / "ods").iterdir()) == []


def test_a_damaged_plan_begins_anew(store):
    """A plan that cannot be read is no plan."""
    cut_off(store)
    (store.root / "ods" / ".pull-ods" / "plan.json").write_text("{", encoding="utf-8")
    assert begun(store, NEXT) == (False, "second", 0)


def test_only_one_pull_is_under_way(store):
    """Another one through the same connection is refused, and one through another is not."""
    with staging(store, "ods", PLAN, None):
        with pytest.raises(StoreError, match="Another pull through ods is under way"):
            begun(store, NEXT)
        with staging(store, "other", NEXT, None):
            assert (store.root / "ods" / ".pull-other").stat().st_mode & 0o777 == 0o700
