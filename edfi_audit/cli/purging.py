"""The command that removes student data: purge."""

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

import edfi_audit
from edfi_audit.cli.output import AsJson, answer, columns, wrapped
from edfi_audit.errors import SettingsError

if TYPE_CHECKING:
    from edfi_audit.purge import Holding, Purged

__all__ = ["purge"]


def purge(  # noqa: PLR0913 - one option each
    ctx: typer.Context,
    connection: Annotated[
        list[str] | None,
        typer.Option(
            "--connection", metavar="NAME", help="What was pulled through it; may be repeated."
        ),
    ] = None,
    extract: Annotated[
        list[str] | None,
        typer.Option("--extract", metavar="NAME", help="This extract; may be repeated."),
    ] = None,
    older_than: Annotated[
        int | None,
        typer.Option("--older-than", metavar="DAYS", min=0, help="Spare what is younger."),
    ] = None,
    *,
    runs: Annotated[bool, typer.Option("--runs", help="Every run and its findings.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="All three.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove pulled data, extracts or runs, and prove it gone.

    What interrupted work left behind and a connection's token files go too. Reports that were
    written elsewhere, backups and copies are not found.
    """
    from edfi_audit.purge import Selection, carry_out, plan

    audit = edfi_audit.Audit.open(ctx.obj)
    selection = Selection(
        tuple(connection or ()), tuple(extract or ()), runs, everything, older_than
    )
    planned = plan(audit.store, audit.settings, selection)
    if planned.holdings and not yes and not _agreed(planned.holdings):
        typer.echo("Nothing was removed.", err=True)
        return
    purged = carry_out(planned)
    answer(as_json, _document(purged), "\n".join(_sentences(purged)))


def _agreed(holdings: "Iterable[Holding]") -> bool:
    if not sys.stdin.isatty():
        raise SettingsError(
            "Purging asks first, and there is no terminal to ask on.", next_step="Add --yes."
        )
    typer.echo(_table(holdings), err=True)
    return typer.confirm("Remove all of this?", err=True)


def _document(purged: "Purged") -> dict[str, Any]:
    return {
        "files": purged.files,
        "bytes": purged.size,
        "removed": [_entry(one) for one in purged.removed],
        "left": [_entry(one) for one in purged.left],
        "notes": list(purged.notes),
    }


def _entry(holding: "Holding") -> dict[str, Any]:
    return {
        "kind": holding.kind,
        "name": holding.name,
        "files": holding.files,
        "bytes": holding.size,
    }


def _sentences(purged: "Purged") -> Iterator[str]:
    if purged.removed:
        yield _table(purged.removed)
        yield ""
        yield wrapped(
            f"Removed {purged.files:,} files with {purged.size:,} bytes. The store was walked "
            "again: none of them is there."
        )
    else:
        yield "There was nothing to remove."
    if purged.left:
        yield "\nLeft in the store:"
        yield _table(purged.left)
    else:
        yield "Nothing is left in the store."
    for note in purged.notes:
        yield wrapped(f"Note: {note}", hang=2)


def _table(holdings: "Iterable[Holding]") -> str:
    rows = [(one.kind, one.name, f"{one.files:,} files", f"{one.size:,} bytes") for one in holdings]
    return columns(rows, right=[2, 3])
