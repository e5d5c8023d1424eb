"""Cells: each type takes what is surely meant, and nothing else."""

from datetime import date, datetime

import pyarrow as pa
import pytest

from edfi_audit.ods.cells import UNREADABLE, reader_of
from edfi_audit.ods.resources import RESOURCES

PROGRAM = pa.list_(pa.struct([("program_name", pa.string()), ("school_year", pa.int32())]))
MICRO = pa.timestamp("us")


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        (pa.int64(), 255901001, 255901001),
        (pa.int64(), 9007199254740993, 9007199254740993),
        (pa.int64(), "255901001", 255901001),
        (pa.int64(), 5.0, 5),
        (pa.int64(), -(2**63), -(2**63)),
        (pa.int64(), 2**63, UNREADABLE),
        (pa.int32(), 2**31, UNREADABLE),
        (pa.int64(), 5.5, UNREADABLE),
        (pa.int64(), True, UNREADABLE),
        (pa.int64(), "12a", UNREADABLE),
        (pa.int64(), "1e400", UNREADABLE),
        (pa.string(), "0012", "0012"),
        (pa.string(), 12, "12"),
        (pa.string(), False, UNREADABLE),
        (pa.string(), {"a": 1}, UNREADABLE),
        (pa.float64(), 1, 1.0),
        (pa.float64(), 0.5, 0.5),
        (pa.float64(), "0.5", 0.5),
        (pa.float64(), "nan", UNREADABLE),
        (pa.float64(), True, UNREADABLE),
        (pa.bool_(), False, False),
        (pa.bool_(), 0, UNREADABLE),
        (pa.bool_(), "true", UNREADABLE),
        (pa.date32(), "2025-09-02", date(2025, 9, 2)),
        (pa.date32(), "2025-09-02T00:00:00", date(2025, 9, 2)),
        (pa.date32(), "2025-09-02T13:00:00", UNREADABLE),
        (pa.date32(), "2025-02-30", UNREADABLE),
        (pa.date32(), "09/02/2025", UNREADABLE),
        (pa.date32(), 20250902, UNREADABLE),
        (MICRO, "2025-09-02T10:00:00Z", datetime(2025, 9, 2, 10)),  # noqa: DTZ001 - stored as UTC
        (MICRO, "2025-09-02T10:00:00+02:00", datetime(2025, 9, 2, 8)),  # noqa: DTZ001
        (MICRO, "2025-09-02T10:00:00.1234567Z", datetime(2025, 9, 2, 10, 0, 0, 123456)),  # noqa: DTZ001
        (MICRO, "2025-09-02T10:00:00", datetime(2025, 9, 2, 10)),  # noqa: DTZ001
        (MICRO, "yesterday", UNREADABLE),
        (pa.list_(pa.string()), ["a", None], ["a", None]),
        (pa.list_(pa.string()), ["a", {}], UNREADABLE),
        (pa.list_(pa.string()), "a", UNREADABLE),
        (
            PROGRAM,
            [{"programName": "CTE", "schoolYear": 2026, "link": {}}, None],
            [{"program_name": "CTE", "school_year": 2026}, None],
        ),
        (PROGRAM, [{}], [{"program_name": None, "school_year": None}]),
        (PROGRAM, [{"schoolYear": "soon"}], UNREADABLE),
        (PROGRAM, ["CTE"], UNREADABLE),
    ],
)
def test_a_cell_is_read_or_counted(type_, value, expected):
    """A readable value is stored, null stays null, anything else is null and counted."""
    array, failures = reader_of(type_)([None, value])
    assert array.type == type_
    assert array.to_pylist() == [None, None if expected is UNREADABLE else expected]
    assert failures == (expected is UNREADABLE)


def test_one_stray_cell_spoils_no_other():
    """The cells beside an unreadable one keep their values."""
    array, failures = reader_of(pa.date32())(["2025-09-02", "soon", None, "2026-06-05"])
    assert array.to_pylist() == [date(2025, 9, 2), None, None, date(2026, 6, 5)]
    assert failures == 1


def test_every_stored_type_has_a_reader():
    """No resource has a column that could not be read."""
    for resource in RESOURCES:
        for column in resource.columns:
            assert reader_of(column.type).arrow_type == column.type
