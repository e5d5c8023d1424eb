"""The walk along a lane: page after page into the journal, from wherever it had come to."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import pyarrow as pa

from edfi_audit.ods.api import Api
from edfi_audit.ods.departures import departures
from edfi_audit.ods.faults import FailingError
from edfi_audit.ods.flatten import Flattener
from edfi_audit.ods.gate import StoppedError
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
        lane = lane_of(log.specs[number])
        resource, _, below = path.partition("/")
        flatten = departures if below else Flattener(resource_named(resource))
        for line in log.lines[number]:
            _again(lane, line)
            self._tell(resource, 0 if below else line["rows"], expected, page=_is_page(line))
        while (query := lane.query) is not None:
            if self.api.client.gate.stopping.is_set():
                raise StoppedError
            self._step(lane, stage, number, path, query, flatten, expected)

    def _step(  # noqa: PLR0913, PLR0917
        self,
        lane: Lane,
        stage: str,
        number: int,
        path: str,
        query: dict[str, str],
        flatten: "_Flatten",
        expected: int | None,
    ) -> None:
        """Ask for one page and keep it, or make the lane ask for less."""
        size = int(query.get("limit") or query["pageSize"])
        whole = size == self.journal.stages[stage].specs[number]["page_size"]
        try:
            page = self.api.page(path, query, None if whole else _ATTEMPTS_FOR_A_PART)
        except FailingError:
            if not lane.give_way():
                raise
            self.journal.gave_way(stage, number, {"request": query, "rows": size})
            return
        batch, unreadable = flatten(page.rows)
        line = {
            "request": query,
            "correlation_id": page.correlation_id,
            "status": 200,
            "rows": batch.num_rows,
            "first": batch["id"][0].as_py() if batch.num_rows else None,
            "last": batch["id"][-1].as_py() if batch.num_rows else None,
            "token": page.token,
            "retries": page.retries,
            "unreadable": dict(unreadable),
        }
        lane.advance(batch.num_rows, page.token)
        self.journal.store(stage, number, batch, line)
        if "/" not in path:
            self._tell(path, batch.num_rows, expected)

    def _tell(self, resource: str, rows: int, expected: int | None, *, page: bool = True) -> None:
        if page:
            with self._lock:
                self._rows[resource] += rows
                self.progress(resource, self._rows[resource], expected)


_Flatten = Callable[[Sequence[Any]], tuple[pa.RecordBatch, Counter[str]]]


def _is_page(line: Line) -> bool:
    return bool(line["kind"] == "page")


def _again(lane: Lane, line: Line) -> None:
    """Let a lane take in what is already stored."""
    if _is_page(line):
        lane.advance(line["rows"], line["token"])
    else:
        lane.give_way()
