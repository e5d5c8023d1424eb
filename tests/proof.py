"""The proofs' harness: a few rows of ODS and SIS, the audit tables over them, and one rule's word.

    prove(
        "SSA-009",                          # the rule
        by="student_unique_id",             # the column that labels a row of the audit table
        ods={"student_section_associations": [{...}, ...], "sessions": [...]},
        fails={"left open": "error"},       # label: severity of the finding
        passes=["ended"],                   # looked at, and found in order
        outside=["at a Choice school"],     # not looked at
        threshold="uncovered_days",         # the setting that moves the boundary, if one does
    )

The rows go into a store as Parquet, and from there the way everything goes: `attach`, `build`,
`validate`. Three readings are compared: the rule as it is, the rule turned round (which must find
exactly the rows that pass), and, where the rule has a gate, the rule without it (which must look
at more rows). Where a setting is its threshold, the setting is moved by one, both ways, and each
time other rows must fail. A proof that would hold for a wrong rule fails here.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from edfi_audit import bundled
from edfi_audit.ods.departures import DEPARTED, STORED
from edfi_audit.ods.resources import RESOURCES
from edfi_audit.settings import AuditSettings
from edfi_audit.sis.infinite_campus import TABLES
from edfi_audit.store import MANIFEST, Store
from edfi_audit.tables import AuditTable, Inputs, attach, build, catalogue
from edfi_audit.tables.history import COLUMNS
from edfi_audit.validation import load_suites, validate

__all__ = ["Proof", "Proved", "World"]

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
RESOURCE = {resource.table: resource for resource in RESOURCES}
TABLE = {table.name.lower(): table for table in TABLES}
ARROW = {
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "BOOLEAN": pa.bool_(),
    "TIMESTAMP": pa.timestamp("us"),
    "DOUBLE": pa.float64(),
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
}


@dataclass
class World:
    """A store in `folder` that holds these rows, and the audit tables over it.

    `ods` is keyed by SQL name (`course_offerings`, and `departures`), `sis` by Campus's name
    (`sectionPlacement`); a table that is not named was never pulled or delivered, a field that is
    not named is null.
    `history` is keyed by audit table: what an earlier run kept of it; without it there was no run.
    `pulled_at` is when the pull ended (ISO 8601). `poison` counts, by SQL name, the records that
    the ODS could not serve. `lacking` names columns that the extract does not have
    (`roster.trialID`).
    `settings` are those of [audit]; the year is 2026 and the day 20 June 2026 unless they say
    otherwise.
    """

    folder: Path
    con: duckdb.DuckDBPyConnection
    inputs: Inputs

    @classmethod
    def of(  # noqa: PLR0913
        cls,
        folder: Path,
        ods: Rows | None = None,
        sis: Rows | None = None,
        section_identifier: str = "{section.sectionID}",
        *,
        history: Rows | None = None,
        poison: Mapping[str, int] | None = None,
        pulled_at: str | None = None,
        lacking: Sequence[str] = (),
        **settings: Any,
    ) -> "World":
        """Write the rows, and lay them under a connection of its own."""
        con = duckdb.connect()
        store = Store(folder / "store")
        _write_ods(store.ods("proof"), ods or {}, poison or {}, pulled_at)
        _write_sis(store.sis("proof"), sis or {}, lacking)
        resolved = AuditSettings(**settings).resolved(2026, date(2026, 6, 20))
        earlier = None if history is None else _write_history(folder / "earlier", history)
        inputs = attach(con, store, "proof", "proof", resolved, section_identifier, earlier)
        return cls(folder, con, inputs)

    def build(self, name: str) -> AuditTable:
        """Build the audit table `name` and those it reads."""
        tables = {table.name: table for table in catalogue()}
        wanted, todo = set(), [name]
        while todo:
            table = tables[todo.pop()]
            wanted.add(table.name)
            todo += [n[6:] for n in table.inputs if n[6:] in tables and n.startswith("audit.")]
        build(self.con, self.folder, [table for table in tables.values() if table.name in wanted])
        return tables[name]

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows of the audit table `name`, built now."""
        self.build(name)
        relation = self.con.sql(f'FROM audit."{name}"')
        return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


@dataclass(frozen=True)
class Proved:
    """One proof that held: the rows by label, and what the rule was held against."""

    rule: str
    fails: Mapping[str, str]
    passes: Sequence[str]
    outside: Sequence[str]
    against: Sequence[str]
    settings: Mapping[str, Any]


