"""The walk along a lane: page after page into the journal, from wherever it had come to."""

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from edfi_audit.ods.api import Api, Page
from edfi_audit.ods.departures import departures
from edfi_audit.ods.faults import FailingError
from edfi_audit.ods.flatten import Flattener, rows_of
from edfi_audit.ods.gate import StoppedError
from edfi_audit.ods.http import Read
from edfi_audit.ods.journal import Journal, Line, StageLog
from edfi_audit.ods.paging import Lane, lane_of
from edfi_audit.ods.resources import resource_named

__all__ = ["Progress", "Tally", "Walker"]

_ATTEMPTS_FOR_A_PART = 2


class Progress(Protocol):
    """Is told how far a resource has come. Called by one thread at a time, and must be quick."""

    def __call__(self, resource: str, rows: int, expected: int | None) -> None:
        """`rows` of `resource` so far; `expected` is the ODS's count, None if it gave none."""


@dataclass(frozen=True)
class Tally:
    """What the stages of one resource took."""

    pages: int
    retries: int
    given_up: int
    unreadable: dict[str, int]

    @classmethod
    def of(cls, stages: Sequence[StageLog]) -> "Tally":
        """The sums over these stages; of rows given up, those of the last."""
        pages = [page for stage in stages for page in stage.pages]
        unreadable: Counter[str] = Counter()
        for page in pages:
            unreadable.update(page["unreadable"])
        return cls(
            len(pages),
            sum(page["retries"] for page in pages),
            stages[-1].given_up if stages else 0,
            dict(sorted(unreadable.items())),
        )


@dataclass
class Walker:
    """Walks lanes. A lane that was begun before goes on behind its last stored page."""

    api: Api
    journal: Journal
    progress: Progress
    _rows: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def along(self, stage: str, number: int, path: str, expected: int | None) -> None:
        """Walk one lane of a stage to its end; `path` is the collection's.

        `StoppedError` when the pull ends before.
        """
        log = self.journal.stages[stage]
        way = _Way(stage, number, path, lane_of(log.specs[number]), _reader(path), expected)
        for line in log.lines[number]:
            _again(way.lane, line)
            if _is_page(line):
                self._tell(way, line["rows"])
        while (query := way.lane.query) is not None:
            if self.api.client.gate.stopping.is_set():
                raise StoppedError
            self._step(way, query)

    def _step(self, way: "_Way", query: dict[str, str]) -> None:
        """Ask for one page and keep it, or make the lane ask for less."""
        size = int(query.get("limit") or query["pageSize"])
        whole = size == way.lane.spec["page_size"]
        attempts = None if whole else _ATTEMPTS_FOR_A_PART
        try:
            page = self.api.page(way.path, query, attempts, way.read)
        except FailingError:
            if not way.lane.give_way():
                raise
            self.journal.gave_way(way.stage, way.number, {"request": query, "rows": size})
        else:
            self._keep(way, query, page)

    def _keep(self, way: "_Way", query: dict[str, str], page: Page) -> None:
        batch, unreadable = page.rows
        ids = batch["id"]
        line = {
            "request": query,
            "correlation_id": page.correlation_id,
            "status": 200,
            "rows": batch.num_rows,
            "first": ids[0].as_py() if batch.num_rows else None,
            "last": ids[-1].as_py() if batch.num_rows else None,
            "token": page.token,
            "retries": page.retries,
            "unreadable": dict(unreadable),
        }
        way.lane.advance(batch.num_rows, page.token)
        self.journal.store(way.stage, way.number, batch, line)
        self._tell(way, batch.num_rows)

    def _tell(self, way: "_Way", rows: int) -> None:
        """Say how far a resource has come; what lies below it counts for nothing."""
        with self._lock:
            self._rows[way.path] += rows
            if "/" not in way.path:
                self.progress(way.path, self._rows[way.path], way.expected)


@dataclass(frozen=True)
class _Way:
    """One lane under way: of which stage, what it leads along, and how its pages are read."""

    stage: str
    number: int
    path: str
    lane: Lane
    read: Read
    expected: int | None


def _reader(path: str) -> Read:
    """What makes a batch of a page of the collection at `path`, and counts what is unreadable."""
    resource, _, below = path.partition("/")
    if not below:
        return Flattener(resource_named(resource)).page

    def read(body: bytes) -> tuple[pa.RecordBatch, Counter[str]] | None:
        rows = rows_of(body)
        return None if rows is None else departures(rows)

    return read


def _is_page(line: Line) -> bool:
    return bool(line["kind"] == "page")


def _again(lane: Lane, line: Line) -> None:
    """Let a lane take in what is already stored."""
    if _is_page(line):
        lane.advance(line["rows"], line["token"])
    else:
        lane.give_way()
