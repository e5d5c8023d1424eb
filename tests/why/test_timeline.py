"""Who was Teacher of Record on each day, in intervals."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from edfi_audit.why.timeline import Spell, intervals

BEGIN, END = date(2025, 8, 20), date(2025, 12, 20)
AFTER = date(2026, 6, 20)


def day(month, number):
    return date(2025, month, number)


def told(found):
    return [(one.begins, one.ends, one.sis, one.ods, one.note) for one in found]


def test_one_teacher_all_the_time_is_one_interval():
    """Open ends reach to the session's ends."""
    spell = Spell("1001", None, None)
    assert told(intervals(BEGIN, END, [spell], [spell], AFTER)) == [
        (BEGIN, END, ("1001",), ("1001",), "")
    ]


def test_a_change_a_gap_and_a_difference():
    """Cut at each first day and after each last day, both ends included."""
    sis = [Spell("1001", None, day(9, 30)), Spell("1002", day(10, 1), None)]
    ods = [Spell("1001", BEGIN, day(10, 5)), Spell("1002", day(10, 16), END)]
    assert told(intervals(BEGIN, END, sis, ods, AFTER)) == [
        (BEGIN, day(9, 30), ("1001",), ("1001",), ""),
        (day(10, 1), day(10, 5), ("1002",), ("1001",), "differs"),
        (day(10, 6), day(10, 15), ("1002",), (), "gap of 10 days"),
        (day(10, 16), END, ("1002",), ("1002",), ""),
    ]


def test_two_at_once_on_one_day():
    """The common day is an interval of its own."""
    ods = [Spell("1001", None, day(10, 1)), Spell("1002", day(10, 1), None)]
    found = told(intervals(BEGIN, END, [], ods, AFTER))
    assert [one[0] for one in found] == [BEGIN, day(10, 1), day(10, 2)]
    assert found[1][3:] == (("1001", "1002"), "several at once")
    assert found[0][4] == "", "the SIS expects nobody: no difference to tell"


def test_what_lies_after_the_audit_date_is_no_gap_yet():
    """The audit date itself still counts."""
    found = intervals(BEGIN, END, [], [Spell("1001", None, day(9, 29))], day(9, 30))
    assert told(found)[1:] == [
        (day(9, 30), day(9, 30), (), (), "gap of 1 day"),
        (day(10, 1), END, (), (), "after the audit date"),
    ]
    assert found[1].days == 1


def test_days_outside_of_the_session_cut_nothing():
    """A spell may begin before it, end after it, or lie elsewhere; the last day there is, too."""
    ods = [
        Spell("1001", date(2024, 7, 1), date.max),
        Spell("1002", date(2026, 1, 5), None),
        Spell("1003", None, date(2025, 8, 19)),
    ]
    assert told(intervals(BEGIN, END, [], ods, AFTER)) == [(BEGIN, END, (), ("1001",), "")]


DAYS = st.integers(-5, 40).map(lambda number: BEGIN + timedelta(days=number))
SPELLS = st.lists(
    st.builds(Spell, st.sampled_from("ABC"), st.none() | DAYS, st.none() | DAYS), max_size=5
)


@given(SPELLS, SPELLS, DAYS, st.integers(0, 30))
def test_the_intervals_are_the_days(sis, ods, audit_date, length):
    """Day by day the intervals say who it was; they leave no day out, and neighbours differ."""
    end = BEGIN + timedelta(days=length)
    found = intervals(BEGIN, end, sis, ods, audit_date)
    days = [one.begins + timedelta(days=n) for one in found for n in range(one.days)]
    assert days == [BEGIN + timedelta(days=n) for n in range(length + 1)]
    for one in found:
        for n in range(one.days):
            this = one.begins + timedelta(days=n)
            assert one.sis == tuple(sorted({s.who for s in sis if s.covers(this)}))
            assert one.ods == tuple(sorted({s.who for s in ods if s.covers(this)}))
            assert one.is_due == (this <= audit_date)
    for one, other in pairwise(found):
        assert (one.sis, one.ods, one.is_due) != (other.sis, other.ods, other.is_due)
