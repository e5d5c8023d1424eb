"""School years that are none: a record that carries one is audited like any other."""

from datetime import date

import pytest
from campus import SCHOOL, SESSIONS, Campus, ods, section_key
from proof import World

ODD = (20252026, 99999, 0, -1)
BEGIN = date(2025, 8, 20)
DATED = (
    "sessions", "student_section_associations", "programs", "sections", "identity_ledger",
    "identity_mappings",
)  # fmt: skip


@pytest.mark.parametrize("year", ODD)
@pytest.mark.parametrize("known", [True, False])
def test_an_odd_school_year_breaks_no_table(tmp_path, year, known):
    """Its records are judged by the audited year's end, with their session or without."""
    row = section_key("ALG") | {"school_year": year}
    program = {"education_organization_id": 1, "program_name": "A", "program_type_descriptor": "B"}
    association = row | {"student_unique_id": "10", "begin_date": BEGIN, "programs": [program]}
    world = World.of(
        tmp_path,
        {
            "schools": [SCHOOL],
            "sessions": [SESSIONS[0] | {"school_year": year, "end_date": None}] if known else [],
            "sections": [row | {"id": "a"}],
            "student_section_associations": [association],
        },
        {"edfiIdentityMapping": [
            {"resource": "sections", "campusObjectType": "Section", "objectKey": "1", "edfiID": "a"}
        ]},
        audit_date=date(2026, 6, 30),
    )  # fmt: skip
    for name in DATED:
        assert {found["phase"] for found in world.rows(name)} <= {"in_term"}
    (association,) = world.rows("student_section_associations")
    assert association["session_end_date"] == date(2026, 6, 30)


@pytest.mark.parametrize(
    "note",
    [
        '{"schoolId": 1302, "schoolYear": 20252026, "sessionName": "Fall"}',
        '{"schoolId": 1302, "schoolYear": 0, "sessionName": "Fall"}',
        '{"schoolId": 1302, "schoolYear": "2025-26", "sessionName": "Fall"}',
        "schoolYear=2026",
        "{",
        "[]",
    ],
)
def test_a_note_that_makes_no_sense_breaks_nothing(tmp_path, note):
    """A natural key with an odd year, or that is no JSON, tells no year."""
    campus = Campus()
    campus.maps("sections", "Section", "gone", "9" * 32, naturalKey=note)
    world = World.of(tmp_path, ods(), campus.sis)
    (mapping,) = world.rows("identity_mappings")
    assert mapping["school_year"] is None
    (row,) = world.rows("identity_ledger")
    assert row["state"] == "IDM-005"


def test_a_record_of_another_year_ends_with_that_year(tmp_path):
    """Without its session a record of 2024-25 is after its year, one of 2025-26 in term."""
    records = {"sections": [], "student_section_associations": []}
    for year in (2025, 2026):
        row = section_key("ALG") | {"school_year": year}
        records["sections"].append(row)
        program = {"program_name": "A"}
        records["student_section_associations"].append(
            row | {"student_unique_id": "10", "begin_date": BEGIN, "programs": [program]}
        )
    world = World.of(tmp_path, records, audit_date=date(2026, 3, 1))
    for name in ("sections", "student_section_associations", "programs"):
        phases = {row["school_year"]: row["phase"] for row in world.rows(name)}
        assert phases == {2025: "after_year", 2026: "in_term"}, name
    ends = {
        row["school_year"]: row["session_end_date"]
        for row in world.rows("student_section_associations")
    }
    assert ends == {2025: date(2025, 6, 30), 2026: date(2026, 6, 30)}
