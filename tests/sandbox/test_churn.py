"""What others write while a pull reads."""

import pytest
from sandbox.small_ods import write

from edfi_audit.sandbox.faults import (
    Churn,
    Rule,
)

STUDENTS = "/data/v3/ed-fi/students"
SCHOOLS = "/data/v3/ed-fi/schools"
EVERYONE = [str(number) for number in range(900012, 900000, -1)]


def ids(answer):
    return [row["studentUniqueId"] for row in answer.json()]


def test_others_write_while_a_pull_reads(fresh):
    """Before each page one row goes, one is changed and two come; the truth knows all of them."""
    churn = Churn(inserts=2, updates=1, deletes=1)
    sandbox, client = fresh(script=(Rule(churn, resource="students"),))

    for _ in range(4):
        client.get(STUDENTS, params={"limit": 3})

    now = {row["id"] for row in sandbox.rows("students")}
    before = {row["id"] for row in sandbox.rows("students", at=29)}
    changes = client.get(f"{STUDENTS}/deletes").json()
    assert sandbox.newest == 29 + 4 * 4
    assert len(now) == 12 + 4
    assert len(before) == 12
    assert len(before - now) <= len(changes) <= 4


def test_others_change_keys(fresh):
    """Each change is told, and no row is lost or new."""
    churn = Churn(key_changes=1, resource="studentSectionAssociations")
    sandbox, client = fresh(script=(Rule(churn, endpoint="any"),))
    before = {row["id"] for row in sandbox.rows("studentSectionAssociations")}

    for _ in range(5):
        client.get(SCHOOLS)
    sandbox.script = []

    after = {row["id"] for row in sandbox.rows("studentSectionAssociations")}
    told = client.get("/data/v3/ed-fi/studentSectionAssociations/keyChanges").json()
    assert after == before
    assert told
    assert all(entry["oldKeyValues"] != entry["newKeyValues"] for entry in told)
    assert all(
        entry["oldKeyValues"]["studentUniqueId"] == entry["newKeyValues"]["studentUniqueId"]
        for entry in told
    )


def test_others_commit_late(fresh):
    """A row is numbered before the versions that a client reads next, and appears after them."""
    churn = Churn(late_inserts=1, inserts=1)
    sandbox, client = fresh(script=(Rule(churn, resource="students", times=2),))
    before = set(ids(client.get(STUDENTS, params={"limit": 0}))) | set(EVERYONE)
    early = client.get("/changeQueries/v1/availableChangeVersions").json()["newestChangeVersion"]
    first = client.get(STUDENTS, params={"maxChangeVersion": early})
    window = client.get(STUDENTS, params={"minChangeVersion": early + 1})

    late = set(ids(client.get(STUDENTS))) - before - set(ids(window))
    assert early == 31
    assert len(first.json()) == 14
    assert len(late) == 2
    assert sorted(sandbox.versions("students").values())[-3:] == [30, 31, 33]


def test_the_same_seed_writes_the_same(fresh):
    """Two servers end with the same students."""
    ends = []
    for _ in range(2):
        sandbox, client = fresh(
            script=(Rule(Churn(inserts=1, deletes=1, seed=5), resource="students"),),
        )
        for _ in range(6):
            client.get(STUDENTS)
        ends.append([row["studentUniqueId"] for row in sandbox.rows("students")])

    assert ends[0] == ends[1]
    assert len(ends[0]) == 12


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """A folder with 300 students."""
    rows = [{"studentUniqueId": f"{number:09}"} for number in range(0, 3 * 10**8, 10**6)]
    return write(tmp_path_factory.mktemp("crowd"), {"students": rows})


def forward(client, total):
    """One pass over as many rows as there were; inserts would let it go on for ever."""
    pages = [
        client.get(STUDENTS, params={"limit": 20, "offset": offset}).json()
        for offset in range(0, total + 100, 20)
    ]
    return [row for page in pages for row in page]


def reverse(client, total, **window):
    pages = [
        client.get(STUDENTS, params={"limit": 20, "offset": offset, **window}).json()
        for offset in range(total - 20, -1, -20)
    ]
    return [row for page in pages for row in page]


def by_cursor(client, _):
    answer = client.get(STUDENTS, params={"limit": 20})
    found = answer.json()
    while token := answer.headers.get("next-page-token"):
        answer = client.get(STUDENTS, params={"pageToken": token, "pageSize": 20})
        found += answer.json()
    return found


def reverse_in_window(client, total):
    return reverse(client, total, maxChangeVersion=300)


@pytest.mark.parametrize(
    ("flavour", "walk", "churn"),
    [
        ("6.1", forward, Churn(inserts=3)),
        ("6.1", reverse, Churn(deletes=3)),
        ("6.1", reverse_in_window, Churn(inserts=2, updates=2, deletes=2)),
        ("7.3", by_cursor, Churn(updates=2, deletes=2)),
    ],
)
def test_a_safe_walk_loses_nothing(fresh, crowd, flavour, walk, churn):
    """Every row that was there, unchanged, all the time is read, as it would be of an ODS."""
    assert lost(fresh, crowd, flavour, walk, churn) == 0


@pytest.mark.parametrize(
    ("flavour", "walk", "churn"),
    [
        ("6.1", forward, Churn(deletes=3)),
        ("6.1", reverse, Churn(inserts=3)),
        ("7.3", forward, Churn(deletes=3)),
    ],
)
def test_an_unsafe_walk_loses_rows(fresh, crowd, flavour, walk, churn):
    """What moves towards the pages already read is missed, as it would be of an ODS."""
    assert lost(fresh, crowd, flavour, walk, churn) > 0


def lost(fresh, crowd, flavour, walk, churn):
    sandbox, client = fresh(crowd, flavour=flavour)
    before = sandbox.versions("students")
    sandbox.script = [Rule(churn, resource="students")]
    found = {row["id"] for row in walk(client, 300)}
    after = sandbox.versions("students")
    return sum(
        after.get(identifier) == version and identifier not in found
        for identifier, version in before.items()
    )
