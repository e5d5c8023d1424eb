"""One clean and one spoiled tiny world, generated once."""

import pytest

from edfi_audit.sandbox.world import generate


@pytest.fixture(scope="session")
def clean():
    return generate(None, defects="none")


@pytest.fixture(scope="session")
def spoiled():
    return generate(None)


@pytest.fixture(scope="session")
def extract(tmp_path_factory):
    """The folder of the clean world as it is written."""
    folder = tmp_path_factory.mktemp("world")
    generate(folder, defects="none")
    return folder
