"""One snapshot of an ODS database: a read-only transaction, streamed as Arrow batches.

The drivers are optional: the extras `postgresql` and `sqlserver` bring them. Their messages may
quote a host, a user or a query, so none is passed on.
"""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, Protocol
from urllib.parse import urlsplit

import pyarrow as pa

from edfi_audit.errors import (
    AccessDeniedError,
    AuthenticationError,
    SettingsError,
    SourceError,
    UnreachableError,
)
from edfi_audit.ods.database.dialects import Dialect, PostgreSQL, SqlServer
from edfi_audit.settings import DatabaseConnection

__all__ = ["Snapshot", "address", "open_snapshot"]

BATCH_ROWS = 20_000
BATCH_BYTES = 4_000_000

_KEPT_ALIVE = {"keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3"}
_NO_PRIVILEGE = "42501"
_SERVER_NAMES = {"server", "data source", "address", "addr", "network address"}
_DATABASE_NAMES = {"database", "initial catalog"}


class Snapshot(Protocol):
    """A database in one state. `steady`: whether that state holds while it is read."""

    dialect: Dialect
    steady: bool

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        """The answer to `sql`, batch by batch, never whole in memory."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The answer to a small query."""


@contextmanager
def open_snapshot(connection: DatabaseConnection) -> Iterator[Snapshot]:
    """A snapshot of the database of `connection`; raises the `SourceError` that fits."""
    url = connection.database_url.get_secret_value()
    opened = _postgresql if _is_postgresql(url) else _sqlserver
    with opened(url, connection.timeout) as snapshot:
        yield snapshot


def address(url: str) -> str:
    """Where `url` leads, without user, password or options; a `SettingsError` for a wrong one."""
    if not _is_postgresql(url):
        named = _named(url)
        server, database = (
            next((value for name, value in named.items() if name in names), "")
            for names in (_SERVER_NAMES, _DATABASE_NAMES)
        )
        if not server or not database:
            raise _malformed()
        return f"sqlserver://{server}/{database}"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise _malformed() from None
    if "@" in parts.path + parts.query or parts.fragment:
        raise _malformed()
    return f"postgresql://{host}{port}{parts.path}"


def _is_postgresql(url: str) -> bool:
    return url.startswith(("postgresql://", "postgres://"))


