"""What a database is, seen before anything is read from it."""

from dataclasses import dataclass

from edfi_audit.errors import ContractError
from edfi_audit.ods.database.connection import Snapshot, address
from edfi_audit.ods.database.places import CORE
from edfi_audit.ods.database.queries import Catalogue, Unreadable
from edfi_audit.ods.discovery import DataModel
from edfi_audit.settings import DatabaseConnection

__all__ = ["Survey", "survey"]


@dataclass(frozen=True)
class Survey:
    """The tables of an ODS database, and its Data Standard where it tells."""

    catalogue: Catalogue
    data_models: tuple[DataModel, ...]


def survey(snapshot: Snapshot, connection: DatabaseConnection) -> Survey:
    """Look at a database; a `ContractError` when it is no ODS or holds another school year."""
    catalogue = Catalogue.of(snapshot.rows(snapshot.dialect.columns))
    if not catalogue.is_ods:
        where = address(connection.database_url.get_secret_value())
        raise ContractError(
            f"{where} is no ODS: it has no schema edfi that its user can see.",
            next_step="Check the name of the database in database_url, or ask for SELECT on edfi.",
        )
    if connection.year is not None:
        _require_year(snapshot, catalogue, connection.year)
    return Survey(catalogue, _data_models(snapshot))


def _data_models(snapshot: Snapshot) -> tuple[DataModel, ...]:
    ((known,),) = snapshot.rows(snapshot.dialect.has_version)
    if not known:
        return ()
    ((version,),) = snapshot.rows("SELECT util.GetEdFiStandardVersion()")
    return (DataModel("Ed-Fi", version),)


def _require_year(snapshot: Snapshot, catalogue: Catalogue, wanted: int) -> None:
    """Sessions that are there must not all be of other school years."""
    try:
        catalogue.require(CORE, "Session", "SchoolYear")
    except Unreadable:
        return
    years = {
        int(year) for (year,) in snapshot.rows(f"SELECT DISTINCT SchoolYear FROM {CORE}.Session")
    }
    if years and wanted not in years:
        raise ContractError(
            f"The connection is for school year {wanted}, but this ODS holds {max(years)}.",
            next_step="Check database_url and year: the year is the END year, 2026 is 2025-26.",
        )
