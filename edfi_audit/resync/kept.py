"""The tables of a finished run, opened for questions about its identity ledger."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edfi_audit.database import database
from edfi_audit.errors import StoreError
from edfi_audit.findings.doubt import UNPROVEN
from edfi_audit.tables.inputs import unread
from edfi_audit.tables.typed import literal

if TYPE_CHECKING:
    import duckdb

__all__ = ["kept_tables", "unknown_because", "unproven"]

_TABLES = (
    "campus_calendars", "compared_resources", "dependent_records", "identity_ledger",
    "resync_radius", "sessions", "unsent_records",
)  # fmt: skip


@contextmanager
def kept_tables(folder: Path) -> Iterator["duckdb.DuckDBPyConnection"]:
    """The audit tables that the run in `folder` kept, as views audit.<table>.

    A run of an earlier version lacks some: a `StoreError`.
    """
    with database() as con:
        con.execute("CREATE SCHEMA audit")
        for name in _TABLES:
            file = folder / "tables" / f"{name}.parquet"
            if not file.is_file():
                raise StoreError(
                    f"The run {folder.name} has no table {name}: an earlier version made it.",
                    next_step="Run `edfi-audit run` again.",
                )
            con.execute(f"CREATE VIEW audit.{name} AS FROM read_parquet({literal(str(file))})")
        con.execute(_HELD)
        yield con


def unknown_because(resource: str, facts: Mapping[str, Any]) -> str | None:
    """Why nobody knows how many records of `resource` the ODS holds; `None` where it was read."""
    return unread(resource, facts["pull"] if facts["connection"] else None)


def unproven(resource: str, facts: Mapping[str, Any]) -> bool:
    """Whether `resource` was read, but the pull was not proven complete."""
    return facts["pull"].get(resource, {}).get("verdict") in UNPROVEN


_HELD = """
CREATE VIEW held AS
-- every ODS record whose key is whole, or a count of them; is_sent is null where nothing compares
-- it with the SIS
SELECT ledger.resource, school_id, school_year, session_name, local_course_code,
    section_identifier, student_unique_id, staff_unique_id, begin_date, 1 AS record_count,
    CASE WHEN compared.is_comparable THEN in_sis END AS is_sent
FROM audit.identity_ledger AS ledger
JOIN audit.compared_resources AS compared ON compared.resource = ledger.resource
WHERE in_ods AND campus_record IS NULL
UNION ALL
SELECT resource, school_id, school_year, session_name, local_course_code, section_identifier,
    student_unique_id, NULL, begin_date, record_count, NULL
FROM audit.dependent_records
UNION ALL
SELECT 'sessions', session.school_id, session.school_year, session.session_name, NULL, NULL, NULL,
    NULL, NULL, 1,
    CASE WHEN calendar.school_id IS NULL AND EXISTS (SELECT 1 FROM audit.campus_calendars)
        THEN FALSE END
FROM audit.sessions AS session
LEFT JOIN (SELECT DISTINCT school_id, school_year FROM audit.campus_calendars) AS calendar
    ON calendar.school_id = session.school_id AND calendar.school_year = session.school_year
"""
