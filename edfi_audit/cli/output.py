"""What a command prints: text or one JSON document on stdout, progress on stderr."""

import json
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

from edfi_audit.lines import columns, counted, wrapped

__all__ = [
    "AsJson",
    "ConnectionName",
    "Reading",
    "answer",
    "columns",
    "counted",
    "iso",
    "program",
    "reading",
    "step",
    "wrapped",
]

AsJson = Annotated[
    bool,
    typer.Option("--json", help="Print one JSON document instead of text.", show_default=False),
]
ConnectionName = Annotated[
    str | None,
    typer.Option("--connection", metavar="NAME", help="Which connection [the only one]."),
]


class Reading(Protocol):
    """Told how far the reading of something has come."""

    def __call__(self, resource: str, rows: int, expected: int | None = None) -> None:
        """`rows` of `resource` so far, of `expected` if that is known."""


def answer(as_json: bool, document: Mapping[str, Any], text: str) -> None:  # noqa: FBT001
    """Print `document` as JSON, or `text`."""
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False, default=iso) if as_json else text)


def program() -> str:
    """What to type for `edfi-audit` here: its path where the shell does not find this one."""
    if shutil.which("edfi-audit"):
        return "edfi-audit"
    script = Path(sys.argv[0])
    if script.stem != "edfi-audit":
        return shlex.join([sys.executable, "-m", "edfi_audit.cli"])
    here = Path.cwd()
    full = script.absolute()
    return shlex.quote(str(full.relative_to(here) if full.is_relative_to(here) else full))


def step(sentence: str) -> None:
    """Say on stderr what begins now."""
    typer.echo(f"{sentence} …", err=True)


@contextmanager
def reading(as_json: bool) -> Iterator[Reading]:  # noqa: FBT001
    """Progress on stderr: bars on a terminal, a line per table elsewhere, nothing with --json."""
    if as_json:
        yield _quiet
    elif sys.stderr.isatty():
        with _bars() as bars:
            yield bars
    else:
        yield _Lines()


def iso(value: object) -> str:
    """How JSON writes what it has no form for: times in ISO 8601, the rest as text."""
    return value.isoformat() if isinstance(value, date) else str(value)


def _quiet(resource: str, rows: int, expected: int | None = None) -> None:
    """The progress of a command that answers in JSON."""


class _Lines:
    """One line when the reading of something begins."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def __call__(self, resource: str, rows: int, expected: int | None = None) -> None:
        if resource not in self._seen:
            self._seen.add(resource)
            size = counted(rows if expected is None else expected, "record")
            typer.echo(f"Reading {resource} ({size})", err=True)


@contextmanager
def _bars() -> Iterator[Reading]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    with Progress(
        TextColumn("{task.description:<32.32}"),
        BarColumn(bar_width=20),
        TextColumn("{task.completed:>9,.0f}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    ) as progress:
        tasks: dict[str, Any] = {}

        def show(resource: str, rows: int, expected: int | None = None) -> None:
            if resource not in tasks:
                tasks[resource] = progress.add_task(resource, total=expected)
            progress.update(tasks[resource], completed=rows)

        yield show
