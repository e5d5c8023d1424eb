"""A district's own file and column names, and what they stand for (`[sis.aliases]`).

    tblCourse = "course"                 a file or table -> a table of the layout
    "RosterExport.csv" = "roster"        likewise
    "tblCourse.crs_no" = "number"        table.column -> a column of that table
    course = { crs_no = "number" }       likewise, as a TOML table

The table before the dot may be the layout's name or the district's own. Case does not matter.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from edfi_audit.errors import SettingsError
from edfi_audit.sis.layout import Layout, SisColumn, SisTable
from edfi_audit.sis.names import header_name, plain, table_name, without_suffix

__all__ = ["Names"]


@dataclass(frozen=True)
class Names:
    """What file names and headers stand for, in one layout and one district."""

    layout: Layout
    files: Mapping[str, SisTable]
    columns: Mapping[tuple[str, str], SisColumn]

    @classmethod
    def of(cls, aliases: Mapping[str, Any], layout: Layout) -> "Names":
        """Read the aliases; one that means nothing in `layout` is a `SettingsError`."""
        pairs = dict(_flat(aliases))
        files = {
            plain(without_suffix(key)): layout.by_name[value.lower()]
            for key, value in pairs.items()
            if value.lower() in layout.by_name and not _is_column(key, value, layout)
        }
        without_aliases = cls(layout, files, {})
        columns = dict(
            without_aliases._column_alias(key, value)
            for key, value in pairs.items()
            if plain(without_suffix(key)) not in files
        )
        return cls(layout, files, columns)

    def table(self, file: str) -> SisTable | None:
        """The table a file holds, by alias or by its own name; `None` when it is none."""
        bare = plain(without_suffix(file.rpartition("/")[2]))
        for name in (bare, table_name(file)):
            if name in self.files:
                return self.files[name]
        return self.layout.by_name.get(table_name(file))

    def alias(self, table: SisTable, header: str) -> SisColumn | None:
        """The column that an alias says `header` of `table` is."""
        return self.columns.get((table.name, header_name(header, table.name)))

    def aliases_of(self, table: SisTable) -> dict[str, SisColumn]:
        """The headers that aliases name for `table`, and what they stand for."""
        return {
            header: column for (name, header), column in self.columns.items() if name == table.name
        }

    def _column_alias(self, key: str, value: str) -> tuple[tuple[str, str], SisColumn]:
        owner, _, header = plain(key).rpartition(".")
        table = self.table(owner) if owner else None
        if table is None:
            raise _unknown_table(key, value, self.layout)
        column = table.by_name.get(value.lower())
        if column is None:
            raise _unknown_column(key, value, table)
        return (table.name, header), column


def _flat(aliases: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in aliases.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        elif isinstance(value, str):
            yield f"{prefix}{key}", value.strip()
        else:
            raise SettingsError(
                f"[sis.aliases] {prefix}{key} is not text.",
                next_step='Write the name it stands for in quotes, as in tblCourse = "course".',
            )


def _is_column(key: str, value: str, layout: Layout) -> bool:
    """Whether `key` reads as table.column, `value` being a column of that table."""
    owner = plain(key).rpartition(".")[0].rpartition(".")[2]
    table = layout.by_name.get(owner)
    return table is not None and value.lower() in table.by_name


def _unknown_table(key: str, value: str, layout: Layout) -> SettingsError:
    tables = [table.name for table in layout.tables]
    owner = key.rpartition(".")[0]
    given = f"{owner} or {value}" if owner else value
    return SettingsError(
        f"[sis.aliases] {key} = {value!r}: no {layout.title} table is called {given}.",
        next_step=_suggestion(_near(owner, tables) or _near(value, tables), tables),
    )


def _unknown_column(key: str, value: str, table: SisTable) -> SettingsError:
    columns = [column.name for column in table.columns]
    return SettingsError(
        f"[sis.aliases] {key} = {value!r} names no column of {table.name}.",
        next_step=_suggestion(_near(value, columns), columns),
    )


def _near(name: str, known: list[str]) -> list[str]:
    by_lower = {word.lower(): word for word in known}
    return [by_lower[word] for word in get_close_matches(name.lower(), by_lower)]


def _suggestion(near: list[str], known: list[str]) -> str:
    if near:
        return f"Did you mean {' or '.join(near)}?"
    return f"Known: {', '.join(known)}."
