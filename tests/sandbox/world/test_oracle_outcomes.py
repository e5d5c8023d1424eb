"""The oracle on attempt status and outcome: each use case with what it accepts and what not."""

from datetime import date

import pytest
from sandbox.world.oracle_rows import (
    DPI,
    FIRST,
    SECOND,
    all_as,
    enrolled,
    final,
    found,
    program,
    sat,
)

ROWS, GRADES, STAYS = "studentSectionAssociations", "grades", "studentSchoolAssociations"
GONE = "2026-01-10"
"""Six days before the session's end: the last day that counts as withdrawn."""
RULES = ("ATT-010", "ATT-011", "ATT-012", "ATT-013", "ATT-014", "ATT-015")


def campus(gradable=1, audits=(), mapped=()):
    """Section A-01 of school 1 with its roster; `mapped` students' rows lie in a mapping only."""
    students = sorted({*audits, *mapped, "nobody"})
    return {
        "school": [{"schoolID": "11", "number": "0001", "edfiNumber": "1"}],
        "calendar": [{"calendarID": "21", "schoolID": "11", "endYear": "2026"}],
        "trial": [{"trialID": "31", "active": 1}, {"trialID": "32", "active": 0}],
        "course": [
            {"courseID": "41", "calendarID": "21", "number": "A", "gradable": gradable},
            {"courseID": "42", "calendarID": "21", "number": "A", "gradable": 1},
        ],
        "section": [
            {"sectionID": "52", "courseID": "42", "trialID": "32", "number": "01"},
            {"sectionID": "51", "courseID": "41", "trialID": "31", "number": "01"},
        ],
        "person": [
            {"personID": str(number), "edfiID": None if one in mapped else one}
            for number, one in enumerate(students)
        ],
        "roster": [
            {
                "rosterID": f"r{number}",
                "personID": str(number),
                "sectionID": "51",
                "startDate": None,
                "endDate": None,
                "audit": int(one in audits),
            }
            for number, one in enumerate(students)
        ],
        "edfiIdentityMapping": [
            {
                "resource": ROWS,
                "campusObjectType": "Roster",
                "objectKey": f"r{number}",
                "edfiID": f"id of {one} {FIRST[0]}",
                "endYear": "2026",
            }
            for number, one in enumerate(students)
            if one in mapped
        ],
    }


def judged(row, grades=(), sis=None, **facts):
    """Rule → severity of what use cases 6.0 to 6.5 find in the one association."""
    ods = {ROWS: [row], GRADES: list(grades)}
    return {
        rule: severity for rule in RULES for _, severity in found(rule, ods, sis or {}, **facts)
    }


@pytest.mark.parametrize(
    ("status", "mark", "expected"),
    [
        ("S", {"letter": "A"}, {}),
        ("I", {"letter": "A"}, {"ATT-010": "error"}),
        ("I", {"letter": None, "conversion": "P"}, {"ATT-010": "error"}),
        ("I", {"letter": None, "conversion": "F"}, {"ATT-010": "error"}),
        ("S", {"letter": None, "conversion": "Not Graded"}, {}),
        ("I", {"letter": None, "conversion": "Not Graded"}, {}),
        ("S", {"letter": None, "conversion": "Not Completed"}, {"ATT-011": "warning"}),
        ("S", {"letter": " "}, {"ATT-011": "warning"}),
        ("S", {"type_": "Quarter"}, {"ATT-011": "warning"}),
        ("S", {"type_": "uri://ed-fi.org/GradeTypeDescriptor#Final"}, {"ATT-011": "warning"}),
        ("S", {"code": "B"}, {"ATT-011": "warning"}),
        ("I", {"type_": "Quarter"}, {}),
    ],
)
def test_present_to_the_end(status, mark, expected):
    """Use cases 6.0 and 6.1: graded is S; without a grade I, or S with Not Graded."""
    assert judged(sat("one", status=status), [final("one", **mark)]) == expected


def test_a_numeric_grade_is_a_grade():
    """Zero is a number, too."""
    grade = final("one", letter=None) | {"numericGradeEarned": 0}
    assert judged(sat("one", status="I"), [grade]) == {"ATT-010": "error"}


@pytest.mark.parametrize(("gradable", "rule"), [(0, "ATT-012"), (1, "ATT-011"), (None, "ATT-011")])
def test_a_course_that_gives_no_grade(gradable, rule):
    """Use case 6.2: the same answer, another rule; nobody knowing is not a no."""
    sis = campus(gradable)
    assert judged(sat("one"), sis=sis) == {rule: "warning"}
    assert judged(sat("one", status="I"), sis=sis) == {}
    not_graded = final("one", letter=None, conversion="Not Graded")
    assert judged(sat("one"), [not_graded], sis) == {}


