"""Which requests a rule befalls, and scripts in files."""

import json

import pytest

from edfi_audit.errors import SettingsError
from edfi_audit.sandbox.faults import Churn, Poison, Rule, Status, Truncate
from edfi_audit.sandbox.script import Script, read_script
from edfi_audit.sandbox.targets import Target

STUDENTS = "/data/v3/ed-fi/students"


def befallen(rule, requests=6, **target):
    """The numbers of the requests, of that many alike, that the rule befalls."""
    script = Script([rule])
    described = {"method": "GET", "endpoint": "collection", "resource": "students", "query": {}}
    aimed = Target(**(described | target))
    return [number for number in range(1, requests + 1) if script.due(aimed, lambda: 1)]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, [1, 2, 3, 4, 5, 6]),
        ({"request": 3}, [3]),
        ({"request": 3, "times": 2}, [3, 4]),
        ({"request": 3, "times": 0}, [3, 4, 5, 6]),
        ({"times": 2}, [1, 2]),
        ({"resource": "Students"}, [1, 2, 3, 4, 5, 6]),
        ({"resource": "schools"}, []),
        ({"endpoint": "item"}, []),
        ({"endpoint": "any"}, [1, 2, 3, 4, 5, 6]),
        ({"page": 1}, [1, 2, 3, 4, 5, 6]),
        ({"page": 2}, []),
    ],
)
def test_a_rule_befalls_the_requests_it_names(members, expected):
    """By resource, endpoint and page; then by number and how often."""
    assert befallen(Rule(Status(500), **members)) == expected


def test_only_requests_that_fit_are_counted(fresh):
    """The third page of students, whatever else was asked in between."""
    _, client = fresh(script=(Rule(Status(500), resource="students", request=3),))
    statuses = []
    for _ in range(4):
        client.get("/data/v3/ed-fi/schools")
        client.get(f"{STUDENTS}/deletes")
        statuses.append(client.get(STUDENTS).status_code)

    assert statuses == [200, 200, 500, 200]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"limit": 4, "offset": 4}, 500),
        ({"limit": 4, "offset": 7}, 500),
        ({"limit": 4, "offset": 0}, 200),
        ({"limit": 4, "offset": 8}, 200),
        ({"limit": 2, "offset": 2}, 500),
        ({"pageSize": 4, "pageToken": "LTIxNDc0ODM2NDQsMjE0NzQ4MzY0Nw"}, 500),  # from the 5th row
        ({"pageSize": 4, "pageToken": "LTIxNDc0ODM2NDgsMjE0NzQ4MzY0Nw"}, 200),
    ],
)
def test_a_page_is_known_by_offset_or_cursor(fresh, query, status):
    """The second page of whatever size is asked for."""
    _, client = fresh(script=(Rule(Status(500), resource="students", page=2),))

    assert client.get(STUDENTS, params=query).status_code == status


def test_writes_are_a_matter_of_their_own(fresh):
    """A rule for collections leaves them alone."""
    _, client = fresh(script=(Rule(Status(500), endpoint="write"),))

    assert client.get(STUDENTS).status_code == 200
    assert client.post(STUDENTS, json={}).status_code == 500


def test_a_new_script_counts_anew(fresh):
    """It may be exchanged while the server runs."""
    sandbox, client = fresh(script=(Rule(Status(500), request=1),))
    first = [client.get(STUDENTS).status_code for _ in range(2)]
    sandbox.script = [Rule(Status(503), request=1)]

    assert first == [500, 200]
    assert [client.get(STUDENTS).status_code for _ in range(2)] == [503, 200]


def test_a_script_is_read_from_a_file(tmp_path):
    """Each rule has its fault by kind; what is left out has its usual value."""
    path = tmp_path / "script.json"
    path.write_text(
        json.dumps(
            [
                {"fault": {"kind": "status", "status": 429, "retry_after": 7}, "request": 2},
                {"fault": {"kind": "truncate"}, "resource": "grades", "page": 3, "times": 1},
                {
                    "fault": {"kind": "poison", "where": {"studentUniqueId": "1"}},
                    "endpoint": "any",
                },
                {"fault": {"kind": "churn", "inserts": 2, "seed": 4}},
            ]
        )
    )

    rules = read_script(path)

    assert rules == (
        Rule(Status(429, retry_after=7), request=2),
        Rule(Truncate(), resource="grades", page=3, times=1),
        Rule(Poison({"studentUniqueId": "1"}), endpoint="any"),
        Rule(Churn(inserts=2, seed=4)),
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("nothing", "the file"),
        ("{}", "the file"),
        ('[{"resource": "students"}]', "0.fault"),
        ('[{"fault": {"kind": "earthquake"}}]', "0.fault"),
        ('[{"fault": {"kind": "status"}}]', "0.fault.status.status"),
        ('[{"fault": {"kind": "drop", "speed": 1}}]', "0.fault.drop.speed"),
        ('[{"fault": {"kind": "drop"}, "resorce": "students"}]', "0.resorce"),
        ('[{"fault": {"kind": "do", "action": "x"}}]', "0.fault.do.action"),
    ],
)
def test_a_wrong_script_is_told_where(tmp_path, text, place):
    """The error names the file and the place in it."""
    path = tmp_path / "script.json"
    path.write_text(text)

    with pytest.raises(SettingsError) as caught:
        read_script(path)

    assert str(path) in caught.value.what
    assert f"at {place}: " in caught.value.what


def test_a_missing_script_is_named(tmp_path):
    """Nothing is read from nowhere."""
    with pytest.raises(SettingsError, match=r"There is no file .*nothing\.json"):
        read_script(tmp_path / "nothing.json")
