"""Programs of students in sections, beside what the ODS says of student, teacher and program."""

from datetime import date

import pytest

AGENCY, HIGH, MIDDLE, ELSEWHERE, CHOICE, ALONE = 48856, 1302, 1303, 9001, 7525, 5001
TYPE = "uri://dpi.wi.gov/ProgramTypeDescriptor#"
SCHOOLS = [
    {"school_id": HIGH, "local_education_agency_id": AGENCY},
    {"school_id": MIDDLE, "local_education_agency_id": AGENCY},
    {"school_id": ELSEWHERE, "local_education_agency_id": 90},
    {"school_id": ALONE},
    {
        "school_id": CHOICE,
        "school_categories": ["uri://dpi.wi.gov/SchoolCategoryDescriptor#Choice"],
    },
]


def program(name="Welding", type_=f"{TYPE}Dual", agency=AGENCY):
    return {
        "education_organization_id": agency,
        "program_name": name,
        "program_type_descriptor": type_,
    }


def section(identifier="1", school=HIGH):
    return {
        "school_id": school,
        "school_year": 2026,
        "session_name": "Fall",
        "local_course_code": "WELD-1",
        "section_identifier": identifier,
    }


def takes(identifier, *core, wi=(), person="5281033584", school=HIGH, **fields):
    """An association that states the programs `core` and `wi`."""
    return {
        **section(identifier, school),
        "student_unique_id": person,
        "begin_date": date(2025, 9, 2),
        "programs": list(core),
        "wi_programs": list(wi),
        **fields,
    }


def teaches(identifier, person, school=HIGH, **fields):
    return {
        **section(identifier, school),
        "staff_unique_id": person,
        "begin_date": date(2025, 9, 2),
        **fields,
    }


def employs(school, person):
    return {"school_id": school, "staff_unique_id": person}


def enrolled(person, grade, school=HIGH, kind="P", year=2026):
    return {
        "student_unique_id": person,
        "school_id": school,
        "school_year": year,
        "entry_date": date(2025, 9, 2),
        "entry_grade_level_descriptor": f"uri://dpi.wi.gov/GradeLevelDescriptor#{grade}",
        "enrollment_type_descriptor": f"uri://dpi.wi.gov/EnrollmentTypeDescriptor#{kind}",
    }


def test_dual_enrollment_is_taught_by_the_districts_staff(prove):
    """CTE-012: any school of the section's agency will do; one stranger among the staff fails."""
    labels = ("here", "next door", "nowhere", "another district", "one of two", "nobody", "wbl")
    findings = prove(
        "CTE-012",
        by="section_identifier",
        ods={
            "schools": SCHOOLS,
            "student_section_associations": [
                *(takes(label, program()) for label in labels[:-1]),
                takes("wbl", program(type_=f"{TYPE}WBL")),
                takes("choice", program(), school=CHOICE),
                takes("alone", program(), school=ALONE),
                takes("alone and next door", program(), school=ALONE),
            ],
            "staff_section_associations": [
                teaches("here", "local"),
                teaches("next door", "at the middle school"),
                teaches("nowhere", "professor"),
                teaches("another district", "colleague"),
                teaches("one of two", "local"),
                teaches("one of two", "professor"),
                teaches("one of two", "professor", begin_date=date(2025, 10, 1)),
                teaches("nobody", None),
                teaches("wbl", "professor"),
                teaches("choice", "professor", school=CHOICE),
                teaches("alone", "of the school", school=ALONE),
                teaches("alone and next door", "local", school=ALONE),
            ],
            "staff_school_associations": [
                employs(HIGH, "local"),
                employs(MIDDLE, "at the middle school"),
                employs(ELSEWHERE, "colleague"),
                employs(ALONE, "of the school"),
            ],
        },
        fails=dict.fromkeys(
            ["nowhere", "another district", "one of two", "alone and next door"], "warning"
        ),
        passes=["here", "next door", "alone"],
        outside=["nobody", "wbl", "choice"],
    )
    assert {finding["observed"] for finding in findings} == {
        "1 of the section's staff are assigned to no school of the district"
    }


def test_several_dual_programs_ask_for_the_teacher_once(prove):
    """CTE-012 judges the first dual program of an association, in whichever list it stands."""
    two = takes("1", program("B"), wi=[program("A"), program("0", f"{TYPE}WBL")])
    prove(
        "CTE-012",
        by="program_name",
        ods={
            "schools": SCHOOLS,
            "student_section_associations": [
                two,
                takes("2", program("local")),
                takes("2", program("choice"), school=CHOICE),
            ],
            "staff_section_associations": [
                teaches("1", "professor"),
                teaches("2", "local"),
                teaches("2", "professor", school=CHOICE),
            ],
            "staff_school_associations": [employs(HIGH, "local")],
        },
        fails={"A": "warning"},
        passes=["local"],
        outside=["B", "0", "choice"],
    )


def test_dual_enrollment_is_for_high_school_students(prove):
    """CTE-013: grade 8 fails and grade 9 passes, by the highest primary enrollment of the year."""
    grades = {"eighth": "08", "ninth": "09", "twelfth": "12", "kindergarten": "KG", "core": "5"}
    prove(
        "CTE-013",
        by="student_unique_id",
        ods={
            "schools": SCHOOLS,
            "student_section_associations": [
                *(takes("1", program("A"), person=person) for person in grades),
                takes("1", program("A"), person="promoted"),
                takes("1", program("A"), person="coursework only"),
                takes("1", program("A"), person="another year"),
                takes("1", program("A"), person="unknown grade"),
                takes("1", program("A", f"{TYPE}WBL"), person="work-based"),
                takes("1", program("A"), person="choice", school=CHOICE),
            ],
            "student_school_associations": [
                *(enrolled(person, grade) for person, grade in grades.items()),
                enrolled("promoted", "08", MIDDLE),
                enrolled("promoted", "09"),
                enrolled("coursework only", "08", kind="C"),
                enrolled("another year", "08", year=2025),
                enrolled("unknown grade", "middle"),
                enrolled("work-based", "08"),
                enrolled("choice", "08", CHOICE),
            ],
        },
        fails=dict.fromkeys(["eighth", "kindergarten", "core"], "warning"),
        passes=["ninth", "twelfth", "promoted"],
        outside=["coursework only", "another year", "unknown grade", "work-based", "choice"],
    )


