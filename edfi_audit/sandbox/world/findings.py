"""All findings that an audit of a world must come to: what was planted, and all that follows.

Planters know what follows by the rules about keys and by the ledger. The other rules are read
from the records by the oracle, once planting is over; a planted defect that it does not see is an
error of one of the two.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.derive import Absence
from edfi_audit.sandbox.world.derive.gaps import elementary_gaps, without_final_task
from edfi_audit.sandbox.world.derive.reading import Reading
from edfi_audit.sandbox.world.oracle import (
    FROM_HISTORY,
    FROM_LEDGER,
    RULES,
    Facts,
    read_history,
    read_rules,
)
from edfi_audit.sandbox.world.truth import Finding

__all__ = ["READ", "all_findings"]

_ASSOCIATIONS = "studentSectionAssociations"
_ONE_SIDED = ("IDM-001", "IDM-003", "IDM-004", "IDM-006")
_Sides = tuple[dict[str, list[Row]], dict[str, list[Row]]]
_WISCONSIN_ONLY = ("SSA-", "ATT-", "GRD-", "CTE-", "WIX-")
READ = frozenset(
    {rule.id for rule in RULES} | {*FROM_LEDGER, *FROM_HISTORY, "SSA-028", "WIX-001", "WIX-002"}
)
"""The rules whose findings are read from the finished world."""


def all_findings(  # noqa: PLR0913
    noted: Sequence[Finding],
    absences: Iterable[Absence],
    ods: dict[str, list[Row]],
    reading: Reading,
    facts: Facts,
    *,
    earlier: _Sides | None = None,
) -> list[Finding]:
    """Those that planters noted, explained absences, and those read from the records.

    `earlier` is the ODS and the extract of an audit before. A `LookupError` names a noted finding
    that the reading does not come to.
    """
    noted = _in_force(noted, facts)
    told = [finding for finding in noted if finding.rule_id not in READ]
    absent = [
        Finding("IDM-007", absence.resource, absence.key, "info", planted=False)
        for absence in absences
    ]
    everything = (
        *read_rules(ods, reading.campus.tables, facts, told),
        *_one_sided(told, facts),
        *_gaps(ods, reading),
        *(read_history(earlier, (ods, reading.campus.tables), facts) if earlier else ()),
    )
    read = _in_force(everything, facts)
    planted = {_place(finding): finding.planted for finding in noted if finding.rule_id in READ}
    unseen = planted.keys() - {_place(finding) for finding in read}
    if unseen:
        raise LookupError(f"noted, but not to be read from the records: {min(unseen)}")
    marked = [replace(finding, planted=planted.get(_place(finding), False)) for finding in read]
    return [*told, *absent, *marked]


def _in_force(findings: Iterable[Finding], facts: Facts) -> list[Finding]:
    """Those of rules that the state has."""
    if facts.profile == "WI":
        return list(findings)
    return [one for one in findings if not one.rule_id.startswith(_WISCONSIN_ONLY)]


def _place(finding: Finding) -> tuple[str, str, str, str]:
    key = json.dumps(finding.natural_key, sort_keys=True)
    return finding.rule_id, finding.resource, key, finding.severity


def _one_sided(told: Iterable[Finding], facts: Facts) -> Iterator[Finding]:
    """SSA-028: rosters that the ledger has on one side only."""
    for finding in told:
        public = finding.natural_key.get("schoolId") not in facts.choice_schools
        if finding.rule_id in _ONE_SIDED and finding.resource == _ASSOCIATIONS and public:
            yield Finding("SSA-028", _ASSOCIATIONS, finding.natural_key, "error", planted=False)


def _gaps(ods: dict[str, list[Row]], reading: Reading) -> Iterator[Finding]:
    """WIX-001 and WIX-002."""
    for school_id in elementary_gaps(reading, ods[_ASSOCIATIONS]):
        yield Finding("WIX-001", "schools", {"schoolId": school_id}, "warning", planted=False)
    for key in without_final_task(reading):
        yield Finding("WIX-002", "sections", key, "warning", planted=False)
