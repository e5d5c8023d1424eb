"""Everything that goes wrong outside: one clear sentence, the right status, an unchanged store."""

import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
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
    refused(filled, 3, "pull", says=["127.0.0.1 could not be reached", "network"])


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
