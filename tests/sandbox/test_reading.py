"""Collections and items: what is returned, what is filtered, what is refused."""

import pytest

SSAS = "/data/v3/ed-fi/studentSectionAssociations"
SCHOOLS = "/data/v3/ed-fi/schools"


def student_ids(answer):
    return [row["studentReference"]["studentUniqueId"] for row in answer.json()]


def numbers(first, last):
    return [str(number) for number in range(first, last + 1)]


def test_a_known_resource_without_records_is_an_empty_list(ods):
    """An ODS always has its whole data model."""
    answer = ods.get("/data/v3/ed-fi/grades", params={"totalCount": "true"})

    assert (answer.status_code, answer.json()) == (200, [])
    assert answer.headers["total-count"] == "0"


def test_an_unknown_resource_is_not_found(ods):
    """A name the data model does not have is 404."""
    answer = ods.get("/data/v3/ed-fi/rosters", headers={"correlation-id": "trace-1"})

    assert answer.status_code == 404
    assert answer.json() == {
        "detail": "The specified data could not be found.",
        "type": "urn:ed-fi:api:not-found",
        "title": "Not Found",
        "status": 404,
        "correlationId": "trace-1",
    }


def test_the_correlation_id_may_stand_in_the_query(ods):
    """An error gives back the id the caller chose."""
    answer = ods.get("/data/v3/ed-fi/rosters", params={"correlationId": "trace-2"})

    assert answer.json()["correlationId"] == "trace-2"


def test_an_error_without_a_callers_id_gets_one(ods):
    """Two errors can be told apart in the server's log."""
    first, second = (ods.get("/data/v3/ed-fi/rosters").json() for _ in range(2))

    assert first["correlationId"]
    assert first["correlationId"] != second["correlationId"]


def test_the_count_comes_only_when_asked_for(ods):
    """`Total-Count` counts every match, whatever the page."""
    assert "total-count" not in ods.get(SSAS).headers
    assert ods.get(SSAS, params={"limit": 2, "totalCount": "true"}).headers["total-count"] == "12"


def test_a_limit_of_zero_counts_without_reading(ods):
    """The cheap way to a count: an empty body, and no page after it."""
    answer = ods.get(SSAS, params={"limit": 0, "totalCount": "true"})

    assert answer.json() == []
    assert answer.headers["total-count"] == "12"
    assert "next-page-token" not in answer.headers


def test_a_collection_has_no_etag(ods):
    """Only items have a version of their own."""
    assert "etag" not in ods.get(SSAS).headers


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"schoolId": "1302"}, numbers(900009, 900012)),
        ({"SCHOOLID": "1302"}, numbers(900009, 900012)),
        ({"studentUniqueId": "900003"}, ["900003"]),
        ({"schoolId": "1302", "studentUniqueId": "900010"}, ["900010"]),
        ({"schoolId": "1302", "studentUniqueId": "900003"}, []),
        ({"homeroomIndicator": "true", "schoolId": "1302"}, ["900010", "900012"]),
        ({"beginDate": "2025-09-02", "sessionName": "2025-2026 Fall"}, numbers(900001, 900012)),
        ({"schoolId": "99"}, []),
        ({"attemptStatusDescriptor": "uri://ed-fi.org/AttemptStatusDescriptor#Passed"}, []),
        ({"schoolld": "1302"}, numbers(900001, 900012)),
    ],
    ids=[
        "key inside a reference",
        "any case",
        "student",
        "both hold",
        "both cannot hold",
        "flag",
        "no narrowing",
        "no match",
        "field no row has",
        "typing error",
    ],
)
def test_filters_compare_for_equality(ods, query, expected):
    """A known field narrows, even where no row has it; an unknown one is ignored."""
    assert student_ids(ods.get(SSAS, params=query)) == expected


def test_a_field_of_a_reference_may_carry_its_role(ods):
    """`locationClassroomIdentificationCode` is the classroom of the location reference."""
    sections = ods.get(
        "/data/v3/ed-fi/sections", params={"locationClassroomIdentificationCode": "R2"}
    ).json()

    assert [row["sectionIdentifier"] for row in sections] == ["S-2"]


def test_the_count_follows_the_filter(ods):
    """A filtered count counts matches."""
    answer = ods.get(SSAS, params={"limit": 0, "totalCount": "true", "schoolId": "1302"})

    assert answer.headers["total-count"] == "4"


def test_8_0_refuses_a_query_field_it_does_not_know(connect):
    """Version 8 says which field is wrong instead of returning everything."""
    answer = connect(flavour="8.0").get("/data/ed-fi/schools", params={"schoolld": "1302"})

    assert answer.status_code == 400
    assert answer.json()["errors"] == ["The query field 'schoolld' is not valid for this resource."]


def test_change_versions_count_every_record_once(ods):
    """One counter runs over all resources, parents first: 1 district, 2 schools, then students."""
    versions = ods.get("/changeQueries/v1/availableChangeVersions").json()
    changed = {"minChangeVersion": 4, "maxChangeVersion": 5}
    students = ods.get("/data/v3/ed-fi/students", params=changed).json()

    assert versions == {"oldestChangeVersion": 0, "newestChangeVersion": 29}
    assert [row["studentUniqueId"] for row in students] == ["900012", "900011"]


def test_5_3_writes_change_versions_in_pascal_case(connect):
    """Before 6.0 the members begin with a capital."""
    versions = connect(flavour="5.3").get("/changeQueries/v1/availableChangeVersions").json()

    assert versions == {"OldestChangeVersion": 0, "NewestChangeVersion": 29}


