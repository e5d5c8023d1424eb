"""The execution engine: Great Expectations asks, a few scans over the audit table answer.

Great Expectations resolves its metrics level by level. This engine lets it resolve conditions as
for any SQL database, holds back every count until nothing but counts is left to ask, and then
answers all of them from the scans of `edfi_audit.validation.scan`. Whatever it does not know it
passes on to the stock engine.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from great_expectations.exceptions.exceptions import GreatExpectationsError, MetricResolutionError
from great_expectations.execution_engine.sqlalchemy_execution_engine import (
    SqlAlchemyExecutionEngine,
)
from great_expectations.validator.metric_configuration import MetricConfiguration

from edfi_audit.validation.conditions import UnsupportedConditionError, check_of, domain_of
from edfi_audit.validation.scan import Check, Domain, Scan, Staged, reason

__all__ = ["FusedEngine", "Kept"]

_TYPES = "table.column_types"
_ROWS = "table.row_count"
_NULLS = "column_values.nonnull"
_COUNT = ".unexpected_count"
_FILTERED = ".filtered_row_count"
_SAMPLES = (".unexpected_values", ".unexpected_index_list", ".unexpected_index_query")
_Metrics = dict[Any, Any]


@dataclass
class Kept:
    """What the engine found for the conditions whose failing rows are wanted.

    `wanted` holds the `X.condition` metrics by their ids. `checks` is filled as they are resolved,
    `evaluated` and `failed` hold one table of counts per school for each check. `error` is what
    went wrong beyond any single rule, such as a full disk: Great Expectations would swallow it.
    """

    scan: Scan
    wanted: Mapping[Any, MetricConfiguration]
    checks: dict[Any, Check] = field(default_factory=dict)
    evaluated: dict[Check, pa.Table] = field(default_factory=dict)
    failed: dict[Check, pa.Table] = field(default_factory=dict)
    staged: dict[Check, Staged] = field(default_factory=dict)
    broken: dict[Any, str] = field(default_factory=dict)
    error: Exception | None = None


class FusedEngine(SqlAlchemyExecutionEngine):
    """A SQLAlchemy engine on one DuckDB connection that answers a suite's counts together."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 as the base takes them
        super().__init__(**kwargs)
        self.kept: Kept | None = None
        self._resolved: _Metrics = {}
        self._refused: dict[Any, tuple[MetricConfiguration, str]] = {}
        self._tallied: dict[Domain, pa.Table] = {}
        self._given_up: set[Check] = set()

    def keep(self, kept: Kept) -> None:
        """Begin a batch: count and stage what `kept` wants, and forget what was before."""
        self.kept = kept
        self._resolved, self._refused = {}, {}
        self._tallied, self._given_up = {}, set()

    @contextmanager
    def get_connection(self) -> Generator[sa.Connection, None, None]:
        """The one connection; a result read after the block would else be gone."""
        if self._connection is None:
            self._connection = self.engine.connect()
        yield self._connection

    def get_domain_records(self, domain_kwargs: dict[str, Any]) -> sa.FromClause:
        """The rows of a domain, always fit for FROM.

        The stock engine gives a bare SELECT where rows are filtered by a row condition alone,
        which its own uniqueness condition cannot select from.
        """
        rows: sa.FromClause | sa.Select[Any] = super().get_domain_records(domain_kwargs)
        return rows.subquery() if isinstance(rows, sa.Select) else rows

    def resolve_metrics(
        self,
        metrics_to_resolve: Iterable[MetricConfiguration],
        metrics: _Metrics | None = None,
        runtime_configuration: dict[str, Any] | None = None,
    ) -> _Metrics:
        """Resolve all but counts; once nothing but counts is asked for, answer them together.

        Metrics left out of the answer are asked for again: that is how counts wait.
        """
        known = metrics if metrics is not None else {}
        asked = list(metrics_to_resolve)
        if self.kept is None:
            stock: _Metrics = super().resolve_metrics(asked, known, runtime_configuration)
            return stock
        counts = [metric for metric in asked if self._is_count(metric, known)]
        others = [metric for metric in asked if metric not in counts]
        if others:
            for metric in others:
                self._resolve(metric, known, runtime_configuration)
        else:
            try:
                self._answer(counts, known)
            except Exception as error:
                self.kept.error = error
                raise
        asked_now = others or counts
        self._refuse(asked_now)
        return {metric.id: self._resolved[metric.id] for metric in asked_now}

    def _resolve(
        self, metric: MetricConfiguration, known: _Metrics, runtime: dict[str, Any] | None
    ) -> None:
        if metric.id in self._resolved or metric.id in self._refused:
            return
        if _wants_no_samples(metric):
            self._resolved[metric.id] = [] if metric.metric_name.endswith(_SAMPLES[0]) else None
            return
        if metric.metric_name == _TYPES:
            self._resolved[metric.id] = [
                {"name": name, "type": kind} for name, kind in self._batch.scan.columns.items()
            ]
            return
        try:
            self._resolved |= super().resolve_metrics([metric], known, runtime)
        except Exception as error:  # noqa: BLE001 one rule must not take the others down
            self._refused[metric.id] = (metric, _said(error))

    def _refuse(self, asked: Sequence[MetricConfiguration]) -> None:
        """Tell Great Expectations what could not be resolved, one reason at a time."""
        messages = [self._refused[metric.id][1] for metric in asked if metric.id in self._refused]
        if messages:
            raise MetricResolutionError(
                message=messages[0],
                failed_metrics=[
                    metric
                    for metric in asked
                    if self._refused.get(metric.id, (None, ""))[1] == messages[0]
                ],
            )

    def _is_count(self, metric: MetricConfiguration, known: _Metrics) -> bool:
        if metric.metric_name == _ROWS:
            return _translates(self, metric)
        condition = _condition_of(metric)
        if condition is None or condition.id not in known:
            return False
        check = self._check(condition, known)
        return check is not None and (condition.id in self._batch.wanted or bool(check.fails))

    def _check(self, condition: MetricConfiguration, known: _Metrics) -> Check | None:
        """The check of a condition; None when it does not translate and the stock engine must."""
        kept = self._batch
        if condition.id not in kept.checks and condition.id not in kept.broken:
            name = condition.metric_name.removesuffix(".condition")
            try:
                kept.checks[condition.id] = check_of(self, name, known[condition.id])
            except (UnsupportedConditionError, sa.exc.CompileError) as error:
                kept.broken[condition.id] = str(error)
        return kept.checks.get(condition.id)

    def _answer(self, counts: Sequence[MetricConfiguration], known: _Metrics) -> None:
        kept = self._batch
        answered = self._resolved.keys() | self._refused.keys()
        asked = [metric for metric in counts if metric.id not in answered]
        checks = {
            metric.id: self._check(condition, known)
            for metric in asked
            if (condition := _condition_of(metric)) is not None
        }
        wanted = {kept.checks[each] for each in kept.wanted if each in kept.checks}
        domains = {
            metric.id: self._domains(metric, check)
            for metric in asked
            if (check := checks.get(metric.id)) not in wanted or check is None
        }
        expected = [] if self._tallied else self._expected()
        broken = self._count(
            wanted - kept.failed.keys() - self._given_up,
            [*expected, *(domain for each in domains.values() for domain in each)],
        )
        for metric in asked:
            check = checks.get(metric.id)
            if check is not None and check in broken:
                self._refused[metric.id] = (metric, broken[check])
            elif check is not None and check in kept.failed:
                counted = kept.evaluated if metric.metric_name.endswith(_FILTERED) else kept.failed
                self._resolved[metric.id] = _total(counted[check])
            else:
                self._subtract(metric, *domains[metric.id])

    def _expected(self) -> list[Domain]:
        """The domains that will be asked for, so that the first scan counts them as well."""
        found = []
        for metric in self._batch.wanted.values():
            name = metric.metric_name.removesuffix(".condition")
            with suppress(UnsupportedConditionError):
                found.append(domain_of(self, name, metric.metric_domain_kwargs))
        return found

    def _count(self, wanted: set[Check], others: Sequence[Domain]) -> dict[Check, str]:
        """Count and stage `wanted`, count `others`; give back what cannot be computed."""
        checks = sorted(wanted, key=repr)
        try:
            self._count_all(checks, others)
        except duckdb.Error:
            broken = self._batch.scan.broken(checks)
            self._given_up |= broken.keys()
            self._count_all([check for check in checks if check not in broken], [])
            return broken
        return {}

    def _count_all(self, checks: Sequence[Check], others: Sequence[Domain]) -> None:
        kept = self._batch
        tallied = self._tally([*(check.domain for check in checks), *others])
        staged = kept.scan.stage(checks)
        failed = kept.scan.failed(staged)
        for check in checks:
            kept.evaluated[check] = tallied[check.domain]
            kept.failed[check] = failed.get(check, tallied[check.domain].slice(0, 0))
        kept.staged |= staged

    def _subtract(self, metric: MetricConfiguration, counted: Domain, *less: Domain) -> None:
        try:
            tallied = self._tally([counted, *less])
        except duckdb.Error as error:
            self._refused[metric.id] = (metric, reason(error))
            return
        taken_off = sum(_total(tallied[domain]) for domain in less)
        self._resolved[metric.id] = _total(tallied[counted]) - taken_off

    def _domains(self, metric: MetricConfiguration, check: Check | None) -> tuple[Domain, ...]:
        """The rows that a count counts, and those to take off them."""
        if check is None:
            return (domain_of(self, _ROWS, metric.metric_domain_kwargs),)
        if metric.metric_name == _NULLS + _COUNT:
            column = check.fails.removesuffix(" IS NULL")
            return check.domain, Domain(check.domain.gate, (column,))
        if metric.metric_name.endswith(_FILTERED):
            return (check.domain,)
        return (Domain(also=check.predicate),)

    def _tally(self, domains: Iterable[Domain]) -> dict[Domain, pa.Table]:
        """One table per domain (`school_id`, `lea_id`, count); each is counted only once."""
        wanted = list(dict.fromkeys(domains))
        missing = [domain for domain in wanted if domain not in self._tallied]
        if missing:
            self._tallied |= self._batch.scan.tally(missing)
        return {domain: self._tallied[domain] for domain in wanted}

    @property
    def _batch(self) -> Kept:
        if self.kept is None:
            raise RuntimeError("keep() begins a batch")
        return self.kept


