"""The audit tables there are, read from the headers of the SQL files beside this module.

A header is the comment a file begins with: prose first, then

    -- grain: one row per studentSectionAssociation
    -- resource: studentSectionAssociations   ("by row": the table has a column `resource`;
                                               left out by tables that no suite runs on)
    -- key: school_id, school_year, …         ("by row": `-- key programs: …`, one per resource)
    -- row: program_name                      (optional: tells rows of one key apart)
    -- inputs: ods.student_section_associations, audit.sessions
    -- nulls: what a null means

A line indented by more than one space continues the one above.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from edfi_audit import bundled
from edfi_audit.errors import SettingsError
from edfi_audit.ods.resources import RESOURCES
from edfi_audit.sis.infinite_campus import TABLES
from edfi_audit.tables import history
from edfi_audit.tables.inputs import DEPARTURES

__all__ = ["BY_ROW", "AuditTable", "catalogue"]

BY_ROW = "by row"
_ALWAYS = frozenset(
    {"audit.settings", "audit.inputs", "audit.pulled_resources", "audit.section_identifiers"}
)
_FIELD = re.compile(r"(grain|resource|key(?: \w+)?|row|inputs|nulls): *(.*)")


@dataclass(frozen=True)
class AuditTable:
    """One audit table: its query and what its header says.

    `resource` is Ed-Fi's plural name, `"by row"`, or empty for a table that others build on.
    `keys` gives the natural-key columns per resource; `row` the columns that tell rows of one
    key apart; `inputs` the SQL names it reads.
    """

    name: str
    sql: str
    description: str
    grain: str
    resource: str
    keys: Mapping[str, tuple[str, ...]]
    row: tuple[str, ...]
    inputs: tuple[str, ...]
    nulls: str


def catalogue(folder: Path | None = None, own: Path | None = None) -> tuple[AuditTable, ...]:
    """Every table of `folder` (default: this package's), each after the tables it reads.

    `own` is a district's folder of further tables. A `SettingsError` names a header that is
    incomplete, an input that nothing provides, a circle of tables, or a table of `own` that takes
    the name of another.
    """
    files = sorted((folder or Path(__file__).parent).glob("*.sql"))
    files += sorted(own.glob("*.sql")) if own else []
    tables: dict[str, AuditTable] = {}
    for file in files:
        if f"audit.{file.stem}" in tables:
            raise SettingsError(
                f"There is an audit table {file.stem} already.",
                next_step=f"Give {file} another name.",
            )
        tables[f"audit.{file.stem}"] = _read(file)
    known = {*tables, *_ALWAYS, *_sources(own)}
    for table in tables.values():
        for name in table.inputs:
            if name not in known:
                raise _wrong(table.name, f"reads {name}, which nothing provides")
    graph = {name: sorted(tables.keys() & set(table.inputs)) for name, table in tables.items()}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise _wrong(error.args[1][0].removeprefix("audit."), "reads itself in a circle") from None
    return tuple(tables[name] for name in order)


def _sources(own: Path | None) -> Iterator[str]:
    yield from (f"ods.{resource.table}" for resource in RESOURCES)
    yield DEPARTURES
    yield from (f"sis.{table.name}" for table in TABLES)
    yield from history.names()
    for folder in filter(None, (bundled.expectations(), own)):
        yield from (f"reference.{file.stem}" for file in folder.glob("reference/*.csv"))


def _read(file: Path) -> AuditTable:
    sql = file.read_text(encoding="utf-8").strip().removesuffix(";")
    fields = dict(_fields(sql))
    for needed in ("grain", "inputs", "nulls"):
        if needed not in fields:
            raise _wrong(file.stem, f"has no `-- {needed}:` line in its header")
    resource = fields.get("resource", "")
    keys = {
        field.removeprefix("key").strip() or resource: _names(value)
        for field, value in fields.items()
        if field.startswith("key")
    }
    if bool(resource) != bool(keys):
        raise _wrong(file.stem, "needs a `-- resource:` and a `-- key:` line, or neither")
    return AuditTable(
        name=file.stem,
        sql=sql,
        description=fields["description"],
        grain=fields["grain"],
        resource=resource,
        keys=keys,
        row=_names(fields.get("row", "")),
        inputs=_names(fields["inputs"]),
        nulls=fields["nulls"],
    )


def _fields(sql: str) -> Iterator[tuple[str, str]]:
    """The header's fields in order; prose before the first is the `description`."""
    name, text = "description", ""
    for line in sql.splitlines():
        if not line.startswith("--"):
            break
        content = line.removeprefix("--")
        if match := _FIELD.fullmatch(content.strip()) if not content.startswith("  ") else None:
            yield name, text
            name, text = match[1], match[2]
        else:
            text = f"{text} {content.strip()}".strip()
    yield name, text


def _names(value: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",") if name.strip())


def _wrong(table: str, why: str) -> SettingsError:
    return SettingsError(f"The audit table {table} {why}.", next_step=f"See {table}.sql.")
