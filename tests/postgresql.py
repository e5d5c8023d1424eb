"""A PostgreSQL server of the tests' own: real binaries, a temporary folder, a free port."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

OWNER, PASSWORD = "ods_owner", "synthetic-password"
UNPRIVILEGED = "postgres"
"""Who runs the server when the tests run as root, which PostgreSQL refuses."""


@dataclass(frozen=True)
class Server:
    """A running server. Every password is `PASSWORD`."""

    programs: Path
    port: int

    def url(self, database, user=OWNER, password=PASSWORD):
        """The address of one database."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def run(self, database, sql):
        """Run SQL as the owner."""
        subprocess.run(  # noqa: S603
            [self.programs / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", self.url(database)],
            input=sql,
            text=True,
            check=True,
            capture_output=True,
        )

    def create(self, database, sql=""):
        """A new database, filled by `sql`; its address."""
        self.run("postgres", f"CREATE DATABASE {database}")
        self.run(database, sql)
        return self.url(database)


@contextmanager
def server() -> Iterator[Server]:
    """Start a server; it is stopped, and its folder removed, when the block ends."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="edfi-audit-postgresql-"))
    identity = {}
    if os.geteuid() == 0:
        shutil.chown(folder, UNPRIVILEGED, UNPRIVILEGED)
        identity = {"user": UNPRIVILEGED, "group": UNPRIVILEGED, "extra_groups": []}

    def run(*command):
        subprocess.run(command, cwd=folder, check=True, capture_output=True, **identity)  # noqa: S603

    (folder / "password").write_text(PASSWORD)
    data = folder / "data"
    control = [programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
    try:
        initialise = ["-U", OWNER, "-A", "scram-sha-256", "--pwfile", folder / "password"]
        settings = ["--no-sync", "--encoding", "UTF8", "--locale", "C"]
        run(programs / "initdb", "-D", data, *initialise, *settings)
        port = _free_port()
        listen = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        run(*control, "-o", listen, "start")
        try:
            yield Server(programs, port)
        finally:
            run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _programs():
    """The folder of initdb: on the path, or where Debian keeps the newest."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    kept = list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not kept:
        message = "no PostgreSQL server is installed: run .ci/install-postgresql"
        raise FileNotFoundError(message)
    return max(kept, key=lambda path: float(path.parts[-3])).parent
