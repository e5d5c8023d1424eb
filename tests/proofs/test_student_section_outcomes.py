"""What the last association of a student with a section must show: a grade, or none at all."""

from datetime import date, timedelta

import pytest
from campus import NAMESPACE
from outcomes import (
    BEGIN,
    CHOICE,
    END,
    LEFT,
    I,
    S,
    association,
    converted,
    grade,
    program,
    returning,
    roster,
)
from proof import World

INVALID = "uri://ed-fi.org/AttemptStatusDescriptor#S"
DAY = timedelta(days=1)
ELSEWHERE = 1303


def enrollment(student, level="09", kind="P", **fields):
    """An enrolment of the student, primary in grade 9 unless the fields say otherwise."""
    return {
        "student_unique_id": student,
        "school_id": 1302,
        "school_year": 2026,
        "entry_date": date(2025, 9, 1),
        "entry_grade_level_descriptor": f"{NAMESPACE}/GradeLevelDescriptor#{level}",
        "enrollment_type_descriptor": kind and f"{NAMESPACE}/EnrollmentTypeDescriptor#{kind}",
        **fields,
    }


@pytest.mark.parametrize(
    ("audit_date", "running"), [(END - DAY, True), (END, True), (END + DAY, False)]
)
def test_insufficient_while_the_section_runs(prove, audit_date, running):
    """ATT-019: I without an end date, until the last day of the session and on it."""
    rows = {
        "I": association("I", I, end_date=None),
        "I, ended": association("I, ended", I),
        "S": association("S", S, end_date=None),
        "blank": association("blank", None, end_date=None),
        "invalid": association("invalid", INVALID, end_date=None),
        "spring": association("spring", S, session_name="Spring", end_date=None),
        "over": association("over", I, school_year=2025, end_date=None),
    }
    prove(
        "ATT-019",
        by="student_unique_id",
        choice_schools=(CHOICE,),
        audit_date=audit_date,
        ods=roster([*rows.values(), association("Choice", I, school_id=CHOICE, end_date=None)]),
        fails={"I": "info"} if running else {},
        passes=["I, ended", "S", "spring"] if running else ["spring"],
        outside=["blank", "invalid", "over", *([] if running else ["I", "I, ended", "S"])],
    )


def participant(student, status=S, **fields):
    """An association that states dual enrollment in the extension's list."""
    return association(student, status, wi_programs=[program()], **fields)


GRADES = [
    *(grade(name) for name in ("S", "I", "blank", "invalid", "withdrew", "only then", "only now")),
    grade("no program"),
    converted("passed", "P"),
    converted("failed", "F"),
    converted("Not Graded", "Not Graded"),
    converted("Not Completed", "Not Completed"),
]
GRADED = ["S", "blank", "invalid", "withdrew", "passed", "failed", "only now"]
UNGRADED = ["Not Graded", "Not Completed", "no grade", "invalid, no grade"]


@pytest.mark.parametrize("rule", ["CTE-014", "ATT-020"])
def test_a_participant_counts(prove, rule):
    """CTE-014: not Insufficient, and with a grade; ATT-020 is the part that has no grade."""
    then, now = returning("only now", I, S)
    before, after = returning("only then", I, S)
    stated = {"wi_programs": [program()]}
    prove(
        rule,
        by="student_unique_id",
        choice_schools=(CHOICE,),
        ods=roster(
            [
                *(participant(name) for name in ("S", "passed", "failed", "no grade")),
                *(participant(name) for name in ("Not Graded", "Not Completed")),
                participant("I", I),
                participant("blank", None),
                participant("invalid", INVALID),
                participant("invalid, no grade", INVALID),
                participant("withdrew", end_date=LEFT),
                {**then, "programs": None},
                {**now, **stated},
                {**before, **stated},
                after,
                participant("runs", session_name="Spring", end_date=None),
                participant("no begin", begin_date=None),
                association("no program"),
                participant("Choice", school_id=CHOICE),
            ],
            GRADES,
        ),
        audit_date=date(2026, 6, 5),
        fails=dict.fromkeys([*UNGRADED, *(["I"] if rule == "CTE-014" else [])], "warning"),
        passes=[*GRADED, *([] if rule == "CTE-014" else ["I"])],
        outside=["only now", "only then", "only then", "runs", "no begin", "no program"],
    )


@pytest.mark.parametrize("rule", ["CTE-014", "ATT-020"])
@pytest.mark.parametrize("place", ["programs", "wi_programs"])
def test_which_programs_are_participation(prove, rule, place):
    """CTE-014, ATT-020: every type of the state but World Language, in either list."""
    types = ("Dual", "Certified", "Non Certified", "IRC", "WBL")
    core = {**program(), "program_type_descriptor": "uri://ed-fi.org/ProgramTypeDescriptor#Dual"}
    nameless = {**program(), "program_name": None, "education_organization_id": None}
    given = {
        **{type_: [program(type_)] for type_ in types},
        "beside WL": [program("WL"), program("IRC")],
        "nameless": [nameless],
        "WL": [program("WL")],
        "unknown": [program("CTE")],
        "core": [core],
        "no type": [{**program(), "program_type_descriptor": None}],
        "none": [],
    }
    rows = [association(name, I, **{place: programs}) for name, programs in given.items()]
    names = list(given)
    prove(
        rule,
        by="student_unique_id",
        ods=roster(rows),
        fails=dict.fromkeys(names[:7], "warning"),
        passes=[],
        outside=names[7:],
    )


