"""How many requests are under way at once: fewer when the host struggles, more when it copes."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Gate", "StoppedError"]

_LOOK = 0.2
"""Seconds after which a thread that waits looks whether it should stop."""


class StoppedError(Exception):
    """The pull is ending; what waits is not to be asked any more."""


class Gate:
    """Lets at most `most` requests through at once. Safe to share between threads.

    The number is halved when the host asks for mercy, once per wave of such answers, and grows by
    one for every round of good ones. A pause the host asks for holds everyone back.
    """

    def __init__(self, most: int) -> None:
        self.stopping = threading.Event()
        self._most = most
        self._limit = float(most)
        self._inside = 0
        self._not_before = 0.0
        self._wave_ends = 0.0
        self._changed = threading.Condition()

    @property
    def limit(self) -> int:
        """How many may be under way now."""
        return int(self._limit)

    @contextmanager
    def passing(self) -> Iterator[float]:
        """Wait for a place and hold it; gives the moment of entry. `StoppedError` at the end."""
        with self._changed:
            while (wait := self._to_wait()) > 0:
                if self.stopping.is_set():
                    raise StoppedError
                self._changed.wait(min(wait, _LOOK))
            self._inside += 1
        try:
            yield time.monotonic()
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify()

    def eased(self) -> None:
        """A good answer came."""
        with self._changed:
            self._limit = min(float(self._most), self._limit + 1 / self._limit)

    def strained(self, entered: float, pause: float | None) -> None:
        """The host asked for mercy in answer to a request that went in at `entered`."""
        now = time.monotonic()
        with self._changed:
            if entered >= self._wave_ends:
                self._limit = max(1.0, self._limit / 2)
                self._wave_ends = now
            self._not_before = max(self._not_before, now + (pause or 0.0))

    def wait(self, seconds: float) -> None:
        """Sleep; `StoppedError` as soon as the pull ends."""
        if self.stopping.wait(seconds):
            raise StoppedError

    def _to_wait(self) -> float:
        """Seconds until it is worth looking again; 0 when one more may pass."""
        if self.stopping.is_set():
            return _LOOK
        held = self._not_before - time.monotonic()
        if held > 0:
            return held
        return 0.0 if self._inside < self.limit else _LOOK
