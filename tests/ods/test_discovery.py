"""Discovery: root documents as the versions print them, and the addresses that must come out."""

import httpx
import pytest

from edfi_audit.errors import ContractError, SettingsError
from edfi_audit.ods.discovery import DataModel, discover
from edfi_audit.ods.http import Client
from edfi_audit.settings import Connection

BASE = "https://ods.example"


def document(**content):
    """A root document in the shape of version 7, changed by `content`."""
    return {
        "version": "7.3.1",
        "dataModels": [{"name": "Ed-Fi", "version": "5.2.0", "informationalVersion": "x"}],
        "urls": {
            "oauth": f"{BASE}/oauth/token",
            "dataManagementApi": f"{BASE}/data/v3/",
            "changeQueries": f"{BASE}/changeQueries/v1/",
        },
    } | content


def found(root, **settings):
    """The endpoints of an ODS whose root answers `root`, as JSON or as a response."""
    given = {"base_url": f"{BASE}/", "client_id": "k", "client_secret": "s"}

    def answer(_request):
        return root if isinstance(root, httpx.Response) else httpx.Response(200, json=root)

    with Client(transport=httpx.MockTransport(answer)) as client:
        return discover(client, Connection(**(given | settings)))


def test_a_shared_instance_of_version_7():
    """Addresses are taken as printed, without trailing slashes; the version is parsed."""
    endpoints = found(document())
    assert endpoints.data == "https://ods.example/data/v3"
    assert endpoints.token == "https://ods.example/oauth/token"
    assert endpoints.token_info == "https://ods.example/oauth/token_info"
    assert endpoints.change_queries == "https://ods.example/changeQueries/v1"
    assert (endpoints.version, endpoints.api_version) == ((7, 3), "7.3.1")
    assert endpoints.data_models == (DataModel("Ed-Fi", "5.2.0"),)
    assert endpoints.mode == "shared_instance"


@pytest.mark.parametrize(
    ("version", "parsed", "cursor"),
    [
        ("5.3", (5, 3), False),
        ("7.2", (7, 2), False),
        ("7.3", (7, 3), True),
        ("v7.10.2", (7, 10), True),
        ("8.0.0", (8, 0), True),
        ("unknown", None, False),
        ("", None, False),
    ],
)
def test_the_version_is_read_not_assumed(version, parsed, cursor):
    """Cursor paging is worth a question from 7.3 on, never where the version is not told."""
    endpoints = found(document(version=version))
    assert endpoints.version == parsed
    assert endpoints.may_offer_partitions is cursor


@pytest.mark.parametrize("version", ["5.3", "6.1"])
def test_the_servers_own_year_is_replaced(version):
    """A year-specific 5 or 6 prints its calendar year; the wanted year takes its place."""
    urls = {
        "oauth": f"{BASE}/oauth/token",
        "dataManagementApi": f"{BASE}/data/v3/2031",
        "changeQueries": f"{BASE}/changeQueries/v1/2031/",
    }
    root = document(version=version, apiMode="Year Specific", urls=urls)
    endpoints = found(root, mode="year_specific", year=2026)
    assert endpoints.data == "https://ods.example/data/v3/2026"
    assert endpoints.change_queries == "https://ods.example/changeQueries/v1/2026"
    assert endpoints.mode == "year_specific"


def test_version_5_has_no_change_query_address():
    """Where the root names no change queries, their address follows from that of the data."""
    urls = {"oauth": f"{BASE}/oauth/token", "dataManagementApi": f"{BASE}/data/v3/2031"}
    root = document(version="5.3", apiMode="Year Specific", urls=urls)
    endpoints = found(root, mode="year_specific", year=2026)
    assert endpoints.change_queries == "https://ods.example/changeQueries/v1/2026"


def test_a_year_specific_ods_needs_a_year():
    """Without a year the error says which setting is missing."""
    urls = {"oauth": f"{BASE}/oauth/token", "dataManagementApi": f"{BASE}/data/v3/2031"}
    with pytest.raises(SettingsError, match="names no year") as caught:
        found(document(version="6.1", apiMode="Year Specific", urls=urls))
    assert "END year" in caught.value.next_step


def test_a_year_is_added_where_version_6_prints_none():
    """A year-specific 6 that hides its mode and year still gets the year after data/v3."""
    endpoints = found(document(version="6.2"), mode="year_specific", year=2026)
    assert endpoints.data == "https://ods.example/data/v3/2026"


