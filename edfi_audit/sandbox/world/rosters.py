"""Roster rows: whole-term ones, late and early ones, drops and re-entries; and Final scores."""

from collections import Counter
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
_AUDITED_COURSES = ("ART-1", "CIVICS", "ECON", "TECH-M")
_RARELY = 50


class Rosters:
    """Fills the sections."""

    def __init__(self, campus: Campus, rng: Random) -> None:
        self._campus, self._rng = campus, rng
        self._entered, self._dropped = Counter[str](), Counter[str]()
        self._droppers: set[str] = set()

    def fill(self, section: SectionPlan) -> None:
        """A roster row per student; in some sections the first leaves and returns.

        Of others the last one is only an audit.
        """
        whole = self._full(section)
        returner = whole[0] if whole and self._shows_reentry(section) else None
        auditor = whole[-1] if whole and section.plan.number in _AUDITED_COURSES else None
        for student in section.students:
            row = self._enter(section, student)
            self._entered[section.school.plan.kind] += 1
            if student is auditor:
                row["audit"] = 1
            elif not row["startDate"] and not row["endDate"] and len(section.students) > 1:
                self._maybe_interrupt(section, row, surely=student is returner)

    def _maybe_interrupt(self, section: SectionPlan, row: Row, *, surely: bool) -> None:
        """Few leave and return; fewer drop the section, of each school's rows one of fifty."""
        chance, kind = 0.0 if surely else self._rng.random(), section.school.plan.kind
        comes_back = chance < _RETURNS
        drops = chance < _DROPS + _RETURNS and section.plan.program is None
        if not comes_back and drops:
            often = _RARELY * (self._dropped[kind] + 1) > self._entered[kind]
            drops = not often and row["personID"] not in self._droppers
            self._dropped[kind] += drops
        if comes_back or drops:
            self._droppers.add(row["personID"])
            self._interrupt(section, row, comes_back=comes_back)

    def _shows_reentry(self, section: SectionPlan) -> bool:
        shown = section.plan.program in _REENTRY_PROGRAMS or section.plan.number in _REENTRY_COURSES
        return shown and section.row["number"] == "01"

    @staticmethod
    def _full(section: SectionPlan) -> list[Student]:
        begin, end = section.school.span(section.terms)
        return [s for s in section.students if s.begin <= begin and (s.end is None or s.end >= end)]

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
