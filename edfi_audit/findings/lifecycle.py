"""What became of a finding: new, persisting, or regressed, seen from the earlier runs.

A finding persists when it was there the last time its rule was evaluated; a run that could not
evaluate the rule says nothing about it. One that had gone and is back is regressed. Earlier runs
are those of the same connection and school year.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from edfi_audit.findings.facts import read_facts, utc
from edfi_audit.store import Store

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["EarlierRun", "earlier_runs", "remember"]


@dataclass(frozen=True)
class EarlierRun:
    """A finished run: its folder, its UTC time without zone, the rules it evaluated.

    `section_identifier` is the template by which it named Campus sections.
    """

    folder: Path
    created_at: datetime
    evaluated: frozenset[str]
    section_identifier: str

    @property
    def findings(self) -> Path:
        """The file of its findings."""
        return self.folder / "findings.parquet"

    @property
    def tables(self) -> Path:
        """The folder of its audit tables."""
        return self.folder / "tables"


def earlier_runs(
    store: Store, connection: str | None, school_year: int | None, before: datetime
) -> list[EarlierRun]:
    """The runs of this connection and school year from before that time, oldest first."""
    earlier = []
    for run_id in store.runs():
        folder = store.run(run_id)
        facts = read_facts(folder)
        created_at = utc(datetime.fromisoformat(facts["created_at"]))
        same = (facts["connection"], facts["school_year"]) == (connection, school_year)
        if same and created_at < utc(before):
            evaluated = (rule for rule, one in facts["rules"].items() if not one["missing"])
            template = facts["settings"].get("section_identifier", "")
            earlier.append(EarlierRun(folder, created_at, frozenset(evaluated), template))
    return earlier


def remember(con: "DuckDBPyConnection", runs: Sequence[EarlierRun]) -> None:
    """Create the tables `seen` and `spoken` from `runs`; the view `current` must be there.

    `seen` has one row per fingerprint of `current` that any earlier run had: first_seen and
    last_seen. `spoken` has one row per rule: when it was last evaluated.
    """
    con.execute(
        "CREATE TEMP TABLE seen (fingerprint VARCHAR, first_seen TIMESTAMP, last_seen TIMESTAMP)"
    )
    con.execute("CREATE TEMP TABLE spoken (rule_id VARCHAR, last_evaluated TIMESTAMP)")
    con.execute("CREATE TEMP TABLE run_times (filename VARCHAR, run_at TIMESTAMP)")
    if not runs:
        return
    last = {rule: run.created_at for run in runs for rule in run.evaluated}
    times = {str(run.findings): run.created_at for run in runs}
    for table, pairs in (("spoken", last), ("run_times", times)):
        if pairs:
            con.executemany(f"INSERT INTO {table} VALUES (?, ?)", list(map(list, pairs.items())))
    con.execute(
        "INSERT INTO seen SELECT fingerprint, min(first_seen), max(run_at)"
        " FROM read_parquet(?, filename = true) JOIN run_times USING (filename)"
        " WHERE fingerprint IN (SELECT fingerprint FROM current) GROUP BY fingerprint",
        [list(times)],
    )