def test_a_high_school_student_has_a_final_grade(prove):
    """GRD-001: S or blank, grades 9 to 12; any Final grade record will do, others will not."""
    missing = ["S", "blank", "core Final", "another section", "withdrew"]
    there = ["letter", "Not Graded", "Not Completed", "nothing in it", "other date"]
    statuses = {"blank": None, "I": I, "invalid": INVALID}
    ends = {"withdrew": {"end_date": LEFT}}
    others = ["I", "invalid"]
    prove(
        "GRD-001",
        by="student_unique_id",
        choice_schools=(CHOICE,),
        ods=roster(
            [
                *(
                    association(name, statuses.get(name, S), **ends.get(name, {}))
                    for name in (*missing, *there, *others)
                ),
                association("Choice", school_id=CHOICE),
                association("not enrolled"),
            ],
            [
                grade(
                    "core Final", grade_type_descriptor="uri://ed-fi.org/GradeTypeDescriptor#Final"
                ),
                grade("another section", section="ART"),
                grade("letter"),
                converted("Not Graded", "Not Graded"),
                converted("Not Completed", "Not Completed"),
                grade("nothing in it", None),
                grade("other date", begin_date=LEFT),
            ],
            student_school_associations=[
                *(enrollment(name) for name in (*missing, *there, *others, "Choice")),
                enrollment("not enrolled", entry_grade_level_descriptor=None),
            ],
        ),
        fails=dict.fromkeys(missing, "warning"),
        passes=there,
        outside=[*others, "not enrolled"],
    )


def test_a_grade_is_due_once_and_when_the_session_is_over(prove):
    """GRD-001: on the last association alone, and not on the last day of the session."""
    prove(
        "GRD-001",
        by="begin_date",
        audit_date=date(2026, 6, 5),
        ods=roster(
            [
                *returning("returned", S, None),
                association("runs", session_name="Spring", begin_date=date(2026, 1, 5)),
                association("no student", begin_date=None),
                association("due", begin_date=BEGIN + DAY),
            ],
            [grade("due")],
            student_school_associations=[
                enrollment(name) for name in ("returned", "runs", "no student", "due")
            ],
        ),
        fails={"2025-11-03": "warning"},
        passes=["2025-08-21"],
        outside=["2025-08-20", "2026-01-05", "None"],
    )


def test_the_grade_level_is_that_of_the_primary_enrolments(prove):
    """GRD-001: grade 9 and not 8, of any primary enrolment of the year, at whichever school."""
    high = {
        "9": [enrollment("9")],
        "12": [enrollment("12", "12")],
        "8 at the high school": [
            enrollment("8 at the high school", "08", "C"),
            enrollment("8 at the high school", "09", school_id=ELSEWHERE),
        ],
        "moved up": [
            enrollment("moved up", "08"),
            enrollment("moved up", "09", entry_date=date(2026, 1, 5)),
        ],
        "core words": [enrollment("core words", "Ninth grade")],
        "no year": [enrollment("no year", school_year=None)],
        "primary school": [enrollment("primary school", kind=None, primary_school=True)],
        "at a Choice school": [enrollment("at a Choice school", school_id=CHOICE)],
    }
    low = {
        "8": [enrollment("8", "08")],
        "coursework in 9": [
            enrollment("coursework in 9", "09", "C"),
            enrollment("coursework in 9", "08", school_id=ELSEWHERE),
        ],
        "last year": [enrollment("last year", "12", school_year=2025)],
        "unknown": [enrollment("unknown", "UG")],
        "not primary": [enrollment("not primary", kind=None, primary_school=False)],
        "no kind": [enrollment("no kind", kind=None)],
        "other type": [enrollment("other type", kind="PPP")],
        "none": [],
    }
    enrollments = [row for rows in (*high.values(), *low.values()) for row in rows]
    prove(
        "GRD-001",
        by="student_unique_id",
        choice_schools=(CHOICE,),
        ods=roster(
            [association(name) for name in (*high, *low)],
            student_school_associations=enrollments,
        ),
        fails=dict.fromkeys(high, "warning"),
        passes=[],
        outside=list(low),
    )


def test_grade_levels(tmp_path):
    """Codes with and without a leading zero, Ed-Fi's words, in any case; others are unknown."""
    ordinals = {
        "PK": -3, "K3": -2, "K4": -1, "KG": 0, "K": 0, "5K": 0, "kg ": 0, "Kindergarten": 0,
        "01": 1, "1": 1, "First grade": 1, "first grade": 1, "09": 9, "9": 9, "10": 10,
        "Twelfth grade": 12,
    }  # fmt: skip
    codes = [*ordinals, "13", "Grade 9", ""]
    enrollments = [enrollment(code, code) for code in codes if code]
    both = [enrollment("both", "03"), enrollment("both", "02", school_id=ELSEWHERE)]
    world = World.of(
        tmp_path, roster([], student_school_associations=[*enrollments, *both, enrollment("", "")])
    )
    levels = {
        row["student_unique_id"]: (row["lowest"], row["highest"])
        for row in world.rows("student_grade_levels")
    }
    world.con.close()
    assert levels == {code: (n, n) for code, n in ordinals.items()} | {"both": (2, 3)}
