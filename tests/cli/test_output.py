import pytest

from edfi_audit.cli.output import counted


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 cells"), (1, "1 cell"), (2, "2 cells"), (1234, "1,234 cells")]
)
def test_counted(number, words):
    """One thing is singular; thousands are grouped."""
    assert counted(number, "cell") == words
