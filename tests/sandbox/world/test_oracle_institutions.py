"""The oracle on whole schools and agencies."""

from datetime import date

import pytest
from sandbox.world.oracle_rows import SECOND, all_as, enrolled, final, found, sat

ROWS, GRADES, STAYS = "studentSectionAssociations", "grades", "studentSchoolAssociations"
GONE = "2025-12-01"


def test_jail_schools_are_rostered():
    """Where somebody is enrolled; which schools these are, the settings say."""
    stays = [enrolled("one", school=number) for number in (1, 2, 3, 9)]
    ods = {ROWS: [sat("one", school=2)], STAYS: stays}
    jails = {"jail_schools": (1, 2, 3, 4)}
    assert found("SSA-024", ods, by="schoolId", **jails) == [(1, "warning")]
    assert found("SSA-024", ods, by="schoolId") == []


def school_with(school, gone, stayed, **more):
    return [
        sat(
            f"{number}",
            end=GONE if number < gone else "2026-01-16",
            status="I",
            school=school,
            **more,
        )
        for number in range(gone + stayed)
    ]


def test_ungraded_withdrawals_are_the_exception():
    """5 % pass, more does not; a Final grade of any kind takes one out."""
    rows = [
        *school_with(1, 1, 19),
        *school_with(2, 1, 18),
        *school_with(4, 1, 18),
        *school_with(3, 5, 0),
        sat(None, end=GONE, school=9),
        sat("0", SECOND[0], "2026-02-01", school=9, name="S2"),
    ]
    grades = [final("0", letter=None, conversion="Not Graded", school=4)]
    ods = {ROWS: rows, GRADES: grades}
    day = {"audit_date": date(2026, 6, 5), "by": "schoolId"}
    assert found("SSA-027", ods, **day) == [(2, "warning")]
    assert found("SSA-027", ods, ungraded_withdrawals_percent=4.9, **day) == all_as("warning", 1, 2)
    assert found("SSA-027", ods, ungraded_withdrawals_percent=5.5, **day) == []


def agency(insufficient, sufficient, gone_as=""):
    """Associations of school 1 by status; `gone_as` has one who withdrew per letter."""
    statuses = ["I"] * insufficient + ["S"] * sufficient
    rows = [sat(f"{number}", status=status) for number, status in enumerate(statuses)]
    return rows + [sat(f"gone {n}", end=GONE, status=one) for n, one in enumerate(gone_as)]


@pytest.mark.parametrize(
    ("rows", "is_found"),
    [
        (agency(100, 0), True),
        (agency(99, 0), False),
        (agency(99, 1), False),
        (agency(1, 98, "S"), True),
        (agency(2, 97, "S"), False),
        (agency(0, 99, "SI"), False),
        (agency(1, 99), False),
        (agency(0, 100), False),
        (agency(97, 1, "II"), True),
        ([*agency(0, 98, "S"), sat("blank", status=None)], False),
        ([*agency(0, 98, "S"), sat("running", *SECOND, name="S2")], False),
        ([*agency(0, 98, "S"), sat("at the sister school", school=2)], True),
        ([*agency(0, 98, "S"), sat("at a Choice school", school=3)], False),
        ([*agency(0, 98, "S"), sat("at another agency", school=4)], False),
    ],
)
def test_one_value_for_nearly_everyone_is_a_vendors_default(rows, is_found):
    """All I; or 99 % one value that those who withdrew have, too; from 100 records on."""
    agencies = [{"localEducationAgencyId": number} for number in (10, 20)]
    ods = {ROWS: rows, "localEducationAgencies": agencies}
    expected = [(10, "warning")] if is_found else []
    day = date(2026, 6, 5)
    assert found("ATT-018", ods, by="localEducationAgencyId", audit_date=day) == expected