def test_an_item_is_read_by_its_id(ods):
    """The item is the collection's row, with its version as a quoted ETag."""
    row = ods.get(SCHOOLS).json()[1]

    answer = ods.get(f"{SCHOOLS}/{row['id']}")

    assert answer.json() == row
    assert answer.headers["etag"] == f'"{row["_etag"]}"'


def test_an_unchanged_item_is_not_sent_again(ods):
    """`If-None-Match` with the current version gives 304 and no body."""
    row = ods.get(SCHOOLS).json()[0]
    etag = f'"{row["_etag"]}"'

    same = ods.get(f"{SCHOOLS}/{row['id']}", headers={"If-None-Match": etag})
    other = ods.get(f"{SCHOOLS}/{row['id']}", headers={"If-None-Match": '"1"'})

    assert (same.status_code, same.content) == (304, b"")
    assert other.status_code == 200


def test_an_unknown_item_is_not_found(ods):
    """The resource exists, the item does not."""
    answer = ods.get(f"{SCHOOLS}/{'0' * 32}", headers={"correlation-id": "trace-1"})

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {
        "detail": "The specified item could not be found.",
        "type": "urn:ed-fi:api:not-found",
        "title": "Not Found",
        "status": 404,
        "correlationId": "trace-1",
    }


def test_a_resource_outside_the_claim_set_is_403(connect):
    """Collection, item and partitions alike; other resources stay readable."""
    client = connect(denied=frozenset({"schools"}))
    answer = client.get(SCHOOLS, headers={"correlation-id": "trace-1"})

    assert answer.status_code == 403
    assert answer.json() == {
        "detail": "Access to the requested data could not be authorized. "
        "You do not have permissions to access this data.",
        "type": "urn:ed-fi:api:security:authorization:access-denied:resource",
        "title": "Authorization Denied",
        "status": 403,
        "correlationId": "trace-1",
        "errors": [
            (
                "The API client's assigned claim set (currently 'Sandbox') must include one of the "
                "following resource claims to provide access to this resource: "
                "'http://ed-fi.org/identity/claims/ed-fi/school', "
                "'http://ed-fi.org/identity/claims/domains/relationshipBasedData'."
            )
        ],
    }
    assert client.get(f"{SCHOOLS}/{'0' * 32}").status_code == 403
    assert client.get(f"{SCHOOLS}/partitions").status_code == 403
    assert client.get(SSAS).status_code == 200


def test_8_0_words_403_differently(connect):
    """The same type; only prose differs, and no client may go by it."""
    answer = connect(flavour="8.0", denied=frozenset({"schools"})).get("/data/ed-fi/schools")

    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:ed-fi:api:security:authorization:access-denied:resource"
    assert answer.json()["detail"] == (
        "Access to the resource could not be authorized. "
        "You do not have permissions to access this data."
    )


def test_6_1_explains_403_in_one_message(connect):
    """Before 7.2 an error body is a message."""
    answer = connect(flavour="6.1", denied=frozenset({"schools"})).get(SCHOOLS)

    assert answer.status_code == 403
    assert answer.json() == {"message": "Access to the resource could not be authorized."}


@pytest.mark.parametrize(
    ("method", "path", "action"),
    [
        ("POST", SCHOOLS, "create"),
        ("PUT", f"{SCHOOLS}/1", "update"),
        ("DELETE", f"{SCHOOLS}/1", "delete"),
    ],
)
def test_the_key_may_only_read(ods, method, path, action):
    """Its claim set grants no other action."""
    answer = ods.request(method, path, json={})

    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:ed-fi:api:security:authorization:access-denied:action"
    assert answer.json()["errors"] == [
        (
            "The API client's assigned claim set (currently 'Sandbox') must grant permission of "
            f"the 'http://ed-fi.org/odsapi/actions/{action}' action on one of the following "
            "resource claims: 'http://ed-fi.org/identity/claims/ed-fi/school', "
            "'http://ed-fi.org/identity/claims/domains/relationshipBasedData'."
        )
    ]


@pytest.mark.parametrize(
    ("method", "path", "error"),
    [
        (
            "DELETE",
            SCHOOLS,
            (
                "Resource collections cannot be deleted. To delete a specific item, use DELETE and "
                'include the "id" in the route.'
            ),
        ),
        (
            "PUT",
            SCHOOLS,
            (
                'Resource collections cannot be replaced. To "upsert" an item in the collection, '
                'use POST. To update a specific item, use PUT and include the "id" in the route.'
            ),
        ),
        (
            "POST",
            f"{SCHOOLS}/1",
            (
                'Resource items can only be updated using PUT. To "upsert" an item in the data '
                'collection using POST, remove the "id" from the route.'
            ),
        ),
    ],
)
def test_a_method_in_the_wrong_place_is_405(ods, method, path, error):
    """The problem says where the method belongs."""
    answer = ods.request(method, path, json={}, headers={"correlation-id": "trace-1"})

    assert answer.status_code == 405
    assert answer.json() == {
        "detail": "The request construction was invalid.",
        "type": "urn:ed-fi:api:method-not-allowed",
        "title": "Method Not Allowed",
        "status": 405,
        "correlationId": "trace-1",
        "errors": [error],
    }


@pytest.mark.parametrize("path", ["/", SCHOOLS, f"{SCHOOLS}/1", "/oauth/token"])
def test_head_is_not_allowed(ods, path):
    """An ODS has no HEAD, anywhere."""
    assert ods.head(path).status_code == 405
