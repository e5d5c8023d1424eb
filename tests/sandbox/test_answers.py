"""Faults that make up an answer, or alter the right one."""

import httpx
import pytest

from edfi_audit.sandbox.faults import (
    ContentType,
    CountOff,
    CutPage,
    Delay,
    Duplicate,
    HtmlPage,
    NoPageToken,
    Poison,
    Redirect,
    Rule,
    Status,
)

STUDENTS = "/data/v3/ed-fi/students"
SCHOOLS = "/data/v3/ed-fi/schools"
EVERYONE = [str(number) for number in range(900012, 900000, -1)]


def ids(answer):
    return [row["studentUniqueId"] for row in answer.json()]


def test_a_status_has_the_servers_own_body(faulty):
    """The error has the release's shape; other resources are served."""
    client = faulty(Status(503, retry_after=7))
    answer = client.get(STUDENTS, headers={"correlation-id": "trace-1"})

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "7"
    assert answer.json() == {
        "detail": "An unexpected problem has occurred.",
        "type": "urn:ed-fi:api:service-unavailable",
        "title": "Service Unavailable",
        "status": 503,
        "correlationId": "trace-1",
    }
    assert client.get(SCHOOLS).status_code == 200


@pytest.mark.parametrize("flavour", ["5.3", "6.1", "7.1"])
def test_an_older_release_fails_with_a_message(faulty, flavour):
    """One member, as in its other errors."""
    answer = faulty(Status(500), flavour=flavour).get(STUDENTS)

    assert (answer.status_code, answer.json()) == (
        500,
        {"message": "An unexpected error has occurred."},
    )


@pytest.mark.parametrize(
    ("wait", "header"),
    [(None, None), (0, "0"), ("Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:28:00 GMT")],
)
def test_too_many_requests_may_say_how_long(faulty, wait, header):
    """429 with seconds, a date or nothing."""
    answer = faulty(Status(429, retry_after=wait)).get(STUDENTS)

    assert answer.status_code == 429
    assert answer.headers.get("retry-after") == header
    assert answer.json()["type"] == "urn:ed-fi:api:too-many-requests"


def test_a_proxy_answers_in_html(faulty):
    """502 whose body no JSON parser reads."""
    answer = faulty(HtmlPage()).get(STUDENTS)

    assert answer.status_code == 502
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1>502 Bad Gateway</h1>" in answer.text


def test_a_body_is_called_something_else(faulty):
    """The rows are right, the media type is not."""
    answer = faulty(ContentType("text/plain")).get(STUDENTS)

    assert answer.headers["content-type"] == "text/plain"
    assert ids(answer) == EVERYONE


def test_a_poison_row_fails_every_page_it_is_in(faulty):
    """500 for its page, large or small, and for the item; its neighbours can be read."""
    client = faulty(Poison({"studentUniqueId": "900007"}))
    pages = [
        client.get(STUDENTS, params={"offset": offset, "limit": 3}).status_code
        for offset in (0, 3, 6, 9)
    ]
    alone = [
        client.get(STUDENTS, params={"offset": offset, "limit": 1}).status_code
        for offset in (4, 5, 6)
    ]

    assert pages == [200, 500, 200, 200]
    assert alone == [200, 500, 200]
    counted = client.get(STUDENTS, params={"limit": 0, "totalCount": "true"})
    assert counted.headers["total-count"] == "12"


def test_a_poison_row_may_be_known_by_a_reference(fresh):
    """The path reaches into the record; all values must be those of one row."""
    poison = Poison(
        {"studentReference.studentUniqueId": "900003", "sectionReference.sectionIdentifier": "S-1"}
    )
    miss = Poison(
        {"studentReference.studentUniqueId": "900003", "sectionReference.sectionIdentifier": "S-2"}
    )
    sandbox, client = fresh(script=(Rule(poison),))
    path = "/data/v3/ed-fi/studentSectionAssociations"

    assert client.get(path).status_code == 500
    sandbox.script = [Rule(miss)]
    assert client.get(path).status_code == 200


def test_a_poison_row_fails_by_its_id_too(fresh):
    """Where the rule says items."""
    sandbox, client = fresh(script=(Rule(Poison({"studentUniqueId": "900007"}), endpoint="item"),))
    found = {row["studentUniqueId"]: row["id"] for row in sandbox.rows("students")}

    assert client.get(f"{STUDENTS}/{found['900007']}").status_code == 500
    assert client.get(f"{STUDENTS}/{found['900008']}").status_code == 200


@pytest.mark.parametrize("by", [1, -1])
def test_a_count_is_wrong(faulty, by):
    """Only the count, and only where it was asked for."""
    client = faulty(CountOff(by))
    counted = client.get(STUDENTS, params={"totalCount": "true"})

    assert counted.headers["total-count"] == str(12 + by)
    assert ids(counted) == EVERYONE
    assert "total-count" not in client.get(STUDENTS).headers


def test_rows_come_twice(faulty):
    """The first rows of the page again at its end, one more than was asked for."""
    answer = faulty(Duplicate()).get(STUDENTS, params={"limit": 3})

    assert ids(answer) == ["900012", "900011", "900010", "900012"]


def test_rows_may_come_instead_of_others(faulty):
    """The page has its size, and hides the rows that stood at its end."""
    answer = faulty(Duplicate(rows=2, displacing=True)).get(STUDENTS, params={"limit": 5})

    assert ids(answer) == ["900012", "900011", "900010", "900012", "900011"]


def test_a_page_in_mid_walk_is_empty(fresh):
    """The second page has no rows but its token; the third goes on behind it."""
    _, client = fresh(script=(Rule(CutPage(), resource="students", page=2),))
    pages, token = [], None
    for _ in range(5):
        query = {"pageToken": token, "pageSize": 4} if token else {"limit": 4}
        answer = client.get(STUDENTS, params=query)
        pages.append(ids(answer))
        token = answer.headers.get("next-page-token")
        if not token:
            break

    assert pages == [EVERYONE[:4], [], EVERYONE[8:], []]


def test_a_page_may_be_short(faulty):
    """Fewer rows than there are; the count is that of all."""
    answer = faulty(CutPage(rows=2)).get(STUDENTS, params={"limit": 5, "totalCount": "true"})

    assert ids(answer) == EVERYONE[:2]
    assert answer.headers["total-count"] == "12"


def test_a_full_page_may_have_no_token(faulty):
    """The walk seems to be over."""
    answer = faulty(NoPageToken()).get(STUDENTS, params={"limit": 5})

    assert len(answer.json()) == 5
    assert "next-page-token" not in answer.headers


def test_a_request_is_sent_to_another_host(fresh):
    """Path and query are kept; what arrives there is noted, with or without a token."""
    there, _ = fresh()
    there.forget_requests()
    _, client = fresh(script=(Rule(Redirect(there), resource="students"),))

    answer = client.get(STUDENTS, params={"limit": 3})
    httpx.get(answer.headers["location"])

    assert answer.status_code == 302
    assert answer.headers["location"] == f"{there}/data/v3/ed-fi/students?limit=3"
    assert [(seen.path, seen.query, seen.status, seen.authorized) for seen in there.requests] == [
        ("/data/v3/ed-fi/students", "limit=3", 401, False)
    ]


def test_faults_add_up(faulty):
    """A late, wrongly counted page under a wrong media type."""
    client = faulty(Delay(0.05), CountOff(), ContentType("text/plain"))
    answer = client.get(STUDENTS, params={"totalCount": "true"})

    assert (answer.headers["total-count"], answer.headers["content-type"]) == ("13", "text/plain")