def _condition_of(metric: MetricConfiguration) -> MetricConfiguration | None:
    """The `X.condition` metric that a count of X rests on; None for any other metric."""
    for suffix in (_COUNT, _FILTERED):
        if metric.metric_name.endswith(suffix):
            return MetricConfiguration(
                metric.metric_name.removesuffix(suffix) + ".condition",
                metric.metric_domain_kwargs,
                {k: v for k, v in metric.metric_value_kwargs.items() if k != "result_format"},
            )
    return None


def _translates(engine: FusedEngine, metric: MetricConfiguration) -> bool:
    try:
        domain_of(engine, metric.metric_name, metric.metric_domain_kwargs)
    except UnsupportedConditionError:
        return False
    return True


def _wants_no_samples(metric: MetricConfiguration) -> bool:
    wanted = metric.metric_value_kwargs.get("result_format") or {}
    return metric.metric_name.endswith(_SAMPLES) and wanted.get("partial_unexpected_count") == 0


def _total(counts: pa.Table) -> int:
    return int(pc.sum(counts.column(2)).as_py() or 0)


def _said(error: Exception) -> str:
    """What stopped a metric: what Great Expectations says of the suite, never a row's value."""
    cause = error.__cause__ or error
    if isinstance(cause, duckdb.Error):
        return reason(cause)
    if isinstance(cause, sa.exc.DBAPIError) and isinstance(cause.orig, duckdb.Error):
        return reason(cause.orig)
    return str(cause) if isinstance(cause, GreatExpectationsError) else type(cause).__name__
