"""The commands about rules and runs: run, report, findings, why, rules."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import edfi_audit
from edfi_audit.cli.output import AsJson, ConnectionName, answer, columns, step, wrapped
from edfi_audit.errors import NotFoundError, StoreError

if TYPE_CHECKING:
    from edfi_audit.run import Run
    from edfi_audit.validation.catalogue import Rule

__all__ = ["findings", "report", "rules", "run", "why"]

FINDINGS_AT_OR_ABOVE = 1
AMBIGUOUS = 2
SHOWN = 50
"""Findings that a table shows unless --limit says otherwise."""


class Level(StrEnum):
    """A severity, worst first."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Kind(StrEnum):
    """What may be asked about."""

    SECTION = "section"
    COURSE = "course"
    STUDENT = "student"
    STAFF = "staff"


class Format(StrEnum):
    """How findings are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


RunId = Annotated[str, typer.Option("--run", metavar="ID", help="Which run.")]
School = Annotated[
    str | None, typer.Option("--school", metavar="ID|NAME", help="Only this school.")
]


def run(
    ctx: typer.Context,
    connection: ConnectionName = None,
    fail_on: Annotated[
        Level | None,
        typer.Option("--fail-on", help="Leave with 1 when there is a finding this severe."),
    ] = None,
    *,
    no_recheck: Annotated[
        bool,
        typer.Option("--no-recheck", help="Do not look up missing records again in the ODS."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Suites → findings, on what was pulled and loaded.

    What findings would call missing or orphaned is looked up again in the ODS first.
    """
    audit = edfi_audit.Audit.open(ctx.obj)
    finished = audit.run(connection, recheck=not no_recheck, step=_quiet if as_json else step)
    warnings = _warnings(finished)
    for warning in warnings:
        typer.echo(f"edfi-audit: warning: {warning}", err=True)
    document = finished.summary | {"folder": finished.folder, "warnings": warnings}
    answer(as_json, document, f"{finished!r}\n\nKept in {_near(finished.folder)}")
    severities = list(Level)
    limit = severities.index(fail_on) + 1 if fail_on else 0
    if any(finished.summary["findings"][level] for level in severities[:limit]):
        raise typer.Exit(FINDINGS_AT_OR_ABOVE)


def report(
    ctx: typer.Context,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="Where to write it.")
    ] = Path("edfi-audit-report.html"),
    school: School = None,
    run_id: RunId = "latest",
    *,
    as_json: AsJson = False,
) -> None:
    """A run as one HTML file, its findings as CSV beside it."""
    from edfi_audit.report.write import csv_beside

    chosen = _run(ctx, run_id)
    with _writing(output):
        page = chosen.report(output, school=school)
    files = {"html": page, "csv": csv_beside(page)}
    text = "\n".join(f"Wrote {_near(file)}" for file in files.values())
    answer(as_json, {"run_id": chosen.run_id, **files}, text)


def findings(  # noqa: PLR0913, PLR0917 - one option each
    ctx: typer.Context,
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="ID", help="Only this rule.")
    ] = None,
    school: School = None,
    severity: Annotated[
        Level | None, typer.Option("--severity", help="Only this severity.")
    ] = None,
    flag: Annotated[
        str | None,
        typer.Option(
            "--flag",
            metavar="FLAG",
            help="Only this headline flag: attempt_status, identity, teacher_of_record, "
            "cte_program_type.",
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, metavar="N", help=f"At most N [table: {SHOWN}; else all]."),
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="How to write them.")] = Format.TABLE,
    run_id: RunId = "latest",
    *,
    as_json: AsJson = False,
) -> None:
    """The findings of a run: list, filter, export."""
    from edfi_audit.cli import listing
    from edfi_audit.findings.selection import Selection

    chosen = _run(ctx, run_id)
    form = Format.JSON if as_json else format_
    if form is Format.TABLE and limit is None:
        limit = SHOWN
    selection = Selection(rule, school, severity, flag)
    with chosen.stream(selection, limit) as rows:
        if form is Format.CSV:
            with open(1, "w", encoding="utf-8", newline="", closefd=False) as out:
                listing.as_csv(rows, out)
        elif form is Format.JSON:
            listing.as_json(rows, sys.stdout)
        else:
            listing.as_table(rows, chosen.count(selection), chosen.facts, sys.stdout)


