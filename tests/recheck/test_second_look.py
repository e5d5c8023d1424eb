"""An ODS that changes after it was pulled: what a run says is true of it as it is now."""

import json
import time

import duckdb
import pytest
from living_ods import keys_of, living

from edfi_audit import Run
from edfi_audit.sandbox.faults import Rule, Status
from edfi_audit.settings import AuditSettings

RULES = ["CO-019", "IDM-001", "IDM-006", "SSA-006", "TOR-001"]


@pytest.fixture(scope="module")
def changed(world, tmp_path_factory):
    """Two runs over one pull, the first without a second look, after much has changed."""
    with living(world, tmp_path_factory.mktemp("changed")) as district:
        late, unstaffed, model, *_ = district.taught()
        section, staff = district.section(late), district.of("staffSectionAssociations", late)
        other_staff = district.of("staffSectionAssociations", unstaffed)
        student = district.of("studentSectionAssociations", model)[0]
        orphan = district.section(model)
        district.drop("sections", section)
        district.drop("staffSectionAssociations", *staff, *other_staff)
        for name in ("STAYS", "GOES", "MOVES"):
            district.put("sections", orphan, sectionIdentifier=name)
        for name in ("NO-SECTION-1", "NO-SECTION-2"):
            district.put("studentSectionAssociations", student, sectionIdentifier=name)
        district.pull()
        district.put("sections", section)
        district.put("staffSectionAssociations", *staff)
        district.put("staffSectionAssociations", *other_staff, staffUniqueId="999999")
        found = {row["sectionIdentifier"]: row for row in district.sandbox.rows("sections")}
        district.drop("sections", found["GOES"])
        district.sandbox.edit("sections", found["MOVES"]["id"], sectionIdentifier="MOVED")
        child = next(
            row
            for row in district.sandbox.rows("studentSectionAssociations")
            if row["sectionReference"]["sectionIdentifier"] == "NO-SECTION-1"
        )
        district.drop("studentSectionAssociations", child)
        yield district.audit.run(recheck=False), district.audit.run(), late, unstaffed


def sections_of(run, rule):
    return sorted({key["sectionIdentifier"] for key in keys_of(run, rule)})


def test_without_a_second_look_the_findings_are_false(changed):
    """The changes are such as would mislead: this is what the pull alone makes of them."""
    before, _, late, unstaffed = changed
    assert sections_of(before, "SSA-006") == sorted([late[-1], "NO-SECTION-1", "NO-SECTION-2"])
    assert late[-1] in sections_of(before, "IDM-001")
    assert {"STAYS", "GOES", "MOVES"} <= set(sections_of(before, "IDM-006"))
    assert unstaffed[-1] in sections_of(before, "TOR-001")


def test_what_was_created_after_the_pull_is_not_missing(changed):
    """Section and staff are there by now, so nothing is said about them."""
    _, after, late, _ = changed
    assert late[-1] not in sections_of(after, "SSA-006")
    assert late[-1] not in sections_of(after, "IDM-001")


def test_a_teacher_who_came_after_the_pull_is_seen(changed):
    """Staff of a section without any are asked for by the section, whoever they are."""
    _, after, _, unstaffed = changed
    assert unstaffed[-1] not in sections_of(after, "TOR-001")


def test_what_was_deleted_after_the_pull_is_no_orphan(changed):
    """It is gone, a renamed one goes by its new name, and the one that stays is found."""
    _, after, *_ = changed
    orphans = set(sections_of(after, "IDM-006"))
    assert {"STAYS", "MOVED"} <= orphans
    assert not orphans & {"GOES", "MOVES"}


def test_a_child_that_is_gone_with_its_parent_is_no_finding(changed):
    """An association without a section is itself looked up; the one that is there is found."""
    _, after, *_ = changed
    assert sections_of(after, "SSA-006") == ["NO-SECTION-2"]


