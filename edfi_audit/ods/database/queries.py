"""The SQL that reads one resource from the tables this database has, or why there is none."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from edfi_audit.ods.database.dialects import Dialect
from edfi_audit.ods.database.places import (
    CORE,
    PERSONS,
    Children,
    Entity,
    column_name,
)
from edfi_audit.ods.manifest import Verdict
from edfi_audit.ods.resources import Column, Resource

__all__ = ["Catalogue", "Query", "Unreadable", "query_of"]


class Unreadable(Exception):  # noqa: N818 - an answer, not a fault
    """The resource cannot be read from this database, with the verdict and its reason."""

    def __init__(self, verdict: Verdict, reason: str) -> None:
        super().__init__(reason)
        self.verdict = verdict
        self.reason = reason


@dataclass(frozen=True)
class Catalogue:
    """Which columns the database has, and which of them this user may read.

    `readable` is keyed by schema, table and column, all in lower case.
    """

    readable: Mapping[tuple[str, str, str], bool]

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, str, int]]) -> "Catalogue":
        """The catalogue in the answer to a dialect's `columns`."""
        return cls(
            {
                (schema.lower(), table.lower(), column.lower()): bool(allowed)
                for schema, table, column, allowed in rows
            }
        )

    @property
    def is_ods(self) -> bool:
        """Whether there is a schema that only an Ed-Fi ODS has."""
        return any(schema == CORE for schema, _, _ in self.readable)

    def has(self, schema: str, table: str, *columns: str) -> bool:
        """Whether the table is there, with all of `columns`."""
        place = (schema.lower(), table.lower())
        if not columns:
            return any(key[:2] == place for key in self.readable)
        return all((*place, column.lower()) in self.readable for column in columns)

    def require(self, schema: str, table: str, *columns: str) -> None:
        """Raise `Unreadable` unless every column is there and may be read."""
        if not self.has(schema, table):
            raise Unreadable("not_enabled", f"the database has no table {schema}.{table}")
        for column in columns:
            allowed = self.readable.get((schema.lower(), table.lower(), column.lower()))
            if allowed is None:
                reason = f"the table {schema}.{table} has no column {column}"
                raise Unreadable("not_enabled", reason)
            if not allowed:
                raise Unreadable("denied", f"the database user may not read {schema}.{table}")


@dataclass(frozen=True)
class Query:
    """The SQL that reads a resource.

    `rows` gives the stored columns that this database has, lists as JSON text; `count` how many
    rows there must be, by the resource's own table alone.
    """

    rows: str
    count: str


def query_of(resource: Resource, entity: Entity, catalogue: Catalogue, dialect: Dialect) -> Query:
    """The query of `resource`; raises `Unreadable` when tables or privileges are missing."""
    writer = _Writer(entity, catalogue, dialect)
    chosen = dict(writer.selected(resource))
    selected = ", ".join(f"{expression} AS {name}" for name, expression in chosen.items())
    source = " ".join([f"{CORE}.{entity.table} r", *writer.joins])
    return Query(
        rows=f"SELECT {selected} FROM {source}",
        count=f"SELECT COUNT(*) FROM {CORE}.{entity.table}",
    )


