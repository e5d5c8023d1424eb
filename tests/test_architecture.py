"""The house's own rules: which way imports run, and which words do not stand in the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "edfi_audit"
FLOORS = {
    room: floor
    for floor, rooms in enumerate(
        (
            ("errors", "bundled", "settings_faults", "lines"),
            ("privacy",),
            ("settings", "store", "database"),
            ("ods", "sis"),
            ("tables",),
            ("validation", "recheck"),
            ("findings",),
            ("charts", "report", "resync", "why"),
            ("run", "evaluation", "readiness"),
            ("audit", "purge", "sandbox"),
            ("cli",),
        )
    )
    for room in rooms
}
ONLY_IN = {
    "great_expectations": {"validation"},
    "httpx": {"ods"},
    "plotly": {"charts", "report", "run"},
    "jinja2": {"report", "findings", "why"},
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "edfi_audit":
            yield from (f"edfi_audit.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_downwards(path):
    """A module imports only from its own room and from the floors below it."""
    here = room(path)
    if here == "__init__":
        return
    assert here in FLOORS, f"give the room {here} a floor"
    for name in imported(path):
        parts = name.split(".")
        if parts[0] != "edfi_audit" or len(parts) == 1 or parts[1] == here:
            continue
        assert FLOORS[parts[1]] < FLOORS[here], f"{here} imports {parts[1]}"
        assert parts[1] != "sandbox" or here == "cli"


@pytest.mark.parametrize(("library", "rooms"), ONLY_IN.items())
def test_a_library_has_one_room(library, rooms):
    """A library with a seam around it is imported on that side of the seam only."""
    users = {
        room(path)
        for path in modules()
        for name in imported(path)
        if name == library or name.startswith(f"{library}.")
    }
    assert users <= rooms


def test_nothing_is_left_for_later():
    """No marker of unfinished work stands in the package."""
    marker = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError")
    assert [str(path) for path in modules() if marker.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "path", sorted(Path(__file__).parent.rglob("test_*.py")), ids=lambda p: p.stem
)
def test_every_test_says_what_it_holds(path):
    """A test without a sentence is a test whose purpose nobody will know."""
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    ]
    assert [one.name for one in functions if not ast.get_docstring(one)] == []
