"""One file of an extract as every reader hands it on: headers, and cells as text."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["BATCH_ROWS", "ROW", "Sheet", "batch", "cell"]

BATCH_ROWS = 122_880
ROW = "row"


@dataclass(frozen=True)
class Sheet:
    """`headers` as written; `read` gives the cells of the wanted columns.

    Each table that `read` yields has up to `BATCH_ROWS` rows, a column `row` (the row's number in
    the file, the header being row 1) and one text column per wanted position, named by `cell`,
    without space around its cells. Blank rows are left out.
    """

    headers: tuple[str, ...]
    read: Callable[[Sequence[int]], Iterator[pa.Table]]


def cell(position: int) -> str:
    """The name of the column that holds the cells under header number `position`."""
    return f"c{position}"


def batch(rows: Sequence[int], columns: dict[int, pa.Array]) -> pa.Table:
    """A table of text cells by header position, trimmed, with each row's number."""
    named = {cell(at): pc.utf8_trim_whitespace(values) for at, values in columns.items()}
    return pa.table({ROW: pa.array(rows, pa.int64()), **named})
