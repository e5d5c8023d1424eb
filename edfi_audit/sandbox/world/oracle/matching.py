"""Expected records and records of the ODS laid side by side: which of them are the same."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Generic, TypeVar

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.oracle import parsing
from edfi_audit.sandbox.world.oracle.expected import Expected

__all__ = ["Actual", "Mapping", "Matching", "normal_id", "whole"]

_E = TypeVar("_E", bound=Expected)
_Key = tuple[object, ...]
_KeyOf = Callable[[Row], _Key | None]


def normal_id(value: object) -> str:
    """An ODS id as its 32 hex digits, however the mapping writes it."""
    return "".join(sign for sign in str(value or "").lower() if sign not in "{}- ")


@dataclass(frozen=True, eq=False)
class Actual:
    """A record of the ODS and its natural key, parts that are absent null."""

    record: Row
    key: Row

    @cached_property
    def id(self) -> str:
        """Its id as hex digits."""
        return normal_id(self.record.get("id"))

    @cached_property
    def modified(self) -> datetime | None:
        """When the ODS last wrote it."""
        return parsing.moment(self.record.get("_lastModifiedDate"))

    @cached_property
    def whole_key(self) -> _Key | None:
        """The parts of its key; null while one is missing or blank."""
        return whole(self.key)


@dataclass(frozen=True, eq=False)
class Mapping:
    """A row of the identity mapping; `noted` is the natural key that it states."""

    row: Row
    object: tuple[str, str]
    id: str
    noted: Row

    @property
    def end_year(self) -> int | None:
        """The year it is for."""
        return int(self.row["endYear"]) if self.row["endYear"] else None


def whole(key: Row) -> _Key | None:
    """The parts of a key; null while one is missing or blank."""
    parts = tuple(key.values())
    gaps = any(part is None or (isinstance(part, str) and not part.strip()) for part in parts)
    return None if gaps else parts


class Matching(Generic[_E]):
    """The links between the expected records of a resource and those of the ODS, one to one.

    The identity mapping goes first, among the records of an object by session. Then come the
    natural key, the key with its course code trimmed and folded, and, for staff, the key without
    its begin date; by these a record that is to be sent goes before one that is not.
    """

    def __init__(
        self,
        expected: Sequence[_E],
        actual: Sequence[Actual],
        mapped: Iterable[Mapping],
        *,
        by_begin_date: bool,
    ) -> None:
        self.expected, self.actual = expected, actual
        self._of_expected: dict[int, Actual] = {}
        self._of_actual: dict[int, _E] = {}
        self._mapped: set[int] = set()
        self._link_mapped(mapped)
        keys: list[_KeyOf] = [whole, _folded]
        if not by_begin_date:
            keys.append(_undated)
        for is_sent in (True, False):
            for key_of in keys:
                self._link_by([one for one in expected if one.is_sent == is_sent], key_of)

    def record(self, one: _E) -> Actual | None:
        """The ODS record of an expected one."""
        return self._of_expected.get(id(one))

    def expectation(self, record: Actual) -> _E | None:
        """The expected record of one in the ODS."""
        return self._of_actual.get(id(record))

    def is_mapped(self, record: Actual) -> bool:
        """Whether it was linked through the identity mapping."""
        return id(record) in self._mapped

    def linked(self) -> Iterable[tuple[_E, Actual]]:
        """Every link."""
        return ((one, found) for one in self.expected if (found := self.record(one)))

    def key(self, one: _E) -> Row:
        """The key that a finding shows: the ODS record's where there is one."""
        record = self.record(one)
        return record.key if record else one.key

    def _link(self, one: _E, record: Actual) -> bool:
        if id(one) in self._of_expected or id(record) in self._of_actual:
            return False
        self._of_expected[id(one)], self._of_actual[id(record)] = record, one
        return True

    def _link_mapped(self, mapped: Iterable[Mapping]) -> None:
        by_id = {record.id: record for record in self.actual}
        of_object: defaultdict[tuple[str, str], list[_E]] = defaultdict(list)
        for one in self.expected:
            for source in one.objects:
                of_object[source].append(one)
        for mapping in mapped:
            record = by_id.get(mapping.id)
            for one in of_object.get(mapping.object, ()):
                if record and _same_session(one.key, record.key) and self._link(one, record):
                    self._mapped.add(id(record))
                    break

    def _link_by(self, expected: Iterable[_E], key_of: _KeyOf) -> None:
        free: defaultdict[_Key | None, list[Actual]] = defaultdict(list)
        for record in self.actual:
            if id(record) not in self._of_actual:
                free[key_of(record.key)].append(record)
        for records in free.values():
            records.sort(key=lambda record: str(record.key.get("beginDate")), reverse=True)
        for one in sorted(expected, key=lambda one: str(one.key.get("beginDate"))):
            key = key_of(one.key)
            if key is not None and free.get(key) and self._link(one, free[key][-1]):
                free[key].pop()


def _same_session(expected: Row, record: Row) -> bool:
    """What tells the records of one object apart; a part that the record lacks tells nothing."""
    return all(
        record.get(part) is None or expected[part] == record[part]
        for part in ("sessionName", "schoolYear")
    )


def _folded(key: Row) -> _Key | None:
    number = key.get("localCourseCode")
    return whole({**key, "localCourseCode": number.strip().lower()} if number else key)


def _undated(key: Row) -> _Key | None:
    parts = {name: part for name, part in key.items() if name != "beginDate"}
    return _folded(parts)
