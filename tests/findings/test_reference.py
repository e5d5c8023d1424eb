"""docs/reference/run-directory.md tells every column and key there is."""

import re
from pathlib import Path

import duckdb
import pytest

TEXT = (Path(__file__).parents[2] / "docs/reference/run-directory.md").read_text(encoding="utf-8")


def _section(title):
    return TEXT.split(f"## `{title}`")[1].split("\n## ")[0]


@pytest.mark.parametrize("file", ["results.parquet", "findings.parquet", "identity_ledger.parquet"])
def test_columns_are_documented(make_run, file):
    """Each file's table lists its columns in order, with their types."""
    described = duckdb.sql(f"DESCRIBE FROM '{make_run().folder / file}'").fetchall()
    written = re.findall(r"^\| `(\w+)` \| (\w+) \|", _section(file), re.MULTILINE)
    assert written == [(name, type_) for name, type_, *_ in described]


def test_keys_are_documented(make_run):
    """Every key of run.json is listed, in order."""
    written = re.findall(r"^\| `(\w+)` \|", _section("run.json"), re.MULTILINE)
    assert written == list(make_run().facts)
