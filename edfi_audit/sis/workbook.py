"""Reading an Excel workbook (XLSX): one sheet, its cells as text."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from edfi_audit.errors import ExtractError
from edfi_audit.sis.names import table_name
from edfi_audit.sis.sheet import BATCH_ROWS, Sheet, batch

__all__ = ["read_workbook"]


def read_workbook(path: Path, file: str, table: str) -> Sheet:
    """The sheet of `path` that is named as `table`, or its only sheet that holds anything."""
    try:
        sheet = _chosen(CalamineWorkbook.from_path(path), file, table)
        header, first = _header(sheet, file)
    except PasswordError as error:
        raise ExtractError(
            f"{file} is protected by a password.", next_step="Save it without one."
        ) from error
    except (CalamineError, OSError) as error:
        raise ExtractError(
            f"{file} is not an Excel workbook, or is damaged.", next_step="Save it again as XLSX."
        ) from error

    def read(wanted: Sequence[int]) -> Iterator[pa.Table]:
        rows = islice(enumerate(sheet.iter_rows(), start=1), first, None)
        kept = (pair for pair in rows if any(cell not in {"", None} for cell in pair[1]))
        while chunk := list(islice(kept, BATCH_ROWS)):
            columns = {
                i: pa.array([_text(row[i]) for _, row in chunk], pa.string()) for i in wanted
            }
            yield batch([number for number, _ in chunk], columns)

    return Sheet(header, read)


def _chosen(workbook: CalamineWorkbook, file: str, table: str) -> CalamineSheet:
    sheets = [workbook.get_sheet_by_name(name) for name in workbook.sheet_names]
    named = [sheet for sheet in sheets if table_name(sheet.name) == table.lower()]
    filled = named or [sheet for sheet in sheets if sheet.start is not None]
    if not filled:
        raise _empty(file)
    if len(filled) > 1:
        raise ExtractError(
            f"{file} has {len(filled)} sheets.",
            next_step=f"Keep one, or name the right one {table}.",
        )
    return filled[0]


def _header(sheet: CalamineSheet, file: str) -> tuple[tuple[str, ...], int]:
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = tuple(map(_text, row))
        if any(cells):
            return cells, number
    raise _empty(file)


def _empty(file: str) -> ExtractError:
    return ExtractError(
        f"{file} is empty: it has no header row.", next_step="Export it again, or remove it."
    )


def _text(value: object) -> str:
    """A cell as the text a CSV would hold: 12.0 is 12, a date is ISO."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return "" if value is None else str(value)
