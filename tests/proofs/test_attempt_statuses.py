"""Attempt statuses of students with one association with a section: use cases 6.0 to 6.5."""

from datetime import date, timedelta

import pytest
from campus import NAMESPACE, Campus, section_key
from outcomes import (
    BEGIN,
    CHOICE,
    END,
    FINAL,
    LEFT,
    I,
    S,
    association,
    converted,
    grade,
    returning,
    roster,
)

LOWER = f"{NAMESPACE}/AttemptStatusDescriptor#s"
CORE = "uri://ed-fi.org/AttemptStatusDescriptor#S"
DAY = timedelta(days=1)


def graded(*students):
    return [grade(student) for student in students]


def test_a_student_with_a_grade_is_sufficient(prove):
    """ATT-010: in the section to the end and graded means S; other use cases are not looked at."""
    prove(
        "ATT-010",
        by="student_unique_id",
        choice_schools=(CHOICE,),
        ods=roster(
            [
                association("S"),
                association("I", I),
                association("open end", I, end_date=None),
                association("no status", None),
                association("blank status", " "),
                association("core namespace", CORE),
                association("lower case", LOWER),
                association("no grade", I),
                association("withdrew", I, end_date=LEFT),
                *returning("returned", I, I),
                association("no begin", I, begin_date=None),
                association("Choice", I, school_id=CHOICE),
            ],
            [
                *graded("S", "I", "open end", "no status", "blank status", "core namespace"),
                *graded("lower case", "withdrew", "returned", "no begin"),
                grade("Choice", school_id=CHOICE),
            ],
        ),
        fails={"I": "error", "open end": "error"},
        passes=["S"],
        outside=[
            *("no status", "blank status", "core namespace", "lower case", "no grade"),
            *("withdrew", "returned", "returned", "no begin"),
        ],
    )


def test_what_counts_as_a_grade(prove):
    """ATT-010: letter, number, P and F; a type or conversion compares as the full URI."""
    given = [
        grade("letter", "B-"),
        grade("number", None, numeric_grade_earned=3.5),
        grade("zero", None, numeric_grade_earned=0.0),
        converted("pass", "P"),
        converted("fail", "F"),
        converted("letter and Not Graded", "Not Graded", letter_grade_earned="C"),
    ]
    other = [
        converted("Not Graded", "Not Graded"),
        converted("Not Completed", "Not Completed"),
        converted("lower case", "p"),
        converted("blank letter", "Not Graded", letter_grade_earned=" "),
        grade("nothing", None),
        grade(
            "core conversion",
            None,
            performance_base_conversion_descriptor=(
                "uri://ed-fi.org/PerformanceBaseConversionDescriptor#P"
            ),
        ),
        grade("midterm", grade_type_descriptor=f"{NAMESPACE}/GradeTypeDescriptor#Mid-Term"),
        grade("core type", grade_type_descriptor="uri://ed-fi.org/GradeTypeDescriptor#Final"),
        grade("another section", local_course_code="ART-course"),
        grade("another session", session_name="Spring"),
    ]
    names = [row["student_unique_id"] for row in (*given, *other)]
    prove(
        "ATT-010",
        by="student_unique_id",
        ods=roster([association(name, I) for name in names], [*given, *other]),
        fails=dict.fromkeys(names[: len(given)], "error"),
        passes=[],
        outside=names[len(given) :],
    )


def test_one_grade_among_several_is_enough(prove):
    """ATT-010: a student has a grade if any Final grade is one, whatever begin date it names."""
    prove(
        "ATT-010",
        by="student_unique_id",
        ods=roster(
            [association("both", I), association("other date", I), association("none twice", I)],
            [
                converted("both", "Not Graded"),
                grade("both", grading_period_name="Semester 2"),
                grade("other date", begin_date=LEFT),
                converted("none twice", "Not Graded"),
                converted("none twice", "Not Completed", grading_period_name="Semester 2"),
            ],
        ),
        fails={"both": "error", "other date": "error"},
        passes=[],
        outside=["none twice"],
    )


