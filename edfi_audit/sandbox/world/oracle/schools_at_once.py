"""Students in sections of several schools at one time: exactly one of them is the primary one."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from edfi_audit.sandbox.world.oracle.records import Records, Rule
from edfi_audit.sandbox.world.oracle.shapes import Association, Enrollment

__all__ = ["RULES"]

_SEVERAL = 2


def not_one_primary(records: Records) -> Iterator[Enrollment]:
    """SSA-019: sections of two schools at once, and not one primary, the others Coursework."""
    for student, own in records.of_student.items():
        attended = [one for one in own if one.interval and records.is_public(one.school_id)]
        considered = _considered(records, student, attended)
        if len(considered) >= _SEVERAL and not _is_right(considered):
            for enrollments in considered.values():
                yield from enrollments


def _considered(
    records: Records, student: str | None, attended: list[Association]
) -> Mapping[int, list[Enrollment]]:
    """School → its enrolments that overlap a section there; schools that overlap another only."""
    found: defaultdict[int, list[Enrollment]] = defaultdict(list)
    involved = _overlapping_schools(attended)
    for enrollment in records.enrollments_of.get(student, ()):
        school = enrollment.school_id
        if school in involved and any(
            one.school_id == school and one.interval and enrollment.interval.meets(one.interval)
            for one in attended
        ):
            found[school].append(enrollment)
    return found


def _overlapping_schools(attended: list[Association]) -> set[int]:
    return {
        one.school_id
        for one in attended
        for other in attended
        if one.school_id is not None
        and other.school_id is not None
        and one.school_id != other.school_id
        and one.interval
        and other.interval
        and one.interval.meets(other.interval)
    }


def _is_right(considered: Mapping[int, list[Enrollment]]) -> bool:
    """One school with a primary enrolment; at all others nothing but Coursework."""
    primary = [
        school
        for school, enrollments in considered.items()
        if any(one.kind == "primary" and one.is_primary_school is not False for one in enrollments)
    ]
    return len(primary) == 1 and all(
        one.kind == "coursework" and one.is_primary_school is not True
        for school, enrollments in considered.items()
        if school != primary[0]
        for one in enrollments
    )


RULES = (Rule("SSA-019", "error", "studentSchoolAssociations", not_one_primary),)