def in_program(person, **fields):
    return {
        "student_unique_id": person,
        "education_organization_id": AGENCY,
        "program_education_organization_id": AGENCY,
        "program_name": "Welding",
        "program_type_descriptor": f"{TYPE}Dual",
        "begin_date": date(2025, 9, 2),
        **fields,
    }


def test_students_are_in_the_programs_their_sections_name(prove):
    """CTE-016: either resource counts; agency, name, type and student must all be the same."""
    people = (
        *("in a program", "in career education", "in none", "in another type"),
        *("in another name", "in another agency's"),
    )
    prove(
        "CTE-016",
        by="student_unique_id",
        ods={
            "schools": SCHOOLS,
            "student_section_associations": [
                *(takes("1", program(), person=person) for person in people),
                takes("1", program(agency=None), person="no agency"),
                takes("1", program(None), person="no name"),
                takes("1", program(type_=" "), person="no type"),
                takes("1", program(), person=None),
                takes("1", program(), person="choice", school=CHOICE),
            ],
            "student_program_associations": [
                in_program("in a program"),
                in_program("in another type", program_type_descriptor=f"{TYPE}WBL"),
                in_program("in another name", program_name="welding"),
            ],
            "student_cte_program_associations": [
                in_program("in career education"),
                in_program("in another agency's", program_education_organization_id=90),
            ],
        },
        fails=dict.fromkeys(people[2:], "info"),
        passes=people[:2],
        outside=["no agency", "no name", "no type", "None", "choice"],
    )


def test_a_list_states_a_program_once(prove):
    """CTE-017: twice in either list fails; once in each, or with another type, does not."""
    other_type = program(type_=f"{TYPE}WBL")
    findings = prove(
        "CTE-017",
        by="student_unique_id",
        ods={
            "schools": SCHOOLS,
            "student_section_associations": [
                takes("1", program(), program(), person="twice"),
                takes("1", wi=[program(), program(), program()], person="thrice"),
                takes("1", program(), wi=[program()], person="once in each"),
                takes("1", program(), program("B"), other_type, person="different"),
                takes("1", *[program(type_=None)] * 2, person="no type"),
                takes("1", program(), program(), person="choice", school=CHOICE),
                takes("1", program(), person="held twice", id="1"),
                takes("1", program(), person="held twice", id="2"),
            ],
        },
        fails={"twice": "warning", "thrice": "warning"},
        passes=["once in each", *["different"] * 3, "held twice"],
        outside=["no type", "choice"],
    )
    assert sorted(finding["observed"] for finding in findings) == [
        "program Welding stands 0 times in programs and 3 times in _ext.wi.programs",
        "program Welding stands 2 times in programs and 0 times in _ext.wi.programs",
    ]


def test_both_lists_give_a_program_the_same_type(prove):
    """CTE-018 fails each statement of a type that the other list does not give the program."""
    wbl = program(type_=f"{TYPE}WBL")
    findings = prove(
        "CTE-018",
        by="program_type_descriptor",
        ods={
            "schools": SCHOOLS,
            "student_section_associations": [
                takes("1", program(), wi=[wbl], person="differs"),
                takes("1", program(type_="both"), wi=[program(type_="both")], person="same"),
                takes(
                    "1", program(type_="shared"), program(type_="core alone"),
                    wi=[program(type_="shared")], person="one more in core",
                ),
                takes("1", program(type_="core"), wi=[program(type_=None)], person="no type"),
                takes("1", program(type_="A"), wi=[program("B", "wi")], person="other name"),
                takes("1", program(type_="C"), wi=[program(type_="D", agency=90)], person="other"),
                takes("1", program(None, "E"), wi=[program(None, "F")], person="no name"),
                takes("1", program(type_="G"), person="left", section_identifier="one list"),
                takes("1", program(type_="H"), wi=[program(type_="I")], school=CHOICE),
            ],
        },
        fails=dict.fromkeys([f"{TYPE}Dual", f"{TYPE}WBL", "core alone"], "warning"),
        passes=["both", "shared"],
        outside=["core", "None", "A", "wi", *"CDEFGHI"],
    )  # fmt: skip
    assert {finding["observed"] for finding in findings} == {
        f"Welding has the type {TYPE}Dual in programs only",
        f"Welding has the type {TYPE}WBL in _ext.wi.programs only",
        "Welding has the type core alone in programs only",
    }


@pytest.mark.parametrize("rule", ["CTE-017", "CTE-018"])
def test_another_students_programs_are_not_this_students(prove, rule):
    """Two students, each with the program once and in one list."""
    prove(
        rule,
        by="student_unique_id",
        ods={
            "schools": SCHOOLS,
            "student_section_associations": [
                takes("1", program(), person="core"),
                takes("1", wi=[program(type_=f"{TYPE}WBL")], person="extension"),
                takes("1", program(), program(), wi=[program()], person="c", school=CHOICE),
                takes("1", program(), wi=[program()], person="passes"),
            ],
        },
        fails={},
        passes=["passes"] if rule == "CTE-018" else ["core", "extension", "passes"],
        outside=["core", "extension", "c"] if rule == "CTE-018" else ["c"],
    )
