"""The frame of a school year: its dates, and the sessions, phases and terms inside it."""

from dataclasses import dataclass
from datetime import date

from edfi_audit.sandbox.world.states import WISCONSIN, State

__all__ = ["Session", "Year"]

_JULY, _JUNE = 7, 6


@dataclass(frozen=True)
class Year:
    """A state's school year by its END year: 2026 runs from 1 July 2025 to 30 June 2026."""

    end: int
    audit_date: date
    state: State = WISCONSIN

    def uri(self, kind: str, code: str) -> str:
        """The full URI of a descriptor of the state: `uri("Term", "A")`."""
        return self.state.uri(kind, code)

    def on(self, month: int, day: int) -> date:
        """That day of the school year."""
        return date(self.end - 1 if month >= _JULY else self.end, month, day)

    @property
    def first(self) -> date:
        """1 July."""
        return self.on(_JULY, 1)

    @property
    def last(self) -> date:
        """30 June."""
        return self.on(_JUNE, 30)

    @property
    def label(self) -> str:
        """As schools write it: 2025-26."""
        return f"{self.end - 1}-{self.end % 100:02d}"

    def phase(self, session_end: date | None) -> str:
        """in_term up to the session's last day, then after_term, then after_year."""
        if self.audit_date <= (session_end or self.last):
            return "in_term"
        return "after_term" if self.audit_date <= self.last else "after_year"


@dataclass(frozen=True)
class Session:
    """An Ed-Fi session of one school."""

    school_id: int
    name: str
    begin: date
    end: date
    term_descriptor: str

    @property
    def is_annual(self) -> bool:
        """Whether it only holds the first and the last day of school, and no section."""
        return self.term_descriptor.endswith("/TermDescriptor#A")

    def holds(self, day: date | None) -> bool:
        """Whether `day` is set and inside the session."""
        return day is not None and self.begin <= day <= self.end
