"""What is looked up again: each a query over the audit tables, and the rules that rest on it.

A query gives the `question`, the fields to ask by as a JSON text, and the ids that are `held` under
them in the pull, none for a record that is missing.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from edfi_audit.ods.resources import Resource, resource_named
from edfi_audit.tables.typed import literal

__all__ = ["CHILDREN", "FIRST", "Candidates"]

_SSA = resource_named("studentSectionAssociations")
_SECTION = resource_named("sections").key
_OFFERING = resource_named("courseOfferings")
_COMPARED = (
    "sections",
    "courseOfferings",
    "staffSectionAssociations",
    "studentSectionAssociations",
)
_ALSO_NEVER_SENT = {"courseOfferings": ("CO-002", "CO-010", "CO-016")}
_ALSO_ORPHANS = {
    "courseOfferings": (
        "CO-003", "CO-004", "CO-005", "CO-006", "CO-010", "CO-011", "CO-014", "CO-018",
    ),
}  # fmt: skip
"""The rules that rest on the same records as the ledger's, by resource."""


@dataclass(frozen=True)
class Candidates:
    """Records of `resource` that findings of `rules` may be wrong about.

    `of` limits that to findings on records of one resource, where a rule speaks of several.
    """

    resource: str
    rules: tuple[str, ...]
    sql: str
    of: str | None = None


def _missing(
    resource: str, rules: tuple[str, ...], table: str, where: str, fields: Iterable[str] = ()
) -> Candidates:
    """What rows of `table` refer to, by the key of `resource` or by these `fields`."""
    asked = tuple(fields) or resource_named(resource).key
    return Candidates(
        resource,
        rules,
        f"SELECT DISTINCT {_question(asked)} AS question, []::VARCHAR[] AS held"
        f" FROM audit.{table} WHERE {where} AND {_whole(asked)}",
    )


def _children(
    rules: tuple[str, ...], table: str, where: str, resource: Resource = _SSA
) -> Candidates:
    """The records of `resource` that refer to something that is not there."""
    rows = f"(SELECT DISTINCT {', '.join(resource.key)} FROM audit.{table} WHERE {where})"
    return Candidates(resource.name, rules, _held(resource, rows))


def _never_sent(resource: Resource) -> Candidates:
    """What the SIS expects and the pull has not. A wrong begin date is no other staff record."""
    fields = tuple(
        name
        for name in resource.key
        if (resource.name, name) != ("staffSectionAssociations", "begin_date")
    )
    where = f"resource = {literal(resource.name)} AND state IN ('IDM-001', 'IDM-003')"
    rules = ("IDM-001", "IDM-003", *_ALSO_NEVER_SENT.get(resource.name, ()))
    missing = _missing(resource.name, rules, "identity_ledger", where, fields)
    return Candidates(resource.name, rules, missing.sql, of=resource.name)


def _lost(resource: Resource) -> Candidates:
    """What the identity mapping has an id of, and the pull has not."""
    return Candidates(
        resource.name,
        ("IDM-001", "IDM-005"),
        "SELECT DISTINCT to_json({'id': edfi_id})::VARCHAR AS question, []::VARCHAR[] AS held"
        f" FROM audit.identity_mappings WHERE resource = {literal(resource.name)} AND NOT in_ods"
        " AND regexp_full_match(edfi_id, '[0-9a-f]{32}') AND resource IN"
        " (SELECT resource FROM audit.compared_resources WHERE is_comparable)",
        of=resource.name,
    )


def _orphans(resource: Resource) -> Candidates:
    """What the pull has and the SIS does not send: it may have been deleted since."""
    rows = (
        f"(SELECT DISTINCT {', '.join(resource.key)} FROM audit.identity_ledger"
        f" WHERE resource = {literal(resource.name)} AND state IN ('IDM-004', 'IDM-006'))"
    )
    rules = ("IDM-004", "IDM-006", *_ALSO_ORPHANS.get(resource.name, ()))
    return Candidates(resource.name, rules, _held(resource, rows), of=resource.name)