def test_the_audit_tables_are_those_of_now(changed):
    """Reports and anyone's own tools read what the rules judged."""
    _, after, late, _ = changed
    names = {
        name
        for (name,) in duckdb.sql(
            f"SELECT section_identifier FROM '{after.folder}/tables/sections.parquet'"
        ).fetchall()
    }
    assert {late[-1], "MOVED", "STAYS"} <= names
    assert not names & {"GOES", "MOVES"}


def test_the_run_keeps_counts_and_no_keys(changed):
    """What was asked, found and gone, by resource; all of it settled."""
    _, after, late, _ = changed
    recheck = after.facts["recheck"]
    sections = recheck["resources"]["sections"]
    assert (sections["late"], sections["gone"], sections["unsettled"]) == (2, 1, 0)
    assert recheck["resources"]["studentSectionAssociations"]["gone"] >= 1
    assert after.findings()["doubt"].isna().all()
    assert late[-1] not in json.dumps(recheck)


def test_the_rows_that_came_and_went_are_kept_for_their_owner_alone(changed):
    """late/ holds them, readable by nobody else."""
    _, after, *_ = changed
    late = {path.name: path.stat().st_mode & 0o777 for path in (after.folder / "late").iterdir()}
    assert late.keys() >= {"sections.parquet", "staffSectionAssociations.parquet", "gone.parquet"}
    assert set(late.values()) == {0o600}


def test_what_was_not_looked_up_is_in_doubt(changed):
    """The findings that rest on it say so, the others do not."""
    before, *_ = changed
    doubts = before.findings().groupby("rule_id")["doubt"].unique()
    children = len(before.findings(rule="SSA-006"))
    left = f"sections (3) and studentSectionAssociations ({children})"
    assert list(doubts["SSA-006"]) == [f"{left} were not looked up again: the run was told not to."]
    assert doubts.index[doubts.map(lambda one: isinstance(one[0], str))].tolist() == RULES


def test_nothing_to_look_up_costs_no_request(district):
    """A district without orphans is judged without asking anyone."""
    district.pull()
    run = district.audit.run()
    assert district.sandbox.requests == ()
    assert run.facts["recheck"] == {"reason": None, "resources": {}}
    assert not (run.folder / "late").exists()


def test_a_newcomers_own_references_are_looked_up(district):
    """A late association whose section is late as well is no orphan, whoever knows of it."""
    first, *_ = district.taught()
    section = district.section(first)
    associations = district.of("studentSectionAssociations", first)
    district.drop("studentSectionAssociations", *associations)
    district.pull()
    session = next(iter(district.sandbox.rows("sessions")))
    new = {"sessionName": "A late session"}
    district.put("sessions", session, **new)
    district.put("sections", section, **new)
    district.put("studentSectionAssociations", *associations)
    run = district.audit.run()
    assert run.facts["recheck"]["resources"]["studentSectionAssociations"]["late"] == len(
        associations
    )
    assert not keys_of(run, "SSA-006")


@pytest.fixture
def orphans():
    """Give the district three sections that the SIS does not know."""

    def give(district):
        section = district.section(district.taught()[0])
        for name in ("ONE", "TWO", "THREE"):
            district.put("sections", section, sectionIdentifier=name)

    return give


def test_an_ods_that_cannot_be_reached_costs_seconds(serve, orphans):
    """The run goes on with what was pulled, and says that nothing was looked up."""
    with serve() as district:
        orphans(district)
        district.pull()
    began = time.monotonic()
    run = district.audit.run()
    assert time.monotonic() - began - run.facts["timings"]["validation"] < 10
    assert run.facts["recheck"]["reason"] == "the ODS could not be reached"
    assert set(run.findings(rule="IDM-006")["doubt"]) == {
        "sections (3) were not looked up again: the ODS could not be reached."
    }


