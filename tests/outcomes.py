"""A section whose session is over, for proofs of what became of its students; all synthetic.

The section `ALG` of tests/campus.py in its Fall, 20 August to 20 December 2025. An association is
from the first day to the last and Sufficient, a grade is a Final A, unless its fields say
otherwise. A student's name is his id and says what the proof wants to know of him.
"""

from datetime import date

from campus import FALL, NAMESPACE, ods, section_key

CHOICE = 7525
S = f"{NAMESPACE}/AttemptStatusDescriptor#S"
I = f"{NAMESPACE}/AttemptStatusDescriptor#I"  # noqa: E741 the state's code for Insufficient
FINAL = f"{NAMESPACE}/GradeTypeDescriptor#Final"
BEGIN, END = FALL
RETURN = date(2025, 11, 3)
LEFT = date(2025, 10, 31)


def association(student, status=S, section="ALG", **fields):
    """An association with the section; `fields` are columns."""
    row = {
        "student_unique_id": student,
        "begin_date": BEGIN,
        "end_date": END,
        "attempt_status_descriptor": status,
    }
    return section_key(section, **{**row, **fields})


def returning(student, first, last, **fields):
    """Two associations of a student who was out for some days, with these statuses."""
    return [
        association(student, first, end_date=LEFT, **fields),
        association(student, last, begin_date=RETURN, **fields),
    ]


def grade(student, letter="A", section="ALG", **fields):
    """A grade of the student in the section; `fields` are columns."""
    row = {
        "student_unique_id": student,
        "begin_date": BEGIN,
        "grade_type_descriptor": FINAL,
        "letter_grade_earned": letter,
        "grading_period_name": "Semester 1",
    }
    return section_key(section, **{**row, **fields})


def converted(student, code, **fields):
    """A Final grade that is no letter but a conversion: P, F, Not Graded, Not Completed."""
    descriptor = f"{NAMESPACE}/PerformanceBaseConversionDescriptor#{code}"
    return grade(student, None, performance_base_conversion_descriptor=descriptor, **fields)


def program(type_="Dual", name="College Course"):
    """A program as an association states it."""
    return {
        "education_organization_id": 48856,
        "program_name": name,
        "program_type_descriptor": f"{NAMESPACE}/ProgramTypeDescriptor#{type_}",
    }


def roster(associations, grades=(), **tables):
    """The ODS with these associations and grades, and what else a proof names."""
    return ods(student_section_associations=[*associations], grades=[*grades], **tables)
