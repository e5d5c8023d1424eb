"""Faults of the connection, of time, of tokens and of the server behind the answer."""

import time

import httpx
import pytest
from sandbox.small_ods import ask_token

from edfi_audit.sandbox.faults import (
    Delay,
    Do,
    Drop,
    ExpireTokens,
    RevokeToken,
    Rule,
    SlowBody,
    StaleReplica,
    Status,
    Truncate,
)

STUDENTS = "/data/v3/ed-fi/students"
SCHOOLS = "/data/v3/ed-fi/schools"
EVERYONE = [str(number) for number in range(900012, 900000, -1)]


def ids(answer):
    return [row["studentUniqueId"] for row in answer.json()]


@pytest.mark.parametrize("reset", [True, False])
def test_a_connection_is_dropped(faulty, reset, capfd):
    """No status comes; the next request is served, and the server has nothing to say about it."""
    client = faulty(Drop(reset=reset))

    with pytest.raises(httpx.TransportError):
        client.get(STUDENTS)

    assert client.get(SCHOOLS).status_code == 200
    assert capfd.readouterr().err == ""


def test_a_body_ends_in_the_middle(faulty, capfd):
    """The status was 200 and the length that of the whole; then the connection ends."""
    client = faulty(Truncate(keep=0.4))

    with client.stream("GET", STUDENTS) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError, match="peer closed connection"):
            answer.read()

    assert client.get(SCHOOLS).status_code == 200
    assert capfd.readouterr().err == ""


def test_a_shortened_body_may_be_announced(faulty):
    """Then HTTP is in order, and only the JSON is broken."""
    answer = faulty(Truncate(announced=True)).get(STUDENTS)

    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(answer.content)
    with pytest.raises(ValueError, match="char"):
        answer.json()


def test_a_body_comes_slowly(faulty):
    """In pieces, over the time that was set; nothing is lost."""
    client = faulty(SlowBody(seconds=0.3, pieces=3))
    started = time.monotonic()

    with client.stream("GET", STUDENTS) as answer:
        first = time.monotonic() - started
        answer.read()
    whole = time.monotonic() - started

    assert first < whole
    assert whole >= 0.3
    assert ids(answer) == EVERYONE


def test_an_answer_comes_late(faulty):
    """After the delay, as it would have been."""
    client = faulty(Delay(0.2))
    started = time.monotonic()

    assert ids(client.get(STUDENTS)) == EVERYONE
    assert time.monotonic() - started >= 0.2


def test_a_token_is_revoked_in_mid_walk(fresh):
    """The second request is 401, and so is every later one with that token; a new one works."""
    _, client = fresh(script=(Rule(RevokeToken(), resource="students", request=2),))
    other = ask_token(client).json()["access_token"]
    statuses = [client.get(STUDENTS).status_code for _ in range(3)]
    client.headers["Authorization"] = f"Bearer {other}"

    assert statuses == [200, 401, 401]
    assert client.get(STUDENTS).status_code == 200


def test_every_token_expires_at_once(fresh):
    """Tokens issued before are dead, also those that were not used."""
    _, client = fresh(script=(Rule(ExpireTokens(), request=1),))
    other = ask_token(client).json()["access_token"]
    first = client.get(STUDENTS).status_code
    client.headers["Authorization"] = f"Bearer {other}"
    second = client.get(STUDENTS).status_code
    client.headers["Authorization"] = f"Bearer {ask_token(client).json()['access_token']}"

    assert [first, second, client.get(STUDENTS).status_code] == [401, 401, 200]


def test_a_replica_lags_behind(fresh):
    """Rows, versions and deletes are those of before the latest changes."""
    sandbox, client = fresh()
    sandbox.upsert("students", {"studentUniqueId": "1"})
    sandbox.delete("students", sandbox.rows("students")[0]["id"])
    sandbox.script = [Rule(StaleReplica(behind=1), endpoint="any")]

    newest = client.get("/changeQueries/v1/availableChangeVersions").json()["newestChangeVersion"]

    assert newest == 30
    assert ids(client.get(STUDENTS)) == [*EVERYONE, "1"]
    assert client.get(f"{STUDENTS}/deletes").json() == []
    sandbox.script = []
    assert ids(client.get(STUDENTS)) == [*EVERYONE[1:], "1"]


def test_a_test_may_do_anything(fresh):
    """The action is called before the page is read, also when it asks the server itself."""
    sandbox, client = fresh()

    def add():
        httpx.get(sandbox)
        sandbox.upsert("students", {"studentUniqueId": "1"})

    sandbox.script = [Rule(Do(add), resource="students", request=2)]
    counts = [len(client.get(STUDENTS).json()) for _ in range(3)]

    assert counts == [12, 13, 13]


@pytest.mark.parametrize("flavour", ["5.3", "6.1", "7.1", "7.2", "7.3", "8.0"])
def test_the_token_endpoint_may_fail_too(fresh, flavour):
    """Where the rule says so."""
    sandbox, client = fresh(flavour=flavour)
    sandbox.script = [Rule(Status(503), endpoint="token")]
    url = client.get("/").json()["urls"]["oauth"]

    assert ask_token(client, url).status_code == 503


def test_every_request_takes_longer(fresh):
    """The latency is added to each one."""
    _, client = fresh(latency_seconds=0.05)
    started = time.monotonic()
    for _ in range(4):
        client.get(SCHOOLS)

    assert time.monotonic() - started >= 0.2
