"""The synthetic district of these tests, without defects."""

import pytest
from living_ods import living

from edfi_audit.sandbox.world import generate


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    """The tiny synthetic district without defects."""
    folder = tmp_path_factory.mktemp("world")
    generate(folder, size="tiny", defects="none")
    return folder


@pytest.fixture
def district(world, tmp_path):
    """The district, served; see `District`."""
    with living(world, tmp_path) as served:
        yield served


@pytest.fixture
def serve(world, tmp_path):
    """Serve the district with other `[audit]` settings or sandbox options."""
    return lambda settings="", **options: living(world, tmp_path, settings, **options)
