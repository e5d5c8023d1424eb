"""Which requests a rule befalls, and scripts in files."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from edfi_audit.errors import SettingsError
from edfi_audit.sandbox.faults import Churn, Poison, Rule, Status, Truncate
from edfi_audit.sandbox.script import Script, read_script
from edfi_audit.sandbox.script_faults import KINDS
from edfi_audit.sandbox.server import Options, serve
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
    ("text", "says"),
    [
        ("nothing", "it is no JSON, "),
        ("{}", "it is no list of rules. Write a list of rules such as ["),
        ("[3]", "rule 1 must be an object in braces."),
        ('[{"resource": "students"}]', "rule 1 has no fault. Write"),
        ('[{"fault": 3}]', "fault in rule 1 must be an object."),
        ('[{"fault": {}}]', "the fault of rule 1 has no kind. Kinds: status, html, drop,"),
        ('[{"fault": {"kind": "earthquake"}}]', "earthquake in rule 1 is no kind of fault. Kinds:"),
        ('[{"fault": {"kind": "drob"}}]', "no kind of fault; did you mean drop?"),
        ('[{"fault": {"kind": "status"}}]', "the fault status of rule 1 has no status."),
        ('[{"fault": {"kind": "drop", "speed": 1}}]', "the fault drop of rule 1 knows no speed."),
        ('[{"fault": {"kind": "drop", "rest": 1}}]', "knows no rest; did you mean reset?"),
        (
            '[{"fault": {"kind": "drop"}}, {"fault": {"kind": "drop"}, "resorce": "students"}]',
            "rule 2 knows no resorce; did you mean resource?",
        ),
        ('[{"fault": {"kind": "do"}}]', "the fault of rule 1, do, is for tests and cannot stand"),
        ('[{"fault": {"kind": "do", "action": "x"}}]', "do, is for tests and cannot stand"),
        (
            '[{"fault": {"kind": "drop"}, "endpoint": "page"}]',
            "endpoint in rule 1 must be collection, item, partitions, deletes, keyChanges, write, ",
        ),
        (
            '[{"fault": {"kind": "status", "status": "x"}}]',
            "status in the fault status of rule 1 must be a whole number.",
        ),
        ('[{"fault": {"kind": "drop"}, "request": 0}]', "request in rule 1 must be at least 1."),
        (
            '[{"fault": {"kind": "truncate", "keep": 7}}]',
            "keep in the fault truncate of rule 1 must be at most 1.",
        ),
        ('[{"fault": {"kind": "drop", "reset": "x"}}]', "must be true or false."),
    ],
)
def test_a_wrong_script_is_told_in_plain_words(tmp_path, text, says):
    """The error names the file, the rule counted from 1, and what is wrong with it."""
    path = tmp_path / "script.json"
    path.write_text(text)

    with pytest.raises(SettingsError) as caught:
        read_script(path)

    assert str(caught.value).startswith(f"The script {path} is not right: ")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "rule",
    [Rule(Status(500), resource="studentz"), Rule(Churn(resource="studentz"))],
)
def test_a_rule_about_nothing_that_is_served_is_told(folder, rule):
    """A misspelt resource would never befall anything; the server does not start."""
    script = (Rule(Status(500), resource="Students"), rule)
    with pytest.raises(SettingsError, match="Rule 2 of the script is about studentz"):
        serve(folder, Options(script=script), port=0)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_fault_is_documented(kind):
    """The page of the script's format has a row for each kind, with each of its members."""
    page = Path(__file__).parents[2] / "docs" / "reference" / "faults.md"
    (row,) = [
        line for line in page.read_text("utf-8").splitlines() if line.startswith(f"| `{kind}` |")
    ]
    members = {member.name for member in fields(KINDS[kind])} - {"kind"}
    assert set(re.findall(r"`(\w+)`", row.split("|")[2])) == members


def test_every_member_of_a_rule_is_documented():
    """So has the page for each member of a rule."""
    page = Path(__file__).parents[2] / "docs" / "reference" / "faults.md"
    listed = re.findall(r"^\| `(\w+)` \|", page.read_text("utf-8"), re.MULTILINE)
    assert {member.name for member in fields(Rule)} <= set(listed)


def test_the_documented_script_can_be_read(tmp_path):
    """The example of the page is a script."""
    page = Path(__file__).parents[2] / "docs" / "reference" / "faults.md"
    example = re.search(r"```json\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    path = tmp_path / "script.json"
    path.write_text(example[1])

    assert [rule.fault.kind for rule in read_script(path)] == ["status", "poison", "churn"]


def test_a_missing_script_is_named(tmp_path):
    """Nothing is read from nowhere."""
    with pytest.raises(SettingsError, match=r"nothing\.json cannot be read: No such file"):
        read_script(tmp_path / "nothing.json")
