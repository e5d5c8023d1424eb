"""The commands on a synthetic district, from outside."""

import csv
import io
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from edfi_audit.sandbox.world import generate

FLAGS = ["attempt_status", "identity", "teacher_of_record", "cte_program_type"]


def test_check(audited):
    """Check says in sentences who answers, what the key sees, and what the extract lacks."""
    done = audited.run("check")
    assert done.returncode == 0
    assert "an Ed-Fi ODS/API version 7.3" in done.stdout
    assert "school year 2025-26" in done.stdout
    assert "The extract has everything the rules need." in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_check_names_what_a_thin_extract_silences(filled, world, tmp_path):
    """An absent table is named together with the rules that cannot be evaluated without it."""
    thin = tmp_path / "thin"
    thin.mkdir()
    (thin / "school.csv").write_bytes((world / "sis" / "school.csv").read_bytes())
    filled.run("load", thin)
    extract = filled.answer("check")["extract"]
    about = [line for line in extract if "no table sectionStaffHistory" in line]
    assert about
    assert any("TOR-004" in line for line in about)


def test_second_run(filled):
    """A second run finds the same, persisting, and what only a second one can know to be new.

    --fail-on turns errors into status 1.
    """
    done = filled.run("run", "--fail-on", "error", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["findings"]["error"] > 0
    rows = json.loads(filled.run("findings", "--json").stdout)
    new = {row["rule_id"] for row in rows if row["status"] == "new"}
    assert {row["status"] for row in rows} == {"new", "persisting"}
    assert new == {"SYN-005"}  # nothing has come to the ODS since the first


def test_run_directory_is_complete(audited):
    """The run that the command leaves has every part of the contract and nothing left over."""
    (run,) = (audited.path / "store" / "runs").iterdir()
    assert sorted(path.name for path in run.iterdir()) == [
        "findings.parquet",
        "gx",
        "identity_ledger.parquet",
        "results.parquet",
        "run.json",
        "tables",
    ]
    facts = json.loads((run / "run.json").read_text())
    assert {path.stem for path in (run / "gx").iterdir()} == set(facts["suites"])
    assert set(facts["flags"]) == set(FLAGS)
    assert facts["pull"]["sections"]["verdict"] == "verified"
    assert "course" in facts["sis"]["tables"]
    assert "sandbox-secret" not in (run / "run.json").read_text()


def test_counts_agree(audited):
    """results.parquet, findings.parquet and run.json tell the same numbers for every rule."""
    import duckdb

    (run,) = (audited.path / "store" / "runs").iterdir()
    rules = json.loads((run / "run.json").read_text())["rules"]
    results = duckdb.sql(
        f"SELECT rule_id, sum(failed)::INT FROM '{run}/results.parquet'"
        " GROUP BY ALL HAVING sum(failed) > 0"
    ).fetchall()
    findings = duckdb.sql(
        f"SELECT rule_id, count(*)::INT FROM '{run}/findings.parquet' GROUP BY ALL"
    ).fetchall()
    assert dict(results) == dict(findings)
    assert dict(findings) == {name: one["failed"] for name, one in rules.items() if one["failed"]}


@pytest.mark.parametrize("flag", FLAGS)
def test_findings_by_flag(audited, flag):
    """Every headline flag has findings in the district that was made to have them."""
    rows = json.loads(audited.run("findings", "--flag", flag, "--json").stdout)
    assert rows
    facts = json.loads(next((audited.path / "store" / "runs").glob("*/run.json")).read_text())
    assert {row["rule_id"] for row in rows} <= set(facts["flags"][flag]["rules"])


def test_findings_as_a_list(audited):
    """The list names rule, fix, school and record, fits 80 columns, and says how much it shows."""
    done = audited.run("findings", "--rule", "TOR-001", "--limit", "1")
    assert done.stdout.startswith("TOR-001")
    assert "Fix:" in done.stdout
    assert "sectionIdentifier" in done.stdout
    assert "1 of " in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_findings_as_csv(audited):
    """The CSV holds every finding under the columns of findings.parquet."""
    rows = list(csv.DictReader(io.StringIO(audited.run("findings", "--format", "csv").stdout)))
    assert len(rows) == len(json.loads(audited.run("findings", "--json").stdout))
    assert list(rows[0])[:3] == ["fingerprint", "rule_id", "severity"]


def test_report(audited, tmp_path):
    """The report and the CSV beside it are written where asked, for one school if asked."""
    facts = json.loads(next((audited.path / "store" / "runs").glob("*/run.json")).read_text())
    school = next(one for one in facts["schools"] if one["name"])
    page = tmp_path / "page.html"
    done = audited.run("report", "-o", page, "--school", school["name"])
    assert done.returncode == 0, done.stderr
    assert school["name"] in page.read_text(encoding="utf-8")
    assert (tmp_path / "page-findings.csv").is_file()


def test_rules(folder):
    """The catalogue needs no settings; one rule shows its source and its fix."""
    rules = folder.answer("rules")["rules"]
    assert {"ATT-001", "TOR-001", "CTE-001", "IDM-001"} <= {rule["id"] for rule in rules}
    listed = folder.run("rules").stdout.splitlines()
    assert len(listed) == len(rules)
    assert max(map(len, listed)) <= 80
    one = folder.run("rules", "att-001").stdout
    assert "Source:" in one
    assert "Fix:" in one
    assert folder.run("rules", "ATT-999").returncode == 2


def test_init(folder):
    """Init lays out a folder whose settings can be read, and overwrites nothing."""
    assert folder.run("init", "mine").returncode == 0
    made = folder.path / "mine"
    assert {path.name for path in made.iterdir()} == {
        "edfi-audit.toml",
        "data",
        "extracts",
        "notebooks",
        ".gitignore",
    }
    assert list((made / "notebooks").glob("*.ipynb"))
    done = folder.run("-c", "mine/edfi-audit.toml", "pull")
    assert "EDFI_API_CLIENT_ID" in done.stderr
    (made / "edfi-audit.toml").write_text("# mine\n")
    again = folder.run("init", "mine")
    assert again.returncode == 2
    assert "nothing was written" in again.stderr
    assert (made / "edfi-audit.toml").read_text() == "# mine\n"


def test_demo(folder):
    """The demo goes all the way over a real server and leaves a report and notebooks."""
    summary = folder.answer("demo", "here", "--size", "tiny")
    made = folder.path / "here"
    assert summary["rules"]["failed"] > 0
    assert (made / "report.html").is_file()
    assert (made / "notebooks").is_dir()
    assert summary["pull"] == {"verified": len(list((made / "store/ods/ods").glob("*/")))}


def test_demo_again_keeps_settings_and_runs(folder):
    """In an earlier demo's folder the district is made anew, and what a user has done stays."""
    folder.answer("demo", "here", "--size", "tiny")
    made = folder.path / "here"
    settings = made / "edfi-audit.toml"
    settings.write_text(settings.read_text().replace("2026-06-20", "2026-05-04"))
    (made / "truth.json").write_text("{}")
    again = folder.answer("demo", "here", "--size", "tiny")
    assert again["audit_date"] == "2026-05-04"
    assert "2026-05-04" in settings.read_text()
    assert len(list((made / "store/runs").iterdir())) == 2
    assert (made / "truth.json").read_text() != "{}"


def test_the_commands_that_demo_prints_work(folder):
    """The command it prints can be typed as it is, where edfi-audit is on no search path, too."""
    done = folder.run("demo", "a district", "--size", "tiny", PATH="/nowhere")
    assert done.returncode == 0
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("Findings:  ")]
    command = shlex.split(line.partition(":")[2])
    listed = subprocess.run(  # noqa: S603 - the printed command
        command, cwd=folder.path, capture_output=True, text=True, check=True
    )
    assert "findings; --limit N" in listed.stdout


