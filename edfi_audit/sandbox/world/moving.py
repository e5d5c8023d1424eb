"""Students of more than one school: those who come to the jail school, and Coursework visitors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from edfi_audit.sandbox.world.calendar import School
from edfi_audit.sandbox.world.people import People, Student
from edfi_audit.sandbox.world.scheduling import SectionPlan

__all__ = ["Place", "arrive_at_jail", "visit_for_coursework"]

_COURSEWORK_SHARE = 40
_SETTLED = timedelta(days=30)
_DAY = timedelta(days=1)
_AUTUMN = ("Q1", "Q2")


@dataclass(frozen=True)
class Place:
    """A school with its students and sections; `people` makes the rows of its agency."""

    people: People
    school: School
    students: list[Student]
    sections: Sequence[SectionPlan]


def arrive_at_jail(jail: Place, home: Place, *, every: int, nth: int) -> None:
    """Some inmates were at `home` until the day before: the nth of `every` so many."""
    for inmate in jail.students[nth::every]:
        last = inmate.begin - _DAY
        if last < home.school.calendar["startDate"] + _SETTLED:
            continue
        person = home.people.known(inmate.person)
        before = home.people.enroll(home.school, person, inmate.grade)
        before.enrollment["endDate"] = last
        home.students.append(before)


def visit_for_coursework(own: Callable[[str], Place], other: Callable[[str], Place]) -> None:
    """Eighth graders at the high school; its students at the charter and the neighbor's school."""
    middle, high, charter, abroad = own("middle"), own("high"), own("charter"), other("high")
    algebra = _first(high, lambda section: section.course["number"] == "MTH-09")
    eighth = [student for student in middle.students if student.grade == "08"]
    _visit(high, algebra, eighth, max(2, len(middle.students) // _COURSEWORK_SHARE))
    number = max(1, len(high.students) // _COURSEWORK_SHARE)
    semester = _first(charter, lambda section: section.terms == ("S1",))
    _visit(charter, semester, high.students, number)
    career = _first(abroad, lambda section: section.plan.cte and section.terms == _AUTUMN)
    _visit(abroad, career, high.students[::-1], max(1, number // 5))


def _first(place: Place, where: Callable[[SectionPlan], bool]) -> SectionPlan:
    return next(section for section in place.sections if where(section))


def _visit(host: Place, section: SectionPlan, students: Sequence[Student], number: int) -> None:
    """The first `number` who are at home all the while become Coursework students at `host`."""
    begin, _ = section.school.span(section.terms)
    settled = [
        student
        for student in students
        if student.begin <= begin and student.end is None and not student.enrollment["noShow"]
    ]
    for student in settled[:number]:
        person = host.people.known(student.person)
        visiting = host.people.enroll(host.school, person, student.grade, "S", student.begin)
        section.students.append(visiting)
