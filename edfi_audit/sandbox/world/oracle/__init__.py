"""A second reading of Wisconsin's rules, over the generated records themselves.

It gives the ground truth of planted worlds, what follows from a defect by other rules included.
Nothing of it is shared with the queries that it is held against: loops over parsed records, one
short function a rule. Left to those who plant: the rules that compare expected records with sent
ones.
"""

from collections.abc import Mapping, Sequence

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.oracle import (
    enrollments,
    grades,
    institutions,
    outcomes,
    programs,
    schools_at_once,
    spans,
)
from edfi_audit.sandbox.world.oracle.facts import Facts
from edfi_audit.sandbox.world.oracle.records import Records, Rule
from edfi_audit.sandbox.world.truth import Finding

__all__ = ["RULES", "Facts", "read_rules"]

RULES: tuple[Rule, ...] = (
    *spans.RULES,
    *enrollments.RULES,
    *schools_at_once.RULES,
    *outcomes.RULES,
    *grades.RULES,
    *programs.RULES,
    *institutions.RULES,
)


def read_rules(
    ods: Mapping[str, Sequence[Row]], sis: Mapping[str, Sequence[Row]], facts: Facts
) -> list[Finding]:
    """Every finding of these rules, in the order of the rules; none is marked as planted.

    `ods` is resource → records as the API gives them, `sis` is Campus table → rows with dates as
    dates and null as None; what is not there is empty. A rule about programs gives one finding
    per association and program.
    """
    records = Records(ods, sis, facts)
    return [
        Finding(rule.id, rule.resource, dict(one.key), rule.severity, planted=False)
        for rule in RULES
        for one in rule.failing(records)
    ]
