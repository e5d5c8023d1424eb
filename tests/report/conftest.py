"""A small run directory, written by hand: two schools, an agency, four rules."""

import json
from pathlib import Path

import duckdb
import pytest

from edfi_audit.run import Run

HIGH, MIDDLE, CHOICE = 7001, 7002, 7003


def _rule(title, flag, severity, **more):
    return {
        "title": title,
        "flag": flag,
        "severity": severity,
        "source": {"file": "a-specification", "phrase": "a phrase"},
        "remedy": "Enter it in the SIS.",
        "screen": "Scheduling > Section",
        "reason": None,
        "doubt": None,
        **more,
    }


DOUBT = "staffSectionAssociations (2) were not looked up again: the ODS could not be reached."
FACTS = {
    "run_id": "20260620T120000.000Z-abcd",
    "created_at": "2026-06-20T12:00:00+00:00",
    "tool_version": "0",
    "profile": "WI",
    "school_year": 2026,
    "audit_date": "2026-06-20",
    "connection": "ods",
    "audience": "internal",
    "not_compared": {},
    "schools": [
        {"school_id": HIGH, "lea_id": 900, "name": "Birch High (synthetic)"},
        {"school_id": MIDDLE, "lea_id": 900, "name": "Alder & Sons <Middle>"},
        {"school_id": CHOICE, "lea_id": 900, "name": "Cedar Choice"},
    ],
    "pull": {
        "sections": {
            "verdict": "verified",
            "rows": 3,
            "total_count": {"before": 3, "after": 3},
            "reason": None,
        },
        "grades": {
            "verdict": "denied",
            "rows": 0,
            "total_count": {"before": None, "after": None},
            "reason": "the key may not read grades (403)",
        },
    },
    "recheck": {
        "reason": None,
        "resources": {
            "sections": {
                "asked": 7,
                "present": 3,
                "gone": 1,
                "absent": 3,
                "late": 2,
                "unsettled": 0,
                "reason": None,
            },
            "staffSectionAssociations": {
                "asked": 0,
                "present": 0,
                "gone": 0,
                "absent": 0,
                "late": 0,
                "unsettled": 2,
                "reason": "the ODS could not be reached",
            },
        },
    },
    "scope": {
        "education_organizations": [
            {"education_organization_id": 900, "name_of_institution": "Synthetic District"}
        ],
        "assigned_profiles": ["A-Profile"],
    },
    "sis": {
        "tables": {"course": {"rows": 2, "absent_columns": ["cte"], "unreadable_count": 1}},
        "absent_tables": ["roster"],
    },
    "rules": {
        "ATT-001": _rule("Attempt status is missing", "attempt_status", "error"),
        "TOR-001": _rule("Section has no staff", "teacher_of_record", "error", doubt=DOUBT),
        "SSA-009": _rule("End date is missing", None, "info"),
        "CTE-001": _rule(
            "Program has no type",
            "cte_program_type",
            "error",
            reason="the key may not read programs (403)",
        ),
    },
}
RESULTS = [
    ("ATT-001", "error", HIGH, 900, 40, 20, "failed", None),
    ("ATT-001", "error", MIDDLE, 900, 10, 0, "passed", None),
    ("ATT-001", "error", CHOICE, 900, 0, 0, "not_evaluated", "nothing to evaluate"),
    ("TOR-001", "error", HIGH, 900, 4, 1, "failed", None),
    ("TOR-001", "error", MIDDLE, 900, 2, 0, "passed", None),
    ("SSA-009", "info", HIGH, 900, 40, 0, "passed", None),
    ("CTE-001", "error", HIGH, 900, 0, 0, "not_evaluated", "the key may not read programs (403)"),
]
ABSENCES = [
    ("sections", 1, False, "IDM-003", "The course is not active."),
    ("sections", 1, False, "IDM-007", "Every send gate passes."),
    ("courseOfferings", 1, False, "IDM-001", "Every send gate passes."),
    ("sections", 1, True, "IDM-004", "The course is not active."),
    ("sections", 1, False, None, "Could not be compared."),
]
SECTIONS = [  # school, section, staff, student associations, do Teachers of Record overlap
    (HIGH, "A", 0, 5, None),
    (HIGH, "B", 0, 0, None),
    (HIGH, "C", 2, 5, True),
    (MIDDLE, "D", 1, 0, False),
]
LEDGER = [
    ("sections", "{}", HIGH, True, True, True, "IDM-000", None, "none"),
    ("sections", "{}", HIGH, False, False, True, "IDM-006", None, "delete_ods"),
    ("sections", "{}", MIDDLE, True, True, True, "IDM-000", None, "none"),
]


def _finding(number, rule_id, school, observed, doubt=None):
    key = json.dumps(
        {"schoolId": school, "sectionIdentifier": f"S{number:02d}", "studentUniqueId": str(number)}
    )
    return (
        f"{number:032x}", rule_id, "error", "studentSectionAssociations", 900, school, 2026, key,
        str(number), None, observed, "S or I", None, None, "Enter it in the SIS.", "new",
        "2026-06-20 12:00:00", doubt,
    )  # fmt: skip


FINDINGS = [
    *(_finding(number, "ATT-001", HIGH, "no attempt status") for number in range(20)),
    _finding(99, "TOR-001", HIGH, "=HYPERLINK(1)", DOUBT),
]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    folder = tmp_path / "run"
    (folder / "tables").mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps(FACTS))
    _parquet(
        folder / "results.parquet",
        "rule_id VARCHAR, severity VARCHAR, school_id BIGINT, lea_id BIGINT, evaluated BIGINT,"
        " failed BIGINT, outcome VARCHAR, reason VARCHAR",
        RESULTS,
    )
    _parquet(
        folder / "findings.parquet",
        "fingerprint VARCHAR, rule_id VARCHAR, severity VARCHAR, resource VARCHAR, lea_id BIGINT,"
        " school_id BIGINT, school_year INTEGER, natural_key VARCHAR, student_unique_id VARCHAR,"
        " staff_unique_id VARCHAR, observed VARCHAR, expected VARCHAR, cause_key VARCHAR,"
        " cause VARCHAR, remedy VARCHAR, status VARCHAR, first_seen TIMESTAMP,"
        " doubt VARCHAR",
        FINDINGS,
    )
    _parquet(
        folder / "identity_ledger.parquet",
        "resource VARCHAR, natural_key VARCHAR, school_id BIGINT, in_sis BOOLEAN,"
        " in_mapping BOOLEAN, in_ods BOOLEAN, state VARCHAR, absence_reason VARCHAR,"
        " resync_action VARCHAR",
        LEDGER,
    )
    _parquet(
        folder / "tables" / "sections.parquet",
        "school_id BIGINT, section_identifier VARCHAR, staff_count BIGINT,"
        " association_count BIGINT, teachers_of_record_overlap BOOLEAN",
        SECTIONS,
    )
    _parquet(
        folder / "tables" / "identity_ledger.parquet",
        "resource VARCHAR, school_id BIGINT, in_ods BOOLEAN, state VARCHAR, cause VARCHAR",
        ABSENCES,
    )
    return Run(folder)


def _parquet(path, columns, rows):
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE t ({columns})")
        con.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(rows[0]))})", rows)
        con.execute(f"COPY t TO '{path}' (FORMAT parquet)")
