import json
import os
import stat

import duckdb
import pytest

from edfi_audit.errors import ExtractError, SettingsError, StoreError
from edfi_audit.sis.infinite_campus import TABLES
from edfi_audit.sis.layout import FLAG, Layout, SisColumn, SisTable

COURSE = "courseID,number,Colour,active\n1,0042,red,1\n2,0043,blue,perhaps\n"


def test_every_column_of_the_layout_is_stored_with_its_type(extract):
    """A stored table has all columns in order, typed; those that were absent are null."""
    for table in TABLES:
        extract.write(f"{table.name}.csv", f"{table.columns[0].name}\n1\n")
    extract.load()

    for table in TABLES:
        file = extract.store.sis("sis") / f"{table.name}.parquet"
        described = duckdb.connect().execute(f"DESCRIBE SELECT * FROM '{file}'").fetchall()
        assert [(name, kind) for name, kind, *_ in described] == [
            (column.name, column.type) for column in table.columns
        ]


def test_the_manifest_says_what_was_there(extract):
    """Present, absent and unknown columns, absent tables, other files, unreadable cells."""
    extract.write("dbo.Course.csv", COURSE).write("readme.pdf", b"%PDF").write(
        "notes.csv", "a\n1\n"
    )
    (extract.folder / "old").mkdir()

    manifest = extract.load(name="spring")

    report = manifest.tables["course"]
    assert report.file == "dbo.Course.csv"
    assert report.rows == 2
    assert report.columns == ("courseID", "number", "active")
    assert report.absent_columns[:3] == ("calendarID", "name", "stateExclude")
    assert report.ignored_columns == ("Colour",)
    assert report.unreadable_count == 1
    assert extract.rows("course", "courseID, active", "spring") == [("1", True), ("2", None)]
    assert manifest.ignored_files == ("notes.csv", "old/", "readme.pdf")
    assert manifest.absent_tables[:3] == ("school", "calendar", "scheduleStructure")
    assert len(manifest.absent_tables) == len(TABLES) - 1
    assert (manifest.rows, manifest.unreadable_count) == (2, 1)
    written = json.loads((extract.store.sis("spring") / "manifest.json").read_text())
    assert written["extract"] == "spring"
    assert written["layout"] == "infinite_campus"
    assert written["source"] == str(extract.folder)
    assert written["tables"]["course"]["unreadable"] == [{"row": 3, "column": "active"}]
    assert written["ignored_files"] == ["notes.csv", "old/", "readme.pdf"]
    assert "perhaps" not in str(written)


def test_the_manifest_reads_back(extract):
    """What is stored as JSON gives the same manifest again."""
    extract.write("course.csv", COURSE)
    manifest = extract.load()

    assert type(manifest).read(extract.store.sis("sis")) == manifest


def test_the_first_hundred_unreadable_cells_are_named_and_all_counted(extract):
    """The list is capped, in the order of the file; the count is not."""
    rows = "".join(f"{i},x,9/31/2025\n" for i in range(2, 202))
    extract.write("roster.csv", f"rosterID,audit,startDate\n{rows}")

    report = extract.load().tables["roster"]

    assert report.unreadable_count == 400
    assert len(report.unreadable) == 100
    assert [(c.row, c.column) for c in report.unreadable[:3]] == [
        (2, "audit"),
        (2, "startDate"),
        (3, "audit"),
    ]
    assert report.unreadable[-1].row == 51


def test_a_file_with_only_a_header_is_an_empty_table(extract):
    """No rows is a fact, not an error."""
    extract.write("roster.csv", "rosterID,personID\n")

    manifest = extract.load()

    assert manifest.tables["roster"].rows == 0
    assert extract.rows("roster") == []


def test_files_keep_their_order_and_progress_is_told(extract):
    """Rows are stored in the file's order across batches; progress counts them up."""
    extract.write("term.csv", "termID\n" + "".join(f"{i}\n" for i in range(130_000)))

    extract.load()

    assert [int(term) for (term,) in extract.rows("term", "termID")] == list(range(130_000))
    assert extract.seen == [("term", 122_880), ("term", 130_000)]


