"""What a KEY may be, and which section, course, student or staff member it means.

A KEY is what an analyst has at hand: a section identifier or a Campus sectionID; a course number
or a Campus courseID; a student's or staff member's Ed-Fi ID or a Campus personID; a natural key as
JSON, whole or in part (`{"localCourseCode":"ALG-1","schoolId":1302}`), Campus's own ids among its
parts (`{"sectionID":"20001"}`); or the fingerprint of a finding.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from edfi_audit.errors import NotFoundError
from edfi_audit.why.tables import Row, RunTables

__all__ = ["KINDS", "Subject", "resolve"]

KINDS = ("section", "course", "student", "staff")
_PARTS = {
    "schoolId": "school_id",
    "schoolYear": "school_year",
    "localCourseCode": "course",
    "sectionIdentifier": "section",
    "sectionID": "section_id",
    "courseID": "course_id",
    "personID": "person_id",
    "studentUniqueId": "unique_id",
    "staffUniqueId": "unique_id",
}
_PERSON = ("unique_id", "person_id")

# every thing that may be asked about, with all it goes by: what the ODS alone knows is in the
# ledger, persons without a roster or a section are among the enrollments or the findings
_THINGS = """
CREATE TEMP VIEW things AS
SELECT 'section' AS kind, school_id, school_year, trim(local_course_code) AS course,
    section_identifier AS section, NULL AS unique_id, section_id, course_id, NULL AS person_id,
    session_name
FROM section_sessions
UNION ALL
SELECT 'course', school_id, school_year, trim(local_course_code), NULL, NULL, NULL, course_id,
    NULL, session_name
FROM section_sessions
UNION ALL
SELECT 'course', school_id, school_year, trim(local_course_code), NULL, NULL, NULL, course_id,
    NULL, NULL
FROM campus_courses
UNION ALL
SELECT 'section', school_id, school_year, trim(local_course_code), section_identifier, NULL, NULL,
    NULL, NULL, session_name
FROM identity_ledger
WHERE section_identifier IS NOT NULL
UNION ALL
SELECT 'course', school_id, school_year, trim(local_course_code), NULL, NULL, NULL, NULL, NULL,
    session_name
FROM identity_ledger
WHERE local_course_code IS NOT NULL
UNION ALL
SELECT 'student', school_id, school_year, NULL, NULL, student_unique_id, NULL, NULL, person_id,
    session_name
FROM expected_student_section_associations
UNION ALL
SELECT 'staff', school_id, school_year, NULL, NULL, staff_unique_id, NULL, NULL, person_id,
    session_name
FROM expected_staff_section_associations
UNION ALL
SELECT CASE WHEN student_unique_id IS NULL THEN 'staff' ELSE 'student' END, school_id, school_year,
    NULL, NULL, coalesce(student_unique_id, staff_unique_id), NULL, NULL, NULL, session_name
FROM identity_ledger
WHERE student_unique_id IS NOT NULL OR staff_unique_id IS NOT NULL
UNION ALL
SELECT 'student', school_id, NULL, NULL, NULL, student_unique_id, NULL, NULL, NULL, NULL
FROM enrollments
UNION ALL
SELECT CASE WHEN student_unique_id IS NULL THEN 'staff' ELSE 'student' END, school_id, school_year,
    NULL, NULL, coalesce(student_unique_id, staff_unique_id), NULL, NULL, NULL, NULL
FROM findings
WHERE student_unique_id IS NOT NULL OR staff_unique_id IS NOT NULL
"""
_SUBJECTS = """
SELECT
    kind,
    CASE WHEN kind IN ('section', 'course') THEN school_id END AS school_id,
    CASE WHEN kind IN ('section', 'course') THEN school_year END AS school_year,
    coalesce(min(course) FILTER (course_id IS NOT NULL), min(course)) AS course,
    any_value(section) AS section,
    any_value(unique_id) AS unique_id,
    list(DISTINCT section_id ORDER BY section_id) FILTER (section_id IS NOT NULL) AS section_ids,
    list(DISTINCT course_id ORDER BY course_id) FILTER (course_id IS NOT NULL) AS course_ids,
    list(DISTINCT person_id ORDER BY person_id) FILTER (person_id IS NOT NULL) AS person_ids,
    list(DISTINCT school_id ORDER BY school_id) FILTER (school_id IS NOT NULL) AS schools,
    list(DISTINCT session_name ORDER BY session_name) FILTER (session_name IS NOT NULL) AS sessions
