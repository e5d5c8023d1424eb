"""What a derivation gives: records tied to the Campus rows they come from, and absences."""

from dataclasses import dataclass, field
from datetime import date

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.frame import Session

__all__ = ["Absence", "Class", "Link"]


@dataclass(eq=False)
class Link:
    """An expected record: the Campus row it comes from, the ODS record, the mapping row.

    `state` is that of the identity ledger; planting changes it.
    """

    resource: str
    key: Row
    school_id: int
    source: Row
    record: Row
    mapping: Row | None = None
    state: str = "IDM-000"


@dataclass(frozen=True)
class Absence:
    """A record that the SIS rightly does not send, the gate that holds it back, its Campus row."""

    resource: str
    key: Row
    school_id: int
    reason: str
    source: Row | None = None


@dataclass(eq=False)
class Class:
    """A section in one session, with everything sent for it.

    `lowest` and `highest` bound the terms that the section is placed in within the session.
    """

    school_id: int
    kind: str
    session: Session
    section: Row
    course: Row
    lowest: date
    highest: date
    terms: tuple[Row, ...]
    link: Link | None = None
    staff: list[Link] = field(default_factory=list)
    students: list[Link] = field(default_factory=list)
    resolved: list[Link] = field(default_factory=list)
    """The staff links that the resolver made Teachers of Record."""

    @property
    def key(self) -> Row:
        """The section's natural key."""
        if self.link is None:
            raise LookupError("the section is not sent")
        return self.link.key
