"""The stand-in ODS as a running server, on this machine only.

    with running(Path("records")) as base_url:
        ...

It speaks plain HTTP on 127.0.0.1 and holds whatever `<resource>.jsonl` files it is given. What
`running` yields is the base URL, and a `Sandbox`: it changes the data and tells the truth of them.
"""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import uvicorn

from edfi_audit.errors import SettingsError
from edfi_audit.sandbox.application import create_app
from edfi_audit.sandbox.connections import Connections
from edfi_audit.sandbox.handle import Sandbox
from edfi_audit.sandbox.ods import Ods, open_ods
from edfi_audit.sandbox.options import Options
from edfi_audit.sandbox.script import require_known

__all__ = ["Options", "Sandbox", "running", "serve"]

_HOST = "127.0.0.1"


def serve(
    data: Path,
    options: Options | None = None,
    *,
    port: int = 8765,
    announce: Callable[[str], None] | None = None,
) -> None:
    """Serve the records in `data` until interrupted.

    `announce` is called with the base URL once it accepts connections; `port` 0 takes a free one.
    `SettingsError` for a folder without records, an unknown flavour, a script about a resource
    that is not there or a port in use, `SourceError` for a line that is no record.
    """
    ods = open_ods(data, options or Options())
    require_known(ods.options.script, ods.records.collections)
    with _listening(port) as listener:
        if announce is not None:
            announce(_url(listener))
        try:
            _server(ods).run(sockets=[listener])
        except KeyboardInterrupt:
            return


@contextmanager
def running(data: Path, options: Options | None = None, *, port: int = 0) -> Iterator[Sandbox]:
    """A server in a thread of its own, on a free port; yields its base URL and stops it at the end.

    Errors as `serve`.
    """
    ods = open_ods(data, options or Options())
    with _listening(port) as listener:
        server = _server(ods)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield Sandbox.of(_url(listener), ods)
        finally:
            server.should_exit = True
            thread.join()


def _listening(port: int) -> socket.socket:
    """A socket that already queues connections, so that no caller has to wait and try again.

    Its protocol is named because asyncio turns Nagle's delay off (40 ms per answer) only then.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere the option would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((_HOST, port))
        listener.listen()
    except OSError:
        listener.close()
        raise SettingsError(
            f"Port {port} on {_HOST} cannot be used.", next_step="Choose another one with --port."
        ) from None
    return listener


def _url(listener: socket.socket) -> str:
    return f"http://{_HOST}:{listener.getsockname()[1]}"


def _server(ods: Ods) -> uvicorn.Server:
    connections = Connections()
    return uvicorn.Server(
        uvicorn.Config(
            create_app(ods, connections),
            http=connections.protocol,
            lifespan="off",
            log_config=None,  # no line per request: a query may hold a student's id
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=2,
        )
    )
