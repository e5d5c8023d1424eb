"""Pull and check through a `database_url`, as a user meets them."""

import json

import pytest
from ods_database import contents, structure
from postgresql import PASSWORD, server

SETTINGS = """\
[connections.ods]
database_url = "${ODS_DATABASE_URL}"
year = 2026

[store]
path = "store"
"""


@pytest.fixture(scope="module")
def database(world):
    """The address of a database that holds the district's records that a database can hold."""
    records = {
        name: [json.loads(line) for line in (world / "ods" / f"{name}.jsonl").open()]
        for name in ("sessions", "students", "schools")
    }
    with server() as running:
        yield running.create("ods", structure("5.2") + contents(records))


@pytest.fixture
def connected(folder):
    """A folder whose only connection is the database named in the environment."""
    (folder.path / "edfi-audit.toml").write_text(SETTINGS)
    return folder


def test_pull(connected, database):
    """The address comes from the environment; the pull is verified, and shows no password."""
    done = connected.run("pull", ODS_DATABASE_URL=database)
    assert done.returncode == 0, done.stderr
    assert "verified" in done.stdout
    assert "records through ods (one snapshot)." in done.stdout
    assert PASSWORD not in done.stdout + done.stderr
    manifest = (connected.path / "store" / "ods" / "ods" / "manifest.json").read_text()
    assert PASSWORD not in manifest
    assert json.loads(manifest)["resources"]["sessions"]["verdict"] == "verified"


def test_check(connected, database):
    """Check says what the database is and how much of each resource it holds."""
    done = connected.run("check", ODS_DATABASE_URL=database)
    assert done.returncode == 0, done.stderr
    text = " ".join(done.stdout.split())
    assert "the database of an Ed-Fi ODS of Data Standard 5.2." in text
    assert "sessions: 30 records." in text


@pytest.mark.parametrize(
    ("changed", "status", "sentence"),
    [
        ({}, 2, "needs the environment variable ODS_DATABASE_URL, which is not set"),
        ({"ODS_DATABASE_URL": "somewhere"}, 2, "no address of a PostgreSQL or SQL Server"),
        ({"ODS_DATABASE_URL": "postgresql://u:se-cret@127.0.0.1:1/ods"}, 3, "did not answer"),
    ],
)
def test_a_wrong_address_is_one_sentence(connected, changed, status, sentence):
    """No traceback, no password, nothing stored."""
    done = connected.run("pull", **changed)
    assert done.returncode == status
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "cret" not in done.stderr
    assert connected.stored == {}


def test_a_database_takes_no_key(connected):
    """Keys of an API connection beside a database_url are named as wrong."""
    file = connected.path / "edfi-audit.toml"
    file.write_text(SETTINGS.replace("year", 'client_id = "key"\nyear'))
    done = connected.run("pull", ODS_DATABASE_URL="postgresql://127.0.0.1:1/ods")
    assert done.returncode == 2
    assert "client_id is not a setting of [connections.ods]" in done.stderr
