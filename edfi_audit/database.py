"""The DuckDB database a run works in: in memory, spilling into a folder of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from edfi_audit.errors import SettingsError

__all__ = ["MEMORY_LIMIT", "database"]

MEMORY_LIMIT = "600MB"


@contextmanager
def database(
    spill: Path | None = None, memory_limit: str = MEMORY_LIMIT
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that keeps to `memory_limit` and writes what exceeds it into `spill`.

    Without `spill` nothing is written to disk. No extension is ever fetched.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "temp_directory": str(spill or ""),
        "preserve_insertion_order": "false",
        "autoinstall_known_extensions": "false",
    }
    try:
        con = duckdb.connect(config=config)
    except duckdb.ParserException as error:
        raise SettingsError(
            f"[store] memory_limit is {memory_limit!r}, which is no size.",
            next_step="Write it as 2GB or 512MB.",
        ) from error
    try:
        yield con
    finally:
        con.close()
