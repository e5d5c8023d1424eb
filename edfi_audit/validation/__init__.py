"""Suites run over audit tables: the only room that imports Great Expectations.

`load_suites` reads the catalogue without it; `validate` imports it when called, which takes
seconds.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from edfi_audit.errors import NotFoundError
from edfi_audit.validation.catalogue import Rule, Severity, Source, Suite, load_suites
from edfi_audit.validation.outcome import Validation

if TYPE_CHECKING:
    import duckdb

    from edfi_audit.validation.failing import Audited

__all__ = ["Rule", "Severity", "Source", "Suite", "Validation", "load_suites", "validate"]


def validate(
    con: "duckdb.DuckDBPyConnection",
    tables: Iterable["Audited"],
    suites: Iterable[Suite],
    *,
    not_evaluated: Mapping[str, str],
    folder: Path,
) -> Validation:
    """Run `suites` over the audit tables `audit.<name>` of `con`.

    Rules in `not_evaluated` (rule id to reason) are not run; a rule that cannot be computed joins
    them, and the others run on. Writes `folder/<suite>.parquet` with every failing row and
    `folder/gx/<suite>.json` with Great Expectations' own summary. A `NotFoundError` when a suite
    has no audit table.
    """
    import pyarrow as pa

    with _without_iri_grammar():  # Great Expectations takes seconds to import
        from edfi_audit.validation.evaluation import COUNTS, Evaluation

    by_name = {table.name: table for table in tables}
    evaluation = Evaluation(con, folder)
    counts, failures, reasons = [COUNTS.empty_table()], [], dict(not_evaluated)
    for suite in suites:
        if suite.table not in by_name:
            raise NotFoundError(
                f"The suite {suite.path.name} is for the audit table {suite.table}, which is none.",
                next_step=f"Audit tables: {', '.join(sorted(by_name))}.",
            )
        rules = [rule for rule in suite.rules if rule.id not in not_evaluated]
        evaluated = evaluation.run(suite, by_name[suite.table], rules)
        counts += evaluated.counts
        failures.append(evaluated.findings)
        reasons |= evaluated.not_evaluated
    return Validation(pa.concat_tables(counts), tuple(failures), reasons)


@contextmanager
def _without_iri_grammar() -> Iterator[None]:
    """Hide a package while Great Expectations imports jsonschema, which does without it.

    It would build a grammar of IRIs, for a format that nothing here checks: a third of the time.
    """
    name = "rfc3987_syntax"
    hidden = name not in sys.modules
    if hidden:
        # how Python is told that a module is not there
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if hidden:
            sys.modules.pop(name, None)
