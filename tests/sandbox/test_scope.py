"""Keys of certain education organizations, and several keys side by side."""

import httpx
import pytest
from sandbox.small_ods import ask_token, write

from edfi_audit.sandbox.keys import Key
from edfi_audit.sandbox.world import generate

STUDENTS = "/data/v3/ed-fi/students"
ENROLLMENTS = "/data/v3/ed-fi/studentSchoolAssociations"


def enrolled(student, school):
    return {
        "entryDate": "2025-09-02",
        "schoolReference": {"schoolId": school},
        "studentReference": {"studentUniqueId": student},
    }


def school(number, district):
    return {
        "schoolId": number,
        "nameOfInstitution": f"Synthetic School {number}",
        "localEducationAgencyReference": {"localEducationAgencyId": district},
    }


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    """Two districts; student 3 is enrolled nowhere, staff member t2 works in district 14 only."""
    records = {
        "localEducationAgencies": [
            {"localEducationAgencyId": number, "nameOfInstitution": f"Synthetic District {number}"}
            for number in (13, 14)
        ],
        "schools": [school(1301, 13), school(1302, 13), school(1401, 14)],
        "students": [{"studentUniqueId": number} for number in ("1", "2", "3", "4")],
        "studentSchoolAssociations": [
            enrolled("1", 1301),
            enrolled("2", 1401),
            enrolled("4", 1302),
            enrolled("4", 1401),
        ],
        "staffs": [{"staffUniqueId": "t1"}, {"staffUniqueId": "t2"}],
        "staffSchoolAssociations": [
            {
                "programAssignmentDescriptor": "uri://ed-fi.org/ProgramAssignmentDescriptor#Other",
                "schoolReference": {"schoolId": number},
                "staffReference": {"staffUniqueId": staff},
            }
            for number, staff in ((1301, "t1"), (1401, "t2"))
        ],
        "schoolYearTypes": [{"schoolYear": 2026}],
    }
    return write(tmp_path_factory.mktemp("state"), records)


def students(client):
    return [row["studentUniqueId"] for row in client.get(STUDENTS).json()]


def test_a_district_sees_its_own_students(connect, state):
    """200 with fewer rows, and a count that fits them: a student enrolled nowhere is not there."""
    client = connect(state, education_organizations=frozenset({13}))
    answer = client.get(STUDENTS, params={"totalCount": "true"})

    assert answer.status_code == 200
    assert [row["studentUniqueId"] for row in answer.json()] == ["1", "4"]
    assert answer.headers["total-count"] == "2"


def test_a_school_sees_less_than_its_district(connect, state):
    """The other school of its district is not its own."""
    assert students(connect(state, education_organizations=frozenset({1301}))) == ["1"]


def test_other_resources_follow_people_and_schools(connect, state):
    """Enrollments and staff of elsewhere are left out; types and schools are everyone's."""
    client = connect(state, education_organizations=frozenset({13}))

    def rows(resource):
        return client.get(f"/data/v3/ed-fi/{resource}").json()

    assert [row["schoolReference"]["schoolId"] for row in rows("studentSchoolAssociations")] == [
        1301,
        1302,
    ]
    assert [row["staffUniqueId"] for row in rows("staffs")] == ["t1"]
    assert len(rows("schoolYearTypes")) == 1
    assert len(rows("schools")) == 3


def test_an_unseen_item_is_403_by_its_id(fresh, state):
    """Unlike in a collection, the caller is told that there is something."""
    sandbox, client = fresh(state, education_organizations=frozenset({13}))
    hidden = next(row for row in sandbox.rows("students") if row["studentUniqueId"] == "2")

    answer = client.get(f"{STUDENTS}/{hidden['id']}")

    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:ed-fi:api:security:authorization"
    assert answer.json()["errors"] == [
        (
            "No relationships have been established between the caller's education organization id "
            "claims (13) and the resource item's 'StudentUniqueId' value."
        )
    ]


