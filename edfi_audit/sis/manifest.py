"""What was in an extract, table by table: for the command line, and as manifest.json."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edfi_audit.store import MANIFEST, read_json

__all__ = ["ExtractManifest", "TableReport", "UnreadableCell"]


@dataclass(frozen=True, order=True)
class UnreadableCell:
    """Where a cell stands that could not be read: row of the file (header = 1), column."""

    row: int
    column: str


@dataclass(frozen=True)
class TableReport:
    """What one file gave: its rows, the columns found, not found and not known.

    `unreadable` names the first hundred cells that could not be read; `unreadable_count` counts
    all of them.
    """

    file: str
    rows: int
    columns: tuple[str, ...]
    absent_columns: tuple[str, ...]
    ignored_columns: tuple[str, ...]
    unreadable: tuple[UnreadableCell, ...]
    unreadable_count: int

    def as_json(self) -> dict[str, Any]:
        """The report as it stands in manifest.json."""
        cells = [{"row": cell.row, "column": cell.column} for cell in self.unreadable]
        return {**vars(self), "unreadable": cells}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "TableReport":
        """The report that `as_json` wrote."""
        return cls(
            file=content["file"],
            rows=content["rows"],
            columns=tuple(content["columns"]),
            absent_columns=tuple(content["absent_columns"]),
            ignored_columns=tuple(content["ignored_columns"]),
            unreadable=tuple(UnreadableCell(**cell) for cell in content["unreadable"]),
            unreadable_count=content["unreadable_count"],
        )


@dataclass(frozen=True)
class ExtractManifest:
    """What `load` found; `tables` holds a report for each table that was there.

    Where tables were made from files of another layout, `files` holds the reports of those, and
    `waived` names what that layout has no word for.
    """

    tool_version: str
    extract: str
    source: str
    loaded_at: str
    layout: str
    tables: Mapping[str, TableReport]
    absent_tables: tuple[str, ...]
    ignored_files: tuple[str, ...]
    files: Mapping[str, TableReport] = field(default_factory=dict)
    waived: tuple[str, ...] = ()

    @property
    def sources(self) -> Mapping[str, TableReport]:
        """The reports of what was read, as the extract names it."""
        return self.files or self.tables

    @property
    def rows(self) -> int:
        """The rows of all that was read."""
        return sum(report.rows for report in self.sources.values())

    @property
    def unreadable_count(self) -> int:
        """The cells that could not be read."""
        return sum(report.unreadable_count for report in self.sources.values())

    def as_json(self) -> dict[str, Any]:
        """The manifest as it stands in manifest.json."""
        tables, files = (
            {name: report.as_json() for name, report in reports.items()}
            for reports in (self.tables, self.files)
        )
        return {**vars(self), "tables": tables, "files": files}

    @classmethod
    def read(cls, folder: Path) -> "ExtractManifest":
        """The manifest in an extract's folder of the store."""
        content = read_json(folder / MANIFEST)
        tables, files = (
            {name: TableReport.from_json(one) for name, one in content.get(part, {}).items()}
            for part in ("tables", "files")
        )
        return cls(
            tool_version=content["tool_version"],
            extract=content["extract"],
            source=content["source"],
            loaded_at=content["loaded_at"],
            layout=content["layout"],
            tables=tables,
            absent_tables=tuple(content["absent_tables"]),
            ignored_files=tuple(content["ignored_files"]),
            files=files,
            waived=tuple(content.get("waived", ())),
        )
