"""What PostgreSQL and SQL Server write differently."""

from typing import Protocol

from edfi_audit.ods.database.places import CORE, MINNESOTA, WISCONSIN

__all__ = ["Dialect", "PostgreSQL", "SqlServer"]

_SCHEMAS = ", ".join(f"'{schema}'" for schema in (CORE, WISCONSIN, MINNESOTA))


class Dialect(Protocol):
    """SQL that the two databases write differently. Arguments are SQL expressions."""

    begin: str
    """Opens the snapshot; the first statement of the transaction."""
    columns: str
    """Lists every table and column of the ODS, and whether this user may read it (0 or 1)."""
    has_version: str
    """Counts the functions that tell the Data Standard and that this user may call."""

    def identity(self, expression: str) -> str:
        """A uuid as 32 lower-case hex digits."""

    def joined(self, *parts: str) -> str:
        """Texts one after the other; null when one is."""

    def items(self, select: str) -> str:
        """The rows of `select` as one JSON array, null when there are none."""


class PostgreSQL:
    """PostgreSQL, as ODS/API 5 and later install it: every name in lower case."""

    begin = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
    columns = (
        "SELECT CAST(n.nspname AS text), CAST(c.relname AS text), CAST(a.attname AS text), "
        "CAST(has_schema_privilege(n.oid, 'USAGE') "
        "AND has_column_privilege(c.oid, a.attnum, 'SELECT') AS int) "
        "FROM pg_catalog.pg_attribute a "
        "JOIN pg_catalog.pg_class c ON c.oid = a.attrelid "
        "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
        f"WHERE n.nspname IN ({_SCHEMAS}) AND c.relkind IN ('r', 'p', 'v', 'm', 'f') "
        "AND a.attnum > 0 AND NOT a.attisdropped"
    )
    has_version = (
        "SELECT CAST(count(*) AS int) FROM pg_catalog.pg_proc p "
        "JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace "
        "WHERE n.nspname = 'util' AND p.proname = 'getedfistandardversion' "
        "AND has_schema_privilege(n.oid, 'USAGE') AND has_function_privilege(p.oid, 'EXECUTE')"
    )

    def identity(self, expression: str) -> str:
        """A uuid is written in lower case, with hyphens."""
        return f"replace(CAST({expression} AS text), '-', '')"

    def joined(self, *parts: str) -> str:
        """`||` gives null when a part is null."""
        return " || ".join(parts)

    def items(self, select: str) -> str:
        """One row is one JSON object under the names of its columns."""
        return f"(SELECT CAST(json_agg(listed) AS text) FROM ({select}) listed)"


class SqlServer:
    """SQL Server 2016 and later: names in PascalCase."""

    begin = "SET TRANSACTION ISOLATION LEVEL SNAPSHOT"
    snapshot_allowed = (
        "SELECT CAST(snapshot_isolation_state AS int) FROM sys.databases "
        "WHERE database_id = DB_ID()"
    )
    columns = (
        "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, "
        "COALESCE(HAS_PERMS_BY_NAME(QUOTENAME(TABLE_SCHEMA) + '.' + QUOTENAME(TABLE_NAME), "
        "'OBJECT', 'SELECT', COLUMN_NAME, 'COLUMN'), 0) "
        f"FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA IN ({_SCHEMAS})"
    )
    has_version = (
        "SELECT COALESCE(HAS_PERMS_BY_NAME('util.GetEdFiStandardVersion', 'OBJECT', 'EXECUTE'), 0)"
    )

    def identity(self, expression: str) -> str:
        """A uniqueidentifier is written in upper case, with hyphens."""
        return f"LOWER(REPLACE(CAST({expression} AS char(36)), '-', ''))"

    def joined(self, *parts: str) -> str:
        """`+` gives null when a part is null; CONCAT would not."""
        return " + ".join(parts)

    def items(self, select: str) -> str:
        """FOR JSON takes the names of the columns, and leaves out what is null."""
        return f"({select} FOR JSON PATH)"
