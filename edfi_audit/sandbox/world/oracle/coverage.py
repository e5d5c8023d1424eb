"""TOR: whether each section has one Teacher of Record, the right one, and every day."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.derive.keys import SECTION_KEY
from edfi_audit.sandbox.world.oracle.extract import Lesson
from edfi_audit.sandbox.world.oracle.intervals import Interval
from edfi_audit.sandbox.world.oracle.matching import Actual, whole
from edfi_audit.sandbox.world.oracle.parsing import code, day
from edfi_audit.sandbox.world.oracle.records import Keyed, Records, Rule
from edfi_audit.sandbox.world.oracle.resolver import ExpectedStaff, is_blank

__all__ = ["RULES"]

_OF = "sections"
_SUBSTITUTE = ("04", "Substitute Teacher")
_SATURDAY, _SUNDAY = 6, 0


@dataclass(frozen=True)
class _Post:
    """Somebody's time in a section, and the code of the position."""

    staff: str | None
    position: str | None
    span: Interval


@dataclass(frozen=True)
class _Staffed:
    """A section of the ODS with its staff; `of_record` are the Teachers of Record among them."""

    key: Row
    posts: tuple[_Post, ...]
    of_record: tuple[_Post, ...]
    students: tuple[Interval, ...]
    window: Interval | None
    begin: date | None

    def taught_days(self) -> set[int]:
        """The days, up to the audit date, on which a student is in it; as ordinals."""
        return _days(self.students, self.window)


def _days(spans: Iterable[Interval], window: Interval | None) -> set[int]:
    if window is None:
        return set()
    return {ordinal for one in spans for ordinal in one.within(window).days()}


def _staffed(records: Records) -> list[_Staffed]:
    """Every section of the ODS with a whole key, once."""
    posts = _posts(records)
    students: defaultdict[tuple[object, ...], list[Interval]] = defaultdict(list)
    for one in records.associations:
        if one.section is not None:
            students[tuple(one.section)].append(Interval.of(one.begin, one.end))
    codes = records.facts.of_record
    found = {}
    for record in records.sides.actual(_OF):
        section = record.whole_key
        if section is not None and section not in found:
            own = tuple(posts.get(section, ()))
            teachers = tuple(post for post in own if post.position in codes)
            window, begin = _window(records, record.key)
            stays = tuple(students[section])
            found[section] = _Staffed(record.key, own, teachers, stays, window, begin)
    return list(found.values())


def _posts(records: Records) -> dict[tuple[object, ...], list[_Post]]:
    """The staff rows of the ODS by section, be it there or not."""
    found: defaultdict[tuple[object, ...], list[_Post]] = defaultdict(list)
    for record in records.sides.actual("staffSectionAssociations"):
        section = whole({name: record.key[name] for name in SECTION_KEY})
        if section is not None:
            found[section].append(_post(record))
    return found


def _post(record: Actual) -> _Post:
    span = Interval.of(day(record.key["beginDate"]), day(record.record.get("endDate")))
    position = code(record.record.get("classroomPositionDescriptor"))
    return _Post(record.key["staffUniqueId"], position, span)


def _window(records: Records, key: Row) -> tuple[Interval | None, date | None]:
    """The session's days up to the audit date, and its first one."""
    session = records.sessions.get((key["schoolId"], key["schoolYear"], key["sessionName"]))
    if session is None or session.begin is None:
        return None, None
    end = records.last_day(session, key["schoolYear"])
    return Interval(session.begin, min(end, records.facts.audit_date)), session.begin


def _is_settled(records: Records, one: _Staffed) -> bool:
    """Whether the session's first days, which are for settling the schedule, are over."""
    grace = timedelta(days=records.facts.tor_grace_days)
    return one.begin is not None and records.facts.audit_date > one.begin + grace


def _nobody(records: Records, *, settled: bool) -> Iterator[Keyed]:
    """TOR-001: students and no staff at all."""
    for one in _staffed(records):
        if one.students and not one.posts and _is_settled(records, one) == settled:
            yield Keyed(one.key)


def _none_of_record(records: Records, *, settled: bool) -> Iterator[Keyed]:
    """TOR-002: students and staff, none of them Teacher of Record."""
    for one in _staffed(records):
        lacking = bool(one.students and one.posts) and not one.of_record
        if lacking and _is_settled(records, one) == settled:
            yield Keyed(one.key)


def _two_of_record(records: Records, *, profile_is_single: bool) -> Iterator[Keyed]:
    """TOR-003: two persons Teacher of Record on one day."""
    if (records.facts.profile == "NE") != profile_is_single:
        return
    for one in _staffed(records):
        pairs = combinations(one.of_record, 2)
        if any(a.staff != b.staff and a.span.meets(b.span) for a, b in pairs):
            yield Keyed(one.key)


