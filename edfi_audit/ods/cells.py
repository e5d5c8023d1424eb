"""JSON values to Arrow arrays, one reader per column type.

A page's column nearly always holds one Python type, and Arrow takes it whole. Only where a stray
type or a malformed text is met are the cells read one by one.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

import pyarrow as pa

__all__ = ["UNREADABLE", "Reader", "camel", "dates", "id_reader", "reader_of", "timestamps"]


class _Unreadable:
    """Stands where something is, but not what the path or the type expects."""


UNREADABLE = _Unreadable()

_One = Callable[[Any], Any]
_ID_SIZE = 32
_ID = re.compile(rf"[0-9a-f]{{{_ID_SIZE}}}")
_HEX = re.compile(r"[0-9a-f]*")
_UTC_NANOSECONDS = pa.timestamp("ns", "UTC")
_NOTHING = type(None)
_NOTHING_AT_ALL = frozenset({_NOTHING})


@dataclass(frozen=True)
class Reader:
    """Reads columns of `arrow_type`: `one` reads a cell, or gives `UNREADABLE`.

    `whole` takes a column at once when it holds nothing but `kinds`; it may raise for the rest.
    """

    arrow_type: pa.DataType
    one: _One
    kinds: frozenset[type] = frozenset()
    whole: Callable[[list[Any]], pa.Array] | None = None

    def __call__(self, values: list[Any]) -> tuple[pa.Array, int]:
        """The array of `values` (None is null) and the number of cells that became null."""
        kinds = set(map(type, values))
        if kinds <= _NOTHING_AT_ALL:
            return pa.nulls(len(values), self.arrow_type), 0
        if self.whole is not None and kinds <= self.kinds:
            try:
                return self.whole(values), 0
            except (pa.ArrowInvalid, OverflowError):
                pass
        read = [None if value is None else self.one(value) for value in values]
        failures = sum(value is UNREADABLE for value in read)
        if failures:
            read = [None if value is UNREADABLE else value for value in read]
        return pa.array(read, self.arrow_type), failures


def reader_of(type_: pa.DataType) -> Reader:
    """The reader for a column type of `resources`."""
    if pa.types.is_list(type_):
        item = type_.value_type
        return Reader(type_, _each(_struct(item) if pa.types.is_struct(item) else _text))
    return _SCALARS[type_]


def id_reader() -> Reader:
    """The reader of a row's id: 32 lower-case hex digits, however the ODS writes them."""
    return Reader(pa.string(), _identity, frozenset({str}), _identities)


def _whole(type_: pa.DataType) -> Callable[[list[Any]], pa.Array]:
    return lambda values: pa.array(values, type_)


def _integer(bits: int) -> _One:
    limit = 1 << (bits - 1)

    def one(value: object) -> object:
        number = _number(value)
        if number is UNREADABLE or number != int(number):
            return UNREADABLE
        exact = int(value) if isinstance(value, int | str) else int(number)
        return exact if -limit <= exact < limit else UNREADABLE

    return one


def _number(value: object) -> Any:  # noqa: ANN401
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return UNREADABLE
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return UNREADABLE
    return number if abs(number) < float("inf") else UNREADABLE


def _text(value: object) -> object:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else UNREADABLE


def _flag(value: object) -> object:
    return value if isinstance(value, bool) else UNREADABLE


def _date(value: object) -> object:
    moment = _moment(value)
    if not isinstance(moment, datetime):
        return UNREADABLE
    return moment.date() if moment.time() == time() else UNREADABLE


def _timestamp(value: object) -> object:
    moment = _moment(value)
    if not isinstance(moment, datetime):
        return UNREADABLE
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _moment(value: object) -> object:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else UNREADABLE
    except ValueError:
        return UNREADABLE


def _identity(value: object) -> object:
    if not isinstance(value, str):
        return UNREADABLE
    plain = value.replace("-", "").lower()
    return plain if _ID.fullmatch(plain) else UNREADABLE


def _identities(values: list[Any]) -> pa.Array:
    """Ids that are all in the form they are stored in."""
    if set(map(len, values)) != {_ID_SIZE} or not _HEX.fullmatch("".join(values)):
        raise pa.ArrowInvalid("an id of another form")
    return pa.array(values, pa.string())


def _each(item: _One) -> _One:
    def one(values: object) -> object:
        if not isinstance(values, list):
            return UNREADABLE
        read = [None if value is None else item(value) for value in values]
        return UNREADABLE if UNREADABLE in read else read

    return one


def _struct(type_: pa.StructType) -> _One:
    fields = [(field.name, camel(field.name), reader_of(field.type).one) for field in type_]

    def one(value: object) -> object:
        if not isinstance(value, Mapping):
            return UNREADABLE
        read = {
            name: None if value.get(key) is None else part(value[key]) for name, key, part in fields
        }
        return UNREADABLE if UNREADABLE in read.values() else read

    return one


def camel(name: str) -> str:
    """A column's name as Ed-Fi writes it."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def dates(texts: pa.Array) -> pa.Array:
    """Texts such as 2025-09-02 as dates; `ArrowInvalid` for any other."""
    return texts.cast(pa.date32())


def timestamps(texts: pa.Array) -> pa.Array:
    """Texts with a zone, up to nine fractional digits, as UTC to the microsecond.

    `ArrowInvalid` for any other.
    """
    return texts.cast(_UTC_NANOSECONDS).cast(pa.timestamp("us"), safe=False)


def _texts(read: Callable[[pa.Array], pa.Array]) -> Callable[[list[Any]], pa.Array]:
    return lambda values: read(pa.array(values, pa.string()))


def _scalar(
    type_: pa.DataType,
    one: _One,
    *kinds: type,
    whole: Callable[[list[Any]], pa.Array] | None = None,
) -> tuple[pa.DataType, Reader]:
    return type_, Reader(type_, one, frozenset({*kinds, _NOTHING}), whole or _whole(type_))


_SCALARS: Mapping[pa.DataType, Reader] = dict(
    (
        _scalar(pa.int64(), _integer(64), int),
        _scalar(pa.int32(), _integer(32), int),
        _scalar(pa.string(), _text, str),
        _scalar(pa.float64(), _number, int, float),
        _scalar(pa.bool_(), _flag, bool),
        _scalar(pa.date32(), _date, str, whole=_texts(dates)),
        _scalar(pa.timestamp("us"), _timestamp, str, whole=_texts(timestamps)),
    )
)
