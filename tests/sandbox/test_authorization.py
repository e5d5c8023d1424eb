"""Tokens: who gets one, how many, for how long, and what a caller without one is told."""

import base64

import pytest
from sandbox.small_ods import ask_token

GRANT = {"grant_type": "client_credentials"}
IN_BODY = {**GRANT, "client_id": "sandbox", "client_secret": "sandbox-secret"}


def basic(text):
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


@pytest.fixture
def anonymous(connect):
    """A client of a 7.3 that holds no token."""
    client = connect()
    del client.headers["Authorization"]
    return client


def test_basic_credentials_give_a_token(ods):
    """A form with HTTP Basic is answered with 32 hex digits, good for half an hour."""
    answer = ask_token(ods)

    body = answer.json()
    token = body.pop("access_token")
    assert answer.status_code == 200
    assert body == {"expires_in": 1800, "token_type": "bearer"}
    assert len(token) == 32
    assert set(token) <= set("0123456789abcdef")


@pytest.mark.parametrize("encoding", ["data", "json"])
def test_credentials_in_the_body_give_a_token(anonymous, encoding):
    """Key and secret may stand in a form or JSON body instead of the header."""
    answer = anonymous.post("/oauth/token", **{encoding: IN_BODY})

    assert answer.status_code == 200
    assert answer.json()["expires_in"] == 1800


def test_8_0_takes_credentials_in_the_header_only(connect):
    """What stands in the body is not forwarded to whoever issues tokens."""
    client = connect(flavour="8.0")
    del client.headers["Authorization"]

    assert client.post("/oauth/token", data=IN_BODY).status_code == 401
    assert ask_token(client).status_code == 200


@pytest.mark.parametrize(
    ("headers", "form", "status", "body"),
    [
        (basic("sandbox:sandbox-secret"), IN_BODY, 400, {"error": "invalid_client"}),
        (basic("sandbox:wrong"), GRANT, 401, {"error": "invalid_client"}),
        (basic("nobody:sandbox-secret"), GRANT, 401, {"error": "invalid_client"}),
        ({"Authorization": "Bearer abc"}, GRANT, 401, {"error": "invalid_client"}),
        (basic(":"), GRANT, 401, {"error": "invalid_request"}),
        ({}, GRANT, 401, {"error": "invalid_request"}),
        (basic("sandbox:secret:with:colons"), GRANT, 400, {"error": "invalid_request"}),
        ({"Authorization": "Basic %%%"}, GRANT, 400, {"error": "invalid_request"}),
        (
            basic("sandbox:sandbox-secret"),
            {"grant_type": "password"},
            400,
            {"error": "unsupported_grant_type"},
        ),
        (
            basic("sandbox:sandbox-secret"),
            {"scope": "13"},
            400,
            {"error": "unsupported_grant_type"},
        ),
    ],
)
def test_a_refused_token_request_says_why(anonymous, headers, form, status, body):
    """Every refusal has the status and the OAuth error code of an ODS."""
    answer = anonymous.post("/oauth/token", headers=headers, data=form)

    assert (answer.status_code, answer.json()) == (status, body)


def test_5_3_refuses_a_wrong_secret_with_400(connect):
    """Before 6.0 a failed authentication is a bad request."""
    answer = ask_token(connect(flavour="5.3"), auth=("sandbox", "wrong"))

    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_client"})


def test_a_token_request_needs_a_content_type(anonymous):
    """A body of no declared kind is not read."""
    answer = anonymous.post(
        "/oauth/token", headers=basic("sandbox:sandbox-secret"), content=b"grant_type=x"
    )

    assert answer.status_code == 415


def test_a_scope_of_the_keys_own_district_is_granted(ods):
    """A scope the key is associated with comes back in the answer."""
    answer = ask_token(ods, data={**GRANT, "scope": "13"})

    assert answer.json()["scope"] == "13"


@pytest.mark.parametrize("scope", ["14", "district"])
def test_a_foreign_scope_is_refused(ods, scope):
    """A scope that is no number, or not the key's, is an invalid one."""
    answer = ask_token(ods, data={**GRANT, "scope": scope})

    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_scope"


