"""What the interface leaves out by its own settings: whole classes, whole grades."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from random import Random

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.derive.learners import Learners
from edfi_audit.sandbox.world.derive.links import Class
from edfi_audit.sandbox.world.derive.reading import Reading

__all__ = ["elementary_gaps", "without_final_task"]

_ELEMENTARY = ("KG", "01", "02", "03", "04", "05")


def without_final_task(reading: Reading) -> Iterator[Row]:
    """The keys of sections that are sent without students, for want of a Final grading task."""
    for lesson in _sent(reading):
        if not reading.has_final_task(lesson.section):
            yield reading.section_key(lesson.section, lesson.session.name)


def elementary_gaps(reading: Reading, associations: Sequence[Row]) -> list[int]:
    """Schools whose students of Kindergarten to grade 5 ought to be sent, and of whom none is."""
    expected: defaultdict[int, set[str]] = defaultdict(set)
    for school_id, person_id in _sent_students(reading):
        if _is_elementary(reading, school_id, person_id):
            expected[school_id].add(reading.people[person_id]["edfiID"])
    there = {
        (one["sectionReference"].get("schoolId"), one["studentReference"].get("studentUniqueId"))
        for one in associations
    }
    return [
        school_id
        for school_id, students in sorted(expected.items())
        if not any((school_id, student) in there for student in students)
    ]


def _sent(reading: Reading) -> Iterator[Class]:
    for section in reading.sections():
        if reading.school_id(section) in reading.kinds and reading.section_gate(section) is None:
            yield from reading.classes(section)


def _sent_students(reading: Reading) -> Iterator[tuple[int, str]]:
    learners = Learners(reading, Random(0))  # noqa: S311
    for lesson in _sent(reading):
        for stay in learners.stays(lesson):
            if learners.gate(lesson, stay) is None:
                yield lesson.school_id, stay.roster["personID"]


def _is_elementary(reading: Reading, school_id: int, person_id: str) -> bool:
    for row in reading.enrollments[person_id]:
        school = reading.schools[reading.calendars[row["calendarID"]]["schoolID"]]
        number = int(school["edfiNumber"] or school["number"])
        if number == school_id and row["grade"] in _ELEMENTARY:
            return True
    return False
