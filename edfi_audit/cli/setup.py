"""The commands around an audit: demo, init, sandbox."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

import edfi_audit
from edfi_audit.cli.output import AsJson, answer, program, reading, step
from edfi_audit.errors import SettingsError, SourceError

if TYPE_CHECKING:
    from edfi_audit.audit import Audit

__all__ = ["demo", "init", "sandbox"]

SECRET_VARIABLE = "SANDBOX_SECRET"  # noqa: S105 - a variable's name
REPORT = "report.html"


Where = Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make it in.")]


class World(StrEnum):
    """The synthetic districts."""

    TINY = "tiny"
    DEMO = "demo"


def demo(
    folder: Where = Path("demo"),
    size: Annotated[
        World, typer.Option("--size", help="How large a district: 60 or 3,000 students.")
    ] = World.DEMO,
    *,
    as_json: AsJson = False,
) -> None:
    """A synthetic district, end to end; prints where it all is.

    Makes the district, serves its ODS on this machine, pulls over HTTP, loads the extract, runs
    the rules and writes the report. In the folder of an earlier demo its settings and runs stay.
    """
    from edfi_audit.cli.workspace import adopt, sparing_settings
    from edfi_audit.sandbox.world import generate

    say = _quiet if as_json else step
    adopt(folder)
    say(f"Making a synthetic district in {folder}")
    with sparing_settings(folder) as settings:
        generate(folder, size=str(size))
    audit = edfi_audit.Audit.open(settings)
    say("Starting a stand-in ODS")
    with _served(folder / "ods") as base_url, reading(as_json) as progress:
        say(f"Pulling from {base_url}")
        here = _at(audit, base_url)
        here.pull(progress=progress)
        say("Loading the SIS extract")
        here.load()
        run = here.run(step=say)
    say("Writing the report")
    page = run.report(folder / REPORT)
    document = run.summary | {"folder": folder, "run": run.folder, "report": page}
    command = f"{program()} -c {shlex.quote(str(settings))}"
    text = (
        f"{run!r}\n\nReport:    {page}\nFindings:  {command} findings"
        f"\nNotebook:  {command} notebook"
    )
    answer(as_json, document, text)


def init(
    folder: Where = Path(),
    *,
    as_json: AsJson = False,
) -> None:
    """Settings file, folders and notebooks of an audit."""
    from edfi_audit.cli.workspace import lay_out

    made = lay_out(folder)
    text = "\n".join(
        [
            *(f"Made {path}" for path in made),
            "",
            f"Next: write your ODS into {made[0]}, then run `{program()} check`.",
        ]
    )
    answer(as_json, {"made": made}, text)


def sandbox(  # noqa: PLR0913, PLR0917 - one option each
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="Serve the <resource>.jsonl files of DIR."),
    ] = None,
    world: Annotated[
        World | None, typer.Option("--world", help="Serve a synthetic district, made anew.")
    ] = None,
    port: Annotated[int, typer.Option("--port", help="0 takes a free one.")] = 8765,
    flavour: Annotated[
        str, typer.Option("--flavour", metavar="VERSION", help="Which ODS/API it speaks.")
    ] = "7.3",
    key: Annotated[str, typer.Option("--key", help="The key it accepts.")] = "sandbox",
    deny: Annotated[
        list[str] | None,
        typer.Option("--deny", metavar="RESOURCE", help="Answer 403 for it; may be repeated."),
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", help="Serve one school year, as year-specific hosts do.")
    ] = None,
    tenant: Annotated[
        str | None,
        typer.Option("--tenant", metavar="NAME", help="Put an instance or tenant into its paths."),
    ] = None,
    script: Annotated[
        Path | None,
        typer.Option("--script", metavar="FILE", help="Let the faults in this JSON file happen."),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Serve a stand-in ODS on this machine; Ctrl-C ends it.

    The secret is sandbox-secret, or the value of the environment variable SANDBOX_SECRET.
    docs/reference/faults.md says what a script of faults is.
    """
    from edfi_audit.sandbox.script import read_script
    from edfi_audit.sandbox.server import Options, serve

    options = Options(
        flavour=flavour,
        key=key,
        secret=os.environ.get(SECRET_VARIABLE) or Options.secret,
        denied=frozenset(deny or ()),
        year=year,
        tenant=tenant,
        script=read_script(script) if script else (),
    )

    def announce(base_url: str) -> None:
        document = json.dumps({"base_url": base_url, "key": key, "flavour": flavour})
        text = f"Ed-Fi ODS/API {flavour} (a stand-in) at {base_url}, key {key}. Ctrl-C ends it."
        typer.echo(document if as_json else text)
        sys.stdout.flush()

    with _records(data, world) as folder:
        serve(folder, options, port=port, announce=announce)


@contextmanager
def _records(data: Path | None, world: World | None) -> Iterator[Path]:
    """The folder of records to serve."""
    if (data is None) == (world is None):
        raise SettingsError("What shall be served?", next_step="Give --data DIR or --world NAME.")
    if data is not None:
        yield data
        return
    from edfi_audit.sandbox.world import generate

    with TemporaryDirectory(prefix="edfi-audit-") as folder:
        generate(Path(folder), size=str(world))
        yield Path(folder) / "ods"


@contextmanager
def _served(data: Path) -> Iterator[str]:
    """The base URL of a sandbox that serves `data` from a process of its own."""
    command = ("-m", "edfi_audit.cli", "sandbox", "--data", str(data), "--port", "0", "--json")
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, *command], stdout=subprocess.PIPE, text=True
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise SourceError(
                "The sandbox did not start.", next_step="Try `edfi-audit sandbox --world tiny`."
            )
        yield json.loads(line)["base_url"]
    finally:
        process.terminate()
        process.wait()


def _at(audit: "Audit", base_url: str) -> "Audit":
    """`audit` with its only connection leading to `base_url`."""
    connections = {
        name: {**connection, "base_url": base_url}
        for name, connection in audit.settings.connections.items()
    }
    return replace(audit, settings=audit.settings.model_copy(update={"connections": connections}))


def _quiet(_sentence: str) -> None:
    """The steps of a command that answers in JSON."""
