"""The `link` member of a reference: the kind of record it points at, and that record's path."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache

from edfi_audit.sandbox.model import REFERENCED, RESOURCES, Resource

__all__ = ["Find", "add_links", "repoint"]

Find = Callable[[Resource, list[object]], str | None]
"""Gives the id of the record of a resource with these key parts, null when there is none."""

_Target = tuple[Resource, tuple[str, ...]]

_EDUCATION_ORGANIZATIONS = tuple(
    RESOURCES[name.lower()]
    for name in (
        "schools",
        "localEducationAgencies",
        "stateEducationAgencies",
        "educationServiceCenters",
        "communityOrganizations",
        "communityProviders",
        "educationOrganizationNetworks",
        "organizationDepartments",
        "postSecondaryInstitutions",
    )
)


def add_links(value: dict[str, object], find: Find) -> None:
    """Put a `link` into every reference below `value` whose target `find` knows."""
    for name, reference in _references(value):
        _link(name, reference, find)


def repoint(
    value: dict[str, object],
    resource: Resource,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> bool:
    """Give references below `value` to the record with the key `before` its new key.

    Returns whether there were any.
    """
    found = False
    for name, reference in _references(value):
        if any(target is resource for target, _ in _targets(name)) and all(
            reference.get(part) == old for part, old in before.items()
        ):
            reference.update(after)
            found = True
    return found


def _references(value: dict[str, object]) -> Iterator[tuple[str, dict[str, object]]]:
    for name, member in value.items():
        if isinstance(member, dict):
            if name.endswith("Reference"):
                yield name, member
            else:
                yield from _references(member)
        elif isinstance(member, list):
            for item in member:
                if isinstance(item, dict):
                    yield from _references(item)


def _link(name: str, reference: dict[str, object], find: Find) -> None:
    for target, names in _targets(name):
        parts = [reference.get(part) for part in names]
        if parts.count(None) == len(parts):
            continue
        identifier = find(target, parts)
        if identifier is not None:
            href = f"/ed-fi/{target.name}/{identifier}"
            reference["link"] = {"rel": target.entity, "href": href}
            return


@cache
def _targets(name: str) -> tuple[_Target, ...]:
    """What a reference may point at, and the names of the key's parts in it.

    It may carry a role: `locationSchoolReference` is a reference to a school.
    """
    lower = name.lower()
    if lower.endswith("educationorganizationreference"):
        return tuple((target, ("educationOrganizationId",)) for target in _EDUCATION_ORGANIZATIONS)
    matching = [known for known in REFERENCED if lower.endswith(known)]
    if not matching:
        return ()
    target = REFERENCED[max(matching, key=len)]
    return ((target, tuple(part for part, _ in target.key)),)
