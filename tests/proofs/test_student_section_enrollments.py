"""A student section association beside the student's enrolment, the session, and earlier ones."""

from datetime import date

import pytest

PUBLIC, CHOICE = 1302, 7525
SECTION = {
    "school_id": PUBLIC,
    "school_year": 2026,
    "session_name": "Spring",
    "local_course_code": "ALG-1",
    "section_identifier": "1",
}
BEGIN, END = "2026-01-20", "2026-06-05"
SCHOOLS = [
    {"school_id": PUBLIC},
    {
        "school_id": CHOICE,
        "school_categories": ["uri://dpi.wi.gov/SchoolCategoryDescriptor#Choice"],
    },
]


def day(written):
    return date.fromisoformat(written) if written else None


def row(student, begin=BEGIN, end=END, **fields):
    dates = {"begin_date": day(begin), "end_date": day(end)}
    return {**SECTION, "student_unique_id": student, **dates, **fields}


def enrolled(student, entry="2025-09-02", exit_=None, **fields):
    return {
        "student_unique_id": student,
        "school_id": PUBLIC,
        "school_year": 2026,
        "entry_date": day(entry),
        "exit_withdraw_date": day(exit_),
        **fields,
    }


def given(*rows, **others):
    return {"schools": SCHOOLS, "student_section_associations": rows, **others}


def session(begin=BEGIN, end=END, **fields):
    key = {name: SECTION[name] for name in ("school_id", "school_year", "session_name")}
    return {**key, "begin_date": day(begin), "end_date": day(end), **fields}


def test_an_association_lies_in_its_session(prove):
    """SSA-013: one day in common is enough; without the session's begin nothing is judged."""
    prove(
        "SSA-013",
        by="student_unique_id",
        ods=given(
            row("day before", "2025-09-02", "2026-01-19"),
            row("day after", "2026-06-06", "2026-06-30"),
            row("open, day after", "2026-06-06", None),
            row("first day", "2025-09-02", BEGIN),
            row("last day", END, "2026-06-30"),
            row("open", "2025-09-02", None),
            row("the same"),
            row("no begin", None, "2026-01-19"),
            row("ends before it begins", "2026-06-20", "2026-06-10"),
            row("unknown session", "2025-09-02", "2026-01-19", session_name="Fall"),
            row("other year", "2025-09-02", "2026-01-19", school_year=2025),
            row("session without begin", "2025-09-02", "2026-01-19", session_name="Summer"),
            row("after a session without begin", "2026-07-02", None, session_name="Summer"),
            row("choice", "2025-09-02", "2026-01-19", school_id=CHOICE),
            sessions=[
                session(),
                session(school_id=CHOICE),
                session(begin=None, end="2026-06-30", session_name="Summer"),
            ],
        ),
        fails=dict.fromkeys(["day before", "day after", "open, day after"], "warning"),
        passes=["first day", "last day", "open", "the same"],
        outside=[
            "no begin",
            "ends before it begins",
            "unknown session",
            "other year",
            "session without begin",
            "after a session without begin",
            "choice",
        ],
    )


def test_a_session_without_an_end_ends_with_the_school_year(prove):
    """SSA-013: 30 June is in it, 1 July is not."""
    prove(
        "SSA-013",
        by="student_unique_id",
        ods=given(
            row("30 June", "2026-06-30", None),
            row("1 July", "2026-07-01", None),
            row("choice", school_id=CHOICE),
            sessions=[session(end=None), session(school_id=CHOICE)],
        ),
        fails={"1 July": "warning"},
        passes=["30 June"],
        outside=["choice"],
    )


def twice(student, first, second, **fields):
    return [row(student, *first, **fields), row(student, *second, **fields)]


AUTUMN = ("2025-08-10", "2025-10-10")


def test_a_return_on_the_day_of_leaving(prove):
    """SSA-015 looks at all but the first; one day later is a return, one earlier is SSA-014's."""
    prove(
        "SSA-015",
        by="student_unique_id",
        ods=given(
            *twice("same day", AUTUMN, ("2025-10-10", "2025-12-20")),
            *twice("same day, open", AUTUMN, ("2025-10-10", None)),
            *twice("same day, choice", AUTUMN, ("2025-10-10", None), school_id=CHOICE),
            *twice("same day, twice", AUTUMN, ("2025-10-10", None)),
            row("same day, twice", "2025-10-10", None),
            *twice("day after", AUTUMN, ("2025-10-11", "2025-12-20")),
            *twice("day before", AUTUMN, ("2025-10-09", "2025-12-20")),
            *twice("first is open", ("2025-08-10", None), ("2025-10-10", "2025-12-20")),
            *twice("gap", ("2025-08-10", "2025-10-01"), ("2025-10-10", "2025-12-20")),
            *twice("no course", AUTUMN, ("2025-10-10", None), local_course_code=" "),
            row("other section", *AUTUMN),
            row("other section", "2025-10-10", None, section_identifier="2"),
            row("once"),
        ),
        fails={"same day": "info", "same day, open": "info"},
        passes=["same day, twice", "day after", "day before", "first is open", "gap"],
        outside=[
            *["same day", "same day, open", "same day, twice"],
            *["day after", "day before", "first is open", "gap"],
            *["same day, choice", "no course", "other section"] * 2,
            "once",
        ],
    )


