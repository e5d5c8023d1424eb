"""The same suites on Great Expectations' own pandas engine, to compare with ours.

`assert_agreement` is for any audit tables and suites: it runs both engines over the same rows
and names every rule whose counts or failing keys differ.
"""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import great_expectations as gx
import pandas as pd
import pyarrow.parquet as pq
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

from edfi_audit.validation import validate


def assert_agreement(con, tables, suites, folder, not_evaluated=None):
    """Fail unless both engines look at as many rows and fail the same keys, rule by rule.

    Gives back the `Validation`, and how many rules were compared. A rule that our engine does
    not evaluate is not compared; the caller says which those may be.
    """
    validation = validate(con, tables, suites, not_evaluated=not_evaluated or {}, folder=folder)
    by_name = {table.name: table for table in tables}
    differences, compared = [], 0
    for suite, findings in zip(suites, validation.failures, strict=True):
        rules = [rule.id for rule in suite.rules if rule.id not in validation.not_evaluated]
        stock = stock_results(con, by_name[suite.table], suite, rules)
        ours = engine_results(validation, findings, rules)
        compared += len(rules)
        differences += [
            f"{rule}: stock {_told(stock[rule])}, ours {_told(ours[rule])}"
            for rule in rules
            if stock[rule] != ours[rule]
        ]
    assert not differences, "\n".join(differences)
    return validation, compared


def stock_results(con, table, suite, rules):
    """{rule: (rows looked at, Counter of failing keys)} from the pandas engine, COMPLETE."""
    rows = con.cursor().sql(f'SELECT * FROM audit."{table.name}"').to_arrow_table()
    records = rows.to_pylist()
    frame = pd.DataFrame(
        {
            name: pd.Series([each[name] for each in records], dtype=object)
            for name in rows.schema.names
        }
    )
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    batch = (
        context.data_sources.add_pandas("stock")
        .add_dataframe_asset(table.name)
        .add_batch_definition_whole_dataframe("all")
        .get_batch({"dataframe": frame})
    )
    written = json.loads(Path(suite.path).read_text(encoding="utf-8"))["expectations"]
    found = {}
    for each in written:
        if each["meta"]["id"] in rules:
            expectation = ExpectationConfiguration(**each).to_domain_obj()
            result = batch.validate(expectation, result_format="COMPLETE")
            assert result.result, result.exception_info
            found[each["meta"]["id"]] = (
                result.result["element_count"] - result.result.get("missing_count", 0),
                Counter(
                    _key(table, records[place])
                    for place in result.result.get("unexpected_index_list") or []
                ),
            )
    return found


def engine_results(validation, findings, rules):
    """{rule: (rows looked at, Counter of failing keys)} from a `Validation`."""
    looked_at = Counter()
    for row in validation.counts.to_pylist():
        looked_at[row["rule_id"]] += row["evaluated"]
    failing = {rule: Counter() for rule in rules}
    for row in pq.read_table(findings).to_pylist():
        failing[row["rule_id"]][row["resource"], row["natural_key"], row["row_key"]] += 1
    return {rule: (looked_at[rule], failing[rule]) for rule in rules}


def _key(table, record):
    resource = record["resource"] if table.resource == "by row" else table.resource
    row = _written(table.row, record) if table.row else ""
    return resource, _written(table.keys.get(resource, ()), record), row


def _written(columns, record):
    """A flat JSON object as findings write it, made without the package's SQL."""
    named = {_camel(column): record[column] for column in columns}
    return json.dumps(
        {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in sorted(named.items())
        },
        separators=(",", ":"),
        ensure_ascii=False,
    )


def _camel(column):
    words = column.split("_")
    return words[0] + "".join(word.title() for word in words[1:])


def _told(result):
    looked_at, failing = result
    return f"{looked_at} rows, {failing.total()} failing"
