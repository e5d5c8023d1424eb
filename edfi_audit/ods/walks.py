"""Walking resources in full: routes chosen, lanes on threads, pages made into files."""

import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa

from edfi_audit.ods.case import Case
from edfi_audit.ods.crew import Crew, over
from edfi_audit.ods.faults import FailingError
from edfi_audit.ods.journal import Journal
from edfi_audit.ods.route import Route, method_of, route
from edfi_audit.ods.walk import Walker

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["Walks"]

_LOOK = 0.1
"""Seconds after which the pages that came meanwhile are taken."""

_AHEAD = 3
"""Resources whose pages may be asked for while those of another become a file."""


@dataclass
class Walks:
    """Walks whole resources with one crew. `seconds` tells how long each took."""

    crew: Crew
    walker: Walker
    journal: Journal
    page_size: int
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def walk(self, cases: Iterable[Case], newest: int | None, *, cursor: bool = True) -> None:
        """Walk every case as of `newest`, in this order, and hold what came of it.

        What an interrupted pull had walked before is not asked for again. Without `cursor` offsets
        are used on every version.
        """
        under_way: deque[tuple[Case, str, list[Future[None]], float]] = deque()
        for case in cases:
            stage = f"{case.name}/walk-{case.walks}"
            case.walks += 1
            case.since = newest
            began = time.monotonic()
            under_way.append((case, stage, self._begin(case, stage, cursor=cursor), began))
            if len(under_way) >= _AHEAD:
                self._end(*under_way.popleft())
        while under_way:
            self._end(*under_way.popleft())

    def _begin(self, case: Case, stage: str, *, cursor: bool) -> list["Future[None]"]:
        """The lanes of a walk, begun; none for what is held already."""
        if stage not in self.journal.stages:
            wanted = Route(case.name, case.before, case.since, self.page_size, cursor=cursor)
            lanes = route(self.walker.api, self.crew, wanted)
            self.journal.begin(stage, [lane.spec for lane in lanes])
        log = self.journal.stages[stage]
        if log.built:
            return []
        walking = partial(self.walker.along, stage, path=case.name, expected=case.before)
        return [self.crew.begin(partial(walking, number)) for number in range(len(log.specs))]

    def _end(self, case: Case, stage: str, lanes: list["Future[None]"], began: float) -> None:
        """Make files of a walk's pages, as they come."""
        try:
            self._hold(case, stage, lanes)
        except FailingError:
            if method_of(self.journal.stages[stage].specs) != "cursor":
                raise
            self._by_offset(case, stage, lanes)
        log = self.journal.stages[stage]
        case.duplicates = self.journal.facts[f"{stage}/duplicates"]
        case.method, case.poison = method_of(log.specs), log.given_up
        case.round, case.changed, case.settled = 0, 0, False
        self.seconds[case.name] += time.monotonic() - began

    def _by_offset(self, case: Case, stage: str, lanes: list["Future[None]"]) -> None:
        """Walk again by offset, where a row that makes the ODS fail can be stepped over."""
        for lane in lanes:
            lane.exception()
        self.journal.drop(stage)
        self._hold(case, stage, self._begin(case, stage, cursor=False))

    def _hold(self, case: Case, stage: str, lanes: list["Future[None]"]) -> None:
        if self.journal.stages[stage].built:
            return
        duplicates = case.holding.walked(self._coming(case, stage, lanes)).duplicates
        self.journal.learn(f"{stage}/duplicates", duplicates)
        self.journal.built(stage)

    def _coming(
        self, case: Case, stage: str, lanes: list["Future[None]"]
    ) -> Iterator[pa.RecordBatch]:
        """The pages of a walk until its lanes have ended; an error as soon as one of them fails."""
        seen = Counter[int]()
        ended = False
        while not ended:
            ended = over(lanes, _LOOK)
            yield from self.journal.batches(stage, case.resource.schema, seen)
