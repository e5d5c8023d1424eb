"""Where the files that ship with the package are: suites, reference data and notebooks.

They live at the top of the repository; a wheel carries them inside the package.
"""

from pathlib import Path

__all__ = ["expectations", "notebooks"]

_PACKAGE = Path(__file__).resolve().parent


def expectations() -> Path:
    """The folder of the suites (`*.json`) and of `reference/`."""
    return _folder("expectations")


def notebooks() -> Path:
    """The folder of the analysts' notebooks."""
    return _folder("notebooks")


def _folder(name: str) -> Path:
    inside_wheel = _PACKAGE / "bundle" / name
    return inside_wheel if inside_wheel.is_dir() else _PACKAGE.parent / name