def test_a_resource_that_is_denied_by_now_is_not_missing(district, orphans):
    """A 403 settles nothing: the record stays as the pull had it, and the finding says so."""
    orphans(district)
    district.pull()
    district.sandbox.script = (Rule(Status(403), resource="sections", times=0),)
    run = district.audit.run()
    assert run.facts["recheck"]["resources"]["sections"] == {
        "asked": 0, "present": 0, "gone": 0, "absent": 0, "late": 0, "unsettled": 3,
        "reason": "the key may not read it (403)",
    }  # fmt: skip
    assert len(run.findings(rule="IDM-006")) == 3


def test_what_was_denied_at_the_pull_is_not_asked_for(serve):
    """Its rules are not evaluated, so there is nothing to look up."""
    with serve(denied=frozenset({"sections"})) as district:
        district.pull()
        run = district.audit.run()
        assert "sections" not in {one.resource for one in district.sandbox.requests}
    assert run.facts["rules"]["SSA-006"]["outcome"] == "not_evaluated"
    assert run.findings()["doubt"].isna().all()


@pytest.mark.parametrize(
    ("limit", "reason"),
    [(2, "no more than 2 are ([audit] recheck_limit)"), (0, "[audit] recheck_limit is 0")],
)
def test_no_more_is_looked_up_than_the_settings_allow(serve, orphans, limit, reason):
    """The rest of the three is in doubt; 0 asks nothing."""
    with serve(f"recheck_limit = {limit}") as district:
        orphans(district)
        district.pull()
        sections = district.audit.run().facts["recheck"]["resources"]["sections"]
        requests = [one for one in district.sandbox.requests if one.resource == "sections"]
    assert (sections["asked"], sections["unsettled"]) == (limit, 3 - limit)
    assert sections["reason"] == reason
    assert len(requests) == limit


def test_the_limit_is_a_thousand_by_default():
    """Enough for what can be worked through, and seconds of asking."""
    assert AuditSettings().recheck_limit == 1000


def test_a_database_is_not_asked_again(district, orphans):
    """It was read in one transaction, and its findings are not in doubt for that."""
    orphans(district)
    district.pull()
    manifest = district.audit.store.ods("ods") / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8")) | {"mode": "database"}
    manifest.write_text(json.dumps(content), encoding="utf-8")
    run = district.audit.run()
    assert run.facts["recheck"] == {
        "reason": "the ODS database was read in one transaction",
        "resources": {},
    }
    assert run.findings()["doubt"].isna().all()


def test_a_secret_that_is_not_set_leaves_a_run_possible(district, orphans):
    """What was pulled is judged without a secret; the reason names the variable, not its value."""
    orphans(district)
    district.pull()
    settings = district.audit.settings
    connections = {"ods": settings.connections["ods"] | {"client_secret": "${NO_SUCH_SECRET}"}}
    audit = type(district.audit)(
        settings.model_copy(update={"connections": connections}), district.audit.store
    )
    run = Run(audit.run().folder)
    assert run.facts["recheck"]["reason"] == (
        "[connections.ods] client_secret needs the environment variable NO_SUCH_SECRET, which is "
        "not set"
    )


def test_course_offerings_are_looked_up_like_the_rest(district):
    """One that came late is not lacking; one whose sections came late, or that went, not empty."""
    late, empty, *_ = district.sandbox.rows("courseOfferings")
    sections = [
        row
        for row in district.sandbox.rows("sections")
        if row["courseOfferingReference"]["localCourseCode"] == empty["localCourseCode"]
    ]
    district.drop("courseOfferings", late)
    district.drop("sections", *sections)
    district.put("courseOfferings", empty, localCourseCode="GOES")
    district.pull()
    before = district.audit.run(recheck=False)
    assert keys_of(before, "CO-002")
    assert {one["localCourseCode"] for one in keys_of(before, "CO-019")} == {
        empty["localCourseCode"],
        "GOES",
    }
    district.put("courseOfferings", late)
    district.put("sections", *sections)
    (gone,) = (
        row for row in district.sandbox.rows("courseOfferings") if row["localCourseCode"] == "GOES"
    )
    district.drop("courseOfferings", gone)
    run = district.audit.run()
    assert not keys_of(run, "CO-002")
    assert not keys_of(run, "CO-019")
