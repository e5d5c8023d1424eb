"""Which findings: a rule, a school, a severity, a headline flag, each checked against the run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from edfi_audit.errors import NotFoundError
from edfi_audit.findings.flags import FLAGS
from edfi_audit.validation.catalogue import SEVERITIES

__all__ = ["Selection", "school_id"]


@dataclass(frozen=True)
class Selection:
    """What the caller asked for; None means all."""

    rule: str | None = None
    school: int | str | None = None
    severity: str | None = None
    flag: str | None = None

    def where(self, facts: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """An SQL condition over findings and its parameters; `facts` is the run's `run.json`.

        Raises `NotFoundError` for a name that the run does not know.
        """
        parts = ["true"]
        values: dict[str, Any] = {}
        if self.rule is not None:
            parts.append("rule_id = $rule")
            values["rule"] = _rule(self.rule, facts)
        if self.school is not None:
            parts.append("school_id = $school")
            values["school"] = school_id(self.school, facts)
        if self.severity is not None:
            parts.append("severity = $severity")
            values["severity"] = _known(self.severity, SEVERITIES, "severity")
        if self.flag is not None:
            parts.append("list_contains($flagged, rule_id)")
            flag = _known(self.flag, [one.key for one in FLAGS], "flag")
            values["flagged"] = facts["flags"][flag]["rules"]
        return " AND ".join(parts), values


def school_id(school: int | str, facts: Mapping[str, Any]) -> int:
    """The id of a school given by id or by name, in any case."""
    wanted = str(school).strip().casefold()
    for one in facts["schools"]:
        if wanted in {str(one["school_id"]), str(one["name"]).casefold()}:
            return int(one["school_id"])
    named = [one for one in facts["schools"] if one["name"]]
    examples = ", ".join(f"{one['school_id']} ({one['name']})" for one in named[:3])
    raise NotFoundError(
        f"The run has no school {str(school)!r}.",
        next_step=f"It has {len(facts['schools'])}: {examples}, …"
        if examples
        else "It has no schools at all: pull or load first.",
    )


def _rule(rule: str, facts: Mapping[str, Any]) -> str:
    if rule.upper() in facts["rules"]:
        return rule.upper()
    raise NotFoundError(
        f"The run has no rule {rule!r}.", next_step="`edfi-audit rules` lists them."
    )


def _known(name: str, known: "tuple[str, ...] | list[str]", kind: str) -> str:
    if name in known:
        return name
    raise NotFoundError(
        f"There is no {kind} {name!r}.", next_step=f"Choose one of {', '.join(known)}."
    )
