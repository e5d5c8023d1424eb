"""From staged failing rows to finding rows: keys, words and severities, all in SQL."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Protocol

import duckdb

from edfi_audit.errors import SettingsError
from edfi_audit.validation.catalogue import Rule, Severity
from edfi_audit.validation.scan import Staged
from edfi_audit.validation.templates import as_sql, literal, quoted

__all__ = ["BY_ROW", "Audited", "columns_needed", "natural_key", "write_findings"]

BY_ROW = "by row"
_TYPES = {
    "lea_id": "BIGINT",
    "school_id": "BIGINT",
    "school_year": "INTEGER",
    "student_unique_id": "VARCHAR",
    "staff_unique_id": "VARCHAR",
    "phase": "VARCHAR",
}


class Audited(Protocol):
    """What a finding needs to know of an audit table.

    `resource` is the Ed-Fi resource of its rows, or `by row`: then the column `resource` says it.
    `keys` gives the natural key's columns for each resource, `row` the columns that tell the rows
    of one key apart.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 the class says it
    @property
    def resource(self) -> str: ...  # noqa: D102
    @property
    def keys(self) -> Mapping[str, tuple[str, ...]]: ...  # noqa: D102
    @property
    def row(self) -> tuple[str, ...]: ...  # noqa: D102


def columns_needed(
    table: Audited, columns: Collection[str], rules: Iterable[Rule]
) -> tuple[str, ...]:
    """The columns of the audit table that the findings of `rules` are made from.

    `columns` are those the table has; a `SettingsError` when one of its key is not among them.
    """
    key = [*table.row, *(column for each in table.keys.values() for column in each)]
    if table.resource == BY_ROW:
        key.append("resource")
    absent = sorted({name for name in key if name not in columns})
    if absent:
        raise SettingsError(
            f"The audit table {table.name} has no column {', '.join(absent)}, which its key needs.",
            next_step="Compare the header of its SQL file with its columns.",
        )
    texts = [column for rule in rules for column in rule.columns]
    return tuple(name for name in dict.fromkeys([*_TYPES, *key, *texts]) if name in columns)


def write_findings(
    connection: duckdb.DuckDBPyConnection,
    table: Audited,
    columns: Collection[str],
    staged: Mapping[Rule, Staged],
    path: Path,
) -> None:
    """Write one row per failing row and rule to `path`; `columns` are those the table has."""
    selects = [_finding(table, columns, rule, where) for rule, where in staged.items()]
    selects = selects or [f"SELECT * FROM ({_nothing()}) WHERE false"]
    connection.execute(
        f"COPY ({' UNION ALL '.join(selects)}) TO {literal(str(path))} "
        "(FORMAT parquet, COMPRESSION zstd)"
    )


def _finding(table: Audited, present: Collection[str], rule: Rule, where: Staged) -> str:
    def column(name: str) -> str:
        kind = _TYPES[name]
        return f"{quoted(name)}::{kind}" if name in present else f"NULL::{kind}"

    return _select(
        {
            "rule_id": literal(rule.id),
            "severity": _severity(rule.severity),
            "resource": _resource(table),
            **{name: column(name) for name in ("lea_id", "school_id", "school_year")},
            "natural_key": natural_key(table),
            "row_key": _json(table.row) if table.row else literal(""),
            **{name: column(name) for name in ("student_unique_id", "staff_unique_id")},
            "observed": as_sql(rule.observed),
            "expected": as_sql(rule.expected),
            # what a cause would name is unknown: the finding stands alone
            "cause_key": as_sql(rule.cause_key, absent=None),
            "cause": as_sql(rule.cause, absent=None),
            "remedy": literal(rule.remedy),
            "phase": column("phase"),
        },
        f" FROM read_parquet({literal(str(where.path))}) WHERE {where.predicate}",
    )


def _nothing() -> str:
    texts = (
        *("rule_id", "severity", "resource", "natural_key", "row_key", "observed", "expected"),
        *("cause_key", "cause", "remedy"),
    )
    kinds = _TYPES | dict.fromkeys(texts, "VARCHAR")
    order = (
        *("rule_id", "severity", "resource", "lea_id", "school_id", "school_year", "natural_key"),
        *("row_key", "student_unique_id", "staff_unique_id", "observed", "expected", "cause_key"),
        *("cause", "remedy", "phase"),
    )
    return _select({name: f"NULL::{kinds[name]}" for name in order}, "")


def _select(named: Mapping[str, str], rest: str) -> str:
    return "SELECT " + ", ".join(f"{sql} AS {name}" for name, sql in named.items()) + rest


def _severity(severity: Severity) -> str:
    if severity.by is None:
        return literal(severity.default)
    cases = " ".join(
        f"WHEN {literal(value)} THEN {literal(level)}" for value, level in severity.levels
    )
    return f"CASE {quoted(severity.by)}::VARCHAR {cases} ELSE {literal(severity.default)} END"


def _resource(table: Audited) -> str:
    return "resource::VARCHAR" if table.resource == BY_ROW else literal(table.resource)


def natural_key(table: Audited) -> str:
    """The SQL of a row's natural key: flat JSON, sorted, under Ed-Fi's names; `{}` without one."""
    if table.resource != BY_ROW:
        return _json(next(iter(table.keys.values()), ()))
    cases = " ".join(
        f"WHEN {literal(resource)} THEN {_json(key)}" for resource, key in table.keys.items()
    )
    return f"CASE resource {cases} ELSE '{{}}' END" if cases else "'{}'"


def _json(columns: Iterable[str]) -> str:
    """A flat JSON object of `columns`, under their Ed-Fi names, sorted."""
    named = sorted((_camel(column), column) for column in columns)
    if not named:
        return "'{}'"
    pairs = ", ".join(f"{literal(name)}, {quoted(column)}" for name, column in named)
    return f"json_object({pairs})::VARCHAR"


def _camel(column: str) -> str:
    first, *rest = column.split("_")
    return first + "".join(part.capitalize() for part in rest)
