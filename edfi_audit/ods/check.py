"""Can I connect, and what may this key see: answered before anything is pulled."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from edfi_audit.errors import AccessDeniedError, NotEnabledError, SourceError
from edfi_audit.ods.api import Api, open_api
from edfi_audit.ods.http import redacted
from edfi_audit.ods.manifest import Scope
from edfi_audit.ods.profiles import Hidden, field_of, hidden_by
from edfi_audit.ods.resources import RESOURCES
from edfi_audit.settings import Connection

__all__ = ["Check", "Sight", "check", "denied_sentence", "number_of"]

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Sight:
    """What the key sees of one resource; `rows` is None where it cannot be told.

    `reason` says why it is not readable, in words that end a sentence; `gap` is a sentence that
    says it without the full stop.
    """

    resource: str
    verdict: Literal["readable", "denied", "not_enabled"] = "readable"
    rows: int | None = None
    reason: str | None = None
    gap: str = ""

    @property
    def readable(self) -> bool:
        """Whether it can be read at all."""
        return self.verdict == "readable"

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
    `schools` gives the agency of each school that the key sees, null where they cannot be read.
    `hidden` is what each assigned profile hides, null for one of which the ODS does not tell.
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
    schools: Mapping[int, int | None] | None = None
    hidden: Mapping[str, Hidden | None] = field(default_factory=dict)

    @property
    def unreadable(self) -> tuple[str, ...]:
        """The resources this key cannot read, or this ODS does not offer."""
        return tuple(sight.resource for sight in self.resources if not sight.readable)

    @property
    def own_schools(self) -> frozenset[int]:
        """The schools that belong to the key's organizations; all it sees where that is untold."""
        schools = self.schools or {}
        own = _numbers_in(self.scope)
        related = {school for school, agency in schools.items() if school in own or agency in own}
        return frozenset(related or schools)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything in plain sentences: the warnings, then the facts."""
        warnings = (*self.faults, *self.warnings)
        return (*(f"Warning: {warning}" for warning in warnings), *self.facts)

    @property
    def facts(self) -> tuple[str, ...]:
        """What was seen, in plain sentences: the ODS, the key, each resource."""
        version = f"version {self.api_version}" if self.api_version else "of unknown version"
        models = f" ({', '.join(self.data_models)})" if self.data_models else ""
        return (
            f"{self.base_url} answers: an Ed-Fi ODS/API {version}{models}.",
            _year_sentence(self.school_year),
            *_scope_sentences(self.scope),
            *(sight.sentence for sight in self.resources),
        )


def check(connection: Connection) -> Check:
    """Connect and look; raises the `SourceError` that says why when that fails."""
    with open_api(connection) as api:
        scope = api.scope()
        granted = _granted(scope)
        sights = tuple(_sight(api, resource.name, granted) for resource in RESOURCES)
        schools = _schools(api, sights, connection.page_size)
        hidden = hidden_by(api, scope.assigned_profiles if scope else ())
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
            warnings=(*_scope_warnings(scope, schools), *_hiding(hidden), *_unsafe(connection)),
            schools=schools,
            hidden=hidden,
        )


def denied_sentence(sights: Sequence[Sight], who: str, remedy: str) -> Iterator[str]:
    """The fault that resources are denied to `who`, if any are."""
    if denied := [sight.resource for sight in sights if sight.verdict == "denied"]:
        yield f"{who} may not read {', '.join(denied)}; {remedy}."


def number_of(organization: object) -> int | None:
    """The number of an education organization in a token's scope."""
    if not isinstance(organization, dict):
        return None
    number = str(organization.get("education_organization_id"))
    return int(number) if number.isdigit() else None


def _numbers_in(scope: Scope | None) -> set[int]:
    """The numbers of the education organizations of a scope."""
    places = scope.education_organizations if scope else ()
    return {number for one in places if (number := number_of(one)) is not None}


def _granted(scope: Scope | None) -> frozenset[str] | None:
    """The resources that the claim set lets the key read, in lower case; None where untold.

    A list that has none of an audit's resources is not understood, and predicts nothing.
    """
    granted = frozenset(
        str(one.get("resource", "")).rpartition("/")[2].lower()
        for one in (scope.resources if scope else ())
        if "read" in {str(operation).lower() for operation in one.get("operations") or ()}
    )
    known = {resource.name.lower() for resource in RESOURCES}
    return granted if granted & known else None


