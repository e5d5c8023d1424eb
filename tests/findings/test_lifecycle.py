from datetime import UTC, datetime

import pytest

from edfi_audit.errors import StoreError

DAYS = [datetime(2026, 6, day, 8, tzinfo=UTC) for day in (1, 2, 3, 4)]


def _status(run):
    return {row.natural_key: row.status for row in run.findings().itertuples()}


def _first_seen(run):
    return {row.natural_key: row.first_seen.day for row in run.findings().itertuples()}


@pytest.fixture
def a(failing_row):
    return failing_row("ATT-001", 1302, '{"studentUniqueId":"1"}')


@pytest.fixture
def b(failing_row):
    return failing_row("ATT-001", 1302, '{"studentUniqueId":"2"}')


def test_persisting(make_run, a, b):
    """A finding of the run before persists and keeps its first day; one that joins is new."""
    make_run((a,), created_at=DAYS[0])
    second = make_run((a, b), created_at=DAYS[1])
    assert _status(second) == {a["natural_key"]: "persisting", b["natural_key"]: "new"}
    assert _first_seen(second) == {a["natural_key"]: 1, b["natural_key"]: 2}


def test_regressed(make_run, a):
    """A finding that had gone and is back is regressed; it keeps its first day."""
    make_run((a,), created_at=DAYS[0])
    make_run((), created_at=DAYS[1])
    third = make_run((a,), created_at=DAYS[2])
    assert _status(third) == {a["natural_key"]: "regressed"}
    assert _first_seen(third) == {a["natural_key"]: 1}


def test_regressed_then_persisting(make_run, a):
    """The run after a regression finds it persisting."""
    for day, rows in zip(DAYS[:3], ((a,), (), (a,)), strict=True):
        make_run(rows, created_at=day)
    assert _status(make_run((a,), created_at=DAYS[3])) == {a["natural_key"]: "persisting"}


def test_a_run_that_could_not_evaluate_the_rule_says_nothing(make_run, a):
    """A finding absent only because its rule lacked its inputs did not go away."""
    make_run((a,), created_at=DAYS[0])
    make_run((), created_at=DAYS[1], missing={"ATT-001": "no extract was loaded"}, counts=())
    assert _status(make_run((a,), created_at=DAYS[2])) == {a["natural_key"]: "persisting"}


@pytest.mark.parametrize("other", [{"connection": "another"}, {"year": 2025}])
def test_other_connections_and_years_do_not_count(make_run, a, other):
    """Runs of another connection or school year decide nothing about this one's findings."""
    make_run((a,), created_at=DAYS[0], **other)
    assert _status(make_run((a,), created_at=DAYS[1])) == {a["natural_key"]: "new"}


def test_a_damaged_earlier_run_is_named(make_run, a):
    """A run whose run.json is damaged stops the next with the folder to remove."""
    first = make_run((a,), created_at=DAYS[0])
    (first.folder / "run.json").write_text("{")
    with pytest.raises(StoreError, match=f"Remove the folder {first.folder}"):
        make_run((a,), created_at=DAYS[1])
