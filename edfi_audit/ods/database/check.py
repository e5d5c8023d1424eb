"""Can I connect, and what may this database user see: answered before anything is pulled."""

from dataclasses import dataclass

from edfi_audit.ods.check import Sight
from edfi_audit.ods.database.connection import Snapshot, address, open_snapshot
from edfi_audit.ods.database.places import ENTITIES
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

    @property
    def unreadable(self) -> tuple[str, ...]:
        """The resources this user cannot read, or this database does not have."""
        return tuple(sight.resource for sight in self.resources if not sight.readable)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything in plain sentences: the database, the year, each resource, the warnings."""
        version = f" of Data Standard {self.data_standard}" if self.data_standard else ""
        year = self.school_year
        return (
            f"{self.address} answers: the database of an Ed-Fi ODS{version}.",
            f"The connection is for school year {year - 1}-{year % 100:02}."
            if year
            else "The connection names no school year.",
            *(sight.sentence for sight in self.resources),
            *([] if self.steady else [_MOVING]),
        )


_MOVING = (
    "Warning: the database does not allow snapshot isolation, so it may change while it is read."
)


def check(connection: DatabaseConnection) -> Check:
    """Connect and look; raises the `SourceError` that says why when that fails."""
    with open_snapshot(connection) as snapshot:
        surveyed = survey(snapshot, connection)
        return Check(
            address=address(connection.database_url.get_secret_value()),
            data_standard=surveyed.data_models[0].version if surveyed.data_models else None,
            school_year=connection.year,
            steady=snapshot.steady,
            resources=tuple(_sight(snapshot, surveyed, resource) for resource in RESOURCES),
        )


def _sight(snapshot: Snapshot, surveyed: Survey, resource: Resource) -> Sight:
    try:
        query = query_of(resource, ENTITIES[resource.name], surveyed.catalogue, snapshot.dialect)
    except Unreadable as unreadable:
        return Sight(resource.name, readable=False, rows=None, reason=unreadable.reason)
    ((rows,),) = snapshot.rows(query.count)
    return Sight(resource.name, readable=True, rows=int(rows))
