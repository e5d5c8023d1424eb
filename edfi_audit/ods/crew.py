"""The threads of one pull, and the database they share."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import duckdb

from edfi_audit.database import database

__all__ = ["Crew", "crew_of", "settled"]

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Crew:
    """`size` threads. Only the thread that made the crew uses its database."""

    threads: ThreadPoolExecutor
    size: int
    database: duckdb.DuckDBPyConnection

    def begin(self, task: Callable[[], _Result]) -> "Future[_Result]":
        """Have a task done when a thread is free."""
        return self.threads.submit(task)

    def gather(self, tasks: Sequence[Callable[[], _Result]]) -> list[_Result]:
        """The results of all tasks; the first that fails ends the wait, and its error is raised."""
        return settled([self.begin(task) for task in tasks])


def settled(futures: Sequence["Future[_Result]"]) -> list[_Result]:
    """The results, in order; the first error that came, as soon as it came."""
    done, _ = wait(futures, return_when=FIRST_EXCEPTION)
    for future in futures:
        if future in done:
            future.result()
    return [future.result() for future in futures]


@contextmanager
def crew_of(size: int, spill: Path, stop: Callable[[], None]) -> Iterator[Crew]:
    """A crew of `size` threads; at the end, however it comes, all of them have stopped.

    `stop` is called then; it makes threads that wait give up. What the database cannot hold in
    memory goes into the folder `spill`.
    """
    try:
        with ThreadPoolExecutor(size, "edfi-audit-pull") as threads, database(spill) as connection:
            try:
                yield Crew(threads, size, connection)
            finally:
                stop()
                threads.shutdown(wait=True, cancel_futures=True)
    finally:
        shutil.rmtree(spill, ignore_errors=True)
