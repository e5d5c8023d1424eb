"""Attempt status, withdrawal and outcome: the specification's use cases 6.0 to 6.7."""

from collections.abc import Iterator

from edfi_audit.sandbox.world.oracle.records import Records, Rule
from edfi_audit.sandbox.world.oracle.shapes import Association

__all__ = ["RULES"]

_HIGH_SCHOOL = range(9, 13)


def completed_with_grade(records: Records) -> Iterator[Association]:
    """ATT-010: present to the end and graded, so S."""
    for one in _plain(records):
        if not records.withdrew(one) and _is_graded(records, one) and records.status(one) != "S":
            yield one


def completed_without_grade(records: Records) -> Iterator[Association]:
    """ATT-011: present to the end, no grade though one could be earned: I, or S with Not Graded."""
    for one in _completed_without_grade(records):
        if records.links.is_gradable(one) is not False and not _is_accepted(records, one):
            yield one


def completed_ungradable(records: Records) -> Iterator[Association]:
    """ATT-012: present to the end of a course that gives no grade: I, or S with Not Graded."""
    for one in _completed_without_grade(records):
        if records.links.is_gradable(one) is False and not _is_accepted(records, one):
            yield one


def audited_with_grade(records: Records) -> Iterator[Association]:
    """ATT-013: an audited section, S, and yet a grade."""
    for one in _single(records):
        audit = records.links.is_audit(one)
        if audit and records.status(one) == "S" and _is_graded(records, one):
            yield one


def audited_without_outcome(records: Records) -> Iterator[Association]:
    """ATT-013: an audited section is I, or S with Not Graded."""
    for one in _single(records):
        audit = records.links.is_audit(one)
        if audit and not _is_graded(records, one) and not _is_accepted(records, one):
            yield one


def withdrawn_with_grade(records: Records) -> Iterator[Association]:
    """ATT-014: withdrew and received a grade, so S."""
    for one in _plain(records):
        if records.withdrew(one) and _is_graded(records, one) and records.status(one) != "S":
            yield one


def withdrawn_without_grade(records: Records) -> Iterator[Association]:
    """ATT-015: withdrew and received no grade, so I."""
    for one in _plain(records):
        graded = _is_graded(records, one)
        if records.withdrew(one) and not graded and records.status(one) != "I":
            yield one


def returned_with_grade(records: Records) -> Iterator[Association]:
    """ATT-016: left, came back and was graded: the last one S, each earlier one I."""
    for one in _returned(records):
        right = "S" if records.is_latest(one) else "I"
        if _is_graded(records, one) and records.status(one) != right:
            yield one


def returned_without_grade(records: Records) -> Iterator[Association]:
    """ATT-017: left, came back and was not graded: all I."""
    for one in _returned(records):
        if not _is_graded(records, one) and records.status(one) != "I":
            yield one


def insufficient_too_early(records: Records) -> Iterator[Association]:
    """ATT-019: the session still runs, no end date, and the status is I already."""
    for one in records.public():
        if not records.has_ended(one) and one.end is None and records.status(one) == "I":
            yield one


def sufficient_without_final(records: Records) -> Iterator[Association]:
    """GRD-001: in grades 9 to 12, S (or blank, which counts as S), and no Final grade at all."""
    for one in _latest(records):
        in_high_school = any(level in _HIGH_SCHOOL for level in records.grade_levels(one.student))
        sufficient = records.status(one) in {"S", "missing"}
        if in_high_school and sufficient and not records.finals(one.logical):
            yield one


def no_participant(records: Records) -> Iterator[Association]:
    """CTE-014: states a career or dual program, but is I or has no grade."""
    for one in _career(records):
        if records.status(one) == "I" or not _is_graded(records, one):
            yield one


def no_participant_for_want_of_grade(records: Records) -> Iterator[Association]:
    """ATT-020: states a career or dual program and has no grade, so is no participant."""
    for one in _career(records):
        if not _is_graded(records, one):
            yield one


def _single(records: Records) -> Iterator[Association]:
    """The only association of its student and section, session over, S or I."""
    for one in records.public():
        if (
            len(records.stays(one)) == 1
            and records.has_ended(one)
            and records.status(one) in {"S", "I"}
        ):
            yield one


def _plain(records: Records) -> Iterator[Association]:
    return (one for one in _single(records) if not records.links.is_audit(one))


def _completed_without_grade(records: Records) -> Iterator[Association]:
    for one in _plain(records):
        if not records.withdrew(one) and not _is_graded(records, one):
            yield one


def _returned(records: Records) -> Iterator[Association]:
    """One of several of its student and section, session over, S or I."""
    for one in records.public():
        if (
            len(records.stays(one)) > 1
            and records.has_ended(one)
            and records.status(one) in {"S", "I"}
        ):
            yield one


def _latest(records: Records) -> Iterator[Association]:
    for one in records.public():
        if records.is_latest(one) and records.has_ended(one):
            yield one


def _career(records: Records) -> Iterator[Association]:
    for one in _latest(records):
        if any(records.takes_part(program) for program in one.programs):
            yield one


def _is_graded(records: Records, one: Association) -> bool:
    return records.outcome(one.logical) == "graded"


def _is_accepted(records: Records, one: Association) -> bool:
    """I, or S with Not Graded."""
    status = records.status(one)
    return status == "I" or (status == "S" and records.outcome(one.logical) == "not graded")


_OF = "studentSectionAssociations"
RULES = (
    Rule("ATT-010", "error", _OF, completed_with_grade),
    Rule("ATT-011", "warning", _OF, completed_without_grade),
    Rule("ATT-012", "warning", _OF, completed_ungradable),
    Rule("ATT-013", "error", _OF, audited_with_grade),
    Rule("ATT-013", "warning", _OF, audited_without_outcome),
    Rule("ATT-014", "error", _OF, withdrawn_with_grade),
    Rule("ATT-015", "error", _OF, withdrawn_without_grade),
    Rule("ATT-016", "warning", _OF, returned_with_grade),
    Rule("ATT-017", "warning", _OF, returned_without_grade),
    Rule("ATT-019", "info", _OF, insufficient_too_early),
    Rule("ATT-020", "warning", _OF, no_participant_for_want_of_grade),
    Rule("GRD-001", "warning", _OF, sufficient_without_final),
    Rule("CTE-014", "warning", _OF, no_participant),
)