def _sight(api: Api, resource: str, granted: frozenset[str] | None) -> Sight:
    """What is seen of a resource, without asking for what is known to be denied."""
    if granted is not None and resource.lower() not in granted:
        gap = f"the key's claim set does not grant {resource}"
        return Sight(resource, "denied", reason="the key's claim set does not grant it", gap=gap)
    try:
        return Sight(resource, rows=api.count(resource))
    except AccessDeniedError:
        gap = f"the key may not read {resource} (403)"
        return Sight(resource, "denied", reason="the key may not (403)", gap=gap)
    except NotEnabledError:
        gap = f"the ODS does not offer {resource} (404)"
        return Sight(resource, "not_enabled", reason="the ODS has none (404)", gap=gap)


def _schools(api: Api, sights: Sequence[Sight], size: int) -> dict[int, int | None] | None:
    """The agency of each school; None where schools cannot be read."""
    rows = next((sight.rows for sight in sights if sight.resource == "schools"), None)
    if rows is None:
        return None
    found = {}
    try:
        for offset in range(0, rows, size):
            for school in api.page("schools", {"offset": str(offset), "limit": str(size)}).rows:
                agency = school.get("localEducationAgencyReference") or {}
                found[int(school["schoolId"])] = agency.get("localEducationAgencyId")
    except (SourceError, AttributeError, KeyError, TypeError, ValueError):
        return None
    return found


def _year_sentence(year: int | None) -> str:
    if year is None:
        return "The connection names no school year."
    return f"The connection is for school year {year - 1}-{year % 100:02}."


def _scope_sentences(scope: Scope | None) -> list[str]:
    if scope is None:
        return ["The ODS does not say what this key may see."]
    places = [_place(place) for place in scope.education_organizations]
    belongs = f"The key belongs to {'; '.join(places) or 'no education organization'}."
    return [belongs, *([f"Its claim set is {scope.claim_set}."] if scope.claim_set else [])]


def _place(organization: object) -> str:
    if not isinstance(organization, dict):
        return str(organization)
    name = organization.get("name_of_institution") or "an unnamed organization"
    return f"{name} ({organization.get('education_organization_id')})"


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
    yield from denied_sentence(sights, "The key", "ask the host for a claim set that does")


def _scope_warnings(scope: Scope | None, schools: Mapping[int, int | None] | None) -> Iterator[str]:
    """What of the ODS the key does not see, as far as it can be known."""
    if scope is None:
        return
    if not scope.education_organizations:
        yield "The key belongs to no education organization, and may see no records."
    own = _numbers_in(scope)
    of_own = {agency for school, agency in (schools or {}).items() if school in own and agency}
    for agency in sorted(of_own - own):
        all_schools = {school for school, its in (schools or {}).items() if its == agency}
        if others := all_schools - own:
            seen = len(all_schools) - len(others)
            yield (
                f"The key sees {seen} of the {len(all_schools)} schools of agency {agency}: "
                "what belongs to the others is not shown, and looks missing."
            )


def _hiding(hidden: Mapping[str, Hidden | None]) -> Iterator[str]:
    """What the profiles of the key do to the records."""
    if untold := [profile for profile, columns in hidden.items() if columns is None]:
        yield f"A profile may hide fields, which then look missing: {', '.join(untold)}."
    for profile, resources in hidden.items():
        for resource, columns in (resources or {}).items():
            fields = ", ".join(field_of(one) for one in columns)
            look = "looks" if len(columns) == 1 else "look"
            yield f"The profile {profile} hides {fields} of {resource}, which then {look} missing."


def _unsafe(connection: Connection) -> list[str]:
    """What the settings give up of the connection's safety."""
    warnings = []
    address = urlsplit(connection.base_url)
    if address.scheme == "http" and address.hostname not in _LOOPBACK:
        warnings.append("The connection is not encrypted: base_url begins with http://.")
    if not connection.verify_ssl:
        warnings.append("The certificate of the ODS is not checked: verify_ssl is false.")
    return warnings
