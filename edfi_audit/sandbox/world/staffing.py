"""Staff history of the sections: plain ones, and every lawful irregularity in turn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from edfi_audit.sandbox.world.calendar import School
from edfi_audit.sandbox.world.campus import Campus, Row
from edfi_audit.sandbox.world.frame import Year
from edfi_audit.sandbox.world.people import People
from edfi_audit.sandbox.world.scheduling import SectionPlan

__all__ = ["Staffing", "history_row"]

Dates = tuple[date | None, date | None]
_OPEN: Dates = (None, None)
_OVERRIDDEN_COURSE = "MTH-08"


@dataclass
class _Case:
    """One section to staff: its teacher and two colleagues."""

    section: SectionPlan
    teacher: Row
    colleague: Row
    third: Row

    @property
    def term(self) -> Row:
        """The first term the section is placed in."""
        return self.section.school.terms[self.section.terms[0]]

    def day(self, share: float) -> date:
        """A day of the first term, that share of the way through it."""
        return _on_the_way(self.term, share)

    @property
    def change(self) -> date:
        """The middle of the last term: who takes over then was not there in an earlier session."""
        return _on_the_way(self.section.school.terms[self.section.terms[-1]], 0.5)

    @property
    def is_in_one_session(self) -> bool:
        """Whether all terms of the section stand for one session."""
        terms = self.section.school.plan.terms
        return len({term.session for term in terms if term.name in self.section.terms}) == 1


def _on_the_way(term: Row, share: float) -> date:
    begin: date = term["startDate"]
    return begin + timedelta(days=int((term["endDate"] - begin).days * share))


class Staffing:
    """Gives every section of a school its staff history."""

    def __init__(self, campus: Campus, year: Year, people: People) -> None:
        self._campus, self._year, self._people = campus, year, people
        self._college_role = "I" if "I" in year.state.roles else "T"
        self._late_hires: dict[str, Row] = {}

    def staff(self, school: School, sections: Sequence[SectionPlan], team: Sequence[Row]) -> None:
        """Half of the sections are plain; the others take one irregularity after the other."""
        for index, section in enumerate(sections):
            members = [team[(index // 5 + step) % len(team)] for step in range(3)]
            case = _Case(section, *members)
            if section.plan.program == "Dual":
                self._row(case, members[0], "P", self._college_role)
            elif section.course["number"] == _OVERRIDDEN_COURSE:
                section.course["teacherOverride"] = team[-1]["edfiID"]
                self._row(case, members[0], "P", "T")
            elif index % 2:
                self._row(case, members[0], "P", "T" if index % 4 == 1 else None)
            else:
                turn = index // 2 % len(self._turns)
                self._turns[turn](self, case)
        self._two_assignments(school, team)

    def _row(
        self, case: _Case, person: Row, staff_type: str, role: str | None, dates: Dates = _OPEN
    ) -> Row:
        return history_row(self._campus, case.section.row, person, (staff_type, role), dates)

    def _co_teacher(self, case: _Case) -> None:
        self._row(case, case.teacher, "P", "T")
        self._row(case, case.colleague, "T", "C")

    def _change(self, case: _Case) -> None:
        last = case.change
        self._row(case, case.teacher, "P", "T", (None, last))
        self._row(case, case.colleague, "P", "T", (last + timedelta(days=1), None))

    def _support_and_aide(self, case: _Case) -> None:
        self._row(case, case.teacher, "P", None)
        self._row(case, case.colleague, "T", "S")
        self._row(case, case.third, "A", None)

    def _substitute(self, case: _Case) -> None:
        self._row(case, case.teacher, "P", "T")
        self._row(case, case.colleague, "T", "B", (case.day(0.3), case.day(0.45)))

    def _outranked(self, case: _Case) -> None:
        self._row(case, case.teacher, "P", "T")
        self._row(case, case.colleague, "T", "T", (case.day(0.2), None))

    def _overridden(self, case: _Case) -> None:
        case.section.row["teacherOverride"] = case.colleague["edfiID"]
        self._row(case, case.teacher, "P", "T")

    def _overridden_by_itself(self, case: _Case) -> None:
        case.section.row["teacherOverride"] = case.teacher["edfiID"]
        self._row(case, case.teacher, "P", "T")

    def _non_primary(self, case: _Case) -> None:
        self._row(case, case.teacher, "T", "T")

    def _dated(self, case: _Case) -> None:
        begin, end = case.section.school.span(case.section.terms)
        begins = begin if case.is_in_one_session else None
        self._row(case, case.teacher, "P", "T", (begins, end))

    def _late_hire(self, case: _Case) -> None:
        """A co-teacher without history dates whose district assignment begins in the year."""
        school = case.section.school
        if school.plan.kind not in self._late_hires:
            late = self._people.hire(school, years_ago=0)
            self._campus["employmentAssignment"][-1]["startDate"] = self._year.on(2, 9)
            self._late_hires[school.plan.kind] = late
        self._row(case, case.teacher, "P", "T")
        self._row(case, self._late_hires[school.plan.kind], "T", "C")

    def _two_assignments(self, school: School, team: Sequence[Row]) -> None:
        """The first teacher has two assignments at the school that touch: the title changed."""
        if school.plan.kind == "jail":
            return
        begin, turn = self._year.first.replace(year=self._year.end - 4), self._year.on(7, 31)
        for row in self._campus["employmentAssignment"]:
            if row["personID"] == team[0]["personID"]:
                row["startDate"] = turn + timedelta(days=1)
                break
        self._people.assign(school, team[0], begin, turn, title="Long-term Substitute")

    _turns: ClassVar[tuple[Callable[["Staffing", _Case], None], ...]] = (
        _co_teacher,
        _change,
        _support_and_aide,
        _substitute,
        _outranked,
        _overridden,
        _overridden_by_itself,
        _non_primary,
        _dated,
        _late_hire,
    )


def history_row(
    campus: Campus,
    section: Row,
    person: Row,
    kind: tuple[str, str | None],
    dates: Dates = _OPEN,
) -> Row:
    """A staff-history row; `kind` is staff type and role, null dates are open."""
    return campus.add(
        "sectionStaffHistory",
        sectionID=section["sectionID"],
        trialID=section["trialID"],
        personID=person["personID"],
        staffType=kind[0],
        role=kind[1],
        startDate=dates[0],
        endDate=dates[1],
    )
