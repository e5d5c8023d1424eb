"""What is known about a run besides its rows: when, over what, with which settings."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from time import perf_counter
from typing import Any

from edfi_audit.errors import StoreError
from edfi_audit.settings import AuditSettings
from edfi_audit.store import read_json

__all__ = ["FACTS", "RunFacts", "Timings", "new_run_id", "read_facts", "utc"]

FACTS = "run.json"


@dataclass(frozen=True)
class Timings:
    """Seconds per step of a run."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def measure(self, step: str) -> Iterator[None]:
        """Time the block as `step`."""
        start = perf_counter()
        try:
            yield
        finally:
            self.seconds[step] = round(perf_counter() - start, 3)


@dataclass(frozen=True)
class RunFacts:
    """The facts `run.json` opens with.

    `settings` is resolved. `pull` is the connection's manifest and `sis` the extract's, both
    empty where there is none. `suites` maps a suite's name to the file it was read from.
    `created_at` is UTC.
    """

    run_id: str
    created_at: datetime
    settings: AuditSettings
    connection: str | None = None
    extract: str | None = None
    pull: Mapping[str, Any] = field(default_factory=dict)
    sis: Mapping[str, Any] = field(default_factory=dict)
    suites: Mapping[str, Path] = field(default_factory=dict)
    section_identifier: str = ""
    timings: Timings = field(default_factory=Timings)

    @property
    def school_year(self) -> int | None:
        """The school year that is audited (its END year)."""
        return self.settings.school_year


def new_run_id(now: datetime | None = None) -> tuple[str, datetime]:
    """An id that sorts by time, such as `20260620T141530.123Z-a1b2`, and that time in UTC."""
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    stamp = f"{moment:%Y%m%dT%H%M%S}.{moment.microsecond // 1000:03d}Z"
    return f"{stamp}-{token_hex(2)}", moment


def read_facts(folder: Path) -> dict[str, Any]:
    """The `run.json` of the run in `folder`."""
    try:
        return read_json(folder / FACTS)
    except StoreError as error:
        raise StoreError(error.what, next_step=f"Remove the folder {folder}.") from error


def utc(moment: datetime) -> datetime:
    """`moment` in UTC, without its zone: how times stand in Parquet."""
    return moment.astimezone(UTC).replace(tzinfo=None)
