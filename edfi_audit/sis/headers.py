"""Which header of a file is which column of its table."""

from collections.abc import Collection, Sequence
from difflib import get_close_matches

from edfi_audit.errors import ExtractError
from edfi_audit.sis.aliases import Names
from edfi_audit.sis.layout import SisTable
from edfi_audit.sis.names import header_name

__all__ = ["is_known", "positions"]

_NAMED = 12
"""Headers that an error lists at most."""


def is_known(header: str, table: SisTable, names: Names) -> bool:
    """Whether `header` is a column of `table`, by its own name or by an alias."""
    named = header_name(header, table.name) in table.by_name
    return named or names.alias(table, header) is not None


def positions(headers: Sequence[str], table: SisTable, names: Names, file: str) -> dict[str, int]:
    """Where each column of `table` that is present stands; an alias goes before a like name.

    An `ExtractError` when no header is known, two are the same column, or an alias names a header
    that the file does not have, and the column is not there by its own name either.
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
    _refuse_vain_aliases(headers, table, names, file, found)
    return found


def _refuse_vain_aliases(
    headers: Sequence[str], table: SisTable, names: Names, file: str, found: Collection[str]
) -> None:
    for alias, column in names.aliases_of(table).items():
        if column.name not in found:
            shown = {header_name(header, table.name): header.strip() for header in headers}
            near = [shown[name] for name in get_close_matches(alias, shown)]
            raise ExtractError(
                f"{file} has no column {alias}, which [sis.aliases] takes for {column.name}.",
                next_step=f"Did you mean {' or '.join(near)}?"
                if near
                else f"Its columns: {', '.join(list(shown.values())[:_NAMED])}.",
            )


def _example(table: SisTable) -> str:
    return ", ".join(column.name for column in table.columns[:4])
