"""Where an ODS/API keeps what: its root document, read with its traps.

- In year-specific mode versions 5 and 6 print the server's own calendar year, not the wanted one.
- Others print placeholders (`{instance}`, `{tenantIdentifier}`, `{schoolYearFromRoute}`).
- Versions 5 and 6 put instance and year behind `data/v3`, later ones tenant and year before it.
- Behind a proxy the printed scheme may be http where https is spoken.
- A host may hide the document; then the settings name the addresses.
The version is read, never assumed: without one, only what every version offers is used.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from edfi_audit.errors import ContractError, NotEnabledError, SettingsError, SourceError
from edfi_audit.ods.http import Client, redacted
from edfi_audit.settings import Connection

__all__ = ["DataModel", "Endpoints", "discover"]

_ATTEMPTS = 2
_SERVER_YEAR = re.compile(r"(?<=/data/v3/)(?P<instance>[^/]+/)?(?P<year>\d{4})$")
_PLACEHOLDER = re.compile(r"\{(\w+)[^{}]*\}")
_YEARS_BEFORE_DATA = (7, 0)
"""From this version on a year stands before `data` in a path, and is a placeholder."""

_YEAR_MODES = {"year_specific", "instance_year_specific"}
_SETTINGS = {
    "oauth": "oauth_url",
    "dataManagementApi": "data_management_url",
    "changeQueries": "change_queries_url",
    "openApiMetadata": "open_api_metadata_url",
}
"""The setting that replaces a printed address."""

_OPTIONAL = ("oauthTokenIntrospection", "tokenInfo", "openApiMetadata")
"""Addresses that are done without where they cannot be used."""

_BY_YEAR = ("dataManagementApi", "changeQueries")
_USED = (*_SETTINGS, "oauthTokenIntrospection", "tokenInfo")


@dataclass(frozen=True)
class DataModel:
    """A data model the ODS serves: `Ed-Fi` or an extension, and its version."""

    name: str
    version: str


@dataclass(frozen=True)
class Endpoints:
    """The addresses of one ODS, without trailing slashes, and what it says of itself.

    `token_info` and `open_api_metadata` are empty where nobody says where they are.
    `version` is (major, minor), None where the ODS does not tell.
    """

    token: str
    token_info: str
    data: str
    change_queries: str
    open_api_metadata: str
    version: tuple[int, int] | None
    api_version: str | None
    data_models: tuple[DataModel, ...]
    mode: str

    @property
    def may_offer_partitions(self) -> bool:
        """Whether cursor paging is worth asking for."""
        return self.version is not None and self.version >= (7, 3)


def discover(client: Client, connection: Connection) -> Endpoints:
    """Ask the base URL what lies where; raises a `SourceError` or `SettingsError` that says why."""
    base = _base(connection.base_url)
    document = _document(client, base, connection)
    mode, version = _mode(document, connection), _version(document)
    found = _addresses(document, _Wanted(base, mode, version, connection))
    token, data = found.get("oauth", ""), found.get("dataManagementApi", "")
    if not data or not token:
        raise ContractError(
            f"The root document at {redacted(base)} names no data or token address.",
            next_step="Set data_management_url and oauth_url in the connection.",
        )
    return Endpoints(
        token=token,
        token_info=_token_info(found, token),
        data=data,
        change_queries=_change_queries(found, data),
        open_api_metadata=found.get("openApiMetadata", ""),
        version=version,
        api_version=str(document["version"]) if document.get("version") else None,
        data_models=_data_models(document),
        mode=mode,
    )


def _base(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsError(
            "base_url is not a web address.", next_step="It begins with https:// and a host."
        )
    return _slashes(urlunsplit(parts._replace(query="", fragment="")))


def _document(client: Client, base: str, connection: Connection) -> Mapping[str, Any]:
    """The root document; an empty one where the settings name what matters and it is hidden."""
    try:
        document = client.get(f"{base}/", what="its root document", attempts=_ATTEMPTS).content
        if not isinstance(document, dict) or not isinstance(document.get("urls"), dict):
            raise _not_an_ods(base)
    except SourceError as error:
        if connection.oauth_url and connection.data_management_url:
            return {}
        if isinstance(error, NotEnabledError):
            raise _not_an_ods(base) from None
        raise
    return document


def _not_an_ods(base: str) -> ContractError:
    return ContractError(
        f"{redacted(base)} is not the root of an Ed-Fi ODS/API.",
        next_step="Check base_url; if the host hides its root, set oauth_url and "
        "data_management_url.",
    )


@dataclass(frozen=True)
class _Wanted:
    """What decides how a printed address is read."""

    base: str
    mode: str
    version: tuple[int, int] | None
    connection: Connection


def _addresses(document: Mapping[str, Any], wanted: _Wanted) -> dict[str, str]:
    """The addresses that are used, by their name in the document; a setting replaces the printed.

    What a setting replaces, or nobody needs, may be printed anyhow.
    """
    urls = document.get("urls", {})
    printed = {name: urls[name] for name in _USED if isinstance(urls.get(name), str) and urls[name]}
    server_year = _server_year(_slashes(printed.get("dataManagementApi", "")))
    spared = {*_OPTIONAL, *(["changeQueries"] if wanted.connection.data_management_url else [])}
    found = {}
    for name in _USED:
        setting = _SETTINGS.get(name, "")
        if stated := getattr(wanted.connection, setting, ""):
            found[name] = _stated(_slashes(stated), setting)
        elif name in printed:
            try:
                url = _trusted(printed[name], wanted.base, setting)
                found[name] = _filled(name, url, server_year, wanted)
            except (ContractError, SettingsError):
                if name not in spared:
                    raise
    return found


def _stated(url: str, setting: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsError(
            f"{setting} is not a web address.", next_step="It begins with https:// and a host."
        )
    return url


def _trusted(url: str, base: str, setting: str) -> str:
    """`url` if it is on the host of `base`, spoken to no less safely; an error if it is not."""
    there, here = urlsplit(url), urlsplit(base)
    if there.hostname != here.hostname:
        raise ContractError(
            f"The ODS at {here.hostname} points to another host, {there.hostname}.",
            next_step=f"If that is right, set {setting} in the connection.",
        )
    if here.scheme == "https" and there.scheme == "http":
        there = there._replace(scheme="https", netloc=here.netloc)
    return _slashes(urlunsplit(there))


def _slashes(url: str) -> str:
    scheme, mark, rest = url.partition("://")
    return (scheme + mark + re.sub(r"/{2,}", "/", rest)).rstrip("/")


def _server_year(data: str) -> str | None:
    match = _SERVER_YEAR.search(data)
    return match["year"] if match else None


def _filled(name: str, url: str, server_year: str | None, wanted: _Wanted) -> str:
    """`url` with the wanted year for the server's, and every placeholder filled.

    A version 5 or 6 that prints no year where its data are one per year has it added.
    """
    connection, mode = wanted.connection, wanted.mode
    if server_year is not None:
        own = url.removeprefix(wanted.base)  # a year in base_url is meant
        year = str(_wanted_year(connection))
        url = url.removesuffix(own) + re.sub(rf"(?<=/){server_year}(?=/|$)", year, own)
    elif name in _BY_YEAR and mode in _YEAR_MODES and _is_before_7(wanted.version):
        before = "/{instance}" if mode == "instance_year_specific" and "{" not in url else ""
        url = f"{url}{before}/{_wanted_year(connection)}"
    return _PLACEHOLDER.sub(lambda match: _value(match[1], mode, connection), url)


def _is_before_7(version: tuple[int, int] | None) -> bool:
    return version is not None and version < _YEARS_BEFORE_DATA


def _value(placeholder: str, mode: str, connection: Connection) -> str:
    name = placeholder.lower()
    if "tenant" in name:
        setting, value = "tenant", connection.tenant
    elif "instance" in name:
        setting, value = "instance", connection.instance
    elif "year" in name:
        setting, value = "year", str(connection.year or connection.context or "")
    else:
        setting, value = "context", connection.context
    if not value:
        raise SettingsError(
            f"This ODS ({mode}) has {{{placeholder}}} in its addresses, and the connection "
            "does not say what to put there.",
            next_step=f"Set {setting} in the connection.",
        )
    return value


def _wanted_year(connection: Connection) -> int:
    if connection.year is None:
        raise SettingsError(
            "This ODS keeps one database per school year, and the connection names no year.",
            next_step="Set year in the connection to the END year: 2026 is 2025-26.",
        )
    return connection.year


def _mode(document: Mapping[str, Any], connection: Connection) -> str:
    """The mode the ODS states (versions 5 and 6), else the one in the settings."""
    stated = str(document.get("apiMode") or "").strip().lower().replace(" ", "_")
    if stated == "shared_instance" and connection.mode in _YEAR_MODES:
        raise SettingsError(
            f"The ODS says it is a shared instance, the connection says {connection.mode}.",
            next_step='Set mode = "shared_instance" in the connection.',
        )
    return stated or connection.mode


def _version(document: Mapping[str, Any]) -> tuple[int, int] | None:
    match = re.match(r"v?(\d+)\.(\d+)", str(document.get("version") or ""))
    return (int(match[1]), int(match[2])) if match else None


def _token_info(found: Mapping[str, str], token: str) -> str:
    for name in ("oauthTokenIntrospection", "tokenInfo"):
        if name in found:
            return found[name]
    stem, slash, last = token.rpartition("/")
    return f"{stem}{slash}token_info" if last.lower() == "token" else ""


def _change_queries(found: Mapping[str, str], data: str) -> str:
    """The printed address; version 5 prints none, and there it follows from that of the data."""
    derived = re.sub(r"^(.*)/data(/v3)?(?=/|$)", r"\1/changeQueries/v1", data, flags=re.IGNORECASE)
    return found.get("changeQueries") or derived


def _data_models(document: Mapping[str, Any]) -> tuple[DataModel, ...]:
    models = document.get("dataModels")
    return tuple(
        DataModel(str(model.get("name", "")), str(model.get("version", "")))
        for model in (models if isinstance(models, list) else [])
        if isinstance(model, dict)
    )