def test_the_script_is_named_by_its_path_when_it_is_on_none(folder):
    """Called as .venv/bin/edfi-audit, that is what it prints."""
    script = Path(sys.executable).with_name("edfi-audit")
    done = subprocess.run(  # noqa: S603
        [script, "init", "mine"],
        cwd=folder.path,
        env={**os.environ, "PATH": "/nowhere"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"`{script} check`" in done.stdout


def test_the_tutorial_asks_for_what_the_demo_has():
    """The school and the rule of the tutorial have findings in the demo's district."""
    text = (Path(__file__).parents[2] / "docs/tutorial/first-audit.md").read_text(encoding="utf-8")
    rule, school = re.search(r"findings --rule (\S+) --school (\d+)", text).groups()
    truth = generate(None, size="demo").truth
    assert int(school) in {finding.natural_key.get("schoolId") for finding in truth.of(rule)}


def test_demo_spares_a_folder_of_ones_own(folder):
    """The demo does not write into a folder that holds something else."""
    (folder.path / "letter.txt").write_text("mine")
    done = folder.run("demo", ".")
    assert done.returncode == 2
    assert "not empty" in done.stderr
    assert [path.name for path in folder.path.iterdir()] == ["letter.txt"]


def test_sandbox_takes_its_secret_from_the_environment(folder, serve, world, monkeypatch):
    """A secret of one's own is never given on the command line."""
    monkeypatch.setenv("SANDBOX_SECRET", "another")
    with serve("--data", world / "ods") as base_url:
        folder.connect(base_url)
        assert folder.run("pull").returncode == 3
        folder.connect(base_url, client_secret="another")
        assert folder.run("pull").returncode == 0


def test_sandbox_needs_to_know_what_to_serve(folder):
    """Neither or both of --data and --world is a usage error."""
    assert folder.run("sandbox").returncode == 2
    assert folder.run("sandbox", "--data", ".", "--world", "tiny").returncode == 2
