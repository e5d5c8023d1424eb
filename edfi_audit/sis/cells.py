"""Text cells to typed columns, in SQL.

An empty cell or the word NULL is null. Any other is taken as its column's type, or
marked unreadable and null. One-digit months and days are taken, two-digit years are not.
"""

from collections.abc import Iterator, Mapping

from edfi_audit.sis.layout import DATE, FLAG, NUMBER, TEXT, TIMESTAMP, SisColumn, SisTable
from edfi_audit.sis.sheet import ROW, cell

__all__ = ["UNREADABLE", "typed"]

UNREADABLE = "unreadable:"

_CLOCK = r"([01]?\d|2[0-3]):\d{2}(:\d{2}(\.\d{1,9})?)?"
_ISO = rf"[1-9]\d{{3}}-\d{{1,2}}-\d{{1,2}}([ T]{_CLOCK}Z?)?"
_US = rf"\d{{1,2}}/\d{{1,2}}/[1-9]\d{{3}}( {_CLOCK}( [AaPp][Mm])?)?"
_US_FORMATS = ", ".join(
    f"'%m/%d/%Y{clock}'"
    for clock in ("", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", " %H:%M:%S.%f")
)
_NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
_MOMENT = (
    f"CASE WHEN regexp_full_match({{0}}, '{_ISO}') THEN try_cast({{0}} AS TIMESTAMP) "
    f"WHEN regexp_full_match({{0}}, '{_US}') THEN try_strptime({{0}}, [{_US_FORMATS}]) END"
)

_READ = {
    TEXT: "{0}",
    FLAG: "CASE WHEN lower({0}) IN ('1', 'true', 't', 'yes', 'y') THEN true "
    "WHEN lower({0}) IN ('0', 'false', 'f', 'no', 'n') THEN false END",
    NUMBER: f"CASE WHEN regexp_full_match({{0}}, '{_NUMBER}') "
    "AND isfinite(try_cast({0} AS DOUBLE)) THEN try_cast({0} AS DOUBLE) END",
    TIMESTAMP: _MOMENT,
    DATE: f"CAST({_MOMENT} AS DATE)",
}


def typed(table: SisTable, present: Mapping[str, int], source: str) -> str:
    """SQL that reads the text cells of `source` into every column of `table`, in order.

    `present` maps a column's name to the position of its cells; a column that is absent is null.
    The result has `row` first and, after the table's columns, a flag `unreadable:<column>` for
    each typed column that is present.
    """
    cleaned = [_cleaned(position) for position in sorted(set(present.values()))]
    read = [_read(column, present) for column in table.columns]
    names = [f'"{column.name}"' for column in table.columns]
    return (
        f"SELECT {', '.join([ROW, *names, *_flags(table, present)])} "
        f"FROM (SELECT *, {', '.join(read)} "
        f"FROM (SELECT {', '.join([ROW, *cleaned])} FROM {source}))"
    )


def _cleaned(position: int) -> str:
    name = cell(position)
    return f"CASE WHEN upper({name}) NOT IN ('', 'NULL') THEN {name} END AS {name}"


def _read(column: SisColumn, present: Mapping[str, int]) -> str:
    if column.name not in present:
        return f'CAST(NULL AS {column.type}) AS "{column.name}"'
    expression = _READ[column.type].replace("{0}", cell(present[column.name]))
    return f'{expression} AS "{column.name}"'


def _flags(table: SisTable, present: Mapping[str, int]) -> Iterator[str]:
    for column in table.columns:
        if column.name in present and column.type != TEXT:
            given = f"{cell(present[column.name])} IS NOT NULL"
            yield f'({given} AND "{column.name}" IS NULL) AS "{UNREADABLE}{column.name}"'
