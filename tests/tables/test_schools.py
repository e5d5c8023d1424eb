"""The schools and sessions that every audit table refers to."""

from datetime import date

import pytest
from proof import World


def rows(folder, name, ods=None, sis=None, **settings):
    world = World.of(folder, ods, sis, **settings)
    found = world.rows(name)
    world.con.close()
    return found


def test_schools_of_every_source(tmp_path):
    """A school of the ODS, of the SIS, and one that only a record names, each once."""
    found = rows(
        tmp_path,
        "schools",
        ods={
            "schools": [
                {"school_id": 1302, "name_of_institution": "East", "grade_levels": ["#9"]},
                {"school_id": 1303, "local_education_agency_id": 48856},
            ],
            "local_education_agencies": [
                {"local_education_agency_id": 48856, "name_of_institution": "Synthetic SD"}
            ],
            "student_section_associations": [{"school_id": 4711}, {"school_id": None}],
        },
        sis={
            "school": [
                {"schoolID": "1", "edfiNumber": "1302", "number": "0420", "name": "East High"},
                {"schoolID": "2", "edfiNumber": " ", "number": "0099", "name": "North"},
                {"schoolID": "3", "number": "none", "name": "Nowhere"},
            ]
        },
    )
    names = ("school_id", "lea_id", "lea_name", "name", "in_ods", "in_sis", "grade_levels")
    assert [tuple(row[name] for name in names) for row in found] == [
        (99, None, None, "North", False, True, None),
        (1302, None, None, "East", True, True, ["#9"]),
        (1303, 48856, "Synthetic SD", None, True, False, None),
        (4711, None, None, None, False, False, None),
    ]


@pytest.mark.parametrize(
    ("school", "is_choice"),
    [
        ({"school_categories": ["uri://dpi.wi.gov/SchoolCategoryDescriptor#Choice"]}, True),
        ({"school_categories": ["#High School", "#Choice School"]}, True),
        ({"school_type_descriptor": "uri://dpi.wi.gov/SchoolTypeDescriptor#choice"}, True),
        ({"school_categories": ["#Not a Choice School"]}, False),
        ({}, False),
    ],
)
def test_choice_schools(tmp_path, school, is_choice):
    """The ODS's own category or type says it."""
    (found,) = rows(tmp_path, "schools", ods={"schools": [{"school_id": 1, **school}]})
    assert found["is_choice"] is is_choice


def test_the_settings_name_choice_and_jail_schools(tmp_path):
    """Where the ODS does not say so itself."""
    schools = [{"school_id": number} for number in (1, 2, 3)]
    found = rows(
        tmp_path, "schools", ods={"schools": schools}, choice_schools=(2,), jail_schools=(3,)
    )
    assert [(row["is_choice"], row["is_jail"]) for row in found] == [
        (False, False),
        (True, False),
        (False, True),
    ]


@pytest.mark.parametrize(
    ("audit_date", "end_date", "phase"),
    [
        (date(2026, 1, 15), date(2026, 1, 15), "in_term"),
        (date(2026, 1, 16), date(2026, 1, 15), "after_term"),
        (date(2026, 6, 30), date(2026, 1, 15), "after_term"),
        (date(2026, 7, 1), date(2026, 1, 15), "after_year"),
        (date(2026, 6, 30), None, "in_term"),
        (date(2026, 7, 1), None, "after_year"),
        (date(2026, 7, 10), date(2026, 7, 10), "in_term"),
    ],
)
def test_phase(tmp_path, audit_date, end_date, phase):
    """The last day is in term; the year is over on 1 July; no end date means 30 June."""
    session = {"school_id": 1302, "school_year": 2026, "session_name": "Fall"}
    (found,) = rows(
        tmp_path,
        "sessions",
        ods={"sessions": [{**session, "end_date": end_date}]},
        audit_date=audit_date,
    )
    assert found["phase"] == phase
    assert found["end_date"] == (end_date or date(2026, 6, 30))
