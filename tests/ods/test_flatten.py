"""Rows to Arrow: what is read, what is null, and what is counted as unreadable."""

import orjson
import pyarrow as pa
import pytest

from edfi_audit.ods.flatten import Flattener
from edfi_audit.ods.resources import Column, Resource


def flattened(rows, *columns):
    """The stored rows of `columns` only, and the counts of unreadable cells."""
    batch, unreadable = Flattener(Resource("things", "things", (), columns))(rows)
    return [
        {column.name: row[column.name] for column in columns} for row in batch.to_pylist()
    ], unreadable


def text(name, *paths):
    return Column(name, pa.string(), paths)


def test_a_reference_is_flattened():
    """A dotted path walks through references; an absent one is null and no fault."""
    rows = [{"a": {"b": {"c": "x"}}}, {"a": {"b": None}}, {"a": None}, {}]
    found, unreadable = flattened(rows, text("c", "a.b.c"))
    assert [row["c"] for row in found] == ["x", None, None, None]
    assert not unreadable


def test_the_first_path_with_a_value_wins():
    """A field that has had several places is read from the first that has it."""
    rows = [{"new": "n", "old": "o"}, {"old": "o"}, {}]
    found, _ = flattened(rows, text("field", "new", "old"))
    assert [row["field"] for row in found] == ["n", "o", None]


def test_a_path_that_leads_astray_is_unreadable():
    """A text, number or list where a reference should be is counted, in its column only."""
    rows = [{"a": "text"}, {"a": 5}, {"a": []}, {"a": {"b": "x"}}]
    found, unreadable = flattened(rows, text("b", "a.b"), text("c", "c"))
    assert [row["b"] for row in found] == [None, None, None, "x"]
    assert unreadable == {"b": 3}


def test_a_list_is_read_through_its_items():
    """`[]` collects one field of every item; no list is null, an empty one is empty."""
    column = Column("levels", pa.list_(pa.string()), ("levels[].descriptor",))
    rows = [
        {"levels": [{"descriptor": "9"}, {"descriptor": "10"}]},
        {"levels": []},
        {},
        {"levels": [{"other": 1}]},
        {"levels": "9"},
        {"levels": ["9"]},
    ]
    found, unreadable = flattened(rows, column)
    assert [row["levels"] for row in found] == [["9", "10"], [], None, [None], None, None]
    assert unreadable == {"levels": 2}


def test_an_extension_is_found_in_any_case():
    """Servers write `_ext.wi`, `_ext.WI` or `_ext.Wi`."""
    rows = [{"_ext": {name: {"x": name}}} for name in ("wi", "WI", "Wi", "mn")] + [{"_ext": 1}]
    found, unreadable = flattened(rows, text("x", "_ext.wi.x"))
    assert [row["x"] for row in found] == ["wi", "WI", "Wi", None, None]
    assert unreadable == {"x": 1}


def test_extensions_are_kept_as_json():
    """`_ext` is stored whole as JSON text, null where absent."""
    batch, _ = Flattener(Resource("things", "things", (), ()))([{"_ext": {"wi": {"a": [1]}}}, {}])
    assert batch.column("ext").to_pylist() == ['{"wi":{"a":[1]}}', None]


def test_ids_are_brought_to_one_form():
    """A dashed or upper-case id becomes 32 lower-case hex digits; anything else is unreadable."""
    rows = [
        {"id": "0A1B2C3D-0000-4000-8000-00000000000F"},
        {"id": "0a1b2c3d00004000800000000000000f"},
        {"id": "17"},
        {"id": 17},
        {},
    ]
    batch, unreadable = Flattener(Resource("things", "things", (), ()))(rows)
    same = "0a1b2c3d00004000800000000000000f"
    assert batch.column("id").to_pylist() == [same, same, None, None, None]
    assert unreadable == {"id": 2}


def test_a_row_that_is_no_object_is_counted():
    """A row that is no JSON object becomes nulls, counted in every column."""
    found, unreadable = flattened(["row"], text("a", "a"))
    assert found == [{"a": None}]
    assert unreadable["a"] == 1
    assert unreadable["id"] == 1


def test_no_rows_are_an_empty_batch():
    """An empty page has the schema and no rows."""
    batch, unreadable = Flattener(Resource("things", "things", (), (text("a", "a"),)))([])
    assert batch.num_rows == 0
    assert batch.schema.names == ["id", "a", "last_modified_date", "ext"]
    assert not unreadable


def test_pages_are_read_whether_or_not_they_can_be_at_once():
    """Strange pages and plain ones may come in any order; every one is read, each fault counted."""
    flattener = Flattener(Resource("things", "things", (), (text("a", "a"),)))
    plain, strange = b'[{"a": "x"}]', b'[{"a": "y", "_ext": {}}, {"a": []}]'
    pages = [plain, strange, *[plain] * 3, *[strange] * 5, *[plain] * 40]
    read = [flattener.page(page) for page in pages]
    assert [batch.column("a").to_pylist() for batch, _ in read] == [
        ["x"] if page == plain else ["y", None] for page in pages
    ]
    assert [unreadable["a"] for _, unreadable in read] == [page == strange for page in pages]


def test_an_answer_that_is_no_list_has_no_rows():
    """An object where rows are due gives nothing; a broken one is an error of its own."""
    flattener = Flattener(Resource("things", "things", (), ()))
    assert flattener.page(b'{"message": "no"}') is None
    with pytest.raises(orjson.JSONDecodeError):
        flattener.page(b'[{"id"')
