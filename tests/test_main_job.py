"""The main job end to end: what was planted in the SIS and the ODS is what the run finds."""

import json

import pytest

from edfi_audit import bundled
from edfi_audit.validation.catalogue import load_suites

RULES = sorted(
    rule.id
    for suite in load_suites(bundled.expectations())
    for rule in suite.rules
    if "WI" in rule.profiles
)


def found(audited, rule=None):
    """The findings as (resource, natural key, severity), the key as canonical JSON."""
    frame = audited.run.findings(rule=rule)
    keys = (json.dumps(json.loads(key), sort_keys=True) for key in frame["natural_key"])
    return sorted(zip(frame["resource"], keys, frame["severity"], strict=True))


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_finds_what_was_planted_and_nothing_else(planted, rule):
    """Recall and precision are 100 %: same records, same severities, collateral included."""
    wanted = sorted(
        (one.resource, json.dumps(one.natural_key, sort_keys=True), one.severity)
        for one in planted.truth.of(rule)
    )
    assert wanted, f"nothing was planted for {rule}"
    assert found(planted, rule) == wanted


def test_a_clean_district_has_no_error_and_no_warning(clean):
    """Everything irregular but right passes: coursework, overrides, withdrawals, re-entries."""
    assert {severity for *_, severity in found(clean)} <= {"info"}


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
