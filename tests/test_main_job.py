"""The main job end to end, on the district of 2026; test_planted_worlds.py has its findings."""


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
    """Nothing changed, so nothing is new."""
    again = planted.audit.run()
    assert set(again.findings()["status"]) == {"persisting"}
    assert set(again.findings()["fingerprint"]) == set(planted.run.findings()["fingerprint"])
