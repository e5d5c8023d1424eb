"""Which rules can be evaluated with one key and one extract, and which a profile misleads."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from edfi_audit.findings.flags import FLAGS
from edfi_audit.ods.profiles import field_of
from edfi_audit.ods.resources import resource_named
from edfi_audit.tables.inputs import origin

if TYPE_CHECKING:
    from edfi_audit.ods.check import Check, Sight
    from edfi_audit.ods.database.check import Check as DatabaseCheck
    from edfi_audit.ods.profiles import Hidden
    from edfi_audit.ods.resources import Column
    from edfi_audit.validation.catalogue import Rule, Suite

__all__ = ["Outlook", "Veil"]

_NO_EXTRACT = "without an extract"

_Gaps = Mapping[str, tuple[str, ...]]
"""Rules by what silences them, a reason that can begin or end a sentence."""


@dataclass(frozen=True)
class Veil:
    """Fields of a resource that a profile hides, and what that does to rules.

    `misled` rules ask for one of the fields by name; `others` read the same resource.
    """

    profile: str
    resource: str
    fields: tuple[str, ...]
    misled: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The same for a reader."""
        named, look = ", ".join(self.fields), "looks" if len(self.fields) == 1 else "look"
        start = f"Hidden by the profile {self.profile}, {named} of {self.resource} {look} missing"
        if not self.misled:
            return f"{start}. Rules that read these records: {', '.join(self.others) or 'none'}."
        more = f"; {_rules(self.others)} read these records too" if self.others else ""
        return f"{start} to {', '.join(self.misled)}{more}."


@dataclass(frozen=True)
class Outlook:
    """Which rules can be evaluated, and what silences the others: ODS, settings or extract."""

    rules: tuple["Rule", ...]
    ods_gaps: _Gaps
    settings_gaps: _Gaps
    sis_gaps: _Gaps
    veils: tuple[Veil, ...] = ()

    @classmethod
    def of(
        cls,
        suites: Iterable["Suite"],
        seen: "Check | DatabaseCheck",
        extract_gaps: Mapping[str, Sequence[str]] | None,
        unset: Mapping[str, str],
    ) -> "Outlook":
        """The outlook on the rules of `suites`; `extract_gaps` are null where none was loaded.

        They are rule ids by what the extract lacks; several reasons are joined by semicolons.
        `unset` gives, by input, what the settings do not name.
        """
        suites = tuple(suites)
        rules = tuple(rule for suite in suites for rule in suite.rules)
        hidden: Mapping[str, Hidden | None] = getattr(seen, "hidden", {})
        return cls(
            rules,
            dict(_ods_gaps(rules, seen.resources)),
            dict(_settings_gaps(rules, unset)),
            _sis_gaps(rules, extract_gaps),
            tuple(_veils(suites, hidden)),
        )

    @property
    def not_evaluated(self) -> dict[str, list[str]]:
        """The reasons of each rule that cannot be evaluated."""
        reasons: dict[str, list[str]] = {}
        for gaps in (self.ods_gaps, self.settings_gaps, self.sis_gaps):
            for reason, silenced in gaps.items():
                for rule in silenced:
                    reasons.setdefault(rule, []).append(reason)
        return reasons

    @property
    def sentences(self) -> tuple[str, ...]:
        """The headline flags, the number of rules, and what silences or misleads any.

        What the extract lacks is in `extract_sentences`.
        """
        lost, total = len(self.not_evaluated), len(self.rules)
        return (
            *self._flag_sentences(),
            f"{total - lost} of {total} rules can be evaluated."
            if lost
            else f"All {total} rules can be evaluated.",
            *_told(self.ods_gaps),
            *_told(self.settings_gaps),
            *(veil.sentence for veil in self.veils),
        )

    @property
    def extract_sentences(self) -> tuple[str, ...]:
        """What the extract lacks, and the rules that this silences."""
        return _told(self.sis_gaps) or ("The extract has everything the rules need.",)

    def as_json(self) -> dict[str, Any]:
        """The outlook as JSON values."""
        lost = self.not_evaluated
        return {
            "evaluated": [rule.id for rule in self.rules if rule.id not in lost],
            "not_evaluated": lost,
            "flags": {
                flag.key: {
                    "evaluated": [rule for rule in self._of(flag.key) if rule not in lost],
                    "not_evaluated": [rule for rule in self._of(flag.key) if rule in lost],
                }
                for flag in FLAGS
            },
            "hidden": [asdict(veil) for veil in self.veils],
        }

    def _flag_sentences(self) -> Iterator[str]:
        lost = self.not_evaluated
        misled = {rule for veil in self.veils for rule in veil.misled}
        for flag in FLAGS:
            own = self._of(flag.key)
            missing = sorted(rule for rule in own if rule in lost)
            astray = [rule for rule in own if rule in misled and rule not in lost]
            if not own:
                continue
            if len(missing) == len(own):
                said = "cannot be evaluated"
            elif missing:
                said = f"can be evaluated but for {', '.join(missing)}"
            else:
                said = "can be evaluated"
            doubt = f", but {', '.join(astray)} would be wrong: a profile hides fields"
            yield f"{flag.title}: {said}{doubt if astray else ''}."

    def _of(self, flag: str) -> list[str]:
        return [rule.id for rule in self.rules if rule.flag == flag]


