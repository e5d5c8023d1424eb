"""`edfi-audit purge` as a user meets it."""

import json
import os
import pty
import shutil
import subprocess
import sys

import pytest

from edfi_audit import Audit

CLI = (sys.executable, "-m", "edfi_audit.cli")


@pytest.fixture(scope="module")
def pulled(tmp_path_factory, ods, world):
    """The path of a folder in which the district was pulled and loaded once."""
    path = tmp_path_factory.mktemp("pulled")
    settings = path / "edfi-audit.toml"
    settings.write_text(
        f'[connections.ods]\nbase_url = "{ods}"\nclient_id = "sandbox"\n'
        'client_secret = "sandbox-secret"\n\n[store]\npath = "store"\n'
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDFI_AUDIT_TOKEN_DIR", str(path / ".tokens"))
        audit = Audit.open(settings)
        audit.pull()
        audit.load(world / "sis")
    return path


@pytest.fixture
def stored(folder, pulled):
    """A copy of that folder, to be purged."""
    shutil.copytree(pulled, folder.path, dirs_exist_ok=True)
    return folder


def answered(folder, text, *arguments):
    """The exit status and the output of a command on a terminal, answered with `text`."""
    controller, terminal = pty.openpty()
    with subprocess.Popen(  # noqa: S603
        [*CLI, *arguments],
        cwd=folder.path,
        env={**os.environ, "EDFI_AUDIT_TOKEN_DIR": str(folder.path / ".tokens")},
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        os.write(controller, text.encode())
        output = process.communicate(timeout=60)[0]
    os.close(terminal)
    os.close(controller)
    return process.returncode, output


def test_a_purge_shows_what_went_and_what_is_left(stored):
    """The records, their token and nothing else go; the sentence counts them."""
    files = [path for path in (stored.path / "store" / "ods").rglob("*") if path.is_file()]
    tokens = list((stored.path / ".tokens").iterdir())
    size = sum(path.stat().st_size for path in (*files, *tokens))
    assert tokens
    done = stored.run("purge", "--connection", "ods", "--yes")
    assert done.returncode == 0, done.stderr
    assert f"Removed {len(files) + 1:,} files with {size:,} bytes." in " ".join(done.stdout.split())
    assert "Left in the store:\nextract" in done.stdout
    assert list((stored.path / "store" / "ods").iterdir()) == []
    assert list((stored.path / ".tokens").iterdir()) == []
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_a_purge_as_json(stored):
    """Everything goes; the document says what, and that nothing is left."""
    document = stored.answer("purge", "--all", "--yes")
    assert document["left"] == []
    kinds = [one["kind"] for one in document["removed"]]
    assert kinds == ["connection", "extract", "token"]
    assert document["files"] == sum(one["files"] for one in document["removed"])
    assert stored.stored == {}
    again = stored.answer("purge", "--all", "--yes")
    assert (again["removed"], again["files"]) == ([], 0)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--all"], "there is no terminal to ask on. Add --yes."),
        (["--yes"], "What is to be removed? Say --connection NAME"),
        (["--connection", "ods-9", "--yes"], "There is no connection 'ods-9'"),
        (["--extract", "../ods/ods", "--yes"], "There is no extract '../ods/ods'"),
    ],
)
def test_a_wrong_purge_removes_nothing(stored, arguments, sentence):
    """One sentence, status 2, and the store as it was."""
    before = stored.stored
    done = stored.run("purge", *arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert stored.stored == before


def test_on_a_terminal_it_asks(stored):
    """It lists what would go; no keeps it, yes removes it."""
    before = stored.stored
    status, output = answered(stored, "n\n", "purge", "--all")
    assert status == 0
    assert "connection" in output
    assert "Nothing was removed." in output
    assert stored.stored == before
    status, output = answered(stored, "y\n", "purge", "--all")
    assert status == 0
    assert "none of them is there" in " ".join(output.split())
    assert stored.stored == {}


def test_a_spared_purge_says_so(stored):
    """Nothing is old enough, so nothing is asked and nothing removed."""
    before = json.dumps(stored.stored)
    done = stored.run("purge", "--all", "--older-than", "30")
    assert done.returncode == 0
    assert "There was nothing to remove." in done.stdout
    assert json.dumps(stored.stored) == before
