"""Writes: what is answered, and where a new or changed row then stands."""

import pytest

from edfi_audit.sandbox.keys import WRITE_ACTIONS

STUDENTS = "/data/v3/ed-fi/students"
SECTIONS = "/data/v3/ed-fi/sections"


@pytest.fixture
def writer(fresh):
    """A 7.3 whose key may write."""
    return fresh(actions=WRITE_ACTIONS)


def student_ids(client):
    return [row["studentUniqueId"] for row in client.get(STUDENTS).json()]


def test_a_new_key_is_created(writer):
    """201, with the place of the item and its version."""
    sandbox, client = writer

    answer = client.post(STUDENTS, json={"studentUniqueId": "1", "birthDate": None})
    item = client.get(answer.headers["location"])

    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["location"].startswith(f"{sandbox}/data/v3/ed-fi/students/")
    assert answer.headers["etag"] == item.headers["etag"]
    assert item.json()["studentUniqueId"] == "1"
    assert "birthDate" not in item.json()


def test_a_known_key_is_updated(writer):
    """200, with the same id and another version."""
    _, client = writer
    [before] = client.get(STUDENTS, params={"studentUniqueId": "900001"}).json()

    answer = client.post(STUDENTS, json={"studentUniqueId": "900001", "birthDate": "2010-01-01"})
    [after] = client.get(STUDENTS, params={"studentUniqueId": "900001"}).json()

    assert answer.status_code == 200
    assert answer.headers["location"].endswith(before["id"])
    assert (after["id"], after["birthDate"]) == (before["id"], "2010-01-01")
    assert after["_etag"] != before["_etag"]
    assert len(student_ids(client)) == 12


def test_what_stays_the_same_is_no_change(writer):
    """The version, etag and change version stay, as an ODS writes nothing then."""
    sandbox, client = writer
    [before] = client.get(STUDENTS, params={"studentUniqueId": "900001"}).json()

    answer = client.post(STUDENTS, json={"studentUniqueId": "900001"})

    assert answer.status_code == 200
    assert client.get(STUDENTS, params={"studentUniqueId": "900001"}).json() == [before]
    assert sandbox.newest == 29


@pytest.mark.parametrize(
    ("flavour", "place"), [("7.3", 12), ("8.0", 12), ("7.2", 3), ("6.1", 3), ("5.3", 3)]
)
def test_a_new_row_stands_where_its_release_puts_it(fresh, flavour, place):
    """At the end from 7.3 on, at its primary key before."""
    _, client = fresh(flavour=flavour, actions=WRITE_ACTIONS)
    path = STUDENTS if flavour != "8.0" else "/data/ed-fi/students"

    client.post(path, json={"studentUniqueId": "9000035"})
    rows = client.get(path).json()

    assert [row["studentUniqueId"] for row in rows].index("9000035") == place


def test_an_aggregate_id_is_never_given_again(fresh):
    """After the last row is deleted, a new one comes behind where it stood."""
    sandbox, client = fresh()
    last = sandbox.rows("students")[-1]["id"]
    token = client.get(STUDENTS, params={"limit": 12}).headers["next-page-token"]
    sandbox.delete("students", last)
    sandbox.upsert("students", {"studentUniqueId": "1"})

    page = client.get(STUDENTS, params={"pageToken": token, "pageSize": 5}).json()

    assert [row["studentUniqueId"] for row in page] == ["1"]


def test_an_item_is_replaced(writer):
    """PUT gives 204 and the new version; what the body leaves out is gone."""
    _, client = writer
    school = client.get("/data/v3/ed-fi/schools").json()[0]
    place = f"/data/v3/ed-fi/schools/{school['id']}"

    answer = client.put(place, json={"id": school["id"], "schoolId": 1301})
    after = client.get(place)

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["etag"] == after.headers["etag"] != f'"{school["_etag"]}"'
    assert "nameOfInstitution" not in after.json()


