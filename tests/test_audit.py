"""The public face on the tiny synthetic district: pull, load, run, ask."""

import json
import shutil
import subprocess
import sys

import pytest

import edfi_audit
from edfi_audit import Audit, NotFoundError, Run, SettingsError, StoreError
from edfi_audit.sandbox.server import running
from edfi_audit.sandbox.world import generate

COMPARED = [
    "courseOfferings", "sections", "studentSectionAssociations", "staffSectionAssociations",
]  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The folder of the tiny synthetic district: ods/, sis/ and its settings."""
    folder = tmp_path_factory.mktemp("world")
    generate(folder, size="tiny")
    return folder


@pytest.fixture(scope="module")
def base_url(world):
    """A sandbox that serves the district."""
    with running(world / "ods") as url:
        yield url


@pytest.fixture
def audit(tmp_path, world, base_url, monkeypatch):
    """The district's audit with a store of its own, still empty."""
    monkeypatch.setenv("EDFI_AUDIT_TOKEN_DIR", str(tmp_path / "tokens"))
    text = (world / "edfi-audit.toml").read_text(encoding="utf-8")
    settings = tmp_path / "edfi-audit.toml"
    settings.write_text(
        text.replace("http://127.0.0.1:8765", base_url).replace('"sis"', f'"{world / "sis"}"')
    )
    return Audit.open(settings)


def test_public_names():
    """The package offers exactly these names."""
    assert edfi_audit.__all__ == [
        "AccessDeniedError",
        "Audit",
        "AuditError",
        "AuthenticationError",
        "ContractError",
        "ExtractError",
        "NotEnabledError",
        "NotFoundError",
        "Run",
        "SettingsError",
        "SourceError",
        "StoreError",
        "UnreachableError",
    ]
    assert all(getattr(edfi_audit, name) for name in edfi_audit.__all__)


def test_unknown_public_name():
    """A name the package does not have is an AttributeError, as for any module."""
    with pytest.raises(AttributeError, match="Audits"):
        _ = edfi_audit.Audits


@pytest.mark.parametrize("statement", ["import edfi_audit", "from edfi_audit import Audit, Run"])
def test_import_is_light(statement):
    """Neither the package nor its face imports what only a run or a chart needs."""
    heavy = ("pandas", "great_expectations", "plotly", "httpx", "starlette")
    code = f"{statement}\nimport sys\nprint([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(  # noqa: S603 - the test's own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_both_sides(audit):
    """Pulled and loaded, every rule of the profile has its inputs, and the run is in the store."""
    pulled, loaded = audit.pull(), audit.load()
    assert pulled.complete
    assert loaded.rows > 0
    steps = []
    run = audit.run(step=steps.append)
    missing = {name: one["reason"] for name, one in run.facts["rules"].items() if one["missing"]}
    assert missing == dict.fromkeys(HISTORY, "no earlier run of this connection and school year")
    assert run.findings()["doubt"].isna().all()
    assert run.facts["flags"]["attempt_status"]["failed"] > 0
    assert steps[0] == "Building the audit tables"
    assert audit.runs() == [run] == [audit.latest()]
    assert audit.missing_in_extract() == {}
    assert len(run.findings()) == sum(run.summary["findings"].values())


def test_a_column_that_section_identifiers_are_made_of(audit, tmp_path):
    """An extract that lacks it silences what is compared by section, and the check says so."""
    extract = tmp_path / "without"
    shutil.copytree(audit.settings.extract_path, extract)
    header, *lines = (extract / "section.csv").read_text().splitlines()
    at = header.split(",").index("number")
    kept = [line.split(",") for line in (header, *lines)]
    text = "\n".join(",".join(cells[:at] + cells[at + 1 :]) for cells in kept)
    (extract / "section.csv").write_text(text + "\n")
    audit.load(extract)
    silenced = [rule for rules in audit.missing_in_extract().values() for rule in rules]
    assert {"TOR-004", "IDM-003", "WIX-002"} <= set(silenced)


HISTORY = ("CO-015", "IDM-012", "SYN-005", "SYN-007")


def unheard(run):
    """Why the rules that look back were not evaluated."""
    return {run.facts["rules"][rule]["missing"] for rule in HISTORY}


def test_a_run_remembers_the_one_before(audit, tmp_path):
    """A course that got another number since is found; another template makes a first run."""
    audit.pull()
    audit.load()
    first = "no earlier run of this connection and school year"
    assert unheard(audit.run()) == {first}
    extract = tmp_path / "renumbered"
    shutil.copytree(audit.settings.extract_path, extract)
    header, course, *rest = (extract / "course.csv").read_text().splitlines()
    cells = course.split(",")
    cells[header.split(",").index("number")] = "renumbered"
    (extract / "course.csv").write_text("\n".join([header, ",".join(cells), *rest]) + "\n")
    audit.load(extract)
    second = audit.run()
    assert unheard(second) == {None}
    assert "renumbered" in second.findings(rule="CO-015")["observed"][0]
    assert "renumbered" in second.findings(rule="SYN-007")["observed"][0]
    sis = audit.settings.sis.model_copy(update={"section_identifier": "{section.number}"})
    other = Audit(audit.settings.model_copy(update={"sis": sis}), audit.store)
    assert unheard(other.run()) == {first}


