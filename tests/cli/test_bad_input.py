"""Everything that goes wrong outside: one clear sentence, the right status, an unchanged store."""

import json
import os
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest


def refused(folder, status, *arguments, says, **environment):
    """Run a command that must fail in one sentence and leave the store as it was."""
    before = folder.stored
    done = folder.run(*arguments, **environment)
    assert done.returncode == status, done.stderr
    sentence = [line for line in done.stderr.splitlines() if line.startswith("edfi-audit: ")]
    assert len(sentence) == 1
    for part in says:
        assert part in sentence[0]
    assert "Traceback" not in done.stderr
    assert folder.stored == before
    return done.stderr


def test_wrong_secret(filled, ods):
    """A refused key ends with 3, names what to check, and never repeats the secret."""
    filled.connect(ods, client_secret="not-the-secret")
    said = refused(
        filled, 3, "pull", says=["key", "secret"], EDFI_AUDIT_TOKEN_DIR=str(filled.path / "none")
    )
    assert "not-the-secret" not in said


def test_wrong_year(filled, ods):
    """An ODS that holds another year than the connection says is not pulled."""
    filled.connect(ods, year=2025)
    refused(filled, 3, "pull", says=["school year 2025", "holds 2026", "END year"])


def test_wrong_year_of_the_audit(filled, ods):
    """A connection without a year is held to that of [audit]; two that differ are refused."""
    filled.connect(ods, year=2026)
    settings = filled.path / "edfi-audit.toml"
    settings.write_text(settings.read_text().replace("[audit]", "[audit]\nschool_year = 2025"))
    refused(filled, 2, "pull", says=["school year 2025", "2026", "END year"])
    settings.write_text(settings.read_text().replace("year = 2026", ""))
    refused(filled, 3, "pull", says=["school year 2025", "holds 2026", "END year"])


def test_wrong_year_of_a_year_specific_host(filled, world, serve):
    """A host that keeps one address per year has none for the wrong one."""
    with serve("--data", world / "ods", "--year", 2026, "--flavour", "6.1") as base_url:
        filled.connect(base_url, year=2024, mode="year_specific")
        refused(filled, 3, "pull", says=["year of the connection"])


def test_unreachable_host(filled):
    """A host that does not answer is named, with what to look at."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    filled.connect(f"http://127.0.0.1:{port}")
    refused(filled, 3, "pull", says=[f"127.0.0.1:{port} could not be reached", "network"])
    assert filled.run("pull").stderr.count("\n") == 1


class _Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<html><body>Please sign in to the school network</body></html>")

    def log_message(self, *_):
        """Stay silent."""


@pytest.fixture
def web_page():
    """The address of a server that answers everything with an HTML page."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_web_page(filled, web_page):
    """A web page where an ODS should be is called one; its text is not repeated."""
    filled.connect(web_page)
    said = refused(filled, 3, "pull", says=["an HTML page instead of JSON", "base_url"])
    assert "sign in" not in said


def test_one_denied_resource(folder, world, serve):
    """What the key may read is stored; what it may not is one sentence, and the status is 3."""
    with serve("--data", world / "ods", "--deny", "grades") as base_url:
        folder.connect(base_url)
        done = folder.run("pull")
    assert done.returncode == 3
    said = [line for line in done.stderr.splitlines() if line.startswith("edfi-audit: ")]
    assert len(said) == 1
    assert "grades could not be read completely: the key may not read it (403)." in said[0]
    assert "sections" in done.stdout
    stored = folder.path / "store" / "ods" / "ods"
    assert (stored / "sections").is_dir()
    assert not (stored / "grades").exists()


def test_a_resource_that_is_denied_later(filled, world, serve):
    """What was pulled before outlives a 403, unless --accept-denied is given; check warns of it."""
    with serve("--data", world / "ods", "--deny", "grades") as base_url:
        filled.connect(base_url)
        checked = filled.run("check")
        assert checked.returncode == 3
        assert checked.stdout.startswith("Warning: The key may not read grades;")
        refused(
            filled, 3, "pull", says=["grades cannot be read any more", "(403)", "--accept-denied"]
        )
        assert (filled.path / "store/ods/ods/grades").is_dir()
        done = filled.run("pull", "--accept-denied")
    assert done.returncode == 3
    assert not (filled.path / "store/ods/ods/grades").exists()
    assert (filled.path / "store/ods/ods/sections").is_dir()


