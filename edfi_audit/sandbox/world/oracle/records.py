"""All records of a world, parsed once, with the few look-ups that the rules need."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.oracle import parsing
from edfi_audit.sandbox.world.oracle.extract import Extract
from edfi_audit.sandbox.world.oracle.facts import Facts
from edfi_audit.sandbox.world.oracle.links import Links
from edfi_audit.sandbox.world.oracle.shapes import (
    Association,
    Enrollment,
    Grade,
    Logical,
    Program,
    SectionKey,
    Session,
)
from edfi_audit.sandbox.world.oracle.sides import Sides

if TYPE_CHECKING:
    from edfi_audit.sandbox.world.oracle.matching import Actual

__all__ = ["Keyed", "Records", "Rows", "Rule", "first_of_each"]

Rows = Mapping[str, Sequence[Row]]
_T = TypeVar("_T")
_K = TypeVar("_K")
_PARTICIPATION_TYPES = ("Dual", "Certified", "Non Certified", "IRC", "WBL")
_TECHNICAL = ("id", "_etag", "_lastModifiedDate")


@dataclass(frozen=True)
class Keyed:
    """Something that a rule finds fault with, by its natural key.

    `resource` stands where the rule speaks of more than one.
    """

    key: Row
    resource: str | None = None


@dataclass(frozen=True)
class Rule:
    """A rule: how bad it is, the resource it speaks of, and the records it finds fault with."""

    id: str
    severity: str
    resource: str
    failing: "Callable[[Records], Iterable[Association | Enrollment | Grade | Keyed | Actual]]"


class Records:
    """The ODS as the rules see it, and the SIS through `links`."""

    def __init__(self, ods: Rows, sis: Rows, facts: Facts) -> None:
        self.facts, self._ods, self._sis = facts, ods, sis
        self._statuses = {facts.uri("AttemptStatus", status): status for status in ("S", "I")}
        self._final = facts.uri("GradeType", "Final")
        self._participation_types = {facts.uri("ProgramType", one) for one in _PARTICIPATION_TYPES}
        self.links = Links(sis, facts)
        self.offerings = ods.get("courseOfferings", ())
        self.courses = ods.get("courses", ())
        self.staff_sections = ods.get("staffSectionAssociations", ())
        self.staff_schools = ods.get("staffSchoolAssociations", ())
        self.agencies = ods.get("localEducationAgencies", ())
        schools = [parsing.school(row) for row in ods.get("schools", ())]
        self.schools = {one.school_id: one for one in schools}
        sessions = [parsing.session(row) for row in ods.get("sessions", ())]
        self.sessions = {(one.school_id, one.school_year, one.name): one for one in sessions}
        sections = [parsing.section(row) for row in ods.get("sections", ())]
        self.sections = first_of_each(sections, lambda one: one.section)
        associations = [
            parsing.association(row) for row in ods.get("studentSectionAssociations", ())
        ]
        self.associations = first_of_each(associations, lambda one: one.whole_key)
        self.enrollments = [
            parsing.enrollment(row, facts)
            for row in _different(ods.get("studentSchoolAssociations", ()))
        ]
        self.grades = [parsing.grade(row, facts) for row in ods.get("grades", ())]
        self.career = [
            parsing.participation(row) for row in ods.get("studentCTEProgramAssociations", ())
        ]
        self.participations = self.career + [
            parsing.participation(row) for row in ods.get("studentProgramAssociations", ())
        ]
        self.of_logical = _grouped(self.associations, lambda one: one.logical)
        self.of_section = _grouped(self.associations, lambda one: one.section)
        self.of_student_at = _grouped(self.associations, lambda one: (one.student, one.school_id))
        self.of_student = _grouped(self.associations, lambda one: one.student)
        self.enrollments_of = _grouped(self.enrollments, lambda one: one.student)
        self._finals = _grouped(filter(self.is_final, self.grades), lambda one: one.logical)
        for group in self.of_logical.values():
            group.sort(key=lambda one: one.begin or date.min)

    @cached_property
    def sides(self) -> Sides:
        """What the extract expects beside what the ODS holds."""
        extract = Extract(self._sis, self.facts, self.sessions.values(), self.is_public)
        return Sides(self._ods, extract)

    def ods(self, resource: str) -> Sequence[Row]:
        """The records of a resource as the API gives them."""
        return self._ods.get(resource, ())

    def is_public(self, school_id: int | None) -> bool:
        """Every school that is not a Choice school; one that nobody knows is public."""
        if school_id in self.facts.choice_schools:
            return False
        school = self.schools.get(school_id) if school_id is not None else None
        return school is None or not school.is_choice

    def is_jail(self, school_id: int | None) -> bool:
        """Whether the settings list the school."""
        return school_id in self.facts.jail_schools

    def lea_of(self, school_id: int | None) -> int | None:
        """The agency of a school, by its record."""
        school = self.schools.get(school_id) if school_id is not None else None
        return school.lea_id if school else None

    def public(self) -> Iterator[Association]:
        """The associations that the rules speak of."""
        return (one for one in self.associations if self.is_public(one.school_id))

    def public_enrollments(self) -> Iterator[Enrollment]:
        """The enrolments that the rules speak of."""
        return (one for one in self.enrollments if self.is_public(one.school_id))

    def session_of(self, one: Association) -> Session | None:
        """The association's session, if the ODS holds it."""
        return self.sessions.get((one.school_id, one.school_year, one.session_name))

    def last_day(self, session: Session | None, school_year: int | None) -> date:
        """The session's end; without one, 30 June of the school year."""
        if session is not None and session.end is not None:
            return session.end
        return date(school_year or self.facts.school_year, 6, 30)

    def session_end(self, one: Association) -> date:
        """The last day of the association's session."""
        return self.last_day(self.session_of(one), one.school_year)

    def has_ended(self, one: Association) -> bool:
        """Whether the session is over; on its last day it is not."""
        return self.facts.audit_date > self.session_end(one)

    def withdrew(self, one: Association) -> bool:
        """Whether the student left more than the tolerance before the session's end."""
        tolerance = timedelta(days=self.facts.withdrawal_tolerance_days)
        return one.end is not None and one.end < self.session_end(one) - tolerance

    def stays(self, one: Association) -> list[Association]:
        """The student's associations with the section, in time; none while a key part is missing.

        Those that lack a part themselves are left out.
        """
        if one.whole_key is None:
            return []
        return [stay for stay in self.of_logical[one.logical] if stay.begin is not None]

    def is_latest(self, one: Association) -> bool:
        """Whether it is the last of its student and section."""
        stays = self.stays(one)
        return bool(stays) and stays[-1] is one

    def status(self, one: Association) -> str:
        """`S`, `I`, `missing` or `invalid`."""
        if one.status is None:
            return "missing"
        return self._statuses.get(one.status, "invalid")

    def is_final(self, grade: Grade) -> bool:
        """Whether it is a Final grade, by the full URI."""
        return grade.type == self._final

    def finals(self, logical: Logical | None) -> list[Grade]:
        """The Final grades of a student in a section, whatever begin date they name."""
        return self._finals.get(logical, [])

    def outcome(self, logical: Logical | None) -> str:
        """`graded` before `not graded` before `none`."""
        found = {grade.outcome for grade in self.finals(logical)}
        return next((one for one in ("graded", "not graded") if one in found), "none")

    def takes_part(self, program: Program) -> bool:
        """Whether the type is Dual, Certified, Non Certified, IRC or WBL; not WL."""
        return program.type in self._participation_types

    def is_dual(self, program: Program) -> bool:
        """Whether it is dual enrolment."""
        return program.type == self.facts.uri("ProgramType", "Dual")

    def grade_levels(self, student: str | None) -> list[int]:
        """The student's grade levels of the year, of his primary enrolments."""
        return [
            one.grade_level
            for one in self.enrollments_of.get(student, ())
            if one.kind == "primary"
            and one.school_year in {None, self.facts.school_year}
            and one.grade_level is not None
        ]

    def in_section(self, section: SectionKey | None) -> list[Association]:
        """The associations of a section."""
        return self.of_section.get(section, [])


def _grouped(rows: Iterable[_T], key: Callable[[_T], _K | None]) -> dict[_K | None, list[_T]]:
    """What has a key, by it; asking for null finds nothing."""
    groups: defaultdict[_K | None, list[_T]] = defaultdict(list)
    for row in rows:
        found = key(row)
        if found is not None:
            groups[found].append(row)
    return dict(groups)


def first_of_each(rows: Iterable[_T], key: Callable[[_T], _K | None]) -> list[_T]:
    """One row per key; a row without a key stands by itself."""
    seen: set[_K] = set()
    found = []
    for row in rows:
        own = key(row)
        if own is None or own not in seen:
            found.append(row)
        if own is not None:
            seen.add(own)
    return found


def _different(rows: Iterable[Row]) -> list[Row]:
    """The rows without those that say exactly what another says."""
    found: list[Row] = []
    seen: set[str] = set()
    for row in rows:
        content = repr(sorted((name, part) for name, part in row.items() if name not in _TECHNICAL))
        if content not in seen:
            seen.add(content)
            found.append(row)
    return found