def test_the_ods_alone(audit):
    """Without an extract the ODS side is evaluated, and the rest says why it is not."""
    audit.pull()
    flags = audit.run().facts["flags"]
    assert flags["attempt_status"]["outcome"] == "failed"
    assert flags["teacher_of_record"]["outcome"] == "failed"
    assert flags["identity"]["outcome"] == "not_evaluated"
    assert flags["identity"]["reason"] == "no extract was loaded"


@pytest.mark.parametrize("denied", [["sections"], COMPARED])
def test_a_resource_that_cannot_be_compared_says_why(audit, denied):
    """The run names it; where nothing is left to compare, the ledger's rules name them all."""
    audit.pull()
    audit.load()
    manifest = audit.store.ods("ods") / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    for resource in denied:
        content["resources"][resource]["verdict"] = "denied"
    manifest.write_text(json.dumps(content), encoding="utf-8")
    facts = audit.run().facts
    reasons = {name: f"the key may not read {name} (403)" for name in denied}
    assert facts["not_compared"] == reasons
    assert {len(facts["ledger"][name]) for name in denied} == {1}
    for number in range(1, 8):
        rule = facts["rules"][f"IDM-00{number}"]
        if denied == COMPARED:
            assert (rule["outcome"], rule["reason"]) == (
                "not_evaluated",
                "; ".join(reasons[name] for name in sorted(denied)),
            )
        else:
            assert rule["missing"] is None


def test_a_rule_that_compares_says_why_it_cannot(audit):
    """With a template that gives other identifiers; what the ODS alone tells is evaluated."""
    settings = audit.settings.folder / "edfi-audit.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("{course.number}-{section.number}", "{section.sectionID}"))
    audit = Audit.open(settings)
    audit.pull()
    audit.load()
    facts = audit.run().facts
    reason = facts["not_compared"]["staffSectionAssociations"]
    assert reason.startswith("[sis] section_identifier gives 0 of")
    for rule in ("STF-002", "STF-004", "DTE-001"):
        assert facts["rules"][rule]["outcome"] == "not_evaluated"
        assert facts["rules"][rule]["reason"] == reason
    assert facts["rules"]["STF-013"]["missing"] is None


def test_an_unverified_resource_marks_what_rests_on_it(audit):
    """Findings without sections carry the sentence, the ledger's on its sections; no other does."""
    audit.pull()
    audit.load()
    manifest = audit.store.ods("ods") / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["resources"]["sections"] |= {"verdict": "unverified", "reason": "it kept changing"}
    manifest.write_text(json.dumps(content), encoding="utf-8")
    run = audit.run()
    findings = run.findings()
    doubted = findings[findings["doubt"].notna()]
    ledger = findings[
        findings["rule_id"].str.match("IDM-0(0|10|11)|SYN") & (findings["resource"] == "sections")
    ]
    resting = {
        "ATT-012", "CO-019", "CTE-007", "CTE-008", "SSA-006", "STF-013", "TOR-001", "TOR-002",
        "TOR-003", "TOR-007", "TOR-009", "TOR-010",
    }  # fmt: skip
    others = findings[findings["rule_id"].isin(resting)]
    assert set(doubted.index) == {*ledger.index, *others.index}
    assert set(others["rule_id"]) == resting
    assert set(doubted["doubt"]) == {"sections are not proven complete: it kept changing."}
    page = run.report(audit.store.root.parent / "report.html").read_text(encoding="utf-8")
    assert "The pull is not proven complete" in page
    assert page.count("sections are not proven complete: it kept changing.") > len(
        others["rule_id"].unique()
    )


def test_the_extract_alone(audit):
    """Without a pull the SIS side is evaluated, and the rest says why it is not."""
    audit.load()
    facts = audit.run().facts
    assert facts["connection"] is None
    assert facts["rules"]["IDM-010"]["outcome"] == "failed"
    assert facts["flags"]["attempt_status"]["reason"] == "nothing was pulled from an ODS"


def test_nothing_at_all(audit):
    """A run over an empty store says what to do first."""
    with pytest.raises(StoreError, match=r"nothing to audit.*edfi-audit pull"):
        audit.run()
    with pytest.raises(NotFoundError, match="Run `edfi-audit run` first"):
        audit.latest()
    assert audit.runs() == []


def test_a_connection_that_was_not_pulled(audit):
    """Naming a connection that holds nothing yet says how to fill it."""
    audit.load()
    with pytest.raises(StoreError, match="edfi-audit pull --connection ods"):
        audit.run("ods")


def test_an_unknown_connection(audit):
    """A connection that is not configured is refused with those that are."""
    with pytest.raises(SettingsError, match=r"no connection 'other'\. Configured: ods"):
        audit.pull("other")


def test_nothing_to_load(tmp_path):
    """Without an argument and without [sis] extract there is nothing to load."""
    (tmp_path / "edfi-audit.toml").write_text("")
    with pytest.raises(SettingsError, match="no extract to load"):
        Audit.open(tmp_path / "edfi-audit.toml").load()


def test_a_run_that_breaks_leaves_nothing(audit):
    """A run that cannot be finished is no run: nothing of it stays in the store."""
    audit.load()
    table = audit.store.sis("sis") / "course.parquet"
    table.write_bytes(b"no parquet")
    with pytest.raises(StoreError, match=r"cannot be read.*Pull and load again"):
        audit.run()
    assert audit.runs() == []
    assert list((audit.store.root / "runs").iterdir()) == []


def test_a_run_is_opened_by_its_folder(audit):
    """Run opens any run directory, wherever it lies."""
    audit.load()
    run = audit.run()
    assert Run(run.folder).run_id == run.run_id
