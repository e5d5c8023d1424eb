"""The `link` member of a reference: the kind of record it points at, and that record's path."""

from collections.abc import Callable
from functools import cache

from edfi_audit.sandbox.model import REFERENCED, RESOURCES, Resource

__all__ = ["Find", "add_links"]

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
    for name, member in value.items():
        if isinstance(member, dict):
            if name.endswith("Reference"):
                _link(name, member, find)
            else:
                add_links(member, find)
        elif isinstance(member, list):
            for item in member:
                if isinstance(item, dict):
                    add_links(item, find)


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
