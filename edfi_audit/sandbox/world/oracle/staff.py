"""STF: staff section associations of the ODS against the section and its staff history."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.derive.keys import SECTION_KEY
from edfi_audit.sandbox.world.oracle.extract import Lesson
from edfi_audit.sandbox.world.oracle.intervals import Interval
from edfi_audit.sandbox.world.oracle.matching import Actual, whole
from edfi_audit.sandbox.world.oracle.offerings import year_is_wrong
from edfi_audit.sandbox.world.oracle.parsing import code, day
from edfi_audit.sandbox.world.oracle.records import Keyed, Records, Rule
from edfi_audit.sandbox.world.oracle.resolver import ExpectedStaff, is_blank
from edfi_audit.sandbox.world.oracle.sides import Sides

__all__ = ["RULES"]

_OF = "staffSectionAssociations"
_UNREPORTED = (
    "highlyQualifiedTeacher",
    "percentageContribution",
    "teacherStudentDataLinkExclusion",
)


def _history(sides: Sides, record: Actual) -> list[Row]:
    """The history rows of the record's person in its SIS section."""
    person = sides.resolver.person(record.key["staffUniqueId"])
    found = {
        row["historyID"]: row
        for lesson in sides.lessons(record.key)
        for row in sides.resolver.history(lesson.section)
        if person is not None and row["personID"] == person["personID"]
    }
    return list(found.values())


def no_teacher(records: Records) -> Iterator[Actual]:
    """STF-001: in the section's staff history, but neither as Primary Teacher nor as Teacher."""
    for record in records.sides.actual(_OF):
        rows = _history(records.sides, record)
        if rows and not any(row["staffType"] in {"P", "T"} for row in rows):
            yield record


def not_there(records: Records) -> Iterator[Keyed]:
    """STF-002: to be sent, and not in the ODS."""
    for one in records.sides.staff.expected:
        if one.is_sent and records.sides.staff.record(one) is None:
            yield Keyed(one.key)


def _section_gate(lessons: list[Lesson]) -> str | None:
    """The section's first closed gate; null when it passes in a session, or is not known."""
    gates = [lesson.gate for lesson in lessons]
    return None if None in gates else next(iter(gates), None)


def _not_sent(*gates: str) -> Callable[[Records], Iterator[Actual]]:
    """STF-003, 004, 007: in the ODS, although the section's first closed gate is one of these."""

    def failing(records: Records) -> Iterator[Actual]:
        for record in records.sides.actual(_OF):
            if _section_gate(records.sides.lessons(record.key)) in gates:
                yield record

    return failing


def outside_terms(records: Records) -> Iterator[Actual]:
    """STF-009: in the ODS for a session that the staff history does not reach."""
    for one, record in records.sides.staff.linked():
        if one.lesson.gate is None and "term_overlap" in one.closed:
            yield record


def outside_all_terms(records: Records) -> Iterator[Keyed]:
    """STF-009, for information: a history row that reaches no term of its section; told once."""
    staff = records.sides.staff
    of_row: defaultdict[str, list[ExpectedStaff]] = defaultdict(list)
    for one in staff.expected:
        if one.history is not None and one.lesson.gate is None:
            of_row[one.history["historyID"]].append(one)
    for group in of_row.values():
        nowhere = all("term_overlap" in one.closed for one in group)
        if nowhere and not any(staff.record(one) for one in group):
            yield Keyed(min(group, key=lambda one: one.lesson.lowest).key)


def old_history(records: Records) -> Iterator[Actual]:
    """STF-010: the history's own dates changed after the ODS was last written."""
    for one, record in records.sides.staff.linked():
        history = one.history or {"startDate": None, "endDate": None, "modifiedDate": None}
        pairs = (
            (history["startDate"], record.key["beginDate"]),
            (history["endDate"], record.record.get("endDate")),
        )
        differs = any(own is not None and own != day(there) for own, there in pairs)
        if differs and _is_later(history, record):
            yield record


def old_assignment(records: Records) -> Iterator[Actual]:
    """STF-011: what comes from the district assignment changed after the ODS was last written."""
    for one, record in records.sides.staff.linked():
        dates = one.dates
        if dates.assignment is None or not _is_later(dates.assignment, record):
            continue
        begin = dates.begin_from != "history" and dates.begin != day(record.key["beginDate"])
        end = dates.end_from == "assignment" and dates.end != day(record.record.get("endDate"))
        if begin or end:
            yield record


def _is_later(row: Row, record: Actual) -> bool:
    changed = row["modifiedDate"]
    return changed is not None and record.modified is not None and changed > record.modified


def left_behind(records: Records) -> Iterator[Actual]:
    """STF-012: the person was deleted from the staff history, or lost the role."""
    sides = records.sides
    for record in sides.in_scope(_OF):
        lessons = sides.lessons(record.key)
        if not lessons or _section_gate(lessons) is not None or not record.key["staffUniqueId"]:
            continue
        rows = _history(sides, record)
        teaching = [row for row in rows if row["staffType"] in {"P", "T"}]
        lost = bool(teaching) and all(
            row["staffType"] == "T" and is_blank(row["role"]) for row in teaching
        )
        gone = lost or (not rows and not _has_nameless_teacher(sides, lessons))
        if gone and not _overrides(sides, record, lessons):
            yield record


