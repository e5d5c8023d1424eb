"""Student section associations against their session and against the student's enrolments."""

from collections.abc import Iterator
from datetime import date

from edfi_audit.sandbox.world.oracle.intervals import Interval, joined
from edfi_audit.sandbox.world.oracle.records import Records, Rule
from edfi_audit.sandbox.world.oracle.shapes import Association, Enrollment

__all__ = ["RULES"]


def outside_session(records: Records) -> Iterator[Association]:
    """SSA-013: from begin to end, no day of its session."""
    for one in records.public():
        session = records.session_of(one)
        if one.interval is None or session is None or session.begin is None:
            continue
        if not one.interval.meets(Interval(session.begin, records.session_end(one))):
            yield one


def touching_return(records: Records) -> Iterator[Association]:
    """SSA-015: begins on the very day on which the earlier ones of the section end."""
    for group in records.of_logical.values():
        dated = [one for one in group if one.begin is not None]
        for place, one in enumerate(dated):
            ends = [earlier.end for earlier in dated[:place]]
            if not ends or not records.is_public(one.school_id):
                continue
            if max(end or date.max for end in ends) == one.begin:
                yield one


def without_enrollment(records: Records) -> Iterator[Association]:
    """SSA-018: no enrolment of the student at the school shares a day with it."""
    for one in records.public():
        if _is_placed(one) and not _enrolled(records, one):
            yield one


def beyond_enrollment(records: Records) -> Iterator[Association]:
    """SSA-026: inside none of the student's enrolments at the school, joined where they adjoin."""
    for one in records.public():
        if one.interval is None or not _is_placed(one) or not _enrolled(records, one):
            continue
        stays = joined(own.interval for own in _enrollments_at(records, one))
        if not any(stay.holds(one.interval) for stay in stays):
            yield one


def _is_placed(one: Association) -> bool:
    return one.interval is not None and one.student is not None and one.school_id is not None


def _enrollments_at(records: Records, one: Association) -> list[Enrollment]:
    own = records.enrollments_of.get(one.student, [])
    return [stay for stay in own if stay.school_id == one.school_id]


def _enrolled(records: Records, one: Association) -> bool:
    return any(
        one.interval is not None and stay.interval.meets(one.interval)
        for stay in _enrollments_at(records, one)
    )


_OF = "studentSectionAssociations"
RULES = (
    Rule("SSA-013", "warning", _OF, outside_session),
    Rule("SSA-015", "info", _OF, touching_return),
    Rule("SSA-018", "error", _OF, without_enrollment),
    Rule("SSA-026", "warning", _OF, beyond_enrollment),
)
