"""Purging: what goes, what stays, and the proof; on a store laid out by hand."""

import json
import os
import stat
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from edfi_audit.errors import NotFoundError, SettingsError, StoreError
from edfi_audit.ods.auth import ClientCredentials, _Token, kept_tokens
from edfi_audit.purge import Selection, carry_out, plan
from edfi_audit.settings import Settings
from edfi_audit.store import Store

OLD = (datetime.now(UTC) - timedelta(days=40)).isoformat()
NEW = (datetime.now(UTC) - timedelta(days=2)).isoformat()
SETTINGS = Settings.of(
    {
        "connections": {
            name: {"base_url": "https://x", "client_id": "key", "client_secret": secret}
            for name, secret in {"ods": "secret-1", "ods-2": "secret-2"}.items()
        }
    }
)


def put(folder, **files):
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)


@pytest.fixture
def store(tmp_path):
    """Two connections, an extract, two runs, and what interrupted work left behind."""
    root = tmp_path / "data"
    put(root / "ods" / "ods" / "sections", part_parquet="12345")
    (root / "ods" / "ods" / "manifest.json").write_text(json.dumps({"finished_at": OLD}))
    put(root / "ods" / "ods-2", manifest_json=json.dumps({"finished_at": NEW}))
    put(root / "ods" / ".new-ods-0123abcd", part_parquet="1")
    put(root / "ods" / ".pull-ods", log_jsonl="1")
    put(root / "ods" / ".new-ods-2-0123abcd", part_parquet="1")
    put(root / "ods" / ".ods-2.old", part_parquet="1")
    put(root / "sis" / "campus", manifest_json=json.dumps({"loaded_at": OLD}))
    put(root / "runs" / "2026-01", run_json=json.dumps({"created_at": OLD}))
    put(root / "runs" / "2026-02", run_json=json.dumps({"created_at": NEW}))
    put(root / "runs" / ".new-2026-03-0123abcd", findings_parquet="1")
    (root / "README.md").write_text("mine")
    return Store(root)


@pytest.fixture(autouse=True)
def tokens(tmp_path, monkeypatch):
    """A folder of tokens: one of each connection, one of somebody else."""
    folder = tmp_path / "tokens"
    monkeypatch.setenv("EDFI_AUDIT_TOKEN_DIR", str(folder))
    for key, secret in (("one", "secret-1"), ("two", "secret-2"), ("three", "another")):
        credentials = ClientCredentials("https://x/token", key, SecretStr(secret))
        credentials._file.write(_Token(f"token-{key}", 0.0))
    return folder


def purge(store, settings=SETTINGS, **selection):
    return carry_out(plan(store, settings, Selection(**selection)))


def names(holdings):
    return {(one.kind, one.name) for one in holdings if one.kind != "token"}


def test_a_connection_goes_with_its_leftovers_and_its_token(store, tokens):
    """Another connection whose name begins alike keeps all that is its own."""
    purged = purge(store, connections=("ods",))
    assert names(purged.removed) == {
        ("connection", "ods"),
        ("connection", ".new-ods-0123abcd"),
        ("connection", ".pull-ods"),
    }
    assert sorted(path.name for path in (store.root / "ods").iterdir()) == [
        ".new-ods-2-0123abcd",
        ".ods-2.old",
        "ods-2",
    ]
    assert kept_tokens(SecretStr("secret-1")) == []
    assert len(list(tokens.iterdir())) == 2


def test_the_proof_counts_what_went_and_lists_what_is_left(store):
    """Files and bytes are those that were there; the rest of the store is named."""
    (store.root / "ods" / "ods" / "manifest.json").write_text("{}")
    purged = purge(store, connections=("ods",), extracts=("campus",))
    extract = len(json.dumps({"loaded_at": OLD}))
    (token,) = [one for one in purged.removed if one.kind == "token"]
    assert purged.files == 6
    assert purged.size == 5 + 2 + 1 + 1 + extract + token.size
    assert names(purged.left) == {
        ("connection", "ods-2"),
        ("connection", ".new-ods-2-0123abcd"),
        ("connection", ".ods-2.old"),
        ("run", "2026-01"),
        ("run", "2026-02"),
        ("run", ".new-2026-03-0123abcd"),
        ("other", "README.md"),
    }


def test_the_parquet_parts_are_off_the_disk(store):
    """Nothing of the connection lies below the store any more, under any name."""
    (store.root / "ods" / "ods" / "sections" / "part.parquet").write_text("a pupil's roster")
    purge(store, connections=("ods",))
    texts = [path.read_text() for path in store.root.rglob("*") if path.is_file()]
    assert texts
    assert not any("roster" in text for text in texts)


def test_runs_go_alone(store):
    """`runs` takes every run and every half-written one, and nothing else."""
    purged = purge(store, runs=True)
    assert names(purged.removed) == {
        ("run", "2026-01"),
        ("run", "2026-02"),
        ("run", ".new-2026-03-0123abcd"),
    }
    assert store.connections() == ["ods", "ods-2"]


def test_everything_leaves_only_what_is_not_ours(store, tokens):
    """All connections, extracts, runs, leftovers and tokens go; another key's token stays."""
    purged = purge(store, everything=True)
    assert [(one.kind, one.name) for one in purged.left] == [("other", "README.md")]
    assert len(list(tokens.iterdir())) == 1
    assert len(kept_tokens(SecretStr("another"))) == 1


