"""The catalogue: headers of SQL files, and the order they are built in."""

import pytest

from edfi_audit.errors import SettingsError
from edfi_audit.tables import catalogue

HEADER = """-- Sections, and who
-- teaches them.
-- grain: one row per section
-- resource: sections
-- key: school_id, school_year,
--     session_name
-- row: origin
-- inputs: ods.sections, audit.{other}
-- nulls: none
"""
BASE = (
    "-- A base.\n-- grain: one row\n-- inputs: audit.settings\n-- nulls: none\n\nSELECT 1 AS a;\n"
)


def files(folder, **texts):
    for name, text in texts.items():
        (folder / f"{name}.sql").write_text(text, encoding="utf-8")
    return folder


def test_a_header_says_what_a_table_is(tmp_path):
    """Every field of the header is read, over more than one line where it is long."""
    sql = HEADER.format(other="base") + "\nSELECT 2 AS b"
    table = catalogue(files(tmp_path, wide=sql, base=BASE))[1]
    assert table.name == "wide"
    assert table.sql == sql
    assert table.description == "Sections, and who teaches them."
    assert table.grain == "one row per section"
    assert table.resource == "sections"
    assert table.keys == {"sections": ("school_id", "school_year", "session_name")}
    assert table.row == ("origin",)
    assert table.inputs == ("ods.sections", "audit.base")
    assert table.nulls == "none"


def test_a_base_table_has_no_resource_and_no_semicolon(tmp_path):
    """A table that no suite runs on needs no key; the query stands alone."""
    (table,) = catalogue(files(tmp_path, base=BASE))
    assert (table.resource, table.keys, table.row) == ("", {}, ())
    assert table.sql.endswith("SELECT 1 AS a")


def test_rows_may_be_of_several_resources(tmp_path):
    """Each resource has its own key."""
    sql = BASE.replace(
        "-- inputs",
        "-- resource: by row\n-- key programs: program_name\n-- key grades: begin_date, grade\n"
        "-- inputs",
    )
    (table,) = catalogue(files(tmp_path, mixed=sql))
    assert table.keys == {"programs": ("program_name",), "grades": ("begin_date", "grade")}


def test_tables_come_after_those_they_read(tmp_path):
    """Build order is by inputs, not by name."""
    reads = BASE.replace("audit.settings", "audit.{}")
    folder = files(tmp_path, a=reads.format("c"), b=reads.format("a"), c=BASE)
    assert [table.name for table in catalogue(folder)] == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("audit.settings", "audit.nowhere"), "reads audit.nowhere, which nothing provides"),
        (("audit.settings", "ods.nowhere"), "reads ods.nowhere, which nothing provides"),
        (("audit.settings", "sis.nowhere"), "reads sis.nowhere, which nothing provides"),
        (("audit.settings", "audit.broken"), "reads itself in a circle"),
        (("-- grain: one row\n", ""), "has no `-- grain:` line"),
        (("-- nulls: none\n", ""), "has no `-- nulls:` line"),
        (("-- grain", "-- resource: sections\n-- grain"), "needs a `-- resource:` and a `-- key:`"),
    ],
)
def test_a_broken_header_is_named(tmp_path, change, message):
    """The error says which file and what is wrong with it."""
    folder = files(tmp_path, broken=BASE.replace(*change))
    with pytest.raises(SettingsError) as caught:
        catalogue(folder)
    assert message in caught.value.what
    assert "broken" in caught.value.what


def test_a_circle_of_two_is_an_error(tmp_path):
    """Two tables cannot read each other."""
    reads = BASE.replace("audit.settings", "audit.{}")
    with pytest.raises(SettingsError, match="in a circle"):
        catalogue(files(tmp_path, one=reads.format("two"), two=reads.format("one")))
