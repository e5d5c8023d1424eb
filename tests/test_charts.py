"""The charts: what they rank, what they say of schools without data, and what they never offer."""

import pandas as pd
import pytest

from edfi_audit import charts

GAPS = pd.DataFrame(
    [
        # two lead rules of one flag look at the same 40 sections of Birch and fail 4 + 6 of them
        ("TOR-001", "No staff", 1, "Birch High", 4, 40),
        ("TOR-002", "No Teacher of Record", 1, "Birch High", 6, 40),
        ("TOR-001", "No staff", 2, "Alder Middle", 30, 60),
        ("TOR-002", "No Teacher of Record", 2, "Alder Middle", 0, 60),
        ("TOR-001", "No staff", 3, "Cedar Elementary", 0, 0),
        ("TOR-002", "No Teacher of Record", 3, "Cedar Elementary", 0, 0),
        ("ATT-001", "No attempt status", 1, "Birch High", 1, 100),
    ],
    columns=["rule_id", "title", "school_id", "school", "failed", "evaluated"],
).assign(
    rate=lambda gaps: gaps["failed"] / gaps["evaluated"].where(gaps["evaluated"] > 0), lea_id=900
)


def test_a_flag_adds_up_its_lead_rules_over_the_same_records():
    """4 and 6 failing of the same 40 sections are a quarter, not an eighth."""
    table = charts.by_school(GAPS, flag="teacher_of_record").set_index("school")
    assert table.loc["Birch High", ["failed", "evaluated", "rate"]].tolist() == [10, 40, 0.25]


def test_schools_are_ranked_by_share_and_unknown_ones_come_last():
    """Half of 60 stands above a quarter of 40; a school without sections is last, not best."""
    ranked = charts.by_school(GAPS, flag="teacher_of_record")
    assert ranked["school"].tolist() == ["Alder Middle", "Birch High", "Cedar Elementary"]
    assert pd.isna(ranked["rate"].iloc[-1])


def test_the_chart_draws_the_worst_school_on_top_and_says_where_nothing_is_known():
    """Plotly draws bars upwards, so the worst school is the last bar."""
    bars = charts.gap_bars(GAPS, flag="teacher_of_record").data[0]
    assert list(bars.y) == ["Cedar Elementary", "Birch High", "Alder Middle"]
    assert list(bars.text) == ["nothing to evaluate", "25.0% (10 of 40)", "50.0% (30 of 60)"]


def test_the_caption_counts_records_and_schools():
    """40 of 100 sections, at 2 of 2 schools; the third had nothing to evaluate."""
    ranked = charts.by_school(GAPS, flag="teacher_of_record")
    assert charts.caption(ranked) == (
        "40 of 100 records fail, at 2 of 2 schools; 1 school had nothing to evaluate."
    )


def test_the_heat_table_shows_only_rules_that_fail_somewhere():
    """A rule that fails nowhere would be an empty column."""
    clean = GAPS.assign(
        rate=GAPS["rate"].where(GAPS["rule_id"] != "ATT-001", 0.0),
    )
    assert list(charts.heat_table(clean).data[0].x) == ["TOR-001", "TOR-002"]


@pytest.mark.parametrize("schools", [60, 61])
def test_more_than_sixty_schools_are_cut_and_the_title_says_so(schools):
    """Sixty schools fit; with one more, the title names how many there are."""
    many = pd.DataFrame(
        {
            "rule_id": "ATT-001",
            "title": "No attempt status",
            "school_id": range(schools),
            "school": [f"School {number:03d}" for number in range(schools)],
            "lea_id": 900,
            "failed": 1,
            "evaluated": 10,
            "rate": 0.1,
        }
    )
    figure = charts.gap_bars(many, rule="ATT-001")
    assert len(figure.data[0].y) == 60
    assert ("worst 60 of 61" in figure.layout.title.text) == (schools == 61)


def test_no_chart_offers_to_upload_itself():
    """Charts of student data carry no cloud button in JupyterLab; exports have a test of theirs."""
    import plotly.io as pio

    charts.use_offline_renderer()
    assert pio.renderers.default == "plotly_mimetype"
    bundle = pio.renderers["plotly_mimetype"].to_mimebundle(
        charts.gap_bars(GAPS, flag="attempt_status").to_dict()
    )
    assert bundle["application/vnd.plotly.v1+json"]["config"]["showSendToCloud"] is False
