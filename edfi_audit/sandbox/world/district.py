"""Builds the extract of each agency, and the students who are at schools of several."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from edfi_audit.sandbox.world.calendar import School, open_school
from edfi_audit.sandbox.world.campus import Campus
from edfi_audit.sandbox.world.catalogue import DISTRICT, NEIGHBOR, SIZES, AgencyPlan, Size
from edfi_audit.sandbox.world.frame import Year
from edfi_audit.sandbox.world.minnesota import describe
from edfi_audit.sandbox.world.moving import Place, arrive_at_jail, visit_for_coursework
from edfi_audit.sandbox.world.oddities import Oddities
from edfi_audit.sandbox.world.people import People, Student, fresh_ids, teachers_needed
from edfi_audit.sandbox.world.preferences import prefer
from edfi_audit.sandbox.world.programs import Programs
from edfi_audit.sandbox.world.rosters import Rosters
from edfi_audit.sandbox.world.scheduling import SectionPlan, Timetable
from edfi_audit.sandbox.world.staffing import Staffing

__all__ = ["District", "build_districts"]


_BEFORE = timedelta(days=60)
"""Before the audit; what is in the ODS was sent in the forty days before it."""


@dataclass(frozen=True)
class District:
    """An agency, its extract, and the schools in it."""

    agency: AgencyPlan
    campus: Campus
    schools: list[School]


def build_districts(size: str, year: Year, rng: Random) -> tuple[District, District]:
    """The audited agency and its neighbor, in a world of `size` tiny or demo."""
    ids = fresh_ids(rng)
    own, other = (
        _Building(agency.in_state(year.state), SIZES[size], year, rng, ids)
        for agency in (DISTRICT, NEIGHBOR)
    )
    if year.state.is_wisconsin:
        for home in (own, other):
            arrive_at_jail(own.place("jail"), home.place("high"), every=3, nth=1 + (home is other))
    own.schedule()
    other.schedule()
    visit_for_coursework(own.place, other.place)
    own.fill()
    other.fill()
    own.oddities()
    if year.state.is_minnesota:
        describe(own.district.campus)
    return own.district, other.district


class _Building:
    """An agency in the making: mappings, people, timetable, staff, rosters, in this order."""

    def __init__(
        self, agency: AgencyPlan, size: Size, year: Year, rng: Random, ids: Iterator[str]
    ) -> None:
        campus = self._campus = Campus(datetime.combine(year.audit_date - _BEFORE, time(16)))
        self._year = year
        prefer(campus, year)
        self._people = People(campus, year, rng, ids)
        self._programs = Programs(campus, rng, year, agency.lea_id)
        self._timetable, self._rosters = Timetable(campus, rng, size.seats), Rosters(campus, rng)
        self._staffing = Staffing(campus, year, self._people)
        self._opened = {plan.kind: open_school(campus, year, plan) for plan in agency.schools}
        self._students: dict[str, list[Student]] = {
            kind: self._people.students(school, size.students[agency.lea_id][kind])
            for kind, school in self._opened.items()
        }
        self._sections: dict[str, list[SectionPlan]] = {}
        self.district = District(agency, campus, list(self._opened.values()))

    def place(self, kind: str) -> Place:
        """One of the schools, for those who come and go."""
        sections = self._sections.get(kind, [])
        return Place(self._people, self._opened[kind], self._students[kind], sections)

    def schedule(self) -> None:
        """The sections of every school, and who sits in them."""
        for kind, school in self._opened.items():
            self._sections[kind] = self._timetable.schedule(school, self._students[kind])

    def fill(self) -> None:
        """Teachers, roster rows and participations."""
        for kind, school in self._opened.items():
            sections = self._sections[kind]
            team = self._people.staff(school, teachers_needed(school, len(sections)))
            self._staffing.staff(school, sections, team)
            for section in sections:
                self._rosters.fill(section)
                self._programs.enter(section)
        self._programs.serve(self._students.get("elementary", ()))

    def oddities(self) -> None:
        """What is lawfully odd."""
        oddities = Oddities(self._campus, self._year, self._timetable, self._people)
        oddities.add(self._opened, self._students)
