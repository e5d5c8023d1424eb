"""The verdict on a resource: every kind of evidence, and the sentence that goes with it."""

import pytest

from edfi_audit.ods.verdict import Evidence, Since, verdict_on


def evidence(**content):
    """Evidence of ten rows that the ODS counts too, but for what is given."""
    return Evidence(**({"rows": 10, "unidentified": 0, "before": 10, "after": 10} | content))


@pytest.mark.parametrize("bounded", [True, False])
def test_rows_that_are_counted_too_are_verified(bounded):
    """As many rows as the ODS counts, and nothing against it."""
    assert verdict_on(evidence(bounded=bounded)) == ("verified", None)


def test_within_bounds_only_the_last_count_matters():
    """The rows that came since the first count are held by then."""
    assert verdict_on(evidence(before=7)) == ("verified", None)
    assert verdict_on(evidence(before=7, bounded=False))[0] == "unverified"


@pytest.mark.parametrize(
    ("content", "verdict", "reason"),
    [
        ({"after": None}, "unverified", "the ODS gives no total count"),
        ({"unidentified": 2}, "unverified", "2 rows came without a readable id"),
        ({"after": 11}, "count_mismatch", "10 records came, the ODS counted 11"),
        ({"after": 9}, "count_mismatch", "10 records came, the ODS counted 9"),
        (
            {"poison": 1, "after": 11},
            "unverified",
            "1 record makes the ODS fail (500) and could not be read",
        ),
        (
            {"poison": 2, "after": 12},
            "unverified",
            "2 records make the ODS fail (500) and could not be read",
        ),
        ({"poison": 1}, "count_mismatch", "10 records came, the ODS counted 10"),
        ({"doubt": "the ODS is behind"}, "unverified", "the ODS is behind"),
        ({"doubt": "behind", "after": 9}, "count_mismatch", "10 records came, the ODS counted 9"),
    ],
)
def test_what_speaks_against_it_is_said(content, verdict, reason):
    """A sentence for each; a count that differs says more than a doubt."""
    assert verdict_on(evidence(**content)) == (verdict, reason)


@pytest.mark.parametrize(
    ("later", "after", "verdict"),
    [
        (Since(changed=1), 10, "unverified"),
        (Since(removed=1), 10, "unverified"),
        (Since(changed=2, removed=1), 9, "unverified"),
        (Since(changed=2, removed=1), 13, "unverified"),
        (Since(changed=2, removed=1), 8, "count_mismatch"),
        (Since(changed=2, removed=1), 14, "count_mismatch"),
    ],
)
def test_a_count_under_change_has_two_bounds(later, after, verdict):
    """What changed later may be in the count or not; beyond that rows were lost."""
    found, reason = verdict_on(evidence(later=later, after=after))
    assert found == verdict
    if verdict == "unverified":
        assert reason == "the ODS kept changing while it was read"
    else:
        assert reason == f"10 records came, the ODS counted {after} while it changed"


@pytest.mark.parametrize("sign", [{"duplicates": 1}, {"torn": 1}])
def test_without_bounds_rows_that_moved_are_a_sign_of_change(sign):
    """Where one is met again, or two pages no longer meet, another may have been passed over."""
    reason = "rows moved from page to page: others wrote while the ODS was read"
    assert verdict_on(evidence(**sign, bounded=False)) == ("unverified", reason)
    assert verdict_on(evidence(**sign)) == ("verified", None)
