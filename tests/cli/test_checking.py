"""`check` as a user meets it: which rules, which key, and what is stored of it with the pull."""

import json

import pytest

from edfi_audit.sandbox.keys import Profile
from edfi_audit.sandbox.server import Options, running

NARROW = (
    Profile("Narrow", "studentSectionAssociations", frozenset({"attemptStatusDescriptor"})),
    Profile("Narrow", "staffSectionAssociations", frozenset({"classroomPositionDescriptor"})),
)
DISTRICT, NEIGHBOR = 100417, 100609


def said(folder, status):
    """What check prints, on one line; it must end with this status and fit 80 columns."""
    done = folder.run("check")
    assert done.returncode == status, done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    return " ".join(done.stdout.split())


@pytest.fixture
def loaded(folder, world):
    """A folder with the district's extract, and nothing pulled."""
    folder.connect("http://127.0.0.1:1")
    assert folder.run("load", world / "sis").returncode == 0
    return folder


def by_settings(silenced):
    """The rules that wait for a list in the settings alone."""
    waiting = {
        rule: reasons
        for rule, reasons in silenced.items()
        if all(reason.startswith("[audit] ") for reason in reasons)
    }
    assert waiting
    return waiting


def test_rules_and_headline_flags(loaded, ods):
    """Flags first, then all rules: only what the settings leave open cannot be evaluated."""
    loaded.connect(ods)
    text = said(loaded, 0)
    assert "Missing attempt status: can be evaluated. Orphaned identity mappings: can be" in text
    document = loaded.answer("check")
    assert document["ready"] is True
    silenced = document["rules"]["not_evaluated"]
    assert silenced.pop("SSA-024") == ["[audit] jail_schools names none"]
    assert by_settings(silenced) == silenced
    assert list(document["rules"]["flags"]) == [
        "attempt_status",
        "identity",
        "teacher_of_record",
        "cte_program_type",
    ]
    lost, evaluated = len(silenced) + 1, len(document["rules"]["evaluated"])
    assert f"{evaluated} of {lost + evaluated} rules can be evaluated" in text
    assert "[audit] jail_schools names none: SSA-024, SSA-025 cannot be evaluated." in text


def test_rules_that_a_denied_resource_silences(loaded, world, serve):
    """The reason is said once, with all its rules; the status is 3, in JSON as in text."""
    with serve("--data", world / "ods", "--deny", "programs", "--deny", "grades") as base_url:
        loaded.connect(base_url)
        text = said(loaded, 3)
        done = loaded.run("check", "--json")
    assert "The key's claim set does not grant programs: CTE-005 cannot be evaluated." in text
    assert done.returncode == 3
    document = json.loads(done.stdout)
    silenced = document["rules"]["not_evaluated"]
    assert silenced.pop("CTE-005") == ["the key's claim set does not grant programs"]
    assert {"ATT-010", "GRD-001", "SSA-027"} < silenced.keys()
    for rule in by_settings(silenced):
        silenced.pop(rule)
    assert {*map(tuple, silenced.values())} == {("the key's claim set does not grant grades",)}
    assert document["resources"]["grades"]["verdict"] == "denied"
    assert document["faults"] == [
        "The key may not read grades, programs; ask the host for a claim set that does."
    ]
    assert document["ready"] is False


def test_without_an_extract(folder, ods):
    """What compares with the SIS is told apart from what the ODS alone can answer."""
    folder.connect(ods)
    text = said(folder, 0)
    assert "Orphaned identity mappings: cannot be evaluated." in text
    assert "No SIS extract has been loaded; `edfi-audit load PATH` does it." in text
    silenced = text.partition("Without an extract: ")[2].partition(" cannot be evaluated")[0]
    assert {"CTE-006", "IDM-001", "TOR-004", "WIX-001"} < set(silenced.split(", "))


def test_a_profile_that_hides_what_rules_read(loaded, world):
    """The fields and the rules are named before anyone believes the findings."""
    with running(world / "ods", Options(profiles=NARROW)) as base_url:
        loaded.connect(base_url)
        text = said(loaded, 0)
        document = loaded.answer("check")
    assert text.startswith("Warning: The profile Narrow hides attemptStatusDescriptor of student")
    assert "Missing attempt status: can be evaluated, but ATT-001, ATT-002 would be wrong" in text
    assert "looks missing to ATT-001, ATT-002;" in text
    assert {one["resource"]: one["fields"] for one in document["rules"]["hidden"]} == {
        "studentSectionAssociations": ["attemptStatusDescriptor"],
        "staffSectionAssociations": ["classroomPositionDescriptor"],
    }
    assert document["scope"]["assigned_profiles"] == ["Narrow"]


