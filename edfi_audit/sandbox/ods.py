"""The stand-in ODS itself: its records, its key and its release, behind the HTTP handlers."""

import uuid
from dataclasses import dataclass
from pathlib import Path

import orjson
from starlette.requests import Request

from edfi_audit.sandbox.filters import Filters
from edfi_audit.sandbox.flavours import Flavour, flavour_named
from edfi_audit.sandbox.options import Options
from edfi_audit.sandbox.problems import RefusedError, missing_claim
from edfi_audit.sandbox.records import Collection, Records, load
from edfi_audit.sandbox.tokens import Tokens

__all__ = ["Ods", "correlation_id", "ods_of", "open_ods", "query_of"]


@dataclass(frozen=True)
class Ods:
    """One served ODS."""

    options: Options
    flavour: Flavour
    records: Records
    tokens: Tokens
    filters: Filters

    def is_denied(self, collection: Collection) -> bool:
        """Whether the key's claim set leaves this resource out."""
        denied = {name.lower() for name in self.options.denied}
        return collection.resource.name.lower() in denied

    def require_claim(self, collection: Collection) -> None:
        """`RefusedError` (403) when the key's claim set leaves this resource out."""
        if self.is_denied(collection):
            entity = collection.resource.entity
            raise RefusedError(missing_claim(self.options.claim_set, entity))

    def education_organizations(self) -> list[dict[str, object]]:
        """What the key is associated with: every district served, else every school."""
        districts = self._organizations("localEducationAgencies", "LocalEducationAgency")
        return districts or self._organizations("schools", "School")

    def _organizations(self, resource: str, kind: str) -> list[dict[str, object]]:
        collection = self.records.collections[resource.lower()]
        return [_organization(orjson.loads(row), kind) for row in collection.rows]


_ANCESTORS = {
    "localEducationAgencyId": "local_education_agency_id",
    "stateEducationAgencyId": "state_education_agency_id",
    "educationServiceCenterId": "education_service_center_id",
    "schoolId": "school_id",
}


def _organization(record: dict[str, object], kind: str) -> dict[str, object]:
    own_key = kind[0].lower() + kind[1:] + "Id"
    entry: dict[str, object] = {
        "education_organization_id": record.get(own_key),
        "name_of_institution": record.get("nameOfInstitution"),
        "type": f"edfi.{kind}",
        _ANCESTORS[own_key]: record.get(own_key),
    }
    for name, value in record.items():
        if name.endswith("Reference") and isinstance(value, dict):
            entry |= {_ANCESTORS[key]: value[key] for key in value if key in _ANCESTORS}
    return entry


def open_ods(folder: Path, options: Options) -> Ods:
    """Read the records in `folder`; errors as `records.load` and `flavour_named` raise them."""
    flavour = flavour_named(options.flavour)
    records = load(folder, flavour, links=options.links)
    return Ods(options, flavour, records, Tokens(options, flavour, {}), Filters())


def ods_of(request: Request) -> Ods:
    """The ODS that a request is about."""
    ods = request.app.state.ods
    if not isinstance(ods, Ods):
        raise TypeError("The application serves no ODS.")
    return ods


def query_of(request: Request) -> dict[str, str]:
    """The query with names in lower case, as the server compares them; the last value wins."""
    return {name.lower(): value for name, value in request.query_params.multi_items()}


def correlation_id(request: Request) -> str:
    """The caller's correlation id, or a new one."""
    given = request.headers.get("correlation-id") or query_of(request).get("correlationid")
    return given or str(uuid.uuid4())
