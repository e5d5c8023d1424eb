"""Servers over the small synthetic ODS."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import httpx
import pytest
from sandbox.small_ods import RECORDS, authorise, write

from edfi_audit.sandbox.faults import Rule
from edfi_audit.sandbox.server import Options, Sandbox, running

Connect = Callable[..., httpx.Client]


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    """The folder that holds `RECORDS`."""
    return write(tmp_path_factory.mktemp("ods"), RECORDS)


@pytest.fixture(scope="session")
def ods(folder) -> Iterator[httpx.Client]:
    """An authorised client of a 7.3 over `RECORDS`."""
    with running(folder) as base_url, httpx.Client(base_url=base_url) as client:
        yield authorise(client)


@pytest.fixture(scope="session")
def servers(folder) -> Iterator[Connect]:
    """Starts each server once, however many tests ask for one like it."""
    with ExitStack() as stack:

        @cache
        def start(data: Path, options: Options) -> httpx.Client:
            base_url = stack.enter_context(running(data, options))
            return authorise(stack.enter_context(httpx.Client(base_url=base_url)))

        def connect(data: Path = folder, **options: object) -> httpx.Client:
            return start(data, Options(**options))

        yield connect


@pytest.fixture
def connect(servers) -> Iterator[Connect]:
    """Gives a client, of one's own, that holds a token of a server with the named options."""
    with ExitStack() as stack:

        def start(*data: Path, **options: object) -> httpx.Client:
            known = servers(*data, **options)
            client = httpx.Client(base_url=known.base_url, headers=known.headers)
            return stack.enter_context(client)

        yield start


@pytest.fixture
def fresh(folder) -> Iterator[Callable[..., tuple[Sandbox, httpx.Client]]]:
    """Gives a server of the test's own, which it may change, and an authorised client of it."""
    with ExitStack() as stack:

        def start(data: Path = folder, **options: object) -> tuple[Sandbox, httpx.Client]:
            sandbox = stack.enter_context(running(data, Options(**options)))
            client = stack.enter_context(httpx.Client(base_url=sandbox))
            return sandbox, authorise(client)

        yield start


@pytest.fixture
def faulty(fresh):
    """Gives an authorised client of a server where a fault befalls every page of students."""

    def start(*faults, **options):
        sandbox, client = fresh(**options)
        sandbox.script = [Rule(fault, resource="students") for fault in faults]
        return client

    return start