def _named(connection_string: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in connection_string.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _malformed() -> SettingsError:
    return SettingsError(
        "database_url is no address of a PostgreSQL or SQL Server database.",
        next_step="Write postgresql://user:password@host:5432/database, with %40 for an @ in the "
        "password, or Server=host;Database=name;….",
    )


def _no_driver(extra: str) -> SettingsError:
    return SettingsError(
        f"The driver that reads this database is not installed ({extra}).",
        next_step=f"Install it: pip install 'edfi-audit[{extra}]'.",
    )


def _unreachable(url: str) -> UnreachableError:
    return UnreachableError(
        f"The database server of {address(url)} did not answer.",
        next_step="Check host and port in database_url, and the network.",
    )


def _refused(url: str) -> AuthenticationError:
    return AuthenticationError(
        f"The database server of {address(url)} refused the user, the password or the database.",
        next_step="Check user, password and database name in database_url.",
    )


class _Adbc:
    """PostgreSQL through ADBC, which hands over what COPY gives as Arrow."""

    dialect: Dialect = PostgreSQL()
    steady = True

    def __init__(self, connection: Any, url: str) -> None:  # noqa: ANN401 - untyped driver
        self._connection = connection
        self._url = url

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        from adbc_driver_manager.dbapi import Error
        from adbc_driver_postgresql import StatementOptions

        try:
            with self._connection.cursor() as cursor:
                cursor.adbc_statement.set_options(
                    **{StatementOptions.BATCH_SIZE_HINT_BYTES.value: str(BATCH_BYTES)}
                )
                cursor.execute(sql)
                yield from cursor.fetch_record_batch()
        except (Error, pa.ArrowException, OSError) as error:
            raise self._fault(error) from None

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return [row for batch in self.batches(sql) for row in _tuples(batch)]

    def begin(self) -> None:
        """Make the transaction that is open read-only, and its state steady."""
        with self._connection.cursor() as cursor:
            cursor.execute(self.dialect.begin)

    def _fault(self, error: Exception) -> SourceError:
        if getattr(error, "sqlstate", None) == _NO_PRIVILEGE:
            return _denied(self._url)
        return _broken(self._url)


@contextmanager
def _postgresql(url: str, timeout: float) -> Iterator[Snapshot]:
    try:
        from adbc_driver_manager.dbapi import Error
        from adbc_driver_postgresql import dbapi
    except ImportError:
        raise _no_driver("postgresql") from None

    address(url)
    try:
        connection = dbapi.connect(_with_defaults(url, timeout))
    except Error as error:
        raise (_refused(url) if "FATAL" in str(error) else _unreachable(url)) from None
    with closing(connection):
        snapshot = _Adbc(connection, url)
        snapshot.begin()
        yield snapshot


def _with_defaults(url: str, timeout: float) -> str:
    """`url` with time-outs for connecting and for a silent server, where it has none."""
    parts = urlsplit(url)
    defaults = {"connect_timeout": str(max(2, round(timeout))), **_KEPT_ALIVE}
    given = [option for option in parts.query.split("&") if option]
    names = {option.partition("=")[0] for option in given}
    added = [f"{name}={value}" for name, value in defaults.items() if name not in names]
    return parts._replace(query="&".join([*given, *added])).geturl()


class _MsSql:
    """SQL Server through Microsoft's driver, which fetches Arrow batches."""

    dialect: Dialect = SqlServer()

    def __init__(self, connection: Any, url: str, *, steady: bool) -> None:  # noqa: ANN401
        self._connection = connection
        self._url = url
        self.steady = steady

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        from mssql_python import Error

        try:
            with self._connection.cursor() as cursor:
                cursor.execute(sql)
                yield from cursor.arrow_reader(BATCH_ROWS)
        except Error as error:
            denied = re.search(r"permission was denied", str(error))
            raise (_denied(self._url) if denied else _broken(self._url)) from None

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return [row for batch in self.batches(sql) for row in _tuples(batch)]


@contextmanager
def _sqlserver(url: str, timeout: float) -> Iterator[Snapshot]:
    address(url)
    try:
        import mssql_python
    except ImportError:
        raise _no_driver("sqlserver") from None

    named = _named(url)
    defaults = {"ApplicationIntent": "ReadOnly", "Encrypt": "yes"}
    added = {name: value for name, value in defaults.items() if name.lower() not in named}
    whole = ";".join([url.rstrip("; "), *(f"{name}={value}" for name, value in added.items())])
    try:
        connection = mssql_python.connect(whole, attrs_before={_LOGIN_TIMEOUT: round(timeout)})
    except mssql_python.Error as error:
        raise (_refused(url) if "Login failed" in str(error) else _unreachable(url)) from None
    with closing(connection):
        ((state,),) = _MsSql(connection, url, steady=False).rows(SqlServer.snapshot_allowed)
        connection.rollback()
        if state:
            with connection.cursor() as cursor:
                cursor.execute(SqlServer.begin)
        yield _MsSql(connection, url, steady=bool(state))


_LOGIN_TIMEOUT = 103
"""ODBC's SQL_ATTR_LOGIN_TIMEOUT, in seconds."""


def _tuples(batch: pa.RecordBatch) -> Iterator[tuple[Any, ...]]:
    yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _denied(url: str) -> AccessDeniedError:
    return AccessDeniedError(
        f"The user of {address(url)} may not read what a query needs.",
        next_step="Ask for SELECT on the schema edfi.",
    )


def _broken(url: str) -> SourceError:
    return SourceError(
        f"The database {address(url)} broke off while it was read.",
        next_step="Try again; the store is as it was.",
    )
