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
    from edfi_audit.settings import Connection, DatabaseConnection
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
    audit = edfi_audit.Audit.open(ctx.obj)
    name = audit.settings.connection_name(connection)
    sentences, ready = _ods_sentences(audit.settings.connection(name))
    extract = list(_extract_sentences(audit))
    document = {"connection": name, "ods": list(sentences), "extract": extract, "ready": ready}
    text = "\n".join(wrapped(one, hang=2) for one in (*sentences, "", *extract))
    answer(as_json, document, text)
    if not ready:
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


def _ods_sentences(connection: "Connection | DatabaseConnection") -> tuple[tuple[str, ...], bool]:
    """What the ODS says of itself, by API or database, and whether an audit may rest on it."""
    from edfi_audit import settings

    if isinstance(connection, settings.DatabaseConnection):
        from edfi_audit.ods.database.check import check as look_into

        return look_into(connection).sentences, True
    from edfi_audit.ods.check import check as look

    seen = look(connection)
    return seen.sentences, not seen.faults


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