@dataclass
class Proof:
    """What `prove` of tests/proofs/conftest.py is. `proved` grows with each proof that holds."""

    folder: Path
    proved: list[Proved] = field(default_factory=list)

    def __call__(  # noqa: PLR0913
        self,
        rule_id: str,
        *,
        by: str,
        ods: Rows | None = None,
        sis: Rows | None = None,
        fails: Mapping[str, str],
        passes: Sequence[str],
        outside: Sequence[str] = (),
        threshold: str | None = None,
        **settings: Any,
    ) -> list[dict[str, Any]]:
        """Hold the rule to `fails`, `passes` and `outside`; give the findings, as dicts."""
        with self._world(ods, sis, settings) as world:
            findings, against = _prove(world, rule_id, by, fails, passes, outside)
        if threshold:
            usual = settings.get(threshold, AuditSettings.model_fields[threshold].default)
            for moved in (usual - 1, usual + 1):
                with self._world(ods, sis, settings | {threshold: moved}) as world:
                    others = _failing(world, rule_id, by)
                assert others != dict(fails), f"the proof does not see {threshold} at {moved}"
            against = [*against, f"{threshold} moved by one"]
        self.proved.append(
            Proved(rule_id, dict(fails), list(passes), list(outside), against, settings)
        )
        return findings

    @contextmanager
    def _world(
        self, ods: Rows | None, sis: Rows | None, settings: Mapping[str, Any]
    ) -> Iterator["World"]:
        world = World.of(self.folder / uuid4().hex, ods, sis, **settings)
        try:
            yield world
        finally:
            world.con.close()


def _failing(world: World, rule_id: str, by: str) -> dict[str, str]:
    """The severity of each row the rule fails, by its label."""
    suite, expectation = _expectation(rule_id)
    table = world.build(suite["meta"].get("table", suite["name"]))
    _, findings = _validated(world, table, suite["name"], {"as it is": expectation})
    return {str(_label(row, by)): row["severity"] for row in findings}


def _prove(  # noqa: PLR0913, PLR0917
    world: World,
    rule_id: str,
    by: str,
    fails: Mapping[str, str],
    passes: Sequence[str],
    outside: Sequence[str],
) -> tuple[list[dict[str, Any]], list[str]]:
    """The findings, and what else the rule was held against."""
    suite, expectation = _expectation(rule_id)
    table = world.build(suite["meta"].get("table", suite["name"]))
    labels = world.con.execute(f'SELECT "{by}" FROM audit."{table.name}"').fetchall()
    assert _sorted(label for (label,) in labels) == _sorted([*fails, *passes, *outside])

    readings = {"as it is": expectation, "turned round": _turned_round(expectation)}
    if "row_condition" in expectation["kwargs"]:
        readings["ungated"] = _ungated(expectation)
    counts, findings = _validated(world, table, suite["name"], readings)

    found = {reading: _labels(findings, reading, by) for reading in readings}
    assert found["as it is"] == _sorted(fails), "the rule fails other rows"
    assert counts.get("as it is", 0) == len(fails) + len(passes), "the gate lets others through"
    assert found["turned round"] == _sorted(passes), "the proof does not see the rule inverted"
    if "ungated" in readings:
        assert counts["ungated"] > counts["as it is"], "the proof does not see the gate gone"
    own = [row for row in findings if row["rule_id"] == "as it is"]
    assert {str(_label(row, by)): row["severity"] for row in own} == dict(fails)
    return own, [reading for reading in readings if reading != "as it is"]


