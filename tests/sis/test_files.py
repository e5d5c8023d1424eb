import os
import zipfile

import pytest

from edfi_audit.errors import ExtractError

COURSE = "courseID,number\n1,0042\n"


def zipped(extract, members, **options):
    path = extract.folder.parent / "campus.zip"
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "name", ["course.csv", "export/dbo.Course.csv", r"export\2026\[dbo].[course].txt"]
)
def test_a_zip_reads_as_its_folder(extract, name):
    """A zip's files are found at any depth, whichever slash it was written with."""
    path = zipped(extract, {name: COURSE}, compression=zipfile.ZIP_DEFLATED)

    manifest = extract.load(path)

    assert extract.rows("course", "courseID, number") == [("1", "0042")]
    assert manifest.tables["course"].file == name.replace("\\", "/")
    stored = sorted(entry.name for entry in extract.store.sis("sis").iterdir())
    assert stored == ["course.parquet", "manifest.json"]


def test_parquet_and_xlsx_in_a_zip(extract, workbook, row):
    """Files that must be read out of order are unpacked, and nothing unpacked is left."""
    workbook(extract.folder / "trial.xlsx", {"x": [row(1, A="trialID"), row(2, A=9)]})
    content = (extract.folder / "trial.xlsx").read_bytes()

    extract.load(zipped(extract, {"trial.xlsx": content}))

    assert extract.rows("trial", "trialID") == [("9",)]


def test_files_of_the_system_are_ignored(extract):
    """What macOS and Excel leave in a folder holds no table, and is listed."""
    members = {"course.csv": COURSE, "__MACOSX/course.csv": "", "~$course.xlsx": "", ".x.csv": ""}

    manifest = extract.load(zipped(extract, members))

    assert manifest.ignored_files == (".x.csv", "__MACOSX/course.csv", "~$course.xlsx")


@pytest.mark.parametrize(
    "name",
    ["../course.csv", "a/../../course.csv", "/etc/course.csv", "..\\course.csv", "C:\\x.csv"],
)
def test_a_path_out_of_the_zip_is_refused(extract, name):
    """A zip that would write beside itself is refused whole."""
    path = zipped(extract, {"section.csv": "sectionID\n1\n", name: COURSE})

    with pytest.raises(ExtractError, match=r"campus\.zip holds a path that leads out"):
        extract.load(path)


@pytest.mark.parametrize("content", [b"", b"courseID\n1\n", b"PK\x05\x06cut"])
def test_what_is_no_zip(extract, content):
    """A file that only bears the ending is an error that names it."""
    path = extract.folder.parent / "campus.zip"
    path.write_bytes(content)

    with pytest.raises(ExtractError, match=r"campus\.zip is damaged or not a zip"):
        extract.load(path)


def test_a_zip_with_a_damaged_member(extract):
    """A member whose checksum is wrong is an error that names it, and nothing is stored."""
    path = zipped(extract, {"course.csv": COURSE})
    path.write_bytes(path.read_bytes().replace(b"0042", b"0043", 1))

    with pytest.raises(ExtractError, match=r"course\.csv in campus\.zip is damaged"):
        extract.load(path)
    assert extract.stored() == {}


def test_an_encrypted_zip(extract):
    """A zip under a password is an error that says what to do."""
    path = zipped(extract, {"course.csv": COURSE})
    content = bytearray(path.read_bytes())
    content[6] |= 1  # the flag "encrypted" in the member's own header
    content[content.index(b"PK\x01\x02") + 8] |= 1  # and in the directory
    path.write_bytes(content)

    with pytest.raises(ExtractError, match=r"is encrypted.*without a password"):
        extract.load(path)


def test_nothing_there(extract):
    """A path that does not exist is an error that says what to give."""
    with pytest.raises(ExtractError, match=r"There is no .*gone.*Give the folder"):
        extract.load(extract.folder / "gone")


def test_a_single_file(extract):
    """One file is no extract."""
    extract.write("course.csv", COURSE)

    with pytest.raises(ExtractError, match=r"course\.csv is a file\. Give the folder"):
        extract.load(extract.folder / "course.csv")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read(extract):
    """A file without permission is an error that names it."""
    extract.write("course.csv", COURSE)
    (extract.folder / "course.csv").chmod(0)

    with pytest.raises(ExtractError, match=r"course\.csv cannot be read"):
        extract.load()
