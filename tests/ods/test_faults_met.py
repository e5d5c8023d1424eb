"""Every fault, on every release and in every way of paging: what is stored is what is true."""

import pytest
from ods_in_churn import pulled, serving, stored, true, write_sections

from edfi_audit.sandbox.faults import (
    Churn,
    ContentType,
    CutPage,
    Delay,
    Drop,
    Duplicate,
    ExpireTokens,
    HtmlPage,
    NoPageToken,
    RevokeToken,
    Rule,
    SlowBody,
    Status,
    Truncate,
)
from edfi_audit.store import Store

PASSING = {
    "429": Status(429),
    "429 with Retry-After": Status(429, retry_after=0),
    "500": Status(500),
    "502": Status(502),
    "503": Status(503, retry_after=0),
    "504": Status(504),
    "502 page of a proxy": HtmlPage(),
    "dropped": Drop(),
    "reset": Drop(reset=True),
    "truncated": Truncate(),
    "broken JSON": Truncate(announced=True),
    "late": Delay(1.5),
    "slow": SlowBody(0.2),
    "wrong content type": ContentType(),
    "empty page": CutPage(),
    "short page": CutPage(rows=20),
    "rows sent twice": Duplicate(rows=3),
    "rows in the place of others": Duplicate(rows=3, displacing=True),
    "no page token": NoPageToken(),
    "changes": Churn(inserts=2, updates=2, deletes=2, seed=1),
    "a late commit": Churn(late_inserts=2, seed=2),
    "changes of key": Churn(key_changes=2, seed=3),
}
"""Faults that a pull gets over, twice in a row."""

ONCE = {
    "401": Status(401),
    "revoked token": RevokeToken(),
    "expired tokens": ExpireTokens(),
}
"""Faults that a pull gets over once; a key that is refused again is refused."""

WAYS = [
    ("5.3", True),
    ("6.1", True),
    ("6.1", False),
    ("7.2", True),
    ("7.3", True),
    ("7.3", False),
    ("8.0", True),
]
"""Releases, with change queries and without: reverse offset, offset, cursor."""


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """A folder of 320 synthetic sections."""
    return write_sections(tmp_path_factory.mktemp("records"), 320)


@pytest.mark.parametrize("name", [*PASSING, *ONCE])
@pytest.mark.parametrize(("flavour", "change_queries"), WAYS)
def test_what_is_stored_is_what_is_true(records, tmp_path, name, flavour, change_queries):
    """After any fault in mid-walk the store holds the ODS's rows, each once, and knows it.

    Without change queries, a row may be as it was when it was read.
    """
    store = Store(tmp_path / "data")
    times, fault = (1, ONCE[name]) if name in ONCE else (2, PASSING[name])
    with serving(records, flavour, change_queries=change_queries) as sandbox:
        sandbox.script = (Rule(fault, resource="sections", request=5, times=times),)
        part = pulled(sandbox, store).resources["sections"]
        found, expected = stored(store), true(sandbox)
    if isinstance(fault, Churn) and not change_queries:
        found, expected = ([identifier for identifier, _ in rows] for rows in (found, expected))
    assert found == expected
    assert (part.verdict, part.reason) == ("verified", None)
