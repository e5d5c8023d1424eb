"""Where a store may lie: real git work trees, ignored and not."""

import os
import shutil
import subprocess
import sys

import pytest

from edfi_audit import Audit
from edfi_audit.errors import StoreError
from edfi_audit.privacy import PrivacyWarning, sync_warning
from edfi_audit.store import Store

GIT = shutil.which("git")


def git(folder, *arguments):
    done = subprocess.run(  # noqa: S603
        [GIT, "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments],
        cwd=folder, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


@pytest.fixture
def tree(tmp_path):
    """An empty git work tree."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "--quiet")
    return folder


def write_into(store):
    with store.replacing(store.ods("ods")) as folder:
        (folder / "part.parquet").write_text("synthetic")
    return (store.root / "ods" / "ods" / "part.parquet").is_file()


def refused(store, sentence):
    with pytest.raises(StoreError, match=sentence) as caught:
        write_into(store)
    assert not store.root.exists() or not any(store.root.rglob("*.parquet"))
    return str(caught.value)


def test_outside_a_work_tree_nothing_is_asked(tmp_path, monkeypatch):
    """Where there is no .git, the store is written, git or no git."""
    monkeypatch.setenv("PATH", "")
    assert write_into(Store(tmp_path / "data"))


@pytest.mark.parametrize("place", ["data", "deep/down/data"])
def test_inside_a_work_tree_the_store_is_refused(tree, place):
    """Nothing is written, and the sentence gives the line to add."""
    message = refused(Store(tree / place), "is not ignored there")
    assert f"Add the line /{place}/ to {tree / '.gitignore'}" in message


@pytest.mark.parametrize("rule", ["/data/", "data", "data/*\n!data/README.md", "*"])
def test_an_ignored_store_is_written(tree, rule):
    """However the rule is written; the advice that a refusal gives is enough."""
    (tree / ".gitignore").write_text(rule + "\n")
    assert write_into(Store(tree / "data"))
    assert git(tree, "status", "--short", "data") == ""


@pytest.mark.parametrize(
    "rule", ["/data/ods/", "*.csv", "/data/*\n!/data/ods/", "/data/sis\n/data/runs"]
)
def test_a_rule_that_leaves_something_out_is_not_enough(tree, rule):
    """A store of which git would commit any part is refused."""
    (tree / ".gitignore").write_text(rule + "\n")
    refused(Store(tree / "data"), "is not ignored there")


def test_a_work_tree_of_its_own_for_the_store_is_refused(tree):
    """A store that is itself the root of a work tree is refused too."""
    message = refused(Store(tree), "is not ignored there")
    assert f"Add the line * to {tree / '.gitignore'}" in message


def test_a_linked_work_tree_counts(tree, tmp_path):
    """In a linked work tree .git is a file; it is one all the same."""
    git(tree, "commit", "--quiet", "--allow-empty", "-m", "empty")
    git(tree, "worktree", "add", "--quiet", str(tmp_path / "linked"))
    assert (tmp_path / "linked" / ".git").is_file()
    refused(Store(tmp_path / "linked" / "data"), "is not ignored there")


def test_a_link_into_a_work_tree_counts(tree, tmp_path):
    """A path that only leads into a work tree is in it."""
    (tree / "inner").mkdir()
    (tmp_path / "elsewhere").symlink_to(tree / "inner")
    refused(Store(tmp_path / "elsewhere" / "data"), "is not ignored there")


def test_the_environment_of_a_git_hook_does_not_confuse(tree, tmp_path, monkeypatch):
    """GIT_DIR of another repository does not decide about this one."""
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    (tree / ".gitignore").write_text("/data/\n")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    assert write_into(Store(tree / "data"))


@pytest.mark.parametrize(("rule", "fine"), [("/data/", False), ("*", True)])
def test_without_git_only_a_rule_for_everything_counts(tree, monkeypatch, rule, fine):
    """Where git cannot be asked, a work tree is refused unless a .gitignore ignores all."""
    monkeypatch.setenv("PATH", "")
    (tree / ".gitignore").write_text(rule + "\n")
    store = Store(tree / "data")
    if fine:
        assert write_into(store)
    else:
        assert "one line * into the store's folder" in refused(store, "git cannot be asked")


def test_a_broken_repository_is_refused(tmp_path):
    """A .git that git itself does not understand leaves the doubt, and so the refusal."""
    (tmp_path / ".git").write_text("gitdir: /nowhere\n")
    refused(Store(tmp_path / "data"), "git cannot be asked")


def test_a_pull_is_refused_before_the_ods_is_asked(tree):
    """A pull, a load and a run into such a store end at once."""
    settings = tree / "edfi-audit.toml"
    settings.write_text(
        '[connections.ods]\ndatabase_url = "postgresql://nobody@127.0.0.1:1/none"\n'
    )
    with pytest.raises(StoreError, match="git work tree"):
        Audit.open(settings).pull()


def test_the_demo_works_in_a_work_tree(tree):
    """The demo brings its own .gitignore, so it runs anywhere and git sees nothing of it."""
    done = subprocess.run(
        [sys.executable, "-m", "edfi_audit.cli", "demo", "--size", "tiny"],
        cwd=tree, capture_output=True, text=True, check=False,
        env={**os.environ, "EDFI_AUDIT_TOKEN_DIR": str(tree.parent / "tokens")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tree / "demo" / "store" / "ods" / "ods").is_dir()
    assert git(tree, "status", "--short") == ""


@pytest.mark.parametrize(
    "folder",
    [
        "/home/someone/OneDrive/audit/data",
        "/Users/someone/OneDrive - Example District/data",
        "/home/someone/Dropbox (Example)/data",
        "/Users/someone/Library/CloudStorage/GoogleDrive-someone@example.org/My Drive/data",
        "/home/someone/Google Drive/data",
        "/Users/someone/Library/Mobile Documents/data",
    ],
)
def test_a_synced_folder_is_noticed(tmp_path, folder):
    """Folders that cloud services copy are known by their names."""
    assert "cloud service" in sync_warning(tmp_path / folder.lstrip("/"))


@pytest.mark.parametrize("folder", ["/home/someone/data", "/srv/boxes/data", "/opt/onedrives/x"])
def test_an_ordinary_folder_is_not(tmp_path, folder):
    """A name that only resembles one is none."""
    assert sync_warning(tmp_path / folder.lstrip("/")) is None


def test_a_synced_store_is_a_warning_not_an_error(tmp_path):
    """Opening an audit there warns, and everything works."""
    folder = tmp_path / "OneDrive"
    folder.mkdir()
    (folder / "edfi-audit.toml").write_text("")
    with pytest.warns(PrivacyWarning, match="cloud service"):
        audit = Audit.open(folder / "edfi-audit.toml")
    assert write_into(audit.store)


def test_the_command_line_says_it_in_one_sentence(tmp_path):
    """The warning reaches stderr as a sentence, without a line of code."""
    folder = tmp_path / "OneDrive"
    folder.mkdir()
    (folder / "edfi-audit.toml").write_text("")
    done = subprocess.run(
        [sys.executable, "-m", "edfi_audit.cli", "run"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    first = done.stderr.splitlines()[0]
    assert first.startswith(f"edfi-audit: The store {folder / 'data'} seems to be copied")
    assert "warn" not in done.stderr.lower()
