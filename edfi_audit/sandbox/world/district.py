"""Builds the extract of the whole district, with what is lawfully odd in it."""

from dataclasses import dataclass
from random import Random

from edfi_audit.sandbox.world.calendar import School, open_school
from edfi_audit.sandbox.world.campus import Campus
from edfi_audit.sandbox.world.catalogue import SCHOOLS, SIZES
from edfi_audit.sandbox.world.frame import Year
from edfi_audit.sandbox.world.oddities import Oddities
from edfi_audit.sandbox.world.people import People, Student, teachers_needed
from edfi_audit.sandbox.world.preferences import prefer
from edfi_audit.sandbox.world.programs import Programs
from edfi_audit.sandbox.world.rosters import Rosters
from edfi_audit.sandbox.world.scheduling import SectionPlan, Timetable
from edfi_audit.sandbox.world.staffing import Staffing

__all__ = ["District", "build_district"]

_COURSEWORK_SHARE = 40


@dataclass(frozen=True)
class District:
    """The extract and the schools in it."""

    campus: Campus
    schools: list[School]


def build_district(size: str, year: Year, rng: Random) -> District:
    """A district of `size` tiny or demo, in order: mappings, people, timetable, staff, rosters."""
    campus, plan = Campus(), SIZES[size]
    prefer(campus, year)
    people = People(campus, year, rng)
    programs = Programs(campus, rng, year.end)
    timetable, rosters = Timetable(campus, rng, plan.seats), Rosters(campus, rng)
    staffing = Staffing(campus, year, people)
    opened = {school.kind: open_school(campus, year, school) for school in SCHOOLS}
    students = {
        kind: people.students(school, plan.students[kind]) for kind, school in opened.items()
    }
    for kind, school in opened.items():
        sections = timetable.schedule(school, students[kind])
        if kind == "high":
            _coursework(people, school, sections, students["middle"])
        team = people.staff(school, teachers_needed(school, len(sections)))
        staffing.staff(school, sections, team)
        for section in sections:
            rosters.fill(section)
            programs.enter(section)
    Oddities(campus, year, timetable, people).add(opened, students)
    return District(campus, list(opened.values()))


def _coursework(
    people: People, high: School, sections: list[SectionPlan], middle: list[Student]
) -> None:
    """Eighth graders who take ninth-grade mathematics at the high school."""
    algebra = next(section for section in sections if section.course["number"] == "MTH-09")
    eighth = [
        student
        for student in middle
        if student.grade == "08" and student.end is None and not student.enrollment["noShow"]
    ]
    for student in eighth[: max(2, len(middle) // _COURSEWORK_SHARE)]:
        visiting = people.enroll(high, student.person, student.grade, "S", student.begin)
        algebra.students.append(visiting)
