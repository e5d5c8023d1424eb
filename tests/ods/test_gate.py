"""The gate: fewer requests for a host that struggles, more for one that copes, none at the end."""

import threading
import time

import pytest

from edfi_audit.ods.gate import Gate, StoppedError


def test_it_lets_no_more_through_than_it_may():
    """However many threads ask, at most so many are inside."""
    gate, inside, most = Gate(3), [], []

    def visit():
        with gate.passing():
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.01)
            inside.pop()

    threads = [threading.Thread(target=visit) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 12
    assert max(most) == 3


def test_it_halves_once_per_wave_and_grows_again():
    """Answers to requests of one wave count once; four rounds of good ones give one place back."""
    gate = Gate(8)
    with gate.passing() as first, gate.passing() as second:
        pass
    gate.strained(first, None)
    gate.strained(second, None)
    assert gate.limit == 4
    for _ in range(5):
        gate.eased()
    assert gate.limit == 5
    for _ in range(100):
        gate.eased()
    assert gate.limit == 8


def test_it_never_closes_for_good():
    """One request may always be under way."""
    gate = Gate(2)
    for _ in range(5):
        with gate.passing() as entered:
            pass
        gate.strained(entered, None)
    assert gate.limit == 1


def test_a_pause_holds_everyone():
    """After the host asked for a pause nobody passes before it is over."""
    gate = Gate(4)
    gate.strained(time.monotonic(), 0.3)
    began = time.monotonic()
    with gate.passing():
        assert time.monotonic() - began >= 0.29


def test_stopping_wakes_who_waits():
    """A long pause ends at once when the pull does."""
    gate = Gate(1)
    threading.Timer(0.1, gate.stopping.set).start()
    began = time.monotonic()
    with pytest.raises(StoppedError):
        gate.wait(60)
    with pytest.raises(StoppedError), gate.passing():
        pass
    assert time.monotonic() - began < 2
