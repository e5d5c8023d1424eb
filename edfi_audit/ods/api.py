"""One ODS, opened: what it can be asked, in the words of the audit."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edfi_audit.errors import AccessDeniedError, ContractError, NotEnabledError, SourceError
from edfi_audit.ods.auth import ClientCredentials
from edfi_audit.ods.discovery import Endpoints, discover
from edfi_audit.ods.http import Answer, Client
from edfi_audit.ods.manifest import ChangeVersions, Scope
from edfi_audit.settings import Connection

__all__ = ["Api", "Page", "open_api"]

_MOST_PARTITIONS = 200


@dataclass(frozen=True)
class Page:
    """One page of rows, the token of the next if there is one, and how often it was retried."""

    rows: list[Any]
    token: str | None
    retries: int


@contextmanager
def open_api(connection: Connection, *, token_folder: Path | None = None) -> Iterator["Api"]:
    """Discover the ODS of `connection` and sign in; raises the `SourceError` that fits."""
    with Client(
        verify=connection.verify_ssl,
        timeout=connection.timeout,
        connections=connection.concurrency,
    ) as client:
        endpoints = discover(client, connection)
        auth = ClientCredentials(
            endpoints.token, connection.client_id, connection.client_secret, folder=token_folder
        )
        yield Api(client, endpoints, auth, _change_versions(client, endpoints, auth))


@dataclass(frozen=True)
class Api:
    """A signed-in ODS. Every method raises a `SourceError` when it is refused or fails.

    `change_versions` are those available when it was opened, None where change queries are off
    or the key may not use them.
    """

    client: Client
    endpoints: Endpoints
    auth: ClientCredentials
    change_versions: ChangeVersions | None

    def count(self, resource: str, **filters: str) -> int | None:
        """How many rows the key sees; None where the ODS does not count."""
        query = {"offset": "0", "limit": "0", "totalCount": "true", **filters}
        stated = self._get(resource, query).headers.get("total-count", "")
        return int(stated) if stated.isdigit() else None

    def page(self, resource: str, query: Mapping[str, str]) -> Page:
        """The rows that `query` asks for."""
        answer = self._get(resource, query)
        return Page(
            _list(answer.content, resource),
            answer.headers.get("next-page-token") or None,
            answer.retries,
        )

    def partitions(self, resource: str, number: int) -> list[str] | None:
        """The page tokens of about `number` equal parts; None where there is no cursor paging."""
        if not self.endpoints.may_offer_partitions:
            return None
        query = {"number": str(min(number, _MOST_PARTITIONS))}
        try:
            content = self._get(f"{resource}/partitions", query).content
        except NotEnabledError:
            return None
        tokens = content.get("pageTokens") if isinstance(content, dict) else None
        return [str(token) for token in _list(tokens, f"the partitions of {resource}")]

    def scope(self) -> Scope | None:
        """What the ODS says this key may see; None where it does not say."""
        form = {"token": self.auth.token}
        try:
            answer = self.client.post(
                self.endpoints.token_info, form, what="the key's scope", auth=self.auth
            )
        except (NotEnabledError, AccessDeniedError, ContractError):
            return None
        return Scope.of(answer.content) if isinstance(answer.content, dict) else None

    def school_year_fault(self, wanted: int | None) -> SourceError | None:
        """An error when sessions are there, but none of the `wanted` school year."""
        if wanted is None:
            return None
        try:
            if self.count("sessions", schoolYear=str(wanted)) != 0:
                return None
            rows = self.page("sessions", {"offset": "0", "limit": "1"}).rows
        except (NotEnabledError, AccessDeniedError, ContractError):
            return None
        held = _school_year(rows)
        if held in {None, wanted}:
            return None
        return ContractError(
            f"The connection is for school year {wanted}, but this ODS holds {held}.",
            next_step="Check base_url and year: the year is the END year, 2026 is 2025-26.",
        )

    def _get(self, path: str, query: Mapping[str, str]) -> Answer:
        url = f"{self.endpoints.data}/ed-fi/{path}"
        what = path.replace("/partitions", "")
        return self.client.get(url, query, what=what, auth=self.auth)


def _change_versions(
    client: Client, endpoints: Endpoints, auth: ClientCredentials
) -> ChangeVersions | None:
    url = f"{endpoints.change_queries}/availableChangeVersions"
    try:
        content = client.get(url, what="change versions", auth=auth).content
        named = {name.lower(): int(value) for name, value in content.items()}
        return ChangeVersions(named["oldestchangeversion"], named["newestchangeversion"])
    except (NotEnabledError, AccessDeniedError, ContractError):
        return None
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _school_year(sessions: list[Any]) -> object:
    """The school year of the first session; None where there is none to read."""
    try:
        return sessions[0]["schoolYearTypeReference"]["schoolYear"]
    except (IndexError, KeyError, TypeError):
        return None


def _list(content: object, what: str) -> list[Any]:
    if not isinstance(content, list):
        raise ContractError(
            f"The ODS answered for {what} with something that is not a list.",
            next_step="Check base_url and data_management_url of the connection.",
        )
    return content
