"""The planted defects against the records: what the truth claims must be in the data."""

import json
from collections import Counter

import pytest

from edfi_audit import bundled
from edfi_audit.sandbox.world import generate
from edfi_audit.sandbox.world.defects import CATALOGUE, rules_in
from edfi_audit.sandbox.world.derive.keys import key_of
from edfi_audit.validation.catalogue import load_suites

SECTION = ("schoolId", "schoolYear", "sessionName", "localCourseCode", "sectionIdentifier")
CHOICE = 102190
ABROAD = {106110, 106120}
"""The neighbor's schools, which are not in the extract."""
RULES = {
    *(f"SSA-{number:03d}" for number in (*range(1, 13), 14)),
    *("ATT-001", "ATT-002", "IDM-010", "STF-005", "STF-006", "STF-008"),
    *(f"IDM-{number:03d}" for number in range(1, 7)),
    *(f"TOR-{number:03d}" for number in range(1, 7)),
    *(f"CTE-{number:03d}" for number in (*range(1, 7), 9, 10, 11)),
}
LEDGER = {
    "IDM-001": (True, False),
    "IDM-002": (False, True),
    "IDM-003": (False, False),
    "IDM-004": (True, True),
    "IDM-005": (True, False),
    "IDM-006": (False, True),
    "IDM-007": (False, False),
}
"""State → whether the record is mapped, whether it is in the ODS."""


def association_key(one):
    reference = one["sectionReference"]
    student = one["studentReference"].get("studentUniqueId")
    return (*(reference.get(name) for name in SECTION), student, one.get("beginDate"))


def truth_keys(world, rule_id, resource="studentSectionAssociations"):
    names = (*SECTION, "studentUniqueId", "beginDate")
    return {
        tuple(one.natural_key[name] for name in names)
        for one in world.truth.of(rule_id)
        if one.resource == resource
    }


def programs(one):
    stated = one.get("programs", []) + one.get("_ext", {}).get("wi", {}).get("programs", [])
    return [part["programReference"] for part in stated]


@pytest.mark.parametrize("profile", ["WI", "MN", "NE"])
def test_every_rule_of_the_profile_has_a_planter(profile):
    """What has none: SSA-028 says of rosters what the ledger says, IDM-007 is no defect.

    SRC-001 is the ODS's own failure, and comes from a script of faults.
    """
    suites = load_suites(bundled.expectations())
    rules = {rule.id for suite in suites for rule in suite.rules if profile in rule.profiles}
    assert set(rules_in(profile)) == rules - {"SSA-028", "IDM-007", "SRC-001"}


def test_each_planter_has_a_state():
    """Those of one state alone are planted in no other."""
    assert {rule for profile in ("WI", "MN", "NE") for rule in rules_in(profile)} == set(CATALOGUE)
    assert set(CATALOGUE) > RULES


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_each_defect_can_be_planted_alone(rule_id):
    """Planting one rule gives findings of it, and no planted finding of another."""
    world = generate(None, defects=[rule_id])
    assert {one.rule_id for one in world.findings if one.planted} == {rule_id}


def test_findings_are_told_once(spoiled):
    """No rule is said to find one record twice, but for one that speaks of each program."""
    told = Counter(
        (one.rule_id, one.resource, json.dumps(one.natural_key, sort_keys=True))
        for one in spoiled.truth.findings
        if one.rule_id != "CTE-018"
    )
    assert max(told.values()) == 1


