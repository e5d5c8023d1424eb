"""Snapshots: asked for by name in 5 and 6, by a switch in 7, and not at all in 8."""

import pytest

STUDENTS = "/data/v3/ed-fi/students"
SNAPSHOTS = "/changeQueries/v1/snapshots"


def count(client, path=STUDENTS, **headers):
    answer = client.get(path, params={"limit": 0, "totalCount": "true"}, headers=headers)
    return int(answer.headers["total-count"])


@pytest.mark.parametrize("flavour", ["5.3", "6.1"])
def test_a_named_snapshot_is_listed_and_frozen(fresh, flavour):
    """What changes later is not in it: rows, items and versions are those of its moment."""
    sandbox, client = fresh(flavour=flavour, clock=lambda: 1_780_000_000.0)
    name = sandbox.take_snapshot()
    gone = sandbox.rows("students")[0]["id"]
    sandbox.delete("students", gone)
    header = {"Snapshot-Identifier": name}

    [listed] = client.get(SNAPSHOTS).json()
    versions = client.get("/changeQueries/v1/availableChangeVersions", headers=header).json()

    assert listed["snapshotIdentifier"] == name
    assert listed["snapshotDateTime"] == "2026-05-28T20:26:40+00:00"
    assert len(listed["id"]) == 32
    assert (count(client), count(client, **header)) == (11, 12)
    assert client.get(f"{STUDENTS}/{gone}", headers=header).status_code == 200
    assert client.get(f"{STUDENTS}/deletes", headers=header).json() == []
    assert set(versions.values()) == {0, 29}


def test_a_dropped_snapshot_is_gone(fresh):
    """410 in the middle of a pull; the list is empty."""
    sandbox, client = fresh(flavour="6.1")
    name = sandbox.take_snapshot()
    sandbox.drop_snapshot(name)

    answer = client.get(STUDENTS, headers={"Snapshot-Identifier": name})

    assert (answer.status_code, answer.json()) == (410, {"message": "Snapshot not available."})
    assert client.get(SNAPSHOTS).json() == []


@pytest.mark.parametrize("flavour", ["7.1", "7.2", "7.3"])
def test_7_reads_its_snapshot_by_a_switch(fresh, flavour):
    """The newest copy, for everything that is read."""
    sandbox, client = fresh(flavour=flavour)
    sandbox.take_snapshot()
    sandbox.delete("students", sandbox.rows("students")[0]["id"])

    assert count(client, **{"Use-Snapshot": "true"}) == 12
    assert count(client, **{"Use-Snapshot": "false"}) == 11
    assert client.get(SNAPSHOTS).status_code == 404


def test_7_3_without_a_snapshot_says_so(ods):
    """404, in these words."""
    headers = {"Use-Snapshot": "true", "correlation-id": "trace-1"}

    answer = ods.get(STUDENTS, headers=headers)

    assert answer.status_code == 404
    assert answer.json() == {
        "detail": "Snapshot not found.",
        "type": "urn:ed-fi:api:not-found",
        "title": "Not Found",
        "status": 404,
        "correlationId": "trace-1",
        "errors": ["The snapshot connection for the ODS has not been configured."],
    }


@pytest.mark.parametrize(
    ("flavour", "header"),
    [("6.1", {"Snapshot-Identifier": "snapshot1"}), ("7.3", {"Use-Snapshot": "true"})],
)
def test_a_snapshot_cannot_be_written(fresh, flavour, header):
    """405 with what is allowed; asking about a token counts as a write too."""
    sandbox, client = fresh(flavour=flavour)
    sandbox.take_snapshot()
    token = client.headers["Authorization"].removeprefix("Bearer ")

    written = client.post(STUDENTS, json={"studentUniqueId": "1"}, headers=header)
    asked = client.post("/oauth/token_info", data={"token": token}, headers=header)

    assert [answer.status_code for answer in (written, asked)] == [405, 405]
    assert [answer.headers["allow"] for answer in (written, asked)] == ["GET", "GET"]
    assert sandbox.newest == 29


def test_8_0_knows_no_snapshots(fresh):
    """The header is read over."""
    sandbox, client = fresh(flavour="8.0")
    sandbox.take_snapshot()
    sandbox.delete("students", sandbox.rows("students")[0]["id"])

    assert count(client, "/data/ed-fi/students", **{"Use-Snapshot": "true"}) == 11
    assert client.get(SNAPSHOTS).status_code == 404


def test_two_snapshots_are_two_states(fresh):
    """Each is asked for by its own name."""
    sandbox, client = fresh(flavour="6.1")
    first = sandbox.take_snapshot()
    sandbox.delete("students", sandbox.rows("students")[0]["id"])
    second = sandbox.take_snapshot()
    sandbox.delete("students", sandbox.rows("students")[0]["id"])

    counts = [count(client, **{"Snapshot-Identifier": name}) for name in (first, second)]

    assert (counts, count(client)) == ([12, 11], 10)
