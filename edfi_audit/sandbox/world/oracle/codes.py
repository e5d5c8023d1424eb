"""MAP: what course offerings implement, by Minnesota's lists of code prefixes and suffixes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.oracle.extract import Course
from edfi_audit.sandbox.world.oracle.matching import Actual
from edfi_audit.sandbox.world.oracle.parsing import text
from edfi_audit.sandbox.world.oracle.records import Keyed, Records, Rule

__all__ = ["RULES"]

_OF = "courseOfferings"
_STATUSES = ("CBEG", "CEXP", "CMNT", "FULL", "X", "YR1", "YR2")
_EXCELLENCE = ("CBEG", "CEXP", "CMNT")


@dataclass(frozen=True)
class _Array:
    """One of the two arrays: its field, the course's column, its descriptor and prefixes."""

    field: str
    column: str
    kind: str
    prefixes: tuple[str, ...]


_APPROACHES = _Array(
    "instructionalApproaches",
    "eeInstApproachAndImp",
    "InstructionalApproach",
    (
        *("ABA", "DR", "NONE", "OTHER", "ISB", "TD", "PAT"),
        *("R", "TE", "LI", "PSP", "SBR", "L"),
    ),
)
_INITIATIVES = _Array(
    "siteBasedInitiatives",
    "eeSiteBasedInitAndImp",
    "SiteBasedInitiative",
    ("CLASS", "FGRBI", "MMC", "MRC", "NONE", "NW", "PBIS", "PECC", "PYRAMID", "RPPM"),
)


@dataclass(frozen=True)
class _Coded:
    """A course's code in one array: the prefixes that match, longest first, and its suffixes."""

    course: Course
    code: str
    prefixes: tuple[str, ...]
    own_status: str | None
    other_status: str | None

    @property
    def prefix(self) -> str | None:
        """The longest."""
        return next(iter(self.prefixes), None)

    @property
    def status(self) -> str | None:
        """From the code's suffix, else from that of Curriculum and Implementation."""
        return self.own_status or self.other_status


def _coded(course: Course, array: _Array) -> _Coded:
    code = (course.row[array.column] or "").strip().upper()
    found = sorted((one for one in array.prefixes if code.startswith(one)), key=len, reverse=True)
    other = _suffix((course.row["eeCurrAndImp"] or "").strip().upper())
    return _Coded(course, code, tuple(found), _suffix(code), other)


def _suffix(code: str) -> str | None:
    return max((one for one in _STATUSES if code.endswith(one)), key=len, default=None)


@dataclass(frozen=True)
class _Row:
    """A sent offering and one array of it: the courses' codes, and the entries in the ODS."""

    key: Row
    array: _Array
    codes: tuple[_Coded, ...]
    record: Actual | None

    def entries(self) -> list[tuple[str | None, str | None]]:
        """Descriptor and implementation status of each."""
        extension = ((self.record.record if self.record else {}).get("_ext") or {}).get("mn") or {}
        name = self.array.kind[0].lower() + self.array.kind[1:] + "Descriptor"
        return [
            (text(one.get(name)), text(one.get("implementationStatusDescriptor")))
            for one in extension.get(self.array.field) or ()
        ]


def _rows(records: Records) -> Iterator[_Row]:
    offerings = records.sides.offerings
    for one in offerings.expected:
        if one.is_sent:
            for array in (_APPROACHES, _INITIATIVES):
                codes = tuple(_coded(course, array) for course in one.courses)
                yield _Row(offerings.key(one), array, codes, offerings.record(one))


def _disagrees(rule_id: str) -> Callable[[Records], Iterator[Keyed]]:
    """MAP-001, 002, 003: the array says something else than every course's code."""

    def failing(records: Records) -> Iterator[Keyed]:
        rows = [row for row in _rows(records) if row.record is not None]
        if _shows_arrays(records):
            for row in rows:
                faults = [_fault(records, row, one) for one in row.codes]
                if None not in faults and min(filter(None, faults)) == rule_id:
                    yield Keyed(row.key)

    return failing


def _shows_arrays(records: Records) -> bool:
    """Whether any course offering of the pull has either array."""
    for record in records.sides.actual(_OF):
        extension = (record.record.get("_ext") or {}).get("mn") or {}
        if any(extension.get(array.field) for array in (_APPROACHES, _INITIATIVES)):
            return True
    return False


def _fault(records: Records, row: _Row, one: _Coded) -> str | None:
    entries, facts = row.entries(), records.facts
    if one.prefix is None:
        return "MAP-002" if entries else None
    wanted = facts.uri(row.array.kind, one.prefix)
    if {found for found, _ in entries} != {wanted}:
        return "MAP-001"
    status = one.status and facts.uri("ImplementationStatus", one.status)
    differs = status is not None and any(found != status for _, found in entries)
    return "MAP-003" if differs else None


def _told(test: Callable[[Records, _Row, _Coded], bool]) -> Callable[[Records], Iterator[Keyed]]:
    """Rules about the SIS's codes alone: one course's code is enough."""

    def failing(records: Records) -> Iterator[Keyed]:
        for row in _rows(records):
            if any(test(records, row, one) for one in row.codes):
                yield Keyed(row.key)

    return failing


def unmapped(_records: Records, _row: _Row, one: _Coded) -> bool:
    """MAP-004: a code without a known prefix, or without a known suffix."""
    return bool(one.code) and (one.prefix is None or one.own_status is None)


def ambiguous(_records: Records, _row: _Row, one: _Coded) -> bool:
    """MAP-005: more than one prefix of the list begins the code."""
    return len(one.prefixes) > 1


def not_special(_records: Records, row: _Row, one: _Coded) -> bool:
    """MAP-006: Transdisciplinary Approach, and the course is not Special Education."""
    approach = row.array is _APPROACHES and one.prefix == "TD"
    return approach and not one.course.row["specialEducation"]


def no_center(records: Records, _row: _Row, one: _Coded) -> bool:
    """MAP-007: a status of Centers of Excellence at another school; needs their list."""
    centers = records.facts.centers_of_excellence
    status = one.status if one.prefix else None
    return bool(centers) and status in _EXCELLENCE and one.course.school_id not in centers


def status_of_none(_records: Records, _row: _Row, one: _Coded) -> bool:
    """MAP-008: nothing is used, and yet it is implemented."""
    return one.prefix == "NONE" and one.own_status not in {None, "X"}


def two_statuses(_records: Records, _row: _Row, one: _Coded) -> bool:
    """MAP-009: the code's suffix and that of Curriculum and Implementation differ."""
    return None not in {one.own_status, one.other_status} and one.own_status != one.other_status


RULES = (
    Rule("MAP-001", "warning", _OF, _disagrees("MAP-001")),
    Rule("MAP-002", "warning", _OF, _disagrees("MAP-002")),
    Rule("MAP-003", "warning", _OF, _disagrees("MAP-003")),
    Rule("MAP-004", "info", _OF, _told(unmapped)),
    Rule("MAP-005", "info", _OF, _told(ambiguous)),
    Rule("MAP-006", "warning", _OF, _told(not_special)),
    Rule("MAP-007", "info", _OF, _told(no_center)),
    Rule("MAP-008", "info", _OF, _told(status_of_none)),
    Rule("MAP-009", "info", _OF, _told(two_statuses)),
)