def why(  # noqa: PLR0913 - one option each
    ctx: typer.Context,
    key: Annotated[
        str,
        typer.Argument(
            metavar="KEY",
            help="A section identifier, a course number, a student's or staff member's Ed-Fi ID, "
            "a Campus sectionID, courseID or personID, a natural key as JSON, or a finding's "
            "fingerprint.",
        ),
    ],
    school: School = None,
    kind: Annotated[Kind | None, typer.Option("--kind", help="Only what is of this kind.")] = None,
    run_id: RunId = "latest",
    *,
    as_json: AsJson = False,
) -> None:
    """Why one section, course, student or staff member is, or is not, in the ODS.

    Shows the send gates in order, the Teacher-of-Record decision and its timeline, the ledger's
    states and the findings. A key that may mean several things lists them, and leaves with 2.
    """
    found = _run(ctx, run_id).why(key, school=school, kind=kind)
    answer(as_json, found.as_json(), found.text)
    if found.is_ambiguous:
        raise typer.Exit(AMBIGUOUS)


def rules(
    ctx: typer.Context,
    rule_id: Annotated[str | None, typer.Argument(metavar="ID", help="One rule, in full.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """The catalogue of rules, with their sources."""
    catalogue = _catalogue(ctx.obj)
    if rule_id is None:
        document = {"rules": [_document(one) for one in catalogue.values()]}
        rows = [(one.id, one.worst_severity, one.title) for _, one in sorted(catalogue.items())]
        answer(as_json, document, columns(rows) if rows else "There are no rules.")
        return
    if rule_id.upper() not in catalogue:
        raise NotFoundError(
            f"There is no rule {rule_id!r}.", next_step="`edfi-audit rules` lists them all."
        )
    one = catalogue[rule_id.upper()]
    answer(as_json, _document(one), _described(one))


def _catalogue(settings: Path | None) -> "dict[str, Rule]":
    """Every rule by its id, with the district's own where there is a settings file."""
    from edfi_audit import bundled
    from edfi_audit.settings import FILE_NAME, Settings
    from edfi_audit.validation.catalogue import load_suites

    there = settings or Path(FILE_NAME).is_file()
    own = Settings.load(settings).own_rules if there else None
    suites = load_suites(bundled.expectations(), own)
    return {rule.id: rule for suite in suites for rule in suite.rules}


def _warnings(run: "Run") -> list[str]:
    """What makes the run's findings doubtful as a whole."""
    from edfi_audit.settings import AuditSettings

    audited = {key: run.facts[key] for key in ("school_year", "audit_date")}
    warning = AuditSettings(**audited).warning
    return [warning] if warning else []


def _run(ctx: typer.Context, run_id: str) -> "Run":
    audit = edfi_audit.Audit.open(ctx.obj)
    return edfi_audit.Run(audit.store.run(run_id))


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """A `StoreError` when `path` cannot be written, before or while the block writes it."""
    from duckdb import IOException

    if path.is_dir():
        raise StoreError(
            f"{path} cannot be written: it is a folder.", next_step="Name a file in it with -o."
        )
    try:
        yield
    except (OSError, IOException) as error:
        reason = getattr(error, "strerror", None) or "the disk refuses"
        raise StoreError(
            f"{path} cannot be written: {reason}.",
            next_step="Check the free space and the permissions, or name another file with -o.",
        ) from error


def _document(rule: "Rule") -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(rule)


def _described(rule: "Rule") -> str:
    severity = rule.severity.default
    if rule.severity.by:
        levels = ", ".join(f"{value}: {level}" for value, level in rule.severity.levels)
        severity = f"by {rule.severity.by} ({levels}; otherwise {severity})"
    lines = {
        "Severity": severity,
        "Profiles": ", ".join(rule.profiles),
        "Looks at": rule.gate,
        "Expected": rule.expected,
        "Observed": rule.observed,
        "Fix": rule.remedy,
        "Screen": rule.screen,
        "Source": f"“{rule.source.phrase}” ({rule.source.file}, {rule.confidence})",
        "DPI message": rule.message,
        "Headline flag": rule.flag,
        "Suite": rule.suite,
        "Needs": ", ".join(rule.needs),
    }
    text = [wrapped(f"{name + ':':<15}{value}", 0, 15) for name, value in lines.items() if value]
    return "\n".join([f"{rule.id}  {rule.title}", "", *text])


def _near(path: Path) -> str:
    """`path` from here, where it lies below."""
    here = Path.cwd()
    full = path.resolve()
    return str(full.relative_to(here) if full.is_relative_to(here) else full)


def _quiet(_sentence: str) -> None:
    """The steps of a command that answers in JSON."""
