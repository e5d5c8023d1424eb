"""docs/reference cannot lie about commands and settings."""

import re
from pathlib import Path

import pytest

from edfi_audit.cli.reference import PAGES
from edfi_audit.cli.workspace import lay_out
from edfi_audit.settings import (
    AuditSettings,
    Connection,
    DatabaseConnection,
    Settings,
    SisSettings,
    StoreSettings,
)

DOCS = Path(__file__).parents[2] / "docs" / "reference"
TABLES = {
    "[audit]": AuditSettings,
    "[connections.NAME]": Connection,
    "[connections.NAME] database_url": DatabaseConnection,
    "[sis]": SisSettings,
    "[store]": StoreSettings,
}


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_current(name):
    """The page says what the commands, suites and tables say today."""
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == PAGES[name](), "run `make docs`"


@pytest.mark.parametrize(("table", "model"), TABLES.items())
def test_settings_are_documented(table, model):
    """settings.md lists exactly the keys each table of the file may have."""
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    section = text.split(f"## `{table}`")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(model.model_fields)


def test_every_table_of_the_settings_is_documented():
    """No table of the settings file is missing from the documentation."""
    assert set(Settings.model_fields) - {"folder"} == {"audit", "connections", "sis", "store"}


def test_the_settings_that_init_writes_are_right(tmp_path):
    """The commented template is valid, and every commented key in it is one that exists."""
    lay_out(tmp_path)
    file = tmp_path / "edfi-audit.toml"
    Settings.load(file)
    known = {name for model in TABLES.values() for name in model.model_fields}
    commented = re.findall(r"^# (\w+) = ", file.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(commented) - {"tblSection"} <= known
