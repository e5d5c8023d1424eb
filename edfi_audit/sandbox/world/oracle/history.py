"""CO-015, SYN-007, IDM-012 and SYN-005: what an earlier run adds to the present one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.derive.keys import KEYS, SECTION_KEY
from edfi_audit.sandbox.world.oracle.expected import Expected
from edfi_audit.sandbox.world.oracle.records import Records
from edfi_audit.sandbox.world.oracle.sides import COMPARED, Sides
from edfi_audit.sandbox.world.truth import Finding

__all__ = ["read_history"]

_Key = tuple[object, ...]
_Object = tuple[str, str]
_EVENTS = {
    "courseOfferings": ("course", "section"),
    "sections": ("course", "section"),
    "staffSectionAssociations": ("sectionStaffHistory", "employmentAssignment"),
    "studentSectionAssociations": ("roster",),
}
_OF_SECTIONS = {
    "staffSectionAssociations": "sectionReference",
    "studentSectionAssociations": "sectionReference",
    "studentSectionAttendanceEvents": "sectionReference",
    "grades": "studentSectionAssociationReference",
}
_OF_OFFERINGS = {"sections": "courseOfferingReference", **_OF_SECTIONS}


def read_history(before: Records, now: Records) -> list[Finding]:
    """Every finding of the rules that compare with an earlier run, none marked as planted."""
    return [
        *_renamed_offerings(before, now),
        *_renamed_sections(before, now),
        *_renamed_mappings(before, now),
        *_stale(before, now),
    ]


def _renamed_offerings(before: Records, now: Records) -> Iterator[Finding]:
    """CO-015: an offering has another key, and records of the ODS still carry the old one."""
    children = _children(now, _OF_OFFERINGS, 4)
    for key in _renamed(before.sides.offerings.expected, now.sides.offerings.expected):
        if children[key]:
            named = dict(zip(SECTION_KEY, key, strict=False))
            yield Finding("CO-015", "courseOfferings", named, "error", planted=False)


def _renamed_sections(before: Records, now: Records) -> Iterator[Finding]:
    """SYN-007: the same of a section."""
    children = _children(now, _OF_SECTIONS, 5)
    for key in _renamed(before.sides.sections.expected, now.sides.sections.expected):
        if children[key]:
            named = dict(zip(SECTION_KEY, key, strict=True))
            yield Finding("SYN-007", "sections", named, "error", planted=False)


def _children(now: Records, references: dict[str, str], parts: int) -> Counter[_Key]:
    """How many records refer to each key."""
    return Counter(
        tuple((row.get(reference) or {}).get(name) for name in SECTION_KEY[:parts])
        for resource, reference in references.items()
        for row in now.ods(resource)
    )


def _renamed(before: Sequence[Expected], now: Sequence[Expected]) -> Iterator[_Key]:
    """The keys that an object had and has no more, where as many new ones took their place."""
    old, new = _sent_keys(before), _sent_keys(now)
    present = {tuple(one.key.values()) for one in now}
    told = set()
    for source, keys in old.items():
        if len(keys) == len(new.get(source, ())):
            for key in sorted(keys - new[source], key=repr):
                if key not in present and key not in told:
                    told.add(key)
                    yield key


def _sent_keys(expected: Iterable[Expected]) -> dict[_Object, set[_Key]]:
    """The keys under which each Campus object is sent."""
    found: defaultdict[_Object, set[_Key]] = defaultdict(set)
    for one in expected:
        if one.is_sent:
            for source in one.objects:
                found[source].add(tuple(one.key.values()))
    return dict(found)


def _expected(sides: Sides) -> dict[str, Sequence[Expected]]:
    return {
        "courseOfferings": sides.offerings.expected,
        "sections": sides.sections.expected,
        "studentSectionAssociations": sides.students.expected,
        "staffSectionAssociations": sides.staff.expected,
    }


def _renamed_mappings(before: Records, now: Records) -> Iterator[Finding]:
    """IDM-012: a mapping row is still under the key that its object had in the earlier run."""
    earlier, present = _expected(before.sides), _expected(now.sides)
    for resource in COMPARED:
        old, new = _sent_keys(earlier[resource]), _sent_keys(present[resource])
        behind = {record.id: record.key for record in now.sides.actual(resource)}
        for mapping in now.sides.mappings.get(resource, ()):
            key = _as_noted(resource, mapping.noted) or behind.get(mapping.id)
            parts = tuple(key.values()) if key else None
            keys = new.get(mapping.object)
            if keys and parts in old.get(mapping.object, ()) and parts not in keys:
                yield Finding("IDM-012", resource, dict(key or {}), "error", planted=False)


def _as_noted(resource: str, noted: Row) -> Row | None:
    return {name: noted.get(name) for name in KEYS[resource]} if noted else None


def _stale(before: Records, now: Records) -> Iterator[Finding]:
    """SYN-005: the SIS has changed since, and the ODS has not been written to."""
    for resource, tables in _EVENTS.items():
        changed = _newest(
            row["modifiedDate"] for table in tables for row in now.sides.extract.rows(table)
        )
        written, earlier = _written(now, resource), _written(before, resource)
        if changed is None or written is None or written != earlier:
            continue
        if changed - written > timedelta(days=now.facts.sync_days):
            yield Finding("SYN-005", resource, {"resource": resource}, "warning", planted=False)


def _written(records: Records, resource: str) -> datetime | None:
    return _newest(record.modified for record in records.sides.in_scope(resource))


def _newest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((one for one in moments if one is not None), default=None)
