"""Students in career education programs: which programs have a certificated status."""

from datetime import date

import pytest

AGENCY, PUBLIC, CHOICE = 48856, 1302, 7525
TYPE = "uri://dpi.wi.gov/ProgramTypeDescriptor#"
STATUS = "uri://dpi.wi.gov/CertificatedProgramStatusDescriptor#Completed"
PLACES = {
    "schools": [
        {"school_id": PUBLIC, "local_education_agency_id": AGENCY},
        {
            "school_id": CHOICE,
            "school_categories": ["uri://dpi.wi.gov/SchoolCategoryDescriptor#Choice"],
        },
    ],
    "local_education_agencies": [{"local_education_agency_id": AGENCY}],
}


def takes_part(person, type_, status=STATUS, where=AGENCY, **fields):
    return {
        "student_unique_id": person,
        "education_organization_id": where,
        "program_education_organization_id": AGENCY,
        "program_name": "Welding",
        "program_type_descriptor": type_ if type_ is None else f"{TYPE}{type_}",
        "begin_date": date(2025, 9, 2),
        "certificated_program_status_descriptor": status,
        **fields,
    }


@pytest.mark.parametrize(
    ("year", "right"),
    [(2023, "Certified"), (2024, "Certified"), (2025, "IRC"), (2026, "IRC"), (2027, "IRC")],
)
def test_a_status_goes_with_one_type_of_program(prove, year, right):
    """CTE-015: Certified up to 2023-24, Industry Recognized Credentials from 2024-25 on."""
    types = {"Certified", "IRC", "Non Certified", "WBL", "Dual", "WL"}
    wrong = [*sorted(types - {right}), right.lower(), "of another namespace"]
    findings = prove(
        "CTE-015",
        by="student_unique_id",
        ods={
            **PLACES,
            "student_cte_program_associations": [
                *(takes_part(type_, type_) for type_ in (*sorted(types), right.lower())),
                takes_part(
                    "of another namespace", None,
                    program_type_descriptor=f"uri://ed-fi.org/ProgramTypeDescriptor#{right}",
                ),
                takes_part("no type", None),
                takes_part("no status", "WBL", None),
                takes_part("blank status", "WBL", " "),
                takes_part("choice", "WBL", where=CHOICE),
            ],
        },
        fails=dict.fromkeys(wrong, "error"),
        passes=[right],
        outside=["no status", "blank status", "no type", "choice"],
        school_year=year,
    )  # fmt: skip
    assert {finding["expected"] for finding in findings} == {
        f"no status, or a program of type {right}"
    }


def test_an_association_is_its_schools_or_its_agencys(prove):
    """CTE-015 places a finding at the school that reports it, else at the agency, else nowhere."""
    findings = prove(
        "CTE-015",
        by="student_unique_id",
        ods={
            **PLACES,
            "student_cte_program_associations": [
                takes_part("school", "WBL", where=PUBLIC),
                takes_part("agency", "WBL"),
                takes_part("elsewhere", "WBL", where=77),
                takes_part("choice", "WBL", where=CHOICE),
                takes_part("right", "IRC"),
            ],
        },
        fails=dict.fromkeys(["school", "agency", "elsewhere"], "error"),
        passes=["right"],
        outside=["choice"],
    )
    assert {row["student_unique_id"]: (row["school_id"], row["lea_id"]) for row in findings} == {
        "school": (PUBLIC, AGENCY),
        "agency": (None, AGENCY),
        "elsewhere": (None, None),
    }


def test_a_key_that_is_there_twice_is_one_association(prove):
    """CTE-015 looks at the status of either copy."""
    prove(
        "CTE-015",
        by="student_unique_id",
        ods={
            **PLACES,
            "student_cte_program_associations": [
                takes_part("twice", "WBL"),
                takes_part("twice", "WBL", None),
                takes_part("right", "IRC"),
                takes_part("choice", "WBL", where=CHOICE),
            ],
        },
        fails={"twice": "error"},
        passes=["right"],
        outside=["choice"],
    )
