import re
import tomllib
from pathlib import Path

from edfi_audit.sis.aliases import Names
from edfi_audit.sis.infinite_campus import INFINITE_CAMPUS, TABLES
from edfi_audit.sis.layout import DATE, FLAG, NUMBER, TEXT, TIMESTAMP

PAGE = (Path(__file__).parents[2] / "docs/reference/sis-extract.md").read_text(encoding="utf-8")
KINDS = {"": TEXT, "date": DATE, "flag": FLAG, "time": TIMESTAMP, "number": NUMBER}


def test_the_page_names_every_table_and_column():
    """The table of the page is the layout: tables, columns, kinds and headline marks."""
    listed = PAGE.partition("| table | columns |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| (\w+)( \*)? \| (.+) \|$", listed, re.MULTILINE)

    documented = [
        (
            table,
            bool(mark),
            [(name, KINDS[kind]) for name, kind in re.findall(r"(\w+)(?: \((\w+)\))?", columns)],
        )
        for table, mark, columns in rows
    ]

    assert documented == [
        (table.name, table.headline, [(column.name, column.type) for column in table.columns])
        for table in TABLES
    ]


def test_the_example_of_aliases_is_valid():
    """The settings shown on the page are taken, and mean what their comments say."""
    example = re.search(r"```toml\n(.+?)```", PAGE, re.DOTALL)[1]

    names = Names.of(tomllib.loads(example)["sis"]["aliases"], INFINITE_CAMPUS)

    assert names.table("tblCourse.csv").name == "course"
    assert names.table("RosterExport.csv").name == "roster"
    assert names.alias(names.table("course.csv"), "crs_no").name == "number"
    assert names.alias(names.table("school.csv"), "edfi_no").name == "edfiNumber"
