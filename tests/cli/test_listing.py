import csv
import io
import json
from datetime import datetime

import pytest

from edfi_audit.cli.listing import as_csv, as_json, as_table
from edfi_audit.findings.failing_rows import COLUMNS

ROW = dict.fromkeys(COLUMNS) | {
    "rule_id": "TOR-001",
    "severity": "error",
    "school_id": 1302,
    "natural_key": '{"schoolId":1302,"sectionIdentifier":"0042"}',
    "observed": "no staff",
    "expected": "a Teacher of Record",
    "status": "new",
    "first_seen": datetime(2026, 6, 20, 14, 15, 30),  # noqa: DTZ001 - as Parquet gives it
}
FACTS = {
    "rules": {
        "TOR-001": {"title": "No staff", "remedy": "Assign one.", "screen": None, "doubt": None}
    },
    "schools": [{"school_id": 1302, "name": "North High"}],
}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx"])
def test_csv_holds_no_formula(text):
    """A cell that a spreadsheet would run begins with an apostrophe."""
    out = io.StringIO()
    as_csv([ROW | {"observed": text}], out)
    (row,) = csv.DictReader(io.StringIO(out.getvalue(), newline=""))
    assert row["observed"] == f"'{text}"


def test_csv_leaves_other_cells_alone():
    """Ordinary text, numbers and empty cells are written as they are."""
    out = io.StringIO()
    as_csv([ROW], out)
    (row,) = csv.DictReader(io.StringIO(out.getvalue(), newline=""))
    assert (row["observed"], row["school_id"], row["cause"]) == ("no staff", "1302", "")


def test_csv_without_findings_has_its_header():
    """A program that reads the file finds the columns even when nothing failed."""
    out = io.StringIO()
    as_csv([], out)
    assert out.getvalue() == ",".join(COLUMNS) + "\r\n"


@pytest.mark.parametrize("count", [0, 1, 2])
def test_json_is_one_array(count):
    """Any number of findings is one valid array; keys are objects and times ISO 8601."""
    out = io.StringIO()
    as_json([ROW] * count, out)
    rows = json.loads(out.getvalue())
    assert len(rows) == count
    for row in rows:
        assert row["natural_key"] == {"schoolId": 1302, "sectionIdentifier": "0042"}
        assert row["first_seen"] == "2026-06-20T14:15:30"


def test_table():
    """A finding stands under its rule and school: its record, what was seen, what was expected."""
    out = io.StringIO()
    as_table([ROW], 3, FACTS, out)
    assert out.getvalue() == (
        "TOR-001  No staff\n"
        "  Fix: Assign one.\n"
        "\n"
        "  1302 North High\n"
        "    error    sectionIdentifier 0042\n"
        "             no staff; expected: a Teacher of Record (new)\n"
        "\n"
        "1 of 3 findings; --limit N shows more, --format csv all.\n"
    )


def test_table_with_a_doubt():
    """The rule says what it rests on that is not proven, each finding whether it is concerned."""
    doubt = "sections are not proven complete: the ODS kept changing while it was counted."
    facts = FACTS | {"rules": {"TOR-001": FACTS["rules"]["TOR-001"] | {"doubt": doubt}}}
    out = io.StringIO()
    as_table([ROW | {"doubt": doubt}, ROW], 2, facts, out)
    assert out.getvalue() == (
        "TOR-001  No staff\n"
        "  Fix: Assign one.\n"
        "  In doubt: sections are not proven complete: the ODS kept changing while it was\n"
        "            counted.\n"
        "\n"
        "  1302 North High\n"
        "    error    sectionIdentifier 0042\n"
        "             no staff; expected: a Teacher of Record (new, in doubt)\n"
        "    error    sectionIdentifier 0042\n"
        "             no staff; expected: a Teacher of Record (new)\n"
        "\n"
        "2 findings.\n"
    )


def test_table_of_nothing():
    """No finding is said in words."""
    out = io.StringIO()
    as_table([], 0, FACTS, out)
    assert out.getvalue() == "There are no such findings.\n"
