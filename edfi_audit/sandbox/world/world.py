"""A generated world: the extract, the ODS records, and what is known about them."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from edfi_audit.sandbox.world.campus import Campus, Row, write_tables
from edfi_audit.sandbox.world.derive import Derived
from edfi_audit.sandbox.world.derive.reading import Reading
from edfi_audit.sandbox.world.district import District
from edfi_audit.sandbox.world.findings import all_findings
from edfi_audit.sandbox.world.frame import Year
from edfi_audit.sandbox.world.settings import facts, settings_text
from edfi_audit.sandbox.world.truth import Finding, Truth

__all__ = ["Sides", "World"]

LEDGER = (
    "courseOfferings",
    "sections",
    "staffSectionAssociations",
    "studentSectionAssociations",
)


@dataclass(frozen=True)
class Sides:
    """The ODS and the extract at one time: resource → records, Campus table → rows."""

    ods: dict[str, list[Row]]
    sis: dict[str, list[Row]]


@dataclass(eq=False)
class World:
    """Both sides of one district and the findings that an audit must come to.

    `derived` is that of the audited district, but for its `ods`, which holds all agencies'
    records; `neighbor` is the other agency's own. `earlier` is how both sides were when they were
    audited before, where something planted has changed since.
    """

    year: Year
    district: District
    derived: Derived
    neighbor: Derived
    earlier: Sides | None = None
    findings: list[Finding] = field(default_factory=list)
    near_misses: list[Row] = field(default_factory=list)

    @property
    def campus(self) -> Campus:
        """The extract in the making."""
        return self.district.campus

    @property
    def sis(self) -> dict[str, list[Row]]:
        """The extract: table → rows; null is None, dates are dates."""
        return self.campus.tables

    @property
    def ods(self) -> dict[str, list[Row]]:
        """The ODS: resource → records as the API gives them."""
        return self.derived.ods

    @cached_property
    def truth(self) -> Truth:
        """The findings, those that nobody planted included; the world is read as it now is."""
        findings = all_findings(
            self.findings,
            self.derived.absences,
            self.ods,
            Reading.of(self.district, self.year),
            facts(self.year),
            earlier=(self.earlier.ods, self.earlier.sis) if self.earlier else None,
        )
        return Truth(
            self.year.end,
            self.year.audit_date.isoformat(),
            self.year.state.profile,
            tuple(findings),
            self._ledger(findings),
            tuple(self.near_misses),
        )

    def _ledger(self, findings: Iterable[Finding]) -> dict[str, dict[str, int]]:
        """Records by resource and state; what is in the ODS and in no finding is linked."""
        states: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for finding in findings:
            if finding.rule_id.startswith("IDM-00"):
                states[finding.resource][finding.rule_id] += 1
        links = [
            *self.derived.offerings,
            *(lesson.link for lesson in self.derived.classes if lesson.link),
            *(link for lesson in self.derived.classes for link in lesson.staff),
            *(link for lesson in self.derived.classes for link in lesson.students),
        ]
        for link in links:
            states[link.resource]["IDM-000"] += link.state == "IDM-000"
        return {resource: dict(sorted(states[resource].items())) for resource in LEDGER}

    def remember(self) -> None:
        """Takes both sides as they now are for those of an earlier audit."""
        self.earlier = Sides(deepcopy(self.ods), deepcopy(self.sis))

    def write_earlier(self, folder: Path) -> None:
        """`ods/*.jsonl` and `sis/*.csv` as they were, and `edfi-audit.toml`, into `folder`."""
        self._write(self.earlier or Sides(self.ods, self.sis), folder)

    def write(self, folder: Path) -> None:
        """`ods/*.jsonl`, `sis/*.csv`, `truth.json` and `edfi-audit.toml` into `folder`."""
        self._write(Sides(self.ods, self.sis), folder)
        truth = json.dumps(self.truth.as_json(), indent=1)
        (folder / "truth.json").write_text(truth + "\n", encoding="utf-8")

    def _write(self, sides: Sides, folder: Path) -> None:
        write_tables(sides.sis, folder / "sis")
        (folder / "ods").mkdir(parents=True, exist_ok=True)
        for resource, records in sides.ods.items():
            with (folder / "ods" / f"{resource}.jsonl").open("w", encoding="utf-8") as file:
                file.writelines(json.dumps(record) + "\n" for record in records)
        settings = settings_text(self.year)
        (folder / "edfi-audit.toml").write_text(settings, encoding="utf-8")
