"""Grades: Final ones alone, one for a student and section, on the last association."""

from campus import NAMESPACE, offering, section_key
from outcomes import (
    BEGIN,
    CHOICE,
    FINAL,
    LEFT,
    RETURN,
    I,
    S,
    association,
    converted,
    grade,
    program,
    returning,
    roster,
)

SECOND = {"grading_period_name": "Semester 2"}
MIDTERM = f"{NAMESPACE}/GradeTypeDescriptor#Mid-Term"


def test_the_type_of_a_grade(prove):
    """GRD-002: Final in the state's own namespace; none is wrong as well."""
    wrong = {
        "none": None,
        "midterm": MIDTERM,
        "core": "uri://ed-fi.org/GradeTypeDescriptor#Final",
        "lower case": FINAL.replace("Final", "final"),
    }
    prove(
        "GRD-002",
        by="student_unique_id",
        choice_schools=(CHOICE,),
        ods=roster(
            [],
            [
                grade("Final"),
                grade("no section", section_identifier=None),
                *(grade(name, grade_type_descriptor=type_) for name, type_ in wrong.items()),
                grade("Choice", grade_type_descriptor=MIDTERM, school_id=CHOICE),
            ],
        ),
        fails=dict.fromkeys(wrong, "error"),
        passes=["Final", "no section"],
    )


def test_one_final_grade(prove):
    """GRD-003: each of two Final grades of a student and section, whatever they say or name."""
    prove(
        "GRD-003",
        by="grading_period_name",
        choice_schools=(CHOICE,),
        ods=roster(
            [],
            [
                grade("two", grading_period_name="first"),
                converted("two", "Not Graded", begin_date=LEFT, grading_period_name="second"),
                grade("one", grading_period_name="only"),
                grade("one", grading_period_name="midterm", grade_type_descriptor=MIDTERM),
                grade("one", grading_period_name="other section", section="ART"),
                grade("one", grading_period_name="other session", session_name="Spring"),
                grade("another", grading_period_name="other student"),
                grade("two", grading_period_name="no section", section_identifier=None),
                grade("two", grading_period_name="Choice 1", school_id=CHOICE),
                grade("two", grading_period_name="Choice 2", school_id=CHOICE),
            ],
        ),
        fails={"first": "error", "second": "error"},
        passes=["only", "other section", "other session", "other student"],
        outside=["midterm", "no section"],
    )


def test_the_grade_is_on_the_last_association(prove):
    """GRD-004: of the associations that are there, the one that began last, whatever its status."""
    prove(
        "GRD-004",
        by="student_unique_id",
        ods=roster(
            [
                *returning("on the first", I, S),
                *returning("on the last", None, None),
                *returning("on none", I, S),
                *returning("two grades", None, None),
                *returning("midterm", I, S),
                association("only one"),
                association("copied", id="1"),
                association("copied", id="2"),
                association("before", begin_date=LEFT),
            ],
            [
                grade("on the first"),
                grade("on the last", begin_date=RETURN),
                grade("on none", begin_date=LEFT),
                grade("two grades"),
                grade("two grades", begin_date=RETURN, **SECOND),
                grade("midterm", grade_type_descriptor=MIDTERM),
                grade("only one"),
                grade("copied"),
                grade("before"),
                grade("no begin", begin_date=None),
            ],
        ),
        fails={"on the first": "warning"},
        passes=["on the last", "only one", "copied"],
        outside=["on none", "two grades", "two grades", "midterm", "before", "no begin"],
    )


def test_the_grade_on_the_last_of_three(prove):
    """GRD-004: the middle one is not the last."""
    between = association("three", begin_date=LEFT, end_date=LEFT)
    first, last = returning("three", I, S)
    prove(
        "GRD-004",
        by="student_unique_id",
        ods=roster(
            [last, between, first, association("one")],
            [grade("three", begin_date=LEFT), grade("one")],
        ),
        fails={"three": "warning"},
        passes=["one"],
    )


