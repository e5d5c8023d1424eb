"""What hangs in the ODS on the records that a resync would delete, or leaves open.

"Dependent Resources: Sections, Staff Section Associations, Student Section Associations, Student
Section Attendance Events, Grades" (mn-course-offerings). A grade names its association, an
attendance event its section and student.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edfi_audit.resync.kept import unknown_because, unproven

if TYPE_CHECKING:
    import duckdb

__all__ = ["Dependents", "dependents"]

_OFFERING = ("school_id", "school_year", "session_name", "local_course_code")
_SECTION = (*_OFFERING, "section_identifier")
_BELOW: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "courseOfferings": (
        _OFFERING,
        (
            "sections", "staffSectionAssociations", "studentSectionAssociations",
            "studentSectionAttendanceEvents", "grades",
        ),
    ),
    "sections": (
        _SECTION,
        (
            "staffSectionAssociations", "studentSectionAssociations",
            "studentSectionAttendanceEvents", "grades",
        ),
    ),
    "studentSectionAssociations": (
        (*_SECTION, "student_unique_id"),
        ("studentSectionAttendanceEvents", "grades"),
    ),
}  # fmt: skip
"""Per resource the key that its dependents carry, and which they are."""


@dataclass(frozen=True)
class Dependents:
    """How many records of `resource` hang on records to be deleted, and on those left open.

    The counts are `None` where the resource could not be read, and `reason` says why. `unproven`
    where it was read, but perhaps not wholly.
    """

    resource: str
    delete_ods: int | None
    ambiguous: int | None
    reason: str | None = None
    unproven: bool = False


def dependents(
    con: "duckdb.DuckDBPyConnection",
    resource: str,
    school: int | None,
    facts: Mapping[str, Any],
) -> tuple[Dependents, ...]:
    """What hangs on the records of `resource` (at `school`), in the order of posting."""
    if resource not in _BELOW:
        return ()
    key, below = _BELOW[resource]
    rows = con.execute(_query(key), {"resource": resource, "school": school}).fetchall()
    counts = {(child, action): count for child, action, count in rows}
    return tuple(_counted(child, counts, facts) for child in below)


def _counted(
    child: str, counts: Mapping[tuple[str, str], int], facts: Mapping[str, Any]
) -> Dependents:
    if reason := unknown_because(child, facts):
        return Dependents(child, None, None, reason)
    deleted, left = (counts.get((child, action), 0) for action in ("delete_ods", "ambiguous"))
    return Dependents(child, deleted, left, unproven=unproven(child, facts))


def _query(key: tuple[str, ...]) -> str:
    """Dependents by resource and by what becomes of the record they hang on."""
    same_key = " AND ".join(f"held.{name} = parent.{name}" for name in key)
    return f"""
        WITH parents AS (
            SELECT DISTINCT resync_action, {", ".join(_SECTION)}, student_unique_id, begin_date
            FROM audit.unsent_records
            WHERE resource = $resource AND resync_action IN ('delete_ods', 'ambiguous')
                AND school_id = coalesce($school, school_id)
        ),

        hanging AS (
            -- a student's events of a section hang on each of the student's associations with it
            SELECT DISTINCT parent.resync_action, held.*
            FROM held
            JOIN parents AS parent ON {same_key}
                AND ($resource <> 'studentSectionAssociations' OR held.resource <> 'grades'
                    OR held.begin_date = parent.begin_date)
            WHERE held.resource <> $resource
        )

        SELECT resource, resync_action, sum(record_count)::BIGINT
        FROM hanging
        GROUP BY ALL
    """
