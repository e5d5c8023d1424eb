"""What audit tables read: ODS resources, SIS tables, reference data and the settings, as views.

    ods.<resource's table>     one view per resource, columns as in `ods.resources`
    ods.departures             deletes and changes of key of the compared resources
    sis.<Campus table>         one view per table of the layout
    history.<audit table>      what the newest earlier run of the same connection and year kept
    reference.<file>           the CSV files of expectations/reference, every column as text
    audit.settings             one row: what is audited
    audit.pulled_resources     one row per resource of the pull: its verdict, and when
    audit.inputs               one row per input, why it is missing (null: it is there), and
                               whether the extract's layout has no word for it
    audit.section_identifiers  one row per Campus section and the sectionIdentifier it goes by

A source that is absent is a typed, empty view, so that every table builds; `Inputs` knows which
were there, and why the others were not.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import duckdb

from edfi_audit import bundled
from edfi_audit.errors import NotFoundError, SettingsError
from edfi_audit.ods.departures import DEPARTED, STORED
from edfi_audit.ods.resources import RESOURCES
from edfi_audit.settings import AuditSettings
from edfi_audit.sis import title_of
from edfi_audit.sis.infinite_campus import TABLES
from edfi_audit.store import MANIFEST, Store, read_json
from edfi_audit.tables import history, section_identifiers
from edfi_audit.tables.comparison import COMPARED
from edfi_audit.tables.typed import duckdb_type, empty, literal

__all__ = ["DEPARTURES", "GONE", "Inputs", "attach", "origin", "revise", "unread", "unset"]

GONE = "gone.parquet"
"""Beside rows that came after the pull: resource and id of those that are not there any more."""

_NO_PULL = "nothing was pulled from an ODS"
_ABSENT = {
    "denied": "the key may not read {name} (403)",
    "not_enabled": "the ODS does not offer {name}",
}


DEPARTURES = "ods.departures"
_PULLED = "audit.pulled_resources"
_LISTS = ("jail_schools", "speech_programs", "classroom_positions", "centers_of_excellence")
"""Settings that rules need and that have no default, or none in some profile."""


@dataclass(frozen=True)
class Inputs:
    """Which inputs were there.

    `available` holds SQL names: `ods.sections`, `sis.course`, `sis.course.cte`, `reference.…`,
    settings that rules need (`settings.jail_schools`), and `compared.sections`: whether a resource
    can be compared with the SIS is only known when the audit tables are built.
    `missing` gives, for every other name, the reason in plain words. Of these, the `waived` are
    what the extract's layout has no word for.
    """

    available: frozenset[str]
    missing: Mapping[str, str]
    waived: frozenset[str] = frozenset()

    def reason_for(self, needs: Iterable[str], judges: Iterable[str] = ()) -> str | None:
        """Why something with these `needs` cannot be evaluated; `None` when it can.

        What is waived is done without, unless it is what the rule `judges`. A name that is no
        input at all is a `NotFoundError`.
        """
        wanted = [name for name in needs if name not in self.waived]
        reasons = dict.fromkeys(filter(None, map(self._reason, (*wanted, *judges))))
        return "; ".join(reasons) or None

    def _reason(self, name: str) -> str | None:
        if name in self.available:
            return None
        if name not in self.missing:
            raise NotFoundError(
                f"A rule needs {name!r}, which is no input.",
                next_step="Inputs are written ods.<table>, sis.<table> or sis.<table>.<column>.",
            )
        return self.missing[name]


def attach(  # noqa: PLR0913, PLR0917 - the seven things an audit's inputs depend on
    con: duckdb.DuckDBPyConnection,
    store: Store,
    connection: str | None,
    extract: str | None,
    settings: AuditSettings,
    section_identifier: str,
    earlier: Path | None = None,
) -> Inputs:
    """Make every view above on `con` and say what was there.

    `connection` and `extract` name what was pulled and loaded (`None`: neither). `settings` are
    resolved. `earlier` is the folder of an earlier run's audit tables. A wrong
    `section_identifier` template is a `SettingsError`.
    """
    for schema in ("ods", "sis", "reference", "audit"):
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    missing: dict[str, str] = {}
    pulled = store.ods(connection) if connection else None
    missing.update(_attach_ods(con, pulled))
    missing.update(_attach_departures(con, pulled))
    if not _attach_verdicts(con, pulled):
        missing[_PULLED] = _NO_PULL
    loaded = store.sis(extract) if extract else None
    missing.update(_attach_sis(con, loaded))
    waived = _waived(loaded)
    missing.update({name: why for name, why in waived.items() if name in missing})
    missing.update(history.attach(con, earlier))
    references = _attach_reference(con, bundled.expectations() / "reference")
    if settings.own_rules:
        references |= _attach_reference(con, settings.own_rules / "reference")
    _attach_settings(con, settings)
    missing.update(unset(settings))
    missing.update(section_identifiers.attach(con, section_identifier, missing))
    available = frozenset({*_input_names(), *references} - missing.keys())
    _attach_inputs(con, available, missing, frozenset(waived))
    return Inputs(available, missing, frozenset(waived))


def revise(con: duckdb.DuckDBPyConnection, pulled: Path, late: Path) -> None:
    """Let each view ods.<table> be what is in `pulled`, less what is gone, and what came since.

    The folder `late` holds `<resource>.parquet` and the file `GONE`.
    """
    _attach_ods(con, pulled, late)


def origin(name: str) -> Literal["ods", "sis", "settings", "history"]:
    """Where an input comes from: what an ODS, an extract, the settings or a run must have."""
    if name.startswith("settings."):
        return "settings"
    if name.startswith("history."):
        return "history"
    return "ods" if name.startswith("ods.") or name == _PULLED else "sis"


def unread(resource: str, pulled: Mapping[str, Any] | None) -> str | None:
    """Why a pull holds nothing of `resource`; `None` when it could be read.

    `pulled` are the resources of the pull's manifest, `None` where nothing was pulled at all.
    """
    if pulled is None:
        return _NO_PULL
    verdict = pulled.get(resource, {}).get("verdict")
    if verdict is None:
        return f"{resource} was not pulled"
    return _ABSENT[verdict].format(name=resource) if verdict in _ABSENT else None


def unset(settings: AuditSettings) -> dict[str, str]:
    """The lists that only the settings can give, where they are empty: why, by input."""
    return {
        f"settings.{name}": f"[audit] {name} names none"
        for name in _LISTS
        if not getattr(settings, name)
    }


def _input_names() -> Iterator[str]:
    yield from (section_identifiers.NAME, _PULLED)
    yield from history.names()
    yield DEPARTURES
    yield from (f"settings.{name}" for name in _LISTS)
    yield from COMPARED
    yield from (f"ods.{resource.table}" for resource in RESOURCES)
    for table in TABLES:
        yield f"sis.{table.name}"
        yield from (f"sis.{table.name}.{column.name}" for column in table.columns)


def _attach_ods(
    con: duckdb.DuckDBPyConnection, folder: Path | None, late: Path | None = None
) -> dict[str, str]:
    pulled = read_json(folder / MANIFEST)["resources"] if folder else {}
    missing = {}
    for resource in RESOURCES:
        view = f"ods.{resource.table}"
        if reason := unread(resource.name, pulled if folder else None):
            missing[view] = reason
        files = sorted(folder.joinpath(resource.name).glob("*.parquet")) if folder else []
        types = {field.name: duckdb_type(field.type) for field in resource.schema}
        rows = _rows(types, [] if view in missing else files)
        if late and view not in missing:
            rows = _revised(rows, resource.name, late)
        con.execute(f"CREATE OR REPLACE VIEW {view} AS {rows}")
    return missing


def _attach_departures(con: duckdb.DuckDBPyConnection, folder: Path | None) -> dict[str, str]:
    """A pull of an older version has asked for none."""
    told = read_json(folder / MANIFEST).get("departures") or {} if folder else {}
    files = [file for file in [folder / DEPARTED] if file.exists()] if folder else []
    types = {field.name: duckdb_type(field.type) for field in STORED}
    con.execute(f"CREATE OR REPLACE VIEW {DEPARTURES} AS {_rows(types, files)}")
    if files:
        return {}
    unasked = "the pull asked for no deletes and key changes"
    return {DEPARTURES: told.get("reason") or unasked if folder else _NO_PULL}


def _revised(rows: str, resource: str, late: Path) -> str:
    """The query for `rows` less those that are gone, and with those that came late."""
    gone, came = literal(str(late / GONE)), late / f"{resource}.parquet"
    kept = (
        f"SELECT * FROM ({rows}) ANTI JOIN (SELECT id FROM read_parquet({gone})"
        f" WHERE resource = {literal(resource)}) AS gone USING (id)"
    )
    if not came.exists():
        return kept
    return f"{kept} UNION ALL BY NAME SELECT * FROM read_parquet({literal(str(came))})"


def _attach_sis(con: duckdb.DuckDBPyConnection, folder: Path | None) -> dict[str, str]:
    loaded = read_json(folder / MANIFEST)["tables"] if folder else {}
    missing = {}
    for table in TABLES:
        view = f"sis.{table.name}"
        types = {column.name: column.type for column in table.columns}
        present = loaded.get(table.name)
        if folder is None or present is None:
            reason = f"the extract has no table {table.name}" if folder else "no extract was loaded"
            missing.update(dict.fromkeys([view, *(f"{view}.{name}" for name in types)], reason))
            con.execute(f"CREATE OR REPLACE VIEW {view} AS {_rows(types, [])}")
            continue
        for name in types.keys() - set(present["columns"]):
            missing[f"{view}.{name}"] = f"the extract's {table.name} table has no column {name}"
        rows = _rows(types, [folder / f"{table.name}.parquet"])
        con.execute(f"CREATE OR REPLACE VIEW {view} AS {rows}")
    return missing


def _waived(folder: Path | None) -> dict[str, str]:
    """What the layout of the extract has no word for, with the reason to give."""
    if folder is None:
        return {}
    manifest = read_json(folder / MANIFEST)
    return {
        f"sis.{name}": f"{title_of(manifest['layout'])} has no word for {name}"
        for name in manifest.get("waived", ())
    }


def _rows(types: Mapping[str, str], files: list[Path]) -> str:
    """The query for the rows of these files, none of which need be there."""
    paths = ", ".join(literal(str(file)) for file in files)
    return f"SELECT * FROM read_parquet([{paths}])" if files else empty(types)


def _attach_reference(con: duckdb.DuckDBPyConnection, folder: Path) -> set[str]:
    """Codes such as 01 must stay as they are written, hence text throughout."""
    names = set()
    for file in sorted(folder.glob("*.csv")):
        name = f"reference.{file.stem}"
        con.execute(
            f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM read_csv({literal(str(file))}, "
            "header = true, delim = ',', quote = '\"', escape = '\"', all_varchar = true)"
        )
        names.add(name)
    return names


def _attach_verdicts(con: duckdb.DuckDBPyConnection, folder: Path | None) -> bool:
    """Whether there are any."""
    manifest = read_json(folder / MANIFEST) if folder else {"resources": {}}
    pulled = manifest["resources"]
    con.execute(
        "CREATE OR REPLACE TABLE audit.pulled_resources "
        "(resource VARCHAR, verdict VARCHAR, poison BIGINT, pulled_at TIMESTAMPTZ)"
    )
    rows = [
        [name, one["verdict"], one.get("poison", 0), manifest.get("finished_at")]
        for name, one in pulled.items()
    ]
    if rows:
        con.executemany("INSERT INTO audit.pulled_resources VALUES (?, ?, ?, ?)", rows)
    return bool(rows)


def _attach_inputs(
    con: duckdb.DuckDBPyConnection,
    available: frozenset[str],
    missing: Mapping[str, str],
    waived: frozenset[str],
) -> None:
    """An empty view looks the same whether nothing was there or nothing was readable."""
    con.execute(
        "CREATE OR REPLACE TABLE audit.inputs (name VARCHAR, missing VARCHAR, is_waived BOOLEAN)"
    )
    rows = [
        [name, missing.get(name), name in waived] for name in sorted(available | missing.keys())
    ]
    con.executemany("INSERT INTO audit.inputs VALUES (?, ?, ?)", rows)


def _attach_settings(con: duckdb.DuckDBPyConnection, settings: AuditSettings) -> None:
    types = {
        "profile": "VARCHAR",
        "school_year": "INTEGER",
        "audit_date": "DATE",
        "descriptor_namespace": "VARCHAR",
        "tor_codes": "VARCHAR[]",
        "classroom_positions": "VARCHAR[]",
        "choice_schools": "BIGINT[]",
        "jail_schools": "BIGINT[]",
        "centers_of_excellence": "BIGINT[]",
        "lea_school_codes": "VARCHAR[]",
        "student_id_pattern": "VARCHAR",
        "tor_grace_days": "INTEGER",
        "tor_gap_days": "INTEGER",
        "substitute_days": "INTEGER",
        "enrollment_grace_days": "INTEGER",
        "uncovered_days": "INTEGER",
        "coursework_sections": "INTEGER",
        "withdrawal_tolerance_days": "INTEGER",
        "ungraded_withdrawals_percent": "DOUBLE",
        "vendor_default_percent": "DOUBLE",
        "vendor_default_minimum": "INTEGER",
        "cte_section_students": "INTEGER",
        "sync_days": "INTEGER",
        "speech_programs": "VARCHAR[]",
        "rostered_grades_except": "VARCHAR[]",
        "resync_rows": "INTEGER",
    }
    values = [getattr(settings, name) for name in types]
    columns = ", ".join(f"CAST(? AS {type_}) AS {name}" for name, type_ in types.items())
    con.execute(
        f"CREATE OR REPLACE TABLE audit.settings AS SELECT {columns}",
        [list(value) if isinstance(value, tuple) else value for value in values],
    )
    try:
        con.execute("SELECT regexp_matches('', student_id_pattern) FROM audit.settings").fetchall()
    except duckdb.Error:
        raise SettingsError(
            "[audit] student_id_pattern is not a valid regular expression.",
            next_step="Wisconsin's is [0-9]{10}.",
        ) from None
