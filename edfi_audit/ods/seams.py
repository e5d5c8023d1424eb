"""The seams between pages that were read by offset alone, looked at once more afterwards.

Without change versions nothing keeps the rows behind a walk in their place: a row that goes moves
the next one back over the seam between two pages, where no page holds it. Counts do not tell if
another row comes elsewhere. So the last row of each page and the first of the next must still be
neighbours; then no row that was there all along lies between them.
"""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from edfi_audit.ods.api import Api
from edfi_audit.ods.crew import Crew
from edfi_audit.ods.flatten import Flattener
from edfi_audit.ods.journal import Line, StageLog
from edfi_audit.ods.resources import Resource

__all__ = ["torn_seams"]


def torn_seams(api: Api, crew: Crew, resource: Resource, log: StageLog) -> int:
    """How many seams of a walk by offset do not hold any more."""
    pages = sorted((page for page in log.pages if page["rows"]), key=_offset)
    holding = crew.gather([partial(_holds, api, resource, *seam) for seam in pairwise(pages)])
    return holding.count(False)


def _holds(api: Api, resource: Resource, before: Line, after: Line) -> bool:
    query = {"offset": str(_offset(after) - 1), "limit": "2"}
    rows = api.page(resource.name, query).rows
    return _ids(resource, rows) == [before["last"], after["first"]]


def _ids(resource: Resource, rows: Sequence[object]) -> list[str | None]:
    found: list[str | None] = Flattener(resource)(rows)[0]["id"].to_pylist()
    return found


def _offset(page: Line) -> int:
    return int(page["request"]["offset"])
