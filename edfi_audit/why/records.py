"""The records that the SIS would have sent for a subject, each held against its send gates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from edfi_audit.why.gates import Step, held_by, trace
from edfi_audit.why.keys import Subject
from edfi_audit.why.tables import Row, RunTables

__all__ = ["Record", "Sections", "records", "sections_of", "staff_of"]

_SECTIONS = """
SELECT session.*, terms.terms, terms.term_descriptors, coalesce(rosters.roster_count, 0)
    AS roster_count
FROM section_sessions AS session
LEFT JOIN (
    SELECT section_id, trial_id, list(term_name ORDER BY term_start, term_name) AS terms,
        list(DISTINCT regexp_replace(term_descriptor, '^.*#', '')
            ORDER BY regexp_replace(term_descriptor, '^.*#', '')) AS term_descriptors
    FROM section_terms GROUP BY section_id, trial_id
) AS terms
    ON terms.section_id = session.section_id AND terms.trial_id = session.trial_id
LEFT JOIN (
    SELECT section_id, trial_id, count(DISTINCT object_key) AS roster_count
    FROM expected_student_section_associations GROUP BY section_id, trial_id
) AS rosters
    ON rosters.section_id = session.section_id AND rosters.trial_id = session.trial_id
WHERE list_contains($sections, session.section_id)
ORDER BY session.section_id, session.term_start, session.session_name
"""
_OFFERINGS = """
SELECT course.*, terms.terms, terms.term_descriptors, offering.*
FROM expected_course_offerings AS offering
JOIN campus_courses AS course ON course.course_id = offering.object_key
LEFT JOIN (
    SELECT section.course_id, list(DISTINCT term.term_name ORDER BY term.term_name) AS terms,
        list(DISTINCT regexp_replace(term.term_descriptor, '^.*#', '')
            ORDER BY regexp_replace(term.term_descriptor, '^.*#', '')) AS term_descriptors
    FROM section_terms AS term
    JOIN campus_sections AS section
        ON section.section_id = term.section_id AND section.trial_id = term.trial_id
    GROUP BY section.course_id
) AS terms ON terms.course_id = offering.object_key
WHERE list_contains($courses, offering.object_key)
ORDER BY offering.session_name, offering.object_key
"""
_STUDENTS = """
SELECT record.*, session.session_begin_date, session.session_end_date
FROM expected_student_section_associations AS record
LEFT JOIN section_sessions AS session
    ON session.section_id = record.section_id AND session.trial_id = record.trial_id
    AND session.session_name = record.session_name
WHERE {where}
ORDER BY record.school_id, session.session_begin_date NULLS LAST, record.session_name,
    record.local_course_code, record.roster_start, record.object_key
"""
_STAFF = """
SELECT record.*, assignments.assignments
FROM expected_staff_section_associations AS record
LEFT JOIN (
    SELECT person_id, school_id, list(
        coalesce(assigned_from::VARCHAR, '…') || ' to ' || coalesce(assigned_to::VARCHAR, 'open')
        ORDER BY assigned_from, assignment_id
    ) AS assignments
    FROM district_assignments GROUP BY person_id, school_id
) AS assignments
    ON assignments.person_id = record.person_id AND assignments.school_id = record.school_id
WHERE {where}
ORDER BY record.school_id, record.term_start NULLS LAST, record.session_name,
    record.local_course_code, record.section_id, record.rank NULLS LAST, record.history_start,
    record.object_key
