"""One resource under way: what is known of it, and what it takes to judge it."""

from dataclasses import dataclass, replace

from edfi_audit.ods.holding import Holding
from edfi_audit.ods.manifest import Method, ResourceManifest, TotalCount
from edfi_audit.ods.resources import Resource
from edfi_audit.ods.verdict import NOTHING, Evidence, Since, verdict_on
from edfi_audit.ods.walk import Tally

__all__ = ["Case"]


@dataclass
class Case:
    """A resource that the key may read: the rows held, and how they came to be.

    `before` is the ODS's count at the beginning. `since` is the change version the rows held are
    as of, None where change queries are off, and `round` the last round of changes taken in.
    `later` is what had changed after that version when the ODS was last asked, and `after` its
    count. `settled` says that nothing had. The next window begins earlier where `overlap` is set.
    `jumped` holds two counts that differ although nothing had changed; `torn` seams between pages
    have moved where there was nothing but offsets to go by.
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
    later: Since = NOTHING
    overlap: bool = True
    jumped: tuple[int, int] | None = None
    changed: int = 0
    drift: int | None = None
    duplicates: int = 0
    torn: int = 0
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
            duplicates=self.duplicates,
            torn=self.torn,
            later=self.later,
            doubt=_jump(self.jumped),
            bounded=self.since is not None,
        )

    def judged(self, tally: Tally, seconds: float, doubt: str | None) -> ResourceManifest:
        """The resource's part of the manifest; `doubt` concerns the ODS as a whole."""
        evidence = self.evidence
        verdict, reason = verdict_on(replace(evidence, doubt=doubt or evidence.doubt))
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
            change_version=self.since,
            newest_modified=self.holding.newest(self.round),
            changed=self.changed,
            poison=self.poison,
            drift=self.drift,
        )


def _jump(counts: tuple[int, int] | None) -> str | None:
    if counts is None:
        return None
    first, second = counts
    return f"the ODS counted {first} and then {second}, although nothing had changed"
