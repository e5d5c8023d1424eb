"""The ground truth: which findings an audit of the world must come to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from edfi_audit.sandbox.world.campus import Row

__all__ = ["Finding", "Truth"]


@dataclass(frozen=True)
class Finding:
    """One finding: planted on purpose, or collateral of something planted."""

    rule_id: str
    resource: str
    natural_key: Row
    severity: str
    planted: bool

    def as_row(self) -> Row:
        """The finding as truth.json holds it."""
        return {
            "rule_id": self.rule_id,
            "resource": self.resource,
            "natural_key": dict(sorted(self.natural_key.items())),
            "severity": self.severity,
            "planted": self.planted,
        }


@dataclass(frozen=True)
class Truth:
    """All findings, the ledger's counts by resource and state, and rows that come close."""

    school_year: int
    audit_date: str
    profile: str
    findings: tuple[Finding, ...]
    ledger: dict[str, dict[str, int]]
    near_misses: tuple[Row, ...]

    def as_json(self) -> dict[str, Any]:
        """The content of truth.json."""
        return {
            "synthetic": True,
            "school_year": self.school_year,
            "audit_date": self.audit_date,
            "profile": self.profile,
            "findings": [finding.as_row() for finding in self.findings],
            "ledger": self.ledger,
            "near_misses": list(self.near_misses),
        }

    def counts(self) -> dict[str, int]:
        """Findings per rule."""
        return dict(sorted(Counter(finding.rule_id for finding in self.findings).items()))

    def of(self, rule_id: str) -> Iterable[Finding]:
        """The findings of one rule."""
        return (finding for finding in self.findings if finding.rule_id == rule_id)