def _held(resource: Resource, rows: str) -> str:
    """The query for records that the pull has, by the natural keys in `rows`."""
    return (
        f"SELECT {_question(resource.key)} AS question, list(DISTINCT id) AS held"
        f" FROM {rows} JOIN ods.{resource.table} USING ({', '.join(resource.key)})"
        " WHERE id IS NOT NULL GROUP BY ALL"
    )


def _question(fields: Iterable[str]) -> str:
    return "to_json({" + ", ".join(f"'{name}': {name}" for name in fields) + "})::VARCHAR"


def _whole(fields: Iterable[str]) -> str:
    return " AND ".join(f"{name} IS NOT NULL" for name in fields)


_ASSOCIATIONS, _PROGRAMS = "student_section_associations", "programs"
_NO_SECTION = "NOT is_choice AND section_check = 'not in /sections'"
_NO_SESSION = "NOT is_choice AND session_check = 'not in /sessions'"
_NO_STUDENT = "NOT is_choice AND student_check = 'not in /students'"
_NO_SCHOOL = "NOT is_choice AND school_check IN ('not in /schools', 'an LEA or School Code')"
_NO_PROGRAM = "NOT is_choice AND NOT program_in_ods"
_OFFERINGS = "actual_course_offerings"
_LOST_COURSE = "reference_check IN ('not in /courses', 'neither in /courses nor in /sessions')"
_LOST_SESSION = "reference_check IN ('not in /sessions', 'neither in /courses nor in /sessions')"
_EMPTY = "section_count = 0"

FIRST: tuple[Candidates, ...] = (
    _missing("sections", ("SSA-006",), _ASSOCIATIONS, _NO_SECTION),
    _missing("sessions", ("SSA-007",), _ASSOCIATIONS, _NO_SESSION),
    _missing("students", ("SSA-008",), _ASSOCIATIONS, _NO_STUDENT),
    _missing("schools", ("SSA-004",), _ASSOCIATIONS, _NO_SCHOOL),
    _missing("programs", ("CTE-005",), _PROGRAMS, _NO_PROGRAM),
    _missing(
        "staffSectionAssociations", ("TOR-001", "TOR-002"), "sections",
        "association_count > 0 AND teacher_of_record_count = 0", _SECTION,
    ),
    _missing(
        "staffSectionAssociations", ("CTE-010", "CTE-011"), _PROGRAMS,
        "NOT is_choice AND section_teacher_of_record_count = 0", _SECTION,
    ),
    _missing("courses", ("CO-009",), _OFFERINGS, _LOST_COURSE),
    _missing("sessions", ("CO-009",), _OFFERINGS, _LOST_SESSION),
    _missing("sections", ("CO-019",), "course_offerings", _EMPTY, _OFFERING.key),
    *(_never_sent(resource_named(name)) for name in _COMPARED),
    *(_lost(resource_named(name)) for name in _COMPARED),
    *(_orphans(resource_named(name)) for name in _COMPARED),
)  # fmt: skip
"""In the order in which they are asked for, where not all of a resource can be."""

CHILDREN: tuple[Candidates, ...] = (
    _children(("SSA-006",), _ASSOCIATIONS, _NO_SECTION),
    _children(("SSA-007",), _ASSOCIATIONS, _NO_SESSION),
    _children(("SSA-008",), _ASSOCIATIONS, _NO_STUDENT),
    _children(("SSA-004",), _ASSOCIATIONS, _NO_SCHOOL),
    _children(("CTE-005",), _PROGRAMS, f"{_NO_PROGRAM} AND resource = {literal(_SSA.name)}"),
    _children(("CO-009",), _OFFERINGS, f"{_LOST_COURSE} OR {_LOST_SESSION}", _OFFERING),
    _children(("CO-019",), "course_offerings", _EMPTY, _OFFERING),
)
"""Asked for when what they refer to is not in the ODS either: they may have gone with it."""