def test_a_new_load_takes_the_place_of_the_old(extract):
    """A table that the new extract lacks is gone from the store."""
    extract.write("course.csv", COURSE).write("trial.csv", "trialID\n1\n")
    extract.load()
    (extract.folder / "trial.csv").unlink()

    extract.load()

    stored = sorted(path.name for path in extract.store.sis("sis").iterdir())
    assert stored == ["course.parquet", "manifest.json"]


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_files_are_the_owners_alone(extract):
    """Folders are 0700 and files 0600."""
    extract.write("course.csv", COURSE)
    extract.load()

    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in [extract.store.root, *extract.store.root.rglob("*")]
    }
    assert modes == {
        "store": 0o700,
        "sis": 0o700,
        "course.parquet": 0o600,
        "manifest.json": 0o600,
    }


def test_a_folder_without_a_table(extract):
    """The error names what was expected and what to do."""
    extract.write("grades.csv", "a\n1\n")

    with pytest.raises(ExtractError) as caught:
        extract.load()

    assert "holds no Infinite Campus table" in caught.value.what
    assert "course, section, sectionPlacement" in caught.value.what
    assert "[sis.aliases]" in caught.value.next_step
    assert caught.value.exit_status == 3


def test_a_folder_that_holds_only_a_zip(extract):
    """The next step is the zip itself."""
    extract.write("campus.zip", b"")

    with pytest.raises(ExtractError, match=r"Give .*campus\.zip instead"):
        extract.load()


def test_two_files_of_one_table(extract):
    """Both files are named, and neither is preferred."""
    extract.write("course.csv", COURSE).write("dbo.Course.txt", COURSE)

    with pytest.raises(ExtractError, match=r"course\.csv and dbo\.Course\.txt both hold .* course"):
        extract.load()


def test_a_header_that_occurs_twice(extract):
    """A known column may stand in a file only once, in whatever case."""
    extract.write("course.csv", "courseID,number,COURSEID\n1,2,3\n")

    with pytest.raises(ExtractError, match=r"course\.csv, row 1 .*courseID twice \(fields 1 and 3"):
        extract.load()


def test_an_unknown_header_that_occurs_twice_is_ignored(extract):
    """Columns that are not read may be called anything."""
    extract.write("course.csv", "courseID,x,x\n1,2,3\n")

    assert extract.load().tables["course"].ignored_columns == ("x", "x")


def test_a_file_without_headers_is_not_echoed(extract):
    """A first row of data is an error that holds none of it."""
    extract.write("person.csv", "17,Pat Doe\n18,Lee Roe\n")

    with pytest.raises(ExtractError, match="names no column of person") as caught:
        extract.load()
    assert "Pat" not in str(caught.value)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("roster.csv", b"rosterID,personID\n1\n"),
        ("roster.csv", b"rosterID,personID\n1,\x81\n"),
        ("roster.csv", b'rosterID,personID\n1,"2\n'),
        ("roster.csv", b"rosterID,rosterID\n1,2\n"),
        ("roster.csv", b""),
        ("roster.xlsx", b"no workbook"),
        ("roster.parquet", b"no parquet"),
        ("dbo.course.csv", COURSE.encode()),
    ],
)
def test_an_error_leaves_the_store_as_it_was(extract, file, content):
    """Whatever cannot be read, the extract loaded before is untouched and nothing is left over."""
    extract.write("course.csv", COURSE)
    extract.load()
    before = extract.stored()
    extract.write("calendar.csv", "calendarID\n1\n").write(file, content)

    with pytest.raises(ExtractError):
        extract.load()

    assert extract.stored() == before


@pytest.mark.parametrize("name", ["", "..", "a/b", "../x", ".hidden"])
def test_a_name_that_is_no_folder(extract, name):
    """An extract's name cannot lead out of the store."""
    extract.write("course.csv", COURSE)

    with pytest.raises(SettingsError, match="An extract cannot be called"):
        extract.load(name=name)


def test_a_store_that_cannot_be_written(extract):
    """A store below a file is an error of the store."""
    extract.write("course.csv", COURSE)
    extract.store.root.write_text("")

    with pytest.raises(StoreError, match="cannot be written"):
        extract.load()


def test_another_layout(extract):
    """What tables there are is the layout's to say."""
    columns = (SisColumn("sourcedId"), SisColumn("isPrimary", FLAG))
    layout = Layout("tiny", "Tiny SIS", (SisTable("orgs", columns, headline=True),))
    extract.write("orgs.csv", "sourcedId,isPrimary\n01,true\n").write("course.csv", COURSE)

    manifest = extract.load(layout=layout)

    assert manifest.layout == "tiny"
    assert manifest.ignored_files == ("course.csv",)
    assert extract.rows("orgs") == [("01", True)]
