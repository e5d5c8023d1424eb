"""Patience: how long one pause is, and what all of them together may take."""

import pytest

from edfi_audit.ods.patience import Budget, Patience


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self):
        """The time it was set to."""
        return self.now


@pytest.mark.parametrize(("tries", "most"), [(1, 0.5), (2, 1.0), (4, 4.0), (9, 20.0)])
def test_pauses_grow_up_to_a_limit(tries, most):
    """Each pause is at least half and at most all of its length, so that threads part."""
    pauses = [Patience().pause(tries) for _ in range(50)]
    assert all(most / 2 <= pause <= most for pause in pauses)
    assert len(set(pauses)) > 1


def test_further_tries_are_counted():
    """The budget is for all requests together."""
    budget = Budget(Patience(budget=2), Clock())
    assert [budget.take(0.0, 0.0) for _ in range(3)] == [True, True, False]


def test_time_is_counted():
    """The failed tries themselves count as well as the pauses after them."""
    clock = Clock()
    budget = Budget(Patience(total=60), clock)
    clock.now = 30.0
    assert budget.take(0.0, 20.0)
    clock.now = 55.0
    assert not budget.take(50.0, 10.0)
    assert budget.seconds == 65.0


def test_time_that_overlaps_is_counted_once():
    """Four requests that wait for the same quarter of an hour hold the pull up for one."""
    budget = Budget(Patience(total=1000), Clock())
    assert all(budget.take(0.0, 900.0) for _ in range(4))
    assert budget.seconds == 900.0
