"""Roster rows: whole-term ones, late and early ones, drops and re-entries; and Final scores."""

from datetime import date, timedelta
from random import Random

from edfi_audit.sandbox.world.campus import Campus, Row
from edfi_audit.sandbox.world.people import Student
from edfi_audit.sandbox.world.scheduling import SectionPlan

__all__ = ["Rosters", "roster_row"]

_DROPS, _RETURNS = 0.012, 0.012
_AWAY = 12
_REENTRY_PROGRAMS = ("Dual", "WL")
_REENTRY_COURSES = ("PE-H", "HIST-W", "ART-M", "PE-M")


class Rosters:
    """Fills the sections."""

    def __init__(self, campus: Campus, rng: Random) -> None:
        self._campus, self._rng = campus, rng

    def fill(self, section: SectionPlan) -> None:
        """A roster row per student; in some sections the first leaves and returns."""
        returner = self._first_full(section) if self._shows_reentry(section) else None
        for student in section.students:
            row = self._enter(section, student)
            if row["startDate"] or row["endDate"]:
                continue
            chance = 0.0 if student is returner else self._rng.random()
            comes_back = chance < _RETURNS
            drops = chance < _DROPS + _RETURNS and section.plan.program is None
            if len(section.students) > 1 and (comes_back or drops):
                self._interrupt(section, row, comes_back=comes_back)

    def _shows_reentry(self, section: SectionPlan) -> bool:
        shown = section.plan.program in _REENTRY_PROGRAMS or section.plan.number in _REENTRY_COURSES
        return shown and section.row["number"] == "01"

    @staticmethod
    def _first_full(section: SectionPlan) -> Student | None:
        begin, end = section.school.span(section.terms)
        whole = (
            s for s in section.students if s.begin <= begin and (s.end is None or s.end >= end)
        )
        return next(whole, None)

    def _enter(self, section: SectionPlan, student: Student) -> Row:
        begin, end = section.school.span(section.terms)
        starts = student.begin if student.begin > begin else None
        ends = student.end if student.end and student.end < end else None
        return roster_row(self._campus, section.row, student.person, (starts, ends))

    def _interrupt(self, section: SectionPlan, row: Row, *, comes_back: bool) -> None:
        """Ends the row in the first term's middle; a returner begins a new row days later."""
        term = section.school.terms[section.terms[0]]
        length = (term["endDate"] - term["startDate"]).days
        if length <= 3 * _AWAY:
            return
        left = term["startDate"] + timedelta(days=self._rng.randrange(_AWAY, length - 2 * _AWAY))
        row["endDate"] = left
        if comes_back:
            back = left + timedelta(days=self._rng.randrange(3, _AWAY))
            roster_row(self._campus, section.row, {"personID": row["personID"]}, (back, None))


def roster_row(
    campus: Campus, section: Row, person: Row, dates: tuple[date | None, date | None] = (None, None)
) -> Row:
    """A roster row; null dates mean the whole section."""
    return campus.add(
        "roster",
        personID=person["personID"],
        sectionID=section["sectionID"],
        trialID=section["trialID"],
        startDate=dates[0],
        endDate=dates[1],
        audit=0,
    )
