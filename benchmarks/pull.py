"""One collection read four ways from the stand-in ODS, with 20 ms more for every request.

    python benchmarks/pull.py                            50,000 rows, releases 6.1 and 7.3
    python benchmarks/pull.py --rows 500000 --flavours 7.3

Made-up student section associations are served by a process of its own; then each way reads them
in a process of its own, over four connections where it can:

- `edfi_api_client`: every row from its generator, as its users do, in pages of 500
- `lightbeam`: its `fetch`, to JSON lines, in pages of 500 with a pool of four
- `pull`: `edfi_audit.ods.pull.pull`, to Parquet with a log of pages and a verdict
- `bare`: four threads that get the pages by offset and parse nothing: what the server can give

Seconds are on the clock; imports are left out, but for lightbeam, which is a command. Processor
seconds are the reader's own, imports and all. MB is the peak of its memory. Every way must
read all rows, or the benchmark fails. Nothing is left behind.
"""

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

WAYS = ("bare", "pull", "edfi_api_client", "lightbeam")
COLLECTION = "studentSectionAssociations"
KEY, SECRET = "sandbox", "sandbox-secret"
PAGE = 500
CONNECTIONS = 4
LATENCY = 0.020


def made_up(folder: Path, rows: int) -> None:
    """Write `rows` made-up associations as an ODS serves them."""
    with (folder / f"{COLLECTION}.jsonl").open("w", encoding="utf-8") as file:
        for number in range(rows):
            row = {
                "sectionReference": {
                    "localCourseCode": f"C-{number % 150}",
                    "schoolId": 255901001 + number % 20,
                    "schoolYear": 2026,
                    "sectionIdentifier": f"S-{number % 4000:05}",
                    "sessionName": "2025-26 Fall",
                },
                "studentReference": {"studentUniqueId": f"{number // 6:010}"},
                "beginDate": "2025-09-02",
                "endDate": "2026-01-16",
                "homeroomIndicator": False,
            }
            if number % 2:
                row["attemptStatusDescriptor"] = "uri://dpi.wi.gov/AttemptStatusDescriptor#Passed"
            file.write(json.dumps(row) + "\n")


def serve(folder: str, flavour: str) -> None:
    """Serve `folder` until standard input ends; print the address."""
    from edfi_audit.sandbox.server import Options, running

    options = Options(flavour=flavour, latency_seconds=LATENCY, token_limit=0)
    with running(Path(folder), options) as base_url:
        print(base_url, flush=True)
        sys.stdin.read()


# ---- the ways: each returns seconds and the rows it read


def pull(base_url: str, folder: Path) -> tuple[float, int]:
    """The pull of this package."""
    from edfi_audit.ods.pull import pull as read
    from edfi_audit.settings import Connection
    from edfi_audit.store import Store

    connection = Connection(
        base_url=base_url, client_id=KEY, client_secret=SECRET, concurrency=CONNECTIONS
    )
    began = time.perf_counter()
    manifest = read(connection, "ods", Store(folder / "store"), resources=[COLLECTION])
    seconds = time.perf_counter() - began
    if not manifest.complete:
        sys.exit(f"The pull is not verified: {manifest.resources[COLLECTION].reason}.")
    return seconds, manifest.rows


def edfi_api_client(base_url: str, _folder: Path) -> tuple[float, int]:
    """The client of the community, row by row."""
    from edfi_api_client import EdFiClient

    began = time.perf_counter()
    client = EdFiClient(base_url, KEY, SECRET)
    rows = sum(1 for _ in client.resource(COLLECTION).get_rows(page_size=PAGE))
    return time.perf_counter() - began, rows


def lightbeam(base_url: str, folder: Path) -> tuple[float, int]:
    """The command that fetches to files."""
    edfi_api = {
        "base_url": base_url, "version": 3, "mode": "shared_instance", "year": 2026,
        "client_id": KEY, "client_secret": SECRET,
    }  # fmt: skip
    connection = {
        "pool_size": CONNECTIONS, "timeout": 60, "num_retries": 3, "backoff_factor": 1.5,
        "retry_statuses": [429, 503], "verify_ssl": False,
    }  # fmt: skip
    content = {
        "state_dir": str(folder / "state"), "data_dir": str(folder / "data"),
        "namespace": "ed-fi", "edfi_api": edfi_api, "connection": connection,
        "fetch": {"page_size": PAGE}, "log_level": "WARNING",
    }  # fmt: skip
    (folder / "data").mkdir()
    config = folder / "lightbeam.yaml"
    config.write_text(json.dumps(content), encoding="utf-8")
    command = [sys.executable, "-m", "lightbeam", "fetch", "-c", str(config), "-s", COLLECTION]
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=folder)  # noqa: S603
    seconds = time.perf_counter() - began
    with (folder / "data" / f"{COLLECTION}.jsonl").open(encoding="utf-8") as file:
        return seconds, sum(1 for _ in file)


