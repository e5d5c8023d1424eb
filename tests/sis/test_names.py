import pytest

from edfi_audit.sis.names import header_name, table_name


@pytest.mark.parametrize(
    "file",
    [
        "course.csv",
        "COURSE.CSV",
        "dbo.Course.csv",
        "henry.dbo.course.csv",
        "[dbo].[Course].csv",
        "[henry].[dbo].[Course].xlsx",
        "Course.parquet",
        "course.txt",
        "export/2026/dbo.Course.tsv",
        '"course".csv',
    ],
)
def test_file_names_of_one_table(file):
    """Case, brackets, schema, database and folder do not matter."""
    assert table_name(file) == "course"


@pytest.mark.parametrize(
    "file", ["courses.csv", "course_2026.csv", "course.json", "course.csv.bak"]
)
def test_file_names_of_no_table(file):
    """Nothing is guessed from a name that is only like a table's."""
    assert table_name(file) != "course"


@pytest.mark.parametrize(
    "header",
    ["courseID", "COURSEID", "courseid", "[courseID]", " courseID ", '"courseID"', "\ufeffCourseID",
     "course.courseID", "dbo.Course.courseID", "[dbo].[course].[courseID]"],
)  # fmt: skip
def test_headers_of_one_column(header):
    """Case, brackets and the table's own name do not matter."""
    assert header_name(header, "course") == "courseid"


def test_a_header_of_another_table_is_another_column():
    """A join's `section.courseID` is not the course's own."""
    assert header_name("section.courseID", "course") == "section.courseid"
