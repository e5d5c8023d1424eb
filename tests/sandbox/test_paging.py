"""Offset and cursor paging, partitions, and what each release says to a wrong parameter."""

import base64
from itertools import chain

import pytest
from sandbox.small_ods import write

SSAS = "/data/v3/ed-fi/studentSectionAssociations"
STUDENTS = "/data/v3/ed-fi/students"
WHOLE_RANGE = "LTIxNDc0ODM2NDgsMjE0NzQ4MzY0Nw"  # -2147483648,2147483647
EVERYONE = [str(number) for number in range(900001, 900013)]


def ids(answer):
    return [row["studentReference"]["studentUniqueId"] for row in answer.json()]


def decoded(token):
    return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()


def walk(client, path, token, size):
    """Every page from `token` on, as a client reads while it is given another token."""
    pages = []
    while token:
        answer = client.get(path, params={"pageToken": token, "pageSize": size})
        pages.append(ids(answer))
        token = answer.headers.get("next-page-token")
    return pages


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A folder with 2,600 students, more than one partition takes."""
    rows = [{"studentUniqueId": str(100000 + number)} for number in range(2600)]
    return write(tmp_path_factory.mktemp("many"), {"students": rows})


def test_pages_by_offset_follow_each_other(ods):
    """Three pages of five hold every row once, in order; after the end comes an empty one."""
    pages = [ids(ods.get(SSAS, params={"limit": 5, "offset": n})) for n in (0, 5, 10, 15)]

    assert pages == [EVERYONE[:5], EVERYONE[5:10], EVERYONE[10:], []]


@pytest.mark.parametrize(("flavour", "rows"), [("5.3", 25), ("6.1", 500), ("7.3", 500)])
def test_an_omitted_limit_means_the_release_default(connect, many, flavour, rows):
    """25 rows in 5.3, the largest page from 6.1 on."""
    assert len(connect(many, flavour=flavour).get(STUDENTS).json()) == rows


def test_7_3_returns_rows_in_the_order_they_came_in(ods):
    """By aggregate id: the file's students stand in falling order."""
    students = ods.get(STUDENTS).json()

    assert [row["studentUniqueId"] for row in students] == EVERYONE[::-1]


@pytest.mark.parametrize("flavour", ["5.3", "6.1", "7.1", "7.2"])
def test_older_releases_return_rows_in_key_order(connect, flavour):
    """By primary key, wherever a row stands in the file."""
    client = connect(flavour=flavour)
    students = client.get(STUDENTS).json()

    assert [row["studentUniqueId"] for row in students] == EVERYONE
    assert client.get(f"{STUDENTS}/{students[0]['id']}").json() == students[0]


MESSAGE_6 = (
    "Limit must be omitted or set to a value between 1 and max value defined in configuration "
    "file (defaultPageSizeLimit)."
)


@pytest.mark.parametrize("limit", [-1, 501])
def test_7_3_refuses_a_limit_out_of_range(ods, limit):
    """The largest page is 500."""
    answer = ods.get(SSAS, params={"limit": limit}, headers={"correlation-id": "trace-1"})

    assert answer.status_code == 400
    assert answer.json() == {
        "detail": "The request construction was invalid.",
        "type": "urn:ed-fi:api:bad-request:parameter-validation-failed",
        "title": "Parameter Validation Failed",
        "status": 400,
        "correlationId": "trace-1",
        "errors": ["Limit must be a value between 0 and 500."],
    }


def test_7_2_words_the_limit_differently(connect):
    """Same problem type, other detail and error."""
    body = connect(flavour="7.2").get(SSAS, params={"limit": 501}).json()

    assert body["detail"] == "The limit parameter was incorrect."
    assert body["errors"] == ["Limit must be omitted or set to a value between 0 and 500."]


