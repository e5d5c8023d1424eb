"""CO: course offerings of the ODS against the courses, sections and placements of the SIS."""

from collections import Counter
from collections.abc import Callable, Iterator

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.derive.keys import SECTION_KEY
from edfi_audit.sandbox.world.oracle.expected import ExpectedOffering
from edfi_audit.sandbox.world.oracle.extract import Course, school_number
from edfi_audit.sandbox.world.oracle.matching import Actual, whole
from edfi_audit.sandbox.world.oracle.parsing import text
from edfi_audit.sandbox.world.oracle.records import Keyed, Records, Rule
from edfi_audit.sandbox.world.oracle.sides import Sides

__all__ = ["RULES", "year_is_wrong"]

_OF = "courseOfferings"
_UNREPORTED_LISTS = ("courseLevelCharacteristics", "curriculumUseds", "offeredGradeLevels")
_UNREPORTED = "instructionalTimePlanned"


def copies(records: Records) -> Iterator[Actual]:
    """CO-001: each further ODS record of a natural key."""
    seen = set()
    for record in records.sides.actual(_OF):
        if record.whole_key is not None and record.whole_key in seen:
            yield record
        seen.add(record.whole_key)


def several_courses(records: Records) -> Iterator[Keyed]:
    """CO-001, for information: more than one course is sent as this offering."""
    for one in records.sides.offerings.expected:
        if one.is_sent and len(one.courses) > 1:
            yield Keyed(records.sides.offerings.key(one))


def not_there(records: Records) -> Iterator[Keyed]:
    """CO-002: to be sent, and not in the ODS."""
    for one in records.sides.offerings.expected:
        if one.is_sent and records.sides.offerings.record(one) is None:
            yield Keyed(one.key)


def _not_sent(gate: str) -> Callable[[Records], Iterator[Actual]]:
    """CO-003 … 006 and 018: in the ODS, although the course's first closed gate is `gate`."""

    def failing(records: Records) -> Iterator[Actual]:
        for record in records.sides.in_scope(_OF):
            if _closed_gate(records.sides, record) == gate:
                yield record

    return failing


def _closed_gate(sides: Sides, record: Actual) -> str | None:
    """Why the offering should not be there; null when it should, or when nobody knows it.

    Of several courses of the number, one that may be sent is enough.
    """
    linked = sides.offerings.expectation(record)
    if linked is not None:
        return linked.gate
    gates = [one.gate for one in _offerings(sides, record)]
    return None if None in gates else next(iter(gates), None)


def _offerings(sides: Sides, record: Actual) -> list[ExpectedOffering]:
    """The expected offerings of the record's courses, in any session."""
    return [
        one
        for course in _courses(sides, record)
        for one in sides.offerings_by_course[course.row["courseID"]]
    ]


def _courses(sides: Sides, record: Actual) -> list[Course]:
    """Those that its link names, else those of its school, year and folded number."""
    linked = sides.offerings.expectation(record)
    if linked is not None:
        return list(linked.courses)
    number = record.key["localCourseCode"]
    if number is None or record.key["schoolYear"] != sides.extract.year:
        return []
    return sides.courses_by_number.get((record.key["schoolId"], number.strip().lower()), [])


def another_number(records: Records) -> Iterator[Actual]:
    """CO-007: the course number is another one, be it by case or a space."""
    for one, record in records.sides.offerings.linked():
        code = text(record.key["localCourseCode"])
        if code is not None and all(code != course.number for course in one.courses):
            yield record


def part_is_null(records: Records) -> Iterator[Actual]:
    """CO-008: no course code, or a reference that is not whole."""
    for record in records.sides.actual(_OF):
        if whole(record.key | _course_reference(record.record)) is None:
            yield record


def _course_reference(record: Row) -> Row:
    reference = record.get("courseReference") or {}
    return {name: reference.get(name) for name in ("educationOrganizationId", "courseCode")}


def no_parent(records: Records) -> Iterator[Actual]:
    """CO-009: its course or its session is not in the ODS; a reference with gaps is not judged."""
    courses = {
        (
            (row.get("educationOrganizationReference") or {}).get("educationOrganizationId"),
            row.get("courseCode"),
        )
        for row in records.courses
    }
    for record in records.sides.actual(_OF):
        course = whole(_course_reference(record.record))
        session = whole({name: record.key[name] for name in SECTION_KEY[:3]})
        lost = session is not None and session not in records.sessions
        if lost or (course is not None and course not in courses):
            yield record


def _in_another_session(*, all_there: bool) -> Callable[[Records], Iterator[Actual]]:
    """CO-010 and CO-011: the course is sent in other sessions, not in this one."""

    def failing(records: Records) -> Iterator[Actual]:
        for record in records.sides.in_scope(_OF):
            right = _right_offerings(records.sides, record)
            if right and all(right) == all_there:
                yield record

    return failing


def _right_offerings(sides: Sides, record: Actual) -> list[bool]:
    """Of each offering that the course is sent as, whether the ODS has it; empty if it is one."""
    if record.whole_key is None:
        return []
    sent = [one for one in _offerings(sides, record) if one.is_sent]
    if record.key["sessionName"] in {one.key["sessionName"] for one in sent}:
        return []
    return [sides.offerings.record(one) is not None for one in sent]


