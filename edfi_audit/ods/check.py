"""Can I connect, and what may this key see: answered before anything is pulled."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from edfi_audit.errors import AccessDeniedError, NotEnabledError, SourceError
from edfi_audit.ods.api import Api, open_api
from edfi_audit.ods.http import redacted
from edfi_audit.ods.manifest import Scope
from edfi_audit.ods.resources import RESOURCES
from edfi_audit.settings import Connection

__all__ = ["Check", "Sight", "check"]

_DENIED = "the key may not (403)"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Sight:
    """What the key sees of one resource; `rows` is None where it cannot be told."""

    resource: str
    readable: bool
    rows: int | None
    reason: str | None = None

    @property
    def sentence(self) -> str:
        """The same for a reader."""
        if not self.readable:
            return f"{self.resource}: cannot be read, {self.reason}."
        count = "an unknown number of" if self.rows is None else f"{self.rows:,}"
        return f"{self.resource}: {count} record{'' if self.rows == 1 else 's'}."


@dataclass(frozen=True)
class Check:
    """An ODS that answers, as one key sees it.

    `faults` and `warnings` are whole sentences; over a connection with `faults` an audit misleads.
    """

    base_url: str
    api_version: str | None
    data_models: tuple[str, ...]
    mode: str
    school_year: int | None
    change_queries: bool
    scope: Scope | None
    resources: tuple[Sight, ...]
    faults: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def unreadable(self) -> tuple[str, ...]:
        """The resources this key cannot read, or this ODS does not offer."""
        return tuple(sight.resource for sight in self.resources if not sight.readable)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything in plain sentences: the warnings, the ODS, the key, each resource."""
        version = f"version {self.api_version}" if self.api_version else "of unknown version"
        models = f" ({', '.join(self.data_models)})" if self.data_models else ""
        return (
            *(f"Warning: {warning}" for warning in (*self.faults, *self.warnings)),
            f"{self.base_url} answers: an Ed-Fi ODS/API {version}{models}.",
            _year_sentence(self.school_year),
            *_scope_sentences(self.scope),
            *(sight.sentence for sight in self.resources),
        )


def check(connection: Connection) -> Check:
    """Connect and look; raises the `SourceError` that says why when that fails."""
    with open_api(connection) as api:
        scope = api.scope()
        sights = tuple(_sight(api, resource.name) for resource in RESOURCES)
        return Check(
            base_url=redacted(connection.base_url),
            api_version=api.endpoints.api_version,
            data_models=tuple(f"{m.name} {m.version}" for m in api.endpoints.data_models),
            mode=api.endpoints.mode,
            school_year=connection.year,
            change_queries=api.change_versions is not None,
            scope=scope,
            resources=sights,
            faults=tuple(_faults(api.school_year_fault(connection.year), sights)),
            warnings=tuple(_warnings(connection, scope)),
        )


def _sight(api: Api, resource: str) -> Sight:
    try:
        return Sight(resource, readable=True, rows=api.count(resource))
    except AccessDeniedError:
        return Sight(resource, readable=False, rows=None, reason=_DENIED)
    except NotEnabledError:
        return Sight(resource, readable=False, rows=None, reason="the ODS has none (404)")


def _year_sentence(year: int | None) -> str:
    if year is None:
        return "The connection names no school year."
    return f"The connection is for school year {year - 1}-{year % 100:02}."


def _scope_sentences(scope: Scope | None) -> list[str]:
    if scope is None:
        return ["The ODS does not say what this key may see."]
    places = [_place(place) for place in scope.education_organizations]
    claim_set = [f"Its claim set is {scope.claim_set}."] if scope.claim_set else []
    return [f"The key belongs to {'; '.join(places) or 'no education organization'}.", *claim_set]


def _place(organization: object) -> str:
    if not isinstance(organization, dict):
        return str(organization)
    number = organization.get("education_organization_id")
    return f"{organization.get('name_of_institution') or 'an unnamed organization'} ({number})"


def _faults(year_fault: SourceError | None, sights: Sequence[Sight]) -> Iterator[str]:
    """What makes an audit over this connection mislead."""
    if year_fault is not None:
        yield str(year_fault)
    readable = [sight for sight in sights if sight.readable]
    if not readable:
        yield "The key can read none of the resources an audit needs."
        return
    if not any(sight.rows for sight in readable):
        yield "The key sees no records at all: it may belong to another agency or school year."
    if denied := [sight.resource for sight in sights if sight.reason == _DENIED]:
        yield f"The key may not read {', '.join(denied)}; ask the host for a claim set that does."


def _warnings(connection: Connection, scope: Scope | None) -> list[str]:
    """What may make an audit mislead."""
    warnings = []
    if scope is not None and not scope.education_organizations:
        warnings.append("The key belongs to no education organization, and may see no records.")
    if scope is not None and scope.assigned_profiles:
        names = ", ".join(scope.assigned_profiles)
        warnings.append(f"A profile may hide fields, which then look missing: {names}.")
    return [*warnings, *_unsafe(connection)]


def _unsafe(connection: Connection) -> list[str]:
    """What the settings give up of the connection's safety."""
    warnings = []
    address = urlsplit(connection.base_url)
    if address.scheme == "http" and address.hostname not in _LOOPBACK:
        warnings.append("The connection is not encrypted: base_url begins with http://.")
    if not connection.verify_ssl:
        warnings.append("The certificate of the ODS is not checked: verify_ssl is false.")
    return warnings