@pytest.mark.parametrize("flavour", ["5.3", "6.1", "7.1"])
def test_before_7_2_the_limit_is_a_message(connect, flavour):
    """One member, no problem details."""
    answer = connect(flavour=flavour).get(SSAS, params={"limit": 501})

    assert (answer.status_code, answer.json()) == (400, {"message": MESSAGE_6})


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"offset": -1}, "Offset cannot be a negative value."),
        (
            {"pageToken": WHOLE_RANGE, "offset": 0},
            (
                "Both offset and pageToken parameters were provided, but they support alternative "
                "paging approaches and cannot be used together."
            ),
        ),
        (
            {"pageToken": WHOLE_RANGE, "limit": 5},
            "Use pageSize instead of limit when using cursor paging with pageToken.",
        ),
        ({"pageSize": 5}, "PageToken is required when pageSize is specified."),
        (
            {"pageSize": 5, "offset": 0},
            "Use limit instead of pageSize when using limit/offset paging.",
        ),
        ({"pageToken": "!!!"}, "The page token provided was invalid."),
        ({"pageToken": "bm8"}, "The page token provided was invalid."),
        (
            {"pageToken": WHOLE_RANGE, "pageSize": 501},
            "PageSize must be a value between 0 and 500.",
        ),
        ({"pageToken": WHOLE_RANGE, "pageSize": -1}, "PageSize must be a value between 0 and 500."),
        (
            {"pageToken": WHOLE_RANGE, "totalCount": "true"},
            (
                "Total count cannot be determined while using cursor paging (when pageToken is "
                "specified)."
            ),
        ),
    ],
)
def test_contradicting_parameters_are_refused(ods, query, error):
    """Offset and cursor do not mix; the error names what to use."""
    answer = ods.get(SSAS, params=query)

    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:ed-fi:api:bad-request:parameter-validation-failed"
    assert answer.json()["errors"] == [error]


def test_a_limit_beside_a_page_size_is_tolerated(ods):
    """The ODS overlooks it, and reads by page size."""
    answer = ods.get(SSAS, params={"pageToken": WHOLE_RANGE, "pageSize": 3, "limit": 5})

    assert ids(answer) == EVERYONE[:3]


def test_a_limit_that_is_no_number_is_refused(ods):
    """The parameter is named among the validation errors."""
    answer = ods.get(SSAS, params={"limit": "many"})

    assert answer.status_code == 400
    assert list(answer.json()["validationErrors"]) == ["$.limit"]


def test_an_ordinary_page_gives_the_next_token(ods):
    """After two rows, the token begins at the third aggregate id and runs to the end."""
    token = ods.get(SSAS, params={"limit": 2}).headers["next-page-token"]

    assert decoded(token) == "-2147483646,2147483647"


def test_a_cursor_walk_ends_with_an_empty_page_without_token(ods):
    """The last page with rows still has a token; the empty one after it has none."""
    assert walk(ods, SSAS, WHOLE_RANGE, 6) == [EVERYONE[:6], EVERYONE[6:], []]


def test_a_cursor_walk_keeps_its_filter(ods):
    """The same filter with every page walks only the matches."""
    query = {"schoolId": "1302", "pageToken": WHOLE_RANGE, "pageSize": 3}
    first = ods.get(SSAS, params=query)
    query["pageToken"] = first.headers["next-page-token"]

    assert ids(first) == EVERYONE[8:11]
    assert ids(ods.get(SSAS, params=query)) == EVERYONE[11:]


def test_without_a_page_size_a_cursor_page_is_the_largest(connect):
    """The token alone is enough."""
    answer = connect(page_limit=4).get(SSAS, params={"pageToken": WHOLE_RANGE})

    assert ids(answer) == EVERYONE[:4]


def test_partitions_are_never_smaller_than_five_largest_pages(connect, many):
    """2,600 rows asked for in ten parts come in two: 2,500 and the rest."""
    tokens = connect(many).get(f"{STUDENTS}/partitions", params={"number": 10}).json()["pageTokens"]

    assert [decoded(token) for token in tokens] == [
        "-2147483648,-2147481149",
        "-2147481148,2147483647",
    ]


def test_partitions_together_hold_every_row_once(ods):
    """Each walk stays inside its partition, and none is left out."""
    answer = ods.get(f"{SSAS}/partitions", params={"number": 5, "allowSmallPartitions": "true"})
    walks = [walk(ods, SSAS, token, 2) for token in answer.json()["pageTokens"]]

    assert [list(chain.from_iterable(pages)) for pages in walks] == [
        EVERYONE[0:3],
        EVERYONE[3:6],
        EVERYONE[6:9],
        EVERYONE[9:12],
    ]


