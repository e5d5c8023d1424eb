"""The crew: tasks on threads, errors as soon as they come, nobody left behind."""

import threading
import time

import pytest

from edfi_audit.ods.crew import at_once, crew_of, over


def test_it_has_two_threads_for_every_request(tmp_path):
    """While as many tasks as requests wait, as many others go on."""
    waiting, go_on = threading.Barrier(4, timeout=10), []
    with crew_of(2, tmp_path / "spill", lambda: None) as crew:
        crew.gather([lambda: go_on.append(waiting.wait())] * 4)
    assert sorted(go_on) == [0, 1, 2, 3]


def test_its_database_is_there_and_leaves_nothing(tmp_path):
    """The database answers, and its folder is gone afterwards."""
    with crew_of(1, tmp_path / "spill", lambda: None) as crew:
        assert crew.database.execute("SELECT 17").fetchall() == [(17,)]
    assert list(tmp_path.iterdir()) == []


def test_the_first_error_ends_the_wait(tmp_path):
    """A task that fails is heard of while another one waits, and that one is told to stop."""
    stopped = threading.Event()

    def fail():
        raise KeyError

    began = time.monotonic()
    with (
        pytest.raises(KeyError),
        crew_of(1, tmp_path / "spill", stopped.set) as crew,
    ):
        crew.gather([lambda: stopped.wait(30), fail])
    assert time.monotonic() - began < 10


def test_whether_all_have_ended_is_told_in_time(tmp_path):
    """It does not wait longer than asked for tasks that go on."""
    end = threading.Event()
    with crew_of(1, tmp_path / "spill", end.set) as crew:
        tasks = [crew.begin(lambda: end.wait(30))]
        assert not over(tasks, 0.01)
        end.set()
        assert over(tasks)
    assert over([])


def test_a_few_things_are_done_at_once():
    """Results come in order; where one fails, the others are told to stop."""
    together = threading.Barrier(2, timeout=10)
    assert at_once([lambda: together.wait() * 0, lambda: together.wait() * 0 + 1], end) == [0, 1]
    stopped = threading.Event()

    def fail():
        raise KeyError

    with pytest.raises(KeyError):
        at_once([lambda: stopped.wait(30), fail], stopped.set)


def end():
    """Stop nothing."""
    raise AssertionError