def another_agency(folder):
    """A folder of records of another synthetic agency, in the same year."""
    folder.mkdir()
    school = {
        "schoolId": 880001,
        "nameOfInstitution": "Other School (synthetic)",
        "localEducationAgencyReference": {"localEducationAgencyId": 880},
    }
    agency = {"localEducationAgencyId": 880, "nameOfInstitution": "Other District (synthetic)"}
    (folder / "schools.jsonl").write_text(json.dumps(school) + "\n")
    (folder / "localEducationAgencies.jsonl").write_text(json.dumps(agency) + "\n")
    return folder


def test_a_key_of_another_agency(filled, tmp_path):
    """It fits neither the extract nor the last pull; an audit would mislead."""
    with running(another_agency(tmp_path / "other")) as base_url:
        filled.connect(base_url)
        text = said(filled, 3)
    assert text.startswith("Warning: None of the extract's schools (101302, 101311, 101320, …) is")
    assert "is one of the key's (880001): they are of different agencies." in text
    assert f"was with a key of {DISTRICT}, {NEIGHBOR}, this one is of 880: it may be" in text


def test_a_key_of_another_year(filled, ods):
    """The ODS, the extract and the last pull are each of another year than the connection."""
    filled.connect(ods, year=2025)
    text = said(filled, 3)
    assert "for school year 2025, but this ODS holds 2026" in text
    assert "The last pull through ods was for 2025-26, the connection is for 2024-25." in text


def test_an_extract_of_another_year(filled, ods, world, tmp_path):
    """Calendars of other years only are told before a run compares nothing."""
    extract = tmp_path / "extract"
    extract.mkdir()
    for name in ("school", "calendar"):
        text = (world / "sis" / f"{name}.csv").read_text()
        (extract / f"{name}.csv").write_text(text.replace(",2026,", ",2024,"))
    filled.connect(ods)
    assert filled.run("load", extract).returncode == 0
    text = said(filled, 3)
    assert "The extract's calendars are of 2023-24, 2024-25, the connection is for" in text


def test_a_key_of_one_school(loaded, world):
    """It says how much of the district it sees, and lets an audit go on."""
    key = frozenset({101302})
    with running(world / "ods", Options(education_organizations=key)) as base_url:
        loaded.connect(base_url)
        text = said(loaded, 0)
    assert f"The key sees 1 of the 8 schools of agency {DISTRICT}: what belongs to" in text


def test_what_the_key_could_see_is_kept(folder, world, tmp_path):
    """Claim set, profiles and denials stand in the manifest, in run.json and in the report."""
    options = Options(profiles=NARROW, denied=frozenset({"grades"}), claim_set="Synthetic Auditor")
    with running(world / "ods", options) as base_url:
        folder.connect(base_url)
        assert folder.run("pull").returncode == 3
    assert folder.run("run").returncode == 0
    assert folder.run("report", "-o", tmp_path / "page.html").returncode == 0

    manifest = json.loads((folder.path / "store/ods/ods/manifest.json").read_text())
    run = json.loads(next((folder.path / "store/runs").glob("*/run.json")).read_text())
    page = " ".join((tmp_path / "page.html").read_text(encoding="utf-8").split())
    for kept in (manifest["scope"], run["scope"]):
        assert kept["claim_set"] == "Synthetic Auditor"
        assert kept["assigned_profiles"] == ["Narrow"]
        assert kept["education_organizations"][0]["education_organization_id"] == DISTRICT
        assert "/ed-fi/grades" not in {one["resource"] for one in kept["resources"]}
    assert manifest["resources"]["grades"]["verdict"] == "denied"
    assert run["pull"]["grades"]["verdict"] == "denied"
    assert "sandbox-secret" not in json.dumps([manifest, run])
    assert f"({DISTRICT})" in page
    assert "The key’s claim set is Synthetic Auditor." in page
    assert "The key reads through the profile Narrow" in page
    assert "the key may not read it (403)" in page
