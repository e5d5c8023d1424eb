"""Findings as a list for reading, as CSV for a spreadsheet, as JSON for a program."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, TextIO

from edfi_audit.cli.output import counted, iso, wrapped
from edfi_audit.findings.failing_rows import COLUMNS
from edfi_audit.findings.rows import Row

__all__ = ["as_csv", "as_json", "as_table"]

_FORMULA = tuple("=+-@\t\r\n")
_PLACE = {"schoolId", "schoolYear"}


def as_csv(rows: Iterable[Row], out: TextIO) -> None:
    """Write `rows` with a header; a cell that looks like a formula begins with an apostrophe."""
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_harmless(value) for value in row.values()])


def as_json(rows: Iterable[Row], out: TextIO) -> None:
    """Write `rows` as one JSON array, the natural key as an object."""
    separator = "["
    for row in rows:
        document = row | {"natural_key": json.loads(row["natural_key"])}
        out.write(f"{separator}\n{json.dumps(document, ensure_ascii=False, default=iso)}")
        separator = ","
    out.write("[]\n" if separator == "[" else "\n]\n")


def as_table(rows: Iterable[Row], total: int, facts: Mapping[str, Any], out: TextIO) -> None:
    """Write `rows`, of `total`, by rule and school in at most 80 columns.

    `facts` is the run's `run.json`.
    """
    shown = 0
    schools = {one["school_id"]: one["name"] for one in facts["schools"]}
    for rule_id, of_rule in groupby(rows, key=lambda row: row["rule_id"]):
        out.write("\n".join(_heading(rule_id, facts["rules"][rule_id])) + "\n")
        for school_id, at_school in groupby(of_rule, key=lambda row: row["school_id"]):
            out.write(f"\n  {_school(school_id, schools)}\n")
            for row in at_school:
                shown += 1
                out.write("\n".join(_lines(row)) + "\n")
        out.write("\n")
    out.write(f"{_count(shown, total)}\n")


def _count(shown: int, total: int) -> str:
    if shown < total:
        return f"{shown:,} of {total:,} findings; --limit N shows more, --format csv all."
    return f"{counted(total, 'finding')}." if total else "There are no such findings."


def _heading(rule_id: str, rule: Mapping[str, Any]) -> Iterator[str]:
    yield wrapped(f"{rule_id}  {rule['title']}", 0, 2)
    yield wrapped(f"Fix: {rule['remedy']}", 2, 7)
    if rule["screen"]:
        yield wrapped(f"Screen: {rule['screen']}", 2, 10)
    if rule["doubt"]:
        yield wrapped(f"In doubt: {rule['doubt']}", 2, 12)


def _school(school_id: int | None, names: Mapping[int, str | None]) -> str:
    if school_id is None:
        return "The agency, no school"
    return f"{school_id} {names.get(school_id) or '(name unknown)'}"


def _lines(row: Row) -> Iterator[str]:
    key = json.loads(row["natural_key"])
    named = ", ".join(f"{name} {value}" for name, value in key.items() if name not in _PLACE)
    yield wrapped(f"{row['severity']:<7}  {named or 'the whole record'}", 4, 13)
    status = f"{row['status']}, in doubt" if row["doubt"] else row["status"]
    text = f"{row['observed']}; expected: {row['expected']} ({status})"
    yield wrapped(text, 13)


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
