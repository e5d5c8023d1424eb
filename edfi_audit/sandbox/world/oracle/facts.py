"""What the oracle is told beside the records: the day, the thresholds, and lists of schools."""

from dataclasses import dataclass
from datetime import date

from edfi_audit.sandbox.world.states import WISCONSIN

__all__ = ["Facts"]

_OF_RECORD = {
    "WI": ("Teacher of Record", "Instructor of Record"),
    "MN": ("Teacher of Record",),
    "NE": ("01", "Teacher of Record"),
}
_POSITIONS = {"NE": ("01", "02", "03", "04")}


@dataclass(frozen=True)
class Facts:
    """The settings that the rules are read under; thresholds have the defaults of [audit].

    Lists of codes that are empty are the profile's.
    """

    school_year: int
    audit_date: date
    namespace: str = WISCONSIN.namespace
    profile: str = WISCONSIN.profile
    section_identifier: str = "{course.number}-{section.number}"
    choice_schools: tuple[int, ...] = ()
    jail_schools: tuple[int, ...] = ()
    speech_programs: tuple[str, ...] = ()
    rostered_grades_except: tuple[str, ...] = ("PK", "K3", "K4")
    enrollment_grace_days: int = 30
    uncovered_days: int = 15
    coursework_sections: int = 4
    ungraded_withdrawals_percent: float = 5.0
    withdrawal_tolerance_days: int = 5
    vendor_default_percent: float = 99.0
    vendor_default_minimum: int = 100
    cte_section_students: int = 10
    tor_codes: tuple[str, ...] = ()
    classroom_positions: tuple[str, ...] = ()
    centers_of_excellence: tuple[int, ...] = ()
    tor_grace_days: int = 10
    tor_gap_days: int = 10
    substitute_days: int = 45
    sync_days: int = 7
    resync_rows: int = 500

    def uri(self, kind: str, code: str) -> str:
        """The full URI of a descriptor: `uri("AttemptStatus", "S")`."""
        return f"{self.namespace}/{kind}Descriptor#{code}"

    @property
    def of_record(self) -> tuple[str, ...]:
        """The codes of a Teacher of Record."""
        return self.tor_codes or _OF_RECORD[self.profile]

    @property
    def positions(self) -> tuple[str, ...]:
        """The codes that a classroom position may have; none where the state lists none."""
        return self.classroom_positions or _POSITIONS.get(self.profile, ())

    @property
    def first_day(self) -> date:
        """1 July."""
        return date(self.school_year - 1, 7, 1)

    @property
    def last_day(self) -> date:
        """30 June."""
        return date(self.school_year, 6, 30)
