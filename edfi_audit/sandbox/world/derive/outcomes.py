"""Attempt status and Final grade: what a stay in a section comes to."""

from dataclasses import dataclass, field
from random import Random

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.states import State

__all__ = ["Outcome", "outcome"]

_LETTERS = ("A", "A", "A-", "B+", "B", "B", "B-", "C+", "C", "D", "F")
_CONVERSION = "performanceBaseConversionDescriptor"
_BY_NUMBER, _BY_PASSING, _FAILED = 0.15, 0.25, 0.1


@dataclass(frozen=True)
class Outcome:
    """`status` is S or I; `mark` is what the Final grade holds, empty where there is none."""

    status: str
    mark: Row = field(default_factory=dict)
    score: str | None = None
    """The mark as the SIS has it."""


def outcome(  # noqa: PLR0913
    rng: Random,
    state: State,
    *,
    stayed: bool,
    ended: bool,
    left_school: bool,
    earns: bool,
    once: bool,
) -> Outcome:
    """What is reported of a stay.

    `stayed`: to the session's end; `ended`: the session is over; `left_school`: the enrolment
    ended with the stay, so that a grade is given for what was done; `earns`: neither an audit nor
    a course without grades; `once`: the student's only stay in the section.
    """
    if not ended:
        return Outcome("S" if stayed else "I")
    if not stayed and not (left_school and earns):
        return Outcome("I")
    if earns:
        return _graded(rng, state)
    if not once or rng.random() < 1 / 2:
        return Outcome("I")
    return Outcome("S", _conversion(state, "Not Graded"), "NG")


def _graded(rng: Random, state: State) -> Outcome:
    chance = rng.random()
    if chance < _BY_NUMBER:
        number = rng.randrange(120, 200) / 2
        return Outcome("S", {"numericGradeEarned": number}, f"{number}")
    if chance < _BY_PASSING:
        code = "F" if rng.random() < _FAILED else "P"
        return Outcome("S", _conversion(state, code), code)
    letter = rng.choice(_LETTERS)
    return Outcome("S", {"letterGradeEarned": letter}, letter)


def _conversion(state: State, code: str) -> Row:
    return {_CONVERSION: state.uri("PerformanceBaseConversion", code)}
