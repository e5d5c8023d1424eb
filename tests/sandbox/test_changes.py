"""Change queries: versions, windows, deletes and changes of key, release by release."""

import pytest
from sandbox.small_ods import ask_token

VERSIONS = "/changeQueries/v1/availableChangeVersions"
STUDENTS = "/data/v3/ed-fi/students"
SECTIONS = "/data/v3/ed-fi/sections"
SSAS = "/data/v3/ed-fi/studentSectionAssociations"
ROSTER_KEY = {
    "beginDate": "2025-09-02",
    "localCourseCode": "ALG-1",
    "schoolId": 1301,
    "schoolYear": 2026,
    "sectionIdentifier": "S-1",
    "sessionName": "2025-2026 Fall",
    "studentUniqueId": "900001",
}


def student_ids(answer):
    return [row["studentUniqueId"] for row in answer.json()]


def id_of(client, path, **query):
    [row] = client.get(path, params=query).json()
    return row["id"]


def test_every_write_takes_the_next_version(fresh):
    """Insert, update and delete are numbered by one counter over all resources."""
    sandbox, client = fresh()
    sandbox.upsert("students", {"studentUniqueId": "1"})
    sandbox.upsert("schools", {"schoolId": 1301, "nameOfInstitution": "Renamed"})
    sandbox.delete("students", id_of(client, STUDENTS, studentUniqueId="900012"))

    newest = client.get(VERSIONS).json()["newestChangeVersion"]
    inserted = client.get(STUDENTS, params={"minChangeVersion": 30}).json()
    renamed = client.get("/data/v3/ed-fi/schools", params={"minChangeVersion": 30}).json()
    deleted = client.get(f"{STUDENTS}/deletes").json()

    assert newest == 32
    assert [row["studentUniqueId"] for row in inserted] == ["1"]
    assert [row["nameOfInstitution"] for row in renamed] == ["Renamed"]
    assert [entry["changeVersion"] for entry in deleted] == [32]


def test_both_bounds_belong_to_the_window(ods):
    """Students came in as changes 4 to 15; a window of 5 to 6 holds the second and third."""
    window = {"minChangeVersion": 5, "maxChangeVersion": 6}

    assert student_ids(ods.get(STUDENTS, params=window)) == ["900011", "900010"]


def test_an_updated_row_leaves_the_window_behind_it(fresh):
    """Its only version is the latest."""
    sandbox, client = fresh()
    sandbox.edit(
        "students", id_of(client, STUDENTS, studentUniqueId="900012"), birthDate="2010-01-01"
    )

    before = client.get(STUDENTS, params={"maxChangeVersion": 29, "totalCount": "true"})
    after = client.get(STUDENTS, params={"minChangeVersion": 30})

    assert before.headers["total-count"] == "11"
    assert student_ids(after) == ["900012"]


@pytest.mark.parametrize("flavour", ["6.1", "7.1", "7.2", "7.3"])
def test_a_delete_is_told_with_its_key(fresh, flavour):
    """From 6.0 on: id, version, and the natural key in one flat object."""
    sandbox, client = fresh(flavour=flavour)
    gone = id_of(client, SSAS, studentUniqueId="900001")
    sandbox.delete("studentSectionAssociations", gone)

    answer = client.get(f"{SSAS}/deletes", params={"totalCount": "true"})

    assert answer.json() == [{"id": gone, "changeVersion": 30, "keyValues": ROSTER_KEY}]
    assert answer.headers["total-count"] == "1"


def test_8_0_tells_deletes_with_dashed_ids(fresh):
    """The id is written as everywhere in that version."""
    sandbox, client = fresh(flavour="8.0")
    gone = id_of(client, "/data/ed-fi/students", studentUniqueId="900001")
    sandbox.delete("students", gone)

    [entry] = client.get("/data/ed-fi/students/deletes").json()

    assert entry == {"id": gone, "changeVersion": 30, "keyValues": {"studentUniqueId": "900001"}}
    assert gone.count("-") == 4


def test_5_3_tells_a_delete_by_its_id_alone(fresh):
    """In Pascal case, without a key, and without a count even when one is asked for."""
    sandbox, client = fresh(flavour="5.3")
    gone = id_of(client, SSAS, studentUniqueId="900001")
    sandbox.delete("studentSectionAssociations", gone)

    answer = client.get(f"{SSAS}/deletes", params={"totalCount": "true"})

    assert answer.json() == [{"Id": gone, "ChangeVersion": 30}]
    assert "total-count" not in answer.headers


