"""The oracle on associations against sessions and enrolments, on both sides of each boundary."""

import pytest
from sandbox.world.oracle_rows import all_as, enrolled, found, left, sat, session

ASSOCIATIONS = "studentSectionAssociations"
STAYS = "studentSchoolAssociations"


def test_an_association_meets_its_session():
    """Ending on its first or beginning on its last day is enough; a day further is not."""
    rows = [
        sat("ends the day before", "2025-08-01", "2025-09-01"),
        sat("ends on the first day", "2025-08-01", "2025-09-02"),
        sat("begins on the last day", "2026-01-16", "2026-02-01"),
        sat("begins the day after", "2026-01-17", None),
        sat("runs backwards", "2026-02-01", "2026-01-20"),
        sat("in an unknown session", "2024-01-01", "2024-02-01", name="Full Year"),
        sat("without a begin", None, "2025-08-01"),
        sat("at a Choice school", "2025-08-01", "2025-08-02", school=3),
    ]
    expected = all_as("warning", "ends the day before", "begins the day after")
    assert found("SSA-013", {ASSOCIATIONS: rows}) == expected


@pytest.mark.parametrize(
    ("first_end", "second_begin", "expected"),
    [
        ("2025-10-01", "2025-10-10", []),
        ("2025-10-10", "2025-10-10", [("2025-10-10", "info")]),
        ("2025-10-11", "2025-10-10", []),
        (None, "2025-10-10", []),
    ],
)
def test_a_return_on_the_day_of_leaving(first_end, second_begin, expected):
    """Only the day itself: a gap is a return, an overlap or an open first row is SSA-014."""
    rows = [sat("one", "2025-09-02", first_end, "I"), sat("one", second_begin)]
    assert found("SSA-015", {ASSOCIATIONS: rows}, by="beginDate") == expected


def test_the_latest_end_of_all_earlier_ones_counts():
    """A third record that touches the second, while the first runs on, is no touching return."""
    rows = [
        sat("one", "2025-09-02", "2025-12-01", "I"),
        sat("one", "2025-09-20", "2025-10-10", "I"),
        sat("one", "2025-10-10"),
    ]
    assert found("SSA-015", {ASSOCIATIONS: rows}, by="beginDate") == []


def test_an_association_needs_an_enrolment_at_its_school():
    """One shared day is enough; another school, or days beside each other, are not."""
    rows = [
        sat("enrolled"),
        sat("coursework"),
        sat("shares the last day", "2025-10-31"),
        sat("left before", "2025-11-01"),
        sat("elsewhere"),
        sat("entered later", end="2025-10-31"),
        sat("nobody"),
        sat("of an unknown school", school=999),
        sat(None),
        sat("without a begin", None),
        sat("runs backwards", "2026-01-16", "2026-01-15"),
        sat("at a Choice school", school=3),
    ]
    stays = [
        enrolled("enrolled"),
        enrolled("coursework", type_="C"),
        left("shares the last day", "2025-10-31"),
        left("left before", "2025-10-31"),
        enrolled("elsewhere", school=2),
        enrolled("entered later", "2025-11-01"),
        enrolled("of an unknown school"),
    ]
    wrong = ("left before", "elsewhere", "entered later", "nobody", "of an unknown school")
    assert found("SSA-018", {ASSOCIATIONS: rows, STAYS: stays}) == all_as("error", *wrong)


def test_an_association_lies_inside_the_enrolments():
    """Enrolments that overlap or adjoin are one stay; a day between them is not."""
    rows = [
        sat("inside"),
        sat("a day too long"),
        sat("over two that adjoin"),
        sat("over a gap"),
        sat("open in an open stay", end=None),
        sat("open in a closed stay", end=None),
        sat("never enrolled"),
    ]
    stays = [
        left("inside", "2026-01-16"),
        left("a day too long", "2026-01-15"),
        left("over two that adjoin", "2025-10-31"),
        enrolled("over two that adjoin", "2025-11-01"),
        left("over a gap", "2025-10-31"),
        enrolled("over a gap", "2025-11-02"),
        enrolled("open in an open stay"),
        left("open in a closed stay", "2026-06-30"),
    ]
    wrong = ("a day too long", "over a gap", "open in a closed stay")
    assert found("SSA-026", {ASSOCIATIONS: rows, STAYS: stays}) == all_as("warning", *wrong)


def test_a_session_without_an_end_runs_to_the_end_of_june():
    """30 June is its last day."""
    sessions = [session(1, "S1", "2025-09-02", None)]
    rows = [sat("on 30 June", "2026-06-30", None), sat("on 1 July", "2026-07-01", None)]
    ods = {ASSOCIATIONS: rows, "sessions": sessions}
    assert found("SSA-013", ods) == [("on 1 July", "warning")]
