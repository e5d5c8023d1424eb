"""What has been read so far, on disk: a log with one line per stored page, and the pages.

A page is written first and its line after it, so a line without its page is a torn one: the page's
sha256 in the line tells. Whoever opens the journal again finds every page that was whole, and
continues after it; the log is cleaned of the rest by an atomic rename. Pages, then lines, are
forced to the disk every second: that is what a power cut may cost, and a killed process nothing.

    <folder>/log.jsonl, spool/<stage>/<lane>
"""

import hashlib
import os
import shutil
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import orjson
import pyarrow as pa

__all__ = ["Journal", "Line", "StageLog"]

Line = Mapping[str, Any]

_FLUSH_SECONDS = 1.0


@dataclass
class StageLog:
    """One stage as logged: the specs of its lanes, its lines by lane, and how far it has come."""

    specs: list[Line]
    lines: dict[int, list[Line]] = field(default_factory=lambda: defaultdict(list))
    built: bool = False

    @property
    def pages(self) -> list[Line]:
        """The lines of all its stored pages."""
        return [line for lane in self.lines.values() for line in lane if line["kind"] == "page"]

    @property
    def given_up(self) -> int:
        """The rows that were left out because they make the ODS fail."""
        parts = [line for lane in self.lines.values() for line in lane if line["kind"] == "failed"]
        return sum(line["rows"] == 1 for line in parts)