@pytest.mark.parametrize("mapped", [(), ("one",)], ids=["by its key", "by the mapping"])
@pytest.mark.parametrize(
    ("status", "mark", "expected"),
    [
        ("I", None, {}),
        ("S", {"letter": None, "conversion": "Not Graded"}, {}),
        ("S", {"letter": "B"}, {"ATT-013": "error"}),
        ("S", None, {"ATT-013": "warning"}),
        ("I", {"letter": "B"}, {}),
    ],
)
def test_an_audited_section(status, mark, expected, mapped):
    """Use case 6.3: Sufficient and Not Graded, or Insufficient; nothing else speaks."""
    grades = [final("one", **mark)] if mark else []
    sis = campus(audits=["one"], mapped=mapped)
    assert judged(sat("one", status=status), grades, sis) == expected


def test_an_audit_is_known_by_dates_too():
    """A roster row of other days is not the association's."""
    sis = campus(audits=["one"])
    for row in sis["roster"]:
        row["startDate"] = date(2026, 1, 17)
    assert judged(sat("one"), sis=sis) == {"ATT-011": "warning"}


@pytest.mark.parametrize(
    ("end", "status", "graded", "expected"),
    [
        (GONE, "S", True, {}),
        (GONE, "I", True, {"ATT-014": "error"}),
        (GONE, "I", False, {}),
        (GONE, "S", False, {"ATT-015": "error"}),
        ("2026-01-11", "S", False, {"ATT-011": "warning"}),
        ("2026-01-11", "I", True, {"ATT-010": "error"}),
        (None, "S", False, {"ATT-011": "warning"}),
    ],
)
def test_withdrawn_six_days_before_the_end(end, status, graded, expected):
    """Use cases 6.4 and 6.5: five days before the end is still present."""
    grades = [final("one")] if graded else []
    assert judged(sat("one", end=end, status=status), grades) == expected


def test_withdrawn_with_not_graded_is_not_graded():
    """Not Graded makes no S of a withdrawal."""
    not_graded = final("one", letter=None, conversion="Not Graded")
    assert judged(sat("one", end=GONE), [not_graded]) == {"ATT-015": "error"}


@pytest.mark.parametrize("status", [None, f"{DPI}/AttemptStatusDescriptor#s", "S "])
def test_a_missing_or_invalid_status_is_not_judged(status):
    """ATT-001 and ATT-002 speak of it."""
    assert judged(sat("one", status=status)) == {}


def test_on_the_last_day_the_session_still_runs():
    """The day after, it is over; an unknown session is over after 30 June."""
    assert judged(sat("one"), audit_date=date(2026, 1, 16)) == {}
    assert judged(sat("one"), audit_date=date(2026, 1, 17)) == {"ATT-011": "warning"}
    unknown = sat("one", end=None, name="Full Year")
    assert judged(unknown, audit_date=date(2026, 6, 30)) == {}
    assert judged(unknown, audit_date=date(2026, 7, 1)) == {"ATT-011": "warning"}


def test_choice_schools_are_not_judged():
    """Nothing but SSA-001 speaks of them."""
    assert judged(sat("one", school=3)) == {}
    assert judged(sat("one", school=2), choice_schools=(2,)) == {}


def returned(first, second, grades=()):
    rows = [
        sat("one", FIRST[0], "2025-10-01", first),
        sat("one", "2025-10-10", FIRST[1], second),
    ]
    ods = {ROWS: rows, GRADES: list(grades)}
    assert [found(rule, ods) for rule in RULES] == [[]] * len(RULES)
    return {
        rule: found(rule, ods, by="beginDate")
        for rule in ("ATT-016", "ATT-017")
        if found(rule, ods)
    }


FIRST_ROW, SECOND_ROW = (FIRST[0], "warning"), ("2025-10-10", "warning")


@pytest.mark.parametrize(
    ("first", "second", "wrong"),
    [
        ("I", "S", []),
        ("S", "S", [FIRST_ROW]),
        ("I", "I", [SECOND_ROW]),
        ("S", "I", [FIRST_ROW, SECOND_ROW]),
        (None, "I", [SECOND_ROW]),
    ],
)
def test_returned_and_graded(first, second, wrong):
    """Use case 6.6: the last record S, each earlier one I, wherever the grade hangs."""
    expected = {"ATT-016": wrong} if wrong else {}
    for begin in (FIRST[0], "2025-10-10"):
        assert returned(first, second, [final("one", begin=begin)]) == expected


