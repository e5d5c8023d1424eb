"""The sectionIdentifier of each Campus section, from the template in the settings.

A district's Ed-Fi configuration decides how a section is named in the ODS. The template is
Campus's own sectionID unless the settings say otherwise, for example
`{course.number}-{section.number}`.
"""

import re
from collections.abc import Iterator, Mapping

import duckdb

from edfi_audit.errors import SettingsError
from edfi_audit.sis.infinite_campus import TABLES
from edfi_audit.tables.typed import identifier, literal

__all__ = ["NAME", "attach"]

NAME = "audit.section_identifiers"
_COLUMNS = {
    f"{table.name}.{column.name}".lower(): (table.name, column.name)
    for table in TABLES
    if table.name in {"section", "course"}
    for column in table.columns
}


def attach(
    con: duckdb.DuckDBPyConnection, template: str, missing: Mapping[str, str]
) -> dict[str, str]:
    """Make the view (sectionID, trialID, section_identifier) over sis.section and sis.course.

    The identifier is null where a column it names is. Gives the reason, under `NAME`, when the
    extract lacks such a column. A template that names none, or an unknown one, is a
    `SettingsError`.
    """
    parts = tuple(_parts(template))
    terms = [
        literal(part) if isinstance(part, str) else f"CAST({identifier(*part)} AS VARCHAR)"
        for part in parts
    ]
    con.execute(
        f"CREATE OR REPLACE VIEW {NAME} AS "
        f"SELECT section.sectionID, section.trialID, {' || '.join(terms)} AS section_identifier "
        "FROM sis.section AS section LEFT JOIN sis.course AS course USING (courseID)"
    )
    names = [f"sis.{'.'.join(part)}" for part in parts if isinstance(part, tuple)]
    reason = next((missing[name] for name in names if name in missing), None)
    return {NAME: reason} if reason else {}


def _parts(template: str) -> Iterator[str | tuple[str, str]]:
    """The template's texts, and its columns as (table, column)."""
    pieces = re.split(r"\{([^{}]*)\}", template)
    texts, names = pieces[::2], pieces[1::2]
    if not names or re.search(r"[{}]", "".join(texts)):
        raise _wrong(template, "names no column, or has an unpaired brace")
    for text, name in zip(texts, [*names, ""], strict=True):
        if text:
            yield text
        if name and name.lower() not in _COLUMNS:
            raise _wrong(template, f"names {{{name}}}, which the layout does not have")
        if name:
            yield _COLUMNS[name.lower()]


def _wrong(template: str, why: str) -> SettingsError:
    return SettingsError(
        f"[sis] section_identifier {template!r} {why}.",
        next_step="Write columns as {section.sectionID} or {course.number}.",
    )