def test_what_is_seen_changes_with_the_data(fresh, state):
    """A student is seen from the enrollment on, and no longer without it."""
    sandbox, client = fresh(state, education_organizations=frozenset({13}))
    assert students(client) == ["1", "4"]

    enrollment = sandbox.upsert("studentSchoolAssociations", enrolled("3", 1302))
    assert students(client) == ["1", "3", "4"]
    sandbox.delete("studentSchoolAssociations", enrollment)
    assert students(client) == ["1", "4"]


def test_deletes_of_unseen_students_are_not_told(fresh, state):
    """Of two deleted students, only the one that is still enrolled here."""
    sandbox, client = fresh(state, education_organizations=frozenset({13}))
    for row in sandbox.rows("students"):
        if row["studentUniqueId"] in {"1", "2"}:
            sandbox.delete("students", row["id"])

    deleted = client.get(f"{STUDENTS}/deletes").json()

    assert [entry["keyValues"]["studentUniqueId"] for entry in deleted] == ["1"]


def test_partitions_and_pages_hold_what_is_seen(connect, state):
    """A cursor walk of a scoped key meets its own rows only."""
    client = connect(state, education_organizations=frozenset({13}))
    tokens = client.get(f"{STUDENTS}/partitions").json()["pageTokens"]
    rows = client.get(STUDENTS, params={"pageToken": tokens[0], "pageSize": 5}).json()

    assert [row["studentUniqueId"] for row in rows] == ["1", "4"]


def test_keys_side_by_side_have_rights_of_their_own(fresh, state):
    """Each token is its key's: what it sees, may do and is told about itself."""
    narrow = Key(
        key="narrow",
        secret="narrow-secret",
        claim_set="Narrow",
        education_organizations=frozenset({1401}),
        denied=frozenset({"staffs"}),
    )
    sandbox, wide = fresh(state, other_keys=(narrow,))
    with httpx.Client(base_url=sandbox) as client:
        token = ask_token(client, auth=("narrow", "narrow-secret")).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        info = client.post("/oauth/token_info", data={"token": token}).json()

        assert students(client) == ["2", "4"]
        assert client.get("/data/v3/ed-fi/staffs").status_code == 403
        assert ask_token(client, auth=("narrow", "sandbox-secret")).status_code == 401
    assert students(wide) == ["1", "2", "3", "4"]
    assert wide.get("/data/v3/ed-fi/staffs").status_code == 200
    assert info["client_id"] == "narrow"
    assert info["claim_set"] == {"name": "Narrow"}
    assert [item["education_organization_id"] for item in info["education_organizations"]] == [1401]


def test_each_key_has_its_own_tokens(fresh):
    """The fifteen of one key leave another's untouched."""
    other = Key(key="other", secret="other-secret")
    _, client = fresh(other_keys=(other,))
    for _ in range(14):
        ask_token(client)

    assert ask_token(client).status_code == 429
    assert ask_token(client, auth=("other", "other-secret")).status_code == 200


def test_a_state_s_key_sees_every_agency_of_the_synthetic_world(connect, tmp_path):
    """A district's key sees its own schools' records only, and the courses of the state."""
    generate(tmp_path, defects="none")

    def rows(resource, **options):
        client = connect(tmp_path / "ods", **options)
        return client.get(f"/data/v3/ed-fi/{resource}", params={"limit": 500}).json()

    def schools(found):
        references = ("schoolReference", "sectionReference")
        return {row[name]["schoolId"] for row in found for name in references if name in row}

    key = {"education_organizations": frozenset({100417})}
    abroad = {106110, 106120}
    for resource in ("sessions", "courseOfferings", "studentSchoolAssociations"):
        assert abroad < schools(rows(resource))
        own = schools(rows(resource, **key))
        assert own
        assert not own & abroad
    assert rows("courses", **key) == rows("courses")
