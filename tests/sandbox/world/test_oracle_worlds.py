"""The oracle's links on whole worlds, beside what those who derive and plant know of them."""

import json

import pytest

from edfi_audit.sandbox.world import generate
from edfi_audit.sandbox.world.oracle.records import Records
from edfi_audit.sandbox.world.settings import facts
from edfi_audit.sandbox.world.world import LEDGER

PROFILES = ("WI", "MN", "NE")
NAMES = ("offerings", "sections", "staff", "students")
"""The matchings of the ledger's resources, in its order."""


@pytest.fixture(scope="module", params=PROFILES)
def spoiled(request):
    return generate(None, profile=request.param)


def sides(world):
    return Records(world.ods, world.sis, facts(world.year)).sides


def keys(rows):
    return {json.dumps(row, sort_keys=True) for row in rows}


@pytest.mark.parametrize("profile", PROFILES)
def test_a_clean_world_is_linked_throughout(profile):
    """What is derived and what is read agree record by record: gates, sessions, dates, staff."""
    read = sides(generate(None, profile=profile, defects="none"))
    for resource, name in zip(LEDGER, NAMES, strict=True):
        matching = getattr(read, name)
        sent = [one for one in matching.expected if one.is_sent]
        assert keys(one.key for one in sent) == keys(one.key for one in read.in_scope(resource))
        assert all(matching.record(one).key == one.key for one in sent)


@pytest.mark.parametrize(("resource", "name"), list(zip(LEDGER, NAMES, strict=True)))
def test_what_is_not_there_is_lost_or_was_never_sent(spoiled, resource, name):
    """Those who plant say which; the reading comes to the same."""
    matching = getattr(sides(spoiled), name)
    absent = [one.key for one in matching.expected if one.is_sent and not matching.record(one)]
    told = [
        one.natural_key
        for one in spoiled.findings
        if one.rule_id in {"IDM-001", "IDM-003"} and one.resource == resource
    ]
    assert absent
    assert keys(absent) == keys(told)
