"""Programs of sections: what /sections states, and how many of the students do."""

from datetime import date

import pytest

AGENCY, PUBLIC, CHOICE = 48856, 1302, 7525
TYPE = "uri://dpi.wi.gov/ProgramTypeDescriptor#"
SCHOOLS = [
    {"school_id": PUBLIC, "local_education_agency_id": AGENCY},
    {
        "school_id": CHOICE,
        "school_categories": ["uri://dpi.wi.gov/SchoolCategoryDescriptor#Choice"],
    },
]


def program(type_="WBL", name="Welding", agency=AGENCY):
    return {
        "education_organization_id": agency,
        "program_name": name,
        "program_type_descriptor": f"{TYPE}{type_}",
    }


def section(identifier, *programs, place="programs", school=PUBLIC):
    return {
        "school_id": school,
        "school_year": 2026,
        "session_name": "Fall",
        "local_course_code": "WELD-1",
        "section_identifier": identifier,
        place: list(programs),
    }


def takes(identifier, *programs, person="5281033584", place="wi_programs", **fields):
    return {
        **section(identifier),
        "programs": [],
        place: list(programs),
        "student_unique_id": person,
        "begin_date": date(2025, 9, 2),
        **fields,
    }


def test_participation_is_stated_on_students(prove):
    """CTE-007: a participation on the section alone fails; any student's participation passes."""
    prove(
        "CTE-007",
        by="section_identifier",
        ods={
            "schools": SCHOOLS,
            "sections": [
                section("on the section", program()),
                section("in the extension", program("Dual"), place="wi_programs"),
                section("other student program", program()),
                section("language on students", program("Certified")),
                section("both", program()),
                section("language", program("WL")),
                section("unknown type", program("wbl")),
                section("no students", program()),
                section("on students"),
                section("choice", program(), school=CHOICE),
            ],
            "student_section_associations": [
                takes("on the section"),
                takes("in the extension"),
                takes("other student program", program("IRC", "Nursing"), person="1"),
                takes("other student program", person="2"),
                takes("language on students", program("WL")),
                takes("both", program(), place="programs"),
                takes("language"),
                takes("unknown type"),
                takes("on students", program()),
                takes("choice", school_id=CHOICE),
            ],
        },
        fails=dict.fromkeys(
            ["on the section", "in the extension", "language on students"], "warning"
        ),
        passes=["other student program", "both"],
        outside=["language", "unknown type", "no students", "on students", "choice"],
    )


def everyone(identifier, students, *programs, **fields):
    """`students` of the section, each with the programs."""
    return [
        takes(identifier, *programs, person=f"{number:010}", **fields) for number in range(students)
    ]


def share(prove, minimum, fails, passes, outside):
    """CTE-008 over sections of nine, ten and eleven students, with `minimum` as the setting."""
    half = everyone("two programs", 10, program())
    half[9] = takes("two programs", program("IRC", "Nursing"), person="9999999999")
    returned = takes("on one of two", person="0000000000", begin_date=date(2025, 11, 3))
    rosters = [
        *everyone("nine", 9, program()),
        *everyone("ten", 10, program()),
        *everyone("eleven", 11, program("IRC"), program("Dual", "College")),
        *everyone("all but one", 10, program("Certified")),
        takes("all but one", person="9999999999"),
        *half,
        *everyone("on one of two", 10, program("Non Certified")),
        returned,
        *everyone("dual", 11, program("Dual")),
        *everyone("language", 11, program("WL")),
        *everyone("none", 11),
        *everyone("no name", 11, program(name=" ")),
        *everyone("choice", 11, program(), school_id=CHOICE),
    ]
    identifiers = {row["section_identifier"] for row in rosters} - {"choice"}
    return prove(
        "CTE-008",
        by="section_identifier",
        ods={
            "schools": SCHOOLS,
            "sections": [*map(section, sorted(identifiers)), section("choice", school=CHOICE)],
            "student_section_associations": rosters,
        },
        fails=dict.fromkeys(fails, "info"),
        passes=passes,
        outside=[*outside, "dual", "language", "none", "no name", "choice"],
        **({"cte_section_students": minimum} if minimum else {"threshold": "cte_section_students"}),
    )


def test_not_all_students_of_a_course_take_part(prove):
    """CTE-008 speaks from ten students on, when one program is stated for every one of them."""
    share(
        prove, None,
        fails=["ten", "eleven", "on one of two"],
        passes=["all but one", "two programs"],
        outside=["nine"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("minimum", "also", "no_more"),
    [(9, ["nine"], []), (11, [], ["ten", "on one of two", "two programs"])],
)
def test_how_many_students_make_a_section_is_a_setting(prove, minimum, also, no_more):
    """CTE-008: moved by one, the setting lets nine students in, or ten out."""
    share(
        prove, minimum,
        fails=sorted({"ten", "eleven", "on one of two", *also} - {*no_more}),
        passes=sorted({"all but one", "two programs"} - {*no_more}),
        outside=sorted({"nine", *no_more} - {*also}),
    )  # fmt: skip
