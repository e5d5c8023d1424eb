"""What an extract may hold, as data: a layout is tables, a table is typed columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

__all__ = ["DATE", "FLAG", "NUMBER", "TEXT", "TIMESTAMP", "Layout", "SisColumn", "SisTable"]

TEXT = "VARCHAR"
DATE = "DATE"
FLAG = "BOOLEAN"
TIMESTAMP = "TIMESTAMP"
NUMBER = "DOUBLE"


@dataclass(frozen=True)
class SisColumn:
    """A column and the DuckDB type it is stored as; identifiers stay text."""

    name: str
    type: str = TEXT


@dataclass(frozen=True)
class SisTable:
    """A table of the SIS; `headline` marks those a headline flag cannot do without."""

    name: str
    columns: tuple[SisColumn, ...]
    headline: bool = False

    @cached_property
    def by_name(self) -> Mapping[str, SisColumn]:
        """The columns by their names in lower case."""
        return {column.name.lower(): column for column in self.columns}


@dataclass(frozen=True)
class Layout:
    """The tables one kind of SIS exports; `name` goes into the manifest."""

    name: str
    title: str
    tables: tuple[SisTable, ...]

    @cached_property
    def by_name(self) -> Mapping[str, SisTable]:
        """The tables by their names in lower case."""
        return {table.name.lower(): table for table in self.tables}
