"""Which resources could not be compared with the SIS, and why."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

__all__ = ["COMPARED", "not_compared"]

COMPARED = {
    f"compared.{resource}": resource
    for resource in (
        "courseOfferings",
        "sections",
        "studentSectionAssociations",
        "staffSectionAssociations",
    )
}
"""What a rule that lays a resource beside the SIS needs, and the resource."""


def not_compared(con: "duckdb.DuckDBPyConnection") -> tuple[dict[str, str], str | None]:
    """The resources without a comparison, each with its reason; and one reason for all of them.

    The second is `None` while any resource is compared. Reads `audit.compared_resources`.
    """
    rows = con.execute(
        "SELECT resource, missing_reason FROM audit.compared_resources ORDER BY resource"
    ).fetchall()
    reasons = {resource: reason for resource, reason in rows if reason}
    if len(reasons) < len(rows):
        return reasons, None
    words = (word for reason in reasons.values() for word in reason.split("; "))
    return reasons, "; ".join(dict.fromkeys(words)) or None
