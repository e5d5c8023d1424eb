"""The fixture every proof uses; tests/proof.py says how."""

import pytest

pytest.register_assert_rewrite("proof")

from proof import Proof  # noqa: E402 after its asserts are rewritten


@pytest.fixture
def prove(tmp_path):
    """Prove one rule on a few rows."""
    return Proof(tmp_path)
