"""The commands on a synthetic district, from outside."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time

import pytest

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
    """A second run finds the same, persisting; --fail-on turns errors into status 1."""
    done = filled.run("run", "--fail-on", "error", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["findings"]["error"] > 0
    rows = json.loads(filled.run("findings", "--json").stdout)
    assert {row["status"] for row in rows} == {"persisting"}


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


def test_notebook_without_notebooks(audited):
    """Without notebooks beside the settings the command says how to get them."""
    done = audited.run("notebook")
    assert done.returncode == 2
    assert "`edfi-audit init`" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="ends a whole process group by signal")
def test_notebook(folder, ods, tmp_path):
    """JupyterLab comes up on the folder's notebooks."""
    folder.connect(ods)
    (folder.path / "notebooks").mkdir()
    config = {"ServerApp": {"allow_root": True, "open_browser": False, "port": 0}}
    (tmp_path / "jupyter_server_config.json").write_text(json.dumps(config))
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(tmp_path),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "edfi_audit.cli", "notebook"],
        cwd=folder.path,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 60
        while not (found := list((tmp_path / "runtime").glob("jpserver-*.json"))):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert json.loads(found[0].read_text())["root_dir"] == str(folder.path / "notebooks")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
