"""A small run, made by hand: three schools, four rules, five failing rows."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from edfi_audit.database import database
from edfi_audit.findings.facts import RunFacts
from edfi_audit.findings.lifecycle import earlier_runs
from edfi_audit.findings.run_directory import Outcome, write_run
from edfi_audit.run import Run
from edfi_audit.settings import AuditSettings
from edfi_audit.store import Store
from edfi_audit.tables.catalogue import AuditTable
from edfi_audit.validation import Rule, Severity, Source, Suite, Validation

DAY_ONE = datetime(2026, 6, 20, 14, 15, 30, 123456, tzinfo=UTC)
NORTH, SOUTH, EAST = 1302, 7525, 9001
AGENCY = 5000

LEDGER_TABLE = AuditTable(
    name="identity_ledger",
    sql="",
    description="",
    grain="one row per record",
    resource="by row",
    keys={
        "sections": ("school_id", "section_identifier"),
        "courseOfferings": ("school_id", "local_course_code"),
    },
    row=(),
    inputs=(),
    nulls="",
)


def rule(id_: str, suite: str, *, flag=None, severity="error") -> Rule:
    return Rule(
        id=id_,
        title=f"Title of {id_}",
        suite=suite,
        severity=Severity(severity),
        profiles=("WI",),
        needs=(),
        source=Source("wi-student-section-association", "REQ'D"),
        confidence="explicit",
        observed="",
        expected="",
        remedy="Fix it.",
        flag=flag,
    )


SSA = "student_section_associations"


@pytest.fixture
def suites(tmp_path):
    """Two suites, with files so that they can be hashed."""
    made = []
    for name, rules in (
        (
            SSA,
            (
                rule("ATT-001", SSA, flag="attempt_status"),
                rule("SSA-015", SSA, severity="info"),
                rule("SSA-026", SSA),
            ),
        ),
        ("programs", (rule("CTE-001", "programs", flag="cte_program_type"),)),
    ):
        path = tmp_path / f"{name}.json"
        path.write_text(f'{{"name": "{name}"}}')
        made.append(Suite(name, name, path, rules))
    return tuple(made)


def failing(  # noqa: PLR0913 - a row has many columns
    rule_id, school, key, *, severity="error", row_key="", lea=AGENCY, **more
):
    return {
        "rule_id": rule_id,
        "severity": severity,
        "resource": "studentSectionAssociations",
        "lea_id": lea,
        "school_id": school,
        "school_year": 2026,
        "natural_key": key,
        "row_key": row_key,
        "student_unique_id": None,
        "staff_unique_id": None,
        "observed": "nothing",
        "expected": "something",
        "cause_key": None,
        "cause": None,
        "remedy": "Fix it.",
        "phase": "in_term",
        **more,
    }


FIVE_ROWS = (
    failing("ATT-001", NORTH, '{"studentUniqueId":"1"}', severity="warning"),
    failing("ATT-001", NORTH, '{"studentUniqueId":"2"}', severity="warning"),
    failing("ATT-001", SOUTH, '{"studentUniqueId":"3"}'),
    failing("CTE-001", NORTH, '{"programName":"Welding"}', resource="programs"),
    failing("CTE-001", None, '{"programName":"Nursing"}', resource="programs"),
)
SCHEMA = pa.schema(
    [
        (name, {"school_year": pa.int32()}.get(name, pa.int64() if name in {"lea_id", "school_id"}
                                               else pa.string()))
        for name in FIVE_ROWS[0]
    ]
)  # fmt: skip
COUNTS = (
    ("ATT-001", NORTH, AGENCY, 10, 2),
    ("ATT-001", SOUTH, AGENCY, 4, 1),
    ("SSA-015", NORTH, AGENCY, 10, 0),
    ("CTE-001", NORTH, AGENCY, 5, 1),
    ("CTE-001", None, AGENCY, 2, 1),
)
NOT_EVALUATED = {"SSA-026": "enrollments was not pulled"}


@pytest.fixture
def make_run(tmp_path, suites):
    """Write a run with these failing rows into the store, as of a moment, and open it."""
    store = Store(tmp_path / "store")

    def make(  # noqa: PLR0913 - each is one thing a run depends on
        rows=FIVE_ROWS,
        *,
        created_at=DAY_ONE,
        missing=NOT_EVALUATED,
        counts=COUNTS,
        connection="ods",
        year=2026,
        pull=None,
        recheck=None,
        unsettled=(),
    ):
        run_id = f"{created_at:%Y%m%dT%H%M%S}"
        settings = AuditSettings(school_year=year, audit_date=date(2026, 6, 20))
        facts = RunFacts(
            run_id,
            created_at,
            settings.resolved(None, date(2026, 6, 20)),
            connection=connection,
            pull=pull or {},
            suites={suite.name: suite.path for suite in suites},
        )
        earlier = earlier_runs(store, connection, year, created_at)
        with store.replacing(store.root / "runs" / run_id) as folder, database() as con:
            _audit_tables(con)
            file = tmp_path / "failing.parquet"
            pq.write_table(pa.Table.from_pylist(list(rows), schema=SCHEMA), file)
            handed = Validation(_counts(counts), (file,) if rows else (), missing)
            outcome = Outcome(
                suites, handed, LEDGER_TABLE, recheck=recheck or {}, unsettled=unsettled
            )
            write_run(con, folder, facts, outcome, earlier)
        return Run(store.run(run_id))

    return make


def _counts(rows):
    columns = list(zip(*rows, strict=True)) or [()] * 5
    names = ("rule_id", "school_id", "lea_id", "evaluated", "failed")
    types = (pa.string(), *[pa.int64()] * 4)
    return pa.table({n: pa.array(c, t) for n, c, t in zip(names, columns, types, strict=True)})


def _audit_tables(con):
    con.execute("CREATE SCHEMA audit")
    con.execute(
        "CREATE TABLE audit.schools AS FROM (VALUES"
        f" ({NORTH}::BIGINT, {AGENCY}::BIGINT, 'North High'), ({SOUTH}, {AGENCY}, 'South Middle'),"
        f" ({EAST}, NULL, NULL)) AS t(school_id, lea_id, name)"
    )
    con.execute(
        f"CREATE TABLE audit.{SSA} AS SELECT {NORTH}::BIGINT AS school_id FROM range(10)"
        f" UNION ALL SELECT {SOUTH} FROM range(4)"
    )
    con.execute(
        f"CREATE TABLE audit.programs AS SELECT {NORTH}::BIGINT AS school_id FROM range(5)"
        " UNION ALL SELECT NULL FROM range(2)"
    )
    ledger(con)


def ledger(con):
    con.execute(
        "CREATE TABLE audit.identity_ledger (resource VARCHAR, school_id BIGINT,"
        " school_year INTEGER, session_name VARCHAR, local_course_code VARCHAR,"
        " section_identifier VARCHAR, student_unique_id VARCHAR, staff_unique_id VARCHAR,"
        " begin_date DATE, in_sis BOOLEAN, in_mapping BOOLEAN, in_ods BOOLEAN, state VARCHAR,"
        " absence_reason VARCHAR, cause_key VARCHAR, resync_action VARCHAR)"
    )
    con.execute(
        "INSERT INTO audit.identity_ledger (resource, school_id, section_identifier, in_sis,"
        f" in_ods, state, resync_action) VALUES ('sections', {NORTH}, '0042', true, true,"
        f" 'IDM-000', 'none'), ('sections', {NORTH}, '0043', false, true, 'IDM-006', 'delete_ods')"
    )
    con.execute(
        "INSERT INTO audit.identity_ledger (resource, school_id, local_course_code, in_sis,"
        f" in_ods, state, cause_key, resync_action) VALUES ('courseOfferings', {SOUTH}, 'ALG-1',"
        " true, false, 'IDM-003', 'unexplained', 'post')"
    )


@pytest.fixture
def failing_row():
    """Make one failing row: rule, school, natural key, and what differs from the usual."""
    return failing
