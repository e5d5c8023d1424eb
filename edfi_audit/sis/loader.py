"""From an extract to the store: every file matched, read, typed and staged, or nothing at all."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

from edfi_audit.database import database
from edfi_audit.errors import ExtractError, SettingsError, StoreError
from edfi_audit.sis.aliases import Names
from edfi_audit.sis.columnar import read_columnar
from edfi_audit.sis.delimited import read_delimited
from edfi_audit.sis.files import Files, files
from edfi_audit.sis.headers import is_known, positions
from edfi_audit.sis.infinite_campus import INFINITE_CAMPUS
from edfi_audit.sis.layout import Layout, SisTable
from edfi_audit.sis.manifest import ExtractManifest, TableReport
from edfi_audit.sis.names import SUFFIXES
from edfi_audit.sis.oneroster import (
    MANIFEST_FILE,
    ONEROSTER,
    Translated,
    refuse_deltas,
    translate,
)
from edfi_audit.sis.sheet import Sheet
from edfi_audit.sis.staging import Staged, stage
from edfi_audit.sis.workbook import read_workbook
from edfi_audit.store import MANIFEST, Store, write_json

__all__ = ["Progress", "load", "title_of"]

_LAYOUTS = (INFINITE_CAMPUS, ONEROSTER)

Progress = Callable[[str, int], None]
"""Called with a table's name and the rows read of it so far."""


def load(  # noqa: PLR0913 - what an extract depends on, each with its default
    path: Path,
    store: Store,
    *,
    name: str = "sis",
    aliases: Mapping[str, Any] = MappingProxyType({}),
    layout: Layout | None = None,
    progress: Progress = lambda _table, _rows: None,
) -> ExtractManifest:
    """Read the extract in the folder or .zip `path` into `store` as `name`.

    Every table becomes <store>/sis/<name>/<table>.parquet with all columns of the Campus layout,
    typed; beside them lies manifest.json. Which `layout` the files have is told by their names,
    unless it is given; OneRoster is brought to Campus's tables. An `ExtractError` (or a
    `SettingsError` for an alias) leaves what was stored under `name` as it was.
    """
    if not re.fullmatch(r"\w[\w.-]*", name):
        raise SettingsError(
            f"An extract cannot be called {name!r}.",
            next_step="Use letters, digits, dots, dashes and underscores.",
        )
    source = files(path)
    names = Names.of(aliases, layout or _layout_of(source.names))
    chosen, ignored = _matched(source.names, names, path)
    try:
        with store.replacing(store.sis(name)) as folder:
            tables, read = _stored(source, chosen, names, folder, progress)
            manifest = ExtractManifest(
                tool_version=version("edfi-audit"),
                extract=name,
                source=str(path),
                loaded_at=datetime.now(UTC).isoformat(timespec="seconds"),
                layout=names.layout.name,
                tables=tables,
                absent_tables=tuple(t.name for t in names.layout.tables if t.name not in read),
                ignored_files=tuple(ignored),
                files={} if read is tables else read,
                waived=names.layout.waived,
            )
            write_json(folder / MANIFEST, manifest.as_json())
    except OSError as error:
        raise StoreError(
            f"{path} cannot be stored in {store.root}: {error.strerror}.",
            next_step="Check the free space and the permissions of both.",
        ) from error
    return manifest


def title_of(layout: str) -> str:
    """What the layout of a manifest is called."""
    return next(one.title for one in _LAYOUTS if one.name == layout)


def _layout_of(found: list[str]) -> Layout:
    """The layout that most of the files are named by; Campus's where none is."""

    def matches(layout: Layout) -> int:
        own = Names(layout, {}, {})
        return sum(_is_readable(file) and own.table(file) is not None for file in found)

    return max(_LAYOUTS, key=matches)


def _matched(found: list[str], names: Names, path: Path) -> tuple[dict[str, str], list[str]]:
    """Which file holds which table, in the layout's order, and the files that hold none."""
    chosen: dict[str, str] = {}
    ignored = []
    for file in found:
        table = names.table(file) if _is_readable(file) else None
        if table is None:
            ignored.append(file)
        elif table.name in chosen:
            raise ExtractError(
                f"{chosen[table.name]} and {file} both hold the table {table.name}.",
                next_step="Remove one of them from the extract.",
            )
        else:
            chosen[table.name] = file
    if not chosen:
        raise _nothing_known(names.layout, path, found)
    order = [table.name for table in names.layout.tables if table.name in chosen]
    return {table: chosen[table] for table in order}, ignored


