"""Findings one by one, without holding them all."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from edfi_audit.database import database
from edfi_audit.findings.selection import Selection

__all__ = ["Row", "count", "stream"]

Row = dict[str, Any]

FINDINGS = "findings.parquet"
_BATCH = 2_000


def count(folder: Path, facts: Mapping[str, Any], selection: Selection) -> int:
    """How many findings of the run in `folder` the selection takes."""
    where, values = selection.where(facts)
    with database() as con:
        row = con.execute(
            f"SELECT count(*) FROM read_parquet($file) WHERE {where}",
            {"file": str(folder / FINDINGS), **values},
        ).fetchone()
    return row[0] if row else 0


@contextmanager
def stream(
    folder: Path, facts: Mapping[str, Any], selection: Selection, limit: int | None
) -> Iterator[Iterator[Row]]:
    """The findings of the run in `folder` that `selection` takes, by rule and school.

    Raises `NotFoundError`, before the first row, for a name the run does not know.
    """
    where, values = selection.where(facts)
    rows = "" if limit is None else f" LIMIT {int(limit)}"
    with database() as con:
        answer = con.execute(
            f"FROM read_parquet($file) WHERE {where}"
            f" ORDER BY rule_id, school_id, natural_key{rows}",
            {"file": str(folder / FINDINGS), **values},
        )
        names = [column[0] for column in answer.description or ()]

        def each() -> Iterator[Row]:
            while batch := answer.fetchmany(_BATCH):
                yield from (dict(zip(names, row, strict=True)) for row in batch)

        yield each()