def bare(base_url: str, _folder: Path) -> tuple[float, int]:
    """Pages by offset over kept-alive connections, unread."""
    import httpx

    began = time.perf_counter()
    with httpx.Client(timeout=60, limits=httpx.Limits(max_connections=CONNECTIONS)) as client:
        grant = client.post(
            f"{base_url}/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(KEY, SECRET),
        )
        client.headers["authorization"] = f"Bearer {grant.json()['access_token']}"
        url = f"{base_url}/data/v3/ed-fi/{COLLECTION}"
        answer = client.get(url, params={"limit": "0", "totalCount": "true"})
        total = int(answer.headers["total-count"])
        offsets = range(0, total, PAGE)
        with ThreadPoolExecutor(CONNECTIONS) as threads:
            pages = [{"offset": str(at), "limit": str(PAGE)} for at in offsets]
            sizes = threads.map(lambda page: len(client.get(url, params=page).content), pages)
            whole = all(size > len("[]") for size in sizes)
    return time.perf_counter() - began, total if whole else 0


# ---- running them


def one(way: str, base_url: str, folder: Path) -> None:
    """Run one way in this process, and print what it took."""
    seconds, rows = globals()[way](base_url, folder)
    who = resource.RUSAGE_CHILDREN if way == "lightbeam" else resource.RUSAGE_SELF
    used = resource.getrusage(who)
    print(json.dumps({
        "seconds": seconds, "rows": rows, "processor": used.ru_utime + used.ru_stime,
        "mb": used.ru_maxrss / 1024,
    }))  # fmt: skip


def _again(*arguments: str) -> list[str]:
    return [sys.executable, __file__, *arguments]


def main() -> None:
    """Read the options, run every way on every release, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--flavours", nargs="+", default=["6.1", "7.3"])
    parser.add_argument("--ways", nargs="+", default=WAYS, choices=WAYS)
    parser.add_argument("--serve", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(*options.serve)
        return
    if options.one:
        one(options.one[0], options.one[1], Path(options.one[2]))
        return
    print(f"{options.rows:,} rows, {LATENCY * 1000:.0f} ms more per request\n")
    print(
        f"{'':6} {'way':16} {'rows/s':>9} {'of bare':>8} {'seconds':>8} {'processor':>9} {'MB':>5}"
    )
    with tempfile.TemporaryDirectory() as folder:
        records = Path(folder) / "records"
        records.mkdir()
        made_up(records, options.rows)
        for flavour in options.flavours:
            _compare(flavour, records, options.ways, options.rows)


def _compare(flavour: str, records: Path, ways: list[str], rows: int) -> None:
    server = subprocess.Popen(  # noqa: S603
        _again("--serve", str(records), flavour), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    with contextlib.ExitStack() as stack:
        stack.callback(server.wait)
        stack.callback(server.communicate)
        base_url = (server.stdout.readline() if server.stdout else "").strip()
        best = None
        for way in ways:
            with tempfile.TemporaryDirectory() as own:
                environment = {**os.environ, "EDFI_AUDIT_TOKEN_DIR": f"{own}/tokens"}
                done = subprocess.run(  # noqa: S603
                    _again("--one", way, base_url, own), check=True, capture_output=True,
                    text=True, env=environment,
                )  # fmt: skip
            took = json.loads(done.stdout.splitlines()[-1])
            if took["rows"] != rows:
                sys.exit(f"{way} read {took['rows']:,} of {rows:,} rows.")
            rate = rows / took["seconds"]
            best = best or rate
            print(
                f"{flavour:6} {way:16} {rate:9,.0f} {rate / best:8.0%} {took['seconds']:8.2f} "
                f"{took['processor']:9.2f} {took['mb']:5.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
