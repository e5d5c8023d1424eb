"""The run directory: what validation found, as the files everything downstream reads.

run.json                  the facts and totals
results.parquet           rule × school
findings.parquet          every failing row
identity_ledger.parquet   every record of the SIS, its mapping and the ODS
gx/                       Great Expectations' own results
tables/                   the audit tables
late/                     what came and went since the pull, where anything did
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edfi_audit.findings.doubt import Doubts
from edfi_audit.findings.facts import FACTS, RunFacts
from edfi_audit.findings.failing_rows import write_findings
from edfi_audit.findings.ledger import absence_totals, ledger_table, ledger_totals, write_ledger
from edfi_audit.findings.lifecycle import EarlierRun
from edfi_audit.findings.results import write_results
from edfi_audit.findings.totals import flag_totals, rule_totals, severity_totals
from edfi_audit.store import write_json
from edfi_audit.tables.catalogue import AuditTable, catalogue

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from edfi_audit.recheck import Unsettled
    from edfi_audit.validation import Validation
    from edfi_audit.validation.catalogue import Suite

__all__ = ["Outcome", "write_run"]


@dataclass(frozen=True)
class Outcome:
    """The suites that were to be evaluated, and what validation made of them.

    `ledger` describes the audit table that the identity ledger is written from; `not_compared`
    gives for each resource that could not be compared with the SIS the reason. `recheck` are the
    counts of the second look at the ODS, `unsettled` what it left open.
    """

    suites: "tuple[Suite, ...]"
    validation: "Validation"
    ledger: AuditTable = field(default_factory=ledger_table)
    not_compared: Mapping[str, str] = field(default_factory=dict)
    tables: tuple[AuditTable, ...] = field(default_factory=catalogue)
    recheck: Mapping[str, Any] = field(default_factory=dict)
    unsettled: "tuple[Unsettled, ...]" = ()


def write_run(
    con: "DuckDBPyConnection",
    folder: Path,
    facts: RunFacts,
    outcome: Outcome,
    earlier: Sequence[EarlierRun],
) -> None:
    """Complete the run directory `folder`, which already holds `tables/` and `gx/`.

    `earlier` are the runs that decide what is new. Nothing but counts comes into Python.
    """
    validation = outcome.validation
    pull = facts.pull.get("resources", {})
    doubts = Doubts.of(outcome.suites, outcome.tables, pull, outcome.unsettled)
    with facts.timings.measure("findings"):
        findings = folder / "findings.parquet"
        write_findings(con, findings, validation.failures, earlier, facts.created_at, doubts)
        write_results(con, folder / "results.parquet", outcome.suites, validation)
        write_ledger(con, folder / "identity_ledger.parquet", outcome.ledger)
    write_json(folder / FACTS, _facts(con, facts, outcome, doubts))


def _facts(
    con: "DuckDBPyConnection", facts: RunFacts, outcome: Outcome, doubts: Doubts
) -> dict[str, Any]:
    rules = rule_totals(con, outcome.suites, outcome.validation.not_evaluated)
    for rule_id, rule in rules.items():
        rule["doubt"] = doubts.rules.get(rule_id)
    settings = facts.settings.model_dump(mode="json", exclude={"own_rules"})
    return {
        "run_id": facts.run_id,
        "created_at": facts.created_at.isoformat(),
        "tool_version": version("edfi-audit"),
        "suites": {name: _sha256(path) for name, path in facts.suites.items()},
        "profile": settings.pop("profile"),
        "school_year": settings.pop("school_year"),
        "audit_date": settings.pop("audit_date"),
        "connection": facts.connection,
        "extract": facts.extract,
        "audience": "internal",
        "ods": {
            key: value for key, value in facts.pull.items() if key not in {"resources", "scope"}
        },
        "pull": facts.pull.get("resources", {}),
        "recheck": dict(outcome.recheck),
        "scope": facts.pull.get("scope", {}),
        "sis": dict(facts.sis),
        "schools": _schools(con),
        "findings": severity_totals(con),
        "flags": flag_totals(con, rules),
        "ledger": ledger_totals(con),
        "absences": absence_totals(con),
        "not_compared": dict(outcome.not_compared),
        "rules": rules,
        "settings": settings | {"section_identifier": facts.section_identifier},
        "changed": facts.settings.changed,
        "timings": facts.timings.seconds,
    }


def _schools(con: "DuckDBPyConnection") -> list[dict[str, Any]]:
    rows = con.execute(
        "SELECT school_id, any_value(lea_id), any_value(name) FROM audit.schools"
        " WHERE school_id IS NOT NULL GROUP BY school_id ORDER BY school_id"
    ).fetchall()
    return [dict(zip(("school_id", "lea_id", "name"), row, strict=True)) for row in rows]


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
