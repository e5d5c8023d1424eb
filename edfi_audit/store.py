"""The local store: where pulled records, extracts and runs lie, and how a part is replaced.

    <store>/ods/<connection>/manifest.json, <resource>/*.parquet, departures.parquet
    <store>/sis/<extract>/manifest.json, <table>.parquet
    <store>/runs/<run id>/

Everything is 0700/0600: it is student data. A part is written beside its place and swapped in
whole, so that a reader finds the old one or the new one and never half of either.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from edfi_audit.errors import NotFoundError, StoreError
from edfi_audit.privacy import refuse_committed

__all__ = ["MANIFEST", "Store", "read_json", "write_json"]

MANIFEST = "manifest.json"
_NEW, _OLD = ".new-", ".old"
_PARTS = ("ods", "sis", "runs")


@dataclass(frozen=True)
class Store:
    """A folder of Parquet files; `root` need not exist yet."""

    root: Path

    def ods(self, connection: str) -> Path:
        """The folder of the records pulled through `connection`."""
        return self._settled(self.root / "ods" / connection)

    def sis(self, extract: str) -> Path:
        """The folder of the tables loaded as `extract`."""
        return self._settled(self.root / "sis" / extract)

    def run(self, run_id: str) -> Path:
        """The folder of one run; `latest` names the newest."""
        runs = self.runs()
        if run_id == "latest" and runs:
            return self.root / "runs" / runs[-1]
        if not runs:
            raise NotFoundError(
                f"There is no run yet in {self.root}.", next_step="Run `edfi-audit run` first."
            )
        if run_id not in runs:
            raise NotFoundError(
                f"There is no run {run_id!r} in {self.root}.",
                next_step=f"Newest: {runs[-1]}.",
            )
        return self.root / "runs" / run_id

    def runs(self) -> list[str]:
        """The ids of all finished runs, oldest first."""
        return self._names("runs")

    def connections(self) -> list[str]:
        """The connections that have been pulled."""
        return self._names("ods")

    def extracts(self) -> list[str]:
        """The SIS extracts that have been loaded."""
        return self._names("sis")

    def require_uncommitted(self) -> None:
        """A `StoreError` when the store lies where git would commit it."""
        folders = [self.root / part / name for part in _PARTS for name in ("name", f"{_NEW}name")]
        refuse_committed(self.root, *(folder / "part.parquet" for folder in folders))

    def _names(self, part: str) -> list[str]:
        folder = self.root / part
        if not folder.is_dir():
            return []
        for kept in folder.glob(f".*{_OLD}"):
            self._settled(folder / kept.name[1 : -len(_OLD)])
        return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))

    @contextmanager
    def replacing(self, target: Path) -> Iterator[Path]:
        """An empty folder that takes the place of `target` when the block ends well.

        When the block raises, the folder is removed and `target` is as it was. Nothing is written
        where git would commit it.
        """
        self.require_uncommitted()
        try:
            _private_folder(target.parent, top=self.root)
            staged = target.parent / f"{_NEW}{target.name}-{uuid4().hex[:8]}"
            staged.mkdir(mode=0o700)
        except OSError as error:
            raise StoreError(
                f"The store {self.root} cannot be written: {error.strerror}.",
                next_step="Check the folder's permissions or set [store] path.",
            ) from error
        try:
            yield staged
            _make_private(staged)
            self._swap(staged, target)
        except BaseException:
            shutil.rmtree(staged, ignore_errors=True)
            raise

    def sweep(self, target: Path) -> None:
        """Remove what a killed process has left of a replacement of `target`.

        Only for who knows that no other process is replacing it.
        """
        for staged in target.parent.glob(f"{_NEW}{target.name}-{'[0-9a-f]' * 8}"):
            shutil.rmtree(staged, ignore_errors=True)

    def _swap(self, staged: Path, target: Path) -> None:
        old = _old(target)
        if target.exists():
            target.rename(old)
        staged.rename(target)
        shutil.rmtree(old, ignore_errors=True)

    def _settled(self, target: Path) -> Path:
        """Finish a swap that was cut off between its two renames, then return `target`."""
        old = _old(target)
        if old.exists():
            if target.exists():
                shutil.rmtree(old, ignore_errors=True)
            else:
                old.rename(target)
        return target


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in `path`; a `StoreError` when it is absent or damaged."""
    try:
        loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise StoreError(f"{path} is missing.", next_step="Pull or load again.") from error
    except ValueError as error:
        raise StoreError(f"{path} is damaged.", next_step="Pull or load again.") from error
    return loaded


def write_json(path: Path, value: object) -> None:
    """Write `value` as readable JSON, readable by the owner alone."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n"
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def _old(target: Path) -> Path:
    return target.parent / f".{target.name}{_OLD}"


def _private_folder(folder: Path, *, top: Path) -> None:
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in missing:
        if path == top or top in path.parents:
            path.chmod(0o700)


def _make_private(folder: Path) -> None:
    folder.chmod(0o700)
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        if path.is_file():
            _flush(path)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
