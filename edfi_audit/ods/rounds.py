"""Catching up: what changed while resources were walked, until nothing does any more.

A round counts every resource, notes the newest change version, and reads what changed up to it:
rows, deletes and changes of key. Each window begins some changes before the end of the last one,
for a change may become visible after others with higher versions. Where nothing changed while the
rows were counted, or the round adds and removes none, the count holds for the rows held; where they
differ nevertheless, rows were lost, and the resource is walked once more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import pyarrow as pa

from edfi_audit.errors import AccessDeniedError, NotEnabledError
from edfi_audit.ods.case import Case
from edfi_audit.ods.crew import Crew
from edfi_audit.ods.departures import DEPARTURES
from edfi_audit.ods.flatten import Flattener
from edfi_audit.ods.holding import NO_DIFFERENCE, Difference
from edfi_audit.ods.journal import Journal
from edfi_audit.ods.paging import Bounds, Lane, OffsetLane, ReverseLane, within
from edfi_audit.ods.walk import Walker
from edfi_audit.ods.walks import Walks

__all__ = ["OVERLAP", "Rounds"]

OVERLAP = 1000
"""Change versions before the end of the last window that are read again."""

_MOST_ROUNDS = 8
_MOST_WALKS = 2
_MOST_ITEMS = 1000
"""Rows read one by one in a round, at most."""


@dataclass
class Rounds:
    """Takes in changes for all cases together; `number` counts the rounds so far.

    `newest` is the change version that everything held is as of.
    """

    crew: Crew
    walker: Walker
    walks: Walks
    journal: Journal
    newest: int
    page_size: int
    number: int = 0
    _since: dict[str, int] = field(default_factory=dict)

    def catch_up(self, cases: Sequence[Case]) -> None:
        """Read changes until every case is settled, or too many rounds have passed."""
        self._since = {case.name: self.newest if case.since is None else case.since
                       for case in cases}  # fmt: skip
        while self.number < _MOST_ROUNDS and not all(case.settled for case in cases):
            self._round(cases)
            self._walk_again(cases)

    def _round(self, cases: Sequence[Case]) -> None:
        self.number += 1
        before = self.newest
        begun, counts = self._version("begun"), self._counts(cases)
        self.newest = self._version("until")
        fresh = [case for case in cases if self.newest > before or case.round == 0]
        self._look(fresh)
        for case in cases:
            case.after = counts[case.name]
            difference = self._taken_in(case) if case in fresh else NO_DIFFERENCE
            case.latest = NO_DIFFERENCE if begun == self.newest else difference
            case.round = self.number
            case.settled = not case.latest.in_number
            self._since[case.name] = self.newest

    def _counts(self, cases: Sequence[Case]) -> dict[str, int | None]:
        """The ODS's counts now, or those that were noted when this round was begun before."""
        fact = f"round-{self.number}/counts"
        if fact not in self.journal.facts:
            api = self.walker.api
            counts = self.crew.gather([partial(api.count, case.name) for case in cases])
            self.journal.learn(
                fact, {case.name: count for case, count in zip(cases, counts, strict=True)}
            )
        found: dict[str, int | None] = self.journal.facts[fact]
        return found

    def _version(self, moment: str) -> int:
        """The newest change version at a moment of this round, noted once."""
        fact = f"round-{self.number}/{moment}"
        if fact not in self.journal.facts:
            self.journal.learn(fact, max(self.walker.api.newest() or 0, self.newest))
        return int(self.journal.facts[fact])

    def _walk_again(self, cases: Sequence[Case]) -> None:
        """Walk what the counts show to be other than the ODS."""
        fact = f"round-{self.number}/lost"
        if fact not in self.journal.facts:
            self.journal.learn(fact, {case.name: lost for case in cases if (lost := _lost(case))})
        lost = self.journal.facts[fact]
        again = [case for case in cases if case.name in lost]
        for case in again:
            if case.method == "changes":
                case.drift = lost[case.name]
            case.before = case.after
        self.walks.walk(again, self.newest, cursor=False)

    # ---- reading what changed

    def _look(self, cases: Sequence[Case]) -> None:
        """Read the windows of all cases into the journal."""
        self.crew.gather([partial(self._windows, case) for case in cases if self._open(case)])

    def _open(self, case: Case) -> bool:
        return self._fact(case, "taken in") not in self.journal.facts

    def _windows(self, case: Case) -> None:
        least = max(0, self._since[case.name] - OVERLAP + 1)
        bounds = within(least, self.newest)
        self._read(case.name, partial(self._changed, case.name, bounds))
        readable = self._read(f"{case.name}/deletes", partial(self._all, bounds))
        if not readable:
            case.deletes = False
        self._read(f"{case.name}/keyChanges", partial(self._all, bounds))

    def _changed(self, resource: str, bounds: Bounds) -> Lane | None:
        count = self.walker.api.count(resource, **bounds)
        if count is None:
            return self._all(bounds)
        return ReverseLane(count, self.page_size, bounds) if count else None

    def _all(self, bounds: Bounds) -> Lane:
        return OffsetLane(0, self.page_size, self.page_size, 0, bounds)

    def _read(self, path: str, lane: Callable[[], Lane | None]) -> bool:
        """Read a window to its end; False where the key may not, or the ODS has none."""
        stage = self._stage(path)
        try:
            if stage not in self.journal.stages:
                chosen = lane()
                self.journal.begin(stage, [chosen.spec] if chosen else [])
            if self.journal.stages[stage].specs:
                self.walker.along(stage, 0, path, None)
        except (AccessDeniedError, NotEnabledError):
            return False
        return True

    def _stage(self, path: str) -> str:
        return f"{path}/round-{self.number}"

    # ---- taking it in

    def _taken_in(self, case: Case) -> Difference:
        """Take this round's changes into what is held; what they did."""
        fact = self._fact(case, "taken in")
        if fact not in self.journal.facts:
            difference = self._applied(case)
            self.journal.learn(fact, [difference.inserted, difference.updated, difference.removed])
        difference = Difference(*self.journal.facts[fact])
        case.changed += difference.inserted + difference.updated + difference.removed
        window = self.journal.stages.get(self._stage(case.name))
        case.poison = max(case.poison, window.given_up if window else 0)
        return difference

    def _applied(self, case: Case) -> Difference:
        changed = self._batches(case.name, case.resource.schema)
        gone = self._batches(f"{case.name}/deletes", DEPARTURES)
        rekeyed = self._batches(f"{case.name}/keyChanges", DEPARTURES)
        if not changed and not gone and not rekeyed:
            return NO_DIFFERENCE
        changed += self._unseen(case, _ids(rekeyed) - _ids(changed) - _ids(gone))
        difference = case.holding.apply(self.number, changed, gone)
        vanished = self._vanished(case)
        if vanished:
            versions = [self.newest] * len(vanished)
            gone.append(pa.record_batch([vanished, versions], schema=DEPARTURES))
            difference = case.holding.apply(self.number, changed, gone)
        return difference

    def _batches(self, path: str, schema: pa.Schema) -> list[pa.RecordBatch]:
        stage = self._stage(path)
        return list(self.journal.batches(stage, schema)) if stage in self.journal.stages else []

    def _unseen(self, case: Case, ids: set[str]) -> list[pa.RecordBatch]:
        """The rows of changed keys that no window brought."""
        wanted = sorted(ids)[:_MOST_ITEMS]
        api = self.walker.api
        found = self.crew.gather([partial(api.item, case.name, one) for one in wanted])
        rows = [row for row in found if row is not None]
        return [Flattener(case.resource)(rows)[0]] if rows else []

    def _vanished(self, case: Case) -> list[str]:
        """Ids held that are no more, although no delete was told: their keys are taken anew."""
        rivals = case.holding.rivals(self.number)[:_MOST_ITEMS]
        api = self.walker.api
        found = self.crew.gather([partial(api.item, case.name, one) for one in rivals])
        return [one for one, row in zip(rivals, found, strict=True) if row is None]

    def _fact(self, case: Case, name: str) -> str:
        return f"{case.name}/round-{self.number}/{name}"


def _lost(case: Case) -> int:
    """The ODS's count less the rows held, where a further walk may bring them together."""
    if not case.settled or case.after is None or case.walks >= _MOST_WALKS:
        return 0
    evidence = case.evidence
    return 0 if evidence.unidentified else case.after - evidence.total


def _ids(batches: Sequence[pa.RecordBatch]) -> set[str]:
    return {one for batch in batches for one in batch["id"].to_pylist() if one}
