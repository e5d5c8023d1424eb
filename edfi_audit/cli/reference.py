"""docs/reference/cli.md, made from the commands' own help.

`python -m edfi_audit.cli.reference > docs/reference/cli.md` brings it up to date.
"""

import sys
from typing import Any

import typer

from edfi_audit.cli.app import app

__all__ = ["reference"]

_WIDTH = 80
_HEAD = """\
# The command line

Made from the commands' own `--help`. Settings are described in [settings.md](settings.md).

Text goes to stdout, progress and errors to stderr. Every command takes `--json` and then prints
one JSON document instead of text.
"""


def reference() -> str:
    """The whole page: the program, then each command, as `--help` shows them at 80 columns."""
    program: Any = typer.main.get_command(app)
    whole = _context(program, "edfi-audit", None)
    parts = [_HEAD, _section("edfi-audit", program.get_help(whole))]
    for name, command in program.commands.items():
        parts.append(
            _section(f"edfi-audit {name}", command.get_help(_context(command, name, whole)))
        )
    return "\n".join(parts)


def _context(command: Any, name: str, parent: Any) -> typer.Context:  # noqa: ANN401
    return typer.Context(
        command,
        info_name=name,
        parent=parent,
        terminal_width=_WIDTH,
        help_option_names=["-h", "--help"],
    )


def _section(title: str, text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return f"## {title}\n\n```text\n{lines}\n```\n"


if __name__ == "__main__":
    sys.stdout.write(reference())
