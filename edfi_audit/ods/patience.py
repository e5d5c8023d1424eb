"""How long failures that may pass are waited out, and how long all of them together."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from edfi_audit.ods.faults import LONGEST_PAUSE

__all__ = ["Budget", "Patience"]


@dataclass(frozen=True)
class Patience:
    """`attempts` per request; for all requests together `budget` further tries and `total` seconds.

    The first pause is up to `first` seconds and each later one twice as long, up to `longest`. A
    pause the host asks for is kept to up to `asked` seconds; `connect` seconds are waited for it to
    be reached.
    """

    attempts: int = 5
    first: float = 0.5
    longest: float = 20.0
    budget: int = 1000
    total: float = 3600.0
    asked: float = LONGEST_PAUSE
    connect: float = 10.0

    def pause(self, tries: int) -> float:
        """Seconds to wait after this many tries; a random part keeps threads from marching."""
        most: float = min(self.longest, self.first * 2 ** (tries - 1))
        return most * random.uniform(0.5, 1.0)  # noqa: S311 - it spreads requests


@dataclass
class Budget:
    """What is left of a `Patience` for all requests together. Safe to share between threads.

    What overlaps counts once: it is the time for which the whole pull is held up.
    """

    patience: Patience
    clock: Callable[[], float] = time.monotonic
    tries: int = 0
    seconds: float = 0.0
    _until: float = float("-inf")
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, asked: float, pause: float) -> bool:
        """Take one further try; False when none is left.

        The one that failed was asked at the moment `asked`, and a pause of so many seconds follows.
        """
        with self._lock:
            end = self.clock() + pause
            self.tries += 1
            self.seconds += max(0.0, end - max(asked, self._until))
            self._until = max(self._until, end)
            return self.tries <= self.patience.budget and self.seconds <= self.patience.total
