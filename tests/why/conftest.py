"""Questions to a run over a few rows, written by hand."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from edfi_audit.tables import build, catalogue
from edfi_audit.why import why
from edfi_audit.why.keys import Subject
from edfi_audit.why.records import records, sections_of, staff_of
from edfi_audit.why.tables import opened

EXPECTED_TABLES = (
    "district_assignments",
    "expected_course_offerings",
    "expected_staff_section_associations",
    "expected_student_section_associations",
)
READ = (*EXPECTED_TABLES, "identity_ledger", "actual_staff", "enrollments", "sessions")
EXPECTED = "expected_{}_section_associations"
IDENTIFIER = "{section.sectionID}"
FINDINGS = (
    "fingerprint VARCHAR, rule_id VARCHAR, severity VARCHAR, school_id BIGINT,"
    " school_year INTEGER, natural_key VARCHAR, student_unique_id VARCHAR, staff_unique_id VARCHAR"
)


@dataclass(frozen=True)
class Asked:
    """A run directory over a few rows."""

    folder: Path
    facts: dict

    def why(self, key, **choice):
        """The document that answers `key`."""
        return why(self.folder, self.facts, key, **choice).as_json()

    def records(self, kind, **ids):
        """The records of a subject, by kind and Campus ids."""
        subject = Subject(kind, None, None, None, None, None, **ids)
        with opened(self.folder) as tables:
            return records(tables, subject, self.facts)

    def staff(self, *section_ids):
        """The sections and everybody who teaches them."""
        subject = Subject("section", None, None, None, None, None, section_ids=section_ids)
        with opened(self.folder) as tables:
            own = records(tables, subject, self.facts)
            sections = sections_of(tables, own, self.facts)
            return sections, staff_of(tables, sections, self.facts)


@pytest.fixture
def expect(ask):
    """Like `ask`, with the expected records alone: no question can be asked of it."""
    return partial(ask, tables=EXPECTED_TABLES)


@pytest.fixture
def ask(tmp_path, make):
    """Make a run over ODS and SIS rows of this test's own; see `make`."""
    return partial(make, tmp_path)


@pytest.fixture(scope="session")
def make():
    """Make a run in a folder; `findings` are rows of FINDINGS, `settings` those of [audit].

    With `tables` only those, and what they are built from, are built.
    """

    def made(  # noqa: PLR0913
        folder, ods, sis, findings=(), *, tables=READ, section_identifier=IDENTIFIER, **settings
    ):
        from proof import World  # after the proofs have its asserts rewritten

        world = World.of(folder, ods, sis, section_identifier, **settings)
        (folder / "tables").mkdir()
        build(world.con, folder / "tables", wanted(tables))
        world.con.execute(f"CREATE TABLE found ({FINDINGS})")
        for row in findings:
            world.con.execute("INSERT INTO found BY NAME SELECT unnest($1)", [row])
        world.con.execute(f"COPY found TO '{folder / 'findings.parquet'}' (FORMAT parquet)")
        world.con.close()
        return Asked(folder, facts(**settings))

    return made


def wanted(read):
    """The tables `read` and those they are built from, in build order."""
    tables = {table.name: table for table in catalogue()}
    names, todo = set(), list(read)
    while todo:
        name = todo.pop()
        names.add(name)
        todo += [n[6:] for n in tables[name].inputs if n[6:] in tables and n.startswith("audit.")]
    return [table for table in tables.values() if table.name in names]


def facts(**settings):
    """What `why` reads of a run.json."""
    return {
        "run_id": "20260620T120000.000Z-abcd",
        "school_year": 2026,
        "profile": settings.get("profile", "WI"),
        "audit_date": str(settings.get("audit_date", date(2026, 6, 20))),
        "extract": "proof",
        "schools": [{"school_id": 1302, "lea_id": 48856, "name": "Synthetic & High"}],
        "not_compared": {},
        "rules": {"TOR-004": {"title": "Another teacher"}, "IDM-001": {"title": "Lost"}},
        "settings": {"rostered_grades_except": ["PK", "K3", "K4"]},
    }


@pytest.fixture(scope="session")
def everything():
    """Every record the SIS of a run would send."""

    def of(run):
        with opened(run.folder) as tables:

            def ids(column, table):
                sql = f"SELECT DISTINCT {column} AS id FROM {table} WHERE {column} IS NOT NULL"
                return tuple(row["id"] for row in tables.rows(sql))

            for kind, own in (
                ("course", {"course_ids": ids("course_id", "campus_sections")}),
                ("student", {"person_ids": ids("person_id", EXPECTED.format("student"))}),
                ("staff", {"person_ids": ids("person_id", EXPECTED.format("staff"))}),
            ):
                subject = Subject(kind, None, None, None, None, None, **own)
                yield from records(tables, subject, run.facts)

    return of
