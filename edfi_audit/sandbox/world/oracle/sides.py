"""The two sides of each compared resource: what the extract expects, and what the ODS holds."""

import json
from collections import defaultdict
from collections.abc import Mapping as Tables
from collections.abc import Sequence
from functools import cached_property

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.derive.keys import key_of
from edfi_audit.sandbox.world.oracle import expected
from edfi_audit.sandbox.world.oracle.expected import (
    ExpectedOffering,
    ExpectedSection,
    ExpectedStudent,
)
from edfi_audit.sandbox.world.oracle.extract import Course, Extract, Lesson
from edfi_audit.sandbox.world.oracle.matching import Actual, Mapping, Matching, normal_id
from edfi_audit.sandbox.world.oracle.resolver import ExpectedStaff, Resolver

__all__ = ["COMPARED", "Sides"]

COMPARED = (
    "courseOfferings",
    "sections",
    "studentSectionAssociations",
    "staffSectionAssociations",
)
"""The resources that have an expected side."""


class Sides:
    """Everything is made when first asked for."""

    def __init__(self, ods: Tables[str, Sequence[Row]], extract: Extract) -> None:
        self._ods, self.extract = ods, extract
        self._actual: dict[str, list[Actual]] = {}

    def actual(self, resource: str) -> list[Actual]:
        """The records of the ODS."""
        if resource not in self._actual:
            rows = self._ods.get(resource, ())
            self._actual[resource] = [Actual(row, key_of(resource, row)) for row in rows]
        return self._actual[resource]

    def in_scope(self, resource: str) -> list[Actual]:
        """The records of schools and years that the extract holds."""
        return [one for one in self.actual(resource) if self.extract.holds(one.key)]

    @cached_property
    def mappings(self) -> dict[str, list[Mapping]]:
        """The identity mapping by resource."""
        found: defaultdict[str, list[Mapping]] = defaultdict(list)
        for row in self.extract.rows("edfiIdentityMapping"):
            noted = json.loads(row["naturalKey"]) if row["naturalKey"] else {}
            source = row["campusObjectType"], row["objectKey"]
            one = Mapping(row, source, normal_id(row["edfiID"]), noted)
            found[row["resource"]].append(one)
        return found

    def _mapped(self, resource: str) -> list[Mapping]:
        """Those of the audited year, or of no year."""
        own = self.mappings.get(resource, [])
        return [one for one in own if one.end_year in {None, self.extract.year}]

    @cached_property
    def resolver(self) -> Resolver:
        """Who should teach what."""
        return Resolver(self.extract)

    @cached_property
    def offerings(self) -> Matching[ExpectedOffering]:
        """Course offerings."""
        name = "courseOfferings"
        rows = expected.offerings(self.extract)
        return Matching(rows, self.actual(name), self._mapped(name), by_begin_date=True)

    @cached_property
    def offerings_by_course(self) -> dict[str, list[ExpectedOffering]]:
        """The expected offerings that a course amounts to, by courseID."""
        found: defaultdict[str, list[ExpectedOffering]] = defaultdict(list)
        for one in self.offerings.expected:
            for course in one.courses:
                found[course.row["courseID"]].append(one)
        return found

    @cached_property
    def sections(self) -> Matching[ExpectedSection]:
        """Sections."""
        name = "sections"
        rows = expected.sections(self.extract)
        return Matching(rows, self.actual(name), self._mapped(name), by_begin_date=True)

    @cached_property
    def staff(self) -> Matching[ExpectedStaff]:
        """Staff section associations."""
        name = "staffSectionAssociations"
        rows = [one for lesson in self.extract.lessons for one in self.resolver.staff(lesson)]
        return Matching(rows, self.actual(name), self._mapped(name), by_begin_date=False)

    @cached_property
    def students(self) -> Matching[ExpectedStudent]:
        """Student section associations."""
        name = "studentSectionAssociations"
        rows = list(expected.students(self.extract))
        return Matching(rows, self.actual(name), self._mapped(name), by_begin_date=True)

    @cached_property
    def courses_by_number(self) -> dict[tuple[object, ...], list[Course]]:
        """The audited year's courses by Ed-Fi school and folded number."""
        found: defaultdict[tuple[object, ...], list[Course]] = defaultdict(list)
        for course in self.extract.courses.values():
            found[course.school_id, course.number.strip().lower()].append(course)
        return found

    @cached_property
    def lessons_by_identifier(self) -> dict[tuple[object, ...], list[Lesson]]:
        """Lessons by Ed-Fi school, school year and section identifier."""
        found: defaultdict[tuple[object, ...], list[Lesson]] = defaultdict(list)
        for lesson in self.extract.lessons:
            key = lesson.key
            found[key["schoolId"], key["schoolYear"], key["sectionIdentifier"]].append(lesson)
        return found

    def lessons(self, key: Row) -> list[Lesson]:
        """The SIS sections that a record's section identifier names, in any session."""
        asked = key.get("schoolId"), key.get("schoolYear"), key.get("sectionIdentifier")
        return self.lessons_by_identifier.get(asked, [])

    @property
    def toggles(self) -> dict[str, Row]:
        """The audited year's toggle of each resource."""
        return {
            row["resource"]: row
            for row in self.extract.rows("resourceToggle")
            if row["endYear"] == str(self.extract.year)
        }
