from datetime import date, datetime

import pytest


def read(extract, column, text):
    """One cell of `course` or `day` and how many cells were unreadable."""
    table = "day" if column == "date" else "course"
    quoted = '"' + text + '"'
    extract.write(f"{table}.csv", f"{table}ID,{column}\n1,{quoted}\n")
    report = extract.load().tables[table]
    return extract.rows(table, f'"{column}"')[0][0], report.unreadable_count


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-09-01", date(2026, 9, 1)),
        ("2024-02-29", date(2024, 2, 29)),
        ("2026-12-31 23:59:59", date(2026, 12, 31)),
        ("2026-12-31 23:59:59.997", date(2026, 12, 31)),
        ("2026-12-31 00:00:00.0000000", date(2026, 12, 31)),
        ("2026-12-31T00:00:00Z", date(2026, 12, 31)),
        ("9/1/2025", date(2025, 9, 1)),
        ("09/01/2025", date(2025, 9, 1)),
        ("2/29/2024", date(2024, 2, 29)),
        ("12/31/2025 12:00:00 AM", date(2025, 12, 31)),
        ("12/31/2025 23:59:59", date(2025, 12, 31)),
        ("12/31/2025 23:59", date(2025, 12, 31)),
        (" 9/1/2025 ", date(2025, 9, 1)),
    ],
)
def test_dates_in_their_three_forms(extract, text, value):
    """ISO, ISO with a time and M/D/YYYY give the day, whatever the time."""
    assert read(extract, "date", text) == (value, 0)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29",
        "2/29/2026",
        "2/30/2024",
        "13/1/2026",
        "0/1/2026",
        "2026-13-01",
        "2026-00-10",
        "9/1/25",
        "25-09-01",
        "31.12.2025",
        "1/9/20255",
        "2025-09-01 25:00:00",
        "2025-09-01 24:00:00",
        "2025-09-01 08:60",
        "9/1/2025 13:00:00 PM",
        "0000-01-01",
        "20250901",
        "45901",
        "infinity",
        "epoch",
        "tomorrow",
    ],
)
def test_what_is_no_date_is_null_and_counted(extract, text):
    """A day that does not exist, a two-digit year or another form is unreadable."""
    assert read(extract, "date", text) == (None, 1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-01-02 03:04:05.678", datetime.fromisoformat("2026-01-02 03:04:05.678000")),
        ("2026-01-02", datetime.fromisoformat("2026-01-02 00:00:00")),
        ("2026-01-02T03:04", datetime.fromisoformat("2026-01-02 03:04:00")),
        ("1/2/2026 3:04:05 PM", datetime.fromisoformat("2026-01-02 15:04:05")),
        ("1/2/2026 12:30 am", datetime.fromisoformat("2026-01-02 00:30:00")),
        ("1/2/2026 15:04:05.5", datetime.fromisoformat("2026-01-02 15:04:05.500000")),
    ],
)
def test_moments_keep_their_time(extract, text, value):
    """A date-time column keeps the clock."""
    assert read(extract, "modifiedDate", text) == (value, 0)


@pytest.mark.parametrize("text", ["1", "true", "TRUE", "T", "y", "Y", "Yes"])
def test_flags_that_are_set(extract, text):
    """One, true, yes and their letters, in any case, are true."""
    assert read(extract, "cte", text) == (True, 0)


@pytest.mark.parametrize("text", ["0", "false", "False", "f", "N", "no"])
def test_flags_that_are_not_set(extract, text):
    """Nought, false, no and their letters, in any case, are false."""
    assert read(extract, "cte", text) == (False, 0)


@pytest.mark.parametrize("text", ["2", "-1", "x", "on", "10"])
def test_what_is_no_flag(extract, text):
    """Anything else in a flag is unreadable."""
    assert read(extract, "cte", text) == (None, 1)


@pytest.mark.parametrize(
    ("text", "value"), [("45", 45.0), ("045.50", 45.5), ("-.5", -0.5), ("1e2", 100.0), ("7.", 7.0)]
)
def test_numbers(extract, text, value):
    """Numbers may have a sign, a point and an exponent."""
    assert read(extract, "periodMinutes", text) == (value, 0)


@pytest.mark.parametrize("text", ["nan", "inf", "1e999", "1_000", "1,000", "0x10", "4 5", "."])
def test_what_is_no_number(extract, text):
    """Words, separators and what is too large for a number are unreadable."""
    assert read(extract, "periodMinutes", text) == (None, 1)


@pytest.mark.parametrize("column", ["number", "date", "cte", "periodMinutes", "modifiedDate"])
@pytest.mark.parametrize("text", ["", "NULL", "null", "  ", " NULL "])
def test_empty_and_the_word_null_are_null(extract, column, text):
    """Nothing, spaces and the word NULL are null in every type, and are not unreadable."""
    assert read(extract, column, text) == (None, 0)


@pytest.mark.parametrize("text", ["007", "1.0", "1E5", "0", "NULLA", "N/A", "9/1/2025", "true"])
def test_text_stays_as_it_is(extract, text):
    """A text column is never taken for a number, a date or a flag."""
    assert read(extract, "number", text) == (text, 0)
