from datetime import date

import pytest

from edfi_audit.sandbox.world.frame import Session, Year
from edfi_audit.sandbox.world.states import WISCONSIN

SESSION_END = date(2026, 1, 16)


@pytest.mark.parametrize(
    ("audit_date", "phase"),
    [
        (date(2026, 1, 15), "in_term"),
        (date(2026, 1, 16), "in_term"),
        (date(2026, 1, 17), "after_term"),
        (date(2026, 6, 30), "after_term"),
        (date(2026, 7, 1), "after_year"),
    ],
)
def test_phase_of_a_session(audit_date, phase):
    """A session is in term on its last day, and the year is over from 1 July."""
    assert Year(2026, audit_date).phase(SESSION_END) == phase


def test_unresolved_session_ends_with_the_year():
    """Without a session, 30 June decides."""
    assert Year(2026, date(2026, 6, 30)).phase(None) == "in_term"
    assert Year(2026, date(2026, 7, 1)).phase(None) == "after_year"


def test_year_runs_from_july_to_june():
    """2026 is 2025-26."""
    year = Year(2026, date(2026, 6, 20))
    assert (year.first, year.last, year.label) == (date(2025, 7, 1), date(2026, 6, 30), "2025-26")
    assert (year.on(7, 1), year.on(6, 30)) == (year.first, year.last)


def test_session_holds_both_its_ends():
    """First and last day belong to a session; null is in none."""
    session = Session(1, "S", date(2025, 9, 2), SESSION_END, WISCONSIN.uri("Term", "A"))
    assert session.holds(date(2025, 9, 2))
    assert session.holds(SESSION_END)
    assert not session.holds(date(2026, 1, 17))
    assert not session.holds(None)
    assert session.term_descriptor == "uri://dpi.wi.gov/TermDescriptor#A"
