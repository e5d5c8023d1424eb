"""How long failures that may pass are waited out."""

import random
from dataclasses import dataclass

__all__ = ["Patience"]


@dataclass(frozen=True)
class Patience:
    """`attempts` per request, and `budget` further tries for all requests together.

    The first pause is up to `first` seconds and each later one twice as long, up to `longest`.
    """

    attempts: int = 5
    first: float = 0.5
    longest: float = 20.0
    budget: int = 1000

    def pause(self, tries: int) -> float:
        """Seconds to wait after this many tries; a random part keeps threads from marching."""
        most: float = min(self.longest, self.first * 2 ** (tries - 1))
        return most * random.uniform(0.5, 1.0)  # noqa: S311 - it spreads requests