def test_empty_ods(filled, serve, tmp_path):
    """An ODS without a single record does not replace what was pulled before."""
    empty = tmp_path / "empty"
    empty.mkdir()
    for resource in ("sections", "schools", "students"):
        (empty / f"{resource}.jsonl").write_text("")
    with serve("--data", empty) as base_url:
        filled.connect(base_url)
        refused(filled, 3, "pull", says=["no records at all", "agency and school year"])


def test_folder_without_tables(filled, tmp_path):
    """An extract without one known table says what a table is called."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "notes.csv").write_text("a,b\n1,2\n")
    refused(filled, 3, "load", other, says=["holds no Infinite Campus table", "school, calendar"])


def test_folder_that_is_not_there(filled):
    """An extract that does not exist is named."""
    refused(filled, 3, "load", "nowhere", says=["There is no nowhere"])


def test_wrong_encoding(filled, tmp_path):
    """A file in no known encoding is named with its line, and nothing of it is loaded."""
    extract = tmp_path / "extract"
    extract.mkdir()
    (extract / "school.csv").write_bytes(b"schoolID,number,name\n1,0001,Sch\x81\x8dol\n")
    refused(filled, 3, "load", extract, says=["school.csv", "UTF-8"])


@pytest.mark.parametrize("command", [("findings",), ("report", "-o", "page.html")])
def test_unknown_school(filled, command):
    """A school the run does not know is no empty list but an error that shows some it knows."""
    refused(filled, 2, *command, "--school", "Atlantis", says=["no school 'Atlantis'", "It has"])
    assert not (filled.path / "page.html").exists()


@pytest.mark.parametrize(
    ("option", "name", "says"),
    [
        ("--rule", "TOR-999", "no rule 'TOR-999'"),
        ("--flag", "tor", "attempt_status, identity, teacher_of_record, cte_program_type"),
        ("--run", "20200101", "no run '20200101'"),
    ],
)
def test_unknown_names(filled, option, name, says):
    """An unknown rule, flag or run ends with 2 and the next step."""
    refused(filled, 2, "findings", option, name, says=[says])


def test_nothing_to_audit(folder, ods):
    """A run over an empty store says what to do first."""
    folder.connect(ods)
    refused(folder, 2, "run", says=["nothing to audit", "`edfi-audit pull`"])


def test_no_settings_file(folder):
    """Without a settings file a command says how to get one."""
    refused(folder, 2, "pull", says=["no settings file edfi-audit.toml", "`edfi-audit init`"])


def test_unset_secret(filled, ods):
    """A secret that is to come from the environment and is not there is named."""
    filled.connect(ods, client_secret="${NO_SUCH_SECRET}")
    refused(filled, 2, "pull", says=["NO_SUCH_SECRET", "not set"])


def test_settings_for_another_year_than_was_pulled(filled, ods):
    """A run for another school year than was pulled is refused before it begins."""
    filled.connect(ods)
    settings = filled.path / "edfi-audit.toml"
    settings.write_text(settings.read_text().replace("[audit]", "[audit]\nschool_year = 2025"))
    refused(filled, 2, "run", says=["school year 2025", "pulled for 2026"])


def test_settings_for_another_year_than_the_connection(filled, ods):
    """A run is refused when the connection's own year is no longer the audit's."""
    filled.connect(ods, year=2025)
    refused(filled, 2, "run", says=["school year 2025", "2026 was pulled"])


def test_sessions_of_other_years(filled, ods):
    """A run over sessions that are all of other years is refused, with both years."""
    settings = filled.path / "edfi-audit.toml"
    filled.connect(ods)
    text = settings.read_text().replace("year = 2026\n", "")
    settings.write_text(text)
    assert filled.run("pull").returncode == 0
    settings.write_text(text.replace("[audit]", "[audit]\nschool_year = 2025"))
    refused(filled, 2, "run", says=["school year 2025", "are of 2026", "END year"])


def test_an_audit_date_before_the_school_year(filled, ods):
    """An audit date before 1 July is done as asked, with a warning in text and JSON."""
    filled.connect(ods)
    settings = filled.path / "edfi-audit.toml"
    settings.write_text(settings.read_text().replace("2026-06-20", "2025-06-30"))
    done = filled.run("run", "--json")
    assert done.returncode == 0
    (said,) = json.loads(done.stdout)["warnings"]
    assert f"edfi-audit: warning: {said}" in done.stderr
    assert "2025-06-30 is before the school year 2026 begins (2025-07-01)" in said
    settings.write_text(settings.read_text().replace("2025-06-30", "2025-07-01"))
    assert filled.answer("run")["warnings"] == []


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("audit_dat = 2026-06-20", "audit_dat is not a setting of [audit]; did you mean"),
        ("school_year = 'last'", "must be a whole number such as 2026"),
    ],
)
def test_wrong_settings(filled, ods, line, says):
    """A setting that does not exist, or of the wrong kind, is told in the file's own words."""
    filled.connect(ods)
    settings = filled.path / "edfi-audit.toml"
    settings.write_text(settings.read_text().replace("[audit]", f"[audit]\n{line}"))
    refused(filled, 2, "run", says=[says])


