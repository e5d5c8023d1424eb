"""DuckDB for SQLAlchemy: as much of it as Great Expectations' engine needs.

DuckDB reads PostgreSQL's SQL; the connection is DuckDB's own. Rows are only ever read, so there
is nothing to begin, commit or roll back, and nothing to ask a new connection.
"""

from types import ModuleType
from typing import Any

import duckdb
import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGDialect

__all__ = ["DuckDBDialect", "sqlalchemy_engine"]

_DRIVER = "edfi_audit_duckdb"


class DuckDBDialect(PGDialect):
    """PostgreSQL's dialect over a DuckDB connection."""

    name = "duckdb"
    driver = "duckdb"
    default_paramstyle = "qmark"
    supports_statement_cache = True
    # else the backslashes of patterns would be doubled
    _backslash_escapes = False

    @classmethod
    def import_dbapi(cls) -> ModuleType:
        """DuckDB's Python module."""
        return duckdb

    def initialize(self, connection: sa.Connection) -> None:
        """Nothing to find out: the server is in this process."""

    def on_connect(self) -> None:
        """Nothing to set."""

    def do_begin(self, dbapi_connection: Any) -> None:  # noqa: ANN401 SQLAlchemy's
        """Nothing to begin."""

    def do_commit(self, dbapi_connection: Any) -> None:  # noqa: ANN401 SQLAlchemy's
        """Nothing to commit."""

    def do_rollback(self, dbapi_connection: Any) -> None:  # noqa: ANN401 SQLAlchemy's
        """Nothing to roll back."""


def sqlalchemy_engine(connection: duckdb.DuckDBPyConnection) -> sa.Engine:
    """A SQLAlchemy engine that reads through one cursor of `connection`."""
    return sa.create_engine(f"{_DRIVER}://", creator=connection.cursor, poolclass=sa.StaticPool)


registry.register(_DRIVER, __name__, DuckDBDialect.__name__)
