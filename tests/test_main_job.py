"""The main job end to end, on the district of 2026; test_planted_worlds.py has its findings."""

CHANGES = ("CO-015", "IDM-012", "SYN-007")
"""Rules about keys that changed since the run before."""


def test_the_ledger_agrees_with_the_planted_states(planted):
    """All eight states occur, in the numbers that were planted."""
    ledger = planted.run.ledger()
    counts = ledger.groupby(["resource", "state"]).size()
    wanted = {
        (resource, state): count
        for resource, states in planted.truth.ledger.items()
        for state, count in states.items()
        if count
    }
    assert {key: counts.get(key, 0) for key in wanted} == wanted


def test_every_rule_of_the_profile_was_evaluated(planted):
    """With both sources complete, nothing is left unsaid."""
    rules = planted.run.facts["rules"]
    assert [name for name, rule in rules.items() if rule["outcome"] == "not_evaluated"] == []


def test_a_second_run_knows_the_findings_of_the_first(planted):
    """Nothing changed, so nothing is new; what had changed since an earlier run is no more told."""
    again = planted.audit.run()
    assert set(again.findings()["status"]) == {"persisting"}
    first = planted.run.findings()
    lasting = first[~first["rule_id"].isin(CHANGES)]
    assert set(again.findings()["fingerprint"]) == set(lasting["fingerprint"])