def test_what_is_younger_is_spared(store):
    """Age is that of the pull, load or run; a leftover's is when it was last written."""
    for path in (store.root / "ods").glob(".*"):
        os.utime(path, (0, 0))
    purged = purge(store, everything=True, older_than=30)
    assert names(purged.removed) == {
        ("connection", "ods"),
        ("connection", ".new-ods-0123abcd"),
        ("connection", ".pull-ods"),
        ("connection", ".new-ods-2-0123abcd"),
        ("connection", ".ods-2.old"),
        ("extract", "campus"),
        ("run", "2026-01"),
    }
    assert kept_tokens(SecretStr("secret-1")) == []
    assert len(kept_tokens(SecretStr("secret-2"))) == 1


def test_nothing_old_enough_removes_nothing(store):
    """An empty plan is no error."""
    purged = purge(store, everything=True, older_than=50)
    assert (purged.removed, purged.files, purged.size) == ((), 0, 0)
    assert store.runs() == ["2026-01", "2026-02"]


def test_a_token_that_cannot_be_told_apart_is_said(store, tokens, monkeypatch):
    """Without the secret the token's owner is unknown: it stays, and a note says so."""
    monkeypatch.delenv("SECRET_OF_ODS", raising=False)
    settings = Settings.of(
        {
            "connections": {
                "ods": {
                    "base_url": "https://x",
                    "client_id": "key",
                    "client_secret": "${SECRET_OF_ODS}",
                }
            }
        }
    )
    purged = purge(store, settings, connections=("ods",))
    (note,) = purged.notes
    assert note.startswith("A token of ods, if one is kept, stays until it expires")
    assert "SECRET_OF_ODS" in note
    assert len(list(tokens.iterdir())) == 3


@pytest.mark.parametrize("name", ["odd", "../../tokens", "..", ".", "", "od.", ".pull-ods"])
def test_a_name_that_is_not_stored_removes_nothing(store, tokens, name):
    """No name leads out of the store, and none is a pattern."""
    before = sorted(store.root.rglob("*"))
    if name == ".pull-ods":  # a leftover named as it is called
        assert names(purge(store, connections=(name,)).removed) == {("connection", ".pull-ods")}
        return
    with pytest.raises(NotFoundError, match="Stored: ods, ods-2"):
        purge(store, connections=(name,))
    assert sorted(store.root.rglob("*")) == before
    assert len(list(tokens.iterdir())) == 3


def test_saying_nothing_is_an_error(store):
    """Without a selection nothing is removed."""
    with pytest.raises(SettingsError, match="Say --connection NAME"):
        purge(store, older_than=1)
    assert store.connections() == ["ods", "ods-2"]


def test_a_link_is_refused_before_anything_is_removed(store, tmp_path):
    """A part of the store that leads elsewhere is not followed."""
    put(tmp_path / "elsewhere", precious_txt="mine")
    (store.root / "runs" / "2025-12").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="is a link"):
        purge(store, everything=True)
    assert (tmp_path / "elsewhere" / "precious.txt").read_text() == "mine"
    assert store.extracts() == ["campus"]


@pytest.mark.skipif(os.name != "posix", reason="pulls are only kept apart there")
def test_a_pull_under_way_is_not_disturbed(store):
    """While another process holds the pull's lock, nothing is removed; afterwards it goes."""
    import fcntl

    lock = store.root / "ods" / ".pull-ods" / "lock"
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(StoreError, match="A pull is under way"):
            purge(store, everything=True)
        assert store.connections() == ["ods", "ods-2"]
    assert purge(store, everything=True).files > 0


def test_a_link_inside_is_removed_and_not_followed(store, tmp_path):
    """A link within a folder goes with it; what it led to stays."""
    put(tmp_path / "elsewhere", precious_txt="mine")
    (store.root / "sis" / "campus" / "link").symlink_to(tmp_path / "elsewhere")
    purge(store, extracts=("campus",))
    assert (tmp_path / "elsewhere" / "precious.txt").read_text() == "mine"
    assert store.extracts() == []


@pytest.mark.skipif(os.name != "posix", reason="needs the permissions of a POSIX file system")
def test_what_cannot_be_removed_is_no_success(store, as_unprivileged):
    """When files stay, purging fails and says how many."""
    folder = store.root / "sis" / "campus"
    with as_unprivileged(store.root):
        folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
        with pytest.raises(StoreError, match="1 files could not be removed"):
            purge(store, extracts=("campus",))
        folder.chmod(0o700)
    assert (folder / "manifest.json").is_file()


@pytest.fixture
def as_unprivileged():
    """Gives a folder to an ordinary user and acts as that user: root is stopped by nothing."""
    from contextlib import contextmanager

    @contextmanager
    def acting(root):
        if os.geteuid() != 0:
            yield
            return
        ordinary = 65534
        for path in (root, *root.rglob("*")):
            os.chown(path, ordinary, ordinary)
        for parent in root.parents:
            if parent.stat().st_mode & 0o077 == 0:
                parent.chmod(parent.stat().st_mode | 0o011)
        os.seteuid(ordinary)
        try:
            yield
        finally:
            os.seteuid(0)

    return acting
