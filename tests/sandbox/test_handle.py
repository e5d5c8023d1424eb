"""What the owner of a running server can do: change the data, know the truth, see the requests."""

from threading import Thread

import pytest

STUDENTS = "/data/v3/ed-fi/students"


def numbers(rows):
    return [row["studentUniqueId"] for row in rows]


def test_it_is_the_base_url(fresh):
    """Whoever only wants to connect needs to know nothing else."""
    sandbox, client = fresh()

    assert isinstance(sandbox, str)
    assert f"{client.base_url}".rstrip("/") == sandbox


@pytest.mark.parametrize("flavour", ["6.1", "7.3"])
def test_the_truth_is_what_is_served(fresh, flavour):
    """The same rows in the same order."""
    sandbox, client = fresh(flavour=flavour)
    sandbox.upsert("students", {"studentUniqueId": "9000035"})

    assert sandbox.rows("students") == client.get(STUDENTS).json()


@pytest.mark.parametrize("flavour", ["6.1", "7.3"])
def test_the_truth_of_an_earlier_version_is_known(fresh, flavour):
    """Rows as they were at each version: inserted, changed, rekeyed, deleted since."""
    sandbox, _ = fresh(flavour=flavour)
    states = {sandbox.newest: sandbox.rows("sections")}
    section, other = (row["id"] for row in sandbox.rows("sections"))
    key = sandbox.rows("sections")[0]["courseOfferingReference"]

    sandbox.edit("sections", section, sectionName="Algebra")
    states[sandbox.newest] = sandbox.rows("sections")
    sandbox.edit("sections", section, sectionIdentifier="Z")
    states[sandbox.newest] = sandbox.rows("sections")
    sandbox.upsert("sections", {"sectionIdentifier": "A", "courseOfferingReference": key})
    states[sandbox.newest] = sandbox.rows("sections")
    sandbox.delete("sections", other)
    states[sandbox.newest] = sandbox.rows("sections")
    sandbox.delete("sections", section)

    assert len(states) == 5
    assert {version: sandbox.rows("sections", at=version) for version in states} == states
    assert len(sandbox.rows("sections", at=16)) == 1
    assert sandbox.rows("sections", at=0) == []


def test_versions_are_those_of_the_window(fresh):
    """A row's version is the one a window finds it by."""
    sandbox, client = fresh()
    sandbox.edit("students", sandbox.rows("students")[3]["id"], birthDate="2010-01-01")

    for identifier, version in sandbox.versions("students").items():
        window = {"minChangeVersion": version, "maxChangeVersion": version}
        assert [row["id"] for row in client.get(STUDENTS, params=window).json()] == [identifier]


def test_a_held_row_is_numbered_before_it_is_there(fresh):
    """Its version and aggregate id lie before those of a row that came in meanwhile."""
    sandbox, client = fresh()
    commit = sandbox.hold("students", {"studentUniqueId": "slow"})
    sandbox.upsert("students", {"studentUniqueId": "fast"})
    newest = sandbox.newest
    token = client.get(STUDENTS).headers["next-page-token"]

    def within(**query):
        return numbers(client.get(STUDENTS, params=query).json())

    assert newest == 31
    assert within(minChangeVersion=30, maxChangeVersion=31) == ["fast"]
    commit()
    assert within(minChangeVersion=30, maxChangeVersion=31) == ["slow", "fast"]
    assert within(minChangeVersion=32) == []
    assert within(pageToken=token, pageSize=5) == []
    assert numbers(sandbox.rows("students"))[-2:] == ["slow", "fast"]


def test_an_edit_sets_and_removes_members(fresh):
    """Null takes a member away; the rest stays."""
    sandbox, _ = fresh()
    school = sandbox.rows("schools")[0]
    sandbox.edit("schools", school["id"], nameOfInstitution=None, webSite="https://example.org")

    changed = sandbox.rows("schools")[0]

    assert "nameOfInstitution" not in changed
    assert changed["webSite"] == "https://example.org"
    assert changed["localEducationAgencyReference"] == school["localEducationAgencyReference"]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda sandbox: sandbox.edit("students", "none", birthDate="2010-01-01"),
        lambda sandbox: sandbox.delete("students", "none"),
        lambda sandbox: sandbox.rows("rosters"),
        lambda sandbox: sandbox.upsert("rosters", {}),
        lambda sandbox: sandbox.drop_snapshot("none"),
    ],
)
def test_what_is_not_there_is_a_key_error(fresh, wrong):
    """A test that names the wrong thing must not pass."""
    sandbox, _ = fresh()

    with pytest.raises(KeyError):
        wrong(sandbox)


def test_requests_are_noted(fresh):
    """Method, path, query, kind and status, in order."""
    sandbox, client = fresh()
    sandbox.forget_requests()
    client.get("/Data/v3/ed-fi/Students", params={"limit": 2})
    client.get("/data/v3/ed-fi/rosters", headers={"Authorization": ""})

    assert [
        (seen.method, seen.path, seen.query, seen.endpoint, seen.resource, seen.status)
        for seen in sandbox.requests
    ] == [
        ("GET", "/Data/v3/ed-fi/Students", "limit=2", "collection", "students", 200),
        ("GET", "/data/v3/ed-fi/rosters", "", "collection", "rosters", 401),
    ]


def test_tokens_can_be_revoked(fresh):
    """Every one of them."""
    sandbox, client = fresh()
    sandbox.revoke_tokens()

    assert client.get(STUDENTS).status_code == 401


def test_writes_from_another_thread_never_break_a_page(fresh):
    """While four hundred rows come and go, each page holds whole rows, and the end is right."""
    sandbox, client = fresh()

    def write():
        for number in range(400):
            identifier = sandbox.upsert("students", {"studentUniqueId": f"x{number}"})
            if number % 2:
                sandbox.delete("students", identifier)

    writer = Thread(target=write)
    writer.start()
    while writer.is_alive():
        rows = client.get(STUDENTS).json()
        assert len(set(numbers(rows))) == len(rows) >= 12
    writer.join()

    kept = [f"x{number}" for number in range(0, 400, 2)]
    assert numbers(client.get(STUDENTS).json())[12:] == kept
    assert len(client.get(f"{STUDENTS}/deletes", params={"limit": 500}).json()) == 200
