"""What an extract may hold, as data: a layout is tables, a table is typed columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

__all__ = [
    "DATE",
    "FLAG",
    "NUMBER",
    "TEXT",
    "TIMESTAMP",
    "Layout",
    "SisColumn",
    "SisTable",
    "table",
]

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
    """The tables one kind of SIS exports; `name` goes into the manifest.

    `waived` names what audit tables ask of Campus and this kind of extract has no word for
    (`course.active`): it holds nothing back, and a rule that judges it is not evaluated.
    """

    name: str
    title: str
    tables: tuple[SisTable, ...]
    waived: tuple[str, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, SisTable]:
        """The tables by their names in lower case."""
        return {table.name.lower(): table for table in self.tables}


def table(name: str, columns: str, *, headline: bool = False) -> SisTable:
    """`columns` are names in order, each with an optional `:date|flag|time|number`."""
    kinds = {"": TEXT, "date": DATE, "flag": FLAG, "time": TIMESTAMP, "number": NUMBER}
    parsed = (word.partition(":") for word in columns.split())
    return SisTable(name, tuple(SisColumn(name, kinds[kind]) for name, _, kind in parsed), headline)
