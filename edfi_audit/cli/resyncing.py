"""The command that tells what a resync, or a changed key, would do."""

from typing import Annotated

import typer

import edfi_audit
from edfi_audit.cli.output import AsJson, answer
from edfi_audit.cli.runs import RunId, School
from edfi_audit.errors import SettingsError

__all__ = ["resync_preview"]


def resync_preview(  # noqa: PLR0913 - one option each
    ctx: typer.Context,
    resource: Annotated[
        str | None,
        typer.Argument(metavar="RESOURCE", help="Only this one, such as courseOfferings."),
    ] = None,
    rename: Annotated[
        list[str] | None,
        typer.Option(
            "--rename",
            metavar="KIND:OLD=NEW",
            help="What renaming a course, school or session would do instead: course:OLD=NEW. "
            "May be given more than once.",
        ),
    ] = None,
    school: School = None,
    run_id: RunId = "latest",
    *,
    as_json: AsJson = False,
) -> None:
    """What a resync would post and delete, before anyone does it; or what a changed key would.

    Sends nothing: it reads the identity ledger of a finished run.
    """
    run = edfi_audit.Run(edfi_audit.Audit.open(ctx.obj).store.run(run_id))
    if rename and resource:
        raise SettingsError(
            "A changed key reaches every dependent resource, not one.",
            next_step=f"Leave out {resource}, or --rename.",
        )
    told = (
        run.rename_preview(*rename, school=school)
        if rename
        else run.resync_preview(resource, school)
    )
    answer(as_json, told.document(), str(told))