FROM things
WHERE {where}
GROUP BY kind, 2, 3, coalesce(lower(course), course_id),
    CASE WHEN kind = 'section' THEN coalesce(section, section_id) END,
    coalesce(unique_id, person_id)
ORDER BY list_position(['section', 'course', 'student', 'staff'], kind), 2, 3, course, section,
    unique_id
"""
_GOES_BY = """(
    kind = 'section' AND $key IN (lower(section), lower(section_id))
    OR kind = 'course' AND $key IN (lower(course), lower(course_id))
    OR kind IN ('student', 'staff') AND $key IN (lower(unique_id), lower(person_id))
)"""


@dataclass(frozen=True)
class Subject:
    """What is asked about.

    `school_id` and `school_year` are null for a person at any school. `course` and `section` of a
    person, and `session`, narrow the question to what a natural key as JSON named. The `…_ids` are
    Campus's own; `schools` and `sessions` are where it is known.
    """

    kind: str
    school_id: int | None
    school_year: int | None
    course: str | None
    section: str | None
    unique_id: str | None
    section_ids: tuple[str, ...] = ()
    course_ids: tuple[str, ...] = ()
    person_ids: tuple[str, ...] = ()
    schools: tuple[int, ...] = ()
    sessions: tuple[str, ...] = ()
    session: str | None = None

    @property
    def key(self) -> dict[str, Any]:
        """The KEY, as a JSON object, that means this and nothing else."""
        if self.kind in {"student", "staff"}:
            own = {f"{self.kind}UniqueId": self.unique_id}
            return own if self.unique_id else {"personID": next(iter(self.person_ids), None)}
        if self.kind == "course":
            ids = {} if self.course else {"courseID": self.course_ids}
        else:
            ids = {} if self.course and self.section else {"sectionID": self.section_ids}
        if any(ids.values()):
            return {name: own[0] for name, own in ids.items()}
        parts = {
            "localCourseCode": self.course,
            "schoolId": self.school_id,
            "schoolYear": self.school_year,
        }
        return parts if self.kind == "course" else parts | {"sectionIdentifier": self.section}


def resolve(
    tables: RunTables,
    key: str,
    school_year: int,
    *,
    school_id: int | None = None,
    kind: str | None = None,
) -> tuple[Subject, ...]:
    """Everything that `key` may mean, of `kind` and at `school_id` where they are given.

    A key without a school year means the audited `school_year`, unless only others know it. A
    `NotFoundError` when it means nothing.
    """
    _require(kind)
    tables.con.execute(_THINGS)
    text = key.strip()
    parts = _parts(text) or _of_finding(tables, text)
    if parts:
        found = _by_parts(tables, parts, school_id, kind)
    else:
        found = _subjects(tables, _GOES_BY, {"key": text.lower()}, school_id, kind)
    if "schoolYear" not in parts:
        found = tuple(one for one in found if one.school_year in {None, school_year}) or found
    if not found:
        raise _unknown(tables, school_id, kind)
    return found


def _by_parts(
    tables: RunTables, parts: Mapping[str, Any], school_id: int | None, kind: str | None
) -> tuple[Subject, ...]:
    """What the natural key names; a person's is narrowed to its section and session."""
    kinds = [kind] if kind else _kinds(parts)
    where = ["list_contains($kinds, kind)"]
    values: dict[str, Any] = {"kinds": kinds}
    is_person = kinds[0] in {"student", "staff"}
    for name, column in _PARTS.items():
        if name not in parts or (is_person and column not in _PERSON):
            continue
        if parts[name] is None:
            where.append(f"{column} IS NULL")
            continue
        where.append(f"lower(trim({column}::VARCHAR)) = ${column}")
        values[column] = str(parts[name]).strip().lower()
    found = _subjects(tables, " AND ".join(where), values, school_id, None)
    own: dict[str, Any] = {"session": parts.get("sessionName")}
    if is_person:
        own |= {
            "school_id": school_id or parts.get("schoolId"),
            "course": parts.get("localCourseCode"),
            "section": parts.get("sectionIdentifier"),
        }
    return tuple(replace(one, **own) for one in found)