class Journal:
    """An append-only journal in `folder`, opened anew or again. Safe to share between threads.

    `facts` are single things found out, by name; `stages` what was read, by name.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.facts: dict[str, Any] = {}
        self.stages: dict[str, StageLog] = {}
        self._log = folder / "log.jsonl"
        self._lock = threading.Lock()
        self._spools: dict[tuple[str, int], IO[bytes]] = {}
        self._touched: set[IO[bytes]] = set()
        self._flushed = time.monotonic()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._recover()
        self._file = _private(self._log, "ab")

    def close(self) -> None:
        """Flush everything, and let go of the files."""
        with self._lock:
            self._flush()
            for file in (self._file, *self._spools.values()):
                file.close()
            self._spools.clear()

    @property
    def pages(self) -> int:
        """How many pages are stored."""
        return sum(len(stage.pages) for stage in self.stages.values())

    def learn(self, name: str, value: object) -> None:
        """Keep a fact."""
        self.facts[name] = value
        self._append({"kind": "fact", "name": name, "value": value})

    def begin(self, stage: str, specs: list[Line]) -> StageLog:
        """Begin a stage with lanes of these specs; one that was begun before goes on."""
        if stage not in self.stages:
            self.stages[stage] = StageLog(specs)
            self._append({"kind": "stage", "stage": stage, "lanes": specs})
        return self.stages[stage]

    def store(self, stage: str, lane: int, batch: pa.RecordBatch, line: Line) -> None:
        """Keep a page, and the line that tells of it."""
        body = batch.serialize()
        digest = hashlib.sha256(body).hexdigest()
        with self._lock:
            spool = self._spool(stage, lane)
            at = spool.tell()
            spool.write(body)
            spool.flush()
            self._touched.add(spool)
            whole = {
                "kind": "page", "stage": stage, "lane": lane, **line,
                "at": at, "bytes": body.size, "sha256": digest,
            }  # fmt: skip
            self.stages[stage].lines[lane].append(whole)
            self._write(whole)
            due = self._due()
        _force(due)

    def gave_way(self, stage: str, lane: int, line: Line) -> None:
        """Note that a page could not be read, so that fewer rows are asked for."""
        whole = {"kind": "failed", "stage": stage, "lane": lane, **line}
        self.stages[stage].lines[lane].append(whole)
        self._append(whole)

    def batches(
        self, stage: str, schema: pa.Schema, seen: Counter[int] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """The pages of a stage, one at a time.

        `seen` tells how many lines of each lane were looked at before, and is kept up to date: who
        asks again with it gets what came since.
        """
        seen = Counter() if seen is None else seen
        with self._lock:
            lanes = {lane: lines[seen[lane] :] for lane, lines in self.stages[stage].lines.items()}
        for lane, lines in lanes.items():
            seen[lane] += len(lines)
            pages = [line for line in lines if line["kind"] == "page"]
            if not pages:
                continue
            with self._path(stage, lane).open("rb") as spool:
                for line in pages:
                    spool.seek(line["at"])
                    yield pa.ipc.read_record_batch(pa.py_buffer(spool.read(line["bytes"])), schema)

    def built(self, stage: str) -> None:
        """Note that a stage has become files of its own; its pages are let go."""
        self.stages[stage].built = True
        self._append({"kind": "built", "stage": stage})
        with self._lock:
            self._flush()
            for place in [place for place in self._spools if place[0] == stage]:
                self._spools.pop(place).close()
        shutil.rmtree(self._path(stage, 0).parent, ignore_errors=True)

    def drop(self, stage: str) -> None:
        """Forget a stage, which is to be read in another way."""
        self._append({"kind": "drop", "stage": stage})
        with self._lock:
            for place in [place for place in self._spools if place[0] == stage]:
                self._spools.pop(place).close()
            self.stages.pop(stage, None)
        shutil.rmtree(self._path(stage, 0).parent, ignore_errors=True)

    def _append(self, line: Line) -> None:
        with self._lock:
            self._write(line)

    def _write(self, line: Line) -> None:
        self._file.write(orjson.dumps(line) + b"\n")
        self._file.flush()

    def _due(self) -> list[IO[bytes]]:
        """The files to force to the disk now, if it is time; others may write meanwhile."""
        if time.monotonic() - self._flushed < _FLUSH_SECONDS:
            return []
        self._flushed = time.monotonic()
        files = [*self._touched, self._file]
        self._touched.clear()
        return files

    def _flush(self) -> None:
        """Pages before lines, so that a line on the disk has its page there."""
        _force([*self._touched, self._file])
        self._touched.clear()
        self._flushed = time.monotonic()

    def _spool(self, stage: str, lane: int) -> IO[bytes]:
        if (stage, lane) not in self._spools:
            path = self._path(stage, lane)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            spool = _private(path, "ab")
            spool.seek(0, os.SEEK_END)
            self._spools[stage, lane] = spool
        return self._spools[stage, lane]

    def _path(self, stage: str, lane: int) -> Path:
        return self.folder / "spool" / stage.replace("/", ".") / str(lane)

    def _recover(self) -> None:
        """Read the log again, as far as its lines and their pages are whole."""
        found = self._log.read_bytes().split(b"\n") if self._log.exists() else []
        kept = list(_parsed(found))
        for line in kept:
            if line["kind"] == "built":
                self.stages[line["stage"]].built = True
            elif line["kind"] == "stage":
                self.stages[line["stage"]] = StageLog(line["lanes"])
            elif line["kind"] == "drop":
                self.stages.pop(line["stage"], None)
            elif line["kind"] == "fact":
                self.facts[line["name"]] = line["value"]
            else:
                self.stages[line["stage"]].lines[line["lane"]].append(line)
        lost = [line for name in self.stages for line in self._torn(name)]
        if lost or len(kept) + 1 < len(found) or (found and found[-1]):
            self._rewrite(kept, lost)

    def _torn(self, name: str) -> list[Line]:
        """Cut each lane of a stage at the first page that is not whole; what was cut off."""
        stage, lost = self.stages[name], []
        for lane, lines in stage.lines.items() if not stage.built else ():
            path = self._path(name, lane)
            content = path.read_bytes() if path.exists() else b""
            whole = next((at for at, one in enumerate(lines) if not _whole(one, content)), None)
            if whole is not None:
                lost += lines[whole:]
                del lines[whole:]
            pages = [line for line in lines if line["kind"] == "page"]
            if content:
                os.truncate(path, pages[-1]["at"] + pages[-1]["bytes"] if pages else 0)
        return lost

    def _rewrite(self, kept: list[Line], lost: list[Line]) -> None:
        dropped = {id(line) for line in lost}
        staged = self._log.with_suffix(".new")
        with _private(staged, "wb") as file:
            file.writelines(orjson.dumps(line) + b"\n" for line in kept if id(line) not in dropped)
            file.flush()
            os.fsync(file.fileno())
        staged.replace(self._log)


def _whole(line: Line, content: bytes) -> bool:
    if line["kind"] != "page":
        return True
    body = content[line["at"] : line["at"] + line["bytes"]]
    return bool(hashlib.sha256(body).hexdigest() == line["sha256"])


def _parsed(lines: list[bytes]) -> Iterator[Line]:
    for line in lines:
        try:
            yield orjson.loads(line)
        except orjson.JSONDecodeError:
            return


def _force(files: list[IO[bytes]]) -> None:
    """Have the disk take what was written; a file that was closed meanwhile needs it no more."""
    for file in files:
        with suppress(ValueError):
            os.fsync(file.fileno())


def _private(path: Path, mode: str) -> IO[bytes]:
    """`path`, readable by its owner alone."""
    flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if "a" in mode else os.O_TRUNC)
    return os.fdopen(os.open(path, flags, 0o600), mode)
