"""Catching up: what changed while resources were walked, until nothing does any more.

A round notes the newest change version, reads what changed up to it (rows, deletes and changes of
key), counts, and asks what has changed since. Where nothing has, the rows held are those of that
version: nothing can have left the window while it was read, and the count is one of these rows. If
it is another number, rows were lost, and the resource is walked once more. Where something has
changed since, the next round reads it; a resource that never rests is not proven.

Some windows begin before the end of the last one, for a change may become visible after others
with higher versions: the first, and those that follow a count which did not agree.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pyarrow as pa

from edfi_audit.errors import AccessDeniedError, NotEnabledError
from edfi_audit.ods.case import Case
from edfi_audit.ods.crew import Crew
from edfi_audit.ods.departures import DEPARTURES
from edfi_audit.ods.faults import FailingError
from edfi_audit.ods.flatten import Flattener
from edfi_audit.ods.holding import NO_DIFFERENCE, Difference
from edfi_audit.ods.journal import Journal
from edfi_audit.ods.paging import Bounds, Lane, OffsetLane, ReverseLane, within
from edfi_audit.ods.verdict import NOTHING, Since
from edfi_audit.ods.walk import Walker
from edfi_audit.ods.walks import Walks

__all__ = ["OVERLAP", "Rounds"]

OVERLAP = 1000
"""Change versions before the end of the last window that are read again."""

_MOST_ROUNDS = 12
_MOST_WALKS = 2
_MOST_ITEMS = 1000
"""Rows read one by one in a round, at most."""


@dataclass
class Rounds:
    """Takes in changes for all cases together; `number` counts the rounds so far.

    `newest` is the change version that was the newest in the last round, or a higher one that was
    seen before. `went_back` holds such a higher one and what the ODS said after it, if it did.
    """

    crew: Crew
    walker: Walker
    walks: Walks
    journal: Journal
    newest: int
    page_size: int
    number: int = 0
    went_back: tuple[int, int] | None = None
    _steady: dict[str, tuple[int, int | None]] = field(default_factory=dict)

    def catch_up(self, cases: Sequence[Case]) -> None:
        """Read changes until every case is settled, or too many rounds have passed."""
        self._steady = {case.name: (self.newest, case.before) for case in cases}
        while self.number < _MOST_ROUNDS and (
            unsettled := [case for case in cases if not case.settled]
        ):
            self._round(unsettled)
            if self.number < _MOST_ROUNDS:
                self._walk_again(unsettled)

    def _round(self, cases: Sequence[Case]) -> None:
        """Bring all cases up to one change version, and look whether it still holds."""
        self.number += 1
        begun = self._version("begun")
        self._look([case for case in cases if case.overlap or (case.since or 0) < begun], begun)
        counts = self._counts(cases)
        ended = self._version("ended")
        since = {} if ended == begun else self._changes_since(cases, begun)
        for case in cases:
            self._take_in(case)
            case.since, case.round = begun, self.number
            case.after, case.later = counts[case.name], since.get(case.name, NOTHING)
            self._weigh(case, begun if ended == begun else None)

    def _weigh(self, case: Case, still: int | None) -> None:
        """Whether the count speaks of the rows held; `still` is the version all of the ODS is at.

        A count that differs from an earlier one of the same version is another copy's.
        """
        if still is not None:
            at, count = self._steady.get(case.name, (still, case.after))
            if at == still and count != case.after and None not in {count, case.after}:
                case.jumped = (count or 0, case.after or 0)
            self._steady[case.name] = (still, case.after)
        agreed = case.after is None or case.evidence.total == case.after
        case.settled = case.later == NOTHING and (agreed or case.overlap)
        case.overlap = not agreed

    def _version(self, moment: str) -> int:
        """The newest change version at a moment of this round, noted once; it only grows."""
        fact = f"round-{self.number}/{moment}"
        if fact not in self.journal.facts:
            told = self.walker.api.newest()
            self.journal.learn(fact, self.newest if told is None else told)
        told = int(self.journal.facts[fact])
        if told < self.newest and self.went_back is None:
            self.went_back = (self.newest, told)
        self.newest = max(told, self.newest)
        return self.newest

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

    def _changes_since(self, cases: Sequence[Case], version: int) -> dict[str, Since]:
        """What has changed after a version by now, or had when this round was begun before."""
        fact = f"round-{self.number}/since"
        if fact not in self.journal.facts:
            found = self.crew.gather([partial(self._since, case, version) for case in cases])
            self.journal.learn(
                fact,
                {
                    case.name: [since.changed, since.removed]
                    for case, since in zip(cases, found, strict=True)
                },
            )
        return {name: Since(*numbers) for name, numbers in self.journal.facts[fact].items()}

    def _since(self, case: Case, version: int) -> Since:
        """How many rows of a case have changed after a version, and how many have gone."""
        bounds = within(version + 1, None)
        api = self.walker.api
        changed = api.count(case.name, **bounds)
        if not case.deletes:
            return Since(changed or 0, 0)
        query = {"offset": "0", "limit": str(self.page_size), "totalCount": "true", **bounds}
        try:
            page = api.page(f"{case.name}/deletes", query)
        except (AccessDeniedError, NotEnabledError):
            return Since(changed or 0, 0)
        return Since(changed or 0, len(page.rows) if page.total is None else page.total)

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
            case.before, case.overlap = case.after, True
        self.walks.walk(again, self.newest, cursor=False)

    # ---- reading what changed

    def _look(self, cases: Sequence[Case], most: int) -> None:
        """Read the windows of all cases up to a version into the journal."""
        self.crew.gather(
            [task for case in cases if self._open(case) for task in self._windows(case, most)]
        )

    def _open(self, case: Case) -> bool:
        return self._fact(case, "taken in") not in self.journal.facts

    def _windows(self, case: Case, most: int) -> list[Callable[[], object]]:
        """What it takes to read one window; the order does not matter."""
        overlap = OVERLAP if case.overlap else 0
        bounds = within(max(0, (case.since or 0) - overlap + 1), most)
        return [
            partial(self._read, case.name, partial(self._changed, case.name, bounds)),
            partial(self._read_deletes, case, bounds),
            partial(self._read, f"{case.name}/keyChanges", partial(self._all, bounds)),
        ]

    def _read_deletes(self, case: Case, bounds: Bounds) -> None:
        case.deletes = self._read(f"{case.name}/deletes", partial(self._all, bounds))

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

    def _take_in(self, case: Case) -> None:
        """Take this round's changes into what is held."""
        fact = self._fact(case, "taken in")
        if fact not in self.journal.facts:
            difference = self._applied(case)
            self.journal.learn(fact, [difference.inserted, difference.updated, difference.removed])
        case.changed += sum(self.journal.facts[fact])
        window = self.journal.stages.get(self._stage(case.name))
        case.poison = max(case.poison, window.given_up if window else 0)

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
            gone.append(pa.record_batch({"id": vanished}))
            difference = case.holding.apply(self.number, changed, gone)
        return difference

    def _batches(self, path: str, schema: pa.Schema) -> list[pa.RecordBatch]:
        stage = self._stage(path)
        return list(self.journal.batches(stage, schema)) if stage in self.journal.stages else []

    def _unseen(self, case: Case, ids: set[str]) -> list[pa.RecordBatch]:
        """The rows of changed keys that no window brought."""
        found = self._items(case, sorted(ids))
        rows = [row for row in found.values() if row is not None]
        return [Flattener(case.resource)(rows)[0]] if rows else []

    def _vanished(self, case: Case) -> list[str]:
        """Ids held that are no more, although no delete was told: their keys are taken anew."""
        found = self._items(case, case.holding.rivals(self.number))
        return [identifier for identifier, row in found.items() if row is None]

    def _items(self, case: Case, ids: Sequence[str]) -> dict[str, Any]:
        """The rows with these ids; None for one that is not there. Those that fail are left out."""

        def read(identifier: str) -> list[Any]:
            try:
                return [self.walker.api.item(case.name, identifier)]
            except FailingError:
                return []

        wanted = ids[:_MOST_ITEMS]
        found = self.crew.gather([partial(read, identifier) for identifier in wanted])
        return {one: rows[0] for one, rows in zip(wanted, found, strict=True) if rows}

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
