"""What came and went since the pull: rows that the ODS has now, and ids that it has no more.

late/<resource>.parquet    rows that the pull had not, or had under another key
late/gone.parquet          resource and id of pulled rows that are not there any more
"""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from edfi_audit.ods.recheck import Question, Sighting
from edfi_audit.ods.resources import resource_named
from edfi_audit.tables.inputs import GONE

__all__ = ["Newcomers"]

_GONE = pa.schema([("resource", pa.string()), ("id", pa.string())])


class Newcomers:
    """Gathers them by resource. Reads the views of the ODS as they are when it is asked."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._late: dict[str, pa.Table] = {}
        self._gone: defaultdict[str, set[str]] = defaultdict(set)

    def rows(self, resource: str) -> int:
        """How many rows of `resource` have come."""
        return len(self._late.get(resource, ()))

    def take(self, resource: str, seen: Iterable[tuple[Question, Sighting]]) -> bool:
        """Take what is new in these sightings; whether there was any."""
        clear = [(question, sighting) for question, sighting in seen if not sighting.reason]
        came, moved = self._new(resource, [one for _, one in clear])
        gone = moved.union(
            *(set(question.held) - (one.ids if one.exact else set()) for question, one in clear)
        )
        self._gone[resource] |= gone
        if len(came):
            self._late[resource] = pa.concat_tables([self._late.get(resource, came[:0]), came])
        return bool(gone or len(came))

    def write(self, folder: Path) -> None:
        """Write all of them into `folder`."""
        folder.mkdir(exist_ok=True)
        for resource, rows in self._late.items():
            pq.write_table(rows, folder / f"{resource}.parquet", compression="zstd")
        pairs = [(name, one) for name, ids in self._gone.items() for one in sorted(ids)]
        columns = list(zip(*pairs, strict=True)) or [(), ()]
        pq.write_table(pa.table(columns, schema=_GONE), folder / GONE)

    def _new(self, resource: str, sightings: list[Sighting]) -> tuple[pa.Table, set[str]]:
        """The rows seen that the views have not, and which of their ids these have otherwise."""
        wanted = resource_named(resource)
        batches = [batch for one in sightings for batch in one.rows]
        self._con.register("recheck_seen", pa.Table.from_batches(batches, wanted.schema))
        same = " AND ".join(
            f"held.{name} IS NOT DISTINCT FROM seen.{name}" for name in ("id", *wanted.key)
        )
        came = self._con.sql(
            f"SELECT DISTINCT ON (seen.id) seen.* FROM recheck_seen AS seen"
            f" ANTI JOIN ods.{wanted.table} AS held ON {same} WHERE seen.id IS NOT NULL"
        ).to_arrow_table()
        self._con.register("recheck_came", came)
        moved = self._con.execute(
            f"SELECT DISTINCT id FROM ods.{wanted.table} SEMI JOIN recheck_came USING (id)"
        ).fetchall()
        return came.cast(wanted.schema), {identifier for (identifier,) in moved}
