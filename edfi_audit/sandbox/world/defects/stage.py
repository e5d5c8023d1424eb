"""Where defects are planted: unused victims of a clean world, and the findings that follow."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import TYPE_CHECKING

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.derive import Class, Link
from edfi_audit.sandbox.world.derive.keys import key_of
from edfi_audit.sandbox.world.truth import Finding
from edfi_audit.sandbox.world.world import World

if TYPE_CHECKING:
    from edfi_audit.sandbox.world.defects.places import Place

__all__ = ["ASSOCIATIONS", "NotNowError", "Stage", "Where"]

ASSOCIATIONS = "studentSectionAssociations"
Where = Callable[[Class, Link], bool]

_IDENTITY_SEVERITY = {
    "IDM-001": "error",
    "IDM-002": "warning",
    "IDM-003": "error",
    "IDM-004": "error",
    "IDM-005": "warning",
    "IDM-006": "error",
}
_GRACE = timedelta(days=10)
_MARKS = ("letterGradeEarned", "numericGradeEarned")
_CONVERSION = "performanceBaseConversionDescriptor"


class NotNowError(LookupError):
    """What a planter needs is not there at this time of the year: a session that is over, say."""


class Stage:
    """A world being spoiled. What one planter has taken, no other touches."""

    def __init__(self, world: World, rng: Random, *, large: bool) -> None:
        self.world, self.rng, self._large = world, rng, large
        self.year, self.campus, self.derived = world.year, world.campus, world.derived
        self.home: Place | None = None
        self._taken: set[int] = set()
        self._sealed: set[int] = set()
        self._left_from: Counter[int] = Counter()
        self._dropped: set[int] = set()
        self.lesson_of = {
            id(link): lesson for lesson in self.derived.classes for link in lesson.students
        }
        self._pool = [link for lesson in self.derived.classes for link in lesson.students]
        self.by_roster: defaultdict[str, list[Link]] = defaultdict(list)
        for link in self._pool:
            self.by_roster[link.source["rosterID"]].append(link)
        by_section: defaultdict[str, list[Class]] = defaultdict(list)
        for lesson in self.derived.classes:
            by_section[lesson.section["sectionID"]].append(lesson)
        self._groups = list(by_section.values())
        rng.shuffle(self._pool)
        rng.shuffle(self._groups)
        self._grades = {
            self._grade_key(record["studentSectionAssociationReference"]): record
            for record in self.world.ods["grades"]
        }

    def count(self, tiny: int, demo: int) -> int:
        """How many victims a world of this size gives."""
        return demo if self._large else tiny

    def students(self, number: int, where: Where | None = None) -> list[Link]:
        """Up to `number` unused associations; a `LookupError` when there is none."""
        found: list[Link] = []
        for link in self._pool:
            lesson = self.lesson_of[id(link)]
            if len(found) == number:
                break
            if self._free(lesson, link) and (where is None or where(lesson, link)):
                found.append(link)
        if not found:
            raise LookupError("no association is left to plant this in")
        for link in found:
            self.take(link)
        return found

    def plain(self, number: int, where: Where | None = None) -> list[Link]:
        """Like `students`: without programs, not re-entered, mapped with a natural key."""

        def fits(lesson: Class, link: Link) -> bool:
            return (where is None or where(lesson, link)) and self.is_plain(lesson, link)

        return self.students(number, fits)

    def leavers(self, number: int, where: Where | None = None) -> list[Link]:
        """Like `plain`, for records that leave their section; another always stays behind."""

        def fits(lesson: Class, link: Link) -> bool:
            fitting = self._spares(lesson) and (where is None or where(lesson, link))
            if not fitting or not self.is_plain(lesson, link):
                return False
            self._left_from[id(lesson)] += 1
            return True

        return self.students(number, fits)

    def graded(self, number: int, where: Where | None = None) -> list[Link]:
        """Like `plain`: of sessions that are over, stayed to the end, Sufficient, graded."""

        def fits(lesson: Class, link: Link) -> bool:
            return self._has_mark(lesson, link) and (where is None or where(lesson, link))

        try:
            return self.plain(number, fits)
        except LookupError as error:
            raise NotNowError("no session is over in which this could be planted") from error

    def _has_mark(self, lesson: Class, link: Link) -> bool:
        return (
            self.is_over(lesson)
            and bool(lesson.course["gradable"])
            and not link.source["audit"]
            and link.record.get("endDate") == lesson.session.end.isoformat()
            and self._grade_key(link.key) in self._grades
        )

    def lessons(self, kind: str, where: Callable[[Class], bool] | None = None) -> list[Class]:
        """The sections of a school with students, unsealed: whoever is made may sit in them."""
        found = [
            lesson
            for lesson in self.derived.classes
            if lesson.kind == kind
            and lesson.students
            and id(lesson) not in self._sealed
            and (where is None or where(lesson))
        ]
        if not found:
            raise NotNowError(f"no section of the {kind} school will do now")
        return found

    def ordinary(self, kind: str, *, over: bool = False) -> list[Class]:
        """Like `lessons`: untouched, with a Teacher of Record, without any program."""

        def fits(lesson: Class) -> bool:
            return (
                id(lesson) not in self._taken
                and bool(lesson.resolved)
                and bool(lesson.course["gradable"])
                and not lesson.course["cte"]
                and not any(self.programs(link) for link in lesson.students)
                and (not over or self.is_over(lesson))
            )

        return self.lessons(kind, fits)

    def is_over(self, lesson: Class) -> bool:
        """Whether the session has ended; on its last day it has not."""
        return self.year.audit_date > lesson.session.end

    def is_alone(self, _lesson: Class, link: Link) -> bool:
        """Whether the association is the only one of its roster row."""
        return len(self.by_roster[link.source["rosterID"]]) == 1

    def may_leave(self, lesson: Class, link: Link) -> bool:
        """Whether the stay is alone and begins with the session, so that it can be split."""
        begins = link.record["beginDate"] == lesson.session.begin.isoformat()
        return begins and self.is_alone(lesson, link)

    def _spares(self, lesson: Class) -> bool:
        return len(lesson.students) - self._left_from[id(lesson)] > 1

    def is_plain(self, lesson: Class, link: Link) -> bool:
        """Whether the association is an ordinary one."""
        return (
            not self.programs(link)
            and link.mapping is not None
            and link.mapping["naturalKey"] is not None
            and len(self.of_student(lesson, link)) == 1
        )

    @staticmethod
    def of_student(lesson: Class, link: Link) -> list[Link]:
        """All associations of the link's student in the lesson, in time."""
        person = link.source["personID"]
        own = [other for other in lesson.students if other.source["personID"] == person]
        return sorted(own, key=lambda other: str(other.key["beginDate"]))

    def of_person(self, person_id: str) -> list[Link]:
        """All associations of one person."""
        return [link for link in self._pool if link.source["personID"] == person_id]

    def pairs(self, number: int, *, with_programs: bool) -> list[tuple[Link, Link]]:
        """Up to `number` unused re-entries: the earlier and the later association."""
        found: list[tuple[Link, Link]] = []
        for lesson in self.derived.classes:
            counts = Counter(link.source["personID"] for link in lesson.students)
            for link in lesson.students:
                if counts[link.source["personID"]] != 2 or not self._free(lesson, link):  # noqa: PLR2004
                    continue
                first, second = self.of_student(lesson, link)
                if len(found) < number and bool(self.programs(first)) == with_programs:
                    found.append((first, second))
                    self.take(first, second)
        if not found:
            raise LookupError("no re-entry is left to plant this in")
        return found

    def sections(self, number: int, where: Callable[[list[Class]], bool]) -> list[list[Class]]:
        """Up to `number` unused sections, each in all its sessions."""
        free = (group for group in self._groups if self._untouched(group) and where(group))
        found = list(islice(free, number))
        if not found:
            raise LookupError("no section is left to plant this in")
        for group in found:
            self.take(*group)
        return found

    def _untouched(self, group: list[Class]) -> bool:
        return not any(id(lesson) in self._taken for lesson in group)

    def _free(self, lesson: Class, link: Link) -> bool:
        return id(link) not in self._taken and id(lesson) not in self._sealed

    def take(self, *things: Class | Link) -> None:
        """Keeps other planters away."""
        self._taken.update(id(thing) for thing in things)

    def seal(self, lesson: Class) -> None:
        """Keeps other planters away from the section and from its students."""
        self._sealed.add(id(lesson))
        self.take(lesson, *lesson.students)

    def is_whole(self, lesson: Class) -> bool:
        """Whether neither the section nor one of its students is taken."""
        return not any(id(one) in self._taken for one in (lesson, *lesson.students))

    def is_sealed(self, lesson: Class) -> bool:
        """Whether the section's students are out of bounds."""
        return id(lesson) in self._sealed

    @staticmethod
    def programs(link: Link) -> list[Row]:
        """The program references of an association, wherever they stand."""
        core: list[Row] = link.record.get("programs", [])
        own: list[Row] = link.record.get("_ext", {}).get("wi", {}).get("programs", [])
        return [one["programReference"] for one in (*core, *own)]

    def find(
        self,
        rule_id: str,
        record: Link | Row,
        severity: str,
        *,
        planted: bool = True,
        resource: str = ASSOCIATIONS,
    ) -> None:
        """Notes a finding on a link's record as it now is, or on a natural key."""
        if isinstance(record, Link):
            resource, key = record.resource, key_of(record.resource, record.record)
        else:
            key = record
        self.world.findings.append(Finding(rule_id, resource, dict(key), severity, planted))

    def near_miss(self, rule_id: str, link: Link | Row, why: str) -> None:
        """Notes a row that comes close and must not be found."""
        key = key_of(link.resource, link.record) if isinstance(link, Link) else link
        self.world.near_misses.append({"rule_id": rule_id, "natural_key": key, "why": why})

    def become(self, link: Link, state: str, *, planted: bool = True) -> None:
        """Moves a record to another state of the ledger and notes the finding."""
        link.state = state
        self.find(
            state, link.key, _IDENTITY_SEVERITY[state], planted=planted, resource=link.resource
        )

    def stray(self, state: str, resource: str, key: Row, *, planted: bool = True) -> None:
        """Notes a record that belongs to no expected one."""
        self.find(state, key, _IDENTITY_SEVERITY[state], planted=planted, resource=resource)

    def staffing_severity(self, lesson: Class) -> str:
        """A warning in a session's first ten days, an error from the eleventh."""
        settled = self.year.audit_date > lesson.session.begin + _GRACE
        return "error" if settled else "warning"

    def drop(self, *rows: Row | None) -> None:
        """Takes rows out of the extract or the ODS when planting is over."""
        self._dropped.update(id(row) for row in rows if row is not None)

    def set_status(self, link: Link, code: str) -> None:
        """S or I."""
        link.record["attemptStatusDescriptor"] = self.year.uri("AttemptStatus", code)

    def drop_record(self, link: Link) -> None:
        """Takes the ODS record out, and the grade that hangs on it."""
        self.drop(link.record)
        self.drop_grade(link)

    def drop_grade(self, link: Link) -> None:
        """Takes out the grade of an association."""
        if link.resource == ASSOCIATIONS:
            self.drop(self._grades.get(self._grade_key(link.key)))

    def grade_if_any(self, link: Link) -> Row | None:
        """The Final grade of an association of a session that is over."""
        return self._grades.get(self._grade_key(link.key))

    def grade_of(self, link: Link) -> Row:
        """The Final grade of an association."""
        return self._grades[self._grade_key(link.key)]

    def not_graded(self, link: Link, code: str = "Not Graded") -> Row:
        """Makes the Final grade one that is no mark, and gives it."""
        grade = self.grade_of(link)
        for name in _MARKS:
            grade.pop(name, None)
        grade[_CONVERSION] = self.year.uri("PerformanceBaseConversion", code)
        return grade

    def adopt(self, lesson: Class, link: Link, grade: Row | None = None) -> Link:
        """Makes a new association and its grade known, and keeps other planters away from it."""
        lesson.students.append(link)
        self.lesson_of[id(link)] = lesson
        self.by_roster[link.source["rosterID"]].append(link)
        if grade is not None:
            self._grades[self._grade_key(link.key)] = grade
        self.take(link)
        return link

    def redate(self, link: Link, begin: date, end: date) -> None:
        """Gives an association other dates; its grade and its mapping follow."""
        grade = self._grades.pop(self._grade_key(link.key), None)
        link.record["beginDate"] = link.key["beginDate"] = begin.isoformat()
        link.record["endDate"] = end.isoformat()
        if grade is not None:
            grade["studentSectionAssociationReference"]["beginDate"] = begin.isoformat()
            self._grades[self._grade_key(link.key)] = grade
        if link.mapping is not None:
            link.mapping["naturalKey"] = json.dumps(link.key, sort_keys=True)

    @staticmethod
    def rekey(link: Link) -> None:
        """Lets link and mapping know the natural key that the record now has."""
        link.key = key_of(link.resource, link.record)
        if link.mapping is not None:
            link.mapping["naturalKey"] = json.dumps(link.key, sort_keys=True)

    @staticmethod
    def _grade_key(key: Row) -> tuple[object, ...]:
        names = ("schoolId", "sessionName", "sectionIdentifier", "studentUniqueId", "beginDate")
        return tuple(key[name] for name in names)

    def sweep(self) -> None:
        """Removes every dropped row."""
        for rows in (*self.campus.tables.values(), *self.world.ods.values()):
            rows[:] = [row for row in rows if id(row) not in self._dropped]
        self._dropped.clear()
