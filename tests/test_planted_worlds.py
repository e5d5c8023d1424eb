"""Districts of five school years and three states, end to end: what was planted is what is found.

The truth is told by those who planted and by a second reading of the rules; neither knows the
queries. Recall and precision per rule go onto docs/reference/proofs.md.
"""

import json
from collections import Counter, defaultdict
from functools import cache

import pytest
from conftest import HISTORY
from proofs_page import Planted, page_of

from edfi_audit import bundled
from edfi_audit.validation.catalogue import load_suites

YEARS = range(2023, 2028)
WORLDS = (*(("WI", year) for year in YEARS), ("MN", 2026), ("NE", 2026))
TWICE = 2026
"""The year that is audited twice: what has changed since is planted in it alone."""
RULES = {
    profile: sorted(
        rule.id
        for suite in load_suites(bundled.expectations())
        for rule in suite.rules
        if profile in rule.profiles and suite.table != "sources"  # planted by a script of faults
    )
    for profile in ("WI", "MN", "NE")
}
NEIGHBORS = {106110, 106120}


def found(audited):
    """The findings by rule: (resource, natural key as canonical JSON, severity), counted."""
    frame = audited.run.findings()
    keys = (json.dumps(json.loads(key), sort_keys=True) for key in frame["natural_key"])
    rows = zip(frame["rule_id"], frame["resource"], keys, frame["severity"], strict=True)
    return by_rule(rows)


def told(audited):
    """The truth in the same form."""
    return by_rule(
        (one.rule_id, one.resource, json.dumps(one.natural_key, sort_keys=True), one.severity)
        for one in audited.truth.findings
    )


def by_rule(rows):
    findings = defaultdict(Counter)
    for rule, *finding in rows:
        findings[rule][tuple(finding)] += 1
    return findings


@pytest.fixture(scope="module")
def outcome(districts):
    """Of a state's year, by rule what was planted in it and what an audit found."""

    @cache
    def of(profile, year):
        audited = districts(year, "all" if year == TWICE else "lasting", profile)
        return told(audited), found(audited)

    return of


@pytest.mark.parametrize(
    ("profile", "year", "rule"),
    [
        (profile, year, rule)
        for profile, year in WORLDS
        for rule in RULES[profile]
        if year == TWICE or rule not in HISTORY
    ],
)
def test_a_rule_finds_what_was_planted_and_nothing_else(outcome, profile, year, rule, request):
    """Recall and precision are 100 %: same records, same severities, collateral included."""
    wanted, came = outcome(profile, year)
    assert wanted[rule], f"nothing was planted for {rule}"
    assert came[rule] == wanted[rule]
    if page := page_of(request.config):
        agreed = wanted[rule] & came[rule]
        counts = (sum(counted.values()) for counted in (wanted[rule], came[rule], agreed))
        page.planted.append(Planted(rule, year, *counts))


@pytest.mark.parametrize("year", YEARS)
def test_a_clean_district_has_no_error_and_no_warning(districts, year):
    """Everything irregular but right passes: coursework, overrides, withdrawals, re-entries."""
    severities = {
        severity for rows in found(districts(year, "none")).values() for *_, severity in rows
    }
    assert severities == {"info"}


@pytest.mark.parametrize("profile", ["MN", "NE"])
def test_a_clean_district_of_another_state_is_clean(districts, profile):
    """Its own codes, gates and minutes are right by every rule that its profile has."""
    findings = districts(2026, "none", profile).run.findings()
    assert set(findings["severity"]) == {"info"}


@pytest.mark.parametrize("year", YEARS)
def test_another_agency_s_records_are_out_of_the_extract_s_scope(districts, year):
    """The neighbor's records are in the ledger and no finding of it: nobody calls them orphans."""
    ledger = districts(year, "none").run.ledger()
    states = ledger[ledger["school_id"].isin(NEIGHBORS)].groupby("school_id")["state"].unique()
    assert {school: list(found) for school, found in states.items()} == {
        school: ["out_of_scope"] for school in NEIGHBORS
    }