def test_partitions_divide_what_the_filter_leaves(ods):
    """A filtered collection is divided by its matches."""
    query = {"number": 2, "allowSmallPartitions": "true", "schoolId": "1302"}

    tokens = ods.get(f"{SSAS}/partitions", params=query).json()["pageTokens"]

    assert [decoded(token) for token in tokens] == [
        "-2147483640,-2147483639",
        "-2147483638,2147483647",
    ]


def test_nothing_to_read_gives_no_partitions(ods):
    """An empty resource has no tokens."""
    assert ods.get("/data/v3/ed-fi/grades/partitions").json() == {"pageTokens": []}


@pytest.mark.parametrize("number", [0, 201])
def test_the_number_of_partitions_is_limited(ods, number):
    """From 1 to 200."""
    answer = ods.get(f"{SSAS}/partitions", params={"number": number})

    assert answer.status_code == 400
    assert answer.json()["errors"] == ["Number of partitions must be between 1 and 200."]


def test_an_unknown_resource_has_no_partitions(ods):
    """The resource is not found, as without `/partitions`."""
    answer = ods.get("/data/v3/ed-fi/rosters/partitions")

    assert answer.status_code == 404
    assert answer.json()["detail"] == "The specified data could not be found."


@pytest.mark.parametrize("flavour", ["6.1", "7.2"])
def test_there_is_no_cursor_before_7_3(connect, flavour):
    """No token is given, and `partitions` is read as an id that does not exist."""
    client = connect(flavour=flavour)

    assert "next-page-token" not in client.get(SSAS).headers
    assert client.get(f"{SSAS}/partitions").status_code == 404


MAIN = "/data/ed-fi/students"


@pytest.mark.parametrize(
    ("path", "query", "error"),
    [
        (
            MAIN,
            {"pageToken": WHOLE_RANGE, "pageSize": 3, "limit": 3},
            "Use pageSize instead of limit when using cursor paging with pageToken.",
        ),
        (
            MAIN,
            {"pageToken": WHOLE_RANGE, "totalCount": "true"},
            (
                "The totalCount parameter cannot be set to true when using cursor paging with "
                "pageToken."
            ),
        ),
        (
            f"{MAIN}/partitions",
            {"limit": 3},
            "The limit parameter cannot be used when requesting partitions.",
        ),
    ],
)
def test_8_main_is_stricter(connect, path, query, error):
    """What an ODS tolerates beside a token is refused."""
    answer = connect(flavour="8-main").get(path, params=query)

    assert (answer.status_code, answer.json()["errors"]) == (400, [error])


def test_8_main_gives_no_token_for_a_window(connect):
    """A full page below an upper bound seems to be the last; a walk from a partition goes on."""
    client = connect(flavour="8-main")
    window = {"maxChangeVersion": 14}
    bare = client.get(MAIN, params={**window, "limit": 4})
    [token] = client.get(f"{MAIN}/partitions", params=window).json()["pageTokens"]
    pages = []
    while token:
        answer = client.get(MAIN, params={**window, "pageToken": token, "pageSize": 4})
        pages.append(len(answer.json()))
        token = answer.headers.get("next-page-token")

    assert len(bare.json()) == 4
    assert "next-page-token" not in bare.headers
    assert pages == [4, 4, 3, 0]
    assert "next-page-token" in client.get(MAIN, params={"limit": 4}).headers


def test_8_main_walks_a_window_by_aggregate_id(fresh):
    """A row that was changed last is where it always was, and each row comes once."""
    sandbox, client = fresh(flavour="8-main")
    sandbox.edit("students", sandbox.rows("students")[2]["id"], birthDate="2010-01-01")
    query = {"maxChangeVersion": 30, "pageToken": WHOLE_RANGE, "pageSize": 5}
    found = []
    while query["pageToken"]:
        answer = client.get(MAIN, params=query)
        found += [row["studentUniqueId"] for row in answer.json()]
        query["pageToken"] = answer.headers.get("next-page-token")

    assert found == EVERYONE[::-1]


def test_8_0_has_no_cursor(connect):
    """The first 8 pages by offset only."""
    client = connect(flavour="8.0")

    assert "next-page-token" not in client.get(MAIN).headers
    assert client.get(f"{MAIN}/partitions").status_code == 404
