"""A pull under way: its plan, its journal and what it holds, beside the store's records.

    <store>/ods/.pull-<connection>/plan.json, journal/, held/<resource>/*.parquet

It outlives the process, so that a pull which was cut off goes on where it stopped. It is given up
when the plan no longer fits: another ODS, key, version of the tool or choice of resources, or an
ODS that has gone back behind the change version the pull had begun with.
"""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from edfi_audit.errors import AuditError, StoreError
from edfi_audit.ods.api import Api
from edfi_audit.ods.journal import Journal
from edfi_audit.settings import Connection
from edfi_audit.store import Store, read_json, write_json

try:
    import fcntl
except ImportError:  # pragma: no cover - elsewhere nothing keeps two pulls apart
    fcntl = None  # type: ignore[assignment]

__all__ = ["Plan", "Staging", "plan_for", "staging"]

_OLDEST = timedelta(days=7)
"""The age at which a pull that was cut off is begun anew."""

_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


@dataclass(frozen=True)
class Plan:
    """What a pull set out to read. `newest` is the change version all resources are read at.

    `source` stands for address, key and tool; two plans with the same one may go on for another.
    """

    source: str
    resources: tuple[str, ...]
    newest: int | None
    kind: Literal["full", "incremental"]
    page_size: int
    snapshot: dict[str, str]
    started_at: str
    pull_id: str

    def goes_on(self, kept: "Plan") -> bool:
        """Whether what was kept under another plan is what this one asks for."""
        same = replace(kept, newest=self.newest, started_at=self.started_at, pull_id=self.pull_id)
        young = datetime.now(UTC) - datetime.fromisoformat(kept.started_at) < _OLDEST
        behind = (kept.newest is None) == (self.newest is None) and (kept.newest or 0) <= (
            self.newest or 0
        )
        moved = bool(kept.snapshot) and kept.newest != self.newest
        return self == same and young and behind and not moved


@dataclass(frozen=True)
class Staging:
    """An open pull under way; `resumed` tells whether it had been begun before."""

    folder: Path
    plan: Plan
    journal: Journal
    resumed: bool

    def held(self, resource: str) -> Path:
        """Where the rows of a resource are kept."""
        return self.folder / "held" / resource

    def give_up(self) -> None:
        """What was read is of no use: without its plan nobody goes on with it."""
        (self.folder / "plan.json").unlink()


def plan_for(
    api: Api, connection: Connection, resources: tuple[str, ...], *, incremental: bool
) -> Plan:
    """The plan of a pull that begins now."""
    key = "\n".join([api.endpoints.data, connection.client_id, version("edfi-audit")])
    return Plan(
        source=hashlib.sha256(key.encode()).hexdigest()[:32],
        resources=resources,
        newest=_pinned(api),
        kind="incremental" if incremental else "full",
        page_size=connection.page_size,
        snapshot=dict(api.headers),
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        pull_id=uuid4().hex,
    )


def _pinned(api: Api) -> int | None:
    """The newest change version as the pull begins, or that of the snapshot it reads."""
    if api.change_versions is None or api.headers:
        return api.newest() if api.change_versions else None
    return api.change_versions.newest


@contextmanager
def staging(store: Store, name: str, plan: Plan, done: str | None) -> Iterator[Staging]:
    """The pull under way for `name`, gone on with if it fits `plan`, else begun anew.

    `done` is the id of the pull that the store already holds. When the block ends well the folder
    is removed; when it raises, it stays if any page is in it, unless it was given up.
    """
    folder = store.root / "ods" / f".pull-{name}"
    try:
        _private_folders(store.root, folder)
        with _alone(folder, name):
            store.sweep(folder.with_name(name))
            kept = _kept(folder)
            resumed = kept is not None and kept.pull_id != done and plan.goes_on(kept)
            if not resumed:
                _clear(folder)
                write_json(folder / "plan.json", asdict(plan))
                kept = plan
            journal = Journal(folder / "journal")
            try:
                yield Staging(folder, kept or plan, journal, resumed)
            except BaseException:
                if not journal.pages or not (folder / "plan.json").exists():
                    shutil.rmtree(folder, ignore_errors=True)
                raise
            finally:
                journal.close()
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        if error.errno in _FULL:
            raise
        raise StoreError(
            f"The store {store.root} cannot be written: {error.strerror}.",
            next_step="Check the folder's permissions or set [store] path.",
        ) from error


def _kept(folder: Path) -> Plan | None:
    try:
        content: dict[str, Any] = read_json(folder / "plan.json")
        return Plan(**{**content, "resources": tuple(content["resources"])})
    except (AuditError, KeyError, TypeError):
        return None


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "lock":
            path.unlink()


def _private_folders(root: Path, folder: Path) -> None:
    for path in (root, folder.parent, folder):
        if not path.exists():
            path.mkdir(mode=0o700, parents=True)


@contextmanager
def _alone(folder: Path, name: str) -> Iterator[None]:
    """Hold the folder for this process; a `StoreError` while another one has it."""
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if fcntl is not None:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StoreError(
                    f"Another pull through {name} is under way.",
                    next_step="Wait until it has ended.",
                ) from None
        yield
    finally:
        with suppress(OSError):
            os.close(descriptor)
