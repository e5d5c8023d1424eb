"""All there is to say of a subject, as plain data.

    subject       kind, title, key (what means it alone), school_id, school, schools, sessions, …
    records       each record the SIS would have sent: resource, sent, held_by, cause, gates, …
    students      of a section or course: how many are sent, or why not, by session
    teachers      of a section: the Teacher-of-Record decision in each session
    timeline      of a section: who was Teacher of Record, by the SIS and in the ODS, in intervals
    ledger        states of the identity ledger, by resource and cause
    findings      by rule
    not_compared  resources that could not be compared with the SIS, and why

Dates are texts in ISO 8601. No name of a person is in it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from edfi_audit.why.gates import Step, failing
from edfi_audit.why.keys import Subject
from edfi_audit.why.records import Record, Sections, records, sections_of, staff_of
from edfi_audit.why.standing import findings, ledger
from edfi_audit.why.tables import RunTables
from edfi_audit.why.teachers import Decision, decide
from edfi_audit.why.timeline import Timeline, timelines

__all__ = ["described", "summarise"]

Decisions = Mapping[tuple[str, str, str], Decision]


def summarise(tables: RunTables, subject: Subject, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The subject in the keys above; `facts` is the run's `run.json`."""
    own = records(tables, subject, facts)
    sections = sections_of(tables, own, facts)
    is_person = subject.kind in {"student", "staff"}
    of_one_section = subject.kind == "section" or bool(subject.kind == "staff" and subject.section)
    staff = () if subject.kind in {"student", "course"} else staff_of(tables, sections, facts)
    decisions = _decisions(sections, staff)
    told = (*own, *staff) if subject.kind == "section" else own
    shown = {key: one for key, one in decisions.items() if subject.session in {None, key[2]}}
    campus_records = [record.campus_record for record in told]
    waived = facts.get("sis", {}).get("waived", ())
    lines = timelines(tables, subject, sections, staff, facts) if of_one_section else ()
    return {
        "subject": described(subject, facts),
        "records": [_record(one, decisions, waived) for one in told if _asked(one, subject)],
        "students": [] if is_person else _students(tables, sections, subject),
        "teachers": [_decision(one) for one in shown.values()] if of_one_section else [],
        "timeline": [_timeline(one) for one in lines],
        "ledger": [asdict(one) for one in ledger(tables, subject, campus_records)],
        "findings": [asdict(one) for one in findings(tables, subject, facts)],
        "not_compared": dict(facts["not_compared"]),
    }


def described(subject: Subject, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What the subject is, in a title and in parts."""
    names = {one["school_id"]: one["name"] for one in facts["schools"]}
    schools = [
        {"school_id": school_id, "name": names.get(school_id)} for school_id in subject.schools
    ]
    return _texts(asdict(subject)) | {
        "title": _title(subject, names, facts["school_year"]),
        "key": subject.key,
        "schools": schools,
    }


def _title(subject: Subject, names: Mapping[int, str | None], school_year: int) -> str:
    at = _at(subject, names)
    if subject.school_year not in {None, school_year}:
        at += f", school year {subject.school_year}"
    course = f"course {subject.course}" if subject.course else "a course without a number"
    section = f"section {subject.section}" if subject.section else "a section without an identifier"
    within = f"{section} of {course}" if subject.section else course
    person = (
        subject.unique_id or f"without an Ed-Fi ID (Campus person {subject.key.get('personID')})"
    )
    match subject.kind:
        case "section":
            words = f"{section} of {course}{at}"
        case "course":
            words = f"{course}{at}"
        case "student":
            words = f"student {person}" + (f" in {within}" if subject.course else "") + at
        case _:
            words = f"staff member {person}" + (f" in {within}" if subject.course else "") + at
    return words[0].upper() + words[1:] + (f", {subject.session}" if subject.session else "")


def _at(subject: Subject, names: Mapping[int, str | None]) -> str:
    if subject.school_id is None:
        return ""
    return f" at {subject.school_id} {names.get(subject.school_id) or '(name unknown)'}"


def _asked(record: Record, subject: Subject) -> bool:
    return subject.session in {None, record.row["session_name"]}


def _record(record: Record, decisions: Decisions, waived: Collection[str]) -> dict[str, Any]:
    row, held = record.row, record.held_by
    names = ("school_id", "session_name", "local_course_code", "section_identifier",
             "student_unique_id", "staff_unique_id", "begin_date", "begin_rule", "end_date",
             "end_rule")  # fmt: skip
    document = {
        "resource": record.resource,
        "campus_record": record.campus_record,
        **{name: _text(row.get(name)) for name in names},
        "sent": held is None,
        "held_by": held.gate.name if held else None,
        "cause": held.sentence if held else None,
        "gates": [_gate(step.without(waived)) for step in record.steps],
        "teacher_of_record": None,
    }
    if record.resource == "staffSectionAssociations" and row["session_name"] is not None:
        decision = decisions[row["section_id"], row["trial_id"], row["session_name"]]
        document["teacher_of_record"] = _texts(asdict(decision.of(row["history_id"])))
    return document


def _gate(step: Step) -> dict[str, Any]:
    return {
        "gate": step.gate.name,
        "of": step.gate.resource,
        "result": step.result,
        "sentence": step.sentence,
        "values": dict(step.values),
        "phrase": step.gate.phrase,
        "source": step.gate.source,
        "unknown": step.gate.unknown if step.result == "not known" else None,
    }


def _decisions(sections: Sections, staff: Sequence[Record]) -> Decisions:
    """The decision for each section and session."""
    taught: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for record in staff:
        row = record.row
        if row["session_name"] is not None:
            place = (row["section_id"], row["trial_id"], row["session_name"])
            taught.setdefault(place, []).append(row)
    return {
        (row["section_id"], row["trial_id"], row["session_name"]): decide(
            row, taught.get((row["section_id"], row["trial_id"], row["session_name"]), ())
        )
        for row in sections.rows
        if row["session_name"] is not None
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return _texts(asdict(decision)) | {"winners": [one.staff for one in decision.winners]}


def _timeline(timeline: Timeline) -> dict[str, Any]:
    intervals = [
        _texts(asdict(one)) | {"days": one.days, "note": one.note} for one in timeline.intervals
    ]
    return _texts(asdict(timeline)) | {"intervals": intervals}


def _students(tables: RunTables, sections: Sections, subject: Subject) -> list[dict[str, Any]]:
    """How many students are sent, or the first gate that holds them back, by session."""
    rows = tables.rows(
        "SELECT session_name, absence_reason, count(*) AS count"
        " FROM expected_student_section_associations"
        " WHERE list_contains($sections, section_id)"
        " AND ($session IS NULL OR session_name = $session)"
        " GROUP BY ALL ORDER BY session_name NULLS LAST, count(*) DESC, absence_reason",
        sections=sections.ids, session=subject.session,
    )  # fmt: skip
    return [
        {
            "session_name": row["session_name"],
            "held_by": row["absence_reason"],
            "cause": failing(row["absence_reason"]) if row["absence_reason"] else None,
            "count": row["count"],
        }
        for row in rows
    ]


def _texts(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with its dates as texts."""
    return {name: _text(value) for name, value in document.items()}


def _text(value: Any) -> Any:  # noqa: ANN401 - any plain data
    if isinstance(value, Mapping):
        return _texts(value)
    if isinstance(value, list | tuple):
        return [_text(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
