from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from edfi_audit.errors import ExtractError


def write(extract, name, **columns):
    pq.write_table(pa.table(columns), extract.folder / name)


@pytest.mark.parametrize(
    "values",
    [
        pa.array([12, None], pa.int64()),
        pa.array([12, None], pa.uint8()),
        pa.array([12.0, None], pa.float64()),
        pa.array([12.0, float("nan")], pa.float32()),
        pa.array([Decimal("12.00"), None]),
        pa.array([Decimal(12), None]),
        pa.array(["12", "NULL"]),
        pa.array(["12", None]).dictionary_encode(),
        pa.array(["12", " "], pa.large_string()),
        pa.array(["12", ""], pa.string_view()),
    ],
)
def test_identifiers_of_every_type_are_text(extract, values):
    """An identifier is its digits, whatever type it was exported as."""
    write(extract, "Course.parquet", CourseID=values, number=pa.array(["0042", "07"]))

    extract.load()

    assert extract.rows("course", "courseID, number") == [("12", "0042"), (None, "07")]


def test_large_identifiers_keep_every_digit(extract):
    """A whole number is never written with an exponent."""
    write(extract, "person.parquet", personID=pa.array([123456789012.0, 1e15]))

    extract.load()

    assert extract.rows("person", "personID") == [("123456789012",), ("1000000000000000",)]


def test_dates_flags_and_numbers(extract):
    """Typed columns are taken as they are; text in them is read as in a CSV."""
    write(
        extract,
        "course.parquet",
        courseID=pa.array([1, 2]),
        cte=pa.array([True, False]),
        active=pa.array([1, 0]),
        gradable=pa.array([1.0, None]),
        periodMinutes=pa.array([47.5, float("nan")]),
        modifiedDate=pa.array(
            [datetime.fromisoformat("2026-01-02 03:04:00"), None], pa.timestamp("ns")
        ),
    )

    extract.load()

    assert extract.rows("course", "cte, active, gradable, periodMinutes, modifiedDate") == [
        (True, True, True, 47.5, datetime.fromisoformat("2026-01-02 03:04:00")),
        (False, False, None, None, None),
    ]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([date(2026, 1, 2)]),
        pa.array([datetime.fromisoformat("2026-01-02 23:59:00")]),
        pa.array([datetime(2026, 1, 3, 5, 59, tzinfo=UTC)], pa.timestamp("us", "America/Chicago")),
        pa.array(["1/2/2026"]),
    ],
)
def test_days_of_every_type(extract, values):
    """A moment is the day that the clock of its own zone shows."""
    write(extract, "day.parquet", date=values)

    extract.load()

    assert extract.rows("day", "date") == [(date(2026, 1, 2),)]


def test_the_first_record_is_row_two(extract):
    """An unreadable cell is numbered as if there were a header row, across batches."""
    active = pa.array(["1"] * 130_000 + ["maybe"])
    write(extract, "trial.parquet", trialID=pa.array(range(130_001)), active=active)

    manifest = extract.load()

    assert [(c.row, c.column) for c in manifest.tables["trial"].unreadable] == [(130_002, "active")]


def test_a_column_of_lists_is_refused(extract):
    """A column without cells is an error that names it; an unknown one is ignored."""
    write(extract, "course.parquet", courseID=pa.array(["1"]), number=pa.array([["a"]]))

    with pytest.raises(ExtractError, match=r"course\.parquet, number: a column of type list"):
        extract.load()


def test_an_unknown_column_of_any_type_is_ignored(extract):
    """What no rule reads need not be readable."""
    write(extract, "course.parquet", courseID=pa.array(["1"]), photo=pa.array([b"\xff"]))

    manifest = extract.load()

    assert manifest.tables["course"].ignored_columns == ("photo",)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"courseID\n1\n"])
def test_what_is_no_parquet(extract, content):
    """A file that only bears the ending is an error that names it."""
    extract.write("course.parquet", content)

    with pytest.raises(ExtractError, match=r"course\.parquet is not a Parquet file"):
        extract.load()


def test_a_parquet_file_with_damaged_pages(extract):
    """A file that is broken in the middle is an error, and nothing is stored."""
    write(extract, "course.parquet", courseID=pa.array([str(i * 7919) for i in range(20_000)]))
    path = extract.folder / "course.parquet"
    content = bytearray(path.read_bytes())
    content[4:2000] = b"\xff" * 1996
    path.write_bytes(content)

    with pytest.raises(ExtractError, match=r"course\.parquet is not a Parquet file, or is damaged"):
        extract.load()
    assert not extract.store.extracts()
