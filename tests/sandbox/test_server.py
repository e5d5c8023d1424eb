"""The server as a process: where it listens, how it starts and stops."""

import os
import signal
import socket
import subprocess
import sys

import httpx
import pytest

from edfi_audit.errors import SettingsError
from edfi_audit.sandbox.server import Options, running, serve

SERVE = """
import sys
from pathlib import Path
from edfi_audit.sandbox.server import serve

serve(Path(sys.argv[1]), port=0, announce=lambda url: print(url, flush=True))
print("stopped", flush=True)
"""


def test_it_listens_on_this_machine_only(folder):
    """The base URL is 127.0.0.1, and no other address of the machine answers."""
    with running(folder) as base_url:
        port = int(base_url.rpartition(":")[2])
        with (
            pytest.raises(ConnectionRefusedError),
            socket.create_connection(("127.0.0.2", port), 1),
        ):
            pass

    assert base_url == f"http://127.0.0.1:{port}"


def test_it_is_gone_after_the_block(folder):
    """Its port refuses the next connection."""
    with running(folder) as base_url:
        assert httpx.get(base_url).status_code == 200

    with pytest.raises(httpx.ConnectError):
        httpx.get(base_url)


def test_two_servers_run_side_by_side(folder):
    """Each has a port and a release of its own."""
    with running(folder) as one, running(folder, Options(flavour="6.1")) as two:
        versions = [httpx.get(url).json()["version"] for url in (one, two)]

    assert versions == ["7.3", "6.1"]


def test_a_port_in_use_is_named(folder):
    """The error says which port, and what to do."""
    with running(folder) as base_url:
        port = int(base_url.rpartition(":")[2])
        with pytest.raises(SettingsError, match=rf"Port {port} .* --port"):
            serve(folder, port=port)


@pytest.mark.skipif(os.name != "posix", reason="an interrupt cannot be sent to one process here")
def test_serve_announces_its_address_and_ends_with_an_interrupt(folder):
    """Control-C ends it without an error, and nothing is written about the requests it had."""
    process = subprocess.Popen(  # noqa: S603 - this package's own server
        [sys.executable, "-c", SERVE, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    base_url = process.stdout.readline().strip()
    answer = httpx.get(base_url, params={"studentUniqueId": "900001"})
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=10)

    assert answer.json()["version"] == "7.3"
    assert (process.returncode, output, errors) == (0, "stopped\n", "")
