"""The commands together, the options before them, and what an error looks like."""

import atexit
import os
import sys
import warnings
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from edfi_audit.cli import purging, resyncing, runs, setup, sources
from edfi_audit.cli.notebook import notebook
from edfi_audit.errors import AuditError, StoreError
from edfi_audit.privacy import PrivacyWarning

__all__ = ["app", "main"]

INTERNAL_ERROR = 70
INTERRUPTED = 130


class _Commands(TyperGroup):
    """Turns an error into one sentence on stderr and the exit status of its class."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            _leave_quietly()
        except OSError as error:
            _unless_debugging(ctx, error)
            typer.echo(f"edfi-audit: {_refused(error)}", err=True)
            _discard_the_rest()
            raise typer.Exit(StoreError.exit_status) from None
        except AuditError as error:
            _unless_debugging(ctx, error)
            typer.echo(f"edfi-audit: {error}", err=True)
            raise typer.Exit(error.exit_status) from None
        except KeyboardInterrupt:
            typer.echo("edfi-audit: stopped; what was stored before is as it was.", err=True)
            raise typer.Exit(INTERRUPTED) from None
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except Exception as error:  # noqa: BLE001 - its text may quote a row, so none is shown
            _unless_debugging(ctx, error)
            typer.echo(f"edfi-audit: {_unforeseen(error)}", err=True)
            raise typer.Exit(INTERNAL_ERROR) from None
        else:
            return result


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - an option's value
    if wanted:
        typer.echo(f"edfi-audit {version('edfi-audit')}")
        raise typer.Exit


app = typer.Typer(
    name="edfi-audit",
    cls=_Commands,
    help="Find the gaps between an Ed-Fi ODS, the SIS that feeds it, and the specification.",
    epilog=(
        "Exit status: 0 done; 1 done, with findings at or above --fail-on; 2 a wrong option or "
        "setting, or a file that cannot be written; 3 a source could not be read completely; "
        "70 an error nobody foresaw; 130 stopped with Ctrl-C."
    ),
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _options(
    ctx: typer.Context,
    settings: Annotated[
        Path | None,
        typer.Option("-c", "--settings", metavar="FILE", help="Settings file [edfi-audit.toml]."),
    ] = None,
    *,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error arose.")] = False,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the version and leave.", is_eager=True, callback=_show_version
        ),
    ] = False,
) -> None:
    ctx.obj = settings
    ctx.meta["debug"] = debug


for _command in (
    setup.demo,
    setup.init,
    sources.check,
    sources.pull,
    sources.load,
    runs.run,
    runs.report,
    runs.findings,
    runs.why,
    runs.rules,
    resyncing.resync_preview,
    purging.purge,
    setup.sandbox,
    notebook,
):
    app.command()(_command)


def main() -> None:
    """The entry point `edfi-audit`."""
    atexit.register(_mute)
    warnings.showwarning = _warn
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    app()


_show = warnings.showwarning


def _warn(message: Any, category: type[Warning], *place: Any, **options: Any) -> None:  # noqa: ANN401
    """A warning on where student data is kept is a sentence; any other is as Python shows it."""
    if issubclass(category, PrivacyWarning):
        typer.echo(f"edfi-audit: {message}", err=True)
    else:
        _show(message, category, *place, **options)


def _mute() -> None:
    """Silence stderr for the last moments of the process; registered first, it runs last.

    With Great Expectations loaded, DuckDB's binding fills a page about objects it still holds.
    """
    sys.stderr.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _unless_debugging(ctx: typer.Context, error: Exception) -> None:
    if ctx.meta.get("debug"):
        raise error


def _leave_quietly() -> NoReturn:
    """Whoever read our output, such as `head`, has seen enough."""
    _discard_the_rest()
    raise typer.Exit


def _discard_the_rest() -> None:
    """What stdout still holds cannot be written; the interpreter must not try it at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refused(error: OSError) -> str:
    """What is said of a full disk or a place that may not be written."""
    place = error.filename or "The output"
    reason = error.strerror or type(error).__name__
    return f"{place} cannot be written: {reason}. Check the free space and the permissions."


def _unforeseen(error: Exception) -> str:
    """What is said of an error nobody foresaw: its kind only, for its text may quote a row."""
    return (
        f"something went wrong that should not have ({type(error).__name__}). "
        "Run again with --debug to see where, and report it."
    )
