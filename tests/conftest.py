"""The whole main job on tiny synthetic districts, once for every test that looks at its end."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from proofs_page import PAGE, Page

from edfi_audit import Audit, Run
from edfi_audit.sandbox.server import running
from edfi_audit.sandbox.world import generate
from edfi_audit.sandbox.world.defects import rules_in
from edfi_audit.sandbox.world.truth import Truth


def pytest_addoption(parser):
    """`--proofs FILE` makes docs/reference/proofs.md; see tests/proofs_page.py."""
    parser.addoption("--proofs", type=Path, metavar="FILE", help="write the page of proofs")


def pytest_configure(config):
    if path := config.getoption("--proofs"):
        config.stash[PAGE] = Page(path)


def pytest_sessionfinish(session, exitstatus):
    if exitstatus == pytest.ExitCode.OK and PAGE in session.config.stash:
        session.config.stash[PAGE].write()


HISTORY = ("CO-015", "IDM-012", "SYN-005", "SYN-007")
"""Rules that compare with an earlier run."""


@dataclass(frozen=True)
class Audited:
    """A district, pulled over HTTP, loaded, run: its folder, its run, and what was planted."""

    folder: Path
    audit: Audit
    run: Run
    truth: Truth


def audited(
    folder: Path, tokens: Path, school_year: int, defects: str, profile: str = "WI"
) -> Audited:
    """Audits the district; where something has changed since, as it was before, too."""
    kinds = {"lasting": [rule for rule in rules_in(profile) if rule not in HISTORY]}
    planted = kinds.get(defects, defects)
    world = generate(None, school_year=school_year, defects=planted, profile=profile)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDFI_AUDIT_TOKEN_DIR", str(tokens))
        if world.earlier is not None:
            world.write_earlier(folder)
            run_of(folder)
        world.write(folder)
        return Audited(folder, *run_of(folder), world.truth)


def run_of(folder: Path) -> tuple[Audit, Run]:
    """Pulls, loads and audits what the folder holds."""
    with running(folder / "ods") as base_url:
        settings = folder / "edfi-audit.toml"
        settings.write_text(settings.read_text().replace("http://127.0.0.1:8765", base_url))
        audit = Audit.open(settings)
        audit.pull(full=True)
        audit.load()
        return audit, audit.run()


@pytest.fixture(scope="session")
def districts(tmp_path_factory) -> Callable[..., Audited]:
    """The district of a school year with these defects, audited when first asked.

    They are all, none, or lasting: all but those that only a second run can tell. It lies in
    Wisconsin unless a profile is given.
    """

    @cache
    def of(school_year: int, defects: str, profile: str = "WI") -> Audited:
        folders = [tmp_path_factory.mktemp(name) for name in (defects, "tokens")]
        return audited(*folders, school_year, defects, profile)

    return of


@pytest.fixture(scope="session")
def planted(districts) -> Audited:
    """The district of 2026 with every defect planted."""
    return districts(2026, "all")
