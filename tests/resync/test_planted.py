"""The previews of a real run, on the synthetic district with every defect planted."""

import json

import pytest

from edfi_audit.cli.output import iso


def counted(frame, **columns):
    wanted = frame
    for name, value in columns.items():
        wanted = wanted[wanted[name] == value]
    return len(wanted)


def test_the_preview_says_what_the_ledger_says(planted):
    """Every action of every resource, and each school's share, are the ledger's rows."""
    preview, ledger = planted.run.resync_preview(), planted.run.ledger()
    assert preview.actions.changed > 0
    for one in preview.resources:
        for action in ("post", "delete_mapping", "delete_ods", "ambiguous"):
            rows = counted(ledger, resource=one.resource, resync_action=action)
            assert getattr(one.actions, action) == rows
            assert sum(getattr(at.actions, action) for at in one.schools) == rows
        judged = [each for each in one.evidence if each.resync_action != "none"]
        assert sum(each.records for each in judged) == one.actions.in_ods
        assert one.abroad == counted(ledger, resource=one.resource, state="out_of_scope")


def test_other_agencies_are_told_apart(planted):
    """The neighbor's records are outside the extract, by its agency; and those of other years."""
    offerings = planted.run.resync_preview("courseOfferings").resource("courseOfferings")
    assert {one.evidence for one in offerings.evidence if one.resync_action == "none"} == {
        "other_agency",
        "other_year",
    }


def test_a_school_that_gets_another_id(planted):
    """All that the ODS holds of the school, and its ledger says how much of it the SIS sends."""
    school = int(planted.run.ledger()["school_id"].mode()[0])
    preview = planted.run.rename_preview(f"school:{school}=424242")
    ledger = planted.run.ledger()
    of_year = ledger["natural_key"].str.contains('"schoolYear":2026')
    ledger = ledger[(ledger["school_id"] == school) & ledger["in_ods"] & of_year]
    for name in ("courseOfferings", "sections", "staffSectionAssociations"):
        reach = preview.resource(name).reach
        assert reach.deleted == counted(ledger, resource=name, in_sis=True)
        assert reach.unsent == counted(ledger, resource=name, in_sis=False)
        assert (reach.posted, reach.colliding) == (reach.deleted, 0)


@pytest.mark.parametrize(
    "preview",
    [
        lambda run: run.resync_preview(),
        lambda run: run.rename_preview("session:2025-26 Semester 1=2025-26 Semester 2"),
    ],
)
def test_the_text_fits_and_the_data_are_plain(planted, preview):
    """80 columns at most, and JSON takes every value."""
    told = preview(planted.run)
    assert max(map(len, str(told).splitlines())) <= 80
    assert json.loads(json.dumps(told.document(), default=iso))["run_id"] == planted.run.run_id
