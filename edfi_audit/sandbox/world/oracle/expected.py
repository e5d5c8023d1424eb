"""What the extract says should be in the ODS: course offerings, sections and students in them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.derive.keys import SECTION_KEY
from edfi_audit.sandbox.world.oracle.extract import Course, Extract, Lesson
from edfi_audit.sandbox.world.oracle.intervals import Interval

__all__ = [
    "Expected",
    "ExpectedOffering",
    "ExpectedSection",
    "ExpectedStudent",
    "offerings",
    "sections",
    "students",
]


@dataclass(frozen=True, eq=False)
class Expected:
    """A record by its natural key; `gate` is the first closed one, null when it is to be sent.

    `objects` are the Campus objects it comes from, as (type, key) of the identity mapping.
    """

    key: Row
    gate: str | None
    objects: tuple[tuple[str, str], ...]

    @property
    def is_sent(self) -> bool:
        """Whether it should be in the ODS."""
        return self.gate is None


@dataclass(frozen=True, eq=False)
class ExpectedOffering(Expected):
    """A course offering and the courses that amount to it; `lessons` are theirs in the session."""

    courses: tuple[Course, ...]
    lessons: tuple[Lesson, ...] = ()


@dataclass(frozen=True, eq=False)
class ExpectedSection(Expected):
    """A section in one session."""

    lesson: Lesson


@dataclass(frozen=True, eq=False)
class ExpectedStudent(Expected):
    """A roster row in one session, with the last day that is reported."""

    end: date | None = field(default=None)


def sections(extract: Extract) -> list[ExpectedSection]:
    """Every section once per session."""
    return [
        ExpectedSection(
            lesson.key, lesson.gate, (("Section", lesson.section["sectionID"]),), lesson
        )
        for lesson in extract.lessons
    ]


def offerings(extract: Extract) -> list[ExpectedOffering]:
    """One per school, session and course number to be sent; the others one per course."""
    by_course: defaultdict[str, list[Lesson]] = defaultdict(list)
    for lesson in extract.lessons:
        by_course[lesson.course.row["courseID"]].append(lesson)
    sent: dict[tuple[object, ...], list[ExpectedOffering]] = {}
    unsent = []
    for course in extract.courses.values():
        for one in _of_course(course, by_course[course.row["courseID"]]):
            if one.is_sent:
                sent.setdefault(tuple(one.key.values()), []).append(one)
            else:
                unsent.append(one)
    return [*(_collapsed(group) for group in sent.values()), *unsent]


def _of_course(course: Course, lessons: Iterable[Lesson]) -> Iterator[ExpectedOffering]:
    """One per session of its sections; without any, one that says why."""
    in_sessions: defaultdict[str | None, list[Lesson]] = defaultdict(list)
    for lesson in lessons:
        in_sessions[lesson.key["sessionName"]].append(lesson)
    nowhere = in_sessions.pop(None, [])
    objects = (("Course", course.row["courseID"]),)
    for own in in_sessions.values():
        key = {name: own[0].key[name] for name in SECTION_KEY[:4]}
        yield ExpectedOffering(key, course.gate, objects, (course,), tuple(own))
    if not in_sessions:
        placed = any(lesson.gate == "session_resolved" for lesson in nowhere)
        gate = "session_resolved" if placed else "placed" if nowhere else "has_section"
        parts = (course.school_id, int(course.calendar["endYear"]), None, course.number)
        key = dict(zip(SECTION_KEY, parts, strict=False))
        yield ExpectedOffering(key, course.gate or gate, objects, (course,))


def _collapsed(group: list[ExpectedOffering]) -> ExpectedOffering:
    """Several courses of one number in one session are one record."""
    return ExpectedOffering(
        group[0].key,
        None,
        tuple(of for one in group for of in one.objects),
        tuple(course for one in group for course in one.courses),
        tuple(lesson for one in group for lesson in one.lessons),
    )


def students(extract: Extract) -> Iterator[ExpectedStudent]:
    """Roster rows in the sessions that they reach, their dates cut to these."""
    gates = _StudentGates(extract)
    for lesson in extract.lessons:
        if lesson.session is None:
            continue
        session = Interval.of(lesson.session.begin, lesson.session.end)
        for row in extract.of_section(extract.rosters, lesson.section):
            if Interval.of(row["startDate"], row["endDate"]).meets(session):
                stay = session.within(Interval.of(row["startDate"], row["endDate"]))
                yield _student(gates, lesson, row, stay)


def _student(gates: "_StudentGates", lesson: Lesson, row: Row, stay: Interval) -> ExpectedStudent:
    person = gates.extract.people.get(row["personID"], {})
    key = {
        **lesson.key,
        "studentUniqueId": person.get("edfiID"),
        "beginDate": stay.first.isoformat(),
    }
    gate = lesson.gate or gates.closed(lesson, row, stay)
    end = None if stay.last == date.max else stay.last
    return ExpectedStudent(key, gate, (("Roster", row["rosterID"]),), end)


class _StudentGates:
    """What holds a student back although the section is sent."""

    def __init__(self, extract: Extract) -> None:
        self.extract = extract
        self._enrollments = extract.grouped("enrollment", "personID")
        final = {
            row["taskID"]
            for row in extract.rows("gradingTask")
            if row["stateReported"] and row["edfiGradeType"] == "Final" and not row["excludeEdfi"]
        }
        self._tasks = {
            row["courseID"] for row in extract.rows("courseGradingTask") if row["taskID"] in final
        }
        self._scored = {
            row["sectionID"] for row in extract.rows("gradingScore") if row["taskID"] in final
        }
        self._tells = bool(extract.rows("courseGradingTask") or extract.rows("gradingScore"))

    def closed(self, lesson: Lesson, row: Row, stay: Interval) -> str | None:
        """The first closed gate of the student's own."""
        person = self.extract.people.get(row["personID"], {})
        here = [one for one in self._at(lesson, row) if _span(one).meets(stay)]
        shut = {
            "final_task": self.extract.facts.profile == "WI" and not self._is_final(lesson),
            "student_id": not (person.get("edfiID") or "").strip(),
            "enrolled": not here,
            "enrollment_reportable": all(one["noShow"] or one["stateExclude"] for one in here),
            "grade_rostered": all(self._is_excepted(one["grade"]) for one in here),
        }
        return next((gate for gate, is_closed in shut.items() if is_closed), None)

    def _at(self, lesson: Lesson, row: Row) -> Iterator[Row]:
        """The person's enrolments at the school of the lesson."""
        school = lesson.course.school["schoolID"]
        for one in self._enrollments.get(row["personID"], ()):
            if self.extract.calendars[one["calendarID"]]["schoolID"] == school:
                yield one

    def _is_final(self, lesson: Lesson) -> bool:
        section = lesson.section
        given = section["courseID"] in self._tasks or section["sectionID"] in self._scored
        return given or not self._tells

    def _is_excepted(self, grade: str | None) -> bool:
        excepted = {one.strip().upper() for one in self.extract.facts.rostered_grades_except}
        return (grade or "").strip().upper() in excepted


def _span(enrollment: Row) -> Interval:
    return Interval.of(enrollment["startDate"], enrollment["endDate"])
