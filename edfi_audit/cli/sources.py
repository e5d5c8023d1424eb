"""The commands that look at sources and bring them in: check, pull, load."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import edfi_audit
from edfi_audit.cli.output import AsJson, ConnectionName, answer, columns, counted, reading, wrapped
from edfi_audit.errors import SourceError

if TYPE_CHECKING:
    from edfi_audit.ods.manifest import Manifest
    from edfi_audit.sis.manifest import ExtractManifest

__all__ = ["check", "load", "pull"]

SOURCE_INCOMPLETE = SourceError.exit_status
_SHOWN = 3
"""Unreadable cells of a table that are named."""


def check(
    ctx: typer.Context, connection: ConnectionName = None, *, as_json: AsJson = False
) -> None:
    """Can I connect, what may my key see, what can be evaluated.

    Leaves with 3 when an audit would mislead: another school year or agency, no records, a resource
    that the key may not read.
    """
    from edfi_audit.cli.checking import look

    audit = edfi_audit.Audit.open(ctx.obj)
    document, text = look(audit, audit.settings.connection_name(connection))
    answer(as_json, document, text)
    if not document["ready"]:
        typer.echo("edfi-audit: an audit would mislead; see the warnings of the check.", err=True)
        raise typer.Exit(SOURCE_INCOMPLETE)


def pull(
    ctx: typer.Context,
    connection: ConnectionName = None,
    *,
    full: Annotated[
        bool, typer.Option("--full", help="Read everything again, not only what changed.")
    ] = False,
    accept_denied: Annotated[
        bool,
        typer.Option(
            "--accept-denied", help="Drop what is stored of a resource that is now denied."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """ODS → store, with a verdict on every resource.

    After a verified pull only what changed is read; everything is read again when
    full_refresh_days of the connection are over, or with --full.
    """
    audit = edfi_audit.Audit.open(ctx.obj)
    with reading(as_json) as progress:
        manifest = audit.pull(connection, accept_denied=accept_denied, full=full, progress=progress)
    answer(as_json, manifest.to_json(), _pulled(manifest))
    lost = [name for name, part in manifest.resources.items() if part.verdict in _INCOMPLETE]
    for name in lost:
        part = manifest.resources[name]
        typer.echo(
            f"edfi-audit: {name} could not be read completely: {part.reason}. "
            f"{_INCOMPLETE[part.verdict]}",
            err=True,
        )
    if lost:
        raise typer.Exit(SOURCE_INCOMPLETE)


_INCOMPLETE = {
    "denied": "Ask the host of the ODS for a claim set that reads it; until then, rules that need "
    "it are not evaluated.",
    "count_mismatch": "Pull again when nobody writes to the ODS.",
}


def load(
    ctx: typer.Context,
    path: Annotated[
        Path | None,
        typer.Argument(metavar="PATH", help="Folder or .zip [default: [sis] extract]."),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """SIS extract → store: CSV, Parquet or XLSX, a file per table."""
    audit = edfi_audit.Audit.open(ctx.obj)
    with reading(as_json) as progress:
        manifest = audit.load(path, progress=progress)
    answer(as_json, manifest.as_json(), _loaded(manifest))


def _waived(manifest: "ExtractManifest") -> str:
    from edfi_audit.sis import title_of

    return (
        f"This is {title_of(manifest.layout)}: it has no word for "
        f"{', '.join(name for name in manifest.waived)}. Send gates that ask for them hold "
        "nothing back, and rules that judge them are not evaluated."
    )


def _pulled(manifest: "Manifest") -> str:
    rows = [
        (name, f"{part.rows:,}" if part.stored else "—", part.verdict.replace("_", " "))
        for name, part in manifest.resources.items()
    ]
    version = f"API {manifest.api_version}, " if manifest.api_version else ""
    way = "one snapshot" if manifest.paging == "snapshot" else f"{manifest.paging} paging"
    head = (
        f"Pulled {counted(manifest.rows, 'record')} through {manifest.connection} ({version}{way})."
    )
    text = " ".join([head, *_how(manifest)])
    return "\n\n".join([columns(rows, right=[1]), wrapped(text), *_doubts(manifest)])


def _how(manifest: "Manifest") -> Iterator[str]:
    """How the pull was made, where it was no plain full one."""
    reading = manifest.reading
    if reading.kind == "incremental" and reading.full_at:
        yield f"Only changes were read; all was read on {reading.full_at:%Y-%m-%d}."
    if reading.resumed:
        yield "It went on where an earlier pull had stopped."
    if reading.snapshot:
        yield "The records are those of a snapshot its host keeps."


def _doubts(manifest: "Manifest") -> Iterator[str]:
    """What is not proven to be complete, and what had drifted from the ODS unseen."""
    for name, part in manifest.resources.items():
        if part.verdict == "unverified":
            yield wrapped(f"{name} is not proven to be complete: {part.reason}.", 0, 2)
        if part.drift:
            text = f"{name} had drifted by {abs(part.drift):,} records that no change told of; "
            yield wrapped(f"{text}it was read again in full.", 0, 2)


def _loaded(manifest: "ExtractManifest") -> str:
    rows = [
        (name, f"{report.rows:,}", counted(len(report.columns), "column"), report.file)
        for name, report in manifest.sources.items()
    ]
    lines = [columns(rows, right=[1, 2]), "", f"Loaded {counted(manifest.rows, 'row')}."]
    if manifest.waived:
        lines.append(wrapped(_waived(manifest), 0, 2))
    for name, report in manifest.sources.items():
        if report.absent_columns:
            lines.append(wrapped(f"{name} has no {', '.join(report.absent_columns)}.", 0, 2))
        if report.unreadable_count:
            cells = ", ".join(f"row {one.row} {one.column}" for one in report.unreadable[:_SHOWN])
            more = ", …" if report.unreadable_count > _SHOWN else ""
            number = counted(report.unreadable_count, "cell")
            text = f"{report.file}: {number} cannot be read ({cells}{more})."
            lines.append(wrapped(text, 0, 2))
    if manifest.absent_tables:
        lines.append(wrapped(f"Not in the extract: {', '.join(manifest.absent_tables)}.", 0, 2))
    if manifest.ignored_files:
        lines.append(wrapped(f"Ignored: {', '.join(manifest.ignored_files)}.", 0, 2))
    return "\n".join(lines)
