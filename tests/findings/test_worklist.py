"""A list to work through: errors first, and the record in words."""

import pytest

from edfi_audit.findings.keys import readable
from edfi_audit.recheck import Unsettled


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        (
            '{"beginDate":"2025-09-02","schoolId":1302,"sectionIdentifier":"A-1","sessionName":"S1"}',
            (("section", "A-1"), ("session", "S1"), ("from", "2025-09-02")),
        ),
        ('{"schoolId":1302}', (("schoolId", "1302"),)),
        ('{"programName":null,"studentUniqueId":"0123"}', (("student", "0123"),)),
    ],
)
def test_a_key_in_words(key, parts):
    """School and year are the page's own; missing parts are left out; zeros are kept."""
    assert readable(key) == parts


def test_errors_come_first_and_nothing_is_lost(make_run):
    """Three errors, then two warnings; each says which record, what to do and where."""
    found = make_run().worklist()
    assert found["severity"].tolist() == ["error"] * 3 + ["warning"] * 2
    assert list(found.columns) == [
        "severity",
        "rule",
        "what fails",
        "record",
        "found",
        "expected",
        "cause",
        "fix",
        "where",
    ]
    assert found["record"].str.len().gt(0).all()


def test_a_doubt_has_a_column_where_there_is_one(make_run):
    """A reader who works through the list sees which finding to look at twice."""
    left = Unsettled(("CTE-001",), None, "programs", 2, "it is off")
    found = make_run(unsettled=(left,)).worklist()
    assert found["doubt"].tolist() == [
        "", "programs (2) were not looked up again: it is off.",
        "programs (2) were not looked up again: it is off.", "", "",
    ]  # fmt: skip


def test_a_limit_cuts_the_list(make_run):
    """The first two are the first two."""
    assert len(make_run().worklist(limit=2)) == 2
