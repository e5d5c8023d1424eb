"""What Great Expectations is asked about a suite, and the result it makes of the answers.

`Batch.validate` asks for samples that are not wanted and works out each expectation's metrics
several times over: some 15 ms per expectation. Here its parts are called once each: the metrics
of an expectation, the graph that resolves them level by level, and the expectation's own verdict.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from great_expectations import __version__
from great_expectations.core.expectation_validation_result import (
    ExpectationSuiteValidationResult,
    ExpectationValidationResult,
)
from great_expectations.expectations.expectation import (
    ColumnMapExpectation,
    ColumnPairMapExpectation,
    MulticolumnMapExpectation,
)
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.registry import get_metric_kwargs
from great_expectations.validator.metric_configuration import MetricConfiguration
from great_expectations.validator.validation_graph import ValidationGraph
from great_expectations.validator.validation_statistics import calc_validation_statistics

from edfi_audit.validation.engine import FusedEngine

__all__ = ["SUMMARY", "Question", "RowByRow", "ask", "first_line", "question", "suite_result"]

SUMMARY = {"result_format": "SUMMARY", "partial_unexpected_count": 0}
"""Counts without samples of rows: every failing row is kept as a finding instead."""

RowByRow = ColumnMapExpectation | ColumnPairMapExpectation | MulticolumnMapExpectation
_ROW_KEYS = ("batch_id", "table", "row_condition", "condition_parser")
_STOCK = tuple(
    each.get_validation_dependencies
    for each in (ColumnMapExpectation, ColumnPairMapExpectation, MulticolumnMapExpectation)
)


@dataclass(frozen=True)
class Question:
    """An expectation and the metrics its verdict rests on, by the names it knows them under.

    `condition` is the metric that says which rows fail.
    """

    expectation: RowByRow
    metrics: Mapping[str, MetricConfiguration]
    condition: MetricConfiguration
    graph: ValidationGraph


def question(configuration: ExpectationConfiguration, engine: FusedEngine) -> Question | None:
    """The question of `configuration`, whose kwargs name the batch; None if not row by row."""
    expectation = configuration.to_domain_obj()
    if not isinstance(expectation, RowByRow):
        return None
    count = f"{expectation.map_metric}.unexpected_count"
    kwargs = get_metric_kwargs(count, configuration, {"result_format": SUMMARY})
    domain, values = kwargs["metric_domain_kwargs"], kwargs["metric_value_kwargs"]
    if type(expectation).get_validation_dependencies in _STOCK:
        metrics = _counts_only(expectation, count, domain, values)
    else:
        metrics = expectation.get_validation_dependencies(
            execution_engine=engine, runtime_configuration={"result_format": SUMMARY}
        ).metric_configurations
    graph = ValidationGraph(execution_engine=engine)
    for metric in metrics.values():
        graph.build_metric_dependency_graph(metric, {"result_format": SUMMARY})
    condition = MetricConfiguration(f"{expectation.map_metric}.condition", domain, values)
    return Question(expectation, metrics, condition, graph)


def ask(
    questions: Iterable[Question], engine: FusedEngine
) -> list[ExpectationValidationResult | str]:
    """For each question Great Expectations' result, or why there is none."""
    asked = list(questions)
    graph = ValidationGraph(engine, [edge for each in asked for edge in each.graph.edges])
    resolved, aborted = graph.resolve({"result_format": SUMMARY}, show_progress_bars=False)
    return [_verdict(each, engine, resolved, aborted) for each in asked]


def suite_result(
    name: str, results: Sequence[ExpectationValidationResult], batch: str
) -> dict[str, Any]:
    """The results as Great Expectations writes those of a suite."""
    statistics = calc_validation_statistics(list(results))
    written: dict[str, Any] = ExpectationSuiteValidationResult(
        success=statistics.success,
        results=list(results),
        suite_name=name,
        statistics={
            "evaluated_expectations": statistics.evaluated_expectations,
            "successful_expectations": statistics.successful_expectations,
            "unsuccessful_expectations": statistics.unsuccessful_expectations,
            "success_percent": statistics.success_percent,
        },
        meta={"great_expectations_version": __version__},
        batch_id=batch,
    ).to_json_dict()  # type: ignore[no-untyped-call]
    return written


def first_line(message: object) -> str:
    """What an error says, in one line."""
    return next(iter(str(message).strip().splitlines()), type(message).__name__)


def _counts_only(
    expectation: RowByRow, count: str, domain: Mapping[str, Any], values: Mapping[str, Any]
) -> dict[str, MetricConfiguration]:
    """What the stock expectations ask for, without samples."""
    rows = {key: domain[key] for key in _ROW_KEYS if key in domain}
    metrics = {
        count: MetricConfiguration(count, dict(domain), dict(values)),
        "table.row_count": MetricConfiguration("table.row_count", rows),
    }
    if isinstance(expectation, ColumnMapExpectation):
        nulls = "column_values.nonnull.unexpected_count"
        if nulls != count:
            metrics[nulls] = MetricConfiguration(nulls, dict(domain))
    else:
        filtered = f"{expectation.map_metric}.filtered_row_count"
        metrics[filtered] = MetricConfiguration(filtered, dict(domain), dict(values))
    return metrics


def _verdict(
    asked: Question, engine: FusedEngine, resolved: Mapping[Any, Any], aborted: Mapping[Any, Any]
) -> ExpectationValidationResult | str:
    for edge in asked.graph.edges:
        if edge.left.id in aborted:
            return first_line(aborted[edge.left.id]["exception_info"].exception_message)
    try:
        verdict = asked.expectation._validate(  # noqa: SLF001 what each expectation defines
            metrics={name: resolved[metric.id] for name, metric in asked.metrics.items()},
            runtime_configuration={"result_format": SUMMARY},
            execution_engine=engine,
        )
    except Exception as error:  # noqa: BLE001 one rule must not take the others down
        return first_line(error)
    made = dict(verdict) if isinstance(verdict, dict) else verdict.to_json_dict()
    made["expectation_config"] = asked.expectation.configuration
    return ExpectationValidationResult(**made)
