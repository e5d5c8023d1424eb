"""The records that the rules speak of, each parsed once from its API shape."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.oracle.intervals import Interval

__all__ = [
    "Association",
    "Enrollment",
    "Grade",
    "Logical",
    "Participation",
    "Program",
    "School",
    "Section",
    "SectionKey",
    "Session",
]


class SectionKey(NamedTuple):
    """A section's natural key, whole."""

    school_id: int
    school_year: int
    session_name: str
    local_course_code: str
    section_identifier: str


class Logical(NamedTuple):
    """A student in a section, however often he enters it."""

    section: SectionKey
    student: str


class Program(NamedTuple):
    """A program as a reference states it."""

    ed_org: int | None
    name: str | None
    type: str | None

    @property
    def is_whole(self) -> bool:
        """Whether all three parts are given."""
        return None not in self


@dataclass(frozen=True)
class School:
    """A school of the ODS."""

    key: Row
    school_id: int
    lea_id: int | None
    is_choice: bool


@dataclass(frozen=True)
class Session:
    """A session of the ODS."""

    school_id: int | None
    school_year: int | None
    name: str | None
    begin: date | None
    end: date | None
    term: str | None
    is_annual: bool


@dataclass(frozen=True)
class Section:
    """A record of /sections and the programs stated on it."""

    key: Row
    section: SectionKey | None
    school_id: int | None
    programs: tuple[Program, ...]


@dataclass(frozen=True)
class Association:
    """A student section association; `core` and `own` are its two lists of programs."""

    key: Row
    id: str | None
    school_id: int | None
    school_year: int | None
    session_name: str | None
    section: SectionKey | None
    student: str | None
    begin: date | None
    end: date | None
    status: str | None
    core: tuple[Program, ...]
    own: tuple[Program, ...]

    @cached_property
    def logical(self) -> Logical | None:
        """Student and section; null while a part is missing."""
        if self.section is None or self.student is None:
            return None
        return Logical(self.section, self.student)

    @cached_property
    def whole_key(self) -> tuple[Logical, date] | None:
        """The whole natural key; null while a part is missing."""
        if self.logical is None or self.begin is None:
            return None
        return self.logical, self.begin

    @cached_property
    def interval(self) -> Interval | None:
        """From begin to end; null without a begin, or when it runs backwards."""
        if self.begin is None or (self.end is not None and self.end < self.begin):
            return None
        return Interval.of(self.begin, self.end)

    @cached_property
    def programs(self) -> tuple[Program, ...]:
        """Every different program stated, whichever list it stands in."""
        return tuple(dict.fromkeys((*self.core, *self.own)))


@dataclass(frozen=True)
class Enrollment:
    """A student school association; `kind` is primary, coursework, other or unknown."""

    key: Row
    student: str | None
    school_id: int | None
    school_year: int | None
    entry: date | None
    exit: date | None
    exit_code: str | None
    grade: str | None
    grade_level: int | None
    is_primary_school: bool | None
    type: str | None
    kind: str

    @property
    def interval(self) -> Interval:
        """From entry to exit, each open when null."""
        return Interval.of(self.entry, self.exit)


@dataclass(frozen=True)
class Grade:
    """A grade; `outcome` is graded, not graded, or none."""

    key: Row
    school_id: int | None
    logical: Logical | None
    begin: date | None
    type: str | None
    conversion: str | None
    outcome: str


@dataclass(frozen=True)
class Participation:
    """A student (CTE) program association."""

    key: Row
    student: str | None
    ed_org: int | None
    program: Program
    certificated_status: str | None
