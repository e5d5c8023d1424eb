"""DTE: begin and end of staff section associations, by the ladders."""

from collections.abc import Callable, Iterator

from edfi_audit.sandbox.world.oracle.extract import Lesson
from edfi_audit.sandbox.world.oracle.intervals import Interval
from edfi_audit.sandbox.world.oracle.ladder import Rung
from edfi_audit.sandbox.world.oracle.matching import Actual
from edfi_audit.sandbox.world.oracle.parsing import day
from edfi_audit.sandbox.world.oracle.records import Keyed, Records, Rule
from edfi_audit.sandbox.world.oracle.resolver import ExpectedStaff

__all__ = ["RULES"]

_OF = "staffSectionAssociations"


def _another_begin(rung: Rung) -> Callable[[Records], Iterator[Actual]]:
    """DTE-001, 002, 003: the begin that this rung of the ladder gives is another one."""

    def failing(records: Records) -> Iterator[Actual]:
        for one, record in records.sides.staff.linked():
            is_due = one.may_be_sent and one.dates.begin_from == rung
            if is_due and day(record.key["beginDate"]) != one.dates.begin:
                yield record

    return failing


def _another_end(rung: Rung) -> Callable[[Records], Iterator[Actual]]:
    """DTE-005, 006, 007: the end that this rung gives is another one; null is another one."""

    def failing(records: Records) -> Iterator[Actual]:
        for one, record in records.sides.staff.linked():
            is_due = one.may_be_sent and one.dates.end_from == rung
            if is_due and day(record.record.get("endDate")) != one.dates.end:
                yield record

    return failing


def hired_too_late(records: Records) -> Iterator[Actual]:
    """DTE-004: there must be no record, for the assignment begins after the last term."""
    for one, record in records.sides.staff.linked():
        if one.dates.begins_late:
            yield record


def _sent(records: Records) -> Iterator[ExpectedStaff]:
    return (one for one in records.sides.staff.expected if one.is_sent)


def _key(records: Records, one: ExpectedStaff) -> Keyed:
    return Keyed(records.sides.staff.key(one))


def beyond_reason(records: Records) -> Iterator[Keyed]:
    """DTE-008: the ladders give an end before the begin, or a day outside the school year."""
    facts = records.facts
    for one in _sent(records):
        begin, end = one.dates.begin, one.dates.end
        if not facts.first_day <= begin <= end <= facts.last_day:
            yield _key(records, one)


def history_outside_terms(records: Records) -> Iterator[Keyed]:
    """DTE-009: the history begins outside the section's terms, and is passed on."""
    for one in _sent(records):
        start = one.history["startDate"] if one.history else None
        if start is not None and not _terms(one.lesson).holds(Interval(start, start)):
            yield _key(records, one)


def _terms(lesson: Lesson) -> Interval:
    return Interval(lesson.lowest, lesson.highest)


def beyond_employment(records: Records) -> Iterator[Keyed]:
    """DTE-010: the assignment ended before the terms, and yet the term's end is reported."""
    for one in _sent(records):
        left = one.dates.assignment["endDate"] if one.dates.assignment else None
        if one.dates.end_from == "term" and left is not None and left < one.lesson.lowest:
            yield _key(records, one)


RULES = (
    Rule("DTE-001", "error", _OF, _another_begin("history")),
    Rule("DTE-002", "error", _OF, _another_begin("assignment")),
    Rule("DTE-003", "error", _OF, _another_begin("term")),
    Rule("DTE-004", "error", _OF, hired_too_late),
    Rule("DTE-005", "warning", _OF, _another_end("history")),
    Rule("DTE-006", "warning", _OF, _another_end("assignment")),
    Rule("DTE-007", "warning", _OF, _another_end("term")),
    Rule("DTE-008", "error", _OF, beyond_reason),
    Rule("DTE-009", "info", _OF, history_outside_terms),
    Rule("DTE-010", "warning", _OF, beyond_employment),
)
