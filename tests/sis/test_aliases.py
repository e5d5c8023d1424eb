import pytest

from edfi_audit.errors import ExtractError, SettingsError


@pytest.mark.parametrize(
    "aliases",
    [
        {"tblCourse": "course", "tblCourse.crs_no": "number"},
        {"TBLCOURSE": "Course", "course.CRS_NO": "NUMBER"},
        {"tblCourse.csv": "course", "course": {"crs_no": "number"}},
        {"dbo": {"tblCourse": "course"}, "course": {"[crs_no]": "number"}},
        {"dbo.tblCourse": "course", "dbo.tblCourse.crs_no": "number"},
    ],
)
def test_files_and_columns_by_their_own_names(extract, aliases):
    """Flat keys, nested tables, any case, the layout's or the district's table name."""
    extract.write("dbo.tblCourse.csv", "courseID,Crs_No\n1,0042\n")

    manifest = extract.load(aliases=aliases)

    assert extract.rows("course", "courseID, number") == [("1", "0042")]
    assert manifest.tables["course"].file == "dbo.tblCourse.csv"


def test_an_alias_goes_before_a_like_name(extract):
    """Where a file has both, the column the settings name is taken and the other listed."""
    extract.write("course.csv", "courseID,number,stateNumber\n1,own,state\n")

    manifest = extract.load(aliases={"course.stateNumber": "number"})

    assert extract.rows("course", "number") == [("state",)]
    assert manifest.tables["course"].ignored_columns == ("number",)


def test_an_alias_makes_its_delimiter_known(extract):
    """The delimiter is found by the headers, those of the aliases included."""
    extract.write("course.csv", "crs no;crs,id\n1;2\n")

    extract.load(aliases={"course.crs no": "number"})

    assert extract.rows("course", "number") == [("1",)]


def test_an_alias_for_a_column_that_is_not_there(extract):
    """An alias that the file's headers do not bear out is an error with those near it."""
    extract.write("course.csv", "courseID,crs_nr\n1,0042\n")

    with pytest.raises(ExtractError, match=r"has no column crs_no.*for number.*mean crs_nr\?"):
        extract.load(aliases={"course.crs_no": "number"})
    with pytest.raises(ExtractError, match=r"has no column zip.*Its columns: courseID, crs_nr\."):
        extract.load(aliases={"course.zip": "number"})


def test_an_alias_that_is_not_needed(extract):
    """Where the column is there by its own name, an alias for it may go unused."""
    extract.write("course.csv", "courseID,number\n1,0042\n")

    extract.load(aliases={"course.crs_no": "number"})

    assert extract.rows("course", "number") == [("0042",)]


def test_two_aliases_of_one_column_in_one_file(extract):
    """Two headers that mean the same column are an error, for neither can be preferred."""
    extract.write("course.csv", "courseID,a,b\n1,2,3\n")

    with pytest.raises(ExtractError, match=r"column number twice \(fields 2 and 3\)"):
        extract.load(aliases={"course.a": "number", "course.b": "number"})


@pytest.mark.parametrize(
    ("aliases", "said"),
    [
        ({"tblCourse": "cours"}, r"tblCourse = 'cours'.*Did you mean course"),
        ({"course.crs": "numbr"}, r"course\.crs = 'numbr'.*no column of course.*Did you mean numb"),
        ({"course": {"crs": "numbr"}}, r"course\.crs = 'numbr'.*Did you mean number"),
        ({"tblX.crs": "number"}, r"no Infinite Campus table is called tblX or number"),
        ({"rostr.crs": "personID"}, r"Did you mean roster"),
        ({"course.crs": "zzz"}, r"Known: courseID, calendarID, number"),
        ({"tblCourse": 7}, r"tblCourse is not text"),
        ({"course": {"crs": ["number"]}}, r"course\.crs is not text"),
    ],
)
def test_an_alias_of_nothing_known(extract, aliases, said):
    """An alias that means nothing is an error of the settings, with what is near it."""
    extract.write("course.csv", "courseID\n1\n")

    with pytest.raises(SettingsError, match=said):
        extract.load(aliases=aliases)

    assert not extract.store.root.exists()
