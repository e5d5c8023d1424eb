"""The identity ledger of a run: what the SIS, its mapping table and the ODS hold, record by record.

It is the audit table `identity_ledger` with each record's natural key as JSON.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from edfi_audit.tables.catalogue import AuditTable, catalogue
from edfi_audit.tables.typed import literal
from edfi_audit.validation.failing import natural_key

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["TABLE", "absence_totals", "ledger_table", "ledger_totals", "write_ledger"]

TABLE = "identity_ledger"
_COLUMNS = {
    "resource": "VARCHAR",
    "natural_key": "VARCHAR",
    "school_id": "BIGINT",
    "in_sis": "BOOLEAN",
    "in_mapping": "BOOLEAN",
    "in_ods": "BOOLEAN",
    "state": "VARCHAR",
    "absence_reason": "VARCHAR",
    "resync_action": "VARCHAR",
}


def ledger_table() -> AuditTable:
    """The catalogue's entry of the identity ledger."""
    return next(table for table in catalogue() if table.name == TABLE)


def write_ledger(con: "DuckDBPyConnection", target: Path, table: AuditTable) -> None:
    """Write `target` (identity_ledger.parquet) from its audit table; leaves the view `ledger`."""
    typed = ", ".join(f"CAST({name} AS {type_}) AS {name}" for name, type_ in _COLUMNS.items())
    con.execute(
        f"COPY (SELECT {typed}"
        f" FROM (SELECT *, {natural_key(table)} AS natural_key FROM audit.{TABLE})"
        f" ORDER BY resource, school_id, natural_key) TO {literal(str(target))}"
        " (FORMAT parquet, COMPRESSION zstd)"
    )
    con.execute(f"CREATE TEMP VIEW ledger AS FROM read_parquet({literal(str(target))})")


def ledger_totals(con: "DuckDBPyConnection") -> dict[str, dict[str, int]]:
    """Per resource, how many records are in each state. Reads the view `ledger`."""
    totals: dict[str, dict[str, int]] = {}
    for resource, state, count in con.execute(
        "SELECT resource, coalesce(state, 'not evaluated'), count(*) FROM ledger"
        " GROUP BY ALL ORDER BY ALL"
    ).fetchall():
        totals.setdefault(resource, {})[state] = count
    return totals


def absence_totals(con: "DuckDBPyConnection") -> dict[str, dict[str, int]]:
    """Per resource, how many records are not in the ODS for each cause, `unexplained` among them.

    Reads the audit table; a record that could not be compared has no cause.
    """
    totals: dict[str, dict[str, int]] = {}
    for resource, cause, count in con.execute(
        f"SELECT resource, cause_key, count(*) FROM audit.{TABLE}"
        " WHERE NOT in_ods AND state IS NOT NULL AND cause_key IS NOT NULL"
        " GROUP BY ALL ORDER BY ALL"
    ).fetchall():
        totals.setdefault(resource, {})[cause] = count
    return totals
