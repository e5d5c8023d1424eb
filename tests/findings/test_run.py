import pandas as pd
import pytest

from edfi_audit.errors import NotFoundError, StoreError
from edfi_audit.run import Run


@pytest.fixture
def run(make_run):
    return make_run()


def test_gaps(run):
    """One row per rule and school with names, rate and reason; nothing evaluated has no rate."""
    gaps = run.gaps()
    assert list(gaps) == [
        "rule_id",
        "title",
        "flag",
        "severity",
        "school_id",
        "school",
        "lea_id",
        "evaluated",
        "failed",
        "rate",
        "outcome",
        "reason",
    ]
    att = gaps[gaps["rule_id"] == "ATT-001"]
    assert att[["school", "evaluated", "failed"]].to_numpy().tolist() == [
        ["South Middle", 4, 1],
        ["North High", 10, 2],
        ["School 9001 (not in the ODS)", 0, 0],
    ]
    assert att["rate"].tolist()[:2] == [0.25, 0.2]
    assert pd.isna(att["rate"].iloc[2])
    assert att["outcome"].iloc[2] == "not_evaluated"


def test_gaps_of_the_agency(run):
    """Records that belong to no school stand under the agency, with the ids still integers."""
    gaps = run.gaps()
    agency = gaps[gaps["school_id"].isna()]
    assert agency[["rule_id", "school", "evaluated", "failed"]].to_numpy().tolist() == [
        ["CTE-001", "Not tied to a school", 2, 1]
    ]
    assert gaps["school_id"].dtype == pd.Int64Dtype()


@pytest.mark.parametrize(
    ("chosen", "count"),
    [
        ({}, 5),
        ({"rule": "ATT-001"}, 3),
        ({"rule": "att-001"}, 3),
        ({"school": 1302}, 3),
        ({"school": "1302"}, 3),
        ({"school": "north high"}, 3),
        ({"severity": "warning"}, 2),
        ({"flag": "cte_program_type"}, 2),
        ({"flag": "identity"}, 0),
        ({"rule": "ATT-001", "school": 1302}, 2),
        ({"limit": 1}, 1),
    ],
)
def test_findings_filters(run, chosen, count):
    """Each filter takes what it names, and filters narrow each other."""
    assert len(run.findings(**chosen)) == count


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"rule": "ATT-999"}, "no rule 'ATT-999'. `edfi-audit rules` lists them"),
        ({"school": 4711}, r"no school '4711'. It has 3: 1302 \(North High\)"),
        ({"severity": "fatal"}, "Choose one of error, warning, info"),
        ({"flag": "att"}, "Choose one of attempt_status, identity"),
    ],
)
def test_unknown_names(run, chosen, says):
    """A name the run does not know is an error with the next step, not an empty answer."""
    with pytest.raises(NotFoundError, match=says):
        run.findings(**chosen)


def test_results_and_ledger(run):
    """Both files come back as frames with all their rows."""
    assert len(run.results()) == 13
    assert len(run.ledger()) == 3


def test_chart(run):
    """The chart draws the schools of the rule asked for."""
    figure = run.gap_chart(rule="att-001")
    assert set(figure.data[0].y) == {"North High", "South Middle", "School 9001 (not in the ODS)"}


def test_summary_is_plain(make_run):
    """The summary counts outcomes, groups silence by its reason and names incomplete resources."""
    pull = {
        "resources": {
            "sections": {"verdict": "verified", "reason": None},
            "grades": {"verdict": "denied", "reason": "the key may not read it (403)"},
        }
    }
    summary = make_run(pull=pull).summary
    assert summary["rules"] == {"failed": 2, "passed": 1, "not_evaluated": 1}
    assert summary["not_evaluated"] == [
        {"reason": "enrollments was not pulled", "rules": ["SSA-026"]}
    ]
    assert summary["pull"] == {"denied": 1, "verified": 1}
    assert summary["incomplete"] == [
        {
            "resource": "grades",
            "verdict": "denied",
            "reason": "the key may not read it (403)",
        }
    ]


def test_text(run):
    """Shown as text, a run gives the four flags and what it could not evaluate, in 80 columns."""
    text = repr(run)
    assert "3  Missing attempt status" in text
    assert "of 14 student section associations, at 2 of 2 schools" in text
    assert "3 errors, 2 warnings, 0 for information" in text
    assert "SSA-026: enrollments was not pulled" in text
    assert max(map(len, text.splitlines())) <= 80


def test_html(make_run):
    """In a notebook a run shows itself as a table that loads nothing and escapes what it shows."""
    missing = {"SSA-026": "<script>alert(1)</script>"}
    html = make_run(missing=missing)._repr_html_()
    assert "Missing attempt status" in html
    assert "<script>" not in html
    assert "http" not in html


def test_a_run_does_not_change(run):
    """A run is frozen."""
    with pytest.raises(AttributeError):
        run.folder = run.folder.parent


def test_a_folder_that_is_no_run(tmp_path):
    """Opening a folder without run.json is a clear error."""
    with pytest.raises(StoreError, match=r"run\.json is missing"):
        _ = Run(tmp_path).facts
