"""The command line as a user meets it: real processes, a real sandbox, a synthetic district."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from edfi_audit.sandbox.world import generate

CLI = (sys.executable, "-m", "edfi_audit.cli")


@dataclass(frozen=True)
class Folder:
    """A folder to audit in, and the command line run there."""

    path: Path

    def run(self, *arguments, stdout=subprocess.PIPE, **environment):
        """The finished process of `edfi-audit ARGUMENTS`; `stdout` takes what it prints."""
        return subprocess.run(  # noqa: S603
            [*CLI, *map(str, arguments)],
            cwd=self.path,
            env={**os.environ, "EDFI_AUDIT_TOKEN_DIR": str(self.path / ".tokens")} | environment,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            timeout=300,
            check=False,
        )

    def answer(self, *arguments):
        """The JSON document that a command prints; it must end with 0."""
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def connect(self, base_url, **connection):
        """Write settings whose only connection leads to `base_url`."""
        values = {
            "base_url": base_url,
            "year": 2026,
            "client_id": "sandbox",
            "client_secret": "sandbox-secret",
            **connection,
        }
        lines = "\n".join(f"{key} = {json.dumps(value)}" for key, value in values.items())
        (self.path / "edfi-audit.toml").write_text(
            "[audit]\naudit_date = 2026-06-20\n\n"
            f"[connections.ods]\n{lines}\n\n"
            '[sis]\nsection_identifier = "{course.number}-{section.number}"\n\n'
            '[store]\npath = "store"\n'
        )

    @property
    def stored(self):
        """Every file of the store and a hash of its content, but for a pull that can go on."""
        return {
            str(path.relative_to(self.path)): sha256(path.read_bytes()).hexdigest()
            for path in sorted((self.path / "store").rglob("*"))
            if path.is_file() and "/.pull-" not in path.as_posix()
        }


@contextmanager
def served(*options):
    """The base URL of `edfi-audit sandbox OPTIONS` in a process of its own."""
    with subprocess.Popen(  # noqa: S603
        [*CLI, "sandbox", *map(str, options), "--port", "0", "--json"],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield json.loads(process.stdout.readline())["base_url"]
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    """The folder of the tiny synthetic district: ods/, sis/ and its settings."""
    folder = tmp_path_factory.mktemp("world")
    generate(folder, size="tiny")
    return folder


@pytest.fixture(scope="session")
def ods(world):
    """The base URL of a sandbox that serves the district."""
    with served("--data", world / "ods") as base_url:
        yield base_url


@pytest.fixture(scope="session")
def audited(tmp_path_factory, ods, world):
    """A folder in which the district was pulled, loaded and evaluated once."""
    folder = Folder(tmp_path_factory.mktemp("audited"))
    folder.connect(ods)
    for command in (("pull",), ("load", world / "sis"), ("run",)):
        done = folder.run(*command)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def folder(tmp_path):
    """An empty folder."""
    return Folder(tmp_path)


@pytest.fixture
def filled(tmp_path, audited):
    """A copy of the audited folder, to be spoiled."""
    shutil.copytree(audited.path, tmp_path / "copy")
    return Folder(tmp_path / "copy")


@pytest.fixture
def serve():
    """Start a sandbox with these options; see `served`."""
    return served