def test_an_instance_comes_before_the_year():
    """An instance-year-specific 6 prints `{instance}`; both are filled, in that order."""
    urls = {
        "oauth": f"{BASE}/{{instance}}/oauth/token",
        "dataManagementApi": f"{BASE}/data/v3/{{instance}}/2031",
    }
    root = document(version="6.1", apiMode="Instance Year Specific", urls=urls)
    endpoints = found(root, mode="instance_year_specific", instance="district-1", year=2026)
    assert endpoints.token == "https://ods.example/district-1/oauth/token"
    assert endpoints.data == "https://ods.example/data/v3/district-1/2026"


def test_tenant_and_context_come_before_the_data():
    """Version 7 prints literal placeholders before data/v3; settings fill them."""
    urls = {
        "oauth": f"{BASE}/{{tenantIdentifier}}/{{schoolYearFromRoute}}/oauth/token",
        "dataManagementApi": f"{BASE}/{{tenantIdentifier}}/{{schoolYearFromRoute}}/data/v3/",
        "oauthTokenIntrospection": f"{BASE}/{{tenantIdentifier}}/oauth/token_info",
    }
    endpoints = found(document(urls=urls), mode="tenant", tenant="wi", year=2026)
    assert endpoints.data == "https://ods.example/wi/2026/data/v3"
    assert endpoints.token == "https://ods.example/wi/2026/oauth/token"
    assert endpoints.token_info == "https://ods.example/wi/oauth/token_info"


@pytest.mark.parametrize(
    ("placeholder", "setting"),
    [
        ("tenantIdentifier", "tenant"),
        ("schoolYearFromRoute", "year"),
        ("instance", "instance"),
        ("district", "context"),
    ],
)
def test_a_placeholder_without_a_value_is_told(placeholder, setting):
    """An address that cannot be completed names the setting that is missing."""
    urls = {
        "oauth": f"{BASE}/oauth/token",
        "dataManagementApi": f"{BASE}/{{{placeholder}}}/data/v3",
    }
    with pytest.raises(SettingsError, match=f"Set {setting} in the connection"):
        found(document(urls=urls))


def test_a_year_wanted_of_a_shared_instance_is_told():
    """Settings that contradict the mode the ODS states are an error."""
    with pytest.raises(SettingsError, match="says it is a shared instance"):
        found(document(version="6.1", apiMode="Shared Instance"), mode="year_specific", year=2026)


def test_slashes_are_normalised():
    """Doubled and trailing slashes of a badly configured host do no harm."""
    urls = {"oauth": f"{BASE}//oauth//token/", "dataManagementApi": f"{BASE}//data/v3//"}
    endpoints = found(document(urls=urls))
    assert endpoints.token == "https://ods.example/oauth/token"
    assert endpoints.data == "https://ods.example/data/v3"


def test_https_is_never_given_up():
    """Addresses printed as http behind a TLS proxy are spoken to over https."""
    urls = {
        "oauth": "http://ods.example:80/oauth/token",
        "dataManagementApi": "http://ods.example/data/v3",
    }
    endpoints = found(document(urls=urls))
    assert endpoints.token == "https://ods.example/oauth/token"
    assert endpoints.data == "https://ods.example/data/v3"


def test_another_host_is_refused():
    """A root that sends the key to another host is refused, unless the settings say so."""
    urls = {
        "oauth": "https://evil.example/oauth/token",
        "dataManagementApi": f"{BASE}/data/v3",
    }
    with pytest.raises(ContractError, match=r"another host, evil\.example"):
        found(document(urls=urls))


def test_overrides_win():
    """Addresses in the settings replace those of the root."""
    endpoints = found(
        document(),
        oauth_url="https://login.example/connect/token",
        data_management_url="https://data.example/v8/data/",
        change_queries_url="https://data.example/v8/changes/",
    )
    assert endpoints.token == "https://login.example/connect/token"
    assert endpoints.data == "https://data.example/v8/data"
    assert endpoints.change_queries == "https://data.example/v8/changes"


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("oauth", "oauth_url"),
        ("dataManagementApi", "data_management_url"),
        ("changeQueries", "change_queries_url"),
    ],
)
def test_an_override_makes_good_for_another_host(name, setting):
    """What the root says wrongly is not held against it once the settings replace it."""
    urls = document()["urls"] | {name: "https://inside.example/x"}
    with pytest.raises(ContractError, match=f"set {setting} in the connection"):
        found(document(urls=urls))
    assert found(document(urls=urls), **{setting: f"{BASE}/own"}).version == (7, 3)


def test_an_address_nobody_needs_may_be_anywhere():
    """Documents and scope on another host, or with placeholders, are done without."""
    urls = document()["urls"] | {
        "openApiMetadata": "https://inside.example/metadata/",
        "oauthTokenIntrospection": f"{BASE}/{{tenantIdentifier}}/oauth/token_info",
        "oneRoster": "https://inside.example/oneroster",
    }
    endpoints = found(document(urls=urls))
    assert endpoints.open_api_metadata == ""
    assert endpoints.token_info == "https://ods.example/oauth/token_info"


