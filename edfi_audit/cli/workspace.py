"""A folder to audit in: settings, store and notebooks, laid out without overwriting anything."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from edfi_audit import bundled
from edfi_audit.errors import SettingsError
from edfi_audit.settings import FILE_NAME

__all__ = ["adopt", "lay_out", "sparing_settings"]

_IGNORED = "# student data and secrets\n/data/\n/extracts/\n/store/\n.env\n*.html\n*.csv\n"
_DEMO = "truth.json"


def lay_out(folder: Path) -> list[Path]:
    """Make edfi-audit.toml, data/, extracts/, notebooks/ and .gitignore in `folder`.

    A `SettingsError` when one of them is there already; nothing is written then.
    """
    settings, notebooks, ignored = (
        folder / name for name in (FILE_NAME, "notebooks", ".gitignore")
    )
    _refuse(settings, notebooks)
    made = [settings]
    folder.mkdir(parents=True, exist_ok=True)
    settings.write_text(_template(), encoding="utf-8")
    for name in ("data", "extracts"):
        (folder / name).mkdir(mode=0o700, exist_ok=True)
        made.append(folder / name)
    _copy_notebooks(notebooks)
    made.append(notebooks)
    if not ignored.exists():
        ignored.write_text(_IGNORED, encoding="utf-8")
        made.append(ignored)
    return made


def adopt(folder: Path) -> None:
    """Make `folder` ready for the demo: a new one, an empty one, or an earlier demo's.

    Git ignores all that is in it. A `SettingsError` when it holds anything else.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / _DEMO).is_file():
        raise SettingsError(
            f"{folder} is not empty, and no earlier demo.", next_step="Name another folder."
        )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    if not (folder / "notebooks").exists():
        _copy_notebooks(folder / "notebooks")


@contextmanager
def sparing_settings(folder: Path) -> Iterator[Path]:
    """The settings file of `folder`; if it was there before the block, it stays as it was."""
    settings = folder / FILE_NAME
    kept = settings.read_bytes() if settings.is_file() else None
    try:
        yield settings
    finally:
        if kept is not None:
            settings.write_bytes(kept)


def _refuse(*paths: Path) -> None:
    for path in paths:
        if path.exists():
            raise SettingsError(
                f"{path} is there already; nothing was written.",
                next_step="Name another folder, or move it away.",
            )


def _copy_notebooks(target: Path) -> None:
    unwanted = shutil.ignore_patterns(".*", "__pycache__")
    shutil.copytree(bundled.notebooks(), target, ignore=unwanted)
    target.chmod(0o700)  # a notebook that was run holds student data


def _template() -> str:
    return files("edfi_audit.cli").joinpath("templates", FILE_NAME).read_text(encoding="utf-8")
