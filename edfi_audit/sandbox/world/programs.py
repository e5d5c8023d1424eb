"""Career, dual-enrolment and language programs, and who takes part in them."""

from collections.abc import Sequence
from random import Random

from edfi_audit.sandbox.world.campus import Campus, Row
from edfi_audit.sandbox.world.catalogue import SPEECH_PROGRAM
from edfi_audit.sandbox.world.frame import Year
from edfi_audit.sandbox.world.people import PRE_KINDERGARTEN, Student
from edfi_audit.sandbox.world.scheduling import SectionPlan

__all__ = ["Programs", "program_type"]

_IRC_FROM = 2025
_EARLIER_TYPES = {"IRC": "Certified", "WBL": "Non Certified"}
_NAMES = {
    "Dual": "College Course with WI Tribal College",
    "WL": "World Language Instruction",
    "WBL": "Internship/Local Co-op",
    "IRC": "IRC State Approved Business & Industry",
    "Certified": "State Co-op Ed. Skill Standards - DPI Youth Leadership",
    "Non Certified": "Internship/Local Co-op",
}
_SHARE = 0.6
_ALL = ("Dual", "WL")
_SERVED = 7


def program_type(kind: str, school_year: int) -> str:
    """The type code that the year asks for: Certified until 2024, IRC from 2025."""
    return kind if school_year >= _IRC_FROM else _EARLIER_TYPES.get(kind, kind)


class Programs:
    """The programs of an agency by type code, and its speech service."""

    def __init__(self, campus: Campus, rng: Random, year: Year, lea_id: int) -> None:
        self._campus, self._rng = campus, rng
        self._rows: dict[str, Row] = {}
        if not year.state.is_wisconsin:
            return
        for kind in ("Dual", "WL", "WBL", "IRC"):
            code = program_type(kind, year.end)
            self._rows[kind] = campus.add(
                "program", name=_NAMES[code], programType=code, edOrgID=str(lea_id)
            )
        self._speech = campus.add(
            "program", name=SPEECH_PROGRAM, programType="Special Education", edOrgID=str(lea_id)
        )

    def serve(self, students: Sequence[Student]) -> None:
        """Speech lessons for a few students who sit in sections as well."""
        rostered = [
            student
            for student in students
            if student.grade != PRE_KINDERGARTEN and not student.enrollment["noShow"]
        ]
        for student in rostered[::_SERVED] if self._rows else ():
            self._campus.add(
                "programParticipation",
                personID=student.person["personID"],
                programID=self._speech["programID"],
            )

    def enter(self, section: SectionPlan) -> None:
        """Participations of the section's students; not everyone in a career course takes part."""
        kind = section.plan.program or ""
        if kind not in self._rows:
            return
        for student in section.students:
            if kind in _ALL or self._rng.random() < _SHARE:
                self._campus.add(
                    "programParticipation",
                    personID=student.person["personID"],
                    programID=self._rows[kind]["programID"],
                    sectionID=section.row["sectionID"],
                )