def _has_nameless_teacher(sides: Sides, lessons: list[Lesson]) -> bool:
    """Whether a P or T row is of somebody without an Ed-Fi ID, who may be anybody."""
    people = sides.extract.people
    return any(
        row["staffType"] in {"P", "T"} and is_blank(people.get(row["personID"], {}).get("edfiID"))
        for lesson in lessons
        for row in sides.resolver.history(lesson.section)
    )


def _overrides(sides: Sides, record: Actual, lessons: list[Lesson]) -> bool:
    own = record.key["staffUniqueId"].strip().lower()
    numbers = {sides.resolver.override_number(lesson) for lesson in lessons}
    return own in {(number or "").strip().lower() for number in numbers}


def no_parent(records: Records) -> Iterator[Actual]:
    """STF-013: its section or its staff member is not in the ODS."""
    sections = {record.whole_key for record in records.sides.actual("sections")}
    staffs = {record.key["staffUniqueId"] for record in records.sides.actual("staffs")}
    for record in records.sides.actual(_OF):
        if record.whole_key is None:
            continue
        if _section(record) not in sections or record.key["staffUniqueId"] not in staffs:
            yield record


def _section(record: Actual) -> tuple[object, ...] | None:
    return whole({name: record.key[name] for name in SECTION_KEY})


def fields_of_others(records: Records) -> Iterator[Actual]:
    """STF-014: fields that Campus does not report."""
    for record in records.sides.in_scope(_OF):
        if any(record.record.get(name) is not None for name in _UNREPORTED):
            yield record


def wrong_year(records: Records) -> Iterator[Actual]:
    """STF-015: a year that is not configured, or not that of the section behind its mapping."""
    extract = records.sides.extract
    courses = {row["courseID"]: row for row in extract.rows("course")}
    of_history = {row["historyID"]: row["sectionID"] for row in extract.rows("sectionStaffHistory")}

    def end_year(source: tuple[str, str]) -> int | None:
        kind, key = source
        section_id = of_history.get(key) if kind == "SectionStaffHistory" else key
        section = extract.sections.get(section_id or "")
        course = courses.get(section["courseID"]) if section else None
        return int(extract.calendars[course["calendarID"]]["endYear"]) if course else None

    yield from year_is_wrong(records.sides, _OF, end_year)


def unknown_position(records: Records) -> Iterator[Actual]:
    """STF-016: a classroom position that the state's list does not have; none is none of them."""
    listed = records.facts.positions
    for record in records.sides.actual(_OF):
        if listed and code(record.record.get("classroomPositionDescriptor")) not in listed:
            yield record


def not_at_school(records: Records) -> Iterator[Actual]:
    """STF-017: no staff school association of the person at the school."""
    employed = {
        (row["staffReference"].get("staffUniqueId"), row["schoolReference"].get("schoolId"))
        for row in records.staff_schools
    }
    for record in records.sides.actual(_OF):
        place = record.key["staffUniqueId"], record.key["schoolId"]
        if None not in place and place not in employed:
            yield record


def twice_at_once(records: Records) -> Iterator[Actual]:
    """STF-018: one person twice in one section at a time; told of the one that begins later."""
    groups: defaultdict[tuple[object, ...], list[Actual]] = defaultdict(list)
    for record in records.sides.actual(_OF):
        section, person = _section(record), record.key["staffUniqueId"]
        if section is not None and person is not None:
            groups[(*section, person)].append(record)
    for group in groups.values():
        group.sort(key=lambda record: (_span(record).first, record.id))
        for place, record in enumerate(group):
            if any(_span(earlier).meets(_span(record)) for earlier in group[:place]):
                yield record


def _span(record: Actual) -> Interval:
    begin, end = day(record.key["beginDate"]), day(record.record.get("endDate"))
    return Interval(begin or date.min, end or date.max)


RULES = (
    Rule("STF-001", "error", _OF, no_teacher),
    Rule("STF-002", "error", _OF, not_there),
    Rule("STF-003", "error", _OF, _not_sent("calendar_included")),
    Rule("STF-004", "error", _OF, _not_sent("course_active", "course_not_excluded")),
    Rule("STF-007", "error", _OF, _not_sent("school_included")),
    Rule("STF-009", "error", _OF, outside_terms),
    Rule("STF-009", "info", _OF, outside_all_terms),
    Rule("STF-010", "warning", _OF, old_history),
    Rule("STF-011", "warning", _OF, old_assignment),
    Rule("STF-012", "error", _OF, left_behind),
    Rule("STF-013", "error", _OF, no_parent),
    Rule("STF-014", "info", _OF, fields_of_others),
    Rule("STF-015", "error", _OF, wrong_year),
    Rule("STF-016", "error", _OF, unknown_position),
    Rule("STF-017", "warning", _OF, not_at_school),
    Rule("STF-018", "warning", _OF, twice_at_once),
)
