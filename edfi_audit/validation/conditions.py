"""From a condition that Great Expectations has resolved to a `Check`.

By the time a count is asked for, each `X.condition` metric is a SQLAlchemy boolean. Here it is
compiled to DuckDB's SQL, together with the row condition and the rows its expectation ignores.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from great_expectations.execution_engine.sqlalchemy_execution_engine import (
    SqlAlchemyExecutionEngine,
)
from great_expectations.expectations.registry import get_metric_provider
from great_expectations.expectations.row_conditions import (
    Condition,
    PassThroughCondition,
    deserialize_row_condition,
)
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import Over

from edfi_audit.validation.scan import FAILS, Check, Domain
from edfi_audit.validation.templates import quoted

__all__ = ["UnsupportedConditionError", "check_of", "domain_of"]

_UNIQUE = ("column_values.unique", "compound_columns.unique")
_UNFILTERED = ("neither", "never")


class UnsupportedConditionError(ValueError):
    """A row condition or domain that does not translate; the message says which."""


def check_of(
    engine: SqlAlchemyExecutionEngine, metric: str, resolved: tuple[Any, Any, Any]
) -> Check:
    """The check of the resolved condition of `metric` (`column_values.in_set`, …)."""
    condition, compute, accessor = resolved
    domain_kwargs = {**compute, **accessor}
    domain = domain_of(engine, metric, domain_kwargs)
    if metric in _UNIQUE:
        columns = domain_kwargs.get("column_list") or [domain_kwargs["column"]]
        return Check(domain, unique=tuple(quoted(str(column)) for column in columns))
    if _stands_on_the_table(condition):
        return Check(_three_valued(domain, domain_kwargs, sql := sql_of(engine, condition)), sql)
    return Check(domain, selectable=_selectable(engine, condition, domain_kwargs))


def domain_of(
    engine: SqlAlchemyExecutionEngine, metric: str, domain_kwargs: Mapping[str, Any]
) -> Domain:
    """The rows that `metric` looks at."""
    if domain_kwargs.get("filter_conditions") or domain_kwargs.get("table"):
        raise UnsupportedConditionError(f"{metric} looks at a domain of its own")
    gate = _gate(engine, domain_kwargs.get("row_condition"))
    if "column" in domain_kwargs:
        provider, _ = get_metric_provider(f"{metric}.condition", engine)
        skips_nulls = getattr(provider, "filter_column_isnull", True)
        present = (quoted(str(domain_kwargs["column"])),) if skips_nulls else ()
        return Domain(gate, present)
    return Domain(gate, also=_not_ignored(domain_kwargs))


def sql_of(engine: SqlAlchemyExecutionEngine, clause: Any) -> str:  # noqa: ANN401 any clause
    """`clause` as DuckDB's SQL, its values written in."""
    return str(
        clause.compile(
            dialect=engine.dialect,
            compile_kwargs={"literal_binds": True, "render_postcompile": True},
        )
    )


def _three_valued(domain: Domain, domain_kwargs: Mapping[str, Any], sql: str) -> Domain:
    """Leave out rows whose condition is null, where nothing else has left them out already."""
    if "column" in domain_kwargs or domain_kwargs.get("ignore_row_if") in (
        "either_value_is_missing",
        "any_value_is_missing",
    ):
        return domain
    also = " AND ".join(f"({each})" for each in (domain.also, f"({sql}) IS NOT NULL") if each)
    return Domain(domain.gate, domain.present, also)


def _gate(engine: SqlAlchemyExecutionEngine, written: object) -> str:
    if written is None:
        return ""
    condition = deserialize_row_condition(written) if isinstance(written, dict) else written
    if not isinstance(condition, Condition) or isinstance(condition, PassThroughCondition):
        raise UnsupportedConditionError(
            "the row condition is text for another engine; write it with "
            "great_expectations.expectations.row_conditions.Column"
        )
    return sql_of(engine, engine.condition_to_filter_clause(condition))


def _not_ignored(domain_kwargs: Mapping[str, Any]) -> str:
    rule = domain_kwargs.get("ignore_row_if")
    named = domain_kwargs.get("column_list") or [
        domain_kwargs[key] for key in ("column_A", "column_B") if key in domain_kwargs
    ]
    columns = [quoted(str(name)) for name in named]
    if rule is None or rule in _UNFILTERED:
        return ""
    if rule in ("either_value_is_missing", "any_value_is_missing"):
        return " AND ".join(f"{column} IS NOT NULL" for column in columns)
    if rule in ("both_values_are_missing", "all_values_are_missing"):
        return " OR ".join(f"{column} IS NOT NULL" for column in columns)
    raise UnsupportedConditionError(f"ignore_row_if is {rule!r}")


def _stands_on_the_table(condition: Any) -> bool:  # noqa: ANN401 SQLAlchemy's or a plain bool
    """Whether the condition needs nothing but one row of the audit table."""
    return not any(
        isinstance(element, Over | sa.FromClause) and not isinstance(element, sa.FunctionElement)
        for element in visitors.iterate(condition)
    )


def _selectable(
    engine: SqlAlchemyExecutionEngine,
    condition: Any,  # noqa: ANN401 any clause
    domain_kwargs: Mapping[str, Any],
) -> str:
    rows = engine.get_domain_records(domain_kwargs=dict(domain_kwargs))
    query = sa.select(sa.text("*"), condition.label(FAILS))
    own = [each for each in condition._from_objects if each is not rows]  # noqa: SLF001 no public way
    return sql_of(engine, query if own else query.select_from(rows))
