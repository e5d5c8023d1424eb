"""docs/reference/proofs.md: what holds each rule in place, collected while the tests run.

pytest -p no:xdist --proofs docs/reference/proofs.md tests/proofs tests/test_planted_worlds.py
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from edfi_audit import bundled
from edfi_audit.validation.catalogue import Rule, load_suites

__all__ = ["PAGE", "Held", "Page", "Planted", "page_of"]

_HEAD = """\
# The proofs

Made by `make docs` from the tests that passed. A proof is a few made-up rows and what the rule must
say of each, written from the specification. The rule is then turned round, its gate is dropped and
its threshold is moved by one; a proof that holds all the same fails. The rows are in
`tests/proofs/`, under the name of the proof.

Planted worlds are synthetic districts of several school years with known defects. Recall is the
share of the defects that the rule finds; precision the share of its findings that are defects.
"""


@dataclass(frozen=True)
class Held:
    """A proof that held, in the test `test`, whose docstring is `says`."""

    proof: Any
    test: str
    says: str


@dataclass(frozen=True)
class Planted:
    """A planted world of `year`: how many findings of `rule` there should be, came, and agreed."""

    rule: str
    year: int
    wanted: int
    found: int
    agreed: int


@dataclass
class Page:
    """What the tests of one run have shown."""

    path: Path
    held: list[Held] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)

    def write(self) -> None:
        """Write the page: every rule of every suite, in the order of their ids."""
        rules = sorted(
            (rule for suite in load_suites(bundled.expectations()) for rule in suite.rules),
            key=lambda rule: rule.id,
        )
        self.path.write_text("\n".join([_HEAD, *map(self._rule, rules)]), encoding="utf-8")

    def _rule(self, rule: Rule) -> str:
        held = [one for one in self.held if one.proof.rule == rule.id]
        planted = [one for one in self.planted if one.rule == rule.id]
        return "\n".join([f"## {rule.id} {rule.title}\n", *_planted(planted), *_proofs(held)])


PAGE = pytest.StashKey[Page]()


def page_of(config: pytest.Config) -> Page | None:
    """The page that is being made, if one is."""
    return config.stash.get(PAGE, None)


def _planted(worlds: Iterable[Planted]) -> Iterator[str]:
    worlds = list(worlds)
    if not worlds:
        yield "Not in the planted worlds.\n"
        return
    wanted, found, agreed = (
        sum(getattr(one, name) for one in worlds) for name in ("wanted", "found", "agreed")
    )
    years = sorted({str(one.year) for one in worlds})
    between = " to ".join(dict.fromkeys((years[0], years[-1])))
    yield (
        f"Planted worlds {between}: {wanted:,} records, "
        f"recall {_percent(agreed, wanted)}, precision {_percent(agreed, found)}.\n"
    )


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "—"


def _proofs(held: Iterable[Held]) -> Iterator[str]:
    tests: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
    for one in held:
        tests[one.test, one.says].append(one.proof)
    for (test, says), proofs in tests.items():
        yield f"`{test}`: {says}\n"
        for proof in proofs:
            yield from _rows(proof)
        yield ""


def _rows(proof: Any) -> Iterator[str]:
    fails = [f"{label} ({severity})" for label, severity in proof.fails.items()]
    for verb, labels in (("fails", fails), ("passes", proof.passes), ("aside", proof.outside)):
        if labels:
            yield f"- {verb}: {'; '.join(str(label) for label in labels)}"
    given = [f"{name} {value}" for name, value in sorted(proof.settings.items())]
    yield f"- held against: {', '.join(proof.against)}" + (
        f" (with {', '.join(given)})" if given else ""
    )
