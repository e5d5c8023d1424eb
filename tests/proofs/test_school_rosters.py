"""The rosters of a school as a whole: jails, withdrawals without a grade, elementary grades."""

from datetime import date, timedelta

import pytest
from campus import Campus, ods, section_key
from proof import World

AGENCY, JAIL, DETENTION, EMPTY, PUBLIC, CHOICE = 48856, 11, 12, 13, 1302, 7525
FALL_END = date(2025, 12, 20)
FINAL = "uri://dpi.wi.gov/GradeTypeDescriptor#Final"
NOT_GRADED = "uri://dpi.wi.gov/PerformanceBaseConversionDescriptor#Not Graded"


def school(number, **fields):
    return {"school_id": number, "local_education_agency_id": AGENCY, **fields}


def choice(number=CHOICE):
    return school(number, school_categories=["uri://dpi.wi.gov/SchoolCategoryDescriptor#Choice"])


def session(number, name="Fall", end=FALL_END):
    return {
        "school_id": number,
        "school_year": 2026,
        "session_name": name,
        "begin_date": date(2025, 8, 20),
        "end_date": end,
    }


def takes(number, person, name="Fall", end=FALL_END, **fields):
    return {
        "school_id": number,
        "school_year": 2026,
        "session_name": name,
        "local_course_code": "ALG",
        "section_identifier": "1",
        "student_unique_id": person,
        "begin_date": date(2025, 8, 20),
        "end_date": end,
        "attempt_status_descriptor": "uri://dpi.wi.gov/AttemptStatusDescriptor#S",
        **fields,
    }


def enrolled(number, person):
    return {
        "student_unique_id": person,
        "school_id": number,
        "school_year": 2026,
        "entry_date": date(2025, 8, 20),
    }


def test_a_jail_reports_rosters_like_any_other_school(prove):
    """SSA-024 looks at the schools the settings name, as far as anybody is enrolled there."""
    of_choice = 15
    prove(
        "SSA-024",
        by="school_id",
        ods={
            "schools": [*map(school, (JAIL, DETENTION, EMPTY, PUBLIC)), choice(of_choice)],
            "student_school_associations": [
                *(enrolled(number, "1") for number in (JAIL, DETENTION, PUBLIC, of_choice)),
                enrolled(JAIL, "2"),
            ],
            "student_section_associations": [takes(DETENTION, "1")],
        },
        fails={str(JAIL): "warning"},
        passes=[DETENTION],
        outside=[EMPTY, PUBLIC, of_choice],
        jail_schools=(JAIL, DETENTION, EMPTY, of_choice),
    )


def test_jails_are_unknown_until_the_settings_name_them(tmp_path):
    """SSA-024 has a reason not to be evaluated, in words of the settings."""
    world = World.of(
        tmp_path, {"student_section_associations": [], "student_school_associations": []}
    )
    assert world.inputs.reason_for(["settings.jail_schools"]) == "[audit] jail_schools names none"


FIVE, SIX, GRADED, MIDTERM, LATE, RUNNING, NOBODY = range(1, 8)
"""Schools, by what is odd about their withdrawals."""


def roster(number, stayed, left, name="Fall", end=FALL_END - timedelta(days=6), **fields):
    """Students 0, 1, … of one section: `stayed` of them stayed, and then `left` withdrew."""
    return [
        *(takes(number, str(n), name) for n in range(stayed)),
        *({**takes(number, str(n), name, end), **fields} for n in range(stayed, stayed + left)),
    ]


def final(number, person, type_=FINAL, **fields):
    key = ("school_id", "school_year", "session_name", "local_course_code", "section_identifier")
    section = {name: value for name, value in takes(number, person).items() if name in key}
    return {
        **section,
        "student_unique_id": person,
        "grade_type_descriptor": type_,
        "letter_grade_earned": "A",
        **fields,
    }


def withdrawals(prove, fails, passes, **settings):
    """SSA-027: who left without a grade is 5 and 6 of 100 at two schools, and 0 at others."""
    return prove(
        "SSA-027",
        by="school_id",
        ods={
            "schools": [*map(school, range(FIVE, NOBODY + 1)), choice()],
            "sessions": [
                *map(session, (*range(FIVE, NOBODY + 1), CHOICE)),
                session(RUNNING, "Year", date(2026, 6, 20)),
            ],
            "student_section_associations": [
                *roster(FIVE, 19, 1),
                *roster(SIX, 47, 3),
                *roster(GRADED, 0, 2),
                *roster(MIDTERM, 0, 2),
                # five days before the end is no withdrawal, and an open end is none either
                *roster(LATE, 1, 1, end=FALL_END - timedelta(days=5)),
                *roster(LATE, 0, 1, end=None),
                *roster(RUNNING, 0, 1, "Year"),
                # nobody can say whether a student without an id has a grade
                *roster(NOBODY, 0, 1, student_unique_id=None),
                *roster(CHOICE, 0, 1),
            ],
            "grades": [
                final(GRADED, "0"),
                final(
                    GRADED, "1", letter_grade_earned=None,
                    performance_base_conversion_descriptor=NOT_GRADED,
                ),
                final(MIDTERM, "0", FINAL.replace("Final", "Midterm")),
                final(MIDTERM, "1", FINAL.replace("dpi.wi.gov", "ed-fi.org")),
            ],
        },
        fails=dict.fromkeys(map(str, fails), "warning"),
        passes=passes,
        outside=[RUNNING, NOBODY, CHOICE],
        **settings,
    )  # fmt: skip


