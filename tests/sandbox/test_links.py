"""Links in references: what kind of record they point at, and where it is."""

from sandbox.small_ods import served, write


def test_a_reference_links_to_its_record(folder):
    """The link names the entity, and the path of the record with that natural key."""
    sections = served(folder, "sections")
    row = served(folder, "studentSectionAssociations", links=True)[11]

    assert row["sectionReference"]["link"] == {
        "rel": "Section",
        "href": f"/ed-fi/sections/{sections[1]['id']}",
    }


def test_links_can_be_switched_off(folder):
    """Then a reference holds its key only."""
    row = served(folder, "studentSectionAssociations")[0]

    assert row["studentReference"] == {"studentUniqueId": "900001"}


def test_a_reference_to_nothing_has_no_link(folder):
    """The courses of these sections are not served."""
    row = served(folder, "sections", links=True)[0]

    assert "link" not in row["courseOfferingReference"]


def test_a_link_uses_the_id_a_record_brings(tmp_path):
    """The natural key finds the record, whatever its id."""
    write(
        tmp_path,
        {
            "schools": [{"id": "feed", "schoolId": 1}],
            "classPeriods": [{"classPeriodName": "1", "schoolReference": {"schoolId": 1}}],
        },
    )

    [row] = served(tmp_path, "classPeriods", links=True)

    assert row["schoolReference"]["link"]["href"] == "/ed-fi/schools/feed"


def test_references_with_a_role_and_in_lists_are_linked(tmp_path):
    """`locationSchoolReference` is a school; programs link inside `_ext` as well."""
    program = {
        "educationOrganizationId": 13,
        "programName": "CTE",
        "programTypeDescriptor": "uri://ed-fi.org/ProgramTypeDescriptor#CTE",
    }
    district = {"educationOrganizationReference": {"educationOrganizationId": 13}}
    write(
        tmp_path,
        {
            "localEducationAgencies": [{"id": "district", "localEducationAgencyId": 13}],
            "schools": [{"id": "school", "schoolId": 1}],
            "programs": [
                {
                    "id": "program",
                    "programName": "CTE",
                    "programTypeDescriptor": program["programTypeDescriptor"],
                    **district,
                }
            ],
            "sections": [
                {
                    "sectionIdentifier": "S",
                    "locationSchoolReference": {"schoolId": 1},
                    "_ext": {"wi": {"programs": [{"programReference": program}]}},
                }
            ],
        },
    )

    [section] = served(tmp_path, "sections", links=True)
    [found] = served(tmp_path, "programs", links=True)

    assert section["locationSchoolReference"]["link"] == {
        "rel": "School",
        "href": "/ed-fi/schools/school",
    }
    assert section["_ext"]["wi"]["programs"][0]["programReference"]["link"] == {
        "rel": "Program",
        "href": "/ed-fi/programs/program",
    }
    assert found["educationOrganizationReference"]["link"] == {
        "rel": "LocalEducationAgency",
        "href": "/ed-fi/localEducationAgencies/district",
    }
