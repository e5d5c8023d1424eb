"""The oracle on enrolments against the roster, on both sides of each boundary."""

from datetime import date

import pytest
from sandbox.world.oracle_rows import (
    FIRST,
    SECOND,
    all_as,
    enrolled,
    found,
    left,
    sat,
    session,
    uri,
)

ROWS, STAYS = "studentSectionAssociations", "studentSchoolAssociations"


def test_a_primary_enrolment_needs_a_roster_after_30_days():
    """30 days pass, 31 do not; early grades, those who never entered and Coursework are out."""
    stays = [
        left("30 days", "2025-10-02"),
        left("31 days", "2025-10-03"),
        enrolled("30 days until today", "2026-05-21"),
        enrolled("31 days until today", "2026-05-20"),
        enrolled("rostered"),
        enrolled("rostered elsewhere"),
        enrolled("in K4", grade="K4"),
        enrolled("in kindergarten", grade="KG"),
        enrolled("in an unknown grade", grade="Ungraded"),
        left("never entered", "2025-12-01", "DE"),
        enrolled("coursework", type_="C"),
        enrolled("primary by the flag alone", type_=None, primary=True),
        enrolled("at a Choice school", school=3),
    ]
    rows = [sat("rostered"), sat("rostered elsewhere", school=2)]
    wrong = (
        "31 days",
        "31 days until today",
        "rostered elsewhere",
        "in kindergarten",
        "primary by the flag alone",
    )
    assert found("SSA-016", {ROWS: rows, STAYS: stays}) == all_as("warning", *wrong)


def test_the_number_of_days_is_a_setting():
    """With 31 days of grace, 31 days pass."""
    stays = [left("31 days", "2025-10-03")]
    assert found("SSA-016", {STAYS: stays}, enrollment_grace_days=31) == []


def covered_from(student, begin):
    """A student of both semesters whose first section begins late."""
    return [sat(student, begin), sat(student, *SECOND, name="S2")]


def test_days_without_a_section_are_counted_in_a_row():
    """15 days pass, 16 do not, weekends included; a run ends where the session ends."""
    rows = [
        *covered_from("after 15 days", "2025-09-17"),
        *covered_from("after 16 days", "2025-09-18"),
        sat("8 days before the break and 8 after", FIRST[0], "2026-01-08"),
        sat("8 days before the break and 8 after", "2026-01-28", SECOND[1], name="S2"),
        sat("8 days at both ends", "2025-09-10", "2026-01-08"),
        sat("8 days at both ends", *SECOND, name="S2"),
        sat("first semester alone"),
        sat("left in time"),
        sat("rostered, then not enrolled", "2025-09-02", "2025-09-20"),
    ]
    stays = [
        *(enrolled(name) for name in ("after 15 days", "after 16 days", "8 days at both ends")),
        enrolled("8 days before the break and 8 after"),
        *(enrolled(name) for name in ("first semester alone", "no roster at all")),
        left("left in time", "2026-02-03"),
        left("rostered, then not enrolled", "2025-09-20"),
    ]
    wrong = ("after 16 days", "first semester alone")
    assert found("SSA-017", {ROWS: rows, STAYS: stays}) == all_as("info", *wrong)


def test_only_sessions_that_are_over_are_looked_at():
    """On the last day the session still runs; the Annual session is none."""
    ods = {ROWS: [sat("late", "2025-12-01")], STAYS: [enrolled("late")]}
    assert found("SSA-017", ods, audit_date=date(2026, 1, 16)) == []
    assert found("SSA-017", ods, audit_date=date(2026, 1, 17)) == [("late", "info")]
    annual = [
        session(1, "Annual", FIRST[0], SECOND[1], "Z"),
        session(1, "Year", FIRST[0], SECOND[1], "A"),
    ]
    assert found("SSA-017", ods | {"sessions": annual}) == []
    elsewhere = session(2, "S1", *FIRST)
    assert found("SSA-017", ods | {"sessions": [elsewhere]}) == []
    last_year = session(1, "S1", *FIRST) | {"schoolYearTypeReference": {"schoolYear": 2025}}
    assert found("SSA-017", ods | {"sessions": [last_year]}) == []


def test_the_primary_school_has_the_primary_type():
    """P and Membership are; any other type with the flag is not."""
    stays = [
        enrolled("primary"),
        enrolled("member", type_="Membership", primary=True),
        enrolled("coursework called primary", type_="C", primary=True),
        enrolled("coursework", type_="C"),
        enrolled("without a type", type_=None, primary=True),
        enrolled("at a Choice school", type_="C", primary=True, school=3),
    ]
    assert found("SSA-020", {STAYS: stays}) == [("coursework called primary", "error")]


