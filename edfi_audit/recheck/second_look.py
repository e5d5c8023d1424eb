"""The second look of a run: what findings would call missing or orphaned is asked for again.

What came or went since the pull is laid beside it, and the audit tables are built anew. What a
newcomer refers to, and what refers to something that is not there, is looked up as well; nothing is
asked twice.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from edfi_audit.errors import AuditError, UnreachableError
from edfi_audit.ods.recheck import Question, Recheck, Sighting
from edfi_audit.recheck.book import Book, Unsettled
from edfi_audit.recheck.candidates import CHILDREN, FIRST, Candidates
from edfi_audit.recheck.newcomers import Newcomers

__all__ = ["Look", "SecondLook", "second_look"]

Look = Callable[[], AbstractContextManager[Recheck]]
"""Opens the ODS; may raise an `AuditError`."""


@dataclass(frozen=True)
class SecondLook:
    """What came of it. `record` is for `run.json`: counts by resource, and no keys."""

    record: dict[str, Any]
    unsettled: tuple[Unsettled, ...] = ()


def second_look(  # noqa: PLR0913 - what is asked, of whom, how much, and what to do then
    con: duckdb.DuckDBPyConnection,
    look: Look | str,
    *,
    rules: Collection[str],
    limit: int,
    late: Path,
    apply: Callable[[], None],
    step: Callable[[str], None],
) -> SecondLook:
    """Look up again what findings of `rules` would call missing or orphaned.

    `look` opens the ODS, or says why it is not asked. At most `limit` records of a resource are
    asked for, and as many again that refer to something missing. What came or went is written into
    the folder `late`; then `apply` is called, to make views and audit tables of it.
    """
    book = Book(con, rules)
    if not book.waiting():
        return SecondLook({"reason": None, "resources": {}})
    asking = _Asking(book, Newcomers(con), late, apply)
    reason = look if isinstance(look, str) else None
    if not isinstance(look, str):
        step("Looking again in the ODS for what seems missing or orphaned")
        reason = asking.ask(look, limit)
    otherwise = reason or f"no more than {limit:,} are ([audit] recheck_limit)"
    return SecondLook(asking.record(reason, otherwise), tuple(book.unsettled(otherwise)))


class _Asking:
    """The passes over the candidates, and the counts of what came of them."""

    def __init__(
        self, book: Book, newcomers: Newcomers, late: Path, apply: Callable[[], None]
    ) -> None:
        self._book = book
        self._newcomers = newcomers
        self._late = late
        self._apply = apply
        self._answers: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def ask(self, look: Look, limit: int) -> str | None:
        """Ask until nothing new turns up; why that was not possible, None where it was."""
        with ExitStack() as stack:
            try:
                ods = stack.enter_context(look())
            except UnreachableError:
                return "the ODS could not be reached"
            except AuditError as error:
                what = error.what.removesuffix(".")
                return what[0].lower() + what[1:]
            changed = [self._pass(ods, group, limit) for group in (FIRST, CHILDREN)]
            if any(changed):
                self._pass(ods, FIRST, limit)
        return None

    def record(self, reason: str | None, otherwise: str) -> dict[str, Any]:
        """What `run.json` keeps."""
        resources = {}
        for name in self._book.resources():
            answers, left = self._answers[name], self._book.unsettled_of(name, otherwise)
            if answers or left:
                resources[name] = {
                    "asked": answers.total(),
                    **{answer: answers[answer] for answer in ("present", "gone", "absent")},
                    "late": self._newcomers.rows(name),
                    "unsettled": sum(left.values()),
                    "reason": "; ".join(left) or None,
                }
        return {"reason": reason, "resources": resources}

    def _pass(self, ods: Recheck, group: Sequence[Candidates], limit: int) -> bool:
        changed = False
        for resource, entries in self._book.open(group, limit).items():
            questions = [entry.question for entry in entries]
            sightings = ods.look(resource, questions)
            self._book.note(resource, entries, sightings)
            seen = list(zip(questions, sightings, strict=True))
            self._answers[resource].update(_answer(*one) for one in seen if not one[1].reason)
            changed |= self._newcomers.take(resource, seen)
        if changed:
            self._newcomers.write(self._late)
            self._apply()
        return changed


def _answer(question: Question, sighting: Sighting) -> str:
    if sighting.exact or sighting.ids.intersection(question.held):
        return "present"
    return "gone" if question.held else "absent"