def another_title(records: Records) -> Iterator[Actual]:
    """CO-012: the title is the name of none of its courses."""
    for one, record in records.sides.offerings.linked():
        title = (record.record.get("localCourseTitle") or "").strip()
        if title not in {(course.row["name"] or "").strip() for course in one.courses}:
            yield record


def fields_of_others(records: Records) -> Iterator[Actual]:
    """CO-013: fields that Campus does not report."""
    for record in records.sides.in_scope(_OF):
        planned = record.record.get(_UNREPORTED) is not None
        if planned or any(record.record.get(name) for name in _UNREPORTED_LISTS):
            yield record


def another_school(records: Records) -> Iterator[Actual]:
    """CO-014: a school id that Campus would not use."""
    sides = records.sides
    for record in sides.actual(_OF):
        one = sides.offerings.expectation(record)
        mapped = one if sides.offerings.is_mapped(record) else None
        if mapped is not None and record.key["schoolId"] is not None:
            wrong = all(record.key["schoolId"] != course.school_id for course in mapped.courses)
        else:
            wrong = _is_state_number(sides, record)
        if wrong:
            yield record


def _is_state_number(sides: Sides, record: Actual) -> bool:
    """The State School Number of a school with the course, whose Ed-Fi School Number is another."""
    school_id, number = record.key["schoolId"], record.key["localCourseCode"]
    schools = sides.extract.schools.values()
    if school_id is None or number is None or school_id in {school_number(one) for one in schools}:
        return False
    return any(
        course.school["edfiNumber"]
        and str(course.school["number"] or "").strip().lstrip("0") == str(school_id)
        and course.number.strip().lower() == number.strip().lower()
        for course in sides.extract.courses.values()
    )


def one_was_deleted(records: Records) -> Iterator[Keyed]:
    """CO-016: the mapping still notes a section of this offering that the SIS has no more."""
    sides = records.sides
    noted = [
        mapping.noted
        for mapping in sides.mappings.get("sections", ())
        if mapping.object[0] == "Section" and mapping.object[1] not in sides.extract.sections
    ]
    for one in sides.offerings.expected:
        absent = one.is_sent and sides.offerings.record(one) is None
        if absent and any(one.key.items() <= key.items() for key in noted):
            yield Keyed(one.key)


def wrong_year(records: Records) -> Iterator[Actual]:
    """CO-017: a year that is not configured, or not that of the course behind its mapping."""
    extract = records.sides.extract
    courses = {row["courseID"]: row for row in extract.rows("course")}

    def end_year(source: tuple[str, str]) -> int | None:
        course = courses.get(source[1]) if source[0] == "Course" else None
        return int(extract.calendars[course["calendarID"]]["endYear"]) if course else None

    yield from year_is_wrong(records.sides, _OF, end_year)


def year_is_wrong(
    sides: Sides, resource: str, end_year: Callable[[tuple[str, str]], int | None]
) -> Iterator[Actual]:
    """ODS records of a year without configuration, or of another than their object's calendar."""
    years: dict[str, set[int | None]] = {}
    for mapping in sides.mappings.get(resource, ()):
        years.setdefault(mapping.id, set()).add(end_year(mapping.object))
    for record in sides.actual(resource):
        year = record.key["schoolYear"]
        behind = years.get(record.id, set()) - {None}
        valid, told = sides.extract.valid_years, sides.extract.rows("edfiConfiguration")
        if year is not None and ((told and year not in valid) or behind - {year}):
            yield record


def without_section(records: Records) -> Iterator[Actual]:
    """CO-019: no section of the ODS refers to it."""
    referred = Counter(
        tuple(record.key.values())[:4] for record in records.sides.actual("sections")
    )
    for record in records.sides.actual(_OF):
        if record.whole_key is not None and record.whole_key not in referred:
            yield record


RULES = (
    Rule("CO-001", "error", _OF, copies),
    Rule("CO-001", "info", _OF, several_courses),
    Rule("CO-002", "error", _OF, not_there),
    Rule("CO-003", "error", _OF, _not_sent("placed")),
    Rule("CO-004", "error", _OF, _not_sent("course_active")),
    Rule("CO-005", "error", _OF, _not_sent("calendar_included")),
    Rule("CO-006", "error", _OF, _not_sent("school_included")),
    Rule("CO-007", "error", _OF, another_number),
    Rule("CO-008", "error", _OF, part_is_null),
    Rule("CO-009", "error", _OF, no_parent),
    Rule("CO-010", "error", _OF, _in_another_session(all_there=False)),
    Rule("CO-011", "error", _OF, _in_another_session(all_there=True)),
    Rule("CO-012", "warning", _OF, another_title),
    Rule("CO-013", "info", _OF, fields_of_others),
    Rule("CO-014", "error", _OF, another_school),
    Rule("CO-016", "error", _OF, one_was_deleted),
    Rule("CO-017", "error", _OF, wrong_year),
    Rule("CO-018", "error", _OF, _not_sent("has_section")),
    Rule("CO-019", "warning", _OF, without_section),
)
