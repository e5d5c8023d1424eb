"""The SIS extract in the making: Campus tables as lists of rows, written as CSV files."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any

from edfi_audit.sis.infinite_campus import TABLES

__all__ = ["Campus", "Row", "write_tables"]

Row = dict[str, Any]

_COLUMNS = {table.name: tuple(column.name for column in table.columns) for table in TABLES}
_FIRST_IDS = {
    "school": ("schoolID", 11),
    "calendar": ("calendarID", 301),
    "scheduleStructure": ("structureID", 401),
    "termSchedule": ("termScheduleID", 451),
    "term": ("termID", 601),
    "trial": ("trialID", 701),
    "periodSchedule": ("periodScheduleID", 751),
    "period": ("periodID", 801),
    "day": ("dayID", 10001),
    "course": ("courseID", 3001),
    "section": ("sectionID", 20001),
    "sectionStaffHistory": ("historyID", 40001),
    "employmentAssignment": ("assignmentID", 60001),
    "person": ("personID", 100001),
    "enrollment": ("enrollmentID", 200001),
    "roster": ("rosterID", 500001),
    "gradingTask": ("taskID", 1),
    "program": ("programID", 91),
}


class Campus:
    """Every table of the Infinite Campus layout; identifiers are texts, given out in order.

    What is added was last changed on `modified`, before anything was sent.
    """

    def __init__(self, modified: datetime) -> None:
        self.modified = modified
        self.tables: dict[str, list[Row]] = {name: [] for name in _COLUMNS}
        self._ids = {name: count(first) for name, (_, first) in _FIRST_IDS.items()}

    def __getitem__(self, table: str) -> list[Row]:
        return self.tables[table]

    def add(self, table: str, **values: object) -> Row:
        """A new row with every column of the table; columns not named are null."""
        row: Row = dict.fromkeys(_COLUMNS[table])
        if table in _FIRST_IDS:
            row[_FIRST_IDS[table][0]] = str(next(self._ids[table]))
        if "modifiedDate" in row:
            row["modifiedDate"] = self.modified
        unknown = values.keys() - row.keys()
        if unknown:
            raise KeyError(f"{table} has no column {', '.join(sorted(unknown))}")
        row.update(values)
        self.tables[table].append(row)
        return row


def write_tables(tables: Mapping[str, Sequence[Row]], folder: Path) -> None:
    """One CSV file per table, the empty ones too; null is an empty cell."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in _COLUMNS.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows([_cell(row[c]) for c in columns] for row in tables[name])


def _cell(value: object) -> object:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else value