@pytest.mark.parametrize(("flavour", "told"), [("7.3", 0), ("6.1", 0), ("5.3", 1)])
def test_a_delete_is_not_told_once_its_key_is_back(fresh, flavour, told):
    """The new row has another id; only 5.3 still tells of the old one."""
    sandbox, client = fresh(flavour=flavour)
    gone = id_of(client, STUDENTS, studentUniqueId="900001")
    sandbox.delete("students", gone)
    sandbox.upsert("students", {"studentUniqueId": "900001"})

    assert len(client.get(f"{STUDENTS}/deletes").json()) == told
    assert id_of(client, STUDENTS, studentUniqueId="900001") != gone
    assert client.get(f"{STUDENTS}/{gone}").status_code == 404


def test_deletes_come_in_order_and_in_pages(fresh):
    """By change version, whatever the order of the rows was; bounds, offset and limit apply."""
    sandbox, client = fresh()
    for student in ("900005", "900009", "900001"):
        sandbox.delete("students", id_of(client, STUDENTS, studentUniqueId=student))

    def told(**query):
        entries = client.get(f"{STUDENTS}/deletes", params=query).json()
        return [entry["keyValues"]["studentUniqueId"] for entry in entries]

    assert told() == ["900005", "900009", "900001"]
    assert told(offset=1, limit=1) == ["900009"]
    assert told(minChangeVersion=31, maxChangeVersion=31) == ["900009"]


def test_a_change_of_key_is_told_with_both_keys(fresh):
    """The item keeps its id; the roster rows that refer to it have changed keys too."""
    sandbox, client = fresh()
    section = id_of(client, SECTIONS, sectionIdentifier="S-2")
    sandbox.edit("sections", section, sectionIdentifier="S-2b")

    key = {
        "localCourseCode": "ALG-1",
        "schoolId": 1302,
        "schoolYear": 2026,
        "sessionName": "2025-2026 Fall",
    }
    assert client.get(f"{SECTIONS}/keyChanges").json() == [
        {
            "id": section,
            "changeVersion": 30,
            "oldKeyValues": {**key, "sectionIdentifier": "S-2"},
            "newKeyValues": {**key, "sectionIdentifier": "S-2b"},
        }
    ]
    followed = client.get(f"{SSAS}/keyChanges").json()
    assert [entry["changeVersion"] for entry in followed] == [31, 32, 33, 34]
    assert {entry["newKeyValues"]["sectionIdentifier"] for entry in followed} == {"S-2b"}
    assert len(client.get(SSAS, params={"sectionIdentifier": "S-2b"}).json()) == 4
    assert client.get(f"{SECTIONS}/deletes").json() == []


def test_several_changes_of_one_key_are_told_as_one(fresh):
    """First old key, last new key, last version; a narrower window holds the part within it."""
    sandbox, client = fresh()
    section = id_of(client, SECTIONS, sectionIdentifier="S-1")
    other = id_of(client, SECTIONS, sectionIdentifier="S-2")
    sandbox.edit("sections", section, sectionIdentifier="A")  # 30, and 31 to 38 for its roster
    sandbox.edit("sections", other, sectionIdentifier="X")  # 39, and 40 to 43
    sandbox.edit("sections", section, sectionIdentifier="B")  # 44

    def told(**query):
        entries = client.get(f"{SECTIONS}/keyChanges", params=query).json()
        return [
            (
                entry["changeVersion"],
                entry["oldKeyValues"]["sectionIdentifier"],
                entry["newKeyValues"]["sectionIdentifier"],
            )
            for entry in entries
        ]

    assert told() == [(39, "S-2", "X"), (44, "S-1", "B")]
    assert told(maxChangeVersion=30) == [(30, "S-1", "A")]
    assert told(minChangeVersion=40) == [(44, "A", "B")]


def test_a_resource_without_changed_keys_has_none(ods):
    """An empty list, not an error."""
    assert ods.get(f"{STUDENTS}/keyChanges").json() == []


def test_5_3_has_no_changes_of_key(connect):
    """The endpoint came with 6.0."""
    assert connect(flavour="5.3").get(f"{STUDENTS}/keyChanges").status_code == 404


