"""SYN and MAP-010: what has changed since it was sent, resource by resource."""

from collections.abc import Iterable, Iterator

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.oracle.matching import Actual
from edfi_audit.sandbox.world.oracle.parsing import code, day, text
from edfi_audit.sandbox.world.oracle.records import Keyed, Records, Rule
from edfi_audit.sandbox.world.oracle.resolver import ExpectedStaff
from edfi_audit.sandbox.world.truth import Finding

__all__ = ["MAPPED_ARRAYS", "RULES", "of_ledger"]

_OFFERINGS = "courseOfferings"
_ARRAY_ELEMENTS = (
    "instructionalApproachDescriptor",
    "siteBasedInitiativeDescriptor",
    "implementationStatusDescriptor",
)
_POSTED = ("IDM-001", "IDM-003")
_TAKEN_OUT = ("IDM-004", "IDM-006")


def drifted_offerings(records: Records) -> Iterator[Actual]:
    """SYN-001: the title is another one."""
    for one, record in records.sides.offerings.linked():
        title = text(record.record.get("localCourseTitle"))
        names = {text(course.row["name"]) for course in one.courses}
        if one.is_sent and _trimmed(title) not in {_trimmed(name) for name in names}:
            yield record


def _trimmed(value: str | None) -> str:
    return (value or "").strip()


def drifted_staff(records: Records) -> Iterator[Actual]:
    """SYN-001: position, begin or end are others."""
    for one, record in records.sides.staff.linked():
        begin, end = day(record.key["beginDate"]), day(record.record.get("endDate"))
        dated = (begin, end) == (one.dates.begin, one.dates.end)
        if one.is_sent and not (dated and _is_position(records, one, record)):
            yield record


def _is_position(records: Records, one: ExpectedStaff, record: Actual) -> bool:
    """The mapped descriptor; any Teacher-of-Record one by blank role or by override."""
    there = text(record.record.get("classroomPositionDescriptor"))
    if one.position is not None:
        return there == one.position
    return code(there) in records.facts.of_record


def drifted_students(records: Records) -> Iterator[Actual]:
    """SYN-001: the end is another one."""
    for one, record in records.sides.students.linked():
        if one.is_sent and day(record.record.get("endDate")) != one.end:
            yield record


def off_with_records(records: Records) -> Iterator[Keyed]:
    """SYN-002: the resource is toggled off, and the ODS holds records of it."""
    for resource, toggle in records.sides.toggles.items():
        if toggle["enabled"] == 0 and _is_held(records, resource):
            yield Keyed({"resource": resource}, resource)


def _is_held(records: Records, resource: str) -> bool:
    scope = records.sides.extract.scope
    return any(_places(row) & scope for row in records.ods(resource))


def _places(row: Row) -> set[tuple[object, object]]:
    """The schools and years that a record names, itself or in a reference."""
    holders = [row, *(part for part in row.values() if isinstance(part, dict))]
    schools = {one.get("schoolId") for one in holders} - {None}
    years = {one.get("schoolYear") for one in holders} - {None}
    return {(school, year) for school in schools for year in years}


def _is_newer(records: Records, resource: str, rows: Iterable[Row]) -> bool:
    """Whether one of the mappings was changed after the resource's last resync."""
    toggle = records.sides.toggles.get(resource)
    since = toggle["lastResync"] if toggle else None
    changes = [row["modifiedDate"] for row in rows if row["resource"] == resource]
    return since is not None and any(change is not None and change > since for change in changes)


def mapping_changed(records: Records) -> Iterator[Keyed]:
    """SYN-004: a mapping of the resource was changed, and no resync followed."""
    preferences = records.sides.extract.rows("resourcePreference")
    for resource in records.sides.toggles:
        if _is_newer(records, resource, preferences):
            yield Keyed({"resource": resource}, resource)


def array_mapping_changed(records: Records) -> Iterator[Keyed]:
    """MAP-010: the same of what course offerings implement."""
    preferences = [
        row
        for row in records.sides.extract.rows("resourcePreference")
        if row["element"] in _ARRAY_ELEMENTS
    ]
    if _is_newer(records, _OFFERINGS, preferences):
        yield Keyed({"resource": _OFFERINGS}, _OFFERINGS)


def of_ledger(records: Records, ledger: Iterable[Finding]) -> Iterator[Finding]:
    """SYN-003 and SYN-006, which follow from the states that the identity ledger comes to."""
    toggles, moved = records.sides.toggles, dict[str, int]()
    for one in ledger:
        toggle = toggles.get(one.resource)
        if one.rule_id in _TAKEN_OUT and toggle is not None and toggle["enabled"] == 0:
            yield Finding("SYN-003", one.resource, one.natural_key, "error", planted=False)
        if one.rule_id in _POSTED + _TAKEN_OUT:
            moved[one.resource] = moved.get(one.resource, 0) + 1
    for resource, rows in moved.items():
        if rows > records.facts.resync_rows:
            key = {"resource": resource}
            yield Finding("SYN-006", resource, key, "info", planted=False)


RULES = (
    Rule("SYN-001", "warning", _OFFERINGS, drifted_offerings),
    Rule("SYN-001", "warning", "staffSectionAssociations", drifted_staff),
    Rule("SYN-001", "warning", "studentSectionAssociations", drifted_students),
    Rule("SYN-002", "warning", _OFFERINGS, off_with_records),
    Rule("SYN-004", "warning", _OFFERINGS, mapping_changed),
)
MAPPED_ARRAYS = Rule("MAP-010", "warning", _OFFERINGS, array_mapping_changed)
