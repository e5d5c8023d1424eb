"""Career, dual-enrolment and language programs, and who takes part in them."""

from random import Random

from edfi_audit.sandbox.world.campus import Campus, Row
from edfi_audit.sandbox.world.catalogue import LEA_ID
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


def program_type(kind: str, school_year: int) -> str:
    """The type code that the year asks for: Certified until 2024, IRC from 2025."""
    return kind if school_year >= _IRC_FROM else _EARLIER_TYPES.get(kind, kind)


class Programs:
    """The programs of the district by type code."""

    def __init__(self, campus: Campus, rng: Random, school_year: int) -> None:
        self._campus, self._rng, self._year = campus, rng, school_year
        self._rows: dict[str, Row] = {}
        for kind in ("Dual", "WL", "WBL", "IRC"):
            code = program_type(kind, school_year)
            self._rows[kind] = campus.add(
                "program", name=_NAMES[code], programType=code, edOrgID=str(LEA_ID)
            )

    def enter(self, section: SectionPlan) -> None:
        """Participations of the section's students; not everyone in a career course takes part."""
        kind = section.plan.program
        if kind is None:
            return
        for student in section.students:
            if kind in _ALL or self._rng.random() < _SHARE:
                self._campus.add(
                    "programParticipation",
                    personID=student.person["personID"],
                    programID=self._rows[kind]["programID"],
                    sectionID=section.row["sectionID"],
                )
