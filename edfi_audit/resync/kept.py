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
-- every ODS record whose key is whole, or a count of them; is_sent is null where nobody knows
-- whether the SIS sends it
WITH ledger AS (
    SELECT ledger.*, CASE WHEN compared.is_comparable THEN ledger.in_sis END AS is_sent
    FROM audit.identity_ledger AS ledger
    JOIN audit.compared_resources AS compared ON compared.resource = ledger.resource
    WHERE ledger.in_ods AND ledger.campus_record IS NULL
),

sections AS (
    SELECT school_id, school_year, session_name, local_course_code, section_identifier,
        bool_or(is_sent) AS is_sent
    FROM ledger
    WHERE resource = 'sections'
    GROUP BY ALL
)

SELECT resource, school_id, school_year, session_name, local_course_code, section_identifier,
    student_unique_id, staff_unique_id, begin_date, 1 AS record_count, is_sent
FROM ledger
UNION ALL
SELECT dependent.resource, dependent.school_id, dependent.school_year, dependent.session_name,
    dependent.local_course_code, dependent.section_identifier, dependent.student_unique_id, NULL,
    dependent.begin_date, dependent.record_count, sections.is_sent
FROM audit.dependent_records AS dependent
LEFT JOIN sections
    ON sections.school_id = dependent.school_id
    AND sections.school_year = dependent.school_year
    AND sections.session_name = dependent.session_name
    AND sections.local_course_code = dependent.local_course_code
    AND sections.section_identifier = dependent.section_identifier
UNION ALL
SELECT 'sessions', session.school_id, session.school_year, session.session_name, NULL, NULL, NULL,
    NULL, NULL, 1,
    CASE WHEN calendar.school_id IS NULL AND EXISTS (SELECT 1 FROM audit.campus_calendars)
        THEN FALSE END
FROM audit.sessions AS session
LEFT JOIN (SELECT DISTINCT school_id, school_year FROM audit.campus_calendars) AS calendar
    ON calendar.school_id = session.school_id AND calendar.school_year = session.school_year
"""
