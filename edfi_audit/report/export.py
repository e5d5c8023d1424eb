"""The findings as a CSV that a spreadsheet opens safely."""

import codecs
import shutil
from pathlib import Path

import duckdb

__all__ = ["write_csv"]

_COLUMNS = (
    "severity",
    "rule_id",
    "school_id",
    "lea_id",
    "school_year",
    "resource",
    "natural_key",
    "student_unique_id",
    "staff_unique_id",
    "observed",
    "expected",
    "cause",
    "remedy",
    "status",
    "first_seen",
    "doubt",
    "fingerprint",
)


def write_csv(run_folder: Path, path: Path, *, school: int | None = None) -> None:
    """Every finding of the run, worst first, streamed to `path` (UTF-8 with BOM, for Excel).

    A cell that a spreadsheet would take for a formula is preceded by an apostrophe.
    """
    columns = ", ".join(_guarded(column) for column in _COLUMNS)
    findings = _quoted(run_folder / "findings.parquet")
    where = f"WHERE school_id = {int(school)}" if school is not None else ""
    staged = path.with_name(f".{path.name}.new")
    with duckdb.connect() as con:
        con.execute(
            f"COPY (SELECT {columns} FROM read_parquet({findings}) {where}"
            " ORDER BY CASE severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END,"
            f" rule_id, school_id, natural_key) TO {_quoted(staged)} (HEADER, QUOTE '\"')"
        )
    _with_byte_order_mark(staged)
    staged.replace(path)


def _with_byte_order_mark(path: Path) -> None:
    """Excel reads a CSV as UTF-8 only when it begins with one."""
    bare = path.with_name(f"{path.name}.bare")
    path.rename(bare)
    path.touch(mode=0o600)
    with bare.open("rb") as source, path.open("wb") as target:
        target.write(codecs.BOM_UTF8)
        shutil.copyfileobj(source, target)
    bare.unlink()


def _guarded(column: str) -> str:
    text = f"CAST({column} AS VARCHAR)"
    return (
        f"CASE WHEN regexp_matches({text}, '^[=+@\\t\\r-]') THEN '''' || {text}"
        f" ELSE {text} END AS {column}"
    )


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
