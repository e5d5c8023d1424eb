"""Columns: whole pages read at once, exactly as cell by cell, or not at all."""

import orjson
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edfi_audit.ods.columns import Columns
from edfi_audit.ods.flatten import Flattener
from edfi_audit.ods.resources import RESOURCES, Column, Resource

ID = "0a1b2c3d00004000800000000000000f"
PROGRAMS = pa.list_(pa.struct([("program_name", pa.string()), ("school_year", pa.int32())]))
COLUMNS = (
    Column("school_id", pa.int64(), ("schoolReference.schoolId",)),
    Column("name", pa.string(), ("name", "nameReference.name")),
    Column("day", pa.date32(), ("day",)),
    Column("credits", pa.float64(), ("credits",)),
    Column("flag", pa.bool_(), ("flag",)),
    Column("levels", pa.list_(pa.string()), ("levels[].descriptor",)),
    Column("programs", PROGRAMS, ("programs[].programReference",)),
    Column("extra", pa.string(), ("extra", "_ext.wi.extra")),
)
THINGS = Resource("things", "things", (), COLUMNS)

FULL = {
    "id": ID,
    "schoolReference": {"schoolId": 255901001, "link": {"rel": "School", "href": "/x"}},
    "nameReference": {"name": "Größe 😀 \n"},
    "day": "2025-09-02",
    "credits": 0.5,
    "flag": True,
    "levels": [{"descriptor": "9"}, {}, None],
    "programs": [{"programReference": {"programName": "CTE", "schoolYear": 2026}}, {}],
    "extra": None,
    "unknown": [{"deep": [1, 2.5, "x", None]}],
    "_etag": "1",
    "_lastModifiedDate": "2025-08-21T06:05:05.8119356Z",
}


def read(*rows, resource=THINGS):
    return Columns(resource)(orjson.dumps(rows))


def test_a_page_is_read_into_typed_columns():
    """References, lists, dates and the first of several paths come out as the schema has them."""
    batch = read(FULL, {"id": ID})
    assert batch.schema == THINGS.schema
    first, second = batch.to_pylist()
    assert str(first.pop("day")) == "2025-09-02"
    assert str(first.pop("last_modified_date")) == "2025-08-21 06:05:05.811935"
    assert first == {
        "id": ID,
        "school_id": 255901001,
        "name": "Größe 😀 \n",
        "credits": 0.5,
        "flag": True,
        "levels": ["9", None, None],
        "programs": [{"program_name": "CTE", "school_year": 2026}, None],
        "extra": None,
        "ext": None,
    }
    assert second.pop("id") == ID
    assert set(second.values()) == {None}


@pytest.mark.parametrize(
    "amiss",
    [
        {"id": "17"},
        {"id": 17},
        {"schoolReference": {"schoolId": "255901001"}},
        {"schoolReference": {"schoolId": 2**63}},
        {"schoolReference": {"schoolId": 5.0}},
        {"schoolReference": "255901001"},
        {"name": 12},
        {"day": "2025-02-30"},
        {"day": "2025-09-02T00:00:00"},
        {"day": ""},
        {"credits": "0.5"},
        {"flag": "true"},
        {"flag": 1},
        {"levels": "9"},
        {"levels": ["9"]},
        {"programs": [{"programReference": {"schoolYear": "soon"}}]},
        {"_lastModifiedDate": "2025-08-21T06:05:05"},
        {"_ext": {"wi": {"extra": "x"}}},
    ],
)
def test_a_page_with_one_strange_cell_is_left_alone(amiss):
    """What Arrow would refuse, or the audit keeps in another form, is for the closer look."""
    assert read({**FULL, **amiss}) is None
    batch, _ = Flattener(THINGS).page(orjson.dumps([{**FULL, **amiss}]))
    assert batch.num_rows == 1


def test_ids_are_brought_to_one_form():
    """Dashed or upper-case ids become 32 lower-case hex digits."""
    batch = read({"id": "0A1B2C3D-0000-4000-8000-00000000000F"}, {"id": ID}, {})
    assert batch.column("id").to_pylist() == [ID, ID, None]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{}",
        b'{"message": "no"}',
        b'[{"id": "a"}',
        b"[1]",
        b'["row"]',
        b'[{"credits": NaN}]',
        b'[{"name": "\xff"}]',
        b'[]},{"rows":[]',
        b'[]}{"rows":[]',
        b"<html></html>",
    ],
)
def test_what_is_no_page_of_rows_is_left_alone(body):
    """Whether it is an error, and which, is for others to say."""
    assert Columns(THINGS)(body) is None


def test_an_empty_page_has_the_schema():
    """No rows make an empty batch."""
    batch = Columns(THINGS)(b"[]")
    assert (batch.num_rows, batch.schema) == (0, THINGS.schema)


TEXTS = st.none() | st.text(max_size=5)
STRANGE = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63), st.floats(-1e300, 1e300),
    st.text(max_size=5), st.just([]), st.just({}),
)  # fmt: skip
CELLS = {
    "id": st.just(ID),
    "schoolReference": st.none()
    | st.fixed_dictionaries({}, optional={"schoolId": st.none() | st.integers(0, 2**62)}),
    "name": TEXTS,
    "nameReference": st.none() | st.fixed_dictionaries({}, optional={"name": TEXTS}),
    "day": st.none() | st.dates().map(lambda day: day.isoformat()),
    "credits": st.none() | st.integers(-9, 9) | st.floats(-1e300, 1e300),
    "flag": st.none() | st.booleans(),
    "levels": st.none()
    | st.lists(st.none() | st.fixed_dictionaries({}, optional={"descriptor": TEXTS}), max_size=3),
    "programs": st.none()
    | st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "programReference": st.none()
                | st.fixed_dictionaries({}, optional={"programName": TEXTS})
            },
        ),
        max_size=3,
    ),
    "other": STRANGE,
}


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.fixed_dictionaries({}, optional=CELLS), max_size=5),
    st.none() | st.tuples(st.sampled_from(sorted(CELLS)), STRANGE),
)
def test_whatever_is_read_is_read_as_cell_by_cell(rows, strange):
    """Both ways give the same batch, with nothing unreadable, or only the slow one gives any."""
    if rows and strange:
        rows[0][strange[0]] = strange[1]
    slow, unreadable = Flattener(THINGS)(rows)
    quick = read(*rows)
    if strange is None:
        assert quick is not None
    if quick is not None:
        assert quick.equals(slow)
        assert not unreadable


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_every_resource_can_be_read_at_once(resource):
    """A page of bare rows of any resource has its schema."""
    assert read({"id": ID}, resource=resource).schema == resource.schema