def _told(gaps: _Gaps) -> tuple[str, ...]:
    return tuple(
        f"{reason[0].upper()}{reason[1:]}: {', '.join(silenced)} cannot be evaluated."
        for reason, silenced in gaps.items()
    )


def _ods_gaps(
    rules: Sequence["Rule"], sights: Iterable["Sight"]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What the key cannot read first, then what the ODS does not offer."""
    unread = sorted((one for one in sights if not one.readable), key=lambda one: one.verdict)
    for sight in unread:
        need = f"ods.{resource_named(sight.resource).table}"
        if silenced := tuple(rule.id for rule in rules if need in rule.needs):
            yield sight.gap, silenced


def _settings_gaps(
    rules: Sequence["Rule"], unset: Mapping[str, str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for need, reason in unset.items():
        if silenced := tuple(rule.id for rule in rules if need in rule.needs):
            yield reason, silenced


def _sis_gaps(rules: Sequence["Rule"], gaps: Mapping[str, Sequence[str]] | None) -> _Gaps:
    if gaps is None:
        asks = [rule.id for rule in rules if "sis" in map(origin, rule.needs)]
        return {_NO_EXTRACT: tuple(asks)} if asks else {}
    found: dict[str, set[str]] = {}
    for joined, silenced in gaps.items():
        for reason in joined.split("; "):
            found.setdefault(reason, set()).update(silenced)
    return {
        reason: tuple(rule.id for rule in rules if rule.id in silenced)
        for reason, silenced in found.items()
    }


def _veils(suites: Sequence["Suite"], hidden: Mapping[str, "Hidden | None"]) -> Iterator[Veil]:
    for profile, resources in hidden.items():
        for resource, columns in (resources or {}).items():
            need = f"ods.{resource_named(resource).table}"
            asking = [
                (rule.id, _asks(suite, rule.id, columns))
                for suite in suites
                for rule in suite.rules
                if need in rule.needs
            ]
            yield Veil(
                profile,
                resource,
                tuple(field_of(one) for one in columns),
                tuple(rule for rule, asks in asking if asks),
                tuple(rule for rule, asks in asking if not asks),
            )


def _asks(suite: "Suite", rule: str, columns: Iterable["Column"]) -> bool:
    """Whether the expectation of a rule names one of the columns, or what is made from it."""
    stems = [column.name.removesuffix("_descriptor") for column in columns]
    for one in json.loads(suite.path.read_text(encoding="utf-8"))["expectations"]:
        if one["meta"]["id"] == rule:
            names = re.findall(r'"(\w+)"', json.dumps(one["kwargs"]))
            return any(name.startswith(stem) for name in names for stem in stems)
    return False


def _rules(rules: Sequence[str]) -> str:
    return f"{len(rules)} other rule{'' if len(rules) == 1 else 's'}"
