"""The whole main job on the tiny synthetic district, once for every test that looks at its end."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from edfi_audit import Audit, Run
from edfi_audit.sandbox.server import running
from edfi_audit.sandbox.world import generate
from edfi_audit.sandbox.world.truth import Truth


@dataclass(frozen=True)
class Audited:
    """A district, pulled over HTTP, loaded, run: its folder, its run, and what was planted."""

    folder: Path
    audit: Audit
    run: Run
    truth: Truth


def audited(folder: Path, tokens: Path, defects: str) -> Audited:
    world = generate(folder, size="tiny", defects=defects)
    with running(folder / "ods") as base_url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDFI_AUDIT_TOKEN_DIR", str(tokens))
        settings = folder / "edfi-audit.toml"
        settings.write_text(settings.read_text().replace("http://127.0.0.1:8765", base_url))
        audit = Audit.open(settings)
        audit.pull()
        audit.load()
        return Audited(folder, audit, audit.run(), world.truth)


@pytest.fixture(scope="session")
def planted(tmp_path_factory) -> Audited:
    """The district with every defect planted."""
    return audited(tmp_path_factory.mktemp("planted"), tmp_path_factory.mktemp("tokens"), "all")


@pytest.fixture(scope="session")
def clean(tmp_path_factory) -> Audited:
    """The district with none, but with all that is irregular and right."""
    return audited(tmp_path_factory.mktemp("clean"), tmp_path_factory.mktemp("tokens"), "none")
