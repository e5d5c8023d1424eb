"""Which header of a file is which column of its table."""

from collections.abc import Sequence

from edfi_audit.errors import ExtractError
from edfi_audit.sis.aliases import Names
from edfi_audit.sis.layout import SisTable
from edfi_audit.sis.names import header_name

__all__ = ["is_known", "positions"]


def is_known(header: str, table: SisTable, names: Names) -> bool:
    """Whether `header` is a column of `table`, by its own name or by an alias."""
    named = header_name(header, table.name) in table.by_name
    return named or names.alias(table, header) is not None


def positions(headers: Sequence[str], table: SisTable, names: Names, file: str) -> dict[str, int]:
    """Where each column of `table` that is present stands; an alias goes before a like name.

    An `ExtractError` when no header is known, or two are the same column.
    """
    aliased: dict[int, str] = {}
    named: dict[int, str] = {}
    for position, header in enumerate(headers):
        if alias := names.alias(table, header):
            aliased[position] = alias.name
        elif column := table.by_name.get(header_name(header, table.name)):
            named[position] = column.name
    known = {at: name for at, name in named.items() if name not in aliased.values()} | aliased
    found: dict[str, int] = {}
    for position, name in sorted(known.items()):
        if name in found:
            raise ExtractError(
                f"{file}, row 1 has the column {name} twice "
                f"(fields {found[name] + 1} and {position + 1}).",
                next_step="Export it once, or say in [sis.aliases] which header is meant.",
            )
        found[name] = position
    if not found:
        raise ExtractError(
            f"{file}: its first row names no column of {table.name}.",
            next_step=f"Export it with a header row such as {_example(table)}, "
            "or map its headers in [sis.aliases].",
        )
    return found


def _example(table: SisTable) -> str:
    return ", ".join(column.name for column in table.columns[:4])
