"""A second reading of the rules, over the generated records themselves.

It gives the ground truth of planted worlds, what follows from a defect by other rules included.
Nothing of it is shared with the queries that it is held against: loops over parsed records, one
short function a rule. Left to those who plant: the states of the identity ledger.
"""

from collections.abc import Iterable, Mapping, Sequence

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.oracle import (
    codes,
    coverage,
    enrollments,
    grades,
    history,
    identity,
    institutions,
    ladders,
    minutes,
    offerings,
    outcomes,
    programs,
    schools_at_once,
    spans,
    staff,
    syncs,
)
from edfi_audit.sandbox.world.oracle.facts import Facts
from edfi_audit.sandbox.world.oracle.records import Records, Rule
from edfi_audit.sandbox.world.truth import Finding

__all__ = [
    "FROM_HISTORY",
    "FROM_LEDGER",
    "RULES",
    "Facts",
    "read_history",
    "read_rules",
    "rules_of",
]

_EVERYWHERE: tuple[Rule, ...] = (
    *offerings.RULES,
    *staff.RULES,
    *ladders.RULES,
    *coverage.RULES,
    *identity.RULES,
    *syncs.RULES,
)
_ONLY_IN: Mapping[str, tuple[Rule, ...]] = {
    "WI": (
        *spans.RULES,
        *enrollments.RULES,
        *schools_at_once.RULES,
        *outcomes.RULES,
        *grades.RULES,
        *programs.RULES,
        *institutions.RULES,
    ),
    "MN": (*minutes.RULES, *codes.RULES, syncs.MAPPED_ARRAYS),
}
RULES: tuple[Rule, ...] = (*_ONLY_IN["WI"], *_EVERYWHERE, *_ONLY_IN["MN"])
"""Those of every profile."""
FROM_HISTORY = ("CO-015", "IDM-012", "SYN-005", "SYN-007")
"""The rules that compare with an earlier run."""
FROM_LEDGER = ("SYN-003", "SYN-006")
"""The rules that are read from what the identity ledger comes to."""
_Tables = Mapping[str, Sequence[Row]]


def rules_of(profile: str) -> tuple[Rule, ...]:
    """The rules that run in a profile."""
    return (*_ONLY_IN.get(profile, ()), *_EVERYWHERE)


def read_rules(
    ods: _Tables, sis: _Tables, facts: Facts, ledger: Iterable[Finding] = ()
) -> list[Finding]:
    """Every finding of the profile's rules, in the order of the rules; none is marked as planted.

    `ods` is resource → records as the API gives them, `sis` is Campus table → rows with dates as
    dates and null as None; what is not there is empty. `ledger` are the findings that the
    identity ledger comes to. A rule about programs gives one finding per association and program.
    """
    records = Records(ods, sis, facts)
    read = [
        Finding(
            rule.id,
            getattr(one, "resource", None) or rule.resource,
            dict(one.key),
            rule.severity,
            planted=False,
        )
        for rule in rules_of(facts.profile)
        for one in rule.failing(records)
    ]
    return read + list(syncs.of_ledger(records, ledger))


def read_history(
    before: tuple[_Tables, _Tables], now: tuple[_Tables, _Tables], facts: Facts
) -> list[Finding]:
    """Every finding of the rules that compare with an earlier run: ODS and SIS then, and now."""
    return history.read_history(Records(*before, facts), Records(*now, facts))
