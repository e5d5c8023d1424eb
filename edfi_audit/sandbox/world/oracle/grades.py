"""Grades: one Final grade per student and section, on the latest association."""

from collections.abc import Iterator

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.oracle.parsing import code, descriptors
from edfi_audit.sandbox.world.oracle.records import Records, Rule
from edfi_audit.sandbox.world.oracle.shapes import Grade, SectionKey

__all__ = ["RULES"]

_ADVANCED = {"Advanced Placement", "AP", "International Baccalaureate", "IB"}


def not_final(records: Records) -> Iterator[Grade]:
    """GRD-002: the type is not Final, the only one allowed."""
    return (grade for grade in _public(records) if not records.is_final(grade))


def several_finals(records: Records) -> Iterator[Grade]:
    """GRD-003: the student has more than one Final grade in the section."""
    for grade in _public_finals(records):
        if len(records.finals(grade.logical)) > 1:
            yield grade


def on_earlier_association(records: Records) -> Iterator[Grade]:
    """GRD-004: the one Final grade is on an association that is not the latest."""
    for grade in _public_finals(records):
        group = records.of_logical.get(grade.logical, [])
        begins = [one.begin for one in group if one.begin is not None]
        only = len(records.finals(grade.logical)) == 1
        if only and grade.begin in begins and grade.begin != max(begins):
            yield grade


def not_graded_where_grades_count(records: Records) -> Iterator[Grade]:
    """GRD-005: Not Graded in a career, dual, AP or IB section."""
    not_graded = records.facts.uri("PerformanceBaseConversion", "Not Graded")
    advanced = _advanced_offerings(records)
    for grade in _public_finals(records):
        if grade.conversion != not_graded or grade.logical is None:
            continue
        stated = [
            program for one in records.of_logical.get(grade.logical, ()) for program in one.programs
        ]
        is_advanced = _offering_of(grade.logical.section) in advanced
        if is_advanced or any(records.takes_part(program) for program in stated):
            yield grade


def without_association(records: Records) -> Iterator[Grade]:
    """GRD-006: the association that the grade names is not there."""
    known = {one.whole_key for one in records.associations}
    for grade in _public(records):
        whole = grade.logical is not None and grade.begin is not None
        if whole and (grade.logical, grade.begin) not in known:
            yield grade


def _public(records: Records) -> Iterator[Grade]:
    return (grade for grade in records.grades if records.is_public(grade.school_id))


def _public_finals(records: Records) -> Iterator[Grade]:
    return (grade for grade in _public(records) if records.is_final(grade))


def _offering_of(section: SectionKey) -> tuple[object, ...]:
    return section.school_id, section.school_year, section.session_name, section.local_course_code


def _advanced_offerings(records: Records) -> set[tuple[object, ...]]:
    """Course offerings that are AP or IB by their own word or by their course's."""
    courses = {
        _course_key(row, row.get("educationOrganizationReference"))
        for row in records.courses
        if _is_advanced(row, "levelCharacteristics")
    }
    return {
        (
            (row.get("schoolReference") or {}).get("schoolId"),
            (row.get("sessionReference") or {}).get("schoolYear"),
            (row.get("sessionReference") or {}).get("sessionName"),
            row.get("localCourseCode"),
        )
        for row in records.offerings
        if _is_advanced(row, "courseLevelCharacteristics")
        or _course_key(row.get("courseReference"), row.get("courseReference")) in courses
    }


def _course_key(course: Row | None, owner: Row | None) -> tuple[object, ...]:
    return (owner or {}).get("educationOrganizationId"), (course or {}).get("courseCode")


def _is_advanced(row: Row, characteristics: str) -> bool:
    found = descriptors(row, characteristics, "courseLevelCharacteristicDescriptor")
    return any(code(one) in _ADVANCED for one in found)


_OF = "grades"
RULES = (
    Rule("GRD-002", "error", _OF, not_final),
    Rule("GRD-003", "error", _OF, several_finals),
    Rule("GRD-004", "warning", _OF, on_earlier_association),
    Rule("GRD-005", "warning", _OF, not_graded_where_grades_count),
    Rule("GRD-006", "error", _OF, without_association),
)
