"""Can I connect, and what may this database user see: answered before anything is pulled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from edfi_audit.ods.check import Sight, denied_sentence
from edfi_audit.ods.database.connection import Snapshot, address, open_snapshot
from edfi_audit.ods.database.places import CORE, ENTITIES
from edfi_audit.ods.database.queries import Unreadable, query_of
from edfi_audit.ods.database.survey import Survey, survey
from edfi_audit.ods.resources import RESOURCES, Resource
from edfi_audit.settings import DatabaseConnection

__all__ = ["Check", "check"]


@dataclass(frozen=True)
class Check:
    """An ODS database that answers, as one user sees it."""

    address: str
    data_standard: str | None
    school_year: int | None
    steady: bool
    resources: tuple[Sight, ...]
    schools: Mapping[int, int | None] | None = None

    @property
    def own_schools(self) -> frozenset[int]:
        """The schools in the database."""
        return frozenset(self.schools or ())

    @property
    def faults(self) -> tuple[str, ...]:
        """What makes an audit over this connection mislead, in whole sentences."""
        remedy = "ask for SELECT on their tables"
        return tuple(denied_sentence(self.resources, "The database user", remedy))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What may make an audit mislead."""
        return () if self.steady else (_MOVING,)

    @property
    def unreadable(self) -> tuple[str, ...]:
        """The resources this user cannot read, or this database does not have."""
        return tuple(sight.resource for sight in self.resources if not sight.readable)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything in plain sentences: the warnings, then the facts."""
        return (*(f"Warning: {one}" for one in (*self.faults, *self.warnings)), *self.facts)

    @property
    def facts(self) -> tuple[str, ...]:
        """What was seen, in plain sentences: the database, the year, each resource."""
        version = f" of Data Standard {self.data_standard}" if self.data_standard else ""
        year = self.school_year
        return (
            f"{self.address} answers: the database of an Ed-Fi ODS{version}.",
            f"The connection is for school year {year - 1}-{year % 100:02}."
            if year
            else "The connection names no school year.",
            *(sight.sentence for sight in self.resources),
        )


_MOVING = "The database does not allow snapshot isolation, so it may change while it is read."


def check(connection: DatabaseConnection) -> Check:
    """Connect and look; raises the `SourceError` that says why when that fails."""
    with open_snapshot(connection) as snapshot:
        surveyed = survey(snapshot, connection)
        sights = tuple(_sight(snapshot, surveyed, resource) for resource in RESOURCES)
        return Check(
            address=address(connection.database_url.get_secret_value()),
            data_standard=surveyed.data_models[0].version if surveyed.data_models else None,
            school_year=connection.year,
            steady=snapshot.steady,
            resources=sights,
            schools=_schools(snapshot, sights),
        )


def _schools(snapshot: Snapshot, sights: Sequence[Sight]) -> dict[int, int | None] | None:
    """The agency of each school; None where schools cannot be read."""
    if not any(sight.resource == "schools" and sight.readable for sight in sights):
        return None
    sql = f"SELECT SchoolId, LocalEducationAgencyId FROM {CORE}.School"
    return {int(school): agency for school, agency in snapshot.rows(sql)}


def _sight(snapshot: Snapshot, surveyed: Survey, resource: Resource) -> Sight:
    try:
        query = query_of(resource, ENTITIES[resource.name], surveyed.catalogue, snapshot.dialect)
    except Unreadable as unreadable:
        verdict: Literal["denied", "not_enabled"] = (
            "denied" if unreadable.verdict == "denied" else "not_enabled"
        )
        return Sight(resource.name, verdict, reason=unreadable.reason, gap=unreadable.reason)
    ((rows,),) = snapshot.rows(query.count)
    return Sight(resource.name, rows=int(rows))