def test_7_3_refuses_the_sixteenth_live_token(connect):
    """Fifteen tokens may live at once; only expiry frees a place."""
    now = [1_000.0]
    client = connect(clock=lambda: now[0])
    granted = [ask_token(client).status_code for _ in range(14)]

    refused = ask_token(client, headers={"correlation-id": "trace-1"})
    now[0] += 1_800
    later = ask_token(client)

    assert granted == [200] * 14
    assert refused.status_code == 429
    assert "retry-after" not in refused.headers
    assert refused.json() == {
        "detail": "The caller has authenticated too many times in too short of a time period.",
        "type": "urn:ed-fi:api:security:authentication:too-many-tokens",
        "title": "Too Many Tokens",
        "status": 429,
        "correlationId": "trace-1",
        "errors": [
            (
                "Too many access tokens have been requested (limit is 15). "
                "Access tokens should be reused until they expire."
            )
        ],
    }
    assert later.status_code == 200


@pytest.mark.parametrize("options", [{"token_limit": 0}, {"flavour": "7.2"}])
def test_without_a_limit_tokens_are_not_counted(connect, options):
    """Releases before 7.3, and hosts that switch the limit off, grant any number."""
    client = connect(**options)

    assert {ask_token(client).status_code for _ in range(20)} == {200}


@pytest.mark.parametrize(
    ("header", "error"),
    [
        (None, "Authorization header is missing."),
        ("Basic c2FuZGJveDp4", "Unknown Authorization header scheme."),
        ("Bearer", "Missing Authorization header bearer token value."),
        ("Bearer 0123456789abcdef0123456789abcdef", "Invalid Authorization header."),
    ],
)
def test_a_request_without_a_live_token_is_401(anonymous, header, error):
    """The problem names what is wrong with the header."""
    headers = {"correlation-id": "trace-1"} | ({"Authorization": header} if header else {})

    answer = anonymous.get("/data/v3/ed-fi/students", headers=headers)

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "detail": "The caller could not be authenticated.",
        "type": "urn:ed-fi:api:security:authentication",
        "title": "Authentication Failed",
        "status": 401,
        "correlationId": "trace-1",
        "errors": [error],
    }


def test_a_token_ends_when_its_time_is_over(connect):
    """The token that worked a second ago is an invalid one now."""
    now = [0.0]
    client = connect(clock=lambda: now[0], token_seconds=60)
    now[0] = 59.0
    before = client.get("/data/v3/ed-fi/students").status_code
    now[0] = 60.0
    after = client.get("/data/v3/ed-fi/students")

    assert before == 200
    assert after.status_code == 401
    assert after.json()["errors"] == ["Invalid Authorization header."]


@pytest.mark.parametrize("flavour", ["5.3", "6.1", "7.1"])
def test_older_releases_say_nothing_with_401(connect, flavour):
    """Before 7.2 the body of a 401 is empty."""
    answer = connect(flavour=flavour).get(
        "/data/v3/ed-fi/students", headers={"Authorization": "Bearer x"}
    )

    assert (answer.status_code, answer.content) == (401, b"")


@pytest.mark.parametrize("encoding", ["data", "json"])
def test_token_info_tells_what_the_key_may_see(connect, encoding):
    """7.3 names the key's organisations, claim set and the operations on each resource."""
    client = connect(denied=frozenset({"students"}))
    token = client.headers["Authorization"].removeprefix("Bearer ")

    info = client.post("/oauth/token_info", **{encoding: {"token": token}}).json()

    resources = {item["resource"]: item["operations"] for item in info.pop("resources")}
    assert info == {
        "active": True,
        "client_id": "sandbox",
        "namespace_prefixes": ["uri://ed-fi.org"],
        "education_organizations": [
            {
                "education_organization_id": 13,
                "name_of_institution": "Synthetic District",
                "type": "edfi.LocalEducationAgency",
                "local_education_agency_id": 13,
            }
        ],
        "assigned_profiles": [],
        "claim_set": {"name": "Sandbox"},
        "services": [],
    }
    assert resources["/ed-fi/sections"] == ["Read", "ReadChanges"]
    assert "/ed-fi/students" not in resources


def test_older_token_info_has_no_claim_set(connect):
    """What each resource allows is told from 7.3 on."""
    client = connect(flavour="7.2")
    token = client.headers["Authorization"].removeprefix("Bearer ")

    info = client.post("/oauth/token_info", data={"token": token}).json()

    assert set(info) == {
        "active",
        "client_id",
        "namespace_prefixes",
        "education_organizations",
        "assigned_profiles",
    }


def test_token_info_answers_only_about_the_callers_token(ods):
    """Another token than the bearer is refused, none at all is a bad request."""
    other = ods.post("/oauth/token_info", data={"token": "0" * 32})
    none = ods.post("/oauth/token_info", data={"x": "y"})

    assert other.status_code == 401
    assert none.status_code == 400
    assert none.json()["detail"] == "An invalid token was provided"
