"""Removing pulled data, extracts and runs, and proving that they are gone.

What a pull, load or run that was cut off has left behind (`.new-…`, `.pull-…`, `….old`) goes with
what it belongs to, and so do the token files of a connection. Afterwards the store is walked again.
"""

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from edfi_audit.errors import NotFoundError, SettingsError, StoreError
from edfi_audit.ods.auth import kept_tokens, token_folder
from edfi_audit.settings import Connection, Settings
from edfi_audit.store import MANIFEST, Store, read_json

try:
    import fcntl
except ImportError:  # pragma: no cover - elsewhere nothing tells that a pull is under way
    fcntl = None  # type: ignore[assignment]

__all__ = ["Holding", "Plan", "Purged", "Selection", "carry_out", "plan"]

Kind = Literal["connection", "extract", "run", "token", "other"]

_FOLDERS: dict[Kind, str] = {"connection": "ods", "extract": "sis", "run": "runs"}
_DATED: dict[Kind, tuple[str, str]] = {
    "connection": (MANIFEST, "finished_at"),
    "extract": (MANIFEST, "loaded_at"),
    "run": ("run.json", "created_at"),
}


@dataclass(frozen=True)
class Selection:
    """What to remove. `older_than` in days spares what is younger."""

    connections: tuple[str, ...] = ()
    extracts: tuple[str, ...] = ()
    runs: bool = False
    everything: bool = False
    older_than: int | None = None


@dataclass(frozen=True)
class Holding:
    """Something that is kept: one folder or file, and how much is in it."""

    kind: Kind
    name: str
    path: Path
    files: int
    size: int
    """Bytes."""

    @classmethod
    def at(cls, kind: Kind, path: Path) -> "Holding":
        """What lies at `path`, counted now."""
        sizes = [one.lstat().st_size for one in _files(path)]
        return cls(kind, path.name, path, len(sizes), sum(sizes))


