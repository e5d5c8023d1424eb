"""The wheel, installed into an environment of its own, finds its suites, SQL and notebooks."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def uv(*arguments):
    """Run uv, which `make` names in the environment; its absence is a failure, not a skip."""
    command = os.environ.get("UV") or shutil.which("uv")
    assert command, "uv is not installed; `make test` installs it."
    subprocess.run(  # noqa: S603
        [command, *map(str, arguments)], cwd=ROOT, check=True, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The `edfi-audit` command of a clean environment that holds the wheel and nothing of ours."""
    folder = tmp_path_factory.mktemp("wheel")
    uv("build", "--wheel", "--out-dir", folder / "dist")
    uv("venv", folder / "venv")
    requirements = folder / "requirements.txt"
    uv("export", "--frozen", "--no-emit-project", "--no-default-groups", "-o", requirements)
    bin_ = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    python = ("--python", bin_ / "python")
    uv("pip", "install", *python, "--require-hashes", "-r", requirements)
    uv("pip", "install", *python, "--no-deps", *(folder / "dist").glob("*.whl"))
    return bin_ / "edfi-audit"


def answer(command, *arguments, cwd):
    done = subprocess.run(  # noqa: S603
        [command, *arguments, "--json"], cwd=cwd, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_installed_command_knows_every_rule(installed, tmp_path):
    """The suites are in the wheel: as many rules as the repository's suites have expectations."""
    suites = (ROOT / "expectations").glob("*.json")
    wanted = sum(len(json.loads(suite.read_text())["expectations"]) for suite in suites)
    assert len(answer(installed, "rules", cwd=tmp_path)["rules"]) == wanted


def test_the_installed_command_brings_the_notebooks(installed, tmp_path):
    """`init` copies the notebooks that the wheel carries."""
    answer(installed, "init", "audit", cwd=tmp_path)
    assert (tmp_path / "audit" / "notebooks" / "gaps_by_school.ipynb").is_file()


def test_the_installed_command_runs_an_audit(installed, planted):
    """Tables, engine and templates are in the wheel: the same findings as from the repository.

    Those on renames since an earlier run are over: nothing has changed since.
    """
    finished = answer(installed, "run", cwd=planted.folder)
    wanted = planted.run.findings()
    wanted = wanted[~wanted["rule_id"].isin(["CO-015", "IDM-012", "SYN-007"])]
    assert finished["findings"] == wanted["severity"].value_counts().to_dict()