def test_withdrawals_without_a_grade_are_the_exception(prove):
    """SSA-027: five in a hundred pass and six fail; any Final grade is a grade."""
    findings = withdrawals(
        prove,
        fails=[SIX, MIDTERM],
        passes=[FIVE, GRADED, LATE],
        threshold="ungraded_withdrawals_percent",
    )
    assert {finding["school_id"]: finding["observed"] for finding in findings} == {
        SIX: "3 of 50 associations of ended sessions withdrew and have no Final grade (6.0 %)",
        MIDTERM: "2 of 2 associations of ended sessions withdrew and have no Final grade (100.0 %)",
    }


@pytest.mark.parametrize(
    ("percent", "fails", "passes"),
    [(4.0, [FIVE, SIX, MIDTERM], [GRADED, LATE]), (6.0, [MIDTERM], [FIVE, SIX, GRADED, LATE])],
)
def test_how_many_withdrawals_are_an_exception_is_a_setting(prove, percent, fails, passes):
    """SSA-027: moved by one, the setting fails five in a hundred, or lets six pass."""
    withdrawals(prove, fails, passes, ungraded_withdrawals_percent=percent)


def test_how_long_before_the_end_a_withdrawal_is_is_a_setting(prove):
    """SSA-027: with a tolerance of four days, leaving five days before the end is one."""
    withdrawals(prove, [SIX, MIDTERM, LATE], [FIVE, GRADED], withdrawal_tolerance_days=4)


OTHER = 1400


def elementary(grades, at_other=("KG",)):
    """A Campus school (1302) with a student of each grade in one section, and another (1400)."""
    campus = Campus()
    campus.add("school", schoolID="2", number=str(OTHER), name="Synthetic Other", exclude=False)
    campus.add("calendar", calendarID="2", schoolID="2", endYear="2026", exclude=False)
    campus.add("trial", trialID="2", calendarID="2", active=True)
    campus.section("ALG")
    for grade in grades:
        campus.student(f"{grade} here", grade=grade)
        campus.takes("ALG", f"{grade} here")
    campus.add("course", courseID="B", calendarID="2", number="BIO", active=True)
    campus.add("section", sectionID="BIO", courseID="B", trialID="2")
    campus.add("sectionPlacement", sectionID="BIO", trialID="2", termID="Fall")
    for grade in at_other:
        campus.student(f"{grade} there", grade=grade, calendarID="2")
        campus.takes("BIO", f"{grade} there", trialID="2")
    return campus


def other_world(*people):
    """An ODS that rosters these people of either school, the second one always in grade 6."""
    places = {"here": 1302, "there": OTHER}
    records = ods(
        student_section_associations=[
            section_key("ALG", student_unique_id=person, begin_date=date(2025, 8, 20))
            | {"school_id": places[person.split()[1]]}
            for person in people
        ]
    )
    records["schools"] = [*records["schools"], school(OTHER)]
    records["sessions"] = [
        *records["sessions"],
        *({**one, "school_id": OTHER} for one in records["sessions"]),
    ]
    return records


@pytest.mark.parametrize(
    ("grade", "verdict"),
    [("KG", "none"), ("03", "none"), ("5", "none"), ("06", None), ("K4", None), ("?", None)],
)
def test_elementary_grades_are_rostered_as_well(prove, grade, verdict):
    """WIX-001: Kindergarten to 5 missing altogether fails; older students do not stand in."""
    prove(
        "WIX-001",
        by="school_id",
        ods=other_world("10 here", "KG there"),
        sis=elementary([grade, "10"]).sis,
        fails={"1302": "warning"} if verdict else {},
        passes=[OTHER],
        outside=[] if verdict else [1302],
    )


def test_a_choice_school_is_not_expected_to_roster_its_elementary_grades(prove):
    """WIX-001: nothing is expected from a Choice school, so nothing is missing."""
    records = other_world("KG there")
    records["schools"] = [choice(1302), school(OTHER)]
    prove(
        "WIX-001",
        by="school_id",
        ods=records,
        sis=elementary(["KG"]).sis,
        fails={},
        passes=[OTHER],
        outside=[1302],
    )


def test_one_rostered_student_is_enough(prove):
    """WIX-001 speaks of schools whose elementary grades are missing altogether."""
    prove(
        "WIX-001",
        by="school_id",
        ods=other_world("KG here"),
        sis=elementary(["KG", "01", "02"]).sis,
        fails={str(OTHER): "warning"},
        passes=[1302],
    )