@pytest.mark.parametrize("name", ["deletes", "keyChanges"])
def test_their_limit_is_worded_differently(ods, name):
    """Same problem type as for a collection, another detail and error."""
    answer = ods.get(f"{STUDENTS}/{name}", params={"limit": 501})

    assert answer.status_code == 400
    assert answer.json()["detail"] == "Parameters supplied to the request were invalid."
    assert answer.json()["errors"] == ["Limit must be omitted or set to a value between 1 and 500."]


def test_they_have_no_cursor(fresh):
    """No token comes with a page of deletes."""
    sandbox, client = fresh()
    sandbox.delete("students", id_of(client, STUDENTS, studentUniqueId="900001"))

    assert "next-page-token" not in client.get(f"{STUDENTS}/deletes").headers


@pytest.mark.parametrize("flavour", ["5.3", "6.1", "7.1", "7.2", "7.3", "8.0"])
def test_the_feature_may_be_off(fresh, flavour):
    """Its endpoints are not there, and the bounds of a collection are ignored."""
    sandbox, client = fresh(flavour=flavour, change_queries=False)
    data = "/data/ed-fi/students" if flavour == "8.0" else STUDENTS
    sandbox.delete("students", id_of(client, data, studentUniqueId="900001"))

    assert client.get(VERSIONS).status_code == 404
    assert client.get(f"{data}/deletes").status_code == 404
    assert client.get(f"{data}/keyChanges").status_code == 404
    assert len(client.get(data, params={"maxChangeVersion": 5}).json()) == 11
    assert "changeQueries" not in client.get("/").json()["urls"]


def test_changes_need_a_right_of_their_own(fresh):
    """Without ReadChanges a key may read rows, but not what was deleted."""
    _, client = fresh(actions=frozenset({"Read"}))
    answer = client.get(f"{STUDENTS}/deletes")

    assert client.get(STUDENTS).status_code == 200
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:ed-fi:api:security:authorization:access-denied:action"
    assert "'http://ed-fi.org/odsapi/actions/readChanges'" in answer.json()["errors"][0]
    assert client.get(f"{STUDENTS}/keyChanges").status_code == 403


def test_8_0_returns_a_window_by_version(fresh):
    """Where an upper bound is given; otherwise in the order the records came in."""
    sandbox, client = fresh(flavour="8.0")
    first = id_of(client, "/data/ed-fi/students", studentUniqueId="900012")
    sandbox.edit("students", first, birthDate="2010-01-01")

    window = client.get("/data/ed-fi/students", params={"maxChangeVersion": 30})
    plain = client.get("/data/ed-fi/students")

    assert student_ids(window)[-1] == "900012"
    assert student_ids(plain)[0] == "900012"


def test_rows_may_be_older_than_the_feature(fresh):
    """They have version 0: a window from 1 on misses them all, one from 0 holds them."""
    sandbox, client = fresh(unversioned=True)
    sandbox.upsert("students", {"studentUniqueId": "1"})

    assert client.get(VERSIONS).json() == {"oldestChangeVersion": 0, "newestChangeVersion": 1}
    assert student_ids(client.get(STUDENTS, params={"minChangeVersion": 1})) == ["1"]
    assert len(client.get(STUDENTS, params={"minChangeVersion": 0}).json()) == 13


@pytest.mark.parametrize(
    ("flavour", "token", "versions", "data"),
    [
        (
            "6.1",
            "/oauth/token",
            "/changeQueries/v1/2026/availableChangeVersions",
            "/data/v3/2026/ed-fi",
        ),
        (
            "7.2",
            "/2026/oauth/token",
            "/2026/changeQueries/v1/availableChangeVersions",
            "/2026/data/v3/ed-fi",
        ),
    ],
)
def test_they_stand_where_the_mode_puts_them(fresh, flavour, token, versions, data):
    """Behind `v1` before 7.0, in front of everything from then on."""
    sandbox, client = fresh(flavour=flavour, year=2026)
    bearer = ask_token(client, token).json()["access_token"]
    client.headers["Authorization"] = f"Bearer {bearer}"
    sandbox.delete("students", sandbox.rows("students")[0]["id"])

    assert client.get(versions).json()["newestChangeVersion"] == 30
    assert len(client.get(f"{data}/students/deletes").json()) == 1
    assert client.get(f"{data}/students/keyChanges").json() == []