@pytest.mark.parametrize(
    ("first", "second", "fails", "passes"),
    [
        (AUTUMN, ("2025-09-01", "2025-09-15"), {"2025-10-10": "info"}, ["2025-09-01"]),
        (("2025-08-10", "2025-11-01"), ("2025-09-01", "2025-10-10"), {},
         ["2025-09-01", "2025-10-10"]),
    ],
    ids=["the first ends last", "the second ends on the day, the first later"],
)  # fmt: skip
def test_of_three_the_latest_end_counts(prove, first, second, fails, passes):
    """SSA-015 compares with the latest end of all earlier ones, not with the one before."""
    prove(
        "SSA-015",
        by="begin_date",
        choice_schools=(CHOICE,),
        ods={
            "student_section_associations": [
                row("student", *first),
                row("student", *second),
                row("student", "2025-10-10", "2025-12-20"),
                *twice("x", ("2025-07-01", "2025-07-02"), ("2025-07-02", None), school_id=CHOICE),
            ]
        },
        fails=fails,
        passes=passes,
        outside=["2025-08-10", "2025-07-01", "2025-07-02"],
    )


def test_a_section_needs_an_enrolment_at_its_school(prove):
    """SSA-018: of whatever kind, on one day of the association at least; wrong ids cascade."""
    coursework = "uri://dpi.wi.gov/EnrollmentTypeDescriptor#C"
    prove(
        "SSA-018",
        by="student_unique_id",
        ods=given(
            row("never enrolled"),
            row("enrolled elsewhere"),
            row("left the day before"),
            row("comes the day after"),
            row("between two enrolments"),
            row("exit before entry"),
            row("unknown school", school_id=4711),
            row("coursework"),
            row("last day"),
            row("first day"),
            row("open", END, None),
            row("one day", BEGIN, BEGIN),
            row("no begin", None),
            row("ends before it begins", END, BEGIN),
            row(None),
            row(" "),
            row("no school", school_id=None),
            row("choice", school_id=CHOICE),
            student_school_associations=[
                enrolled("enrolled elsewhere", school_id=1303),
                enrolled("left the day before", exit_="2026-01-19"),
                enrolled("comes the day after", "2026-06-06"),
                enrolled("between two enrolments", exit_="2026-01-19"),
                enrolled("between two enrolments", "2026-06-06"),
                enrolled("exit before entry", "2026-03-02", "2026-03-01"),
                enrolled("unknown school"),
                enrolled("coursework", enrollment_type_descriptor=coursework),
                enrolled("last day", exit_=BEGIN),
                enrolled("first day", END),
                enrolled("open", "2026-06-20"),
                enrolled("one day", BEGIN, BEGIN),
                enrolled(None),
                enrolled(" "),
            ],
        ),
        fails=dict.fromkeys(
            [
                "never enrolled",
                "enrolled elsewhere",
                "left the day before",
                "comes the day after",
                "between two enrolments",
                "exit before entry",
                "unknown school",
            ],
            "error",
        ),
        passes=["coursework", "last day", "first day", "open", "one day"],
        outside=["no begin", "ends before it begins", None, " ", "no school", "choice"],
    )


def test_high_school_section_of_a_middle_school_student(prove):
    """SSA-018 asks for a Coursework enrolment at the high school."""
    coursework = "uri://dpi.wi.gov/EnrollmentTypeDescriptor#C"
    findings = prove(
        "SSA-018",
        by="student_unique_id",
        ods=given(
            row("with"),
            row("without"),
            row("choice", school_id=CHOICE),
            student_school_associations=[
                enrolled("with", school_id=1303, primary_school=True),
                enrolled("with", enrollment_type_descriptor=coursework),
                enrolled("without", school_id=1303, primary_school=True),
            ],
        ),
        fails={"without": "error"},
        passes=["with"],
        outside=["choice"],
    )
    assert [row["cause_key"] for row in findings] == ["student-school:without:1302"]


def test_a_section_ends_with_the_enrolment(prove):
    """SSA-026: enrolments that follow one another without a day between count as one."""
    prove(
        "SSA-026",
        by="student_unique_id",
        ods=given(
            row("begins a day early"),
            row("ends a day late"),
            row("open, the student left", end=None),
            row("a day between"),
            row("the same days"),
            row("within"),
            row("both open", end=None),
            row("on the next day"),
            row("overlapping"),
            row("not enrolled"),
            row("choice", school_id=CHOICE),
            student_school_associations=[
                enrolled("begins a day early", "2026-01-21"),
                enrolled("ends a day late", exit_="2026-06-04"),
                enrolled("open, the student left", exit_="2026-06-30"),
                enrolled("a day between", exit_="2026-03-01"),
                enrolled("a day between", "2026-03-03"),
                enrolled("the same days", BEGIN, END),
                enrolled("within", "2026-01-19", "2026-06-06"),
                enrolled("both open"),
                enrolled("on the next day", exit_="2026-03-01"),
                enrolled("on the next day", "2026-03-02"),
                enrolled("overlapping", exit_="2026-03-01"),
                enrolled("overlapping", "2026-02-01"),
                enrolled("choice", "2026-01-21", school_id=CHOICE),
            ],
        ),
        fails=dict.fromkeys(
            ["begins a day early", "ends a day late", "open, the student left", "a day between"],
            "warning",
        ),
        passes=["the same days", "within", "both open", "on the next day", "overlapping"],
        outside=["not enrolled", "choice"],
    )
