"""docs/reference/proofs.md keeps up with the rules; `make docs` renews it."""

import re
from pathlib import Path

import pytest

from edfi_audit import bundled
from edfi_audit.validation.catalogue import load_suites

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "proofs.md"
PARTS = dict(re.findall(r"^## (\S+) (.*?)(?=^## |\Z)", PAGE.read_text(), re.MULTILINE | re.DOTALL))
RULES = [rule for suite in load_suites(bundled.expectations()) for rule in suite.rules]
BY_SCRIPT = {"SRC-001"}
"""What a script of faults plants, in a test beside its proof."""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_stands_on_the_page_with_its_proof(rule):
    """By its title, with rows that were held against it, found whole in the planted worlds."""
    part = PARTS[rule.id]
    assert part.startswith(rule.title)
    assert "- held against: turned round" in part
    assert rule.id in BY_SCRIPT or "recall 100%, precision 100%" in part


def test_no_rule_stands_there_that_is_none():
    """A rule that was taken out leaves the page."""
    assert PARTS.keys() == {rule.id for rule in RULES}


def test_the_proofs_named_are_there():
    """Each test the page names is in tests/proofs."""
    files = (Path(__file__).parent / "proofs").glob("test_*.py")
    written = "\n".join(file.read_text(encoding="utf-8") for file in files)
    for name in set(re.findall(r"^`(test_\w+)`:", PAGE.read_text(), re.MULTILINE)):
        assert f"def {name}(" in written