def test_the_scope_is_not_asked_where_nobody_says():
    """A token address of another form gives none for the scope; the token goes nowhere else."""
    urls = {"oauth_url": "https://login.example/connect", "data_management_url": f"{BASE}/data/v3"}
    assert found(httpx.Response(404), **urls).token_info == ""


@pytest.mark.parametrize(
    ("data", "changes"),
    [
        ("/data/v3/2026", "/changeQueries/v1/2026"),
        ("/DATA/v3", "/changeQueries/v1"),
        ("/wi/2026/data", "/wi/2026/changeQueries/v1"),
        ("/data/ods/data/v3", "/data/ods/changeQueries/v1"),
    ],
)
def test_change_queries_follow_from_the_data(data, changes):
    """Where nobody names them they stand beside the data, in every version's form."""
    urls = {"oauth_url": f"{BASE}/oauth/token", "data_management_url": f"{BASE}{data}"}
    assert found(httpx.Response(404), **urls).change_queries == f"{BASE}{changes}"


def test_a_year_in_the_base_url_is_left_alone():
    """Only the year that the server adds is its calendar's, not one its host put in front."""
    root = f"{BASE}/2031/api"
    urls = {
        "oauth": f"{root}/oauth/token",
        "dataManagementApi": f"{root}/data/v3/2031",
        "changeQueries": f"{root}/changeQueries/v1/2031",
    }
    content = document(version="6.1", apiMode="Year Specific", urls=urls)
    endpoints = found(content, base_url=root, year=2026)
    assert endpoints.token == "https://ods.example/2031/api/oauth/token"
    assert endpoints.data == "https://ods.example/2031/api/data/v3/2026"
    assert endpoints.change_queries == "https://ods.example/2031/api/changeQueries/v1/2026"


def test_instance_and_year_are_added_where_version_6_prints_neither():
    """Data and change queries alike get both, instance first."""
    endpoints = found(
        document(version="6.2"), mode="instance_year_specific", instance="d13", year=2026
    )
    assert endpoints.data == "https://ods.example/data/v3/d13/2026"
    assert endpoints.change_queries == "https://ods.example/changeQueries/v1/d13/2026"


def test_an_address_of_the_settings_gets_no_year():
    """What the settings name is as it is meant, whatever the mode."""
    own = f"{BASE}/data/v3/2026"
    given = {"mode": "year_specific", "year": 2026, "data_management_url": own}
    assert found(document(version="6.2"), **given).data == own


@pytest.mark.parametrize("setting", ["oauth_url", "data_management_url", "change_queries_url"])
def test_an_address_of_the_settings_is_a_web_address(setting):
    """A wrong one is named before anything is sent to it."""
    with pytest.raises(SettingsError, match=f"{setting} is not a web address"):
        found(document(), **{setting: "ods.example/oauth"})


def test_a_hidden_root_needs_the_overrides():
    """With both overrides a hidden root is no error, and nothing is assumed of the version."""
    endpoints = found(
        httpx.Response(404),
        oauth_url=f"{BASE}/oauth/token",
        data_management_url=f"{BASE}/data/v3",
    )
    assert (endpoints.version, endpoints.api_version) == (None, None)
    assert not endpoints.may_offer_partitions


@pytest.mark.parametrize(
    ("root", "says"),
    [
        (httpx.Response(404), "is not the root of an Ed-Fi ODS/API"),
        (httpx.Response(200, json=["no", "document"]), "is not the root of an Ed-Fi ODS/API"),
        (httpx.Response(200, json={"status": "up"}), "is not the root of an Ed-Fi ODS/API"),
        (httpx.Response(200, html="<html>portal</html>"), "an HTML page instead of JSON"),
        (httpx.Response(200, json={"urls": {}}), "names no data or token address"),
    ],
)
def test_something_else_is_not_taken_for_an_ods(root, says):
    """A page, a list, another service: each is one sentence with a next step."""
    with pytest.raises(ContractError, match=says) as caught:
        found(root)
    assert caught.value.next_step


def test_a_query_in_the_base_url_is_dropped():
    """A base URL copied with its query leads to the same root."""
    assert found(document(), base_url=f"{BASE}/?x=1#top").data == "https://ods.example/data/v3"


@pytest.mark.parametrize("url", ["ods.example", "ftp://ods.example", "https://"])
def test_a_base_url_is_a_web_address(url):
    """A base URL without scheme or host is a settings error."""
    with pytest.raises(SettingsError, match="not a web address"):
        found(document(), base_url=url)
