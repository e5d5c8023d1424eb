"""What rules over the same records come to at each school."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["tally"]


def tally(con: "DuckDBPyConnection", rules: Iterable[str]) -> dict[int | None, tuple[int, int]]:
    """(evaluated, failed) by school, null for records of agencies. Reads the view `results`.

    The rules look at the same records, so their failures add up over the largest number that any of
    them evaluated at a school or agency.
    """
    rows = con.execute(
        "SELECT school_id, sum(evaluated)::BIGINT, sum(failed)::BIGINT FROM ("
        "   SELECT school_id, lea_id, max(evaluated) AS evaluated, sum(failed) AS failed"
        "   FROM results WHERE list_contains(?, rule_id) GROUP BY school_id, lea_id)"
        " GROUP BY school_id",
        [list(rules)],
    ).fetchall()
    return {school_id: (evaluated, failed) for school_id, evaluated, failed in rows}
