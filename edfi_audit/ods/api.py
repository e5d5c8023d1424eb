"""One ODS, opened: what it can be asked, in the words of the audit."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from edfi_audit.errors import AccessDeniedError, ContractError, NotEnabledError, SourceError
from edfi_audit.ods.auth import ClientCredentials
from edfi_audit.ods.discovery import Endpoints, discover
from edfi_audit.ods.flatten import rows_of
from edfi_audit.ods.http import Answer, Client, Read
from edfi_audit.ods.manifest import ChangeVersions, Scope
from edfi_audit.ods.patience import Patience
from edfi_audit.settings import Connection

__all__ = ["Api", "Page", "open_api"]

_MOST_PARTITIONS = 200


@dataclass(frozen=True)
class Page:
    """One page, the token of the next if there is one, and how often it was retried.

    `rows` is the list of rows, or what `read` made of it.
    `total` is the ODS's count of all rows, None unless it was asked for and given.
    """

    rows: Any
    token: str | None
    retries: int
    correlation_id: str = ""
    total: int | None = None


@contextmanager
def open_api(
    connection: Connection,
    *,
    token_folder: Path | None = None,
    patience: Patience | None = None,
) -> Iterator["Api"]:
    """Discover the ODS of `connection` and sign in; raises the `SourceError` that fits."""
    with Client(
        verify=connection.verify_ssl,
        timeout=connection.timeout,
        connections=connection.concurrency,
        patience=patience or Patience(total=60 * connection.wait_minutes),
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
    or the key may not use them. `headers` go with every reading; they may ask for a snapshot.
    """

    client: Client
    endpoints: Endpoints
    auth: ClientCredentials
    change_versions: ChangeVersions | None
    headers: Mapping[str, str] = field(default_factory=dict)

    def count(self, resource: str, **filters: str) -> int | None:
        """How many rows the key sees; None where the ODS does not count."""
        query = {"offset": "0", "limit": "0", "totalCount": "true", **filters}
        return _total(self._get(resource, query))

    def page(
        self,
        path: str,
        query: Mapping[str, str],
        attempts: int | None = None,
        read: Read | None = None,
    ) -> Page:
        """The rows that `query` asks for; `path` is a resource or a collection below it.

        `read` makes of a body what is wanted instead of a list; None where it holds no list.
        """
        answer = self._get(path, query, attempts, read or rows_of)
        if answer.content is None:
            raise _no_list(path)
        return Page(
            answer.content,
            answer.headers.get("next-page-token") or None,
            answer.retries,
            answer.correlation_id,
            _total(answer),
        )

    def item(self, resource: str, identifier: str) -> Any | None:  # noqa: ANN401
        """The row with this id; None where there is none, or none that the key may see."""
        try:
            return self._get(f"{resource}/{identifier}", {}).content
        except (NotEnabledError, AccessDeniedError):
            return None

    def newest(self) -> int | None:
        """The newest change version now; None where change queries are off."""
        versions = _change_versions(self.client, self.endpoints, self.auth, self.headers)
        return None if versions is None else versions.newest

    def snapshots(self) -> list[Any]:
        """The snapshots that versions 5 and 6 list."""
        url = f"{self.endpoints.change_queries}/snapshots"
        found = self.client.get(url, what="snapshots", auth=self.auth)  # a limit may be too high
        return _list(found.content, "snapshots")

    def partitions(
        self, resource: str, number: int, bounds: Mapping[str, str] | None = None
    ) -> list[str] | None:
        """The page tokens of about `number` equal parts; None where there is no cursor paging."""
        if not self.endpoints.may_offer_partitions:
            return None
        query = {"number": str(min(number, _MOST_PARTITIONS)), **(bounds or {})}
        try:
            content = self._get(f"{resource}/partitions", query).content
        except NotEnabledError:
            return None
        tokens = content.get("pageTokens") if isinstance(content, dict) else None
        return [str(token) for token in _list(tokens, f"the partitions of {resource}")]

    def scope(self) -> Scope | None:
        """What the ODS says this key may see; None where it does not say."""
        form = {"token": self.auth.token}
        if not self.endpoints.token_info:
            return None
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

    def _get(
        self,
        path: str,
        query: Mapping[str, str],
        attempts: int | None = None,
        read: Read = orjson.loads,
    ) -> Answer:
        url = f"{self.endpoints.data}/ed-fi/{path}"
        resource, _, below = path.partition("/")
        what = _BELOW.get(below, resource).format(resource=resource)
        return self.client.get(
            url, query, what=what, auth=self.auth, attempts=attempts, headers=self.headers,
            read=read,
        )  # fmt: skip


_BELOW = {"deletes": "deletes of {resource}", "keyChanges": "key changes of {resource}"}


def _total(answer: Answer) -> int | None:
    stated = answer.headers.get("total-count", "")
    return int(stated) if stated.isdigit() else None


def _change_versions(
    client: Client,
    endpoints: Endpoints,
    auth: ClientCredentials,
    headers: Mapping[str, str] | None = None,
) -> ChangeVersions | None:
    url = f"{endpoints.change_queries}/availableChangeVersions"
    try:
        content = client.get(url, what="change versions", auth=auth, headers=headers).content
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
        raise _no_list(what)
    return content


def _no_list(what: str) -> ContractError:
    return ContractError(
        f"The ODS answered for {what} with something that is not a list.",
        next_step="Check base_url and data_management_url of the connection.",
    )