def test_not_graded_and_programs(prove):
    """GRD-005: any of the student's associations with the section may state the program."""
    types = ("Dual", "Certified", "Non Certified", "IRC", "WBL")
    first, last = returning("first one", I, S)
    prove(
        "GRD-005",
        by="student_unique_id",
        choice_schools=(CHOICE,),
        ods=roster(
            [
                *(association(type_, wi_programs=[program(type_)]) for type_ in types),
                association("core list", programs=[program()]),
                {**first, "wi_programs": [program()]},
                last,
                association("WL", wi_programs=[program("WL")]),
                association("other section", section="ART", wi_programs=[program()]),
                association("no program"),
                association("letter", wi_programs=[program()]),
                association("Not Completed", wi_programs=[program()]),
                association("midterm", wi_programs=[program()]),
                association("core namespace", wi_programs=[program()]),
            ],
            [
                *(
                    converted(name, "Not Graded")
                    for name in (*types, "core list", "first one", "WL", "other section")
                ),
                converted("no program", "Not Graded"),
                grade("letter"),
                converted("Not Completed", "Not Completed"),
                converted("midterm", "Not Graded", grade_type_descriptor=MIDTERM),
                grade(
                    "core namespace",
                    None,
                    performance_base_conversion_descriptor=(
                        "uri://ed-fi.org/PerformanceBaseConversionDescriptor#Not Graded"
                    ),
                ),
                converted("Choice", "Not Graded", school_id=CHOICE),
            ],
        ),
        fails=dict.fromkeys((*types, "core list", "first one"), "warning"),
        passes=["WL", "other section", "no program"],
        outside=["letter", "Not Completed", "midterm", "core namespace"],
    )


def course(code, *characteristics, owner=48856):
    return {
        "course_code": code,
        "education_organization_id": owner,
        "level_characteristics": [f"uri://ed-fi.org/{one}" for one in characteristics],
    }


def offered(section, *characteristics, code=None):
    return offering(
        section,
        course_code=code,
        education_organization_id=48856,
        course_level_characteristics=[f"{NAMESPACE}/{one}" for one in characteristics],
    )


def test_not_graded_and_advanced_courses(prove):
    """GRD-005: AP or IB, as the offering or its course says it."""
    level = "CourseLevelCharacteristicDescriptor#{}".format
    advanced = ("AP", "IB", "Advanced Placement", "International Baccalaureate")
    offerings = [
        *(offered(name, level("Honors"), level(name)) for name in advanced),
        offered("course says", code="AP-1"),
        offered("other owner", code="IB-1"),
        offered("honors", level("Honors")),
        offered("like it", level("Pre-AP")),
        offered("silent"),
    ]
    names = [*advanced, "course says", "other owner", "honors", "like it", "silent", "not offered"]
    findings = prove(
        "GRD-005",
        by="student_unique_id",
        ods=roster(
            [association(name, section=name) for name in names],
            [
                *(converted(name, "Not Graded", section=name) for name in names),
                grade("graded", section="AP"),
            ],
            course_offerings=offerings,
            courses=[course("AP-1", level("AP")), course("IB-1", level("IB"), owner=1)],
        ),
        fails=dict.fromkeys((*advanced, "course says"), "warning"),
        passes=["other owner", "honors", "like it", "silent", "not offered"],
        outside=["graded"],
    )
    assert {row["observed"] for row in findings} == {
        "the Final grade is Not Graded; the course is AP or IB"
    }


def test_a_grade_has_its_association(prove):
    """GRD-006: every part of the key counts; a part that is null leaves the grade alone."""
    orphans = {
        "course": {"local_course_code": "ALG 2"},
        "section": {"section_identifier": "2"},
        "session": {"session_name": "Spring"},
        "school": {"school_id": 1303},
        "year": {"school_year": 2025},
        "begin": {"begin_date": LEFT},
        "midterm": {"begin_date": LEFT, "grade_type_descriptor": MIDTERM},
    }
    parts = (*section_key("ALG"), "begin_date")
    nulls = {f"no {part}": {part: None} for part in parts}
    prove(
        "GRD-006",
        by="student_unique_id",
        choice_schools=(CHOICE,),
        ods=roster(
            [association(name) for name in (*orphans, *nulls, "right")],
            [
                grade("right"),
                grade("never there"),
                *(grade(name, **fields) for name, fields in {**orphans, **nulls}.items()),
                grade("Choice", school_id=CHOICE),
            ],
        ),
        fails=dict.fromkeys((*orphans, "never there"), "error"),
        passes=["right"],
        outside=list(nulls),
    )


def test_an_association_that_began_is_not_one_that_is_named(prove):
    """GRD-006: a grade of a returning student may name either association."""
    prove(
        "GRD-006",
        by="grading_period_name",
        ods=roster(
            returning("returned", I, S),
            [
                grade("returned", begin_date=BEGIN, grading_period_name="first"),
                grade("returned", begin_date=RETURN, grading_period_name="last"),
                grade("returned", begin_date=LEFT, grading_period_name="between"),
                grade("returned", begin_date=None, grading_period_name="none"),
            ],
        ),
        fails={"between": "error"},
        passes=["first", "last"],
        outside=["none"],
    )
