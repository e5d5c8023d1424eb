"""One run, from the store's records to a finished run directory."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

import duckdb

from edfi_audit import bundled
from edfi_audit.errors import StoreError
from edfi_audit.findings.facts import RunFacts
from edfi_audit.findings.ledger import TABLE as LEDGER
from edfi_audit.findings.lifecycle import earlier_runs
from edfi_audit.findings.run_directory import Outcome, write_run
from edfi_audit.settings import AuditSettings
from edfi_audit.store import Store
from edfi_audit.tables.build import build
from edfi_audit.tables.catalogue import catalogue
from edfi_audit.tables.comparison import COMPARED, not_compared
from edfi_audit.tables.inputs import Inputs, attach, revise
from edfi_audit.validation.catalogue import load_suites

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from edfi_audit.findings.lifecycle import EarlierRun
    from edfi_audit.recheck import Look, SecondLook
    from edfi_audit.tables.catalogue import AuditTable
    from edfi_audit.validation.catalogue import Suite

__all__ = ["Evaluation", "attached", "suites_of"]

_READ_AT_ONCE = "the ODS database was read in one transaction"


@dataclass(frozen=True)
class Evaluation:
    """What a run is made from. `step` is called with a sentence when a step begins.

    `look` opens the ODS for a second look, or says why there is none.
    """

    store: Store
    facts: RunFacts
    suites: "tuple[Suite, ...]"
    look: "Look | str"
    step: "Callable[[str], None]"

    def write(self, con: duckdb.DuckDBPyConnection, folder: Path) -> None:
        """Build the audit tables, look again, evaluate every suite, and fill `folder`."""
        from edfi_audit.validation import validate

        facts, measure = self.facts, self.facts.timings.measure
        earlier = earlier_runs(self.store, facts.connection, facts.school_year, facts.created_at)
        self.step("Building the audit tables")
        with measure("tables"):
            inputs = attached(
                con, self.store, facts.connection, facts.extract, facts.settings,
                facts.section_identifier, _remembered(earlier, facts.section_identifier),
            )  # fmt: skip
            _refuse_other_years(con, facts)
            (folder / "tables").mkdir()
            self._build(con, folder)
        with measure("recheck"):
            looked = self._looked_again(con, folder, inputs)
        apart, nothing_compared = not_compared(con)
        missing = _missing(self.suites, inputs, apart, nothing_compared)
        self.step(f"Evaluating {len(_rules(self.suites)) - len(missing)} rules")
        staging = folder / ".validation"
        staging.mkdir()
        with measure("validation"):
            validation = validate(
                con, self._tables, self.suites, not_evaluated=missing, folder=staging
            )
        self.step("Writing the findings")
        outcome = Outcome(
            self.suites, validation, tables=self._tables, not_compared=apart,
            recheck=looked.record, unsettled=looked.unsettled,
        )  # fmt: skip
        write_run(con, folder, facts, outcome, earlier)
        (staging / "gx").rename(folder / "gx")
        rmtree(staging)

    def _build(self, con: duckdb.DuckDBPyConnection, folder: Path) -> None:
        build(con, folder / "tables", self._tables)

    @cached_property
    def _tables(self) -> "tuple[AuditTable, ...]":
        return catalogue(own=self.facts.settings.own_rules)

    def _looked_again(
        self, con: duckdb.DuckDBPyConnection, folder: Path, inputs: Inputs
    ) -> "SecondLook":
        """Ask for what findings would miss, where records were pulled from an API."""
        from edfi_audit.recheck import SecondLook, second_look

        connection, late = self.facts.connection, folder / "late"
        if connection is None:
            return SecondLook({"reason": None, "resources": {}})
        if self.facts.pull["mode"] == "database":
            return SecondLook({"reason": _READ_AT_ONCE, "resources": {}})

        def apply() -> None:
            revise(con, self.store.ods(connection), late)
            self._build(con, folder)

        apart, nothing_compared = not_compared(con)
        missing = _missing(self.suites, inputs, apart, nothing_compared)
        return second_look(
            con,
            self.look,
            rules=[rule for rule in _rules(self.suites) if rule not in missing],
            limit=self.facts.settings.recheck_limit,
            late=late,
            apply=apply,
            step=self.step,
        )


def attached(  # noqa: PLR0913, PLR0917 - the seven things an audit's inputs depend on
    con: duckdb.DuckDBPyConnection,
    store: Store,
    connection: str | None,
    extract: str | None,
    settings: AuditSettings,
    section_identifier: str,
    earlier: Path | None = None,
) -> Inputs:
    """The inputs as views on `con`; a `StoreError` when a file of the store cannot be read."""
    try:
        return attach(con, store, connection, extract, settings, section_identifier, earlier)
    except duckdb.Error as error:
        raise StoreError(
            f"A file in the store {store.root} cannot be read.",
            next_step="Pull and load again.",
        ) from error


def suites_of(profile: str, own: Path | None = None) -> "tuple[Suite, ...]":
    """The suites with the rules of this profile; suites without any are left out.

    `own` is the district's own folder of further suites.
    """
    chosen = (
        replace(suite, rules=tuple(rule for rule in suite.rules if profile in rule.profiles))
        for suite in load_suites(bundled.expectations(), own)
    )
    return tuple(suite for suite in chosen if suite.rules)


def _refuse_other_years(con: duckdb.DuckDBPyConnection, facts: RunFacts) -> None:
    """Raise when sessions were pulled, and none of them is of the year that is audited."""
    found = con.execute("SELECT DISTINCT school_year FROM ods.sessions ORDER BY ALL").fetchall()
    years = [str(year) for (year,) in found if year is not None]
    if years and str(facts.school_year) not in years:
        raise StoreError(
            f"The audit is for school year {facts.school_year}, but the sessions pulled through "
            f"{facts.connection} are of {', '.join(years)}.",
            next_step="Correct school_year or year in the settings (the END year: 2026 is "
            "2025-26), or pull that year's ODS.",
        )


def _remembered(earlier: "Sequence[EarlierRun]", section_identifier: str) -> Path | None:
    """The audit tables of the newest earlier run.

    Where sections went by another template then, each would look renamed: that run is none.
    """
    newest = earlier[-1] if earlier else None
    return newest.tables if newest and newest.section_identifier == section_identifier else None


def _rules(suites: "tuple[Suite, ...]") -> list[str]:
    return [rule.id for suite in suites for rule in suite.rules]


def _missing(
    suites: "tuple[Suite, ...]",
    inputs: Inputs,
    apart: "Mapping[str, str]",
    nothing_compared: str | None,
) -> dict[str, str]:
    """Why rules cannot be evaluated: an input is missing, or what they compare is not comparable.

    `apart` gives the reason by resource. The ledger's rules, which speak of several, cannot be
    evaluated when none could be compared.
    """
    uncompared = {need: apart[name] for need, name in COMPARED.items() if name in apart}
    missing = {}
    for suite in suites:
        general = nothing_compared if suite.table == LEDGER else None
        for rule in suite.rules:
            own = next((uncompared[need] for need in rule.needs if need in uncompared), None)
            if reason := inputs.reason_for(rule.needs, rule.judges) or own or general:
                missing[rule.id] = reason
    return missing
