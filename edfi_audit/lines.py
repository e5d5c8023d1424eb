"""Text for a terminal: lines of at most 80 columns."""

import textwrap
from collections.abc import Iterable, Sequence

__all__ = ["columns", "counted", "wrapped"]

WIDTH = 80


def counted(number: int, thing: str) -> str:
    """`number` of `thing` in words a reader would use: 1 cell, 2 cells."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def columns(rows: Iterable[Sequence[object]], *, right: Sequence[int] = ()) -> str:
    """`rows` as aligned columns, two spaces apart; those numbered in `right` are right-aligned.

    The last column is cut off at the width of 80.
    """
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = (
        "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    )
    return "\n".join(_cut(line.rstrip()) for line in lines)


def wrapped(text: str, indent: int = 0, hang: int | None = None) -> str:
    """`text` in lines of at most 80 columns, indented, the later ones by `hang`."""
    later = indent if hang is None else hang
    return textwrap.fill(
        text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * later,
        break_on_hyphens=False,
    )  # fmt: skip


def _cut(line: str) -> str:
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"
