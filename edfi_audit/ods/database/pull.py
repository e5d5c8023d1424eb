"""The pull from a database: every resource in one snapshot, counted in that same snapshot.

The records take the place of the old ones only when the whole pull has ended well. A resource that
this database does not have, or that its user may not read, is left out, and said so.
"""

import shutil
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from edfi_audit.database import database
from edfi_audit.errors import AccessDeniedError, SourceError
from edfi_audit.ods.database.connection import Snapshot, address, open_snapshot
from edfi_audit.ods.database.places import ENTITIES
from edfi_audit.ods.database.queries import Query, Unreadable, query_of
from edfi_audit.ods.database.rows import stored
from edfi_audit.ods.database.survey import Survey, survey
from edfi_audit.ods.manifest import (
    Departed,
    Manifest,
    Reading,
    ResourceManifest,
    Scope,
    TotalCount,
    judged,
)
from edfi_audit.ods.parts import Part, settle
from edfi_audit.ods.resources import RESOURCES, Resource
from edfi_audit.settings import DatabaseConnection
from edfi_audit.store import Store

__all__ = ["Progress", "pull"]

Progress = Callable[[str, int, int | None], None]
"""Called with a resource, its rows so far, and how many there must be."""


def _silent(resource: str, rows: int, expected: int | None) -> None:
    """The progress nobody watches."""


def pull(
    connection: DatabaseConnection, name: str, store: Store, *, progress: Progress = _silent
) -> Manifest:
    """Read every resource into `store` as `name`.

    What was stored as `name` before is replaced as a whole. Raises a `SourceError`, and leaves the
    store as it was, when the database cannot be reached or read, is no ODS, holds another school
    year, or shows its user nothing.
    """
    started = datetime.now(UTC)
    with open_snapshot(connection) as snapshot:
        surveyed = survey(snapshot, connection)
        with store.replacing(store.ods(name)) as folder:
            spill = folder / ".spill"
            with database(spill) as counter:
                reading = _Reading(snapshot, surveyed, folder, counter, progress)
                pulled = {one.name: reading.of(one) for one in RESOURCES}
            shutil.rmtree(spill, ignore_errors=True)
            _require_something(pulled)
            manifest = Manifest(
                connection=name,
                base_url=address(connection.database_url.get_secret_value()),
                api_version=None,
                data_models=surveyed.data_models,
                mode="database",
                school_year=connection.year,
                started_at=started,
                finished_at=datetime.now(UTC),
                paging="snapshot",
                change_version=None,
                scope=Scope(),
                resources=pulled,
                reading=Reading(full_at=started, snapshot=True),
                departures=Departed(None, "an ODS database was read, which tells none"),
            )
            manifest.write(folder)
    return manifest


@dataclass(frozen=True)
class _Reading:
    """The reading of a snapshot into the parts of `folder`."""

    snapshot: Snapshot
    surveyed: Survey
    folder: Path
    counter: duckdb.DuckDBPyConnection
    progress: Progress

    def of(self, resource: Resource) -> ResourceManifest:
        """Read one resource, or say why it cannot be read."""
        try:
            query = query_of(
                resource, ENTITIES[resource.name], self.surveyed.catalogue, self.snapshot.dialect
            )
        except Unreadable as unreadable:
            return ResourceManifest(unreadable.verdict, unreadable.reason)
        began = time.monotonic()
        before = self._count(query)
        own = self.folder / resource.name
        own.mkdir(mode=0o700)
        batches, unreadable_cells = self._stream(resource, query, own, before)
        after = before if self.snapshot.steady else self._count(query)
        settled = settle(self.counter, own)
        total = TotalCount(before, after)
        verdict, reason = judged(settled.distinct_ids, settled.unidentified, total)
        return ResourceManifest(
            verdict,
            reason,
            rows=settled.rows,
            distinct_ids=settled.distinct_ids,
            duplicates=settled.duplicates,
            total_count=total,
            pages=batches,
            seconds=round(time.monotonic() - began, 3),
            unreadable=dict(sorted(unreadable_cells.items())),
        )

    def _count(self, query: Query) -> int:
        ((rows,),) = self.snapshot.rows(query.count)
        return int(rows)

    def _stream(
        self, resource: Resource, query: Query, folder: Path, expected: int
    ) -> tuple[int, Counter[str]]:
        """The number of batches written to `folder`, and the cells that could not be read."""
        rows, batches, unreadable = 0, 0, Counter[str]()
        self.progress(resource.name, 0, expected)
        with Part(folder / "part-000.parquet", resource.schema) as part:
            for came in self.snapshot.batches(query.rows):
                batch, failures = stored(came, resource, ENTITIES[resource.name])
                part.add(batch)
                rows += batch.num_rows
                batches += 1
                unreadable += failures
                self.progress(resource.name, rows, expected)
        return batches, unreadable


def _require_something(pulled: dict[str, ResourceManifest]) -> None:
    if {part.verdict for part in pulled.values()} == {"denied"}:
        raise AccessDeniedError(
            "The database user may not read any of the resources.",
            next_step="Ask for SELECT on the schema edfi.",
        )
    if not any(part.rows for part in pulled.values()):
        raise SourceError(
            "The database holds no records at all.",
            next_step="Check the name of the database in database_url.",
        )
