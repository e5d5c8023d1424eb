"""The words of a preview: resources, what a resync does, and what tells who owns a record."""

from collections.abc import Iterable, Mapping

from edfi_audit.errors import NotFoundError

__all__ = ["ABROAD", "DEPENDENTS", "EVIDENCE", "FOREIGN", "RESOURCES", "known_resource", "plural"]

RESOURCES = {
    "courseOfferings": "course offerings",
    "sections": "sections",
    "staffSectionAssociations": "staff section associations",
    "studentSectionAssociations": "student section associations",
}
"""The resources of the identity ledger, each after those its key is made of."""

DEPENDENTS = {
    "sessions": "sessions",
    **RESOURCES,
    "studentSectionAttendanceEvents": "section attendance events",
    "grades": "grades",
}
"""What can hang on what, in the order in which it must be posted."""

EVIDENCE: Mapping[str, str] = {
    "held_back": "Campus knows the record, and a gate holds it back",
    "mapped": "Campus sent it once, and does not know it any more",
    "course_unknown": "no Campus course of the school has its course code",
    "section_unknown": "no Campus section of the school has its section identifier",
    "person_unknown": "no person of the extract has its unique id",
    "all_known": "the extract knows its course, section and person, not the record",
    "other_agency": "its school's agency has no school in the extract",
    "no_calendar": "the extract has no calendar of its school and year",
    "other_year": "it is of another school year",
}
"""What the audit table `unsent_records` says of a record, in words."""

FOREIGN = frozenset({"course_unknown", "section_unknown", "person_unknown"})
"""Evidence that somebody else may have written a record of a school the extract holds."""

ABROAD = frozenset({"other_agency", "no_calendar", "other_year"})
"""Evidence of records of which the extract says nothing at all."""


def known_resource(name: str, known: Iterable[str] = RESOURCES) -> str:
    """Ed-Fi's name of one of the `known` resources, given in any case, with or without spaces."""
    wanted = "".join(name.split()).casefold()
    for resource in known:
        if resource.casefold() == wanted:
            return resource
    raise NotFoundError(
        f"There is no preview of a resource {name!r}.",
        next_step=f"Choose one of {', '.join(known)}.",
    )


def plural(resource: str) -> str:
    """What a resource is called in a sentence."""
    return DEPENDENTS.get(resource, resource)