@pytest.mark.parametrize(
    ("rule_id", "fails"),
    [
        ("SSA-001", lambda one: one["sectionReference"].get("schoolId") == CHOICE),
        ("SSA-002", lambda one: "beginDate" not in one),
        (
            "SSA-003",
            lambda one: (
                one["sectionReference"].get("localCourseCode", " ")
                != one["sectionReference"].get("localCourseCode", "").strip()
            ),
        ),
        ("SSA-005", lambda one: one["sectionReference"].get("schoolYear") != 2026),
        (
            "SSA-008",
            lambda one: (
                len(one["studentReference"].get("studentUniqueId", "")) != 10
                or one["studentReference"]["studentUniqueId"] == "0000000042"
            ),
        ),
        ("SSA-009", lambda one: "endDate" not in one),
        (
            "SSA-010",
            lambda one: any("educationOrganizationId" not in part for part in programs(one)),
        ),
        (
            "SSA-011",
            lambda one: one.get("beginDate", "") > one.get("endDate", "9999"),
        ),
        (
            "SSA-012",
            lambda one: (
                one["sectionReference"].get("schoolYear") == 2026
                and (
                    one.get("beginDate", "2026") < "2025-07-01"
                    or one.get("endDate", "") > "2026-06-30"
                )
            ),
        ),
        (
            "ATT-001",
            lambda one: "attemptStatusDescriptor" not in one,
        ),
        (
            "ATT-002",
            lambda one: (
                one.get("attemptStatusDescriptor", "uri://dpi.wi.gov/AttemptStatusDescriptor#S")
                not in {
                    "uri://dpi.wi.gov/AttemptStatusDescriptor#S",
                    "uri://dpi.wi.gov/AttemptStatusDescriptor#I",
                }
            ),
        ),
        (
            "CTE-001",
            lambda one: any("programTypeDescriptor" not in part for part in programs(one)),
        ),
        ("CTE-002", lambda one: any("programName" not in part for part in programs(one))),
        (
            "CTE-003",
            lambda one: any(
                part.get("programTypeDescriptor", "").startswith("uri://ed-fi.org")
                for part in programs(one)
            ),
        ),
        (
            "CTE-004",
            lambda one: any(
                part.get("programTypeDescriptor", "").endswith("#Certified")
                for part in programs(one)
            ),
        ),
    ],
)
def test_truth_names_exactly_the_records_that_fail(spoiled, rule_id, fails):
    """For rules that one record decides, the truth is the set of failing records."""
    failing = {
        association_key(one) for one in spoiled.ods["studentSectionAssociations"] if fails(one)
    }
    assert truth_keys(spoiled, rule_id) == failing


def test_truth_names_exactly_the_sections_without_staff(spoiled):
    """TOR-001: sections with an association and no staff row at all."""
    rostered = {association_key(one)[:5] for one in spoiled.ods["studentSectionAssociations"]}
    staffed = {
        tuple(one["sectionReference"][name] for name in SECTION)
        for one in spoiled.ods["staffSectionAssociations"]
    }
    there = {
        (*(one["courseOfferingReference"][n] for n in SECTION[:4]), one["sectionIdentifier"])
        for one in spoiled.ods["sections"]
    }
    told = {tuple(one.natural_key[n] for n in SECTION) for one in spoiled.truth.of("TOR-001")}
    assert told == (there & rostered) - staffed


def test_grace_of_ten_days(spoiled):
    """On the tenth day of a session a section without teachers is a warning, then an error."""
    told = {one.natural_key["sessionName"]: one.severity for one in spoiled.truth.of("TOR-001")}
    assert told["June Block"] == "warning"
    assert told["2025-26 June Intersession"] == "error"
    assert told["Spring Block"] == "error"


def test_severity_follows_the_phase(spoiled):
    """A session that ends on the audit date is in term; one that ended before is not."""
    told = {
        (one.rule_id, one.natural_key["sessionName"]): one.severity
        for one in spoiled.truth.findings
        if one.rule_id in {"SSA-009", "ATT-001"}
    }
    assert told["SSA-009", "2025-26 June Intersession"] == "info"
    assert told["ATT-001", "2025-26 June Intersession"] == "warning"
    assert told["ATT-001", "2025-26 Semester 2"] == "error"


