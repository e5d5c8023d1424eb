"""Students of several schools: who enrols them as what, and who reports them."""

from datetime import date

import pytest

MIDDLE, HIGH, OTHER, CHOICE = 1302, 1303, 1304, 7525
AGENCY, NEIGHBOUR = 48856, 48857
TYPE = "uri://dpi.wi.gov/EnrollmentTypeDescriptor#"
SCHOOLS = [
    *({"school_id": each, "local_education_agency_id": AGENCY} for each in (MIDDLE, HIGH, OTHER)),
    {
        "school_id": CHOICE,
        "local_education_agency_id": AGENCY,
        "school_categories": ["uri://dpi.wi.gov/SchoolCategoryDescriptor#Choice"],
    },
]
YEAR = ("2025-09-02", "2026-06-05")


def day(written):
    return date.fromisoformat(written) if written else None


def enrolled(school, type_="P", flag=None, days=YEAR, student="5281033584"):
    return {
        "student_unique_id": student,
        "school_id": school,
        "school_year": 2026,
        "entry_date": day(days[0]),
        "exit_withdraw_date": day(days[1]),
        "enrollment_type_descriptor": type_ and TYPE + type_,
        "primary_school": flag,
    }


def section(school, days=YEAR, student="5281033584"):
    return {
        "school_id": school,
        "school_year": 2026,
        "session_name": "Year",
        "local_course_code": "ALG-1",
        "section_identifier": "1",
        "student_unique_id": student,
        "begin_date": day(days[0]),
        "end_date": day(days[1]),
    }


AT_BOTH = [section(MIDDLE), section(HIGH)]
# another student, right and wrong, so that every proof sees both
RIGHT = [enrolled(101, "P", student="right"), enrolled(102, "C", student="right")]
WRONG = [enrolled(201, "P", student="wrong"), enrolled(202, "P", student="wrong")]
OTHERS = [
    section(each["school_id"], student=each["student_unique_id"]) for each in [*RIGHT, *WRONG]
]


def judge(prove, enrolments, sections, **expected):
    """SSA-019 on one student, beside one who is right and one who is wrong."""
    return prove(
        "SSA-019",
        by="school_id",
        ods={
            "schools": SCHOOLS,
            "student_school_associations": [*enrolments, *RIGHT, *WRONG],
            "student_section_associations": [*sections, *OTHERS],
        },
        fails={str(each): "error" for each in [*expected.get("fails", []), 201, 202]},
        passes=[*expected.get("passes", []), 101, 102],
        outside=expected.get("outside", []),
    )


@pytest.mark.parametrize(
    ("middle", "high"),
    [
        (("P", True), ("C", False)),
        (("P", None), ("C", None)),
        ((None, True), (None, False)),
        (("C", False), ("P", True)),
    ],
    ids=["types and flags", "types", "flags", "primary at the high school"],
)
def test_primary_at_one_coursework_at_the_other(prove, middle, high):
    """SSA-019 holds where the middle school is primary and the high school Coursework."""
    judge(prove, [enrolled(MIDDLE, *middle), enrolled(HIGH, *high)], AT_BOTH, passes=[MIDDLE, HIGH])


@pytest.mark.parametrize(
    ("middle", "high"),
    [
        (("P", True), ("P", True)),
        (("C", False), ("C", False)),
        (("P", False), ("C", False)),
        (("P", True), ("C", True)),
        (("P", True), ("PPP", False)),
        (("P", True), (None, None)),
        ((None, True), (None, True)),
    ],
    ids=[
        "both primary",
        "both Coursework",
        "P, but not the primary school",
        "C, but the primary school",
        "another type",
        "no type, no flag",
        "both flagged primary",
    ],
)
def test_not_primary_at_exactly_one(prove, middle, high):
    """SSA-019: every enrolment of the student fails, for one cause."""
    findings = judge(
        prove, [enrolled(MIDDLE, *middle), enrolled(HIGH, *high)], AT_BOTH, fails=[MIDDLE, HIGH]
    )
    assert {row["cause_key"] for row in findings} == {"student:5281033584", "student:wrong"}


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        (("2025-09-02", "2025-12-01"), ("2025-12-02", "2026-06-05"), "outside"),
        (("2025-09-02", "2025-12-01"), ("2025-12-01", "2026-06-05"), "fails"),
        (("2025-09-02", None), ("2025-12-02", "2026-06-05"), "fails"),
        ((None, "2025-12-01"), ("2025-09-02", "2026-06-05"), "outside"),
    ],
    ids=["one after the other", "a day in common", "the first is open", "no begin"],
)
def test_sections_at_the_same_time(prove, first, second, outcome):
    """SSA-019 is about sections on the same day; whoever moves from school to school is not."""
    judge(
        prove,
        [enrolled(MIDDLE), enrolled(HIGH)],
        [section(MIDDLE, first), section(HIGH, second)],
        **{outcome: [MIDDLE, HIGH]},
    )


def test_a_section_of_another_year_counts_by_its_dates(prove):
    """SSA-019 compares days; that a section names the wrong year is SSA-005."""
    judge(
        prove,
        [enrolled(MIDDLE), enrolled(HIGH)],
        [section(MIDDLE), {**section(HIGH), "school_year": 2025}],
        fails=[MIDDLE, HIGH],
    )


def test_enrolments_at_the_time_of_the_sections_count(prove):
    """SSA-019: an enrolment that was over before the sections began is not looked at."""
    judge(
        prove,
        [
            enrolled(MIDDLE),
            enrolled(HIGH, "C", days=("2026-01-20", "2026-06-05")),
            enrolled(HIGH, "P", days=("2025-09-02", "2026-01-18")),
        ],
        [section(MIDDLE), section(HIGH, ("2026-01-20", "2026-06-05"))],
        passes=[MIDDLE, HIGH],
        outside=[HIGH],
    )


