"""What a finding rests on that is not proven, said on the rules it concerns and on no others."""

import pytest

from edfi_audit import bundled
from edfi_audit.findings.doubt import Doubts
from edfi_audit.ods.resources import RESOURCES
from edfi_audit.recheck import Unsettled
from edfi_audit.recheck.candidates import CHILDREN, FIRST
from edfi_audit.tables.catalogue import catalogue
from edfi_audit.validation.catalogue import load_suites

SUITES = load_suites(bundled.expectations())
TABLES = catalogue()
STAFFED = ["TOR-001", "TOR-002", "TOR-003"]
GRADED = [*(f"ATT-{number:03}" for number in (*range(10, 18), 20)), "CTE-014"]
SWITCHED = ["SYN-002", "SYN-005"]
LEDGER = [
    *(f"IDM-{number:03}" for number in (*range(1, 8), 10, 11, 12)),
    *("SYN-003", "SYN-006"),
    *SWITCHED,
]
MINUTES = [f"MIN-{number:03}" for number in (1, 2, 3, 5, 6)]
COVERED = ["TOR-007", "TOR-009", "TOR-010"]


def pulled(**doubtful):
    """The verdicts of a pull; `sections=(verdict, reason)` for what is not verified."""
    return {
        resource.name: dict(
            zip(("verdict", "reason"), doubtful.get(resource.name, ("verified", None)), strict=True)
        )
        for resource in RESOURCES
    }


def doubts(*unsettled, **doubtful):
    return Doubts.of(SUITES, TABLES, pulled(**doubtful), unsettled)


def test_a_verified_pull_leaves_no_doubt():
    """Nothing is said where all is proven and all was looked up."""
    assert doubts() == Doubts()


@pytest.mark.parametrize(
    ("resource", "rules"),
    [
        (
            "sections",
            [
                *("ATT-012", "CO-015", "CO-019", "CTE-007", "CTE-008", "SSA-006", "STF-013"),
                *("SYN-007", *STAFFED, *MINUTES, *COVERED),
            ],
        ),
        ("programs", ["CTE-005"]),
        ("schools", ["ATT-018", "CTE-012", "SSA-001", "SSA-004", "SSA-025"]),
        ("students", ["SSA-008"]),
        (
            "courseOfferings",
            [
                *(f"CO-{number:03}" for number in range(1, 20) if number != 15),
                *(f"MAP-{number:03}" for number in range(1, 10)),
                *("GRD-005", "MIN-004", "SYN-001", *MINUTES),
            ],
        ),
        (
            "grades",
            [*GRADED, *(f"GRD-{number:03}" for number in range(1, 7)), "SSA-027", *SWITCHED],
        ),
    ],
)
def test_an_unverified_resource_is_named_by_the_rules_that_rest_on_it(resource, rules):
    """By those that need it and, in the ledger, by findings on its own records; by no other."""
    found = doubts(**{resource: ("unverified", "the ODS gives no total count")})
    text = f"{resource} are not proven complete: the ODS gives no total count."
    assert set(found.texts.values()) <= {text}
    in_ledger = resource in {"sections", "courseOfferings"}
    assert sorted({rule for rule, _ in found.texts}) == sorted(rules + LEDGER * in_ledger)
    has_own = in_ledger or set(SWITCHED) <= set(rules)
    about = {about for rule, about in found.texts if rule in LEDGER}
    assert about == ({resource} if has_own else set())


def test_a_count_mismatch_is_a_doubt_and_a_denial_is_none():
    """A rule whose resource may not be read is not evaluated: it has no findings to doubt."""
    reason = "39 records came, the ODS counted 40"
    assert doubts(students=("count_mismatch", reason)).rules == {
        "SSA-008": f"students are not proven complete: {reason}."
    }
    assert doubts(students=("denied", "the key may not read it (403)")) == Doubts()


def test_what_was_not_looked_up_is_counted_by_resource():
    """One sentence for each reason; of a ledger rule only on the records concerned."""
    offline = "the ODS could not be reached"
    found = doubts(
        Unsettled(("SSA-006",), None, "sections", 1200, offline),
        Unsettled(("SSA-006",), None, "studentSectionAssociations", 7, offline),
        Unsettled(("IDM-006",), "sections", "sections", 1, "no more than 5 are"),
    )
    assert dict(found.texts) == {
        ("SSA-006", "studentSectionAssociations"): "sections (1,200) and "
        "studentSectionAssociations (7) were not looked up again: the ODS could not be reached.",
        ("IDM-006", "sections"): "sections (1) were not looked up again: no more than 5 are.",
    }
    assert found.rules.keys() == {"SSA-006", "IDM-006"}


def test_both_kinds_of_doubt_stand_side_by_side():
    """First that the pull is incomplete, then that nobody looked again."""
    found = doubts(
        Unsettled(("SSA-008",), None, "students", 2, "it is off"),
        students=("unverified", "rows came without id"),
    )
    assert found.rules["SSA-008"] == (
        "students are not proven complete: rows came without id. "
        "students (2) were not looked up again: it is off."
    )


def test_candidates_name_rules_that_there_are():
    """Every rule that is looked up for is in the suites, over a table that its own is made from."""
    suite_of = {rule.id: suite.table for suite in SUITES for rule in suite.rules}
    inputs = {table.name: table.inputs for table in TABLES}
    for one in (*FIRST, *CHILDREN):
        tables = {suite_of[rule] for rule in one.rules}
        made_from = {f"audit.{table}" for table in tables}.union(*(inputs[one] for one in tables))
        assert any(name in one.sql for name in made_from) or "identity_mappings" in one.sql
