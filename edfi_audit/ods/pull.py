"""The pull: every resource of an ODS into the store, with a verdict on each.

All resources are read as they were at one change version, children before parents; what changes
meanwhile is read afterwards, until nothing does. Pages go to disk as they come, so memory does not
grow with the ODS, and a pull that is cut off goes on where it stopped. The new records take the
place of the old ones only when the whole pull has ended well; a resource the key may not read is
left out, and said so. Where the last pull is known to be complete, only what changed since is read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Literal

import pyarrow as pa

from edfi_audit.errors import (
    AccessDeniedError,
    NotEnabledError,
    SettingsError,
    SourceError,
)
from edfi_audit.ods.api import Api, open_api
from edfi_audit.ods.campaign import Campaign
from edfi_audit.ods.crew import at_once, crew_of
from edfi_audit.ods.earlier import Earlier
from edfi_audit.ods.http import redacted
from edfi_audit.ods.manifest import Manifest, Reading, ResourceManifest, Scope
from edfi_audit.ods.patience import Patience
from edfi_audit.ods.resources import RESOURCES, Resource
from edfi_audit.ods.snapshot import with_snapshot
from edfi_audit.ods.staging import Staging, plan_for, staging
from edfi_audit.ods.walk import Progress
from edfi_audit.settings import FULL_REFRESH_DAYS, Connection
from edfi_audit.store import Store

__all__ = ["Progress", "pull"]


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
    earlier = Earlier.of(connection, name, store)
    with _sparing_memory(), open_api(connection, patience=patience) as api:
        source, scope = _seen(api, connection, chosen)
        last = None if full else earlier.to_update(scope, full_refresh_days)
        job = _Job(connection, name, api, scope, last, None if full else earlier.highest)
        names = tuple(resource.name for resource in chosen)
        plan = plan_for(source, connection, names, incremental=last is not None)
        with (
            staging(store, name, plan, earlier.pull_id) as under_way,
            crew_of(connection.concurrency, under_way.folder / "spill", api.client.stop) as crew,
        ):
            campaign = Campaign(source, crew, under_way, chosen, progress)
            with _resumable(under_way):
                pulled = campaign.read(last, store.ods(name), job.highest)
            with _futile(under_way):
                _require_something(pulled)
                _require_what_is_held(pulled, frozenset() if accept_denied else earlier.held)
            manifest = job.manifest(under_way, campaign, pulled)
            with _resumable(under_way), store.replacing(store.ods(name)) as folder:
                campaign.write(folder)
                manifest.write(folder)
    return manifest


def _seen(api: Api, connection: Connection, chosen: Sequence[Resource]) -> tuple[Api, Scope]:
    """What to read from (a snapshot, where there is one), and what the key may see of it.

    Raises a `SourceError` when the ODS holds another school year.
    """
    fault: SourceError | None
    source, scope, fault = at_once(
        [
            partial(with_snapshot, api, chosen[-1].name),
            api.scope,
            partial(api.school_year_fault, connection.year),
        ],
        api.client.stop,
    )
    if fault:
        raise fault
    return source, scope or Scope()


@contextmanager
def _sparing_memory() -> Iterator[None]:
    """Let Arrow give memory back: its own pools keep what each thread has ever used."""
    usual = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(usual)


@contextmanager
def _futile(under_way: Staging) -> Iterator[None]:
    """Where reading on would come to the same error, keep nothing to go on with."""
    try:
        yield
    except SourceError:
        under_way.give_up()
        raise


@dataclass(frozen=True)
class _Job:
    """What a pull set out from. `last` is the pull it brings up to date, if it does."""

    connection: Connection
    name: str
    api: Api
    scope: Scope
    last: Manifest | None
    highest: int | None

    def manifest(
        self, under_way: Staging, campaign: Campaign, pulled: Mapping[str, ResourceManifest]
    ) -> Manifest:
        """What came of it."""
        endpoints = self.api.endpoints
        return Manifest(
            connection=self.name,
            base_url=redacted(self.connection.base_url),
            api_version=endpoints.api_version,
            data_models=endpoints.data_models,
            mode=endpoints.mode,
            school_year=self.connection.year,
            started_at=datetime.fromisoformat(under_way.plan.started_at),
            finished_at=datetime.now(UTC),
            paging=_paging(pulled, self.last),
            change_version=self.api.change_versions,
            scope=self.scope,
            resources=pulled,
            reading=self._reading(under_way, campaign),
            departures=campaign.departed,
        )

    def _reading(self, under_way: Staging, campaign: Campaign) -> Reading:
        plan = under_way.plan
        started = datetime.fromisoformat(plan.started_at)
        return Reading(
            kind=plan.kind,
            pull_id=plan.pull_id,
            full_at=self.last.reading.full_at if self.last else started,
            newest=campaign.newest,
            highest=max(filter(None, (campaign.newest, self.highest)), default=None),
            rounds=campaign.rounds,
            resumed=under_way.resumed,
            snapshot=bool(plan.snapshot),
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


@contextmanager
def _resumable(under_way: Staging) -> Iterator[None]:
    """Whatever cuts the pull off here says that what was read is kept."""
    try:
        yield
    except KeyboardInterrupt:
        raise _interrupted(under_way) from None
    except SourceError as error:
        pages = under_way.journal.pages
        if not pages:
            raise
        kept = f"{pages:,} pages are kept: the next pull goes on where this one stopped."
        raise type(error)(error.what, next_step=f"{error.next_step} {kept}".strip()) from None


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
