"""Reading CSV and other delimited text: encoding, delimiter, quotes, ragged rows.

The csv module in strict mode reads whatever holds a quote or is uneven, because it alone names
the row where a quote is left open. No message holds a cell's value.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from pathlib import Path

import pyarrow as pa

from edfi_audit.errors import ExtractError
from edfi_audit.sis.encoding import detect
from edfi_audit.sis.sheet import BATCH_ROWS, Sheet, batch
from edfi_audit.sis.unquoted import has_quotes, split

__all__ = ["read_delimited"]

DELIMITERS = ",\t;"
PREAMBLES = ("#TYPE ", "sep=")  # what PowerShell and Excel may write above the header
Row = list[str]


def read_delimited(path: Path, file: str, known: Callable[[str], bool]) -> Sheet:
    """The delimited text in `path`, called `file` in messages.

    The delimiter is the one that makes most headers `known`. An `ExtractError` names the row that
    cannot be read, when the header is asked for or while the cells are.
    """
    encoding = detect(path, file)
    delimiter = _delimiter(path, encoding, file, known)
    headers, first = _header(path, encoding, delimiter, file)

    def read(wanted: Sequence[int]) -> Iterator[pa.Table]:
        with path.open(encoding=encoding, newline="") as lines:
            start = first + 1
            if has_quotes(path):
                reader = csv.reader(lines, delimiter=delimiter, strict=True)
                yield from careful(islice(reader, first, None), start, wanted)
                return
            unread = islice(lines, first, None)
            while chunk := list(islice(unread, BATCH_ROWS)):
                columns = split(chunk, delimiter, len(headers), wanted)
                if columns is None:
                    reader = csv.reader(chunk, delimiter=delimiter, strict=True)
                    yield from careful(reader, start, wanted)
                else:
                    yield batch(range(start, start + len(chunk)), columns)
                start += len(chunk)

    def careful(reader: Iterator[Row], start: int, wanted: Sequence[int]) -> Iterator[pa.Table]:
        for number, rows in _chunks(reader, start, file):
            yield from _cells(_kept(rows, number, headers, file), wanted)

    return Sheet(headers, read)


def _delimiter(path: Path, encoding: str, file: str, known: Callable[[str], bool]) -> str:
    def score(delimiter: str) -> tuple[int, int]:
        headers, _ = _header(path, encoding, delimiter, file, strict=False)
        return sum(map(known, headers)), len(headers)

    return max(DELIMITERS, key=score)


def _header(
    path: Path, encoding: str, delimiter: str, file: str, *, strict: bool = True
) -> tuple[tuple[str, ...], int]:
    """The first row that is neither blank nor a preamble, and its number."""
    with path.open(encoding=encoding, newline="") as lines:
        reader = csv.reader(lines, delimiter=delimiter, strict=strict)
        number = 0
        try:
            for number, row in enumerate(reader, start=1):
                if any(cell.strip() for cell in row) and not row[0].startswith(PREAMBLES):
                    return tuple(row), number
        except csv.Error as error:
            raise _unreadable(file, number + 1, error) from None
    raise ExtractError(
        f"{file} is empty: it has no header row.", next_step="Export it again, or remove it."
    )


def _chunks(reader: Iterator[Row], start: int, file: str) -> Iterator[tuple[int, list[Row]]]:
    """Rows in lists of at most `BATCH_ROWS`, each with the number of its first row."""
    while True:
        rows: list[Row] = []
        try:
            rows.extend(islice(reader, BATCH_ROWS))
        except csv.Error as error:
            raise _unreadable(file, start + len(rows), error) from None
        if not rows:
            return
        yield start, rows
        start += len(rows)


def _kept(
    rows: list[Row], start: int, headers: tuple[str, ...], file: str
) -> tuple[Sequence[int], list[Row]]:
    """The rows that hold something, each as wide as the header, and their numbers."""
    numbers: Sequence[int] = range(start, start + len(rows))
    if not all(map(any, rows)) or _is_underline(rows[0]):
        pairs = [pair for pair in zip(numbers, rows, strict=True) if not _is_blank(pair[1])]
        numbers, rows = [number for number, _ in pairs], [row for _, row in pairs]
    if {*map(len, rows)} - {len(headers)}:
        rows = [
            row if len(row) == len(headers) else _squared(row, headers, f"{file}, row {number}")
            for number, row in zip(numbers, rows, strict=True)
        ]
    return numbers, rows


def _is_blank(row: Row) -> bool:
    return not any(row) or _is_underline(row)


def _is_underline(row: Row) -> bool:
    """Whether the row is the line of dashes that sqlcmd writes below its headers."""
    return bool(row) and all(len(cell) > 1 and not cell.strip("-") for cell in row)


def _squared(row: Row, headers: tuple[str, ...], where: str) -> Row:
    """`row` made as wide as the header, when no named column gains or loses a cell by it."""
    width = len(headers)
    named = max((i for i, header in enumerate(headers, start=1) if header.strip()), default=0)
    if len(row) < named or any(cell.strip() for cell in row[width:]):
        raise ExtractError(
            f"{where} has {len(row)} fields, but the header has {width}.",
            next_step="Export it with text in double quotes, or as XLSX or Parquet.",
        )
    return [*row, *[""] * (width - len(row))][:width]


def _cells(numbered: tuple[Sequence[int], list[Row]], wanted: Sequence[int]) -> Iterator[pa.Table]:
    numbers, rows = numbered
    if rows:
        columns = {i: pa.array(list(map(itemgetter(i), rows)), pa.string()) for i in wanted}
        yield batch(numbers, columns)


def _unreadable(file: str, row: int, error: csv.Error) -> ExtractError:
    reason = str(error)
    if "expected after" in reason:
        what = "has text after a closing quote"
    elif "field larger" in reason or "end of data" in reason:
        what = "opens a quote that is never closed"
    else:
        what = "cannot be read as delimited text"
    return ExtractError(
        f"{file}, row {row} {what}.",
        next_step="Double each quote inside a quoted field, or export XLSX or Parquet.",
    )
