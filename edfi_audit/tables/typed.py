"""DuckDB's spelling of types, names and values."""

from collections.abc import Mapping

import pyarrow as pa

__all__ = ["duckdb_type", "empty", "identifier", "literal"]

_TYPES = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.int32(): "INTEGER",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
    pa.date32(): "DATE",
    pa.timestamp("us"): "TIMESTAMP",
}


def duckdb_type(type_: pa.DataType) -> str:
    """The DuckDB type that a column of this Arrow type is read as."""
    if pa.types.is_list(type_):
        return f"{duckdb_type(type_.value_type)}[]"
    if pa.types.is_struct(type_):
        fields = ", ".join(f"{identifier(f.name)} {duckdb_type(f.type)}" for f in type_)
        return f"STRUCT({fields})"
    return _TYPES[type_]


def empty(types: Mapping[str, str]) -> str:
    """A query with these columns and no row."""
    columns = ", ".join(
        f"CAST(NULL AS {type_}) AS {identifier(name)}" for name, type_ in types.items()
    )
    return f"SELECT {columns} WHERE false"


def identifier(*parts: str) -> str:
    """A quoted, dotted name."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def literal(text: str) -> str:
    """A quoted text."""
    return "'" + text.replace("'", "''") + "'"