@dataclass
class _Writer:
    """Writes one query: `r` is the resource's own table, `b` its base, `x` its extension."""

    entity: Entity
    catalogue: Catalogue
    dialect: Dialect
    joins: list[str] = field(default_factory=list)

    def selected(self, resource: Resource) -> Iterator[tuple[str, str]]:
        """Each stored column that can be read, and the expression that gives it."""
        root = self._joined_base()
        yield "id", self.dialect.identity(self._own(root, "Id"))
        for column in resource.columns:
            if pa.types.is_list(column.type):
                expression = self._list(self.entity.lists[column.name])
            else:
                expression = self._scalar(column)
            if expression:
                yield column.name, expression
        yield "last_modified_date", self._own(root, "LastModifiedDate")

    def _joined_base(self) -> str:
        base, on = self.entity.base, self.entity.base_on
        if not base:
            return self.entity.table
        self.catalogue.require(CORE, self.entity.table, *on.values())
        self.catalogue.require(CORE, base, *on)
        self._join("JOIN", f"{CORE}.{base} b", {f"b.{one}": f"r.{two}" for one, two in on.items()})
        return base

    def _scalar(self, column: Column) -> str:
        name = column_name(self.entity, column)
        places = [self._own(self.entity.table, name)] if self._offered(column, name) else []
        table = f"{self.entity.table}Extension"
        schema = self.entity.extension
        if column.name in self.entity.extended and self.catalogue.has(schema, table, name):
            self.catalogue.require(schema, table, name, *self.entity.key)
            on = {f"x.{key}": f"r.{key}" for key in self.entity.key}
            self._join("LEFT JOIN", f"{schema}.{table} x", on)
            places.append(f"x.{name}")
        values = [self._read(column, place) for place in places]
        return f"COALESCE({', '.join(values)})" if len(values) > 1 else "".join(values)

    def _offered(self, column: Column, name: str) -> bool:
        """Whether the core has the column; only an optional one may be absent."""
        return column.name not in self.entity.optional or self.catalogue.has(
            CORE, self.entity.table, name
        )

    def _own(self, table: str, name: str) -> str:
        """The column in the resource's own table or, where that lacks it, in its base."""
        base = self.entity.base
        if base and not self.catalogue.has(CORE, self.entity.table, name):
            table = base
        self.catalogue.require(CORE, table, name)
        return f"b.{name}" if table == base else f"r.{name}"

    def _read(self, column: Column, place: str) -> str:
        """The stored value of what lies at `place`."""
        if place.endswith("DescriptorId"):
            return self._descriptor(place)
        if place.endswith("USI"):
            return self._person(PERSONS[column.name], column, place)
        return f"CAST({place} AS float)" if pa.types.is_floating(column.type) else place

    def _person(self, table: str, column: Column, place: str) -> str:
        unique = table + "UniqueId"
        self.catalogue.require(CORE, table, f"{table}USI", unique)
        alias = column.name.partition("_")[0]
        self._join("LEFT JOIN", f"{CORE}.{table} {alias}", {f"{alias}.{table}USI": place})
        return f"{alias}.{unique}"

    def _descriptor(self, place: str) -> str:
        self.catalogue.require(CORE, "Descriptor", "DescriptorId", "Namespace", "CodeValue")
        alias = f"d{len(self.joins)}"
        on = {f"{alias}.DescriptorId": place}
        self._join("LEFT JOIN", f"{CORE}.Descriptor {alias}", on)
        return self.dialect.joined(f"{alias}.Namespace", "'#'", f"{alias}.CodeValue")

    def _list(self, children: Children) -> str:
        """The items as JSON text, null where there are none."""
        if not self.catalogue.has(children.schema, children.table):
            return ""
        self.catalogue.require(
            children.schema, children.table, *self.entity.key, *children.items.values()
        )
        return self.dialect.items(_items(children, self.entity.key, self.dialect))

    def _join(self, kind: str, table: str, on: Mapping[str, str]) -> None:
        equal = " AND ".join(f"{one} = {two}" for one, two in on.items())
        self.joins.append(f"{kind} {table} ON {equal}")


def _items(children: Children, key: tuple[str, ...], dialect: Dialect) -> str:
    """The items of one record, one row each, in a fixed order."""
    selected: list[str] = []
    joins: list[str] = []
    for name, column in children.items.items():
        value = f"c.{column}"
        if column.endswith("DescriptorId"):
            alias = f"cd{len(joins)}"
            joins.append(f"LEFT JOIN {CORE}.Descriptor {alias} ON {alias}.DescriptorId = {value}")
            value = dialect.joined(f"{alias}.Namespace", "'#'", f"{alias}.CodeValue")
        selected.append(f'{value} AS "{name}"')
    source = " ".join([f"{children.schema}.{children.table} c", *joins])
    same = " AND ".join(f"c.{column} = r.{column}" for column in key)
    order = ", ".join(str(place) for place in range(1, len(selected) + 1))
    return f"SELECT {', '.join(selected)} FROM {source} WHERE {same} ORDER BY {order}"
