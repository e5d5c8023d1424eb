"""The threads of one pull, and the database they share."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from edfi_audit.database import database

__all__ = ["Crew", "at_once", "crew_of", "over", "settled"]

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Crew:
    """Threads for `size` requests at once. Only the thread that made the crew uses its database.

    There are twice as many, so that requests are under way while other answers are read.
    """

    threads: ThreadPoolExecutor
    size: int
    opening: "Future[duckdb.DuckDBPyConnection]"

    @property
    def database(self) -> duckdb.DuckDBPyConnection:
        """The database, which is opened while the first requests are under way."""
        return self.opening.result()

    def begin(self, task: Callable[[], _Result]) -> "Future[_Result]":
        """Have a task done when a thread is free."""
        return self.threads.submit(task)

    def gather(self, tasks: Sequence[Callable[[], _Result]]) -> list[_Result]:
        """The results of all tasks; the first that fails ends the wait, and its error is raised."""
        return settled([self.begin(task) for task in tasks])


def settled(futures: Sequence["Future[_Result]"]) -> list[_Result]:
    """The results, in order; the first error that came, as soon as it came."""
    over(futures)
    return [future.result() for future in futures]


def over(futures: Sequence["Future[_Result]"], seconds: float | None = None) -> bool:
    """Whether all have ended, after so many seconds at most; the first error as soon as it came."""
    done, others = wait(futures, seconds, FIRST_EXCEPTION)
    for future in futures:
        if future in done:
            future.result()
    return not others


def at_once(tasks: Sequence[Callable[[], Any]], stop: Callable[[], None]) -> list[Any]:
    """The results of a few tasks, each on a thread of its own; `stop` is called if one fails."""
    with ThreadPoolExecutor(len(tasks), "edfi-audit-open") as threads:
        try:
            return settled([threads.submit(task) for task in tasks])
        except BaseException:
            stop()
            raise


@contextmanager
def crew_of(size: int, spill: Path, stop: Callable[[], None]) -> Iterator[Crew]:
    """A crew for `size` requests at once; at the end, however it comes, its threads have stopped.

    `stop` is called then; it makes threads that wait give up. What the database cannot hold in
    memory goes into the folder `spill`.
    """
    try:
        with ExitStack() as opened, ThreadPoolExecutor(2 * size, "edfi-audit-pull") as threads:
            opening = threads.submit(opened.enter_context, database(spill))
            try:
                yield Crew(threads, size, opening)
            finally:
                stop()
                threads.shutdown(wait=True, cancel_futures=True)
    finally:
        shutil.rmtree(spill, ignore_errors=True)