@pytest.mark.parametrize(
    ("first", "second", "wrong"),
    [("I", "I", []), ("I", "S", [SECOND_ROW]), ("S", "I", [FIRST_ROW])],
)
def test_returned_and_not_graded(first, second, wrong):
    """Use case 6.7: all of them I; Not Graded is no grade."""
    expected = {"ATT-017": wrong} if wrong else {}
    assert returned(first, second) == expected
    not_graded = final("one", letter=None, conversion="Not Graded")
    assert returned(first, second, [not_graded]) == expected


def test_insufficient_while_the_session_runs():
    """Without an end date only; the session's last day is in term."""
    rows = [
        sat("open", end=None, status="I"),
        sat("ends", status="I"),
        sat("sufficient", end=None),
        sat("open in a session that is over", end=None, status="I", name="S0"),
    ]
    rows[3]["sectionReference"]["schoolYear"] = 2025
    day = date(2026, 1, 16)
    assert found("ATT-019", {ROWS: rows}, audit_date=day) == [("open", "info")]
    assert found("ATT-019", {ROWS: rows}, audit_date=date(2026, 1, 17)) == []


def test_sufficient_in_high_school_needs_a_final_grade():
    """Grades 9 to 12 of a primary enrolment, at any school; blank counts as S."""
    students = {
        "grade 9": "09",
        "grade 12": "12",
        "grade 8": "08",
        "blank": "Ninth grade",
        "insufficient": "9",
        "invalid": "09",
        "graded": "10",
        "not graded": "10",
        "not completed": "10",
        "last year": "09",
        "at the coursework school": "09",
    }
    rows = [
        sat(name, status={"blank": None, "insufficient": "I", "invalid": "Pass"}.get(name, "S"))
        for name in students
    ]
    rows[-1]["sectionReference"]["schoolId"] = 2
    rows += [sat("grade 9 by coursework alone"), sat("running", *SECOND, name="S2")]
    stays = [
        enrolled(name, grade=grade, year=2025 if name == "last year" else 2026)
        for name, grade in students.items()
    ]
    stays += [
        enrolled("at the coursework school", grade="08", school=2, type_="C"),
        enrolled("grade 9 by coursework alone", type_="C"),
        enrolled("running"),
    ]
    grades = [
        final("graded"),
        final("not graded", letter=None, conversion="Not Graded"),
        final("not completed", letter=None, conversion="Not Completed"),
        final("grade 9", type_="Quarter"),
    ]
    ods = {ROWS: rows, STAYS: stays, GRADES: grades}
    expected = all_as("warning", "grade 9", "grade 12", "blank", "at the coursework school")
    assert found("GRD-001", ods, audit_date=date(2026, 6, 5)) == expected


def test_only_the_latest_record_of_a_return_needs_the_grade():
    """The earlier one says nothing, whatever its status."""
    rows = [sat("one", FIRST[0], "2025-10-01"), sat("one", "2025-10-10")]
    ods = {ROWS: rows, STAYS: [enrolled("one")]}
    assert found("GRD-001", ods, by="beginDate") == [SECOND_ROW]


def participants():
    return {
        ROWS: [
            sat("dual, graded", own=[program()]),
            sat("dual, not graded", own=[program()]),
            sat("in the core", core=[program("WBL")]),
            sat("insufficient, graded", "2025-09-02", GONE, "I", own=[program("IRC")]),
            sat("blank, graded", status=None, own=[program("Certified")]),
            sat("invalid, not graded", status="Pass", own=[program("Non Certified")]),
            sat("language", own=[program("WL")]),
            sat("unknown type", own=[program("Tech Prep")]),
            sat("no program"),
            sat("came back", FIRST[0], "2025-10-01", "I", own=[program()]),
            sat("came back", "2025-10-10", own=[program()]),
            sat("running", *SECOND, own=[program()], name="S2"),
        ],
        GRADES: [
            final("dual, graded"),
            final("dual, not graded", letter=None, conversion="Not Graded"),
            final("insufficient, graded"),
            final("blank, graded"),
            final("came back", begin="2025-10-10"),
        ],
    }


def test_participants_need_an_outcome():
    """The rows that do not count as participants, and those of them for want of a grade."""
    day = date(2026, 6, 5)
    ungraded = ("dual, not graded", "in the core", "invalid, not graded")
    assert found("ATT-020", participants(), audit_date=day) == all_as("warning", *ungraded)
    everyone = (*ungraded, "insufficient, graded")
    assert found("CTE-014", participants(), audit_date=day) == all_as("warning", *everyone)
