"""The verdict on a resource: whether what is held is all the key may see, and why not."""

from dataclasses import dataclass

from edfi_audit.ods.manifest import TotalCount, Verdict, judged

__all__ = ["NOTHING", "Evidence", "Since", "verdict_on"]


@dataclass(frozen=True)
class Since:
    """How many rows have come or changed after a change version, and how many have gone."""

    changed: int = 0
    removed: int = 0


NOTHING = Since()


@dataclass(frozen=True)
class Evidence:
    """What there is to judge by.

    `rows` are held, of which `unidentified` have no id; `poison` more make the ODS fail. The ODS
    counted `before` and `after` the walk, None where it gave no count; `duplicates` rows came more
    than once, and at `torn` seams two pages no longer meet. The rows are as of some change version;
    `later` is what had changed after it by the end. `doubt` says why the ODS itself cannot be
    relied on, if it cannot.
    """

    rows: int
    unidentified: int
    before: int | None
    after: int | None
    poison: int = 0
    duplicates: int = 0
    torn: int = 0
    later: Since = NOTHING
    doubt: str | None = None
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
        if verdict == "verified" and (evidence.duplicates or evidence.torn):
            return "unverified", "rows moved from page to page: others wrote while the ODS was read"
    else:
        verdict, reason = _bounded(evidence)
    if verdict == "verified" and (doubt := _poisoned(evidence.poison) or evidence.doubt):
        return "unverified", doubt
    return verdict, reason


def _poisoned(rows: int) -> str | None:
    if not rows:
        return None
    subject = "record makes" if rows == 1 else "records make"
    return f"{rows} {subject} the ODS fail (500) and could not be read"


def _bounded(evidence: Evidence) -> tuple[Verdict, str | None]:
    """The verdict where change versions tell what came about during the walk."""
    after = evidence.after
    if after is None:
        return "unverified", "the ODS gives no total count"
    if evidence.unidentified:
        return "unverified", f"{evidence.unidentified} rows came without a readable id"
    if evidence.later != NOTHING:
        return _moving(evidence, after)
    if evidence.total != after:
        return "count_mismatch", f"{evidence.rows} records came, the ODS counted {after}"
    return "verified", None


def _moving(evidence: Evidence, after: int) -> tuple[Verdict, str]:
    """Rows came, changed or went while others were read: a count has two bounds at best.

    Rows that changed again may have left the window that was read, and be missing.
    """
    later = evidence.later
    least, most = evidence.total - later.removed, evidence.total + later.changed + later.removed
    if least <= after <= most:
        return "unverified", "the ODS kept changing while it was read"
    return (
        "count_mismatch",
        f"{evidence.rows} records came, the ODS counted {after} while it changed",
    )