@pytest.mark.parametrize("command", ["report", "findings"])
def test_no_run_yet(folder, ods, command):
    """Before the first run there is none to show."""
    folder.connect(ods)
    refused(folder, 2, command, says=["There is no run yet in", "`edfi-audit run`"])


def test_report_onto_a_folder(filled):
    """A folder cannot take the page, and nothing is written beside it."""
    (filled.path / "out").mkdir()
    refused(filled, 2, "report", "-o", "out", says=["out cannot be written: it is a folder"])
    assert {path.name for path in filled.path.iterdir()} >= {"out"}
    assert not list(filled.path.glob("*.csv"))


def test_report_where_nothing_can_be_written(filled):
    """A place below a file is named, with the reason."""
    (filled.path / "file").write_text("")
    refused(filled, 2, "report", "-o", "file/page.html", says=["file/page.html cannot be written"])


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on the size of files")
def test_pull_onto_a_full_disk(filled, ods):
    """A disk that takes no more ends a pull in one sentence, the earlier one untouched."""
    import resource

    filled.connect(ods)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, limits[1]))  # children inherit it
    try:
        refused(filled, 2, "pull", says=["The pull cannot be written in", "free space"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_findings_onto_a_full_disk(audited, form):
    """What stdout cannot take is one sentence and status 2."""
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        done = audited.run("findings", "--format", form, stdout=full)
    assert done.returncode == 2
    assert done.stderr.startswith("edfi-audit: The output cannot be written: No space left")
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="pipes end differently elsewhere")
@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_a_reader_that_has_seen_enough(audited, form):
    """A closed pipe, as `| head` leaves it, ends a command without a word."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        done = audited.run("findings", "--format", form, stdout=closed)
    assert done.stderr == ""
    assert done.returncode == 0


def test_check_of_an_empty_ods(filled, serve, tmp_path):
    """Check warns first, and leaves with 3, when the key sees nothing."""
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "students.jsonl").write_text("")
    with serve("--data", empty) as base_url:
        filled.connect(base_url)
        done = filled.run("check")
    assert done.returncode == 3
    assert done.stdout.startswith("Warning: The key sees no records at all")


def test_check_of_a_wrong_year(filled, ods):
    """Check warns first, and leaves with 3, when the ODS holds another year."""
    filled.connect(ods, year=2025)
    done = filled.run("check")
    assert done.returncode == 3
    assert done.stdout.startswith("Warning: The connection is for school year 2025")


def test_unforeseen_error_keeps_its_text_to_itself(filled):
    """An error nobody foresaw is named by its kind alone: its text may quote a record."""
    run = next((filled.path / "store" / "runs").iterdir())
    (run / "findings.parquet").write_text("student 5281033584")
    done = filled.run("findings")
    assert done.returncode == 70
    assert "--debug" in done.stderr
    assert "5281033584" not in done.stderr
    assert "Traceback" not in done.stderr
    assert "Traceback" in filled.run("--debug", "findings").stderr
