"""Courses, sections and placements, and which students sit in them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from edfi_audit.sandbox.world.calendar import School
from edfi_audit.sandbox.world.campus import Campus, Row
from edfi_audit.sandbox.world.catalogue import CoursePlan, Slot
from edfi_audit.sandbox.world.people import Student

__all__ = ["SectionPlan", "Timetable"]

_FINAL, _PROGRESS = "1", "2"


@dataclass(frozen=True)
class SectionPlan:
    """A section with its course, the terms it is placed in, and its students."""

    school: School
    course: Row
    plan: CoursePlan
    row: Row
    terms: tuple[str, ...]
    students: list[Student] = field(default_factory=list)


class Timetable:
    """Makes the courses and sections of every school."""

    def __init__(self, campus: Campus, rng: Random, seats: int) -> None:
        self._campus, self._rng, self._seats = campus, rng, seats
        self._courses: dict[tuple[str, str], Row] = {}
        self._numbers: defaultdict[str, int] = defaultdict(int)
        for name, kind in (("Final Grade", "Final"), ("Progress", "Progress")):
            campus.add("gradingTask", name=name, stateReported=1, edfiGradeType=kind, excludeEdfi=0)

    def schedule(self, school: School, students: Sequence[Student]) -> list[SectionPlan]:
        """Sections for every slot of the school's timetable."""
        return [
            section
            for period, slot in enumerate(school.plan.slots)
            for span in slot.spans
            for plan, takers in self._choices(slot, span, school, students)
            for section in self._sections(school, plan, span, period, takers)
        ]

    def _choices(
        self, slot: Slot, span: tuple[str, ...], school: School, students: Sequence[Student]
    ) -> Iterator[tuple[CoursePlan, list[Student]]]:
        takers: defaultdict[CoursePlan, list[Student]] = defaultdict(list)
        begin, end = school.span(span)
        for index, student in enumerate(students):
            if student.begin > end or (student.end is not None and student.end < begin):
                continue
            options = [course for course in slot.courses if course.takes(student.grade)]
            choice = options[(index + self._rng.randrange(2)) % len(options)]
            takers[choice.at(student.grade)].append(student)
        for plan in sorted(takers, key=lambda course: course.number):
            yield plan, takers[plan]

    def _sections(
        self,
        school: School,
        plan: CoursePlan,
        span: tuple[str, ...],
        period: int,
        takers: list[Student],
    ) -> Iterator[SectionPlan]:
        course = self.course(school, plan)
        count = -(-len(takers) // self._seats)
        for part in range(count):
            row = self.section(course, school.trial)
            for term in span:
                self.place(row, school, term, (period + part) % len(school.periods))
            yield SectionPlan(school, course, plan, row, span, takers[part::count])

    def course(self, school: School, plan: CoursePlan, calendar: Row | None = None) -> Row:
        """The course of that number in the school's calendar; made when first asked for."""
        calendar_id = (calendar or school.calendar)["calendarID"]
        key = calendar_id, plan.number
        if key not in self._courses:
            self._courses[key] = self._campus.add(
                "course",
                calendarID=calendar_id,
                number=plan.number,
                name=plan.name,
                active=1,
                stateExclude=0,
                stateCode=plan.state_code,
                periodMinutes=None,
                termOverride=0,
                cte=int(plan.cte),
                gradable=int(plan.gradable),
                specialEducation=0,
            )
            for task in (_FINAL, _PROGRESS):
                course_id = self._courses[key]["courseID"]
                self._campus.add("courseGradingTask", courseID=course_id, taskID=task)
        return self._courses[key]

    def section(self, course: Row, trial: Row, number: str | None = None) -> Row:
        """A section of the course in that trial, without a placement yet."""
        if number is None:
            self._numbers[course["courseID"]] += 1
            number = f"{self._numbers[course['courseID']]:02d}"
        return self._campus.add(
            "section", courseID=course["courseID"], trialID=trial["trialID"], number=number
        )

    def place(self, section: Row, school: School, term: str, period: int = 0) -> Row:
        """Puts the section into a period of the term."""
        return self._campus.add(
            "sectionPlacement",
            sectionID=section["sectionID"],
            trialID=section["trialID"],
            termID=school.terms[term]["termID"],
            periodID=school.periods[period]["periodID"],
        )