def _expectation(rule_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    for path in sorted(bundled.expectations().glob("*.json")):
        suite = json.loads(path.read_text(encoding="utf-8"))
        for expectation in suite["expectations"]:
            if expectation["meta"]["id"] == rule_id:
                return suite, expectation
    raise KeyError(rule_id)


def _validated(
    world: World, table: AuditTable, suite: str, readings: Mapping[str, Mapping[str, Any]]
) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """Rows looked at per reading, and the findings of all readings (the reading as rule id)."""
    folder = world.folder / "suites"
    folder.mkdir()
    expectations = [
        {**expectation, "id": str(uuid4()), "meta": {**expectation["meta"], "id": reading}}
        for reading, expectation in readings.items()
    ]
    content = {"name": suite, "meta": {"table": table.name}, "expectations": expectations}
    (folder / f"{suite}.json").write_text(json.dumps(content), encoding="utf-8")
    validation = validate(
        world.con, [table], load_suites(folder), not_evaluated={}, folder=world.folder / "out"
    )
    assert validation.not_evaluated == {}
    evaluated: dict[str, int] = {}
    for row in validation.counts.to_pylist():
        evaluated[row["rule_id"]] = evaluated.get(row["rule_id"], 0) + row["evaluated"]
    return evaluated, [
        row for path in validation.failures for row in pq.read_table(path).to_pylist()
    ]


def _turned_round(expectation: Mapping[str, Any]) -> dict[str, Any]:
    """The expectation that fails exactly where this one passes; null stays null."""
    kwargs = dict(expectation["kwargs"])
    match expectation["type"].removeprefix("expect_column_"):
        case "values_to_not_be_null":
            type_ = "values_to_be_null"
        case "values_to_be_in_set":
            type_ = "values_to_not_be_in_set"
        case "values_to_not_be_in_set":
            type_ = "values_to_be_in_set"
        case "values_to_be_between" if kwargs.get("max_value") is None:
            type_ = "values_to_be_between"
            kwargs |= {"max_value": kwargs.pop("min_value"), "strict_max": True}
        case "pair_values_a_to_be_greater_than_b":
            type_ = "pair_values_a_to_be_greater_than_b"
            kwargs |= {"column_A": kwargs["column_B"], "column_B": kwargs["column_A"]}
            kwargs["or_equal"] = not kwargs.get("or_equal")
        case other:
            raise NotImplementedError(other)
    return {**expectation, "type": f"expect_column_{type_}", "kwargs": kwargs}


def _ungated(expectation: Mapping[str, Any]) -> dict[str, Any]:
    kwargs = {key: value for key, value in expectation["kwargs"].items() if key != "row_condition"}
    return {**expectation, "kwargs": kwargs}


def _labels(findings: Sequence[Mapping[str, Any]], reading: str, by: str) -> list[Any]:
    return _sorted(_label(row, by) for row in findings if row["rule_id"] == reading)


def _label(finding: Mapping[str, Any], by: str) -> Any:
    first, *rest = by.split("_")
    parts = [json.loads(finding[key] or "{}") for key in ("natural_key", "row_key")]
    return {**parts[0], **parts[1]}.get(first + "".join(word.capitalize() for word in rest))


def _sorted(labels: Any) -> list[Any]:
    return sorted((str(label) for label in labels), key=str)


def _write_ods(
    folder: Path, tables: Rows, poison: Mapping[str, int], pulled_at: str | None
) -> None:
    for name, rows in tables.items():
        if name == "departures":
            folder.mkdir(parents=True, exist_ok=True)
            columns = [(field.name, field.type) for field in STORED]
            pq.write_table(_arrow(name, columns, rows), folder / DEPARTED)
            continue
        resource = RESOURCE[name]
        (folder / resource.name).mkdir(parents=True)
        columns = [(field.name, field.type) for field in resource.schema]
        pq.write_table(_arrow(name, columns, rows), folder / resource.name / "part-0.parquet")
    pulled = {
        RESOURCE[name].name: {
            "verdict": "unverified" if name in poison else "verified",
            "poison": poison.get(name, 0),
        }
        for name in tables
        if name != "departures"
    }
    _write_manifest(folder, {"resources": pulled, "finished_at": pulled_at})


def _write_sis(folder: Path, tables: Rows, lacking: Sequence[str]) -> None:
    loaded = {}
    folder.mkdir(parents=True)
    for name, rows in tables.items():
        table = TABLE[name.lower()]
        columns = [(column.name, ARROW[column.type]) for column in table.columns]
        pq.write_table(_arrow(name, columns, rows), folder / f"{table.name}.parquet")
        names = [column.name for column in table.columns]
        loaded[table.name] = {"columns": [n for n in names if f"{table.name}.{n}" not in lacking]}
    _write_manifest(folder, {"tables": loaded})


def _write_history(folder: Path, tables: Rows) -> Path:
    folder.mkdir(parents=True)
    for name, rows in tables.items():
        columns = [(column, ARROW[type_]) for column, type_ in COLUMNS[name].items()]
        pq.write_table(_arrow(name, columns, rows), folder / f"{name}.parquet")
    return folder


def _write_manifest(folder: Path, content: Mapping[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).write_text(json.dumps(content), encoding="utf-8")


def _arrow(
    name: str, columns: list[tuple[str, Any]], rows: Sequence[Mapping[str, Any]]
) -> pa.Table:
    unknown = {field for row in rows for field in row} - {column for column, _ in columns}
    assert not unknown, f"{name} has no column {', '.join(sorted(unknown))}"
    return pa.Table.from_pylist(list(rows), schema=pa.schema(columns))
