"""A district on another system: the synthetic district, its extract as a OneRoster export."""

import json

import pytest
from oneroster import write

from edfi_audit import Audit
from edfi_audit.sandbox.server import running
from edfi_audit.sandbox.world import generate

JUDGED_BY_CAMPUS_ALONE = {
    "CO-004", "CO-005", "CO-006", "DTE-002", "DTE-003", "DTE-004", "DTE-006", "DTE-007", "DTE-010",
    "STF-001", "STF-003", "STF-004", "STF-005", "STF-007", "STF-008", "STF-011", "STF-012",
    "SYN-001", "TOR-005", "TOR-006", "TOR-008",
}  # fmt: skip


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    """The run, and the truth of what was planted: two sections with another's teacher, say."""
    folder = tmp_path_factory.mktemp("oneroster")
    world = generate(folder, size="tiny", defects=["TOR-004", "IDM-006"])
    write(world, folder / "oneroster")
    with running(folder / "ods") as base_url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDFI_AUDIT_TOKEN_DIR", str(folder / "tokens"))
        settings = folder / "edfi-audit.toml"
        settings.write_text(settings.read_text().replace("http://127.0.0.1:8765", base_url))
        audit = Audit.open(settings)
        audit.pull()
        audit.load(folder / "oneroster")
        return audit.run(), world.truth, audit


def found(run, rule):
    return sorted(json.dumps(json.loads(key), sort_keys=True) for key in of(run, rule))


def of(run, rule):
    return run.findings(rule=rule)["natural_key"]


def told(truth, rule):
    return sorted(json.dumps(one.natural_key, sort_keys=True) for one in truth.of(rule))


def test_what_was_planted_is_found(district):
    """Wrong teachers and orphans by their records, and nothing else: rosters and sections agree."""
    run, truth, _ = district
    assert found(run, "TOR-004") == told(truth, "TOR-004") != []
    wrong = set(told(truth, "TOR-004"))
    for rule in ("IDM-003", "IDM-006"):
        own = set(told(truth, rule)) - wrong
        records = run.findings(rule=rule)
        students = records[records["resource"] != "staffSectionAssociations"]["natural_key"]
        assert {json.dumps(json.loads(key), sort_keys=True) for key in students} <= own


def test_a_teacher_who_is_not_primary_is_neither_missing_nor_an_orphan(district):
    """Nobody can tell the role: in the ODS such a record is linked, else its absence explained."""
    run, _, _ = district
    ledger = run.ledger()
    staff = ledger[ledger["resource"] == "staffSectionAssociations"]
    unknown = staff[staff["absence_reason"] == "gate_role_known"]
    assert not unknown.empty
    assert set(unknown["state"]) == {"IDM-007"}


def test_rules_about_campus_s_own_switches_are_not_evaluated(district):
    """Each says that OneRoster has no word for what it judges; the others are evaluated."""
    run, _, audit = district
    reasons = {rule: one["missing"] for rule, one in run.facts["rules"].items() if one["missing"]}
    waived = {rule for rule, reason in reasons.items() if "OneRoster has no word for" in reason}
    assert waived == JUDGED_BY_CAMPUS_ALONE
    assert {"TOR-004", "IDM-003", "IDM-006", "SSA-028", "CO-002", "STF-002"}.isdisjoint(reasons)
    assert any("no word for" in reason for reason in audit.missing_in_extract())


def test_why_knows_what_it_cannot_know(district):
    """A gate that asks for what OneRoster has no word for is not known, and holds nothing back."""
    run, truth, _ = district
    key = next(iter(truth.of("TOR-004"))).natural_key
    document = run.why(json.dumps(key)).as_json()
    section = next(one for one in document["records"] if one["resource"] == "sections")
    gates = {one["gate"]: (one["result"], one["unknown"]) for one in section["gates"]}
    assert section["sent"] is True
    assert gates["gate_placed"] == ("pass", None)
    assert gates["gate_course_active"] == (
        "not known", "The extract's layout has no word for course.active.",
    )  # fmt: skip


def test_the_report_says_so(district, tmp_path):
    """Beside the files of the export stands what they have no word for."""
    run, _, _ = district
    page = run.report(tmp_path / "report.html").read_text()
    assert "has no word for school.exclude" in page
    assert '<th scope="row">classes</th>' in page