def test_a_section_may_change_its_key(writer):
    """204; the item keeps its id, and its roster follows."""
    _, client = writer
    section = client.get(SECTIONS, params={"sectionIdentifier": "S-2"}).json()[0]

    answer = client.put(f"{SECTIONS}/{section['id']}", json=section | {"sectionIdentifier": "T"})
    roster = client.get(
        "/data/v3/ed-fi/studentSectionAssociations", params={"sectionIdentifier": "T"}
    )

    assert answer.status_code == 204
    assert client.get(f"{SECTIONS}/{section['id']}").json()["sectionIdentifier"] == "T"
    assert len(roster.json()) == 4
    assert (
        roster.json()[0]["sectionReference"]["link"]["href"] == f"/ed-fi/sections/{section['id']}"
    )


def test_a_key_that_was_left_is_free(fresh):
    """Who takes it is another record; the one that had it is not touched."""
    sandbox, client = fresh()
    [before, _] = sandbox.rows("sections")
    sandbox.edit("sections", before["id"], sectionIdentifier="T")

    created = sandbox.upsert("sections", {**before, "sectionName": "New"})

    named = {row["sectionIdentifier"]: row["id"] for row in client.get(SECTIONS).json()}
    assert len(named) == 3
    assert (named["T"], named["S-1"]) == (before["id"], created)
    assert created != before["id"]


def test_a_student_may_not_change_its_key(writer):
    """Most resources have to be deleted and created anew."""
    sandbox, client = writer
    student = client.get(STUDENTS).json()[0]

    answer = client.put(
        f"{STUDENTS}/{student['id']}",
        json={"studentUniqueId": "1"},
        headers={"correlation-id": "trace-1"},
    )

    assert answer.status_code == 400
    assert answer.json() == {
        "detail": "Identifying values for the Student resource cannot be changed. "
        "Delete and recreate the resource item instead.",
        "type": "urn:ed-fi:api:bad-request:data-validation-failed:key-change-not-supported",
        "title": "Key Change Not Supported",
        "status": 400,
        "correlationId": "trace-1",
    }
    assert sandbox.newest == 29


def test_an_item_is_deleted(writer):
    """204, and then it is not found, by id or in the collection."""
    _, client = writer
    place = f"{STUDENTS}/{client.get(STUDENTS).json()[0]['id']}"

    answer = client.delete(place)

    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get(place).status_code == 404
    assert len(student_ids(client)) == 11
    assert client.delete(place).status_code == 404


def test_a_write_may_depend_on_a_version(writer):
    """`If-Match` with an older version is refused, with the current one it is done."""
    _, client = writer
    student = client.get(STUDENTS).json()[0]
    place = f"{STUDENTS}/{student['id']}"

    refused = client.delete(place, headers={"If-Match": '"1"'})
    done = client.delete(place, headers={"If-Match": f'"{student["_etag"]}"'})

    assert refused.status_code == 412
    assert refused.json()["type"] == "urn:ed-fi:api:optimistic-lock-failed"
    assert done.status_code == 204


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"{", "The request body is not valid JSON."),
        (b"[]", "The request body is not a JSON object."),
        (b'{"birthDate":"2010-01-01"}', "studentUniqueId: the identifying values are required."),
        (
            b'{"id":"1","studentUniqueId":"1"}',
            (
                "Resource identifiers cannot be assigned by the client. The 'id' property should "
                "not be included in the request body."
            ),
        ),
    ],
)
def test_what_is_no_record_is_refused(writer, body, error):
    """400, and nothing is written."""
    sandbox, client = writer

    answer = client.post(STUDENTS, content=body)

    assert answer.status_code == 400
    assert answer.json()["errors"] == [error]
    assert sandbox.newest == 29


def test_a_filter_follows_what_is_written(writer):
    """An index that a query made is right after insert, update and delete."""
    _, client = writer
    path = "/data/v3/ed-fi/schools"

    def named(name):
        return len(client.get(path, params={"nameOfInstitution": name}).json())

    assert named("New") == 0
    client.post(path, json={"schoolId": 1303, "nameOfInstitution": "New"})
    assert named("New") == 1
    client.post(path, json={"schoolId": 1303, "nameOfInstitution": "Newer"})
    assert (named("New"), named("Newer")) == (0, 1)
    [school] = client.get(path, params={"schoolId": "1303"}).json()
    client.delete(f"{path}/{school['id']}")
    assert named("Newer") == 0
