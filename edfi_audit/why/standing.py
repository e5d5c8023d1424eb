"""What the identity ledger and the findings say of a subject."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from edfi_audit.why.keys import Subject
from edfi_audit.why.tables import RunTables

__all__ = ["Found", "Stand", "findings", "ledger"]


@dataclass(frozen=True)
class Stand:
    """How many records of a resource are in a state of the ledger, where that is, and why.

    `state` is null where it could not be judged; `cause` where nothing is amiss.
    """

    resource: str
    state: str | None
    found: str
    cause: str | None
    count: int


@dataclass(frozen=True)
class Found:
    """How many findings of a rule there are, of the worst severity among them."""

    rule_id: str
    severity: str
    title: str
    count: int


def ledger(tables: RunTables, subject: Subject, campus_records: Sequence[str]) -> tuple[Stand, ...]:
    """The ledger's states of the subject's records and, of a section or course, of all below it.

    `campus_records` are those without a whole key (`Roster 500001`).
    """
    where, values = _where(subject, "{column}")
    if subject.kind == "section" and values:
        # what the section hangs on
        offering, own = _where(replace(subject, kind="course", section=None), "{column}")
        where = (
            f"({where} OR resource = 'courseOfferings' AND {offering}"
            " AND list_contains($sessions, session_name))"
        )
        values |= own | {"sessions": list(subject.sessions)}
    rows = tables.rows(
        "FROM (SELECT resource, state, found, cause, count(*) AS count FROM identity_ledger"
        f" WHERE {where} OR list_contains($records, campus_record) GROUP BY ALL)"
        " ORDER BY list_position(['courseOfferings', 'sections', 'staffSectionAssociations'],"
        " resource) NULLS LAST, state <> 'IDM-000', state, count DESC, cause",
        records=list(campus_records),
        **values,
    )
    return tuple(Stand(**row) for row in rows)


def findings(tables: RunTables, subject: Subject, facts: Mapping[str, Any]) -> tuple[Found, ...]:
    """The findings on the subject's records, by rule, the worst first.

    `facts` is the run's `run.json`.
    """
    where, values = _where(subject, "natural_key ->> '$.{name}'")
    rows = tables.rows(
        "SELECT rule_id, min_by(severity, worst) AS severity, count(*) AS count FROM ("
        " SELECT *, list_position(['error', 'warning', 'info'], severity) AS worst FROM findings"
        f") WHERE {where} GROUP BY rule_id ORDER BY min(worst), rule_id",
        **values,
    )
    rules = facts["rules"]
    return tuple(Found(title=rules[row["rule_id"]]["title"], **row) for row in rows)


def _where(subject: Subject, column: str) -> tuple[str, dict[str, Any]]:
    """The condition that a record's natural key is, or lies below, the subject's.

    `column` is how a part of the key is read: by its column's name or by Ed-Fi's.
    """
    parts = {
        ("school_id", "schoolId"): subject.school_id,
        ("school_year", "schoolYear"): subject.school_year,
        ("local_course_code", "localCourseCode"): subject.course,
        ("section_identifier", "sectionIdentifier"): subject.section,
        ("session_name", "sessionName"): subject.session,
    }
    if subject.kind in {"student", "staff"}:
        parts[f"{subject.kind}_unique_id", f"{subject.kind}UniqueId"] = subject.unique_id
    told = {names: value for names, value in parts.items() if value is not None}
    if not _tells(subject):
        return "false", {}
    # what is known without a course is not what goes by the same identifier in one
    nulls = [("local_course_code", "localCourseCode")] if subject.kind == "section" else []
    conditions = [
        f"lower(trim(({column.format(column=names[0], name=names[1])})::VARCHAR)) = ${names[0]}"
        for names in told
    ]
    conditions += [
        f"({column.format(column=names[0], name=names[1])}) IS NULL"
        for names in nulls
        if names not in told
    ]
    return " AND ".join(conditions), {
        names[0]: str(value).strip().lower() for names, value in told.items()
    }


def _tells(subject: Subject) -> bool:
    """Whether the natural key can tell the subject's records from others'."""
    if subject.kind in {"student", "staff"}:
        return subject.unique_id is not None
    if subject.kind == "section":
        return subject.section is not None
    return subject.course is not None
