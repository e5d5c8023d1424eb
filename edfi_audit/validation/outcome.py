"""What a validation leaves behind."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Validation"]


@dataclass(frozen=True)
class Validation:
    """How every rule did.

    `counts` has a row for each rule and school with rows to look at: `rule_id, school_id, lea_id,
    evaluated, failed` (`school_id` is null for rows that belong to no school). `failures` are
    Parquet files of failing rows, one per audit table. `not_evaluated` gives the reason for each
    rule that did not run; a rule in neither `counts` nor `not_evaluated` found nothing to look at.
    """

    counts: "pa.Table"
    failures: tuple[Path, ...]
    not_evaluated: Mapping[str, str]

    @property
    def failed(self) -> dict[str, int]:
        """Failing rows per rule that looked at any row."""
        summed = self.counts.group_by("rule_id").aggregate([("failed", "sum")])
        return dict(
            sorted(
                zip(
                    summed.column("rule_id").to_pylist(),
                    summed.column("failed_sum").to_pylist(),
                    strict=True,
                )
            )
        )
