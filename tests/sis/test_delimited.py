import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edfi_audit.errors import ExtractError
from edfi_audit.sis.delimited import read_delimited

ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-be-with-mark")


def encoded(text, encoding):
    if encoding == "utf-16-be-with-mark":
        return b"\xfe\xff" + text.encode("utf-16-be")
    return text.encode(encoding)


@pytest.mark.parametrize(
    ("encoding", "delimiter", "end"), list(itertools.product(ENCODINGS, ",\t;", ("\n", "\r\n")))
)
def test_every_encoding_with_every_delimiter(extract, encoding, delimiter, end):
    """A file reads the same in each encoding, with each delimiter and line end."""
    lines = ["courseID,number,name", "1,0042,Français", '2,0043,"Two\nlines, one field; tab\t"']
    text = end.join(line.replace(",", delimiter) for line in lines[:2])
    quoted = '2,0043,"'.replace(",", delimiter) + 'Two\nlines, one ""field""; tab\tend"'
    extract.write("course.csv", encoded(text + end + quoted + end, encoding))

    extract.load()

    assert extract.rows("course", "courseID, number, name") == [
        ("1", "0042", "Français"),
        ("2", "0043", 'Two\nlines, one "field"; tab\tend'),
    ]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_without_quotes_reads_the_same(extract, delimiter):
    """A file without quotes keeps leading zeros, accents and empty cells."""
    text = "sectionID,number,courseID\n1,007,Ä\n2,,\n003,08,9".replace(",", delimiter)
    extract.write("section.txt", text, "cp1252")

    extract.load()

    assert extract.rows("section", "sectionID, number, courseID") == [
        ("1", "007", "Ä"),
        ("2", None, None),
        ("003", "08", "9"),
    ]


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        ("1,2\n\n3,4\n", [("1", "2"), ("3", "4")]),
        ("1,2\n,\n3,4\n", [("1", "2"), ("3", "4")]),
        ("---,---\n1,2\n", [("1", "2")]),
        ("-1,2\n", [("-1", "2")]),
        ("1,2,\n3,4,\n", [("1", "2"), ("3", "4")]),
        ("1,2\n3,4,,\n", [("1", "2"), ("3", "4")]),
        ('"1","2"\n\n"3","4",\n', [("1", "2"), ("3", "4")]),
        ('1,5" pipe\n', [("1", '5" pipe')]),
        ("\n", []),
    ],
)
def test_blank_rows_and_trailing_delimiters(extract, body, rows):
    """Blank rows, a line of dashes and empty fields beyond the header are no data."""
    extract.write("section.csv", f"sectionID,courseID\n{body}")

    manifest = extract.load()

    assert extract.rows("section", "sectionID, courseID") == rows
    assert manifest.tables["section"].rows == len(rows)


def test_a_trailing_delimiter_in_the_header_is_no_column(extract):
    """An unnamed last column is dropped, whether or not the rows have it."""
    extract.write("section.csv", "sectionID,courseID,\n1,2,\n3,4\n")

    manifest = extract.load()

    assert extract.rows("section", "sectionID, courseID") == [("1", "2"), ("3", "4")]
    assert manifest.tables["section"].ignored_columns == ()


def test_blank_lines_before_the_header_count_as_rows(extract):
    """Rows are numbered as a spreadsheet shows them, blank lines and all."""
    extract.write("trial.csv", "\ntrialID,active\n1,1\n\n2,maybe\n")

    manifest = extract.load()

    assert [(cell.row, cell.column) for cell in manifest.tables["trial"].unreadable] == [
        (5, "active")
    ]


@pytest.mark.parametrize(
    "text",
    [
        '#TYPE System.Data.DataRow\r\n"courseID","number"\r\n"1","2"\r\n',
        "sep=;\ncourseID;number\n1;2\n",
        "courseID,number\r1,2\r",
        "courseID,number\n1,2",
    ],
)
def test_what_programs_write_around_the_rows(extract, text):
    """A preamble, old line ends and a last line without one change nothing."""
    extract.write("course.csv", text)

    extract.load()

    assert extract.rows("course", "courseID, number") == [("1", "2")]


@pytest.mark.parametrize(
    ("body", "row", "said"),
    [
        ("1,2\n3\n", 3, "has 1 fields, but the header has 2"),
        ("1,2\n3,4\n\n5,6,Pat\n", 5, "has 3 fields, but the header has 2"),
        ('1,"two\nlines"\n3\n', 3, "has 1 fields"),
        ('1,2\n3,"Pat\n5,6\n', 3, "opens a quote that is never closed"),
        ('1,"Pat" Doe\n', 2, "has text after a closing quote"),
    ],
)
def test_uneven_rows_and_open_quotes_name_their_row(extract, body, row, said):
    """A row that cannot be read is named by number, never by what it holds."""
    extract.write("section.csv", f"sectionID,courseID\n{body}")

    with pytest.raises(ExtractError, match=f"section.csv, row {row} {said}") as caught:
        extract.load()

    assert "Pat" not in str(caught.value)
    assert caught.value.next_step


def test_an_open_quote_in_a_long_file_stops_early(extract):
    """A quote left open is reported at its own row however much follows."""
    extract.write("section.csv", 'sectionID,courseID\n1,"2\n' + "3,4\n" * 100_000)

    with pytest.raises(ExtractError, match=r"section\.csv, row 2 opens a quote"):
        extract.load()


def test_a_ragged_row_far_down_is_numbered_right(extract):
    """The row number holds across batches."""
    extract.write("section.csv", "sectionID,courseID\n" + "1,2\n" * 150_000 + "3\n")

    with pytest.raises(ExtractError, match=r"section\.csv, row 150002 has 1 fields"):
        extract.load()


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_a_file_without_a_header_row(extract, text):
    """An empty file is an error that says so."""
    extract.write("course.csv", text)

    with pytest.raises(ExtractError, match=r"course\.csv is empty: it has no header row"):
        extract.load()


# Control characters and dashes alone are left out: what surrounds a cell or rules a table off.
CELL = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"], exclude_characters="-", include_characters="\n\t"
    ),
    max_size=12,
)
PLAIN = st.text(st.sampled_from("aB0 -é漢5'.:"), max_size=6)


def written(rows, *, quote):
    def cell(text):
        return '"' + text.replace('"', '""') + '"' if quote else text

    return "".join(",".join(map(cell, row)) + "\n" for row in rows)


def cells_of(path):
    sheet = read_delimited(path, path.name, lambda _: True)
    return [
        tuple(row[f"c{i}"] for i in range(2))
        for table in sheet.read([0, 1])
        for row in table.to_pylist()
    ]


@given(rows=st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8))
def test_quoted_text_comes_back_as_it_was(tmp_path_factory, rows):
    """Whatever a quoted cell holds comes back, less the space around it."""
    path = tmp_path_factory.mktemp("round") / "course.csv"
    path.write_bytes(written([("courseID", "name"), *rows], quote=True).encode())

    assert cells_of(path) == [
        (left.strip(), right.strip()) for left, right in rows if (left or right)
    ]


@given(rows=st.lists(st.tuples(PLAIN, PLAIN), min_size=1, max_size=8))
def test_both_ways_of_reading_agree(tmp_path_factory, rows):
    """Text without quotes and the same text in quotes give the same cells."""
    folder = tmp_path_factory.mktemp("agree")
    for quote in (False, True):
        content = written([("courseID", "name"), *rows], quote=quote)
        (folder / f"{quote}.csv").write_bytes(content.encode())

    assert cells_of(folder / "False.csv") == cells_of(folder / "True.csv")
