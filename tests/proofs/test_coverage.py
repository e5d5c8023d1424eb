"""The weeks of an enrolment in which a student has no section: SSA-017."""

from datetime import date

import pytest

PUBLIC, CHOICE = 1302, 7525
TYPE = "uri://dpi.wi.gov/EnrollmentTypeDescriptor#"
TERM = "uri://dpi.wi.gov/TermDescriptor#"
SECTION = {
    "school_id": PUBLIC,
    "school_year": 2026,
    "session_name": "Spring",
    "local_course_code": "ALG-1",
}
FIRST, LAST = "2025-09-02", "2026-06-05"
SCHOOLS = [
    {"school_id": PUBLIC},
    {
        "school_id": CHOICE,
        "school_categories": ["uri://dpi.wi.gov/SchoolCategoryDescriptor#Choice"],
    },
]


def day(written):
    return date.fromisoformat(written) if written else None


def session(name, begin, end, **fields):
    dates = {"begin_date": day(begin), "end_date": day(end)}
    return {"school_id": PUBLIC, "school_year": 2026, "session_name": name, **dates, **fields}


FALL = session("Fall", FIRST, "2026-01-19")
SPRING = session("Spring", "2026-01-20", LAST)
AT_CHOICE = [{**FALL, "school_id": CHOICE}]


def student(name, *sections, entry=FIRST, exit_=None, type_="P", **fields):
    """An enrolment in grade 9, and associations for the days of `sections`."""
    place = {"student_unique_id": name, "school_id": fields.pop("school_id", PUBLIC)}
    enrolment = {
        **place,
        "school_year": 2026,
        "entry_date": day(entry),
        "exit_withdraw_date": day(exit_),
        "enrollment_type_descriptor": TYPE + type_,
        "entry_grade_level_descriptor": "uri://dpi.wi.gov/GradeLevelDescriptor#09",
        **fields,
    }
    rosters = [
        {
            **SECTION,
            **place,
            "section_identifier": str(number),
            "begin_date": day(begin),
            "end_date": day(end),
        }
        for number, (begin, end) in enumerate(sections)
    ]
    return enrolment, rosters


IN_ORDER = student("in order", (FIRST, LAST))
OUTSIDE = student("choice", (LAST, LAST), school_id=CHOICE)


def given(*students, sessions=(FALL, SPRING)):
    """These students beside one in order and one at a Choice school."""
    everyone = [*students, IN_ORDER, OUTSIDE]
    return {
        "schools": SCHOOLS,
        "sessions": [*sessions, *AT_CHOICE],
        "student_school_associations": [enrolment for enrolment, _ in everyone],
        "student_section_associations": [row for _, rosters in everyone for row in rosters],
    }


def test_more_than_fifteen_days_without_a_section(prove):
    """At the start, in the middle, at the end: 15 days in a row are in order, 16 are not."""
    findings = prove(
        "SSA-017",
        by="student_unique_id",
        threshold="uncovered_days",
        ods=given(
            student("16 first", ("2025-09-18", LAST)),
            student("16 within", (FIRST, "2025-10-01"), ("2025-10-18", LAST)),
            student("16 last", (FIRST, "2026-05-20")),
            student("15 first", ("2025-09-17", LAST)),
            student("15 within", (FIRST, "2025-10-01"), ("2025-10-17", LAST)),
            student("15 last", (FIRST, "2026-05-21")),
        ),
        fails=dict.fromkeys(["16 first", "16 within", "16 last"], "info"),
        passes=["15 first", "15 within", "15 last", "in order"],
        outside=["choice"],
    )
    assert {row["student_unique_id"]: row["observed"] for row in findings} == {
        "16 first": "no section for 16 days from 2025-09-02 on, in the session Fall",
        "16 within": "no section for 16 days from 2025-10-02 on, in the session Fall",
        "16 last": "no section for 16 days from 2026-05-21 on, in the session Spring",
    }


def test_the_days_allowed_are_a_setting(prove):
    """Moved by a day: 16 are in order, 17 are not."""
    prove(
        "SSA-017",
        by="student_unique_id",
        uncovered_days=16,
        ods=given(
            student("17 first", ("2025-09-19", LAST)),
            student("16 first", ("2025-09-18", LAST)),
        ),
        fails={"17 first": "info"},
        passes=["16 first", "in order"],
        outside=["choice"],
    )


def test_days_in_a_row(prove):
    """Two gaps are not added up, nor across sessions; sections may overlap, follow, or be open."""
    prove(
        "SSA-017",
        by="student_unique_id",
        ods=given(
            student("two gaps", (FIRST, "2025-10-01"), ("2025-10-12", "2025-11-01"),
                    ("2025-11-12", LAST)),
            student("a short one, a long one", (FIRST, "2025-10-01"), ("2025-10-12", "2026-05-20")),
            student("across", (FIRST, "2026-01-09"), ("2026-01-30", LAST)),
            student("one after another", (FIRST, "2026-01-19"), ("2026-01-20", LAST)),
            student("overlapping", (FIRST, "2026-03-01"), ("2025-12-01", LAST)),
            student("one within the other", (FIRST, LAST), ("2025-10-01", "2025-10-02")),
            student("two within the other", (FIRST, LAST), ("2025-10-01", "2025-10-02"),
                    ("2025-12-01", "2025-12-02")),
            student("from the same day", (FIRST, "2025-10-01"), (FIRST, LAST)),
            student("open", (FIRST, None)),
            student("ends before it begins", (FIRST, LAST), (LAST, FIRST)),
            student("no day at all", (LAST, FIRST)),
            student("no begin", (None, LAST)),
        ),
        fails=dict.fromkeys(["a short one, a long one", "no day at all", "no begin"], "info"),
        passes=[
            "two gaps", "across", "one after another", "overlapping", "one within the other",
            "two within the other", "from the same day", "open", "ends before it begins",
            "in order",
        ],
        outside=["choice"],
    )  # fmt: skip


