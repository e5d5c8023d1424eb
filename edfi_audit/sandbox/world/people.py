"""Students with their enrolments and staff with their district assignments."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from edfi_audit.sandbox.world.calendar import School
from edfi_audit.sandbox.world.campus import Campus, Row
from edfi_audit.sandbox.world.frame import Year

__all__ = ["PRE_KINDERGARTEN", "People", "Student", "fresh_ids", "teachers_needed"]

PRE_KINDERGARTEN = "K4"
_TEACHER_LOADS = {"elementary": 2, "choice": 2, "jail": 3}
_LEAVERS, _COMERS, _NO_SHOWS = 0.02, 0.02, 0.003
_ID_SPACE = 10**10
_SEASON = 90


@dataclass(frozen=True)
class Student:
    """A student's stay at one school; `end` is null while the enrolment is open."""

    person: Row
    enrollment: Row
    grade: str

    @property
    def begin(self) -> date:
        """Entry date."""
        begin: date = self.enrollment["startDate"]
        return begin

    @property
    def end(self) -> date | None:
        """Exit date."""
        end: date | None = self.enrollment["endDate"]
        return end


def fresh_ids(rng: Random) -> Iterator[str]:
    """WISEids that nobody has yet: ten digits, and some begin with a zero."""
    seen: set[int] = set()
    while True:
        number = rng.randrange(_ID_SPACE // 50, _ID_SPACE)
        if number not in seen:
            seen.add(number)
            yield f"{number:010d}"


class People:
    """Makes the persons of an agency, and gives them WISEids from `ids`."""

    def __init__(self, campus: Campus, year: Year, rng: Random, ids: Iterator[str]) -> None:
        self._campus, self._year, self._rng, self._ids = campus, year, rng, ids

    def known(self, person: Row) -> Row:
        """The row of somebody whom another agency knows too, by the same WISEid."""
        own = (row for row in self._campus["person"] if row["edfiID"] == person["edfiID"])
        return next(own, None) or self._person(person["edfiID"], staff=False)

    def _person(self, edfi_id: str, *, staff: bool) -> Row:
        row = self._campus.add("person", edfiID=edfi_id, stateID=edfi_id)
        local = row["personID"][-5:]
        row["staffStateID" if staff else "studentNumber"] = f"9{local}" if staff else f"1{local}"
        return row

    def enroll(
        self, school: School, person: Row, grade: str, service: str = "P", begin: date | None = None
    ) -> Student:
        """An enrolment at `school` from the calendar's first day, or from `begin`."""
        row = self._campus.add(
            "enrollment",
            personID=person["personID"],
            calendarID=school.calendar["calendarID"],
            structureID=school.trial["structureID"],
            endYear=school.calendar["endYear"],
            grade=grade,
            serviceType=service,
            startDate=begin or school.calendar["startDate"],
            noShow=0,
            stateExclude=0,
        )
        return Student(person, row, grade)

    def students(self, school: School, number: int) -> list[Student]:
        """`number` students spread over the grades; some come late, leave early, never show."""
        grades = school.plan.grades
        made = [
            self.enroll(
                school, self._person(next(self._ids), staff=False), grades[index % len(grades)]
            )
            for index in range(number)
        ]
        for index, student in enumerate(made):
            if school.plan.kind == "jail":
                self._short_stay(student, index)
            else:
                self._irregular(school, student)
        return made

    def _irregular(self, school: School, student: Student) -> None:
        chance, row = self._rng.random(), student.enrollment
        if chance < _LEAVERS:
            row["endDate"] = self._some_day(school)
        elif chance < _LEAVERS + _COMERS:
            row["startDate"] = self._some_day(school)
        elif chance < _LEAVERS + _COMERS + _NO_SHOWS:
            row["noShow"] = 1

    def _some_day(self, school: School) -> date:
        session = self._rng.choice(school.teaching)
        length = (session.end - session.begin).days
        return session.begin + timedelta(days=self._rng.randrange(length // 5, length * 4 // 5))

    def _short_stay(self, student: Student, index: int) -> None:
        """Entries spread over three seasons; every second stay at the jail school is still open."""
        season = index % 3 * _SEASON
        entry = self._year.on(7, 7) + timedelta(days=season + self._rng.randrange(_SEASON))
        student.enrollment["startDate"] = entry
        if index % 2:
            student.enrollment["endDate"] = entry + timedelta(days=self._rng.randrange(15, 60))

    def staff(self, school: School, number: int) -> list[Row]:
        """`number` staff members with an open assignment at the school."""
        return [self.hire(school, years_ago=1 + index % 17) for index in range(number)]

    def hire(self, school: School, years_ago: int) -> Row:
        """A staff member assigned to the school since an August that many years ago."""
        person = self._person(next(self._ids), staff=True)
        first = self._year.on(8, 15)
        self.assign(school, person, first.replace(year=first.year - years_ago))
        return person

    def assign(
        self,
        school: School,
        person: Row,
        begin: date,
        end: date | None = None,
        title: str = "Teacher",
    ) -> Row:
        """A district assignment."""
        return self._campus.add(
            "employmentAssignment",
            personID=person["personID"],
            schoolID=school.row["schoolID"],
            title=title,
            startDate=begin,
            endDate=end,
        )


def teachers_needed(school: School, sections: int) -> int:
    """How many teachers that many sections take."""
    return max(4, sections // _TEACHER_LOADS.get(school.plan.kind, 5))
