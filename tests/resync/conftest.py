"""Finished runs of a few records, as the previews read them."""

import json

import duckdb
import pytest
from proof import World
from small_district import district

from edfi_audit.ods.resources import RESOURCES
from edfi_audit.run import Run
from edfi_audit.settings import AuditSettings

_TABLES = ("resync_radius", "dependent_records", "unsent_records")
_FINDINGS = (
    "rule_id VARCHAR, severity VARCHAR, resource VARCHAR, school_id BIGINT, observed VARCHAR"
)


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """The run of these records: its audit tables, and a run.json as a real one would be."""

    def run(records, sis, findings=(), rules=None, **settings):
        place = tmp_path_factory.mktemp("finished")
        world = World.of(place / "world", records, sis, **settings)
        for name in _TABLES:
            world.build(name)
        compared = world.con.execute(
            "SELECT resource, missing_reason FROM audit.compared_resources"
        ).fetchall()
        names = world.con.execute("SELECT school_id, name FROM audit.schools").fetchall()
        world.con.close()
        folder = place / "run"
        folder.mkdir()
        (folder / "tables").symlink_to(world.folder)
        pulled = [one.name for one in RESOURCES if one.table in records]
        facts = {
            "run_id": "20260620T000000.000Z-abcd",
            "profile": "WI",
            "school_year": 2026,
            "audit_date": "2026-06-20",
            "connection": "proof",
            "pull": {name: {"verdict": "verified"} for name in pulled},
            "not_compared": {name: reason for name, reason in compared if reason},
            "schools": [{"school_id": at, "lea_id": None, "name": name} for at, name in names],
            "settings": AuditSettings(**settings).model_dump(mode="json"),
            "rules": rules or {},
        }
        (folder / "run.json").write_text(json.dumps(facts), encoding="utf-8")
        with duckdb.connect() as con:
            con.execute(f"CREATE TABLE findings ({_FINDINGS})")
            if findings:
                con.executemany("INSERT INTO findings VALUES (?, ?, ?, ?, ?)", findings)
            con.execute(f"COPY findings TO '{folder / 'findings.parquet'}'")
        return Run(folder)

    return run


@pytest.fixture(scope="session")
def small(finished):
    """The run of the small district."""
    campus, records = district()
    return finished(records, campus.sis)
