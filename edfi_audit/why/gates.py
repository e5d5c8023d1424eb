"""The send gates in the order Campus asks them, and a record's way through them.

They are data: `expectations/reference/send_gates.csv` gives each gate's place, its sentence, the
specification's phrase and the values it looks at; `absence_reasons.csv` says what its failing
means. `gate_section_sent` stands for all the gates of the record's section.
"""

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Literal

from edfi_audit import bundled

__all__ = [
    "SECTION_SENT",
    "Gate",
    "Step",
    "failing",
    "gates",
    "held_by",
    "reference",
    "shown",
    "trace",
]

Result = Literal["pass", "fail", "not known"]

SECTION_SENT = "gate_section_sent"
_RESULTS: dict[bool | None, Result] = {True: "pass", False: "fail", None: "not known"}


@dataclass(frozen=True)
class Gate:
    """One send gate of `resource`: the audit table's column `name` is true where it passes.

    `passes` says in a sentence what is asked, `fails` what it means when it is not so, `unknown`
    why the answer may be null. `values` pairs a label with the column it is read from.
    """

    resource: str
    name: str
    passes: str
    fails: str
    unknown: str
    source: str
    phrase: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Step:
    """What a gate said of a record, and the values it looked at, as text."""

    gate: Gate
    result: Result
    values: tuple[tuple[str, str], ...]

    def without(self, waived: Collection[str]) -> "Step":
        """The step where the extract's layout has no word for the columns in `waived`.

        A gate that asks for one of them passes, but nobody knows.
        """
        silent = [label for label, _ in self.values if label in waived]
        if self.result != "pass" or not silent:
            return self
        unknown = f"The extract's layout has no word for {silent[0]}."
        return replace(self, gate=replace(self.gate, unknown=unknown), result="not known")

    @property
    def sentence(self) -> str:
        """What is so: the gate's sentence, or what its failing means."""
        return self.gate.fails if self.result == "fail" else self.gate.passes


@cache
def reference(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a CSV file of `expectations/reference`."""
    file = bundled.expectations() / "reference" / f"{name}.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def failing(reason: str) -> str:
    """What it means that a record is absent for `reason`."""
    return next(row["sentence"] for row in reference("absence_reasons") if row["reason"] == reason)


@cache
def gates(resource: str) -> tuple[Gate, ...]:
    """The gates of `resource` in order, those of the section in their place."""
    return tuple(_gates(resource))


def trace(resource: str, row: Mapping[str, Any]) -> tuple[Step, ...]:
    """The record's way through every gate of `resource`; `row` holds gates and values."""
    return tuple(
        Step(
            gate,
            _RESULTS[row[gate.name]],
            tuple((label, shown(row[column])) for label, column in gate.values),
        )
        for gate in gates(resource)
    )


def held_by(steps: tuple[Step, ...]) -> Step | None:
    """The first gate that fails; an unknown gate holds nothing back."""
    return next((step for step in steps if step.result == "fail"), None)


def shown(value: object) -> str:
    """A value as a reader writes it: yes, no, blank, a date in ISO 8601, a list with commas."""
    if value is None or value in ("", []):
        return "blank"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return str(value)


def _gates(resource: str) -> Iterator[Gate]:
    for row in reference("send_gates"):
        if row["resource"] != resource:
            continue
        if row["gate"] == SECTION_SENT:
            yield from gates("sections")
            continue
        pairs = (pair.partition(": ") for pair in row["values"].split("; "))
        yield Gate(
            resource=resource,
            name=row["gate"],
            passes=row["passes"],
            fails=failing(row["gate"]),
            unknown=row["unknown"],
            source=row["source"],
            phrase=row["phrase"],
            values=tuple((label, column) for label, _, column in pairs),
        )