@dataclass(frozen=True)
class Plan:
    """What would be removed; `notes` are sentences on what cannot be."""

    store: Store
    holdings: tuple[Holding, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Purged:
    """What was removed, and what the walk afterwards found to be left in the store."""

    removed: tuple[Holding, ...]
    left: tuple[Holding, ...]
    notes: tuple[str, ...]

    @property
    def files(self) -> int:
        """The number of files removed."""
        return sum(one.files for one in self.removed)

    @property
    def size(self) -> int:
        """The number of bytes removed."""
        return sum(one.size for one in self.removed)


def plan(store: Store, settings: Settings, selection: Selection) -> Plan:
    """What `selection` takes away.

    Raises a `SettingsError` when it selects nothing, a `NotFoundError` for a name that is not
    stored, and a `StoreError` while a pull is under way, or for a link, which might lead to
    somebody else's files.
    """
    if not (selection.connections or selection.extracts or selection.runs or selection.everything):
        raise SettingsError(
            "What is to be removed?",
            next_step="Say --connection NAME, --extract NAME, --runs or --all.",
        )
    chosen = tuple(_aged(_selected(store, selection), selection.older_than))
    for holding in chosen:
        if holding.path.is_symlink():
            raise StoreError(
                f"{holding.path} is a link, which purging does not follow; nothing was removed.",
                next_step="Remove the link and what it leads to.",
            )
        _require_idle(holding)
    tokens, notes = _tokens(settings, _connections(settings, selection, chosen))
    return Plan(store, (*chosen, *tokens), notes)


def carry_out(planned: Plan) -> Purged:
    """Remove what was planned, then walk the store again; a `StoreError` when anything is left."""
    for holding in planned.holdings:
        if holding.path.is_dir():
            shutil.rmtree(holding.path, ignore_errors=True)
        else:
            _unlink(holding.path)
    remaining = sum(len(list(_files(holding.path))) for holding in planned.holdings)
    undeleted = [one.path for one in planned.holdings if one.path.exists()]
    if undeleted:
        raise StoreError(
            f"{remaining} files could not be removed; the first is in {undeleted[0]}.",
            next_step="Close what has them open, check the folder's permissions, and purge again.",
        )
    return Purged(planned.holdings, tuple(_everything(planned.store)), planned.notes)


def _selected(store: Store, selection: Selection) -> Iterator[Holding]:
    wanted: dict[Kind, Sequence[str] | None] = {
        "connection": selection.connections,
        "extract": selection.extracts,
        "run": None if selection.runs else (),
    }
    for kind, names in wanted.items():
        entries = _entries(store, kind)
        if selection.everything or names is None:
            yield from entries
            continue
        for name in names:
            found = [one for one in entries if _belongs(one.name, name)]
            if not found:
                raise _unknown(store, kind, name, entries)
            yield from found


def _entries(store: Store, kind: Kind) -> list[Holding]:
    """All that lies in a part of the store, leftovers too."""
    folder = store.root / _FOLDERS[kind]
    return [Holding.at(kind, path) for path in sorted(folder.iterdir())] if folder.is_dir() else []


def _everything(store: Store) -> Iterator[Holding]:
    """All that lies in the store, whoever put it there."""
    for kind in _FOLDERS:
        yield from _entries(store, kind)
    if store.root.is_dir():
        for path in sorted(store.root.iterdir()):
            if path.name not in _FOLDERS.values():
                yield Holding.at("other", path)


def _belongs(entry: str, name: str) -> bool:
    """Whether `entry` is `name`, or what was left behind in making or replacing it."""
    leftover = rf"\.(?:[a-z]+-)?{re.escape(name)}(?:-[0-9a-f]{{8}})?(?:\.[a-z]+)?"
    return entry == name or re.fullmatch(leftover, entry) is not None


def _unknown(store: Store, kind: Kind, name: str, entries: list[Holding]) -> NotFoundError:
    known = ", ".join(one.name for one in entries if not one.name.startswith(".")) or "none"
    return NotFoundError(
        f"There is no {kind} {name!r} in {store.root}.", next_step=f"Stored: {known}."
    )


def _require_idle(holding: Holding) -> None:
    """A pull that is under way holds the lock in its folder."""
    lock = holding.path / "lock"
    if fcntl is None or not lock.is_file():
        return
    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError(
                f"A pull is under way in {holding.path}; nothing was removed.",
                next_step="Wait until it has ended, or stop it.",
            ) from None


def _aged(holdings: Iterator[Holding], days: int | None) -> Iterator[Holding]:
    """Those made more than `days` ago; all without a limit."""
    limit = None if days is None else datetime.now(UTC) - timedelta(days=days)
    for holding in holdings:
        if limit is None or _made_at(holding) < limit:
            yield holding


def _made_at(holding: Holding) -> datetime:
    """When it was pulled, loaded or run; where it does not tell, when it was last written."""
    file, key = _DATED[holding.kind]
    try:
        moment = datetime.fromisoformat(read_json(holding.path / file)[key])
    except (StoreError, OSError, KeyError, ValueError, TypeError):
        return datetime.fromtimestamp(holding.path.lstat().st_mtime, UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _connections(
    settings: Settings, selection: Selection, chosen: Sequence[Holding]
) -> tuple[str, ...]:
    """The connections whose tokens go too: those of which records are removed, or all."""
    if selection.everything and selection.older_than is None:
        return tuple(settings.connections)
    gone = {one.name for one in chosen if one.kind == "connection"}
    return tuple(name for name in selection.connections or settings.connections if name in gone)


def _tokens(
    settings: Settings, names: Sequence[str]
) -> tuple[tuple[Holding, ...], tuple[str, ...]]:
    """The token files of these connections, and a sentence where they cannot be told apart."""
    files: dict[Path, Holding] = {}
    notes = []
    for name in names:
        try:
            connection = settings.connection(name)
        except SettingsError as error:
            if any(token_folder().glob("*.json")):
                notes.append(f"A token of {name}, if one is kept, stays until it expires: {error}")
            continue
        if isinstance(connection, Connection):
            for file in kept_tokens(connection.client_secret):
                files[file] = Holding.at("token", file)
    return tuple(files.values()), tuple(notes)


def _files(path: Path) -> Iterator[Path]:
    """The files at or below `path`; a link counts as itself."""
    if path.is_symlink() or path.is_file():
        yield path
    elif path.is_dir():
        yield from (one for one in path.rglob("*") if one.is_symlink() or not one.is_dir())


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return
