"""Where rooms are opened: a calendar of a school, and one of its sessions."""

from dataclasses import dataclass, field

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.frame import Session

__all__ = ["Newcomer", "Place"]


@dataclass(frozen=True)
class Newcomer:
    """A student: his row in the SIS and his WISEid."""

    person: Row
    student_id: str


@dataclass(eq=False)
class Place:
    """A place, and the student who sits in all of its rooms."""

    kind: str
    school_id: int
    school: Row
    calendar: Row
    trial: Row
    terms: tuple[Row, ...]
    period_id: str
    session: Session
    state_code: str
    extension: Row = field(default_factory=dict)
    student: Newcomer | None = None
