"""How tables and columns are named in a district's files, brought to one form.

`dbo.Course.csv`, `henry.dbo.course.csv` and `[dbo].[Course].csv` are all `course`; `[courseID]`,
`CourseID` and `dbo.course.courseid` are all `courseid`.
"""

from pathlib import PurePosixPath

__all__ = ["header_name", "plain", "table_name"]

SUFFIXES = (".csv", ".txt", ".tsv", ".parquet", ".xlsx")
_QUOTES = "[]\"'` \t\r\n\ufeff\u00a0"


def plain(name: str) -> str:
    """`name` in lower case, without brackets, quotes or spaces around its parts."""
    return ".".join(part.strip(_QUOTES) for part in name.lower().split("."))


def table_name(name: str) -> str:
    """The table a file or table name speaks of, without folder, ending, database or schema."""
    bare = without_suffix(PurePosixPath(name).name)
    return plain(bare).rpartition(".")[2]


def without_suffix(file: str) -> str:
    """`file` without the ending of a form that can be read."""
    suffix = PurePosixPath(file).suffix.lower()
    return file[: -len(suffix)] if suffix in SUFFIXES else file


def header_name(header: str, table: str) -> str:
    """A header in one form; a prefix that names `table` itself is dropped."""
    prefix, _, column = plain(header).rpartition(".")
    return column if prefix.rpartition(".")[2] == table.lower() else plain(header)
