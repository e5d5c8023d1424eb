from datetime import date, datetime

import pytest

from edfi_audit.errors import ExtractError

HEADER = {"A": "courseID", "B": "number", "C": "cte", "D": "periodMinutes", "E": "modifiedDate"}


def test_cells_of_every_kind(extract, workbook, row):
    """Whole numbers lose their point, text keeps its zeros, dates and flags are read."""
    rows = [
        row(1, **HEADER),
        row(2, A=12.0, B="0042", C=True, D=47.5, E=(46265.5, 2)),
        row(3, A=1234567890, B=12.5, C=0, D="45", E=(46265, 1)),
        row(4, A="007", C="Y", E="9/1/2025"),
    ]
    workbook(extract.folder / "Course.xlsx", {"Sheet1": rows})

    extract.load()

    # Excel counts days from 1899-12-30: day 46265 is 2026-08-31.
    assert extract.rows("course", "courseID, number, cte, periodMinutes, modifiedDate") == [
        ("12", "0042", True, 47.5, datetime.fromisoformat("2026-08-31 12:00:00")),
        ("1234567890", "12.5", False, 45.0, datetime.fromisoformat("2026-08-31 00:00:00")),
        ("007", None, True, None, datetime.fromisoformat("2025-09-01 00:00:00")),
    ]


def test_date_cells_in_a_date_column(extract, workbook, row):
    """A cell formatted as a date is that day; a bare serial number is unreadable."""
    rows = [row(1, A="dayID", B="date"), row(2, A=1, B=(46265, 1)), row(3, A=2, B=46265)]
    workbook(extract.folder / "day.xlsx", {"x": rows})

    manifest = extract.load()

    assert extract.rows("day", "date") == [(date(2026, 8, 31),), (None,)]
    assert [(c.row, c.column) for c in manifest.tables["day"].unreadable] == [(3, "date")]


def test_rows_are_numbered_as_excel_shows_them(extract, workbook, row):
    """Empty rows and columns before the table shift nothing."""
    rows = [row(3, B="trialID", C="active"), row(6, B=1, C=1), row(9, B=2, C="maybe")]
    workbook(extract.folder / "trial.xlsx", {"x": rows})

    manifest = extract.load()

    assert extract.rows("trial", "trialID, active") == [("1", True), ("2", None)]
    assert [(c.row, c.column) for c in manifest.tables["trial"].unreadable] == [(9, "active")]


def test_the_sheet_named_as_the_table_is_taken(extract, workbook, row):
    """Of several sheets, the one that bears the table's name is read."""
    course = [row(1, A="courseID"), row(2, A=5)]
    workbook(extract.folder / "course.xlsx", {"Notes": [row(1, A="courseID")], "Course": course})

    extract.load()

    assert extract.rows("course", "courseID") == [("5",)]


def test_an_empty_sheet_beside_the_table_does_not_matter(extract, workbook, row):
    """The only sheet that holds anything is the table."""
    course = [row(1, A="courseID"), row(2, A=5)]
    workbook(extract.folder / "course.xlsx", {"Sheet1": [], "Sheet2": course})

    extract.load()

    assert extract.rows("course", "courseID") == [("5",)]


def test_several_sheets_of_other_names(extract, workbook, row):
    """Which of two sheets is meant is not guessed."""
    sheet = [row(1, A="courseID"), row(2, A=5)]
    workbook(extract.folder / "course.xlsx", {"A": sheet, "B": sheet})

    with pytest.raises(ExtractError, match=r"course\.xlsx has 2 sheets.*name the right one course"):
        extract.load()


def test_a_workbook_of_nothing(extract, workbook):
    """A workbook without a cell has no header row."""
    workbook(extract.folder / "course.xlsx", {"A": []})

    with pytest.raises(ExtractError, match=r"course\.xlsx is empty"):
        extract.load()


@pytest.mark.parametrize("content", [b"", b"courseID,number\n1,2\n", b"PK\x03\x04 cut off"])
def test_what_is_no_workbook(extract, content):
    """A file that only bears the ending is an error that names it."""
    extract.write("course.xlsx", content)

    with pytest.raises(ExtractError, match=r"course\.xlsx is not an Excel workbook"):
        extract.load()


def test_a_workbook_with_a_damaged_sheet(extract, workbook):
    """A sheet whose content is broken is an error, not an empty table."""
    workbook(extract.folder / "course.xlsx", {"A": ["<row r='1'><c r='A1' t='inlineStr'><is>"]})

    with pytest.raises(ExtractError, match=r"course\.xlsx"):
        extract.load()
