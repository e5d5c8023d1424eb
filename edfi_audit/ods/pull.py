"""The pull: every resource of an ODS into the store, with a verdict on each.

A resource is walked along several lanes at once, and its rows go to Parquet as they come, so
memory does not grow with the ODS. The new records take the place of the old ones only when the
whole pull has ended well; a resource the key may not read is left out, and said so.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from edfi_audit.errors import (
    AccessDeniedError,
    NotEnabledError,
    SettingsError,
    SourceError,
    StoreError,
)
from edfi_audit.ods.api import open_api
from edfi_audit.ods.http import redacted
from edfi_audit.ods.manifest import Manifest, ResourceManifest, Scope
from edfi_audit.ods.resources import RESOURCES, Resource
from edfi_audit.ods.walk import Progress, Walk, crew_of
from edfi_audit.settings import Connection
from edfi_audit.store import Store

__all__ = ["Progress", "pull"]


def _silent(resource: str, rows: int, expected: int | None) -> None:
    """The progress nobody watches."""


def pull(  # noqa: PLR0913 - what a pull depends on, most with a default
    connection: Connection,
    name: str,
    store: Store,
    *,
    resources: Iterable[str] | None = None,
    accept_denied: bool = False,
    progress: Progress = _silent,
) -> Manifest:
    """Read all of `resources` (Ed-Fi's plural names; default all) into `store` as `name`.

    What was stored as `name` before is replaced as a whole. Raises a `SourceError`, and leaves
    the store as it was, when the ODS cannot be reached or read, holds another school year, shows
    the key nothing, or no longer shows a resource that the store holds (unless `accept_denied`).
    A resource that was never stored and is denied or not offered merely has that verdict.
    """
    chosen = _chosen(resources)
    started = datetime.now(UTC)
    held = frozenset() if accept_denied else _held(store, name)
    with open_api(connection) as api:
        if fault := api.school_year_fault(connection.year):
            raise fault
        scope = api.scope() or Scope()
        with store.replacing(store.ods(name)) as folder:
            with crew_of(connection.concurrency, folder / ".spill") as crew:
                walks = [
                    Walk(api, resource, crew, connection.page_size, progress) for resource in chosen
                ]
                pulled = {walk.resource.name: walk.into(folder) for walk in walks}
            _require_something(pulled)
            _require_what_is_held(pulled, held)
            manifest = Manifest(
                connection=name,
                base_url=redacted(connection.base_url),
                api_version=api.endpoints.api_version,
                data_models=api.endpoints.data_models,
                mode=api.endpoints.mode,
                school_year=connection.year,
                started_at=started,
                finished_at=datetime.now(UTC),
                paging=crew.paging,
                change_version=api.change_versions,
                scope=scope,
                resources=pulled,
            )
            manifest.write(folder)
    return manifest


def _chosen(names: Iterable[str] | None) -> tuple[Resource, ...]:
    """The resources with these names, in pull order."""
    if names is None:
        return RESOURCES
    wanted = set(names)
    unknown = sorted(wanted - {resource.name for resource in RESOURCES})
    if unknown or not wanted:
        raise SettingsError(
            f"No such resource: {', '.join(unknown)}." if unknown else "No resource was named.",
            next_step=f"Known: {', '.join(resource.name for resource in RESOURCES)}.",
        )
    return tuple(resource for resource in RESOURCES if resource.name in wanted)


def _held(store: Store, name: str) -> frozenset[str]:
    """The resources that an earlier pull has stored; none where its manifest is unreadable."""
    try:
        earlier = Manifest.read(store.ods(name)).resources
    except StoreError:
        return frozenset()
    return frozenset(resource for resource, part in earlier.items() if part.stored)


def _require_something(pulled: dict[str, ResourceManifest]) -> None:
    verdicts = {part.verdict for part in pulled.values()}
    if verdicts == {"denied"}:
        raise AccessDeniedError(
            "The key may not read any of the resources.",
            next_step="Ask the host of the ODS for a claim set that reads them.",
        )
    if verdicts == {"not_enabled"}:
        raise NotEnabledError(
            "The ODS offers none of the resources at the address of its data.",
            next_step="Check base_url, mode and year of the connection.",
        )
    if not any(part.rows for part in pulled.values()):
        raise SourceError(
            "The ODS shows this key no records at all.",
            next_step="Check that the key belongs to this agency and school year.",
        )


def _require_what_is_held(pulled: dict[str, ResourceManifest], held: frozenset[str]) -> None:
    """Raise when nothing came in place of what an earlier pull has stored."""
    lost = [name for name, part in pulled.items() if name in held and not part.stored]
    if not lost:
        return
    reasons = "; ".join(sorted({str(pulled[name].reason) for name in lost}))
    raise AccessDeniedError(
        f"{', '.join(lost)} cannot be read any more: {reasons}. The store is as it was.",
        next_step="Ask the host of the ODS, or pull with --accept-denied to go on without.",
    )
