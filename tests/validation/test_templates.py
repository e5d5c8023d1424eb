import duckdb
import pytest

from edfi_audit.validation.templates import TemplateError, as_sql, columns_of


def answer(query):
    with duckdb.connect() as con:
        return con.execute(query).fetchall()


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("no endDate", "no endDate"),
        ("ended {day}", "ended 2026-01-23"),
        ("{n} of {n}", "7 of 7"),
        ("{gone}!", "(none)!"),
        ("it's {{n}} {odd name}", None),
        ("it's {{n}}: {text}", "it's {n}: O'Neil ✓"),
        ("", ""),
    ],
)
def test_a_template_becomes_text_in_sql(template, text):
    """Columns are filled in, nulls said, quotes and braces kept."""
    row = "SELECT DATE '2026-01-23' AS day, 7 AS n, NULL AS gone, 'O''Neil ✓' AS text"
    if text is None:
        with pytest.raises(TemplateError):
            as_sql(template)
        return
    assert answer(f"SELECT {as_sql(template)} FROM ({row})") == [(text,)]


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("course {code}", "course  A"),
        ("course {gone}", None),
        ("course {blank}", None),
        ("{code} at {gone}", None),
        ("one for all", "one for all"),
    ],
)
def test_without_a_word_for_nothing_there_is_no_text(template, text):
    """What would name a null or a blank says nothing at all."""
    row = "SELECT ' A' AS code, NULL AS gone, '  ' AS blank"
    assert answer(f"SELECT {as_sql(template, absent=None)} FROM ({row})") == [(text,)]


def test_no_template_is_null():
    """A rule without a cause has a null cause."""
    assert answer(f"SELECT {as_sql(None)}") == [(None,)]


@pytest.mark.parametrize("template", ["{", "}", "{}", "{a:>3}", "{a!r}", "{a.b}", "{a[0]}"])
def test_only_column_names_stand_in_braces(template):
    """Anything else is refused."""
    with pytest.raises(TemplateError):
        columns_of(template)
