"""Each planter of the rules on offerings, staff, dates and syncs, on a clean world of its own."""

import json

import pytest

from edfi_audit.sandbox.world import generate
from edfi_audit.sandbox.world.defects import rules_in

STALE = {"IDM-004"}
MISDATED = {"SYN-001"}
FOLLOWS = {
    "CO-001": set(),
    "CO-002": {"IDM-003"},
    "CO-003": STALE,
    "CO-004": STALE | {"STF-004"},
    "CO-005": STALE | {"STF-003"},
    "CO-006": STALE | {"STF-007"},
    "CO-007": set(),
    "CO-008": set(),
    "CO-009": set(),
    "CO-010": {"CO-002", "CO-019", "IDM-003", "IDM-006"},
    "CO-011": {"CO-019", "IDM-006"},
    "CO-012": {"SYN-001"},
    "CO-013": set(),
    "CO-014": {"CO-009", "CO-019"},
    "CO-015": {"CO-019", "IDM-012", "SYN-007"},
    "CO-016": {"CO-002", "IDM-003", "IDM-005"},
    "CO-017": {"CO-009", "CO-019"},
    "CO-018": STALE,
    "CO-019": {"IDM-003", "STF-002"},
    "MIN-001": set(),
    "MIN-002": set(),
    "MIN-003": set(),
    "MIN-004": set(),
    "MIN-005": set(),
    "MIN-006": {"MIN-003"},
    "MAP-001": set(),
    "MAP-002": set(),
    "MAP-003": set(),
    "MAP-004": set(),
    "MAP-005": set(),
    "MAP-006": set(),
    "MAP-007": set(),
    "MAP-008": set(),
    "MAP-009": set(),
    "MAP-010": {"SYN-004"},
    "STF-001": STALE,
    "STF-002": {"IDM-003"},
    "STF-003": STALE | {"CO-005"},
    "STF-004": STALE | {"CO-004"},
    "STF-007": STALE | {"CO-006"},
    "STF-009": STALE,
    "STF-010": MISDATED | {"DTE-001"},
    "STF-011": MISDATED | {"DTE-002"},
    "STF-012": STALE | {"STF-005"},
    "STF-013": {"IDM-006", "STF-012", "STF-017"},
    "STF-014": set(),
    "STF-015": {"STF-013"},
    "STF-016": {"SYN-001"},
    "STF-017": set(),
    "STF-018": set(),
    "DTE-001": MISDATED,
    "DTE-002": MISDATED,
    "DTE-003": MISDATED | {"TOR-010"},
    "DTE-004": STALE,
    "DTE-005": MISDATED,
    "DTE-006": MISDATED,
    "DTE-007": MISDATED | {"TOR-010"},
    "DTE-008": set(),
    "DTE-009": set(),
    "DTE-010": set(),
    "TOR-007": {"TOR-010"},
    "TOR-008": set(),
    "TOR-009": {"TOR-007"},
    "TOR-010": set(),
    "IDM-011": {"IDM-002"},
    "IDM-012": set(),
    "IDM-013": set(),
    "IDM-014": set(),
    "SYN-001": set(),
    "SYN-002": set(),
    "SYN-003": STALE | {"STF-012", "SYN-002"},
    "SYN-004": set(),
    "SYN-005": set(),
    "SYN-006": {"CO-019", "IDM-006"},
    "SYN-007": {"IDM-012"},
}
"""Rule → the other rules that its defect breaks, worked out from the rules' words."""
SINCE = {"CO-015", "IDM-012", "SYN-005", "SYN-007"}
"""The rules that compare with an earlier audit."""


def planted(rule_id):
    """A world with that rule's defect alone; Minnesota has all these rules."""
    return generate(None, defects=[rule_id], profile="MN")


@pytest.mark.parametrize("rule_id", sorted(FOLLOWS))
def test_a_planter_alone_breaks_its_rule(rule_id):
    """Findings of it are planted, of no other; no more follows than must; near misses pass."""
    world = planted(rule_id)
    findings = world.truth.findings
    assert {one.rule_id for one in findings if one.planted} == {rule_id}
    assert all(one.planted for one in world.truth.of(rule_id))
    assert {one.rule_id for one in findings} - {"IDM-007", rule_id} <= FOLLOWS[rule_id]
    told = {(one.rule_id, json.dumps(one.natural_key, sort_keys=True)) for one in findings}
    near = {
        (one["rule_id"], json.dumps(one["natural_key"], sort_keys=True))
        for one in world.near_misses
    }
    assert near.isdisjoint(told)


@pytest.mark.parametrize("rule_id", ["CO-001", *sorted(SINCE)])
def test_what_has_changed_since_is_remembered_as_it_was(rule_id, tmp_path):
    """Only where a rule compares with an earlier audit; both are written like any world."""
    world = planted(rule_id)
    assert (world.earlier is not None) == (rule_id in SINCE)
    world.write_earlier(tmp_path / "earlier")
    world.write(tmp_path / "now")
    written = [
        {
            file.relative_to(folder): file.read_bytes()
            for file in folder.rglob("*")
            if file.is_file() and file.name != "truth.json"
        }
        for folder in (tmp_path / "earlier", tmp_path / "now")
    ]
    assert written[0].keys() == written[1].keys()
    changed = rule_id in SINCE - {"SYN-005"}
    assert (written[0] != written[1]) == changed


@pytest.mark.parametrize("profile", ["MN", "NE"])
def test_all_rules_of_a_state_can_be_planted_together(profile):
    """Each has a planted finding, and no near miss is found."""
    world = generate(None, profile=profile)
    rules = {one.rule_id for one in world.truth.findings if one.planted}
    assert FOLLOWS.keys() & set(rules_in(profile)) <= rules
