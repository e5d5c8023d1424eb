"""What every real extract also holds and no interface sends: none of it is a defect."""

from collections.abc import Mapping, Sequence

from edfi_audit.sandbox.world.calendar import School, calendar_rows
from edfi_audit.sandbox.world.campus import Campus, Row
from edfi_audit.sandbox.world.catalogue import CoursePlan
from edfi_audit.sandbox.world.frame import Year
from edfi_audit.sandbox.world.people import People, Student
from edfi_audit.sandbox.world.rosters import roster_row
from edfi_audit.sandbox.world.scheduling import Timetable
from edfi_audit.sandbox.world.staffing import history_row

__all__ = ["Oddities"]

_FIRST_TERMS = {"high": ("Q1", "Q2"), "elementary": ("S1",), "middle": ("T1",)}
"""The terms of the first session of each kind of school."""


class Oddities:
    """Adds inactive courses, excluded calendars and schools, draft trials, last year's rows."""

    def __init__(self, campus: Campus, year: Year, timetable: Timetable, people: People) -> None:
        self._campus, self._year = campus, year
        self._timetable, self._people = timetable, people

    def add(self, opened: Mapping[str, School], students: Mapping[str, Sequence[Student]]) -> None:
        """All of them."""
        high, middle, elementary = (opened[kind] for kind in ("high", "middle", "elementary"))
        taken = [student.person for student in students["high"][:3]]
        self._closed_courses(high, taken)
        self._empty_and_unplaced(middle)
        self._draft_trial(high, taken)
        self._excluded_calendar(elementary, [s.person for s in students["elementary"][2:4]])
        self._summer(high, taken)
        self._excluded_school(taken[0])
        self._last_year(high, taken)
        self._campus.add("person")  # neither learns nor teaches, and has no Ed-Fi ID

    def _lesson(
        self, school: School, plan: CoursePlan, people: Sequence[Row], calendar: Row | None = None
    ) -> Row:
        course = self._timetable.course(school, plan, calendar)
        section = self._timetable.section(course, school.trial)
        for term in _FIRST_TERMS[school.plan.kind]:
            self._timetable.place(section, school, term)
        for person in people:
            roster_row(self._campus, section, person)
        return section

    def _closed_courses(self, school: School, people: Sequence[Row]) -> None:
        dropped = self._lesson(school, CoursePlan("LAT-1", "Latin 1", "24342"), people)
        local = self._lesson(school, CoursePlan("LOCAL-1", "Locker Room", "22998"), people)
        rows = {row["courseID"]: row for row in self._campus["course"]}
        rows[dropped["courseID"]]["active"] = 0
        rows[local["courseID"]]["stateExclude"] = 1
        assignments = self._campus["employmentAssignment"]
        school_id = school.row["schoolID"]
        teacher = next(row for row in assignments if row["schoolID"] == school_id)
        for section in (dropped, local):
            history_row(self._campus, section, teacher, ("P", "T"))

    def _empty_and_unplaced(self, school: School) -> None:
        """Of a course that has other sections, so that its offering is not without any."""
        plan = CoursePlan("ELA-06", "English Language Arts 06", "51030")
        self._lesson(school, plan, ())
        self._timetable.section(self._timetable.course(school, plan), school.trial)

    def _draft_trial(self, school: School, people: Sequence[Row]) -> None:
        """Next year's draft of a section, with the number of the real one."""
        course = self._timetable.course(school, CoursePlan("ENG-09", "English 09", "01001"))
        draft = self._timetable.section(course, school.draft, "01")
        self._timetable.place(draft, school, "Q1")
        for person in people:
            roster_row(self._campus, draft, person)

    def _excluded_calendar(self, school: School, people: Sequence[Row]) -> None:
        name = f"{self._year.label} Early Childhood"
        calendar, structure = calendar_rows(self._campus, self._year.end, school.row, name)
        calendar["exclude"] = 1
        self._calendar_lesson(school, calendar, structure, people)

    def _summer(self, school: School, people: Sequence[Row]) -> None:
        name = f"{self._year.label} Summer School"
        calendar, structure = calendar_rows(self._campus, self._year.end, school.row, name)
        calendar |= {"summerSchool": 1, "exclude": 1}
        self._calendar_lesson(school, calendar, structure, people)

    def _calendar_lesson(
        self, school: School, calendar: Row, structure: Row, people: Sequence[Row]
    ) -> Row:
        """A section in another calendar of the school, with its own trial, term and roster."""
        calendar |= {
            "startDate": school.calendar["startDate"],
            "endDate": school.calendar["endDate"],
        }
        trial = self._campus.add(
            "trial",
            calendarID=calendar["calendarID"],
            structureID=structure["structureID"],
            active=1,
        )
        schedule = self._campus.add("termSchedule", structureID=structure["structureID"])
        term = self._campus.add(
            "term",
            termScheduleID=schedule["termScheduleID"],
            name="S1",
            seq=1,
            startDate=self._year.on(9, 2),
            endDate=self._year.on(1, 16),
        )
        plan = CoursePlan("EXTRA", "Extra Lessons", "73041")
        course = self._timetable.course(school, plan, calendar)
        section = self._timetable.section(course, trial)
        self._campus.add(
            "sectionPlacement",
            sectionID=section["sectionID"],
            trialID=trial["trialID"],
            termID=term["termID"],
            periodID=school.periods[0]["periodID"],
        )
        for person in people:
            roster_row(self._campus, section, person)
        return section

    def _excluded_school(self, person: Row) -> None:
        row = self._campus.add(
            "school",
            districtID="1",
            number="0990",
            name="Homebound Services (not reported)",
            exclude=1,
        )
        calendar, structure = calendar_rows(
            self._campus, self._year.end, row, f"{self._year.label} Homebound"
        )
        calendar |= {"startDate": self._year.on(9, 2), "endDate": self._year.on(6, 5)}
        trial = self._campus.add(
            "trial",
            calendarID=calendar["calendarID"],
            structureID=structure["structureID"],
            active=1,
        )
        plan = CoursePlan("HOME", "Homebound Instruction", "73041")
        course = self._campus.add(
            "course",
            calendarID=calendar["calendarID"],
            number=plan.number,
            name=plan.name,
            active=1,
            stateExclude=0,
            stateCode=plan.state_code,
            termOverride=0,
            cte=0,
            gradable=0,
            specialEducation=1,
        )
        section = self._timetable.section(course, trial)
        roster_row(self._campus, section, person)

    def _last_year(self, school: School, people: Sequence[Row]) -> None:
        """A section of the year before, mapped to records of that year's ODS."""
        calendar, structure = calendar_rows(
            self._campus, self._year.end - 1, school.row, "Last year"
        )
        section = self._calendar_lesson(school, calendar, structure, people)
        term = self._campus["term"][-1]
        for row in (calendar, term):
            row["startDate"] = row["startDate"].replace(year=row["startDate"].year - 1)
            row["endDate"] = row["endDate"].replace(year=row["endDate"].year - 1)
        self._campus.add(
            "edfiIdentityMapping",
            resource="sections",
            campusObjectType="Section",
            objectKey=section["sectionID"],
            edfiID=f"{int(section['sectionID']):032x}",
            endYear=str(self._year.end - 1),
        )
