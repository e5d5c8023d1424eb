"""The verdict on a resource: whether what is held is all the key may see, and why not."""

from dataclasses import dataclass

from edfi_audit.ods.holding import NO_DIFFERENCE, Difference
from edfi_audit.ods.manifest import TotalCount, Verdict, judged

__all__ = ["Evidence", "verdict_on"]


@dataclass(frozen=True)
class Evidence:
    """What there is to judge by.

    `rows` are held, of which `unidentified` have no id; `poison` more make the ODS fail. The ODS
    counted `before` and `after` the walk, None where it gave no count. Between its last count and
    the last look at its changes `since` came about.
    """

    rows: int
    unidentified: int
    before: int | None
    after: int | None
    poison: int = 0
    since: Difference = NO_DIFFERENCE
    bounded: bool = True
    """Whether change versions kept the walk from what changed during it."""

    @property
    def total(self) -> int:
        """The rows that are known to be there."""
        return self.rows + self.poison


def verdict_on(evidence: Evidence) -> tuple[Verdict, str | None]:
    """The verdict, and the reason of any other than `verified`."""
    if not evidence.bounded:
        verdict, reason = judged(
            evidence.rows - evidence.unidentified + evidence.poison,
            evidence.unidentified,
            TotalCount(evidence.before, evidence.after),
        )
    else:
        verdict, reason = _bounded(evidence)
    if verdict == "verified" and evidence.poison:
        subject = "record makes" if evidence.poison == 1 else "records make"
        return "unverified", (
            f"{evidence.poison} {subject} the ODS fail (500) and could not be read"
        )
    return verdict, reason


def _bounded(evidence: Evidence) -> tuple[Verdict, str | None]:
    """The verdict where change versions tell what came about during the walk."""
    after = evidence.after
    if after is None:
        return "unverified", "the ODS gives no total count"
    if evidence.unidentified:
        return "unverified", f"{evidence.unidentified} rows came without a readable id"
    if evidence.since.in_number:
        return _moving(evidence, after)
    if evidence.total != after:
        return "count_mismatch", f"{evidence.rows} records came, the ODS counted {after}"
    return "verified", None


def _moving(evidence: Evidence, after: int) -> tuple[Verdict, str]:
    """Rows came or went while they were counted: the count lies between two numbers at best."""
    since = evidence.since
    least, most = evidence.total - since.inserted, evidence.total + since.removed
    if least <= after <= most:
        return "unverified", "the ODS kept changing while it was counted"
    return (
        "count_mismatch",
        f"{evidence.rows} records came, the ODS counted {after} while it changed",
    )
