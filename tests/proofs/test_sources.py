"""What the ODS itself cannot serve."""

from edfi_audit import Audit
from edfi_audit.sandbox.faults import Poison, Rule
from edfi_audit.sandbox.server import running
from edfi_audit.sandbox.world import generate


def test_records_that_make_the_ods_fail(prove):
    """SRC-001: one such record is too many."""
    findings = prove(
        "SRC-001",
        by="resource",
        ods={"sections": [], "students": [], "programs": []},
        poison={"sections": 1, "students": 12},
        fails={"sections": "error", "students": "error"},
        passes=["programs"],
    )
    assert sorted(row["observed"].rpartition(": ")[2] for row in findings) == ["1", "12"]


def test_a_poisoned_record_becomes_a_finding(tmp_path, monkeypatch):
    """One record fails every page it is on: the pull goes on without it, and the run says so."""
    monkeypatch.setenv("EDFI_AUDIT_TOKEN_DIR", str(tmp_path / "tokens"))
    world = generate(tmp_path, size="tiny", defects="none")
    victim = world.ods["programs"][0]["programName"]
    poison = Poison({"programName": victim})
    with running(tmp_path / "ods") as sandbox:
        sandbox.script = (
            Rule(poison, resource="programs"),
            Rule(poison, resource="programs", endpoint="item"),
        )
        settings = tmp_path / "edfi-audit.toml"
        settings.write_text(settings.read_text().replace("http://127.0.0.1:8765", sandbox))
        audit = Audit.open(settings)
        audit.pull()
        run = audit.run()
    found = run.findings(rule="SRC-001")
    assert list(found["resource"]) == ["programs"]
    lost = sum(one["programName"] == victim for one in world.ods["programs"])
    assert found["observed"][0].endswith(f" left out: {lost}")