def test_a_second_enrolment_at_the_primary_school(prove):
    """SSA-019 asks for Coursework at the other schools only."""
    judge(
        prove,
        [
            enrolled(MIDDLE, days=("2025-09-02", "2026-03-01")),
            enrolled(MIDDLE, "PPP", days=("2026-03-02", "2026-06-05")),
            enrolled(HIGH, "C"),
        ],
        AT_BOTH,
        passes=[MIDDLE, MIDDLE, HIGH],
    )


def test_two_enrolments_at_the_other_school(prove):
    """SSA-019: both must be Coursework."""
    prove(
        "SSA-019",
        by="entry_date",
        ods={
            "schools": SCHOOLS,
            "student_school_associations": [
                enrolled(MIDDLE, days=("2025-09-02", None)),
                enrolled(HIGH, "C", days=("2025-09-03", "2026-03-01")),
                enrolled(HIGH, "PPP", days=("2026-03-02", None)),
                enrolled(MIDDLE, days=("2025-10-02", None), student="right"),
                enrolled(HIGH, "C", days=("2025-10-03", "2026-03-01"), student="right"),
                enrolled(HIGH, "C", days=("2026-04-02", None), student="right"),
            ],
            "student_section_associations": [
                *AT_BOTH,
                section(MIDDLE, student="right"),
                section(HIGH, student="right"),
            ],
        },
        fails=dict.fromkeys(["2025-09-02", "2025-09-03", "2026-03-02"], "error"),
        passes=["2025-10-02", "2025-10-03", "2026-04-02"],
    )


def test_a_school_without_enrolment_is_left_to_the_other_rule(prove):
    """SSA-019 leaves out a school that did not enrol the student: SSA-018 speaks there."""
    judge(prove, [enrolled(MIDDLE, "C")], AT_BOTH, outside=[MIDDLE])
    judge(
        prove,
        [enrolled(MIDDLE), enrolled(HIGH, "C")],
        [*AT_BOTH, section(OTHER)],
        passes=[MIDDLE, HIGH],
    )


def test_schools_without_sections_at_the_time_are_not_involved(prove):
    """SSA-019: an enrolment at a third school is nobody's business while no section is there."""
    judge(
        prove,
        [enrolled(MIDDLE), enrolled(HIGH, "C"), enrolled(OTHER)],
        AT_BOTH,
        passes=[MIDDLE, HIGH],
        outside=[OTHER],
    )
    judge(prove, [enrolled(MIDDLE), enrolled(HIGH)], [section(MIDDLE)], outside=[MIDDLE, HIGH])


def test_choice_schools_are_not_involved(prove):
    """SSA-019: sections at a Choice school make no second school."""
    judge(
        prove,
        [enrolled(MIDDLE), enrolled(CHOICE)],
        [section(MIDDLE), section(CHOICE)],
        outside=[MIDDLE, CHOICE],
    )


JAIL, SECOND_JAIL, UNKNOWN = 9001, 9002, 4711
HELD = ("2026-01-20", "2026-03-01")
WITH_JAILS = [
    *SCHOOLS,
    {"school_id": JAIL, "local_education_agency_id": NEIGHBOUR},
    {"school_id": SECOND_JAIL, "local_education_agency_id": AGENCY},
    {"school_id": 9003, "local_education_agency_id": NEIGHBOUR},
]


def test_the_district_that_houses_the_jail_reports(prove):
    """SSA-025: another LEA's enrolment fails when it has a day in common with the jail's."""
    prove(
        "SSA-025",
        by="school_id",
        jail_schools=(JAIL,),
        ods={
            "schools": WITH_JAILS,
            "student_school_associations": [
                enrolled(JAIL, days=HELD),
                enrolled(MIDDLE),
                enrolled(HIGH, "C", days=("2026-03-01", None)),
                enrolled(OTHER, days=("2026-03-02", None)),
                enrolled(9003),
                enrolled(UNKNOWN),
                enrolled(CHOICE),
                enrolled(101, student="not in jail"),
            ],
        },
        fails={str(MIDDLE): "warning", str(HIGH): "warning"},
        passes=[OTHER, 9003, UNKNOWN],
        outside=[JAIL, CHOICE, 101],
    )


def test_two_districts_with_a_jail_each(prove):
    """SSA-025: the one enrolment may be at a jail school itself; then both are reported."""
    prove(
        "SSA-025",
        by="school_id",
        jail_schools=(JAIL, SECOND_JAIL, CHOICE),
        ods={
            "schools": WITH_JAILS,
            "student_school_associations": [
                enrolled(JAIL, days=HELD),
                enrolled(SECOND_JAIL, days=HELD),
                enrolled(9003, days=("2025-09-02", "2026-01-19")),
                enrolled(CHOICE, days=("2025-09-02", "2026-01-19")),
            ],
        },
        fails={str(JAIL): "warning", str(SECOND_JAIL): "warning"},
        passes=[9003],
        outside=[CHOICE],
    )


def test_a_return_to_the_jail_school(prove):
    """SSA-025: a second enrolment at the same jail school is the same LEA's."""
    prove(
        "SSA-025",
        by="school_id",
        jail_schools=(JAIL,),
        ods={
            "schools": WITH_JAILS,
            "student_school_associations": [
                enrolled(JAIL, days=HELD),
                enrolled(JAIL, days=("2026-03-01", None)),
                enrolled(CHOICE),
                enrolled(MIDDLE, days=("2025-09-02", "2026-01-20")),
            ],
        },
        fails={str(MIDDLE): "warning"},
        passes=[JAIL, JAIL],
        outside=[CHOICE],
    )