def _subjects(
    tables: RunTables,
    where: str,
    values: dict[str, Any],
    school_id: int | None,
    kind: str | None,
) -> tuple[Subject, ...]:
    if school_id is not None:
        where += " AND school_id = $school"
        values = {**values, "school": school_id}
    if kind is not None:
        where += " AND kind = $kind"
        values = {**values, "kind": kind}
    rows = tables.rows(_SUBJECTS.format(where=where), **values)
    return tuple(_subject(tables, row, school_id) for row in rows)


def _subject(tables: RunTables, row: Row, school_id: int | None) -> Subject:
    lists = ("section_ids", "course_ids", "person_ids", "schools", "sessions")
    one = Subject(**{**row, **{name: tuple(row[name] or ()) for name in lists}})
    if one.kind not in {"student", "staff"} or not one.unique_id:
        return one
    # a person asked for by one of several personIDs is still the whole person
    persons = tables.rows(
        "SELECT DISTINCT person_id FROM things WHERE kind = $kind AND unique_id = $id"
        " AND person_id IS NOT NULL ORDER BY 1",
        kind=one.kind, id=one.unique_id,
    )  # fmt: skip
    ids = tuple(person["person_id"] for person in persons)
    return replace(one, person_ids=ids, school_id=school_id)


def _parts(text: str) -> dict[str, Any]:
    """The parts of a natural key written as JSON; empty when it is no JSON object."""
    if not text.startswith("{"):
        return {}
    try:
        parts: dict[str, Any] = json.loads(text)
    except json.JSONDecodeError as error:
        raise NotFoundError(
            f"The key begins like JSON, but is none (character {error.pos + 1}).",
            next_step="Put it in single quotes, so that the shell leaves its double quotes.",
        ) from error
    if not _kinds(parts):
        raise NotFoundError(
            "The key names no section, course, student or staff member.",
            next_step=f"Give it one of {', '.join(list(_PARTS)[2:])}.",
        )
    return parts


def _kinds(parts: Mapping[str, Any]) -> list[str]:
    """The kinds a natural key may be of, told by its parts."""
    told = {
        "studentUniqueId": ["student"],
        "staffUniqueId": ["staff"],
        "personID": ["student", "staff"],
        "sectionIdentifier": ["section"],
        "sectionID": ["section"],
        "localCourseCode": ["course"],
        "courseID": ["course"],
    }
    return next((kinds for name, kinds in told.items() if parts.get(name) is not None), [])


def _of_finding(tables: RunTables, text: str) -> dict[str, Any]:
    """The natural key of the finding whose fingerprint this is."""
    rows = tables.rows(
        "SELECT natural_key FROM findings WHERE fingerprint = $text LIMIT 1", text=text.lower()
    )
    parts: dict[str, Any] = json.loads(rows[0]["natural_key"]) if rows else {}
    return parts if _kinds(parts) else {}


def _require(kind: str | None) -> None:
    if kind not in {None, *KINDS}:
        raise NotFoundError(f"There is no kind {kind!r}.", next_step=f"Choose one of {KINDS}.")


def _unknown(tables: RunTables, school_id: int | None, kind: str | None) -> NotFoundError:
    """Where was looked, and what to try."""
    (row,) = tables.rows(
        "SELECT count(DISTINCT section) AS sections, count(DISTINCT course) AS courses,"
        " count(DISTINCT unique_id) FILTER (kind = 'student') AS students,"
        " count(DISTINCT unique_id) FILTER (kind = 'staff') AS staff FROM things"
    )
    narrowed = " and ".join(
        words
        for given, words in ((school_id, "at that school"), (kind, f"of kind {kind}"))
        if given
    )
    return NotFoundError(
        f"The run knows nothing by that key{f' {narrowed}' if narrowed else ''}. Looked at:"
        f" {row['sections']:,} section identifiers, {row['courses']:,} course numbers,"
        f" {row['students']:,} students' and {row['staff']:,} staff members' Ed-Fi IDs, Campus's"
        " sectionID, courseID and personID, and the fingerprints of findings.",
        next_step="Try it without --school and --kind, or give the natural key of a finding"
        " (`edfi-audit findings --json`).",
    )
