"""Run one suite on its audit table with Great Expectations and the fused engine."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from great_expectations.core.expectation_validation_result import ExpectationValidationResult
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

from edfi_audit.store import write_json
from edfi_audit.validation.asking import Question, ask, first_line, question, suite_result
from edfi_audit.validation.catalogue import Rule, Suite
from edfi_audit.validation.datasource import SCHEMA, engine_on, load
from edfi_audit.validation.engine import Kept
from edfi_audit.validation.failing import Audited, columns_needed, write_findings
from edfi_audit.validation.scan import Scan, Staged
from edfi_audit.validation.templates import quoted

__all__ = ["COUNTS", "Evaluated", "Evaluation"]

COUNTS = pa.schema(
    [
        ("rule_id", pa.string()),
        ("school_id", pa.int64()),
        ("lea_id", pa.int64()),
        ("evaluated", pa.int64()),
        ("failed", pa.int64()),
    ]
)
_UNKNOWN = "Great Expectations gave no condition for it"


@dataclass(frozen=True)
class Evaluated:
    """One suite's share of a `Validation`; `findings` is the file of its failing rows."""

    counts: list[pa.Table]
    findings: Path
    not_evaluated: dict[str, str]


class Evaluation:
    """Evaluates suites, one after the other, over the schema `audit` of one connection.

    Writes `folder/<suite>.parquet` and `folder/gx/<suite>.json`.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self._connection = connection.cursor()
        self._engine = engine_on(connection)
        self._folder = folder
        (folder / "gx").mkdir(parents=True, exist_ok=True)

    def run(self, suite: Suite, table: Audited, rules: Iterable[Rule]) -> Evaluated:
        """Run `rules` of `suite` on `table`."""
        columns = self._columns(table)
        refused: dict[str, str] = {}
        batch = load(self._engine, suite.table)
        questions = self._questions(suite, rules, columns, batch, refused)
        findings = self._folder / f"{suite.name}.parquet"
        with TemporaryDirectory(prefix=".staged-", dir=self._folder) as staging:
            scan = Scan(
                connection=self._connection,
                table=f"{SCHEMA}.{quoted(table.name)}",
                columns=columns,
                keep=columns_needed(table, columns, questions),
                folder=Path(staging),
            )
            kept = Kept(scan, {each.condition.id: each.condition for each in questions.values()})
            results = self._ask(kept, questions, refused)
            write_json(
                self._folder / "gx" / f"{suite.name}.json",
                suite_result(suite.name, results, batch),
            )
            staged, counts = _gathered(kept, questions, refused)
            write_findings(self._connection, table, columns, staged, findings)
        return Evaluated(counts, findings, refused)

    def _questions(
        self,
        suite: Suite,
        rules: Iterable[Rule],
        columns: Collection[str],
        batch: str,
        refused: dict[str, str],
    ) -> dict[Rule, Question]:
        """What to ask for each of `rules`; what cannot be asked goes to `refused`."""
        written = {
            each["meta"]["id"]: each
            for each in json.loads(suite.path.read_text(encoding="utf-8"))["expectations"]
        }
        asked = {}
        for rule in rules:
            absent = [name for name in rule.columns if name not in columns]
            if absent:
                names = ", ".join(absent)
                refused[rule.id] = f"its texts name {names}, which the table does not have"
                continue
            # Great Expectations copies the meta many times over: the id is enough
            about = {**written[rule.id], "meta": {"id": rule.id}}
            about["kwargs"] = {**about["kwargs"], "batch_id": batch}
            try:
                made = question(ExpectationConfiguration(**about), self._engine)
            except Exception as error:  # noqa: BLE001 one rule must not take the others down
                refused[rule.id] = f"Great Expectations does not take it: {first_line(error)}"
                continue
            if made is None:
                refused[rule.id] = f"{about['type']} does not judge row by row"
            else:
                asked[rule] = made
        return asked

    def _ask(
        self, kept: Kept, questions: dict[Rule, Question], refused: dict[str, str]
    ) -> list[ExpectationValidationResult]:
        """The results; a question without one moves from `questions` to `refused`."""
        self._engine.keep(kept)
        results = []
        for rule, result in zip(
            list(questions), ask(questions.values(), self._engine), strict=True
        ):
            if isinstance(result, str):
                refused[rule.id] = result
                del questions[rule]
            else:
                results.append(result)
        if kept.error is not None:
            raise kept.error
        return results

    def _columns(self, table: Audited) -> dict[str, str]:
        described = self._connection.execute(
            f"SELECT column_name, column_type FROM (DESCRIBE {SCHEMA}.{quoted(table.name)})"
        ).fetchall()
        return dict(described)


def _gathered(
    kept: Kept, questions: Mapping[Rule, Question], refused: dict[str, str]
) -> tuple[dict[Rule, Staged], list[pa.Table]]:
    """Where each rule's failing rows are, and its counts by school."""
    staged, counts = {}, []
    for rule, asked in questions.items():
        check = kept.checks.get(asked.condition.id)
        if check is None or check not in kept.failed:
            refused[rule.id] = kept.broken.get(asked.condition.id, _UNKNOWN)
            continue
        counts.append(_counts(rule, kept.evaluated[check], kept.failed[check]))
        if kept.failed[check].num_rows:
            staged[rule] = kept.staged[check]
    return staged, counts


def _counts(rule: Rule, evaluated: pa.Table, failed: pa.Table) -> pa.Table:
    """`COUNTS` rows of one rule, without schools where nothing was looked at."""
    looked_at = evaluated.filter(pc.field("counted") > 0)
    schools, leas, counts = looked_at.to_pydict().values()
    failing = dict(_by_school(failed))
    columns = {
        "rule_id": [rule.id] * len(counts),
        "school_id": schools,
        "lea_id": leas,
        "evaluated": counts,
        "failed": [failing.get(school, 0) for school in zip(schools, leas, strict=True)],
    }
    return pa.table(columns, schema=COUNTS)


def _by_school(counts: pa.Table) -> Iterator[tuple[tuple[int | None, int | None], int]]:
    for school_id, lea_id, count in zip(*counts.to_pydict().values(), strict=True):
        yield (school_id, lea_id), count
