"""One resource under way: what is known of it, and what it takes to judge it."""

from dataclasses import dataclass

from edfi_audit.ods.holding import NO_DIFFERENCE, Difference, Holding
from edfi_audit.ods.manifest import Method, ResourceManifest, TotalCount
from edfi_audit.ods.resources import Resource
from edfi_audit.ods.verdict import Evidence, verdict_on
from edfi_audit.ods.walk import Tally

__all__ = ["Case"]


@dataclass
class Case:
    """A resource that the key may read: the rows held, and how they came to be.

    `before` is the ODS's count at the beginning. `since` is the change version the walked rows are
    as of, None where change queries are off, `round` the last round of changes taken in, and
    `latest` what that round did. `settled` says that `after`, the ODS's last count, holds for the
    rows held.
    """

    resource: Resource
    holding: Holding
    before: int | None
    since: int | None
    method: Method = "offset"
    walks: int = 0
    poison: int = 0
    round: int = 0
    after: int | None = None
    latest: Difference = NO_DIFFERENCE
    changed: int = 0
    drift: int | None = None
    duplicates: int = 0
    settled: bool = False
    deletes: bool = True

    @property
    def name(self) -> str:
        """The resource's name on the wire."""
        return self.resource.name

    @property
    def evidence(self) -> Evidence:
        """What there is to judge by now."""
        rows, unidentified = self.holding.count(self.round)
        return Evidence(
            rows,
            unidentified,
            self.before,
            self.after,
            poison=self.poison,
            since=self.latest,
            bounded=self.since is not None,
        )

    def judged(self, tally: Tally, newest: int | None, seconds: float) -> ResourceManifest:
        """The resource's part of the manifest."""
        evidence = self.evidence
        verdict, reason = verdict_on(evidence)
        if reason is not None and not self.deletes:
            reason += "; what was deleted meanwhile cannot be told with this key"
        return ResourceManifest(
            verdict,
            reason,
            rows=evidence.rows,
            distinct_ids=evidence.rows - evidence.unidentified,
            duplicates=self.duplicates,
            total_count=TotalCount(self.before, self.after),
            pages=tally.pages,
            retries=tally.retries,
            seconds=round(seconds, 3),
            unreadable=tally.unreadable,
            method=self.method,
            walks=self.walks,
            change_version=newest,
            changed=self.changed,
            poison=self.poison,
            drift=self.drift,
        )