def test_only_days_of_the_enrolment_count(prove):
    """Whoever comes late or leaves early has sections from entry to exit; a return counts anew."""
    prove(
        "SSA-017",
        by="student_unique_id",
        ods=given(
            student("here for 16 days", (FIRST, FIRST), entry="2026-05-21"),
            student("here for 15 days", (FIRST, FIRST), entry="2026-05-22"),
            student("left", (FIRST, "2025-10-01"), exit_="2025-10-16"),
            student("left a day later", (FIRST, "2025-10-01"), exit_="2025-10-17"),
            student("came after all", (FIRST, FIRST), entry="2026-06-06"),
            student("left before all", (LAST, LAST), entry="2025-07-01", exit_="2025-09-01"),
            student("exit before entry", (LAST, LAST), exit_="2025-09-01"),
        ),
        fails={"here for 16 days": "info", "left a day later": "info"},
        passes=["here for 15 days", "left", "in order"],
        outside=["came after all", "left before all", "exit before entry", "choice"],
    )


def test_whose_roster_is_looked_at(prove):
    """As SSA-016, which alone speaks where there is no section at all."""
    elsewhere = student("sections elsewhere", (LAST, LAST))
    elsewhere[1][0]["school_id"] = 1303
    last_year = student("last year's section", (LAST, LAST))
    last_year[1][0]["school_year"] = 2025
    other_year = student("covered by a section of another year", (FIRST, LAST), (LAST, LAST))
    other_year[1][0]["school_year"] = 2025
    no_year = student("covered by a section of no year", (FIRST, LAST))
    no_year[1][0]["school_year"] = None
    prove(
        "SSA-017",
        by="student_unique_id",
        ods=given(
            student("primary", (LAST, LAST)),
            student("coursework", (LAST, LAST), type_="C"),
            student("K4", (LAST, LAST), entry_grade_level_descriptor="#K4"),
            student("no section"),
            elsewhere,
            last_year,
            other_year,
            no_year,
        ),
        fails={"primary": "info", "covered by a section of another year": "info"},
        passes=["covered by a section of no year", "in order"],
        outside=[
            "coursework", "K4", "no section", "sections elsewhere", "last year's section", "choice"
        ],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("audit_date", "fails", "passes"),
    [
        (date(2026, 6, 5), {}, ["late"]),
        (date(2026, 6, 6), {"late": "info"}, []),
    ],
    ids=["last day", "day after"],
)
def test_a_session_has_ended(prove, audit_date, fails, passes):
    """On its last day a session is still in term, and its gaps are not counted."""
    prove(
        "SSA-017",
        by="student_unique_id",
        audit_date=audit_date,
        ods=given(student("late", (FIRST, "2026-01-19"), (LAST, LAST))),
        fails=fails,
        passes=[*passes, "in order"],
        outside=["choice"],
    )


@pytest.mark.parametrize(
    "annual",
    [
        session("Annual", FIRST, LAST),
        session("fds/lds", FIRST, LAST),
        session("Year", FIRST, LAST, term_descriptor=f"{TERM}A"),
        session("Year", FIRST, LAST, school_year=2025),
        session("Year", FIRST, LAST, school_id=1303),
        session("Year", None, LAST),
    ],
    ids=["Annual", "FDS/LDS", "term A", "another year", "another school", "no begin"],
)
def test_what_is_no_session_of_the_enrolment(prove, annual):
    """The weeks between two terms are covered by no term: only a year's session has them."""
    early_fall = session("Fall", FIRST, "2025-12-01")
    prove(
        "SSA-017",
        by="student_unique_id",
        ods=given(
            student("both terms", (FIRST, "2025-12-01"), ("2026-01-20", LAST)),
            student("one term", (FIRST, "2025-12-01")),
            sessions=[early_fall, SPRING, annual],
        ),
        fails={"one term": "info"},
        passes=["both terms", "in order"],
        outside=["choice"],
    )


def test_a_term_of_the_year_counts(prove):
    """The same weeks are a gap where a term of another kind has them."""
    prove(
        "SSA-017",
        by="student_unique_id",
        ods=given(
            student("both terms", (FIRST, "2025-12-01"), ("2026-01-20", LAST)),
            sessions=[session("Year", FIRST, LAST, term_descriptor=f"{TERM}Y")],
        ),
        fails={"both terms": "info"},
        passes=["in order"],
        outside=["choice"],
    )
