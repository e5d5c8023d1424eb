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
_STUDENT = (*_SECTION, "student_unique_id")
_TAKEN = ("studentSectionAttendanceEvents", "grades")
_ASSOCIATED = ("staffSectionAssociations", "studentSectionAssociations", *_TAKEN)
_BELOW: Mapping[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]] = {
    "courseOfferings": ((_OFFERING, ("sections", *_ASSOCIATED)),),
    "sections": ((_SECTION, _ASSOCIATED),),
    "studentSectionAssociations": (
        (_STUDENT, ("studentSectionAttendanceEvents",)),
        ((*_STUDENT, "begin_date"), ("grades",)),
    ),
    "staffSectionAssociations": (),
}
"""Per resource which records hang on it, and the key they name it by."""


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
    counts = {
        (child, action): count
        for key, children in _BELOW[resource]
        for child, action, count in con.execute(
            _query(key), {"resource": resource, "children": children, "school": school}
        ).fetchall()
    }
    return tuple(
        _counted(child, counts, facts) for _, children in _BELOW[resource] for child in children
    )


def _counted(
    child: str, counts: Mapping[tuple[str, str], int], facts: Mapping[str, Any]
) -> Dependents:
    if reason := unknown_because(child, facts):
        return Dependents(child, None, None, reason)
    deleted, left = (counts.get((child, action), 0) for action in ("delete_ods", "ambiguous"))
    return Dependents(child, deleted, left, unproven=unproven(child, facts))


def _query(key: tuple[str, ...]) -> str:
    """Dependents by resource and by what becomes of the record they hang on."""
    names = ", ".join(key)
    return f"""
        WITH parents AS (
            SELECT DISTINCT resync_action, {names}
            FROM audit.unsent_records
            WHERE resource = $resource AND resync_action IN ('delete_ods', 'ambiguous')
                AND ($school IS NULL OR school_id = $school)
        )

        SELECT held.resource, parents.resync_action, sum(held.record_count)::BIGINT
        FROM held
        JOIN parents USING ({names})
        WHERE list_contains($children, held.resource)
        GROUP BY ALL
    """
