"""IDM: years of mapping rows, persons without an Ed-Fi ID, and Ed-Fi IDs of several persons."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from edfi_audit.sandbox.world.derive.keys import KEYS
from edfi_audit.sandbox.world.oracle.extract import Extract
from edfi_audit.sandbox.world.oracle.matching import Mapping
from edfi_audit.sandbox.world.oracle.records import Keyed, Records, Rule
from edfi_audit.sandbox.world.oracle.resolver import is_blank
from edfi_audit.sandbox.world.oracle.sides import COMPARED

if TYPE_CHECKING:
    from edfi_audit.sandbox.world.campus import Row

__all__ = ["RULES"]


def _another_year(resource: str) -> Callable[[Records], Iterator[Keyed]]:
    """IDM-011: the mapping row's year is not that of its record; without one, of its object."""

    def failing(records: Records) -> Iterator[Keyed]:
        sides = records.sides
        behind = {record.id: record for record in sides.actual(resource)}
        year_of = _ObjectYears(sides.extract)
        for mapping in sides.mappings.get(resource, ()):
            record, of_object = behind.get(mapping.id), year_of(mapping)
            in_ods = record.key["schoolYear"] if record else None
            year = in_ods if record else of_object
            judged = sides.extract.year in {mapping.end_year, in_ods, of_object}
            if judged and None not in {mapping.end_year, year} and mapping.end_year != year:
                noted = {name: mapping.noted.get(name) for name in KEYS[resource]}
                yield Keyed(record.key if record else noted)

    return failing


class _ObjectYears:
    """The school year of a mapping row's Campus object, by its calendar."""

    def __init__(self, extract: Extract) -> None:
        self._extract = extract
        self._courses = {row["courseID"]: row for row in extract.rows("course")}
        self._of_row = {
            kind: {row[column]: row["sectionID"] for row in extract.rows(table)}
            for kind, table, column in (
                ("SectionStaffHistory", "sectionStaffHistory", "historyID"),
                ("Roster", "roster", "rosterID"),
            )
        }

    def __call__(self, mapping: Mapping) -> int | None:
        kind, key = mapping.object
        section_id = self._of_row[kind].get(key) if kind in self._of_row else key
        section = self._extract.sections.get(section_id or "")
        course_id = key if kind == "Course" else section["courseID"] if section else ""
        course = self._courses.get(course_id)
        if course is None:
            return None
        return int(self._extract.calendars[course["calendarID"]]["endYear"])


def _of_sent_sections(records: Records) -> tuple[dict[str, None], dict[str, None]]:
    """Students and teachers of sections whose gates pass, by personID in the rows' order."""
    sides = records.sides
    students: dict[str, None] = {}
    teachers: dict[str, None] = {}
    for lesson in sides.extract.lessons:
        if lesson.gate is None:
            rows = sides.extract.of_section(sides.extract.rosters, lesson.section)
            students |= {row["personID"]: None for row in rows}
            history = sides.resolver.history(lesson.section)
            teachers |= {row["personID"]: None for row in history if row["staffType"] in {"P", "T"}}
    return students, teachers


def students_without_id(records: Records) -> Iterator[Keyed]:
    """IDM-013: a person on a roster without an Ed-Fi ID."""
    students, _ = _of_sent_sections(records)
    return _without_id(records, students, "studentUniqueId")


def teachers_without_id(records: Records) -> Iterator[Keyed]:
    """IDM-013: a teacher who is on no roster, without an Ed-Fi ID."""
    students, teachers = _of_sent_sections(records)
    alone = {person: None for person in teachers if person not in students}
    return _without_id(records, alone, "staffUniqueId")


def _without_id(records: Records, persons: dict[str, None], name: str) -> Iterator[Keyed]:
    for person_id in persons:
        if is_blank(records.sides.extract.people.get(person_id, {}).get("edfiID")):
            yield Keyed({name: None})


def shared(records: Records) -> Iterator[Keyed]:
    """IDM-014: an Ed-Fi ID that two persons carry, or one of two that one person carries."""
    extract = records.sides.extract
    enrolled = {row["personID"] for row in extract.rows("enrollment")}
    carriers: defaultdict[str, list[Row]] = defaultdict(list)
    carried: defaultdict[str, set[str]] = defaultdict(set)
    for row in extract.rows("person"):
        if not is_blank(row["edfiID"]):
            carriers[row["edfiID"].strip().lower()].append(row)
            carried[row["personID"]].add(row["edfiID"].strip().lower())
    for rows in carriers.values():
        persons = {row["personID"] for row in rows}
        if len(persons) > 1 or any(len(carried[person]) > 1 for person in persons):
            number = min(row["edfiID"].strip() for row in rows)
            if persons & enrolled:
                yield Keyed({"studentUniqueId": number}, "students")
            else:
                yield Keyed({"staffUniqueId": number}, "staffs")


RULES = (
    *(Rule("IDM-011", "warning", resource, _another_year(resource)) for resource in COMPARED),
    Rule("IDM-013", "error", "students", students_without_id),
    Rule("IDM-013", "error", "staffs", teachers_without_id),
    Rule("IDM-014", "error", "students", shared),
)
