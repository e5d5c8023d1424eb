"""The stand-in ODS itself: its records, its key and its release, behind the HTTP handlers."""

import uuid
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import orjson
from starlette.requests import Request

from edfi_audit.sandbox.collection import Collection
from edfi_audit.sandbox.flavours import Flavour, flavour_named
from edfi_audit.sandbox.keys import Key
from edfi_audit.sandbox.loading import load
from edfi_audit.sandbox.options import Options
from edfi_audit.sandbox.problems import RefusedError, missing_action, missing_claim
from edfi_audit.sandbox.records import Records
from edfi_audit.sandbox.script import Script
from edfi_audit.sandbox.snapshots import Snapshots
from edfi_audit.sandbox.targets import Served
from edfi_audit.sandbox.tokens import Tokens

__all__ = ["Ods", "correlation_id", "ods_of", "open_ods", "query_of"]

_REQUESTS_KEPT = 200_000


@dataclass(frozen=True)
class Ods:
    """One served ODS: `records` are the live ones, `requests` what was asked so far."""

    options: Options
    flavour: Flavour
    records: Records
    tokens: Tokens
    snapshots: Snapshots
    script: Script
    requests: deque[Served]

    def require(self, key: Key, collection: Collection, action: str) -> None:
        """`RefusedError` (403) when the key's claim set does not grant `action` (`Read`, …)."""
        claim_set, entity = key.claim_set, collection.resource.entity
        data = self.flavour.denied_data
        if not key.covers(collection.resource.name):
            raise RefusedError(missing_claim(claim_set, entity, data))
        if action not in key.actions:
            name = action[0].lower() + action[1:]
            raise RefusedError(missing_action(claim_set, entity, data, name))

    def education_organizations(self, key: Key) -> list[dict[str, object]]:
        """What a key is associated with: by itself, else every district or every school served."""
        districts = self._organizations("localEducationAgencies", "LocalEducationAgency")
        schools = self._organizations("schools", "School")
        own = key.education_organizations
        if own is None:
            return districts or schools
        return [
            organization
            for organization in districts + schools
            if organization["education_organization_id"] in own
        ]

    def _organizations(self, resource: str, kind: str) -> list[dict[str, object]]:
        collection = self.records.collections[resource.lower()]
        with self.records.lock:
            rows = [collection.rows[slot] for slot in collection.order]
        return [_organization(orjson.loads(row), kind) for row in rows]


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
    """Read the records in `folder`; errors as `load` and `flavour_named` raise them."""
    flavour = flavour_named(options.flavour)
    return Ods(
        options,
        flavour,
        load(
            folder,
            flavour,
            links=options.links,
            clock=options.clock,
            unversioned=options.unversioned,
        ),
        Tokens(options, flavour, {}),
        Snapshots(flavour),
        Script(options.script),
        deque(maxlen=_REQUESTS_KEPT),
    )


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