@pytest.mark.parametrize(
    ("audit_date", "session", "over"),
    [
        (END, "Fall", False),
        (END + DAY, "Fall", True),
        (date(2026, 6, 30), "of no record", False),
        (date(2026, 7, 1), "of no record", True),
    ],
)
def test_only_when_the_session_is_over(prove, audit_date, session, over):
    """ATT-010: on a session's last day it is not; one that is not in the ODS ends on 30 June."""
    prove(
        "ATT-010",
        by="student_unique_id",
        audit_date=audit_date,
        ods=roster(
            [
                association("I", I, session_name=session, end_date=None),
                association("last year", school_year=2025),
                association("last year, no grade", school_year=2025),
            ],
            [grade("I", session_name=session), grade("last year", school_year=2025)],
        ),
        fails={"I": "error"} if over else {},
        passes=["last year"],
        outside=["last year, no grade", *([] if over else ["I"])],
    )


def test_a_student_without_a_grade_is_insufficient(prove):
    """ATT-011: I, or S with Not Graded; Not Completed is no outcome and not Not Graded."""
    prove(
        "ATT-011",
        by="student_unique_id",
        choice_schools=(CHOICE,),
        ods=roster(
            [
                association("S"),
                association("S, Not Completed"),
                association("S, midterm"),
                association("S, open end", end_date=None),
                association("S, Not Graded"),
                association("I", I),
                association("I, Not Graded", I),
                association("blank", None),
                association("invalid", CORE),
                association("graded", I),
                association("withdrew", end_date=LEFT),
                association("no section", section_identifier=None),
                association("Choice", school_id=CHOICE),
            ],
            [
                converted("S, Not Completed", "Not Completed"),
                grade("S, midterm", grade_type_descriptor=f"{FINAL} exam"),
                converted("S, Not Graded", "Not Graded"),
                converted("I, Not Graded", "Not Graded"),
                grade("graded"),
            ],
        ),
        fails=dict.fromkeys(("S", "S, Not Completed", "S, midterm", "S, open end"), "warning"),
        passes=["S, Not Graded", "I", "I, Not Graded"],
        outside=["blank", "invalid", "graded", "withdrew", "no section"],
    )


def with_courses(**gradable):
    """Campus and the ODS's sections of courses that are, are not, or may be gradable."""
    campus = Campus()
    for name, value in gradable.items():
        campus.section(name, course={"gradable": value})
        campus.student(name)
        campus.takes(name, name)
    return campus, [section_key(name) for name in gradable]


@pytest.mark.parametrize("rule", ["ATT-011", "ATT-012"])
def test_a_course_that_earns_no_grade(prove, rule):
    """ATT-012 speaks where the linked course is not gradable, ATT-011 everywhere else."""
    campus, sections = with_courses(never=False, may=True, unknown=None)
    never = [
        association("S", section="never"),
        association("S, Not Graded", section="never"),
        association("S, Not Completed", section="never"),
        association("I", I, section="never"),
        association("I, Not Graded", I, section="never"),
    ]
    other = [
        association("may", section="may"),
        association("unknown", section="unknown"),
        association("no such section", section="nowhere"),
        association("may, I", I, section="may"),
    ]
    outside = [association("graded", section="never")]
    fails, passes = ["S", "S, Not Completed"], ["S, Not Graded", "I", "I, Not Graded"]
    others_fail, others_pass = ["may", "unknown", "no such section"], ["may, I"]
    if rule == "ATT-011":
        fails, passes, others_fail, others_pass = others_fail, others_pass, fails, passes
    prove(
        rule,
        by="student_unique_id",
        sis=campus.sis,
        ods=roster(
            [*never, *other, *outside],
            [
                converted("S, Not Graded", "Not Graded", section="never"),
                converted("S, Not Completed", "Not Completed", section="never"),
                converted("I, Not Graded", "Not Graded", section="never"),
                grade("graded", section="never"),
            ],
            sections=sections,
        ),
        fails=dict.fromkeys(fails, "warning"),
        passes=passes,
        outside=[*others_fail, *others_pass, "graded"],
    )


def audits(*students):
    """Campus with a section that these students audit, and one that `takes it` takes."""
    campus = Campus()
    campus.section("ALG")
    for student in (*students, "takes it"):
        campus.student(student)
        campus.takes("ALG", student, audit=student != "takes it")
    return campus


