"""Whole schools and agencies: what no single record shows."""

from collections import Counter
from collections.abc import Iterator

from edfi_audit.sandbox.world.derive.keys import key_of
from edfi_audit.sandbox.world.oracle.records import Keyed, Records, Rule
from edfi_audit.sandbox.world.oracle.shapes import Association

__all__ = ["RULES"]


def jail_without_roster(records: Records) -> Iterator[Keyed]:
    """SSA-024: a jail school with enrolments and no student section association."""
    enrolled = {one.school_id for one in records.enrollments}
    rostered = {one.school_id for one in records.associations}
    for school_id in sorted(set(records.facts.jail_schools)):
        if records.is_public(school_id) and school_id in enrolled and school_id not in rostered:
            yield Keyed({"schoolId": school_id})


def ungraded_withdrawals(records: Records) -> Iterator[Keyed]:
    """SSA-027: too many of the school's associations of ended sessions withdrew ungraded."""
    all_, ungraded = Counter[int](), Counter[int]()
    for one in records.public():
        if one.logical is None or not records.has_ended(one):
            continue
        school_id = one.logical.section.school_id
        all_[school_id] += 1
        if records.withdrew(one) and not records.finals(one.logical):
            ungraded[school_id] += 1
    for school_id, number in sorted(all_.items()):
        if 100 * ungraded[school_id] > records.facts.ungraded_withdrawals_percent * number:
            yield Keyed({"schoolId": school_id})


def vendor_default(records: Records) -> Iterator[Keyed]:
    """ATT-018: all I; or one value nearly everywhere, and for all who withdrew."""
    for row in records.agencies:
        key = key_of("localEducationAgencies", row)
        judged = [
            one
            for one in records.public()
            if records.lea_of(one.school_id) == key["localEducationAgencyId"]
            and records.has_ended(one)
            and records.status(one) in {"S", "I"}
        ]
        enough = len(judged) >= records.facts.vendor_default_minimum
        if enough and any(_is_default(records, judged, value) for value in ("S", "I")):
            yield Keyed(key)


def _is_default(records: Records, judged: list[Association], value: str) -> bool:
    having = [one for one in judged if records.status(one) == value]
    withdrawn = [one for one in judged if records.withdrew(one)]
    share = 100 * len(having) / len(judged)
    everywhere = value == "I" and len(having) == len(judged)
    nearly = share >= records.facts.vendor_default_percent
    return everywhere or (
        nearly and bool(withdrawn) and all(records.status(one) == value for one in withdrawn)
    )


RULES = (
    Rule("SSA-024", "warning", "schools", jail_without_roster),
    Rule("SSA-027", "warning", "schools", ungraded_withdrawals),
    Rule("ATT-018", "warning", "localEducationAgencies", vendor_default),
)
