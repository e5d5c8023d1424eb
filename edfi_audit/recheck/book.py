"""What is to be asked, and what has been: the candidates and the answers side by side in SQL."""

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from edfi_audit.ods.recheck import Question, Sighting
from edfi_audit.recheck.candidates import CHILDREN, FIRST, Candidates

__all__ = ["Book", "Entry", "Unsettled"]

_ASKED = pa.schema([("resource", pa.string()), ("question", pa.string()), ("reason", pa.string())])


@dataclass(frozen=True)
class Entry:
    """One question, and the text it goes by in the book."""

    text: str
    question: Question


@dataclass(frozen=True)
class Unsettled:
    """`count` records of `resource` that findings of `rules` rest on were not looked up again.

    `of` limits that to findings on records of one resource.
    """

    rules: tuple[str, ...]
    of: str | None
    resource: str
    count: int
    reason: str


class Book:
    """The candidates of `rules`; reads the audit tables as they are when it is asked."""

    def __init__(self, con: duckdb.DuckDBPyConnection, rules: Collection[str]) -> None:
        self._con = con
        self._rules = frozenset(rules)
        self._asked: list[tuple[str, str, str | None]] = []
        self._put: Counter[tuple[str, bool]] = Counter()

    def waiting(self) -> bool:
        """Whether there is anything to look up, before anything is asked."""
        return any(self._is_any(self._union(name, FIRST)) for name in self._resources(FIRST))

    def open(self, group: Sequence[Candidates], limit: int) -> dict[str, list[Entry]]:
        """What of `group` has not been asked, by resource; at most `limit` of each in all."""
        return {
            resource: entries
            for resource in self._resources(group)
            if (entries := self._entries(resource, group, limit))
        }

    def note(self, resource: str, entries: Sequence[Entry], sightings: Sequence[Sighting]) -> None:
        """Write down that these were asked, and which of them have no answer."""
        for entry, sighting in zip(entries, sightings, strict=True):
            self._asked.append((resource, entry.text, sighting.reason))

    def resources(self) -> list[str]:
        """What may be asked about, in that order."""
        return self._resources((*FIRST, *CHILDREN))

    def unsettled(self, otherwise: str) -> list[Unsettled]:
        """What is left open, by candidates and reason; `otherwise` for what was not asked."""
        return [
            Unsettled(one.rules, one.of, one.resource, count, reason)
            for one in self._chosen((*FIRST, *CHILDREN))
            for reason, count in self._left(one.resource, one.sql, otherwise)
        ]

    def unsettled_of(self, resource: str, otherwise: str) -> dict[str, int]:
        """How many records of `resource` are left open, by reason; each counts once."""
        sql = self._union(resource, (*FIRST, *CHILDREN))
        return dict(self._left(resource, f"SELECT DISTINCT question FROM ({sql})", otherwise))

    def _chosen(self, group: Sequence[Candidates]) -> list[Candidates]:
        return [one for one in group if self._rules.intersection(one.rules)]

    def _resources(self, group: Sequence[Candidates]) -> list[str]:
        return list(dict.fromkeys(one.resource for one in self._chosen(group)))

    def _union(self, resource: str, group: Sequence[Candidates]) -> str:
        return " UNION ALL ".join(
            f"SELECT question, held, {place} AS place FROM ({one.sql})"
            for place, one in enumerate(self._chosen(group))
            if one.resource == resource
        )

    def _sql(self, resource: str, group: Sequence[Candidates]) -> str:
        return (
            "SELECT question, list_distinct(flatten(list(held))) AS held, min(place) AS place"
            f" FROM ({self._union(resource, group)}) GROUP BY question"
        )

    def _entries(self, resource: str, group: Sequence[Candidates], limit: int) -> list[Entry]:
        put = (resource, group is FIRST)
        self._register()
        rows = self._con.execute(
            f"SELECT question, held FROM ({self._sql(resource, group)}) AS candidate"
            " ANTI JOIN (FROM recheck_asked WHERE resource = $resource) AS asked USING (question)"
            " ORDER BY place, question LIMIT $room",
            {"resource": resource, "room": limit - self._put[put]},
        ).fetchall()
        self._put[put] += len(rows)
        return [Entry(text, Question(json.loads(text), tuple(held))) for text, held in rows]

    def _left(self, resource: str, sql: str, otherwise: str) -> list[tuple[str, int]]:
        self._register()
        return self._con.execute(
            "SELECT coalesce(asked.reason, $otherwise), count(*)"
            f" FROM ({sql}) AS candidate LEFT JOIN"
            " (FROM recheck_asked WHERE resource = $resource) AS asked USING (question)"
            " WHERE asked.question IS NULL OR asked.reason IS NOT NULL GROUP BY 1 ORDER BY 1",
            {"resource": resource, "otherwise": otherwise},
        ).fetchall()

    def _register(self) -> None:
        columns = list(zip(*self._asked, strict=True)) or [()] * len(_ASKED)
        self._con.register("recheck_asked", pa.table(columns, schema=_ASKED))

    def _is_any(self, sql: str) -> bool:
        return bool(self._con.execute(f"SELECT 1 FROM ({sql}) LIMIT 1").fetchall())