def test_an_audited_course(prove):
    """ATT-013: S with Not Graded, or I; Sufficient with a grade is the worse mistake."""
    students = (
        *("S", "S, Not Graded", "S, Not Completed", "S, grade", "I", "I, Not Graded"),
        *("I, grade", "withdrew, S", "blank", "returned"),
    )
    findings = prove(
        "ATT-013",
        by="student_unique_id",
        sis=audits(*students).sis,
        ods=roster(
            [
                *(association(name, I if name[0] == "I" else S) for name in students[:7]),
                association("withdrew, S", end_date=LEFT),
                association("blank", None),
                *returning("returned", I, S),
                association("takes it"),
                association("in no roster"),
            ],
            [
                converted("S, Not Graded", "Not Graded"),
                converted("S, Not Completed", "Not Completed"),
                converted("I, Not Graded", "Not Graded"),
                grade("S, grade", "B"),
                grade("I, grade"),
            ],
        ),
        fails={
            "S": "warning",
            "S, Not Completed": "warning",
            "S, grade": "error",
            "withdrew, S": "warning",
        },
        passes=["S, Not Graded", "I", "I, Not Graded", "I, grade"],
        outside=["blank", "returned", "returned", "takes it", "in no roster"],
    )
    assert {row["observed"] for row in findings if row["severity"] == "error"} == {
        "an audited course; attempt status S, outcome: graded"
    }


@pytest.mark.parametrize(
    ("rule", "letter", "fields"),
    [
        ("ATT-010", "A", {}),
        ("ATT-011", None, {}),
        ("ATT-014", "A", {"end_date": LEFT}),
        ("ATT-015", None, {"end_date": LEFT}),
    ],
)
def test_an_audited_course_is_judged_once(prove, rule, letter, fields):
    """An audited association is ATT-013's alone, whatever its end and grade."""
    right, wrong = (S, I) if letter else (I, S)
    rows = ("audited", wrong), ("takes it", wrong), ("right", right)
    prove(
        rule,
        by="student_unique_id",
        sis=audits("audited").sis,
        ods=roster(
            [association(name, status, **fields) for name, status in rows],
            [grade(name, letter) for name, _ in rows if letter],
        ),
        fails={"takes it": "warning" if rule == "ATT-011" else "error"},
        passes=["right"],
        outside=["audited"],
    )


def test_who_withdrew_with_a_grade_is_sufficient(prove):
    """ATT-014: a grade means S, also for a student who left early."""
    prove(
        "ATT-014",
        by="student_unique_id",
        ods=roster(
            [
                association("S", end_date=LEFT),
                association("I", I, end_date=LEFT),
                association("blank", None, end_date=LEFT),
                association("invalid", LOWER, end_date=LEFT),
                association("stayed", I),
                association("Not Graded", end_date=LEFT),
            ],
            [
                *graded("S", "I", "blank", "invalid", "stayed"),
                converted("Not Graded", "Not Graded"),
            ],
        ),
        fails={"I": "error"},
        passes=["S"],
        outside=["blank", "invalid", "stayed", "Not Graded"],
    )


def test_who_withdrew_without_a_grade_is_insufficient(prove):
    """ATT-015: S is wrong, and Not Graded does not make it right."""
    prove(
        "ATT-015",
        by="student_unique_id",
        ods=roster(
            [
                association("S", end_date=LEFT),
                association("S, Not Graded", end_date=LEFT),
                association("I", I, end_date=LEFT),
                association("I, Not Graded", I, end_date=LEFT),
                association("blank", None, end_date=LEFT),
                association("stayed"),
                association("graded", end_date=LEFT),
            ],
            [
                converted("S, Not Graded", "Not Graded"),
                converted("I, Not Graded", "Not Graded"),
                grade("graded"),
            ],
        ),
        fails={"S": "error", "S, Not Graded": "error"},
        passes=["I", "I, Not Graded"],
        outside=["blank", "stayed", "graded"],
    )


@pytest.mark.parametrize(
    ("rule", "status", "letter", "severity"),
    [
        ("ATT-010", I, "A", "error"),
        ("ATT-011", S, None, "warning"),
        ("ATT-014", I, "A", "error"),
        ("ATT-015", S, None, "error"),
    ],
)
def test_the_last_days_of_a_session(prove, rule, status, letter, severity):
    """A student withdrew who left more than five days before the session's last day."""
    stayed = {"5 days before": END - 5 * DAY, "the last day": END, "after": END + DAY}
    withdrew = {"6 days before": END - 6 * DAY, "the first day": BEGIN}
    ends = stayed | withdrew
    looked_at, others = (stayed, withdrew) if rule in {"ATT-010", "ATT-011"} else (withdrew, stayed)
    prove(
        rule,
        by="student_unique_id",
        ods=roster(
            [association(name, status, end_date=end) for name, end in ends.items()],
            [grade(name, letter) for name in ends],
        ),
        fails=dict.fromkeys(looked_at, severity),
        passes=[],
        outside=list(others),
        threshold="withdrawal_tolerance_days",
    )
