"""The oracle on students in sections of two schools at one time."""

import pytest
from sandbox.world.oracle_rows import SECOND, enrolled, found, left, sat

MIDDLE, HIGH = enrolled("one"), enrolled("one", type_="C", school=2)
BOTH = [sat("one"), sat("one", school=2)]


def schools(rows, stays):
    ods = {"studentSectionAssociations": rows, "studentSchoolAssociations": stays}
    return found("SSA-019", ods, by="schoolId")


@pytest.mark.parametrize(
    "stays",
    [
        [MIDDLE, HIGH],
        [MIDDLE, enrolled("one", type_=None, primary=False, school=2)],
        [MIDDLE],
        [],
        [MIDDLE, enrolled("one", "2026-02-01", school=2)],
    ],
    ids=["primary and coursework", "by the flag", "not enrolled there", "nowhere", "not then"],
)
def test_one_primary_and_coursework_elsewhere_is_right(stays):
    """A school without an enrolment at that time is another rule's."""
    assert schools(BOTH, stays) == []


@pytest.mark.parametrize(
    "stays",
    [
        [MIDDLE, enrolled("one", school=2)],
        [enrolled("one", type_="C"), HIGH],
        [MIDDLE, enrolled("one", type_="PPP", primary=False, school=2)],
        [MIDDLE, enrolled("one", type_="C", primary=True, school=2)],
        [enrolled("one", primary=False), HIGH],
    ],
    ids=["both primary", "none primary", "another type", "flag says primary", "flag says not"],
)
def test_anything_else_is_wrong_at_both_schools(stays):
    """Every enrolment that was considered fails."""
    assert schools(BOTH, stays) == [(1, "error"), (2, "error")]


def test_one_after_the_other_is_no_matter():
    """Two primary schools in succession pass; a single shared day does not."""
    stays = [MIDDLE, enrolled("one", school=2)]
    later = sat("one", *SECOND, school=2, name="S2")
    assert schools([sat("one"), later], stays) == []
    assert len(schools([sat("one", end="2026-01-20"), later], stays)) == 2


def test_choice_schools_do_not_count():
    """What is sent for a Choice school is SSA-001's."""
    stays = [MIDDLE, enrolled("one", school=3)]
    assert schools([sat("one"), sat("one", school=3)], stays) == []


def test_a_third_school_beside_is_not_involved():
    """Only schools whose sections overlap, and enrolments that overlap a section there."""
    rows = [*BOTH, sat("one", *SECOND, school=4, name="S2")]
    stays = [
        MIDDLE,
        enrolled("one", school=2),
        enrolled("one", school=4),
        left("one", "2025-09-01", entry="2025-08-01"),
    ]
    assert schools(rows, stays) == [(1, "error"), (2, "error")]
