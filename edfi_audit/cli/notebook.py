"""The command notebook: JupyterLab on an audit's notebooks, as a careful owner would start it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

import edfi_audit
from edfi_audit.cli.output import AsJson, answer
from edfi_audit.errors import NotFoundError, SettingsError

__all__ = ["notebook"]

_SECONDS_TO_LEAVE = 10
_OWNER_ALONE = 0o077


def notebook(
    ctx: typer.Context,
    port: Annotated[
        int | None,
        typer.Option("--port", metavar="PORT", help="Which port [8888, or the next free]."),
    ] = None,
    *,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Open no browser; print the address.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """JupyterLab on the notebooks beside the settings file.

    Ctrl-C ends it. File → Save and Export Notebook As → HTML gives a page that loads nothing from
    the network.
    """
    folder = edfi_audit.Audit.open(ctx.obj).settings.folder / "notebooks"
    if not folder.is_dir():
        raise NotFoundError(
            f"There is no folder {folder}.",
            next_step="`edfi-audit init` makes one with the notebooks in it.",
        )
    answer(as_json, {"notebooks": folder}, f"JupyterLab on {folder}. Ctrl-C ends it.")
    sys.stdout.flush()
    status = _run([*_command(folder), *_options(port, no_browser=no_browser)])
    if status:
        raise SettingsError(
            f"JupyterLab ended with status {status}.",
            next_step="What it said stands above; another --port may help.",
        )


def _command(folder: Path) -> Iterator[str]:
    """JupyterLab that exports offline pages, and asks the network for neither news nor packages."""
    from edfi_audit.report.notebook import export_settings

    yield from (sys.executable, "-m", "jupyterlab", str(folder))
    for component, settings in export_settings().items():
        for name, value in settings.items():
            several = sorted(value) if isinstance(value, list | set) else [value]
            yield from (f"--{component}.{name}={one}" for one in several)
    yield "--LabApp.news_url=None"
    yield "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate"
    yield "--LabApp.extension_manager=readonly"


def _options(port: int | None, *, no_browser: bool) -> Iterator[str]:
    if port is not None:
        yield from (f"--port={port}", "--ServerApp.port_retries=0")
    if no_browser:
        yield "--no-browser"
    if os.name == "posix" and os.geteuid() == 0:
        yield "--allow-root"


def _run(command: Sequence[str]) -> int:
    """The status `command` ends with; 0 when it was this process that was asked to end.

    What it writes is readable by its owner alone. It never outlives this process: it has no
    terminal to ask on whether Ctrl-C is meant, and SIGTERM is passed on.
    """
    with (
        _ended_like_ctrl_c(),
        subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.DEVNULL, umask=_OWNER_ALONE if os.name == "posix" else -1
        ) as process,
    ):
        try:
            return process.wait()
        except KeyboardInterrupt:
            return 0
        finally:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_SECONDS_TO_LEAVE)
    except subprocess.TimeoutExpired:
        process.kill()


@contextmanager
def _ended_like_ctrl_c() -> Iterator[None]:
    """SIGTERM, and the loss of the terminal, arrive as Ctrl-C does."""
    signals = [signal.SIGTERM, *([signal.SIGHUP] if os.name == "posix" else [])]
    before = {one: signal.signal(one, signal.default_int_handler) for one in signals}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