"""


@dataclass(frozen=True)
class Sections:
    """The rows of `section_sessions` with what their gates looked at."""

    rows: tuple[Row, ...]

    @cached_property
    def ids(self) -> list[str]:
        """The Campus sections."""
        return sorted({row["section_id"] for row in self.rows})

    def of(self, record: Mapping[str, Any]) -> Row:
        """The section of a record in its session; without one, as it is in any."""
        own = [
            row
            for row in self.rows
            if (row["section_id"], row["trial_id"]) == (record["section_id"], record["trial_id"])
        ]
        session = record["session_name"]
        return min(own, key=lambda row: (row["session_name"] != session, not _placed(row)))


@dataclass(frozen=True)
class Record:
    """A record the SIS would have sent, and its way through the gates.

    `campus_record` names the Campus object it is made from.
    """

    resource: str
    campus_record: str
    row: Row
    steps: tuple[Step, ...]

    @cached_property
    def held_by(self) -> Step | None:
        """The first gate that fails; null where the record ought to be in the ODS."""
        return held_by(self.steps)


def records(tables: RunTables, subject: Subject, facts: Mapping[str, Any]) -> tuple[Record, ...]:
    """A person's records, or the course offerings and sections of a course or section.

    `facts` is the run's `run.json`.
    """
    if subject.kind == "student":
        rows = tables.rows(_STUDENTS.format(where=_narrowed(subject)), **_values(subject))
        exempt = facts["settings"]["rostered_grades_except"]
        rows = [row | {"rostered_grades_except": exempt} for row in rows]
        return _joined(tables, facts, "studentSectionAssociations", rows)
    if subject.kind == "staff":
        rows = tables.rows(_STAFF.format(where=_narrowed(subject)), **_values(subject))
        return _joined(tables, facts, "staffSectionAssociations", rows)
    offerings = tables.rows(_OFFERINGS, courses=list(subject.course_ids))
    return (
        *(
            _record("courseOfferings", "Course", row["object_key"], row | _context(facts))
            for row in _in_session(offerings, subject)
        ),
        *_of_sections(tables, subject, facts),
    )


def sections_of(tables: RunTables, found: Sequence[Record], facts: Mapping[str, Any]) -> Sections:
    """The sections that the records belong to."""
    ids = {one.row["section_id"] for one in found if one.resource != "courseOfferings"}
    return _read_sections(tables, sorted(ids), facts)


def staff_of(tables: RunTables, sections: Sections, facts: Mapping[str, Any]) -> tuple[Record, ...]:
    """Everybody who teaches the sections, in every session."""
    where = "list_contains($sections, record.section_id)"
    rows = tables.rows(_STAFF.format(where=where), sections=sections.ids)
    return _joined(tables, facts, "staffSectionAssociations", rows)


def _of_sections(
    tables: RunTables, subject: Subject, facts: Mapping[str, Any]
) -> tuple[Record, ...]:
    ids = list(subject.section_ids)
    if subject.kind == "course":
        rows = tables.rows(
            "SELECT DISTINCT section_id FROM campus_sections"
            " WHERE list_contains($courses, course_id)",
            courses=list(subject.course_ids),
        )
        ids = [row["section_id"] for row in rows]
    rows = _in_session(_read_sections(tables, ids, facts).rows, subject)
    return tuple(_record("sections", "Section", row["section_id"], row) for row in rows)


def _read_sections(tables: RunTables, ids: Sequence[str], facts: Mapping[str, Any]) -> Sections:
    """The Campus sections `ids`."""
    rows = tables.rows(_SECTIONS, sections=list(ids))
    return Sections(tuple(row | _context(facts) for row in rows))


def _context(facts: Mapping[str, Any]) -> Row:
    return {"profile": facts["profile"], "year": facts["school_year"]}


def _joined(
    tables: RunTables, facts: Mapping[str, Any], resource: str, rows: Sequence[Row]
) -> tuple[Record, ...]:
    """Records whose gates and values are in part those of their section."""
    sections = _read_sections(tables, sorted({row["section_id"] for row in rows}), facts)
    return tuple(
        _record(resource, row["campus_object_type"], row["object_key"], sections.of(row) | row)
        for row in rows
    )


def _record(resource: str, object_type: str, object_key: str, row: Row) -> Record:
    return Record(resource, f"{object_type} {object_key}", row, trace(resource, row))


def _narrowed(subject: Subject) -> str:
    """The person's records; those at the school, in the section and session asked for."""
    own = f"record.{subject.kind}_unique_id = $unique_id"
    parts = [f"(list_contains($persons, record.person_id) OR {own})"]
    parts += [f"lower(trim(record.{column}::VARCHAR)) = ${column}" for column in _asked(subject)]
    return " AND ".join(parts)


def _values(subject: Subject) -> dict[str, Any]:
    return {
        "persons": list(subject.person_ids),
        "unique_id": subject.unique_id,
        **_asked(subject),
    }


def _asked(subject: Subject) -> dict[str, str]:
    """What narrows the question, folded."""
    narrowed = {
        "school_id": subject.school_id,
        "local_course_code": subject.course,
        "section_identifier": subject.section,
        "session_name": subject.session,
    }
    return {
        column: str(value).strip().lower()
        for column, value in narrowed.items()
        if value is not None
    }


def _in_session(rows: Sequence[Row], subject: Subject) -> list[Row]:
    return [row for row in rows if subject.session in {None, row["session_name"]}]


def _placed(row: Row) -> bool:
    return row["session_name"] is not None
