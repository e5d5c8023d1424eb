"""A synthetic district: a SIS extract, the ODS that agrees with it, planted defects.

It lies in Wisconsin, Minnesota or Nebraska. The ODS holds the records of a neighboring agency, too.

Everything is invented, persons' names say so, and the same seed gives the same bytes.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from random import Random

from edfi_audit.sandbox.world.defects import plant, rules_in
from edfi_audit.sandbox.world.derive import derive
from edfi_audit.sandbox.world.derive.neighbors import share
from edfi_audit.sandbox.world.district import build_districts
from edfi_audit.sandbox.world.frame import Year
from edfi_audit.sandbox.world.states import STATES
from edfi_audit.sandbox.world.truth import Finding, Truth
from edfi_audit.sandbox.world.world import World

__all__ = ["Finding", "Truth", "World", "generate"]

_AUDIT_DAY = (6, 20)


def generate(  # noqa: PLR0913
    folder: Path | None,
    *,
    size: str = "tiny",
    seed: int = 1,
    school_year: int = 2026,
    audit_date: date | None = None,
    defects: str | Iterable[str] = "all",
    profile: str = "WI",
) -> World:
    """Make a world and write it to `folder`, unless that is None.

    `size` is `tiny` (tests) or `demo` (3,000 students). `school_year` is the END
    year; `audit_date` defaults to 20 June of it. `defects` is `all`, `none`, or rule ids.
    `profile` is WI, MN or NE.
    """
    rng = Random(seed)  # noqa: S311
    year = Year(school_year, audit_date or date(school_year, *_AUDIT_DAY), STATES[profile])
    district, other = build_districts(size, year, rng)
    derived, neighbor = derive(district, year, rng), derive(other, year, rng)
    share(derived, neighbor)
    world = World(year, district, derived, neighbor)
    rules = (
        {"all": rules_in(profile), "none": ()}.get(defects, ())
        if isinstance(defects, str)
        else defects
    )
    plant(world, rng, rules, large=size != "tiny")
    if folder is not None:
        world.write(folder)
    return world
