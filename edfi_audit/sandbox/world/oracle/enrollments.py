"""Enrolments against the student's section associations, one enrolment at a time."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from edfi_audit.sandbox.world.oracle.intervals import Interval, longest_gap
from edfi_audit.sandbox.world.oracle.records import Records, Rule
from edfi_audit.sandbox.world.oracle.shapes import Association, Enrollment, SectionKey

__all__ = ["RULES"]

_DID_NOT_ENTER = "DE"
_SPEECH_FROM = 2023


def never_rostered(records: Records) -> Iterator[Enrollment]:
    """SSA-016: a roster is expected for more than 30 days, and there is none at the school."""
    grace = timedelta(days=records.facts.enrollment_grace_days)
    for one in _roster_expected(records):
        until = one.exit or records.facts.audit_date
        if one.entry and until - one.entry > grace and not _rostered(records, one):
            yield one


def uncovered(records: Records) -> Iterator[Enrollment]:
    """SSA-017: in a session that is over, a run of more than 15 days that no section covers."""
    for one in _roster_expected(records):
        rostered = _rostered(records, one)
        covering = [other.interval for other in rostered if other.interval]
        for window in _ended_sessions(records, one):
            gap = longest_gap(window.within(one.interval), covering)
            if rostered and gap > records.facts.uncovered_days:
                yield one
                break


def wrong_primary_type(records: Records) -> Iterator[Enrollment]:
    """SSA-020: the primary school, by another enrollment type than P or Membership."""
    right = {records.facts.uri("EnrollmentType", code) for code in ("P", "Membership")}
    for one in records.public_enrollments():
        if one.is_primary_school and one.type is not None and one.type not in right:
            yield one


def coursework_without_section(records: Records) -> Iterator[Enrollment]:
    """SSA-021: a Coursework enrolment that has begun, and no section at the school."""
    for one in _coursework(records):
        begun = one.entry is not None and one.entry <= records.facts.audit_date
        if begun and not _rostered(records, one):
            yield one


def coursework_at_large(records: Records) -> Iterator[Enrollment]:
    """SSA-022: a Coursework student with more than four sections at the school in one session."""
    for one in _coursework(records):
        sections: defaultdict[tuple[int, str], set[SectionKey]] = defaultdict(set)
        for other in _rostered(records, one):
            if other.section is not None:
                term = other.section.school_year, other.section.session_name
                sections[term].add(other.section)
        if any(len(taken) > records.facts.coursework_sections for taken in sections.values()):
            yield one


def speech_alone(records: Records) -> Iterator[Enrollment]:
    """SSA-023: since 2022-23, a student with speech or therapy only and no section anywhere."""
    speech = set(records.facts.speech_programs)
    if not speech or records.facts.school_year < _SPEECH_FROM:
        return
    services = records.links.programs_of_students()
    for one in records.public_enrollments():
        own = services.get(one.student or "")
        if own and speech.issuperset(own) and not records.of_student.get(one.student):
            yield one


def also_outside_jail(records: Records) -> Iterator[Enrollment]:
    """SSA-025: while at a jail school, the student is also reported by another agency's school."""
    for one in records.public_enrollments():
        lea = records.lea_of(one.school_id)
        for other in records.enrollments_of.get(one.student, ()):
            housing = records.lea_of(other.school_id)
            if (
                other is not one
                and records.is_jail(other.school_id)
                and None not in {lea, housing}
                and lea != housing
                and one.interval.meets(other.interval)
            ):
                yield one
                break


def _roster_expected(records: Records) -> Iterator[Enrollment]:
    """Primary enrolments in a known grade that is to be rostered; not those who never entered."""
    for one in records.public_enrollments():
        if (
            one.kind == "primary"
            and one.student is not None
            and one.grade_level is not None
            and one.grade not in records.facts.rostered_grades_except
            and one.exit_code != _DID_NOT_ENTER
            and one.entry is not None
        ):
            yield one


def _coursework(records: Records) -> Iterator[Enrollment]:
    return (
        one
        for one in records.public_enrollments()
        if one.kind == "coursework" and one.student is not None
    )


def _rostered(records: Records, one: Enrollment) -> list[Association]:
    """The student's associations at the school, of the audited year or of none."""
    years = {None, records.facts.school_year}
    own = records.of_student_at.get((one.student, one.school_id), [])
    return [other for other in own if other.school_year in years]


def _ended_sessions(records: Records, one: Enrollment) -> Iterator[Interval]:
    """The school's sessions of the year that are over, without the Annual ones."""
    facts = records.facts
    for session in records.sessions.values():
        if (session.school_id, session.school_year) != (one.school_id, facts.school_year):
            continue
        end = records.last_day(session, session.school_year)
        if session.begin is not None and not session.is_annual and facts.audit_date > end:
            yield Interval(session.begin, end)


_OF = "studentSchoolAssociations"
RULES = (
    Rule("SSA-016", "warning", _OF, never_rostered),
    Rule("SSA-017", "info", _OF, uncovered),
    Rule("SSA-020", "error", _OF, wrong_primary_type),
    Rule("SSA-021", "warning", _OF, coursework_without_section),
    Rule("SSA-022", "info", _OF, coursework_at_large),
    Rule("SSA-023", "info", _OF, speech_alone),
    Rule("SSA-025", "warning", _OF, also_outside_jail),
)
