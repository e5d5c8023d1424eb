import re
import subprocess
import sys

import pytest

COMMANDS = {
    "demo",
    "init",
    "check",
    "pull",
    "load",
    "run",
    "report",
    "findings",
    "why",
    "rules",
    "purge",
    "sandbox",
    "notebook",
}


def test_commands(folder):
    """Help lists exactly the commands there are, each with a whole sentence."""
    text = folder.run("--help").stdout
    listed = re.findall(r"^  (\w+)  +\S.*\.$", text.partition("Commands:")[2], re.MULTILINE)
    assert set(listed) == COMMANDS


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_speaks_json(folder, command):
    """Each command takes --json."""
    assert "--json" in folder.run(command, "--help").stdout


def test_usage_errors_end_with_two(folder):
    """An unknown command or option is a usage error."""
    assert folder.run("no-such-command").returncode == 2
    assert folder.run("pull", "--secret", "x").returncode == 2


def test_version(folder):
    """The version is told without a settings file."""
    assert folder.run("--version").stdout.startswith("edfi-audit 0.")


def test_help_is_light():
    """Help loads none of the heavy libraries, which take seconds."""
    heavy = "great_expectations|pandas|pyarrow|duckdb|plotly|jinja2|httpx|uvicorn"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "edfi_audit.cli", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert not re.findall(rf"\| +({heavy})\b", done.stderr)
