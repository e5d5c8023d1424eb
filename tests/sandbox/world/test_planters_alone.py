"""Each planter of Wisconsin's rules on a clean world of its own: the rule, and what follows."""

import json
from collections import Counter

import pytest

from edfi_audit.sandbox.world import generate

FOLLOWS = {
    "ATT-010": set(),
    "ATT-011": {"GRD-001"},
    "ATT-012": {"GRD-001"},
    "ATT-013": {"GRD-001"},
    "ATT-014": set(),
    "ATT-015": {"GRD-001", "SSA-027"},
    "ATT-016": set(),
    "ATT-017": {"GRD-001"},
    "ATT-018": {"ATT-011", "ATT-015", "ATT-016", "ATT-017", "GRD-001"},
    "ATT-019": {"SSA-009", "SYN-001"},
    "ATT-020": {"CTE-014"},
    "GRD-001": {"ATT-011"},
    "GRD-002": set(),
    "GRD-003": set(),
    "GRD-004": set(),
    "GRD-005": {"ATT-020", "CO-013", "CTE-014"},
    "GRD-006": set(),
    "SSA-013": {"SSA-017", "SSA-026", "SYN-001"},
    "SSA-015": set(),
    "SSA-016": set(),
    "SSA-017": set(),
    "SSA-018": {"SSA-026"},
    "SSA-019": set(),
    "SSA-020": set(),
    "SSA-021": set(),
    "SSA-022": set(),
    "SSA-023": set(),
    "SSA-024": set(),
    "SSA-025": set(),
    "SSA-026": set(),
    "SSA-027": set(),
    "CTE-007": set(),
    "CTE-008": set(),
    "CTE-012": {"STF-017"},
    "CTE-013": set(),
    "CTE-014": {"ATT-010"},
    "CTE-015": set(),
    "CTE-016": set(),
    "CTE-017": set(),
    "CTE-018": set(),
    "WIX-001": {"IDM-003", "SSA-016", "SSA-028"},
    "WIX-002": {"SSA-016", "SSA-017"},
}
"""Rule → the other rules that its defect may break, worked out from the rules' words."""
WITHOUT_NEAR_MISS = {"ATT-018", "SSA-024", "SSA-027", "WIX-001", "WIX-002"}
"""Rules about whole schools, agencies, courses: all others of the world come close."""


def told(world):
    return [
        (one.rule_id, json.dumps(one.natural_key, sort_keys=True)) for one in world.truth.findings
    ]


def near_misses(world):
    return {
        (one["rule_id"], json.dumps(one["natural_key"], sort_keys=True))
        for one in world.near_misses
    }


@pytest.mark.parametrize("school_year", [2023, 2026])
@pytest.mark.parametrize("rule_id", sorted(FOLLOWS))
def test_a_planter_alone_breaks_its_rule(rule_id, school_year):
    """Findings of it are planted, of no other, no more follows than must, near misses pass."""
    world = generate(None, school_year=school_year, defects=[rule_id])
    assert {one.rule_id for one in world.truth.findings if one.planted} == {rule_id}
    found = {rule for rule, _ in told(world)} - {"IDM-007", rule_id}
    assert found <= FOLLOWS[rule_id]
    assert all(one.planted for one in world.truth.of(rule_id))
    near = near_misses(world)
    assert near.isdisjoint(told(world))
    assert rule_id in {rule for rule, _ in near} | WITHOUT_NEAR_MISS


@pytest.mark.parametrize("school_year", [2023, 2024, 2025, 2026, 2027])
def test_all_can_be_planted_together(school_year):
    """In each school year every rule has a planted finding, and no near miss is found."""
    world = generate(None, school_year=school_year)
    planted = Counter(one.rule_id for one in world.truth.findings if one.planted)
    assert FOLLOWS.keys() <= planted.keys()
    assert near_misses(world).isdisjoint(told(world))


def test_a_large_world_has_more_of_them():
    """The demo has several findings of every rule that is about students."""
    world = generate(None, size="demo", defects=["ATT-010", "GRD-001", "SSA-016", "CTE-016"])
    planted = Counter(one.rule_id for one in world.truth.findings if one.planted)
    assert planted == {"ATT-010": 12, "GRD-001": 10, "SSA-016": 8, "CTE-016": 8}