def _is_readable(file: str) -> bool:
    path = PurePosixPath(file)
    hidden = any(part.startswith((".", "~$", "__MACOSX")) for part in path.parts)
    return not hidden and not file.endswith("/") and path.suffix.lower() in SUFFIXES


def _nothing_known(layout: Layout, path: Path, found: list[str]) -> ExtractError:
    expected = ", ".join(table.name for table in layout.tables if table.headline)
    zips = [file for file in found if file.lower().endswith(".zip")]
    return ExtractError(
        f"{path} holds no {layout.title} table. Expected one .csv, .txt, .parquet or .xlsx file "
        f"per table, named as the table: {expected} …",
        next_step=f"Give {path / zips[0]} instead."
        if zips
        else "Name the files so, or say in [sis.aliases] which file is which table.",
    )


def _stored(
    source: Files, chosen: Mapping[str, str], names: Names, folder: Path, progress: Progress
) -> tuple[dict[str, TableReport], dict[str, TableReport]]:
    """Write Campus's tables into `folder`: their reports, and those of the files that were read."""
    if names.layout is not ONEROSTER:
        read = _staged(source, chosen, names, folder, progress)
        return read, read
    for file in source.names:
        if PurePosixPath(file).name.lower() == MANIFEST_FILE:
            with source.local(file, folder) as path:
                refuse_deltas(path, chosen)
    with TemporaryDirectory(prefix=".oneroster-", dir=folder) as staged:
        read = _staged(source, chosen, names, Path(staged), progress)
        with database() as con:
            tables = translate(con, Path(staged), folder)
    return {one.table: _translated(one, chosen) for one in tables}, read


def _translated(made: Translated, chosen: Mapping[str, str]) -> TableReport:
    """The report of a Campus table that was made from several files."""
    columns = [column.name for column in INFINITE_CAMPUS.by_name[made.table.lower()].columns]
    return TableReport(
        file=", ".join(chosen[name] for name in made.reads),
        rows=made.rows,
        columns=made.columns,
        absent_columns=tuple(name for name in columns if name not in made.columns),
        ignored_columns=(),
        unreadable=(),
        unreadable_count=0,
    )


def _staged(
    source: Files, chosen: Mapping[str, str], names: Names, folder: Path, progress: Progress
) -> dict[str, TableReport]:
    """Write every table into `folder`, one after the other."""
    reports = {}
    with database() as con:
        con.execute("SET preserve_insertion_order = true")
        for name, file in chosen.items():
            table = names.layout.by_name[name.lower()]
            with source.local(file, folder) as path:
                sheet = _sheet(path, file, table, names)
                present = positions(sheet.headers, table, names, file)
                target = folder / f"{name}.parquet"
                staged = stage(con, sheet, table, present, target, partial(progress, name))
            reports[name] = _report(file, table, sheet, present, staged)
    return reports


def _sheet(path: Path, file: str, table: SisTable, names: Names) -> Sheet:
    suffix = PurePosixPath(file).suffix.lower()
    if suffix == ".parquet":
        return read_columnar(path, file)
    if suffix == ".xlsx":
        return read_workbook(path, file, table.name)
    return read_delimited(path, file, lambda header: is_known(header, table, names))


def _report(
    file: str, table: SisTable, sheet: Sheet, present: Mapping[str, int], staged: Staged
) -> TableReport:
    used = set(present.values())
    columns = [column.name for column in table.columns]
    return TableReport(
        file=file,
        rows=staged.rows,
        columns=tuple(name for name in columns if name in present),
        absent_columns=tuple(name for name in columns if name not in present),
        ignored_columns=tuple(
            header.strip()
            for position, header in enumerate(sheet.headers)
            if position not in used and header.strip()
        ),
        unreadable=tuple(staged.unreadable),
        unreadable_count=staged.unreadable_count,
    )
