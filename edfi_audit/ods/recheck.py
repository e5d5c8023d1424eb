"""Orphans looked at again, for the record a finding misses may be there by now.

A record may have been created after the pull, or lie outside what the key may see. So before it is
called missing, it is asked for by its natural key.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import Any, Literal

from edfi_audit.errors import AccessDeniedError, SettingsError, SourceError
from edfi_audit.ods.api import Api, open_api
from edfi_audit.ods.flatten import Flattener
from edfi_audit.ods.patience import Patience
from edfi_audit.ods.resources import Resource, resource_named
from edfi_audit.settings import Connection

__all__ = ["Presence", "recheck"]

Presence = Literal["present", "absent", "denied", "unknown"]
"""`denied`: the key may not read the resource. `unknown`: the ODS gave no clear answer."""

_FEW = "25"
"""Rows asked for per key: more than one comes only from an ODS that ignores a filter."""


def recheck(
    connection: Connection,
    resource: str,
    keys: Sequence[Mapping[str, Any]],
    *,
    patience: Patience | None = None,
) -> list[Presence]:
    """Whether a record with each natural key is there now, in the order of `keys`.

    A key names every key column of `resource` (Ed-Fi's plural name) by the column's name, as in
    `{"student_unique_id": "…"}`. Raises a `SourceError` when the ODS cannot be reached at all, and
    a `SettingsError` for a key that is not the resource's.
    """
    wanted = resource_named(resource)
    for key in keys:
        if set(key) != set(wanted.key):
            raise SettingsError(
                f"A key of {resource} has other columns: {', '.join(sorted(wanted.key))}."
            )
    with (
        open_api(connection, patience=patience) as api,
        ThreadPoolExecutor(connection.concurrency, "edfi-audit-recheck") as threads,
    ):
        return list(threads.map(partial(_presence, api, wanted), keys))


def _presence(api: Api, resource: Resource, key: Mapping[str, Any]) -> Presence:
    if any(value is None for value in key.values()):
        return "unknown"
    query = {_query_name(name): _text(value) for name, value in key.items()}
    try:
        rows = api.page(resource.name, {"offset": "0", "limit": _FEW, **query}).rows
    except AccessDeniedError:
        return "denied"
    except SourceError:
        return "unknown"
    if not rows:
        return "absent"
    batch, _ = Flattener(resource)(rows)
    found = batch.select(list(key)).to_pylist()
    return "present" if dict(key) in found else "unknown"


def _query_name(column: str) -> str:
    """The name of a column as a query field."""
    first, *rest = column.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
