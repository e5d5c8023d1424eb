"""Templates over the columns of an audit table, and the SQL they stand for.

`no endDate; the session ended {session_end_date}` becomes one SQL text expression, so that a
finding's words are made only for failing rows and never in Python. `{{` and `}}` are braces.
"""

from string import Formatter

__all__ = ["ABSENT", "TemplateError", "as_sql", "columns_of", "literal", "quoted"]

ABSENT = "(none)"
"""What a template shows where the column is null."""


class TemplateError(ValueError):
    """A template that cannot be read; the message says why."""


def columns_of(template: str) -> tuple[str, ...]:
    """The columns that `template` names, in order; a `TemplateError` when it is broken."""
    return tuple(name for _, name in _parts(template) if name is not None)


def as_sql(template: str | None, absent: str | None = ABSENT) -> str:
    """The SQL expression (VARCHAR) of `template`; `NULL` for none.

    `absent` stands for a column that is null. Without it the whole text is null where a column is
    null or blank.
    """
    if template is None:
        return "NULL::VARCHAR"
    pieces = []
    for text, name in _parts(template):
        if text:
            pieces.append(literal(text))
        if name is not None:
            pieces.append(_filled(name, absent))
    return " || ".join(pieces) or literal("")


def literal(text: str) -> str:
    """`text` as a SQL string."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """`name` as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _filled(name: str, absent: str | None) -> str:
    text = f"{quoted(name)}::VARCHAR"
    if absent is None:
        return f"CASE WHEN trim({text}) <> '' THEN {text} END"
    return f"coalesce({text}, {literal(absent)})"


def _parts(template: str) -> list[tuple[str, str | None]]:
    try:
        parsed = list(Formatter().parse(template))
    except ValueError as error:
        raise TemplateError(str(error)) from error
    parts: list[tuple[str, str | None]] = []
    for text, name, style, conversion in parsed:
        if name is not None and (style or conversion or not name.isidentifier()):
            raise TemplateError(f"{{{name}}} does not name a column")
        parts.append((text, name))
    return parts
