"""What a key sees that is related to certain education organizations only.

A record is seen when each school, district, student and staff member it names is one of the key's:
a student by an enrollment in one of its schools, a staff member by an assignment, employment or
school association there. Education organizations, descriptors, the state's courses and whatever
names none of these are seen by everyone; whose course an offering is of does not matter. Nothing
tells the caller that rows were left out.
"""

from collections.abc import Callable

import orjson

from edfi_audit.sandbox.collection import Collection
from edfi_audit.sandbox.records import Records, Sight
from edfi_audit.sandbox.stamps import Record

__all__ = ["Sees", "sight_of", "subject_names"]

Sees = Callable[[Record], bool]

_ORGANIZATIONS = frozenset({"schoolId", "educationOrganizationId", "localEducationAgencyId"})
_EVERYONES = frozenset(
    {
        "schools",
        "localEducationAgencies",
        "stateEducationAgencies",
        "educationServiceCenters",
        "courses",
    }
)
_COURSE = "courseReference"
_ENROLLMENTS = ("studentSchoolAssociations",)
_ASSIGNMENTS = (
    "staffEducationOrganizationAssignmentAssociations",
    "staffEducationOrganizationEmploymentAssociations",
    "staffSchoolAssociations",
)


def sight_of(records: Records, organizations: frozenset[int]) -> Sight:
    """What a key of these `organizations` sees of each collection, as the records stand now."""
    known = records.sights.get(organizations)
    if known is not None and known[0] == records.newest:
        return known[1]
    sight = _sight_of(records, organizations)
    records.sights[organizations] = (records.newest, sight)
    return sight


def subject_names(record: Record) -> list[str]:
    """What a record is related to education organizations by, as an error names it."""
    names = dict.fromkeys(name for name, _ in _subjects(record))
    return [name[0].upper() + name[1:] for name in names]


def _sight_of(records: Records, organizations: frozenset[int]) -> Sight:
    own = organizations | _schools_of(records, organizations)
    people = {
        "studentUniqueId": _people(records, _ENROLLMENTS, "studentUniqueId", own),
        "staffUniqueId": _people(records, _ASSIGNMENTS, "staffUniqueId", own),
    }

    def sees(record: Record) -> bool:
        return all(
            value in (own if name in _ORGANIZATIONS else people[name])
            for name, value in _subjects(record)
        )

    def of(collection: Collection) -> Sees:
        return (lambda _: True) if collection.resource.name in _EVERYONES else sees

    return of


def _schools_of(records: Records, organizations: frozenset[int]) -> frozenset[int]:
    schools = map(orjson.loads, records.collections["schools"].rows.values())
    return frozenset(
        school["schoolId"]
        for school in schools
        if school.get("localEducationAgencyReference", {}).get("localEducationAgencyId")
        in organizations
    )


def _people(
    records: Records, resources: tuple[str, ...], name: str, own: frozenset[int]
) -> frozenset[object]:
    found = set()
    for resource in resources:
        for row in records.collections[resource.lower()].rows.values():
            subjects = dict(_subjects(orjson.loads(row)))
            if any(subjects.get(part) in own for part in _ORGANIZATIONS):
                found.add(subjects.get(name))
    return frozenset(found)


def _subjects(record: Record) -> list[tuple[str, object]]:
    """The people and organizations a record names itself or in a reference."""
    references = (name for name in record if name.endswith("Reference") and name != _COURSE)
    levels = [record, *(record[name] for name in references)]
    return [
        (name, value)
        for level in levels
        if isinstance(level, dict)
        for name, value in level.items()
        if name in _ORGANIZATIONS or name in {"studentUniqueId", "staffUniqueId"}
    ]
