"""What a finding rests on that is not proven: in a sentence or two beside the finding.

A rule rests on the ODS resources it needs: `meta.needs` names every one that it cannot be judged
without. Where it names none that its rows are of, as in the ledger, whose resources are compared
one by one, it rests on the resource its finding is about, if the audit table reads that. What a
table reads besides only places a record (its school, its session's phase): the finding stands
without.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from edfi_audit.ods.resources import RESOURCES, resource_named

if TYPE_CHECKING:
    from edfi_audit.recheck import Unsettled
    from edfi_audit.tables.catalogue import AuditTable
    from edfi_audit.validation.catalogue import Rule, Suite

__all__ = ["UNPROVEN", "Doubts"]

UNPROVEN = {"unverified", "count_mismatch"}
"""Verdicts of a pull that read a resource and cannot prove that it is complete."""

_LISTS = {"audit.schools"}
"""Tables that list what any record names; that they read a resource means nothing."""


@dataclass(frozen=True)
class Doubts:
    """`texts` by rule and by the resource of the finding, `rules` by rule; none where all is well.

    Resources go by Ed-Fi's plural name.
    """

    texts: Mapping[tuple[str, str], str] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        suites: "Iterable[Suite]",
        tables: "Sequence[AuditTable]",
        pull: Mapping[str, Mapping[str, Any]],
        unsettled: "Sequence[Unsettled]" = (),
    ) -> "Doubts":
        """The doubts that the verdicts of `pull` and what a re-check left open give rise to."""
        unproven = [name for name, one in pull.items() if one["verdict"] in UNPROVEN]
        if not unproven and not unsettled:
            return cls()
        by_name = {table.name: table for table in tables}
        texts: dict[tuple[str, str], str] = {}
        rules: dict[str, str] = {}
        for suite in suites:
            table = by_name[suite.table]
            reads = _reads(table, by_name)
            for rule in suite.rules:
                about = {one: _rests_on(rule, one, table, reads) for one in table.keys}
                own = [one for one in unsettled if rule.id in one.rules]
                for resource, rests_on in about.items():
                    open_ = [one for one in own if one.of in {None, resource}]
                    texts[rule.id, resource] = _text(_of(rests_on, unproven), pull, open_)
                every = frozenset().union(*about.values())
                rules[rule.id] = _text(_of(every, unproven), pull, own)
        return cls(
            {key: text for key, text in texts.items() if text},
            {rule: text for rule, text in rules.items() if text},
        )


def _rests_on(
    rule: "Rule", resource: str, table: "AuditTable", reads: frozenset[str]
) -> frozenset[str]:
    """The resources without which a finding of `rule` on a record of `resource` may be wrong."""
    needed = frozenset(one.name for one in RESOURCES if f"ods.{one.table}" in rule.needs)
    own = f"ods.{resource_named(resource).table}"
    return needed if needed & table.keys.keys() or own not in reads else needed | {resource}


def _reads(table: "AuditTable", tables: Mapping[str, "AuditTable"]) -> frozenset[str]:
    """What `table` is made from, through the tables it reads."""
    names = set(table.inputs) - _LISTS
    inner = [tables[name.removeprefix("audit.")] for name in names if _table(name) in tables]
    return frozenset(names).union(*(_reads(one, tables) for one in inner))


def _table(name: str) -> str:
    return name.removeprefix("audit.") if name.startswith("audit.") else ""


def _of(rests_on: frozenset[str], unproven: Iterable[str]) -> list[str]:
    return [name for name in unproven if name in rests_on]


def _text(
    unproven: Iterable[str], pull: Mapping[str, Mapping[str, Any]], open_: "Iterable[Unsettled]"
) -> str:
    sentences = [f"{name} are not proven complete: {pull[name]['reason']}." for name in unproven]
    by_reason: dict[str, dict[str, int]] = {}
    for one in open_:
        counts = by_reason.setdefault(one.reason, {})
        counts[one.resource] = counts.get(one.resource, 0) + one.count
    return " ".join([*sentences, *(_left_open(*one) for one in by_reason.items())])


def _left_open(reason: str, counts: Mapping[str, int]) -> str:
    *most, last = (f"{resource} ({count:,})" for resource, count in counts.items())
    named = f"{', '.join(most)} and {last}" if most else last
    return f"{named} were not looked up again: {reason}."
