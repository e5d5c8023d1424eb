"""Conditions that Great Expectations cannot write for DuckDB: patterns.

Registered for `FusedEngine` alone. A regular expression is searched for anywhere in the text, as
the pandas engine does it; its flavour is RE2, which has no look-around.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from great_expectations.expectations.metrics.map_metric_provider.column_condition_partial import (
    column_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.column_map_metric_provider import (
    ColumnMapMetricProvider,
)

from edfi_audit.validation.engine import FusedEngine

__all__: list[str] = []


class _MatchRegex(ColumnMapMetricProvider):
    condition_metric_name = "column_values.match_regex"
    condition_value_keys = ("regex",)

    @column_condition_partial(engine=FusedEngine)
    def _duckdb(cls, column: sa.ColumnElement[Any], regex: str, **_: object) -> Any:  # noqa: ANN401, N805
        return _found(column, regex)


class _NotMatchRegex(ColumnMapMetricProvider):
    condition_metric_name = "column_values.not_match_regex"
    condition_value_keys = ("regex",)

    @column_condition_partial(engine=FusedEngine)
    def _duckdb(cls, column: sa.ColumnElement[Any], regex: str, **_: object) -> Any:  # noqa: ANN401, N805
        return sa.not_(_found(column, regex))


class _MatchRegexList(ColumnMapMetricProvider):
    condition_metric_name = "column_values.match_regex_list"
    condition_value_keys = ("regex_list", "match_on")

    @column_condition_partial(engine=FusedEngine)
    def _duckdb(
        cls,  # noqa: N805
        column: sa.ColumnElement[Any],
        regex_list: Sequence[str],
        match_on: str = "any",
        **_: object,
    ) -> Any:  # noqa: ANN401
        together = sa.and_ if match_on == "all" else sa.or_
        return together(*(_found(column, regex) for regex in regex_list))


class _NotMatchRegexList(ColumnMapMetricProvider):
    condition_metric_name = "column_values.not_match_regex_list"
    condition_value_keys = ("regex_list",)

    @column_condition_partial(engine=FusedEngine)
    def _duckdb(
        cls,  # noqa: N805
        column: sa.ColumnElement[Any],
        regex_list: Sequence[str],
        **_: object,
    ) -> Any:  # noqa: ANN401
        return sa.not_(sa.or_(*(_found(column, regex) for regex in regex_list)))


def _found(column: sa.ColumnElement[Any], regex: str) -> sa.ColumnElement[bool]:
    return sa.func.regexp_matches(sa.cast(column, sa.String), regex, type_=sa.Boolean)
