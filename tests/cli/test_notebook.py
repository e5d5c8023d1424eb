"""`edfi-audit notebook` from outside: a real JupyterLab on this machine."""

import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import pytest

from edfi_audit import bundled

pytestmark = pytest.mark.skipif(os.name != "posix", reason="ends a process by signal")

COMMAND = (sys.executable, "-m", "edfi_audit.cli", "notebook")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def environment(tmp_path):
    return os.environ | {
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
        "JUPYTER_DATA_DIR": str(tmp_path / "data"),
    }


@contextmanager
def jupyter(folder, tmp_path):
    """The running command and what JupyterLab says of itself in its runtime folder."""
    process = subprocess.Popen(  # noqa: S603
        [*COMMAND, "--no-browser", "--port", str(free_port())],
        cwd=folder.path,
        env=environment(tmp_path),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        while not (found := list((tmp_path / "runtime").glob("jpserver-*.json"))):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        time.sleep(0.5)
        yield process, json.loads(found[0].read_text())
    finally:
        process.terminate()
        process.wait(30)


def page(server, path):
    address = f"{server['url']}{path}"
    request = urllib.request.Request(  # noqa: S310
        address, headers={"Authorization": f"token {server['token']}"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return answer.read().decode()


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def notebooks(folder, ods):
    """The folder of notebooks of an audit."""
    folder.connect(ods)
    made = folder.path / "notebooks"
    shutil.copytree(bundled.notebooks(), made, ignore=shutil.ignore_patterns(".*"))
    return made


def test_notebook(folder, notebooks, tmp_path):
    """JupyterLab serves the folder, exports offline pages, asks for no news, and ends with us."""
    first = min(path.name for path in notebooks.glob("*.ipynb"))
    with jupyter(folder, tmp_path) as (process, server):
        assert server["root_dir"] == str(notebooks)
        exported = page(server, f"nbconvert/html/{first}")
        assert "Content-Security-Policy" in exported
        assert not re.findall(r"""<(?:script|link|img)[^>]*(?:src|href)=["']?https?:""", exported)
        config = re.search(
            r'<script id="jupyter-config-data" type="application/json">(.*?)</script>',
            page(server, "lab"),
            re.DOTALL,
        )
        assert json.loads(config[1])["news"] == {"disabled": True}
        manager = json.loads(page(server, "lab/api/extensions?page=1"))
        assert not [one for one in manager if not one["installed"]]
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert not is_alive(server["pid"])


def test_what_jupyterlab_writes_is_private(folder, notebooks, tmp_path):
    """A file that JupyterLab makes in the notebooks' folder is readable by its owner alone."""
    with jupyter(folder, tmp_path) as (_, server):
        request = urllib.request.Request(  # noqa: S310
            f"{server['url']}api/contents/new.txt",
            data=json.dumps({"type": "file", "format": "text", "content": "x"}).encode(),
            method="PUT",
            headers={"Authorization": f"token {server['token']}"},
        )
        urllib.request.urlopen(request, timeout=60).close()  # noqa: S310
    assert stat.S_IMODE((notebooks / "new.txt").stat().st_mode) == 0o600


@pytest.mark.usefixtures("notebooks")
def test_jupyterlab_that_cannot_start(folder, tmp_path):
    """A port in use is one sentence of ours after JupyterLab's own words, and status 2."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        done = folder.run("notebook", "--no-browser", "--port", port, **environment(tmp_path))
    assert done.returncode == 2
    said = [line for line in done.stderr.splitlines() if line.startswith("edfi-audit: ")]
    assert len(said) == 1
    assert "JupyterLab ended with status 1. " in said[0]
    assert "Traceback" not in done.stderr


def test_notebook_without_notebooks(audited):
    """Without notebooks beside the settings the command says how to get them."""
    done = audited.run("notebook")
    assert done.returncode == 2
    assert "`edfi-audit init`" in done.stderr


def test_the_notebooks_of_init_are_private(folder):
    """Notebooks keep what they showed, so their folder is the owner's alone."""
    folder.run("init", "mine")
    assert stat.S_IMODE((folder.path / "mine" / "notebooks").stat().st_mode) == 0o700
