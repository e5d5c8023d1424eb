"""The version document, which differs with release and mode."""

import json
from datetime import UTC, datetime

import pytest


def in_august_2026():
    return datetime(2026, 8, 1, tzinfo=UTC).timestamp()


def document(client, path="/"):
    """The version document a server gives at `path`, its root written as R."""
    answer = client.get(path)
    root = str(client.base_url).rstrip("/")
    return json.loads(answer.text.replace(root, "R"))


def test_7_3(connect):
    """7.3 has an application name and token introspection, and no mode."""
    found = document(connect())

    assert found["urls"] == {
        "dependencies": "R/metadata/data/v3/dependencies",
        "openApiMetadata": "R/metadata/",
        "oauth": "R/oauth/token",
        "oauthTokenIntrospection": "R/oauth/token_info",
        "dataManagementApi": "R/data/v3/",
        "xsdMetadata": "R/metadata/xsd",
        "changeQueries": "R/changeQueries/v1/",
    }
    assert found["version"] == "7.3"
    assert found["suite"] == "3"
    assert found["dataModels"][0]["name"] == "Ed-Fi"
    assert "apiMode" not in found


def test_5_3(connect):
    """5.3 tells its mode and nothing of change queries."""
    found = document(connect(flavour="5.3"))

    assert found["apiMode"] == "Shared Instance"
    assert found["urls"] == {
        "dependencies": "R/metadata/data/v3/dependencies",
        "openApiMetadata": "R/metadata/",
        "oauth": "R/oauth/token",
        "dataManagementApi": "R/data/v3/",
        "xsdMetadata": "R/metadata/xsd",
    }


@pytest.mark.parametrize(
    ("flavour", "members"),
    [
        ("6.1", {"suite", "build", "apiMode"}),
        ("7.1", {"suite", "build"}),
        ("7.2", {"suite", "build"}),
        ("7.3", {"suite", "build", "applicationName"}),
        ("8.0", {"applicationName"}),
        ("8-main", {"applicationName"}),
    ],
)
def test_members_by_release(connect, flavour, members):
    """What stands in the document beside version, data models and URLs differs by release."""
    common = {"version", "informationalVersion", "dataModels", "urls"}

    assert set(document(connect(flavour=flavour))) == common | members


def test_a_year_specific_6_1_prints_the_calendar_year(connect):
    """The year in discovery is the server's own, not the one served, and no slash follows it."""
    urls = document(connect(flavour="6.1", year=2025, clock=in_august_2026))["urls"]

    assert urls["dataManagementApi"] == "R/data/v3/2026"
    assert urls["dependencies"] == "R/metadata/data/v3/2026/dependencies"
    assert urls["oauth"] == "R/oauth/token"


def test_an_instance_year_specific_6_1_prints_a_placeholder(connect):
    """The instance is left for the client to put in."""
    found = document(connect(flavour="6.1", tenant="d13", year=2025, clock=in_august_2026))

    assert found["apiMode"] == "Instance Year Specific"
    assert found["urls"]["dataManagementApi"] == "R/data/v3/{instance}/2026"
    assert found["urls"]["oauth"] == "R/{instance}/oauth/token"


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/", "R/{tenantIdentifier}/{schoolYearFromRoute}/data/v3/"),
        ("/d13", "R/d13/{schoolYearFromRoute}/data/v3/"),
        ("/d13/2026", "R/d13/2026/data/v3/"),
    ],
)
def test_7_3_prints_the_segments_it_was_asked_with(connect, path, data):
    """Tenant and year are placeholders until they stand in the request's own path."""
    urls = document(connect(tenant="d13", year=2026), path)["urls"]

    assert urls["dataManagementApi"] == data


@pytest.mark.parametrize(
    ("flavour", "path", "data"),
    [
        ("7.1", "/", "R/{tenantIdentifier}/{districtFromRoute}/{schoolYearFromRoute}/data/v3/"),
        ("7.3", "/wi/d13", "R/wi/d13/{schoolYearFromRoute}/data/v3/"),
        ("8.0", "/wi/d13/2026", "R/wi/d13/2026/data"),
    ],
)
def test_a_context_stands_between_tenant_and_year(connect, flavour, path, data):
    """A host may have something else than a year in its paths."""
    client = connect(flavour=flavour, tenant="wi", context="d13", year=2026)

    assert document(client, path)["urls"]["dataManagementApi"] == data


def test_an_untidy_host_doubles_slashes(connect):
    """As a badly configured proxy does."""
    urls = document(connect(untidy=True))["urls"]

    assert urls["dataManagementApi"] == "R//data//v3//"
    assert urls["oauth"] == "R//oauth//token"


def test_8_0_has_neither_v3_nor_a_slash(connect):
    """Version 8 moves the data and names token introspection anew."""
    urls = document(connect(flavour="8.0"))["urls"]

    assert urls["dataManagementApi"] == "R/data"
    assert urls["tokenInfo"] == "R/oauth/token_info"


@pytest.mark.parametrize(
    ("options", "path", "wrong"),
    [
        ({"flavour": "6.1", "year": 2026}, "/data/v3/2026/ed-fi/schools", "2025"),
        (
            {"flavour": "5.3", "tenant": "d13", "year": 2026},
            "/data/v3/d13/2026/ed-fi/schools",
            "2025",
        ),
        ({"tenant": "d13", "year": 2026}, "/d13/2026/data/v3/ed-fi/schools", "2025"),
        ({"flavour": "8.0", "year": 2026}, "/2026/data/ed-fi/schools", "2025"),
    ],
)
def test_data_stands_where_the_mode_puts_it(connect, options, path, wrong):
    """Records are read under the served year; there is nothing under another one."""
    client = connect(**options)
    token = client.post(
        "/d13/oauth/token" if options.get("flavour") == "5.3" else client_root(options),
        auth=("sandbox", "sandbox-secret"),
        data={"grant_type": "client_credentials"},
    ).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}

    assert len(client.get(path, headers=headers).json()) == 2
    assert client.get(path.replace("2026", wrong), headers=headers).status_code == 404


def client_root(options):
    """Where the token endpoint of a mode is: 7 and later put tenant and year before it."""
    if options.get("flavour") in ("5.3", "6.1"):
        return "/oauth/token"
    tenant = "/d13" if "tenant" in options else ""
    return f"{tenant}/2026/oauth/token"


def test_paths_are_read_in_any_case(ods):
    """An ODS does not mind how a path is written."""
    assert len(ods.get("/DATA/v3/Ed-Fi/Schools/").json()) == 2