def test_coursework_needs_a_section_at_the_school():
    """Once it has begun; a section at another school is none."""
    stays = [
        enrolled("with a section", type_="C"),
        enrolled("with one elsewhere", type_="C"),
        enrolled("begins today", "2026-06-20", type_="C"),
        enrolled("begins tomorrow", "2026-06-21", type_="C"),
        enrolled("coursework by the flag alone", type_=None, primary=False),
        enrolled("primary"),
    ]
    rows = [sat("with a section"), sat("with one elsewhere", school=2)]
    wrong = ("with one elsewhere", "begins today", "coursework by the flag alone")
    assert found("SSA-021", {ROWS: rows, STAYS: stays}) == all_as("warning", *wrong)


def test_coursework_is_a_few_sections_a_session():
    """Four pass, five do not; a return to one of them is the same, another session is apart."""
    four, five = "ABCD", "ABCDE"
    rows = [
        *(sat("four", code=code) for code in four),
        sat("four", "2025-10-01", code="A"),
        *(sat("four", *SECOND, code=code, name="S2") for code in four),
        *(sat("five", code=code) for code in five),
        sat("five", *SECOND, code="A", name="S2"),
        *(sat("primary", code=code) for code in five),
    ]
    stays = [*(enrolled(name, type_="C") for name in ("four", "five")), enrolled("primary")]
    assert found("SSA-022", {ROWS: rows, STAYS: stays}) == [("five", "info")]


def services(**taken):
    """The SIS of students by the programs they take part in."""
    names = ("Speech", "Therapy", "Chess")
    people = {student: str(number) for number, student in enumerate(taken)}
    return {
        "program": [{"programID": name, "name": name} for name in names],
        "person": [{"personID": number, "edfiID": name} for name, number in people.items()],
        "programParticipation": [
            {"personID": people[student], "programID": name}
            for student, own in taken.items()
            for name in own
        ],
    }


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"speech_programs": ("Speech", "Therapy")}, ["both", "speech"]),
        ({"speech_programs": ("Speech",)}, ["speech"]),
        ({}, []),
        ({"speech_programs": ("Speech",), "school_year": 2022}, []),
        ({"speech_programs": ("Speech",), "school_year": 2023}, ["speech"]),
    ],
)
def test_students_of_speech_alone_can_be_rostered(told, expected):
    """All their services are speech or therapy, and they have no section anywhere."""
    sis = services(
        speech=["Speech"], both=["Speech", "Therapy"], more=["Speech", "Chess"], sits=["Speech"]
    )
    stays = [enrolled(name) for name in ("speech", "both", "more", "sits", "unserved")]
    ods = {ROWS: [sat("sits", school=2)], STAYS: stays}
    assert found("SSA-023", ods, sis, **told) == all_as("info", *expected)


def test_one_agency_reports_a_student_in_jail():
    """An enrolment at another agency's school at the same time is one too many."""
    stays = [
        left("in jail and abroad", "2025-10-31"),
        enrolled("in jail and abroad", "2025-10-31", school=4),
        left("abroad afterwards", "2025-10-31"),
        enrolled("abroad afterwards", "2025-11-01", school=4),
        enrolled("in jail and at home"),
        enrolled("in jail and at home", school=2),
        enrolled("in jail and nobody knows where"),
        enrolled("in jail and nobody knows where", school=9),
        enrolled("not in jail", school=2),
        enrolled("not in jail", school=4),
    ]
    ods = {STAYS: stays}
    assert found("SSA-025", ods, jail_schools=(1,)) == [("in jail and abroad", "warning")]
    assert found("SSA-025", ods, jail_schools=(1,), by="schoolId") == [(4, "warning")]
    assert found("SSA-025", ods) == []


def test_two_jail_schools_of_two_agencies_accuse_each_other():
    """Each enrolment is the other's second one."""
    stays = [enrolled("twice in jail"), enrolled("twice in jail", school=4)]
    expected = [(1, "warning"), (4, "warning")]
    assert found("SSA-025", {STAYS: stays}, by="schoolId", jail_schools=(1, 4)) == expected


def test_exact_duplicates_of_an_enrolment_count_once():
    """Another id and another stamp make no other enrolment."""
    one = enrolled("twice there")
    stays = [one | {"id": "a", "_etag": "1"}, one | {"id": "b", "_etag": "2"}]
    assert found("SSA-016", {STAYS: stays}) == [("twice there", "warning")]


def test_type_by_extension_or_core():
    """The enrollment type may stand in the core record."""
    core = enrolled("in the core", type_=None) | {
        "enrollmentTypeDescriptor": uri("EnrollmentType", "C")
    }
    assert found("SSA-021", {STAYS: [core]}) == [("in the core", "warning")]
