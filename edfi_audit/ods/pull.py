"""The pull: every resource of an ODS into the store, with a verdict on each.

All resources are read as they were at one change version, children before parents; what changes
meanwhile is read afterwards, until nothing does. Pages go to disk as they come, so memory does not
grow with the ODS, and a pull that is cut off goes on where it stopped. The new records take the
place of the old ones only when the whole pull has ended well; a resource the key may not read is
left out, and said so. Where the last pull is known to be complete, only what changed since is read.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal

from edfi_audit.errors import (
    AccessDeniedError,
    AuditError,
    NotEnabledError,
    SettingsError,
    SourceError,
    StoreError,
)
from edfi_audit.ods.api import Api, open_api
from edfi_audit.ods.campaign import Campaign
from edfi_audit.ods.crew import crew_of
from edfi_audit.ods.http import redacted
from edfi_audit.ods.manifest import Manifest, Reading, ResourceManifest, Scope
from edfi_audit.ods.patience import Patience
from edfi_audit.ods.resources import RESOURCES, Resource
from edfi_audit.ods.snapshot import with_snapshot
from edfi_audit.ods.staging import Staging, plan_for, staging
from edfi_audit.ods.walk import Progress
from edfi_audit.settings import Connection
from edfi_audit.store import Store

__all__ = ["FULL_REFRESH_DAYS", "Progress", "pull"]

FULL_REFRESH_DAYS = 7
"""Days after which everything is read again, although only changes would do."""


def _silent(resource: str, rows: int, expected: int | None) -> None:
    """The progress nobody watches."""


def pull(  # noqa: PLR0913 - each is a choice of the caller's
    connection: Connection,
    name: str,
    store: Store,
    *,
    resources: Iterable[str] | None = None,
    accept_denied: bool = False,
    progress: Progress = _silent,
    full: bool = False,
    full_refresh_days: int = FULL_REFRESH_DAYS,
    patience: Patience | None = None,
) -> Manifest:
    """Read `resources` (Ed-Fi's plural names; default all) into `store` as `name`.

    What was stored as `name` before is replaced as a whole. Resources whose last pull was verified
    are brought up to date by their changes, unless `full` is wanted or the last full reading is
    more than `full_refresh_days` ago. Raises a `SourceError`, and leaves the stored records as
    they were, when the ODS cannot be reached or read, holds another school year, shows the key
    nothing, no longer shows a resource that the store holds (unless `accept_denied`), or when the
    pull is interrupted; the next pull then goes on where this one stopped. A resource that was
    never stored and is denied or not offered merely has that verdict.
    """
    chosen = _chosen(resources)
    held = frozenset() if accept_denied else _held(store, name)
    with open_api(connection, patience=patience) as api:
        if fault := api.school_year_fault(connection.year):
            raise fault
        scope = api.scope() or Scope()
        last = None if full else _last(store, name, connection, scope, full_refresh_days)
        source = with_snapshot(api, chosen[-1].name)
        names = tuple(resource.name for resource in chosen)
        plan = plan_for(source, connection, names, incremental=last is not None)
        done = _pull_id(store, name)
        with staging(store, name, plan, done) as under_way:
            stop = api.client.stop
            with crew_of(connection.concurrency, under_way.folder / "spill", stop) as crew:
                campaign = Campaign(source, crew, under_way, chosen, progress)
                try:
                    pulled = campaign.read(last, store.ods(name))
                except KeyboardInterrupt:
                    raise _interrupted(under_way) from None
                try:
                    _require_something(pulled)
                    _require_what_is_held(pulled, held)
                except SourceError:
                    under_way.give_up()  # reading on would come to the same
                    raise
                manifest = _manifest(
                    connection, name, api, under_way, campaign, pulled, scope, last
                )
                with store.replacing(store.ods(name)) as folder:
                    campaign.write(folder)
                    manifest.write(folder)
    return manifest


def _manifest(  # noqa: PLR0913, PLR0917
    connection: Connection,
    name: str,
    api: Api,
    under_way: Staging,
    campaign: Campaign,
    pulled: Mapping[str, ResourceManifest],
    scope: Scope,
    last: Manifest | None,
) -> Manifest:
    plan = under_way.plan
    started = datetime.fromisoformat(plan.started_at)
    return Manifest(
        connection=name,
        base_url=redacted(connection.base_url),
        api_version=api.endpoints.api_version,
        data_models=api.endpoints.data_models,
        mode=api.endpoints.mode,
        school_year=connection.year,
        started_at=started,
        finished_at=datetime.now(UTC),
        paging=_paging(pulled, last),
        change_version=api.change_versions,
        scope=scope,
        resources=pulled,
        reading=Reading(
            kind=plan.kind,
            pull_id=plan.pull_id,
            full_at=last.reading.full_at if last else started,
            newest=campaign.newest,
            rounds=campaign.rounds,
            resumed=under_way.resumed,
            snapshot=bool(plan.snapshot),
        ),
    )


def _paging(
    pulled: Mapping[str, ResourceManifest], last: Manifest | None
) -> Literal["cursor", "offset"]:
    """How whole resources are read from this ODS."""
    methods = {one.method for one in pulled.values()}
    by_cursor = "cursor" in methods or (last is not None and last.paging == "cursor")
    return "cursor" if by_cursor else "offset"


def _interrupted(under_way: Staging) -> SourceError:
    return SourceError(
        f"The pull was interrupted; {under_way.journal.pages:,} pages are kept.",
        next_step="Pull again: it goes on where it stopped.",
    )


def _last(
    store: Store, name: str, connection: Connection, scope: Scope, days: int
) -> Manifest | None:
    """The stored pull, if what it holds can be brought up to date by changes."""
    try:
        last = Manifest.read(store.ods(name))
    except AuditError:
        return None
    same = (last.base_url, last.school_year, last.scope) == (
        redacted(connection.base_url), connection.year, scope,
    )  # fmt: skip
    full_at = last.reading.full_at
    fresh = full_at is not None and datetime.now(UTC) - full_at < timedelta(days=days)
    return last if same and fresh and not last.reading.snapshot else None


def _pull_id(store: Store, name: str) -> str | None:
    try:
        return Manifest.read(store.ods(name)).reading.pull_id
    except AuditError:
        return None


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
