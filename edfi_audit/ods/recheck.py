"""Records looked up again in the live ODS, before a finding says that they are missing.

A record may have been created or deleted since the pull, or slipped through it. So what a finding
calls missing, and what it calls an orphan, is asked for by its natural key. Nothing is concluded
from silence: where the ODS denies, fails or cannot be reached, the sighting has a reason and no
more.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import pyarrow as pa

from edfi_audit.errors import (
    AccessDeniedError,
    ContractError,
    NotEnabledError,
    SettingsError,
    SourceError,
    UnreachableError,
)
from edfi_audit.ods.api import Api, open_api
from edfi_audit.ods.faults import FailingError
from edfi_audit.ods.flatten import Flattener
from edfi_audit.ods.http import redacted
from edfi_audit.ods.manifest import Manifest, Scope
from edfi_audit.ods.patience import Patience
from edfi_audit.ods.resources import resource_named
from edfi_audit.settings import Connection

__all__ = ["Question", "Recheck", "Sighting", "rechecking"]

_PATIENCE = Patience(attempts=2, first=0.2, longest=1.0, total=30.0, asked=10.0, connect=3.0)
_TIMEOUT = 20.0
"""Seconds for an answer; a pull waits longer, but nothing is lost here."""

_LONGEST = 300.0
"""Seconds after which no further question is asked."""

_FAILURES = 4
"""Failures in a row after which a resource is asked for no more."""

_MOST = 100
"""Rows asked for per question: as many come only from an ODS that ignores a filter."""

_UNCLEAR = "the ODS gave no clear answer"
_GUIDS_FROM = (8, 0)
"""From this version on an id is written as a GUID."""


@dataclass(frozen=True)
class Question:
    """Is there a record of this kind? `fields` are columns of the resource and their values.

    The fields are the natural key, a part of it, or `id` alone. `held` are the ids under which the
    pull has the record.
    """

    fields: Mapping[str, str | int]
    held: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sighting:
    """What the ODS has: `rows` as the store holds them, and whether one has the very `fields`.

    Rows that differ in case or edge spaces alone, or that keep an id which was held under another
    key, are among the rows. `reason` says why there is no answer, and then there are no rows.
    """

    rows: tuple[pa.RecordBatch, ...] = ()
    exact: bool = False
    reason: str | None = None

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the rows."""
        return frozenset(one for batch in self.rows for one in batch["id"].to_pylist() if one)


@contextmanager
def rechecking(
    connection: Connection, pulled: Manifest, *, patience: Patience | None = None
) -> Iterator["Recheck"]:
    """The ODS that `pulled` was read from, opened to be asked again.

    Raises the `SourceError` that fits when it cannot be opened, and a `SettingsError` when another
    address, key or year answers than that of the pull: its absences would mean nothing.
    """
    if redacted(connection.base_url) != pulled.base_url:
        raise SettingsError("The connection leads to another address than at the pull.")
    hurried = connection.model_copy(update={"timeout": min(connection.timeout, _TIMEOUT)})
    with (
        open_api(hurried, patience=patience or _PATIENCE) as api,
        ThreadPoolExecutor(connection.concurrency, "edfi-audit-recheck") as threads,
    ):
        if api.school_year_fault(pulled.school_year):
            raise SettingsError("The ODS holds another school year than at the pull.")
        if (api.scope() or Scope()) != pulled.scope:
            raise SettingsError("The key does not see the same as at the pull.")
        yield Recheck(api, threads, min(_MOST, connection.page_size))


class Recheck:
    """Asks an opened ODS. `ended` says why nothing is asked any more, None while all is well."""

    def __init__(self, api: Api, threads: ThreadPoolExecutor, page_size: int) -> None:
        self.ended: str | None = None
        self._api = api
        self._threads = threads
        self._page_size = page_size
        self._stop_at = time.monotonic() + _LONGEST

    def look(self, resource: str, questions: Sequence[Question]) -> list[Sighting]:
        """One sighting per question about `resource` (Ed-Fi's plural name), in their order.

        A resource that is denied, or fails time after time, is asked no more.
        """
        asking = _Asking(self._api, resource, self._page_size)
        sightings = list(self._threads.map(partial(self._sighting, asking), questions))
        if asking.hopeless:
            self.ended = asking.ended
        return sightings

    def _sighting(self, asking: "_Asking", question: Question) -> Sighting:
        if time.monotonic() > self._stop_at:
            self.ended = f"it took more than {_LONGEST / 60:.0f} minutes"
        if reason := self.ended or asking.ended:
            return Sighting(reason=reason)
        return asking.sighting(question)


class _Asking:
    """The questions about one resource. `hopeless` tells that others need not be tried."""

    def __init__(self, api: Api, resource: str, page_size: int) -> None:
        self.ended: str | None = None
        self.hopeless = False
        self._api = api
        self._resource = resource_named(resource)
        self._flattener = Flattener(self._resource)
        self._failures = 0
        self._page_size = page_size

    def sighting(self, question: Question) -> Sighting:
        try:
            seen = self._seen(question)
        except AccessDeniedError:
            self.ended = "the key may not read it (403)"
        except NotEnabledError:
            self.ended = "the ODS does not offer it (404)"
        except SourceError as error:
            return self._failed(error)
        else:
            self._failures = 0
            return seen
        return Sighting(reason=self.ended)

    def _failed(self, error: SourceError) -> Sighting:
        silent = isinstance(error, UnreachableError)
        reason = "the ODS did not answer" if silent else _UNCLEAR
        self._failures += 1
        if self._failures >= _FAILURES:
            self.ended = reason
            self.hopeless = not isinstance(error, FailingError | ContractError)
        return Sighting(reason=reason)

    def _seen(self, question: Question) -> Sighting:
        sighting = self._found(question.fields)
        if sighting.exact or sighting.reason:
            return sighting
        moved = [self._found({"id": held}) for held in question.held]
        if reason := next((one.reason for one in moved if one.reason), None):
            return Sighting(reason=reason)
        return Sighting((*sighting.rows, *(batch for one in moved for batch in one.rows)))

    def _found(self, fields: Mapping[str, str | int]) -> Sighting:
        """The rows with these fields; no answer where the ODS sent others instead."""
        query = {_query_name(name): self._query_value(name, fields[name]) for name in fields}
        query |= {"offset": "0", "limit": str(self._page_size)}
        page = self._api.page(self._resource.name, query)
        if not page.rows:
            return Sighting()
        batch, _ = self._flattener(page.rows)
        stored = [
            {name: str(value) for name, value in row.items()}
            for row in batch.select(list(fields)).to_pylist()
        ]
        wanted = {name: str(value) for name, value in fields.items()}
        alike = [_plain(row) == _plain(wanted) for row in stored]
        exact = wanted in stored
        if not any(alike) or (len(page.rows) >= self._page_size and not exact):
            return Sighting(reason=_UNCLEAR)
        return Sighting((batch.filter(pa.array(alike)),), exact)

    def _query_value(self, name: str, value: str | int) -> str:
        guids = (self._api.endpoints.version or (0, 0)) >= _GUIDS_FROM
        return str(UUID(str(value))) if name == "id" and guids else str(value)


def _plain(row: Mapping[str, str]) -> dict[str, str]:
    """How databases compare that know neither case nor edge spaces."""
    return {name: value.strip().casefold() for name, value in row.items()}


def _query_name(column: str) -> str:
    """The name of a column as a query field."""
    first, *rest = column.split("_")
    return first + "".join(part.capitalize() for part in rest)
