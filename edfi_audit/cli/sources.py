"""The commands that look at sources and bring them in: check, pull, load."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import edfi_audit
from edfi_audit.cli.output import AsJson, ConnectionName, answer, columns, counted, reading, wrapped
from edfi_audit.errors import SourceError

if TYPE_CHECKING:
    from edfi_audit.audit import Audit
    from edfi_audit.ods.manifest import Manifest
    from edfi_audit.sis.manifest import ExtractManifest

__all__ = ["check", "load", "pull"]

SOURCE_INCOMPLETE = SourceError.exit_status
_SHOWN = 3
"""Unreadable cells of a table that are named."""


def check(
    ctx: typer.Context, connection: ConnectionName = None, *, as_json: AsJson = False
) -> None:
    """Can I connect, what may my key see, what my extract lacks.

    Leaves with 3 when an audit would mislead: another school year, no records, a resource that the
    key may not read.
    """
    from edfi_audit.ods.check import check as look

    audit = edfi_audit.Audit.open(ctx.obj)
    name = audit.settings.connection_name(connection)
    seen = look(audit.settings.connection(name))
    extract = list(_extract_sentences(audit))
    document = {
        "connection": name,
        "ods": list(seen.sentences),
        "extract": extract,
        "ready": not seen.faults,
    }
    text = "\n".join(wrapped(one, hang=2) for one in (*seen.sentences, "", *extract))
    answer(as_json, document, text)
    if seen.faults:
        typer.echo("edfi-audit: an audit would mislead; see the warnings of the check.", err=True)
        raise typer.Exit(SOURCE_INCOMPLETE)


def pull(
    ctx: typer.Context,
    connection: ConnectionName = None,
    *,
    accept_denied: Annotated[
        bool,
        typer.Option(
            "--accept-denied", help="Drop what is stored of a resource that is now denied."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """ODS → store, with a verdict on every resource."""
    audit = edfi_audit.Audit.open(ctx.obj)
    with reading(as_json) as progress:
        manifest = audit.pull(connection, accept_denied=accept_denied, progress=progress)
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


def _pulled(manifest: "Manifest") -> str:
    rows = [
        (name, f"{part.rows:,}" if part.stored else "—", part.verdict.replace("_", " "))
        for name, part in manifest.resources.items()
    ]
    version = f"API {manifest.api_version}, " if manifest.api_version else ""
    head = (
        f"Pulled {counted(manifest.rows, 'record')} through {manifest.connection} "
        f"({version}{manifest.paging} paging)."
    )
    return f"{columns(rows, right=[1])}\n\n{wrapped(head)}"


def _loaded(manifest: "ExtractManifest") -> str:
    rows = [
        (name, f"{report.rows:,}", counted(len(report.columns), "column"), report.file)
        for name, report in manifest.tables.items()
    ]
    lines = [columns(rows, right=[1, 2]), "", f"Loaded {counted(manifest.rows, 'row')}."]
    for name, report in manifest.tables.items():
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


def _extract_sentences(audit: "Audit") -> Iterator[str]:
    """What the loaded extract lacks, and which rules that silences."""
    if not audit.store.extracts():
        yield "No SIS extract has been loaded; `edfi-audit load PATH` does it."
        return
    missing = audit.missing_in_extract()
    for reason, rules in missing.items():
        yield f"{reason[0].upper()}{reason[1:]}: {', '.join(rules)} cannot be evaluated."
    if not missing:
        yield "The extract has everything the rules need."
