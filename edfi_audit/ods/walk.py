"""The walk through one resource: its lanes on threads, its rows to Parquet, its verdict."""

import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal, Protocol

import duckdb

from edfi_audit.database import database
from edfi_audit.errors import AccessDeniedError, NotEnabledError
from edfi_audit.ods.api import Api
from edfi_audit.ods.flatten import Flattener
from edfi_audit.ods.manifest import ResourceManifest, TotalCount, judged
from edfi_audit.ods.paging import CursorLane, Lane, offset_lanes
from edfi_audit.ods.parts import Part, settle
from edfi_audit.ods.resources import Resource

__all__ = ["Crew", "Progress", "Walk", "crew_of"]

_PARTITIONS_PER_THREAD = 2


class Progress(Protocol):
    """Is told how far a resource has come. Called by one thread at a time, and must be quick."""

    def __call__(self, resource: str, rows: int, expected: int | None) -> None:
        """`rows` of `resource` so far; `expected` is the ODS's count, None if it gave none."""


@dataclass
class Crew:
    """The threads of one pull, and what they share. `paging` tells what was found possible."""

    threads: ThreadPoolExecutor
    size: int
    database: duckdb.DuckDBPyConnection
    stop: threading.Event = field(default_factory=threading.Event)
    paging: Literal["cursor", "offset"] = "offset"

    def run(self, tasks: Sequence[Callable[[], None]]) -> None:
        """Run every task; the first that fails ends the wait, and its error is raised."""
        futures = [self.threads.submit(task) for task in tasks]
        done, _ = wait(futures, return_when=FIRST_EXCEPTION)
        for future in done:
            future.result()


@contextmanager
def crew_of(size: int, spill: Path) -> Iterator[Crew]:
    """A crew of `size` threads; at the end, however it comes, all of them have stopped.

    What its database cannot hold in memory goes into the folder `spill`.
    """
    with ThreadPoolExecutor(size, "edfi-audit-pull") as threads, database(spill) as connection:
        crew = Crew(threads, size, connection)
        try:
            yield crew
        finally:
            crew.stop.set()
            threads.shutdown(wait=True, cancel_futures=True)
    shutil.rmtree(spill, ignore_errors=True)


@dataclass
class Walk:
    """One walk through one resource, and what it has met so far."""

    api: Api
    resource: Resource
    crew: Crew
    page_size: int
    progress: Progress
    rows: int = 0
    pages: int = 0
    retries: int = 0
    unreadable: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def into(self, folder: Path) -> ResourceManifest:
        """Walk the resource into `folder`/<its name>, or say why it cannot be read."""
        try:
            before = self.api.count(self.resource.name)
        except AccessDeniedError:
            return ResourceManifest("denied", "the key may not read it (403)")
        except NotEnabledError:
            return ResourceManifest("not_enabled", "the ODS does not offer it (404)")
        began = time.monotonic()
        own = folder / self.resource.name
        own.mkdir(mode=0o700)
        self.progress(self.resource.name, 0, before)
        self.crew.run(
            [
                partial(self._along, lane, own / f"part-{number:03}.parquet", before)
                for number, lane in enumerate(self._lanes(before))
            ]
        )
        return self._judged(own, TotalCount(before, self.api.count(self.resource.name)), began)

    def _lanes(self, expected: int | None) -> Sequence[Lane]:
        number = self.crew.size * _PARTITIONS_PER_THREAD
        tokens = self.api.partitions(self.resource.name, number)
        if tokens is None:
            return offset_lanes(expected, self.page_size, self.crew.size)
        self.crew.paging = "cursor"
        lanes = [CursorLane(token, self.page_size) for token in tokens]
        return lanes or [CursorLane(None, self.page_size)]

    def _along(self, lane: Lane, path: Path, expected: int | None) -> None:
        """Walk one lane to its end, or until another has failed."""
        flatten = Flattener(self.resource)
        with Part(path, self.resource.schema) as part:
            while (query := lane.query) is not None and not self.crew.stop.is_set():
                page = self.api.page(self.resource.name, query)
                lane.advance(len(page.rows), page.token)
                batch, unreadable = flatten(page.rows)
                part.add(batch)
                with self.lock:
                    self.rows += batch.num_rows
                    self.pages += 1
                    self.retries += page.retries
                    self.unreadable += unreadable
                    self.progress(self.resource.name, self.rows, expected)

    def _judged(self, folder: Path, total: TotalCount, began: float) -> ResourceManifest:
        settled = settle(self.crew.database, folder)
        verdict, reason = judged(settled.distinct_ids, settled.unidentified, total)
        return ResourceManifest(
            verdict,
            reason,
            rows=settled.rows,
            distinct_ids=settled.distinct_ids,
            duplicates=settled.duplicates,
            total_count=total,
            pages=self.pages,
            retries=self.retries,
            seconds=round(time.monotonic() - began, 3),
            unreadable=dict(sorted(self.unreadable.items())),
        )
