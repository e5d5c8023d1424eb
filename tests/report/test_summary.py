"""The report's numbers, without its HTML."""

import pytest

from edfi_audit.errors import NotFoundError
from edfi_audit.findings.flags import FLAGS
from edfi_audit.findings.gaps import NO_SCHOOL, school_name
from edfi_audit.report.content import Bar, Cell, FlagGap
from edfi_audit.report.summary import PER_RULE, summarise


def flag(summary, key):
    return next(one for one in summary.flags if one.headline.key == key)


def test_a_flag_counts_failing_records_of_those_evaluated(run):
    """20 of 50 associations at one school; the Choice school had none to evaluate."""
    attempt = flag(summarise(run.folder), "attempt_status")
    assert (attempt.failed, attempt.evaluated, attempt.state) == (20, 50, "gap")
    assert [(bar.school, bar.rate) for bar in attempt.bars] == [
        ("Birch High (synthetic)", 0.5),
        ("Alder & Sons <Middle>", 0.0),
        ("Cedar Choice", None),
    ]


def test_a_flag_that_could_not_be_evaluated_claims_nothing(run):
    """Denied programs are unknown, not clear, and the reason is kept."""
    programs = flag(summarise(run.folder), "cte_program_type")
    assert programs.state == "unknown"
    assert programs.reason == "the key may not read programs (403)"


def test_every_section_without_staff_is_shown_with_or_without_students(run):
    """Two of Birch's three sections have no staff; one of them has students."""
    birch = summarise(run.folder).staffing[0]
    assert (birch.sections, birch.unstaffed, birch.unstaffed_with_students) == (3, 2, 1)
    assert birch.several_teachers == 1


def test_findings_are_capped_per_rule_and_the_rest_is_counted(run):
    """Twenty findings, eight lines, twelve told of."""
    birch = summarise(run.folder).schools[0]
    attempt = next(rule for rule in birch.rules if rule.rule_id == "ATT-001")
    assert (attempt.failed, len(attempt.lines), attempt.hidden) == (20, PER_RULE, 20 - PER_RULE)


def test_a_finding_shows_its_key_in_plain_words(run):
    """The school is the page's own; section and student are labelled."""
    birch = summarise(run.folder).schools[0]
    line = next(rule for rule in birch.rules if rule.rule_id == "TOR-001").lines[0]
    assert line.key == (("section", "S99"), ("student", "99"))


def test_the_ledger_counts_states_per_resource(run):
    """Two linked, one only in the ODS."""
    assert summarise(run.folder).ledger == (("sections", {"IDM-000": 2, "IDM-006": 1}),)


def test_absences_are_counted_by_their_cause(run):
    """The cause of most records first; what is in the ODS or was not compared is none."""
    assert summarise(run.folder).absences == (
        ("Every send gate passes.", {"courseOfferings": 1, "sections": 1}),
        ("The course is not active.", {"sections": 1}),
    )


def test_one_school_is_cut_out_whole(run):
    """A report for the middle school holds nothing of the high school."""
    summary = summarise(run.folder, school=7002)
    assert summary.subject == "Alder & Sons <Middle>"
    assert [page.school_id for page in summary.schools] == [7002]
    assert [row.unstaffed for row in summary.staffing] == [0]
    assert summary.findings == {"error": 0, "warning": 0, "info": 0}


def test_an_unknown_school_is_refused(run):
    """A school id the run does not know is an error with a next step, not an empty report."""
    with pytest.raises(NotFoundError, match="no school 1"):
        summarise(run.folder, school=1)


def test_resources_that_are_not_verified_are_named(run):
    """The denied grades stand in the watermark."""
    assert summarise(run.folder).incomplete == ("grades",)


@pytest.mark.parametrize(
    ("failed", "evaluated", "shade"),
    [(0, 0, -1), (0, 10, 0), (1, 100, 1), (2, 100, 2), (5, 100, 2), (6, 100, 3), (20, 100, 3),
     (21, 100, 4), (50, 100, 4), (51, 100, 5)],
)  # fmt: skip
def test_a_cell_is_darker_the_larger_its_share(failed, evaluated, shade):
    """Bounds at 0, 1, 5, 20 and 50 percent, each inclusive below."""
    assert Cell(failed, evaluated).shade == shade


def test_the_heat_table_has_every_rule_at_every_school(run):
    """Four rules, three schools; the Choice school is blank, the denied rule blank everywhere."""
    heat = summarise(run.folder).heat
    assert [name for name, _ in heat.schools] == [
        "Alder & Sons <Middle>",
        "Birch High (synthetic)",
        "Cedar Choice",
    ]
    cells = {row.rule.rule_id: [cell.shade for cell in row.cells] for row in heat.rows}
    assert cells["ATT-001"] == [0, 4, -1]
    assert cells["CTE-001"] == [-1, -1, -1]


def test_a_school_the_ods_does_not_list_says_so():
    """The name of an unknown school id is what is known of it."""
    assert school_name({"school_id": 140, "name": None}) == "School 140 (not in the ODS)"


@pytest.mark.parametrize(("failed", "full"), [(0, 0.01), (25, 0.25), (26, 0.5), (100, 1.0)])
def test_bars_are_drawn_against_the_largest_share_rounded_up(failed, full):
    """A gap of 25 percent fills a bar that stands for 25 percent; 26 need the next step."""
    bar = Bar("A school", "a", failed, 100)
    assert FlagGap(FLAGS[0], failed, 100, (bar,), (), "", frozenset()).full_bar == full


def test_records_without_a_school_are_no_affected_school():
    """An agency's own program fails, at one school a reference does: one school is affected."""
    bars = (Bar(NO_SCHOOL, "no-school", 1, 6), Bar("A school", "a", 2, 10))
    gap = FlagGap(FLAGS[3], 3, 16, bars, (), "", frozenset({"A school"}))
    assert [bar.school for bar in gap.affected] == ["A school"]


def test_what_rests_on_something_unproven_is_said_where_it_is_read(run):
    """On the flag, on the rule at the school, and once for all at the end; on nothing else."""
    summary = summarise(run.folder)
    doubt = "staffSectionAssociations (2) were not looked up again: the ODS could not be reached."
    assert flag(summary, "teacher_of_record").doubtful == ("TOR-001",)
    assert flag(summary, "attempt_status").doubtful == ()
    assert summary.doubts == ((doubt, ("TOR-001",)),)
    (page,) = [one for one in summary.schools if one.school_id == 7001]
    assert {rule.rule_id: rule.doubts for rule in page.rules} == {
        "ATT-001": (),
        "TOR-001": (doubt,),
    }
    assert summary.unsettled == ("staffSectionAssociations",)
