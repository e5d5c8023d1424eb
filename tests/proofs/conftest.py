"""The fixture every proof uses; tests/proof.py says how."""

import pytest
from proofs_page import Held, page_of

pytest.register_assert_rewrite("proof")

from proof import Proof  # noqa: E402 after its asserts are rewritten


@pytest.fixture
def prove(tmp_path, request):
    """Prove one rule on a few rows."""
    proof = Proof(tmp_path)
    yield proof
    if page := page_of(request.config):
        says = " ".join((request.function.__doc__ or "").split())
        page.held += [Held(one, request.node.originalname, says) for one in proof.proved]
