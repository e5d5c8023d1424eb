"""Reading a folder of records, and what an ODS adds to them."""

import re
from datetime import UTC, datetime

import pytest
from sandbox.small_ods import RECORDS, served, write

from edfi_audit.errors import SettingsError, SourceError
from edfi_audit.sandbox.flavours import flavour_named
from edfi_audit.sandbox.loading import load

HEX = re.compile(r"[0-9a-f]{32}")


def test_a_row_is_served_as_it_was_written(folder):
    """Only id, etag and date are added, around the record."""
    rows = served(folder, "studentSectionAssociations")

    assert next(iter(rows[0])) == "id"
    assert list(rows[0])[-2:] == ["_etag", "_lastModifiedDate"]
    for row in rows:
        del row["id"], row["_etag"], row["_lastModifiedDate"]
    assert rows == RECORDS["studentSectionAssociations"]


def test_ids_are_32_hex_digits_and_belong_to_one_record(folder):
    """Every record of a resource has an id of its own."""
    ids = [row["id"] for row in served(folder, "students")]

    assert all(HEX.fullmatch(identifier) for identifier in ids)
    assert len(set(ids)) == 12


def test_an_id_follows_the_natural_key(tmp_path, folder):
    """A record changed and moved to another line keeps its id; its etag changes."""
    before = {row["studentUniqueId"]: row for row in served(folder, "students")}
    moved = [{"studentUniqueId": "900001", "birthDate": "2010-01-01"}, {"studentUniqueId": "1"}]
    after = {
        row["studentUniqueId"]: row
        for row in served(write(tmp_path, {"students": moved}), "students")
    }

    assert after["900001"]["id"] == before["900001"]["id"]
    assert after["900001"]["_etag"] != before["900001"]["_etag"]


def test_records_that_share_a_natural_key_have_different_ids(tmp_path):
    """A folder may hold what an ODS would refuse; nothing is lost over it."""
    rows = [{"studentUniqueId": "1"}, {"studentUniqueId": "1"}]

    ids = {row["id"] for row in served(write(tmp_path, {"students": rows}), "students")}

    assert len(ids) == 2


def test_a_record_keeps_what_it_brings(tmp_path):
    """Id, etag and date of the file are served unchanged."""
    row = {
        "id": "abc",
        "studentUniqueId": "1",
        "_etag": "5",
        "_lastModifiedDate": "2025-09-01T00:00:00.0000001Z",
    }

    assert served(write(tmp_path, {"students": [row]}), "students") == [row]


def test_the_etag_is_the_date_in_ticks(folder):
    """Seven fractional digits; the etag is that moment as .NET writes a UTC time in binary."""
    row = served(folder, "schools")[0]
    whole, fraction = row["_lastModifiedDate"].removesuffix("Z").split(".")
    moment = datetime.fromisoformat(whole).replace(tzinfo=UTC)
    since_year_1 = moment - datetime(1, 1, 1, tzinfo=UTC)
    ticks = (since_year_1.days * 86_400 + since_year_1.seconds) * 10**7 + int(fraction)

    assert len(fraction) == 7
    assert int(row["_etag"]) == 0x4000000000000000 + ticks


def test_8_0_dashes_ids_and_rounds_dates(folder):
    """Version 8 writes GUIDs with dashes and whole seconds."""
    row = served(folder, "schools", "8.0")[0]

    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", row["id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", row["_lastModifiedDate"])


def test_nulls_are_left_out_at_every_depth(tmp_path):
    """An ODS says nothing about what is not there."""
    row = {
        "studentUniqueId": "1",
        "birthDate": None,
        "_ext": {"wi": {"x": None, "y": [{"z": None, "w": 0}]}},
    }

    [found] = served(write(tmp_path, {"students": [row]}), "students")

    assert "birthDate" not in found
    assert found["_ext"] == {"wi": {"y": [{"w": 0}]}}


def test_files_with_an_underscore_are_no_resource(tmp_path):
    """Notes beside the records are not served."""
    write(tmp_path, {"_notes": [{"x": 1}], "students": [{"studentUniqueId": "1"}]})

    records = load(tmp_path, flavour_named("7.3"), links=False)

    assert records.collection("_notes") is None
    assert records.newest == 1


def test_a_file_outside_the_data_model_is_served(tmp_path):
    """A descriptor or a state's own resource needs nothing but its file."""
    write(tmp_path, {"termDescriptors": [{"codeValue": "Fall"}]})

    assert served(tmp_path, "TERMDESCRIPTORS")[0]["codeValue"] == "Fall"


def test_a_byte_order_mark_and_empty_lines_do_not_matter(tmp_path):
    """Files come from Windows editors too."""
    (tmp_path / "students.jsonl").write_bytes(
        b'\xef\xbb\xbf{"studentUniqueId":"1"}\r\n\r\n{"studentUniqueId":"2"}\r\n'
    )

    assert [row["studentUniqueId"] for row in served(tmp_path, "students")] == ["1", "2"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"studentUniqueId": "Secretname"', "students.jsonl, line 2 is not JSON."),
        ('["Secretname"]', "students.jsonl, line 2 is not a JSON object."),
        (
            '{"id": 7, "studentUniqueId": "Secretname"}',
            "students.jsonl, line 2 has an id that is no text.",
        ),
        (
            '{"id": "one", "studentUniqueId": "Secretname"}',
            "students.jsonl, line 2 repeats the id of an earlier line.",
        ),
    ],
)
def test_a_line_that_is_no_record_is_named_not_shown(tmp_path, line, message):
    """The error gives file and line, never what stands there."""
    first = '{"id": "one", "studentUniqueId": "1"}'
    (tmp_path / "students.jsonl").write_text(f"{first}\n{line}\n", encoding="utf-8")

    with pytest.raises(SourceError) as caught:
        load(tmp_path, flavour_named("7.3"), links=False)

    assert caught.value.what == message
    assert "Secretname" not in str(caught.value)


def test_a_missing_folder_is_named(tmp_path):
    """The error names the folder and what belongs into it."""
    with pytest.raises(SettingsError, match=r"There is no folder .*nowhere"):
        load(tmp_path / "nowhere", flavour_named("7.3"), links=False)


def test_a_folder_without_records_is_refused(tmp_path):
    """Serving nothing at all is a mistake in the path."""
    (tmp_path / "schools.csv").write_text("schoolId\n1\n", encoding="utf-8")

    with pytest.raises(SettingsError, match="holds no records"):
        load(tmp_path, flavour_named("7.3"), links=False)


def test_an_unknown_flavour_is_refused_with_the_known_ones():
    """The error lists what there is."""
    with pytest.raises(SettingsError, match=r"Choose one of 5\.3, 6\.1, 7\.1, 7\.2, 7\.3, 8\.0"):
        flavour_named("4.0")
