"""A district's own suites and tables, beside those that ship."""

import json
import re
import shutil
from pathlib import Path

import pytest

from edfi_audit import Audit, errors

HOW_TO = Path(__file__).parents[1] / "docs" / "how-to" / "own-rules.md"
SUITE = {
    "type": "expect_column_values_to_be_between",
    "kwargs": {"column": "student_count", "min_value": 1},
    "meta": {
        "id": "OUR-002",
        "title": "Section without students",
        "severity": "info",
        "profiles": ["WI"],
        "needs": ["ods.sections", "ods.student_section_associations"],
        "source": {"file": "our handbook", "phrase": "close what is empty"},
        "confidence": "explicit",
        "observed": "{student_count} students",
        "expected": "at least one student",
        "remedy": "Close the section.",
    },
}


def documented(heading):
    """The file that the how-to shows under this name."""
    text = HOW_TO.read_text(encoding="utf-8")
    return re.search(rf"`rules/{re.escape(heading)}`\n\n```\w+\n(.*?)```", text, re.DOTALL)[1]


def suite(*expectations, table="rooms"):
    return json.dumps({"name": "own", "meta": {"table": table}, "expectations": expectations})


@pytest.fixture
def audit(planted, tmp_path):
    """The planted district with `own_rules = "rules"`; gives the audit and that folder."""
    folder = tmp_path / "rules"
    folder.mkdir()
    return opened(planted, tmp_path, 'own_rules = "rules"'), folder


def opened(planted, folder, setting):
    """An audit of the planted district's records with one more setting, in a store of its own."""
    runs = shutil.ignore_patterns("runs", ".*")
    shutil.copytree(planted.folder / "store", folder / "store", ignore=runs)
    text = (planted.folder / "edfi-audit.toml").read_text()
    (folder / "edfi-audit.toml").write_text(text.replace("[audit]", f"[audit]\n{setting}", 1))
    return Audit.open(folder / "edfi-audit.toml")


def test_the_documented_files_work(audit, planted):
    """What the how-to shows runs as it stands, and agrees with a count by hand."""
    district, folder = audit
    (folder / "our_sections.json").write_text(
        documented("our_sections.json").replace('"max_value": 20', '"max_value": 8')
    )
    (folder / "rooms.sql").write_text(documented("rooms.sql"))
    (folder / "rooms.json").write_text(suite(SUITE))
    run = district.run(recheck=False)
    sections = [
        json.loads(line)
        for line in (planted.folder / "ods" / "sections.jsonl").read_text().splitlines()
    ]
    long = sorted(one["sectionIdentifier"] for one in sections if len(one["sectionIdentifier"]) > 8)
    found = run.findings(rule="OUR-001")
    assert long
    assert sorted(json.loads(key)["sectionIdentifier"] for key in found["natural_key"]) == long
    taken = {
        tuple(sorted(json.loads(line)["sectionReference"].items()))
        for line in (planted.folder / "ods" / "studentSectionAssociations.jsonl")
        .read_text()
        .splitlines()
    }
    empty = [
        one
        for one in sections
        if tuple(
            sorted(
                {
                    **one["courseOfferingReference"],
                    "sectionIdentifier": one["sectionIdentifier"],
                }.items()
            )
        )
        not in taken
    ]
    assert len(run.findings(rule="OUR-002")) == len(empty) > 0


def test_own_findings_are_in_the_report(audit, tmp_path):
    """A reader sees the rule with its title and its school like any other."""
    district, folder = audit
    (folder / "rooms.sql").write_text(documented("rooms.sql"))
    (folder / "rooms.json").write_text(suite(SUITE))
    page = district.run(recheck=False).report(tmp_path / "report.html").read_text(encoding="utf-8")
    assert "OUR-002" in page
    assert "Section without students" in page


def test_own_reference_data(audit):
    """A CSV in reference/ is a table that own queries may read."""
    district, folder = audit
    (folder / "reference").mkdir()
    (folder / "reference" / "ours.csv").write_text("school_id\n101320\n")
    query = documented("rooms.sql").replace(
        "audit.sessions, ods", "audit.sessions, reference.ours, ods"
    )
    query = query.replace(
        "GROUP BY ALL",
        "WHERE sections.school_id IN (SELECT CAST(school_id AS BIGINT) FROM reference.ours)\n"
        "GROUP BY ALL",
    )
    (folder / "rooms.sql").write_text(query)
    never = {**SUITE, "kwargs": {"column": "student_count", "max_value": -1}}
    (folder / "rooms.json").write_text(suite(never))
    assert set(district.run(recheck=False).findings(rule="OUR-002")["school_id"]) == {101320}


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"own.json": suite({**SUITE, "meta": {**SUITE["meta"], "id": "TOR-001"}})}, "TOR-001"),
        ({"sections.json": suite(SUITE)}, "There is a suite sections already"),
        ({"sections.sql": "SELECT 1"}, "There is an audit table sections already"),
        ({"rooms.sql": "SELECT 1"}, "The audit table rooms has no `-- grain:` line"),
        ({"own.json": suite(SUITE, table="nowhere")}, "nowhere"),
        ({"own.json": "{"}, "not readable JSON"),
    ],
)
def test_a_wrong_file_is_named(audit, files, says):
    """Nothing runs until it is mended, and no run is left behind."""
    district, folder = audit
    for name, content in files.items():
        (folder / name).write_text(content)
    before = district.store.runs()
    with pytest.raises(errors.AuditError, match=says):
        district.run(recheck=False)
    assert district.store.runs() == before


def test_a_broken_query_is_named_without_its_values(audit):
    """A column that is not there is told by name."""
    district, folder = audit
    broken = documented("rooms.sql").replace("sessions.phase", "sessions.fase")
    (folder / "rooms.sql").write_text(broken)
    with pytest.raises(errors.StoreError, match="rooms could not be built"):
        district.run(recheck=False)


def test_a_folder_that_is_not_there(audit):
    """The settings' mistake is said before anything is built."""
    district, folder = audit
    folder.rmdir()
    with pytest.raises(errors.SettingsError, match="which is no folder"):
        district.run(recheck=False)


def test_a_changed_threshold_is_in_the_report(planted, tmp_path):
    """Who reads a report made with other thresholds is told which."""
    run = opened(planted, tmp_path, "uncovered_days = 40").run(recheck=False)
    page = run.report(tmp_path / "report.html").read_text(encoding="utf-8")
    assert "uncovered_days = 40 instead of 15" in " ".join(page.split())
    usual = planted.run.report(tmp_path / "usual.html").read_text(encoding="utf-8")
    assert "uncovered_days" not in usual
