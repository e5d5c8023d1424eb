import hashlib
import os
import stat

import pytest

from edfi_audit.findings.facts import new_run_id
from edfi_audit.findings.flags import FLAGS
from edfi_audit.validation import catalogue


def test_the_files_of_a_run(make_run):
    """A run directory holds its facts and its three tables, private to their owner."""
    folder = make_run().folder
    assert sorted(path.name for path in folder.iterdir()) == [
        "findings.parquet",
        "identity_ledger.parquet",
        "results.parquet",
        "run.json",
    ]
    if os.name == "posix":
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_facts_say_what_was_audited(make_run, suites):
    """run.json opens with the run, its settings and what it was made with."""
    facts = make_run().facts
    assert facts["profile"] == "WI"
    assert facts["school_year"] == 2026
    assert facts["audit_date"] == "2026-06-20"
    assert facts["connection"] == "ods"
    assert facts["extract"] is None
    assert facts["audience"] == "internal"
    assert facts["created_at"] == "2026-06-20T14:15:30.123456+00:00"
    assert facts["settings"]["descriptor_namespace"] == "uri://dpi.wi.gov"
    assert facts["suites"]["programs"] == hashlib.sha256(suites[1].path.read_bytes()).hexdigest()
    assert facts["schools"] == [
        {"school_id": 1302, "lea_id": 5000, "name": "North High"},
        {"school_id": 7525, "lea_id": 5000, "name": "South Middle"},
        {"school_id": 9001, "lea_id": None, "name": None},
    ]
    assert set(facts["timings"]) == {"findings"}


def test_totals_per_rule(make_run):
    """Each rule carries its text, its counts and, where it judged nothing, why."""
    rules = make_run().facts["rules"]
    assert list(rules) == ["ATT-001", "SSA-015", "SSA-026", "CTE-001"]
    att = rules["ATT-001"]
    assert (att["evaluated"], att["failed"], att["outcome"], att["reason"]) == (
        14,
        3,
        "failed",
        None,
    )
    assert att["severities"] == {"error": 1, "warning": 2, "info": 0}
    assert att["source"] == {"file": "wi-student-section-association", "phrase": "REQ'D"}
    assert rules["SSA-015"]["outcome"] == "passed"
    assert (rules["SSA-026"]["outcome"], rules["SSA-026"]["reason"]) == (
        "not_evaluated",
        "enrollments was not pulled",
    )
    assert rules["CTE-001"]["failed"] == 2


def test_a_rule_that_met_no_record_says_so(make_run):
    """Inputs were there, yet nothing to judge: not evaluated, and not a pass."""
    rule = make_run(rows=(), counts=(), missing={}).facts["rules"]["SSA-026"]
    assert rule["outcome"] == "not_evaluated"
    assert rule["missing"] is None
    assert rule["reason"] == (
        "nothing to evaluate: none of the student section associations is one that the rule "
        "speaks about"
    )


def test_totals_per_flag(make_run):
    """A flag counts its leading rules' failures over what they judged, and the schools hit."""
    flags = make_run().facts["flags"]
    att = flags["attempt_status"]
    assert (att["evaluated"], att["failed"], att["schools"], att["outcome"]) == (14, 3, 2, "failed")
    cte = flags["cte_program_type"]
    assert (cte["evaluated"], cte["failed"], cte["schools"]) == (7, 2, 1)
    assert flags["identity"]["outcome"] == "not_evaluated"


def test_totals_per_severity(make_run):
    """Findings are counted by the severity of each row, not of its rule."""
    assert make_run().facts["findings"] == {"error": 3, "warning": 2, "info": 0}


def test_flags_are_those_a_suite_may_name():
    """The four flags are the ones a rule's meta can hold."""
    assert tuple(flag.key for flag in FLAGS) == catalogue.FLAGS


@pytest.mark.parametrize("name", ["2026-06-20T14:15:30.123456+00:00"])
def test_run_ids_sort_by_time(name):
    """An id begins with its UTC time to the millisecond, so that sorting ids sorts runs."""
    from datetime import datetime, timedelta, timezone

    moment = datetime.fromisoformat(name)
    run_id, created_at = new_run_id(moment.astimezone(timezone(timedelta(hours=-5))))
    assert run_id.startswith("20260620T141530.123Z-")
    assert created_at == moment
    assert run_id < new_run_id(moment + timedelta(milliseconds=1))[0]