@pytest.mark.parametrize("state", sorted(LEDGER))
def test_ledger_states_are_what_mapping_and_ods_hold(spoiled, state):
    """A record of a state is in the mapping, and in the ODS, as the state says."""
    ids = {
        "studentSectionAssociations": {
            association_key(one): one["id"] for one in spoiled.ods["studentSectionAssociations"]
        }
    }
    mapped = {row["edfiID"] for row in spoiled.sis["edfiIdentityMapping"]}
    noted = {row["naturalKey"] for row in spoiled.sis["edfiIdentityMapping"]}
    is_mapped, in_ods = LEDGER[state]
    keys = truth_keys(spoiled, state)
    assert keys
    names = (*SECTION, "studentUniqueId", "beginDate")
    for key in keys:
        record = ids["studentSectionAssociations"].get(key)
        assert (record is not None) == in_ods
        note = json.dumps(dict(zip(names, key, strict=True)), sort_keys=True)
        assert (record in mapped or note in noted) == is_mapped


def test_all_states_are_found_in_one_school(spoiled):
    """The high school has each of the eight states among its student section associations."""
    states = {
        one.rule_id
        for one in spoiled.truth.findings
        if one.resource == "studentSectionAssociations"
        and one.natural_key.get("schoolId") == 101320
    }
    assert LEDGER.keys() <= states


def test_ledger_counts_every_record_once(spoiled):
    """Per resource, linked records and findings together are all keys of district and year."""
    schools = {
        "sections": "courseOfferingReference",
        "courseOfferings": "schoolReference",
        "staffSectionAssociations": "sectionReference",
    }
    for resource, reference in schools.items():
        states = spoiled.truth.ledger[resource]
        in_ods = sum(states.get(one, 0) for one in ("IDM-000", "IDM-002", "IDM-004", "IDM-006"))
        own = {
            json.dumps(key_of(resource, one))
            for one in spoiled.ods[resource]
            if one[reference]["schoolId"] not in ABROAD
        }
        assert in_ods == len({key for key in own if '"schoolYear": 2026' in key}), resource


def test_near_misses_are_no_findings(spoiled):
    """Rows that come close are in no finding of their rule."""
    told = {
        (one.rule_id, json.dumps(one.natural_key, sort_keys=True)) for one in spoiled.truth.findings
    }
    rules = {miss["rule_id"] for miss in spoiled.near_misses}
    assert rules > {"SSA-011", "SSA-012", "SSA-014", "TOR-001", "TOR-003", "STF-005", "STF-008"}
    for miss in spoiled.near_misses:
        assert (miss["rule_id"], json.dumps(miss["natural_key"], sort_keys=True)) not in told


def test_written_truth_is_the_world_s_truth(tmp_path):
    """truth.json holds every finding with rule, resource, key, severity and planted."""
    world = generate(tmp_path)
    written = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    assert written["school_year"] == 2026
    assert written["audit_date"] == "2026-06-20"
    assert len(written["findings"]) == len(world.truth.findings)
    assert written["findings"][0].keys() == {
        "rule_id",
        "resource",
        "natural_key",
        "severity",
        "planted",
    }


def test_gaps_differ_by_school():
    """In the demo the charter school lacks statuses, the jail school lacks teachers."""
    demo = generate(None, size="demo")
    blank = Counter(one.natural_key["schoolId"] for one in demo.truth.of("ATT-001"))
    associations = Counter(
        one["sectionReference"].get("schoolId") for one in demo.ods["studentSectionAssociations"]
    )
    rates = {school: blank[school] / associations[school] for school in (107525, 101320, 101302)}
    assert rates[107525] > 0.2
    assert rates[107525] > 5 * rates[101320] > 0
    untaught = Counter(one.natural_key["schoolId"] for one in demo.truth.of("TOR-001"))
    jail = [
        one for one in demo.ods["sections"] if one["courseOfferingReference"]["schoolId"] == 109004
    ]
    assert untaught[109004] == len(jail)
    unmapped = Counter(one.natural_key["schoolId"] for one in demo.truth.of("STF-005"))
    assert unmapped[101311] == 26