def _named(records: Records) -> Iterator[tuple[Lesson, set[str], set[str]]]:
    """Sent lessons, who is Teacher of Record by the SIS, and who in the ODS."""
    wanted: defaultdict[int, set[str]] = defaultdict(set)
    for expected in records.sides.staff.expected:
        if expected.of_record:
            wanted[id(expected.lesson)].add(expected.person["edfiID"])
    posts, codes = _posts(records), records.facts.of_record
    for lesson in records.sides.extract.lessons:
        if lesson.gate is None:
            own = posts.get(tuple(lesson.key.values()), ())
            named = {post.staff for post in own if post.staff and post.position in codes}
            yield lesson, wanted[id(lesson)], named


def another_teacher(records: Records) -> Iterator[Keyed]:
    """TOR-004: who should be Teacher of Record is not; an unusable override is TOR-006 alone."""
    resolver = records.sides.resolver
    for lesson, wanted, there in _named(records):
        unusable = resolver.override_number(lesson) and not resolver.override(lesson)
        if there and wanted - there and not unusable:
            yield Keyed(lesson.key)


def ignored_override(records: Records) -> Iterator[Keyed]:
    """TOR-005: section and course override differ, and the ODS has not the section's."""
    for lesson, _, there in _named(records):
        section, course = lesson.section["teacherOverride"], lesson.course.row["teacherOverride"]
        both = not is_blank(section) and not is_blank(course) and section != course
        if both and there and section not in there:
            yield Keyed(lesson.key)


def unusable_override(records: Records) -> Iterator[Keyed]:
    """TOR-006: a number that nobody has, or somebody without an assignment at the school."""
    resolver = records.sides.resolver
    for lesson in records.sides.extract.lessons:
        named = lesson.gate is None and resolver.override_number(lesson)
        if named and resolver.override(lesson) is None:
            yield Keyed(lesson.key)


def days_without_record(records: Records) -> Iterator[Keyed]:
    """TOR-007: too many days with students and without a Teacher of Record, though it has one."""
    for one in _staffed(records):
        if one.of_record:
            covered = _days((post.span for post in one.of_record), one.window)
            if len(one.taught_days() - covered) > records.facts.tor_gap_days:
                yield Keyed(one.key)


def two_unnamed(records: Records) -> Iterator[Keyed]:
    """TOR-008: two primary teachers without a role at one time, within a term; none better."""
    resolver = records.sides.resolver
    for lesson in records.sides.extract.lessons:
        if lesson.gate is not None or resolver.override(lesson) is not None:
            continue
        better = _named_primaries(resolver.staff(lesson))
        rows = [
            row
            for row in resolver.history(lesson.section)
            if row["staffType"] == "P"
            and is_blank(row["role"])
            and _reaches(row, lesson)
            and not any(span.meets(_span(row)) for span in better)
        ]
        if any(
            a["personID"] != b["personID"] and _span(a).meets(_span(b))
            for a, b in combinations(rows, 2)
        ):
            yield Keyed(lesson.key)


def _named_primaries(staff: Iterable[ExpectedStaff]) -> list[Interval]:
    """When the primary teachers whose role says so are Teacher of Record."""
    return [
        _span(one.history)
        for one in staff
        if one.of_record and one.position and one.history and one.history["staffType"] == "P"
    ]


def _reaches(row: Row, lesson: Lesson) -> bool:
    return any(_span(row).meets(_span(term)) for term in lesson.terms)


def _span(row: Row) -> Interval:
    return Interval.of(row["startDate"], row["endDate"])


def long_substitute(records: Records) -> Iterator[Keyed]:
    """TOR-009: too many school days with a substitute and no Teacher of Record."""
    for one in _staffed(records):
        held = _days((p.span for p in one.posts if p.position in _SUBSTITUTE), one.window)
        alone = held - _days((post.span for post in one.of_record), one.window)
        weekdays = [ordinal for ordinal in alone if ordinal % 7 not in {_SATURDAY, _SUNDAY}]
        if len(weekdays) > records.facts.substitute_days:
            yield Keyed(one.key)


def day_without_staff(records: Records) -> Iterator[Keyed]:
    """TOR-010: at least one day with students and without anybody, though it has staff."""
    for one in _staffed(records):
        covered = _days((post.span for post in one.posts), one.window)
        if one.posts and one.taught_days() - covered:
            yield Keyed(one.key)


RULES = (
    Rule("TOR-001", "error", _OF, lambda records: _nobody(records, settled=True)),
    Rule("TOR-001", "warning", _OF, lambda records: _nobody(records, settled=False)),
    Rule("TOR-002", "error", _OF, lambda records: _none_of_record(records, settled=True)),
    Rule("TOR-002", "warning", _OF, lambda records: _none_of_record(records, settled=False)),
    Rule("TOR-003", "error", _OF, lambda records: _two_of_record(records, profile_is_single=True)),
    Rule("TOR-003", "info", _OF, lambda records: _two_of_record(records, profile_is_single=False)),
    Rule("TOR-004", "error", _OF, another_teacher),
    Rule("TOR-005", "error", _OF, ignored_override),
    Rule("TOR-006", "error", _OF, unusable_override),
    Rule("TOR-007", "warning", _OF, days_without_record),
    Rule("TOR-008", "warning", _OF, two_unnamed),
    Rule("TOR-009", "info", _OF, long_substitute),
    Rule("TOR-010", "info", _OF, day_without_staff),
)
