"""What a resync would do to a small district, counted by hand."""

import json

import pytest
from small_district import BEGIN, EVENTS, GRADES, OFFERINGS, SECTIONS, STAFF, STUDENTS, district, on

from edfi_audit.errors import NotFoundError, StoreError
from edfi_audit.resync.cascade import Dependents
from edfi_audit.resync.preview import Actions, AtSchool, Cause
from edfi_audit.resync.reach import Reach
from edfi_audit.run import Run


def hanging(preview, resource):
    return {
        one.resource: (one.delete_ods, one.ambiguous)
        for one in preview.resource(resource).dependents
    }


def evidence(preview, resource):
    return {
        (one.evidence, one.resync_action): one.records
        for one in preview.resource(resource).evidence
    }


def test_what_a_resync_does_to_each_resource(small):
    """Posts, deletions from the mapping and the ODS, and what is left open."""
    preview = small.resync_preview()
    assert {one.resource: one.actions for one in preview.resources} == {
        OFFERINGS: Actions(post=1, delete_ods=1, ambiguous=1),
        SECTIONS: Actions(post=1, delete_ods=2),
        STAFF: Actions(delete_ods=1),
        STUDENTS: Actions(post=1, delete_mapping=2, delete_ods=1),
    }
    assert preview.actions == Actions(post=3, delete_mapping=2, delete_ods=5, ambiguous=1)
    assert [one.changed for one in preview.resources] == [3, 3, 1, 2]


def test_what_hangs_on_what_is_deleted(small):
    """Offering, section, associations, then events and grades; a grade goes by its association."""
    preview = small.resync_preview()
    below = {STAFF: (1, 0), STUDENTS: (1, 0), EVENTS: (4, 0), GRADES: (3, 0)}
    assert hanging(preview, OFFERINGS) == {SECTIONS: (1, 1), **below}
    assert hanging(preview, SECTIONS) == below
    assert hanging(preview, STUDENTS) == {EVENTS: (4, 0), GRADES: (2, 0)}
    assert hanging(preview, STAFF) == {}


def test_who_may_own_what_is_deleted(small):
    """The evidence is counted, and only what the extract does not know may be somebody else's."""
    preview = small.resync_preview()
    assert evidence(preview, OFFERINGS) == {
        ("course_unknown", "delete_ods"): 1,
        ("mapped", "ambiguous"): 1,
    }
    assert evidence(preview, STUDENTS) == {("course_unknown", "delete_ods"): 1}
    assert [one.foreign for one in preview.resources] == [1, 2, 1, 1]
    assert "Another vendor or agency may own 5 of the records" in str(preview)


def test_why_records_are_posted_or_held_back(finished):
    """A section waits for its offering, a student for the section; a gate names itself."""
    campus, records = district()
    campus.student("left", stateExclude=True)
    campus.takes("ALG", "left")
    still = on("ALG", "ALG", id="e" * 32, student_unique_id="left", begin_date=BEGIN)
    records["student_section_associations"] = [*records["student_section_associations"], still]
    preview = finished(records, campus.sis).resync_preview()
    held_back = "The student's enrollment is marked State Exclude or No Show."
    assert {one.resource: one.causes for one in preview.resources} == {
        OFFERINGS: (
            Cause("post", "Every send gate passes: look for the record in the SIS error log.", 1),
        ),
        SECTIONS: (Cause("post", "Its course offering is not in the ODS either.", 1),),
        STAFF: (),
        STUDENTS: (
            Cause("delete_ods", held_back, 1),
            Cause("post", "Its section is not in the ODS either.", 1),
        ),
    }
    said = " ".join(str(preview).split())
    assert "1 held back by Campus: The student's enrollment is marked State Exclude" in said
    assert "1 Its section is not in the ODS either 2 deleted" in said


def test_schools_of_which_the_extract_tells_nothing(finished):
    """Their records are counted apart, and nothing is deleted there."""
    campus, records = district()
    far = {**records["sections"][0], "school_id": 9999, "id": "f" * 32}
    records["sections"] = [*records["sections"], far]
    preview = finished(records, campus.sis).resync_preview()
    sections = preview.resource(SECTIONS)
    assert (sections.abroad, sections.actions.in_ods) == (1, 2)
    assert evidence(preview, SECTIONS)["no_calendar", "none"] == 1
    assert "The ODS has 1 record (sections 1) of schools or years" in " ".join(str(preview).split())


def test_one_resource_at_one_school(small):
    """A school by its name, a resource in any case; the other is not in the answer."""
    preview = small.resync_preview("CourseOfferings", school="synthetic high")
    assert [one.resource for one in preview.resources] == [OFFERINGS]
    assert preview.resource(OFFERINGS).schools == (
        AtSchool(1302, "Synthetic High", Actions(post=1, delete_ods=1, ambiguous=1)),
    )
    assert "Only what happens at 1302 Synthetic High" in str(preview)
    with pytest.raises(NotFoundError, match="Choose one of courseOfferings"):
        preview.resource("sections")


def test_another_school_has_none_of_it(finished):
    """At a school where nothing happens the counts are nought, and the limit is still of all."""
    campus, records = district()
    records["schools"] = [*records["schools"], {"school_id": 1303, "name_of_institution": "Low"}]
    preview = finished(records, campus.sis, resync_rows=2).resync_preview(school=1303)
    assert preview.actions == Actions()
    assert hanging(preview, OFFERINGS)[GRADES] == (0, 0)
    assert preview.resource(OFFERINGS).is_mass_change


@pytest.mark.parametrize(("allowed", "mass"), [(1, 3), (2, 2), (3, 0)])
def test_a_warning_before_a_mass_change(finished, allowed, mass):
    """Above the setting, not at it: offerings and sections come to three records, students two."""
    campus, records = district()
    preview = finished(records, campus.sis, resync_rows=allowed).resync_preview()
    assert sum(one.is_mass_change for one in preview.resources) == mass
    assert sum("A mass change" in one for one in preview.document()["warnings"]) == mass


def test_without_a_mapping(finished):
    """Nothing is called a deletion, and the preview says that the ledger has four states."""
    campus, records = district()
    del campus.sis["edfiIdentityMapping"]
    preview = finished(records, campus.sis).resync_preview()
    assert preview.actions == Actions(post=4, ambiguous=6)
    assert hanging(preview, OFFERINGS)[GRADES] == (0, 3)
    said = " ".join(str(preview).split())
    assert "No identity mapping was delivered for course offerings, sections, staff" in said
    assert "four states instead of eight" in said


def test_what_was_not_pulled_is_not_known(finished):
    """Never nought: the count of what nobody could read is not known, with the reason."""
    campus, records = district()
    del records["grades"]
    preview = finished(records, campus.sis).resync_preview(OFFERINGS)
    *_, grades = preview.resource(OFFERINGS).dependents
    assert grades == Dependents(GRADES, None, None, "grades was not pulled")
    assert "How many grades is not known, because grades was not pulled." in str(preview)


def test_what_could_not_be_compared(finished):
    """The resource has its reason and no counts; the others have theirs."""
    campus, records = district()
    del records["staff_section_associations"]
    preview = finished(records, campus.sis).resync_preview()
    staff = preview.resource(STAFF)
    assert staff.not_compared == "staffSectionAssociations was not pulled"
    assert (staff.actions, staff.changed, staff.is_mass_change) == (Actions(), None, False)
    assert preview.resource(STUDENTS).actions.post == 1
    assert "Not compared: staff section associations, because" in str(preview)


def test_an_ods_alone(finished):
    """Without an extract nothing is compared; a changed key can be told all the same."""
    _, records = district()
    run = finished(records, {})
    preview = run.resync_preview()
    assert {one.not_compared is None for one in preview.resources} == {False}
    assert "together" not in str(preview)
    renamed = run.rename_preview("course:OLD-course=NEW")
    assert renamed.resource(GRADES).reach == Reach(carried=3, deleted=3, posted=3)
    assert "all are counted as deleted" in " ".join(str(renamed).split())


def test_an_extract_alone(finished):
    """Without an ODS nothing is compared, and no count is nought."""
    campus, _ = district()
    run = finished({}, campus.sis)
    offerings = run.resync_preview("courseOfferings").resource("courseOfferings")
    assert "courseOfferings was not pulled" in offerings.not_compared
    renamed = run.rename_preview("course:ALG-course=NEW").resource(GRADES)
    assert renamed.not_known == "grades was not pulled"


def test_what_changed_since_the_last_resync(finished):
    """The run's own findings, one in full, several counted; and what was not evaluated, and why."""
    campus, records = district()
    rules = {
        "SYN-001": {"title": "Fields differ", "outcome": "failed", "missing": None},
        "SYN-002": {"title": "Toggled off", "outcome": "failed", "missing": None},
        "SYN-004": {"title": "Mapping changed", "outcome": "passed", "missing": None},
        "SYN-005": {"title": "Stale", "outcome": "not_evaluated", "missing": "no earlier run"},
        "SYN-007": {"title": "Renamed", "outcome": "not_evaluated", "missing": None},
    }
    found = [
        ("SYN-001", "warning", OFFERINGS, 1302, "title"),
        ("SYN-001", "warning", OFFERINGS, 9999, "title"),
        ("SYN-002", "warning", STUDENTS, None, "off since May"),
    ]
    run = finished(records, campus.sis, found, rules)
    said = " ".join(str(run.resync_preview(school=1302)).split())
    assert "SYN-001 warning, course offerings: Fields differ: title" in said
    assert "Fields differ (2 findings)" in " ".join(str(run.resync_preview()).split())
    assert "SYN-002 warning, student section associations: Toggled off: off since May" in said
    assert "Nothing that SYN-004 would find." in said
    assert "No record that SYN-007 would speak about." in said
    assert "SYN-005 could not be evaluated: no earlier run." in said
    sections = run.resync_preview(SECTIONS).changes
    assert (sections.found, sections.judged) == ((), ("SYN-001", "SYN-002", "SYN-004"))


def test_a_preview_as_data(small):
    """JSON and a data frame say the same as the text."""
    preview = small.resync_preview()
    document = json.loads(json.dumps(preview.document()))
    assert document["actions"]["delete_ods"] == 5
    assert document["resources"][0]["schools"][0]["actions"]["post"] == 1
    frame = preview.frame()
    # nothing tells the school of the mapping row that is of nobody
    assert list(frame["delete_ods"]) == [1, 2, 1, 1, 0]
    assert list(frame["school_id"].fillna(0)) == [1302, 1302, 1302, 1302, 0]
    assert preview._repr_html_() == f"<pre>{preview}</pre>"


def test_the_text_fits_a_terminal(small):
    """At most 80 columns, whatever is said."""
    assert max(map(len, str(small.resync_preview()).splitlines())) <= 80


@pytest.mark.parametrize(
    ("asked", "next_step"),
    [
        ({"resource": "grades"}, "Choose one of courseOfferings, sections, staff"),
        ({"school": "Nowhere"}, "1302"),
    ],
)
def test_what_the_run_does_not_know(small, asked, next_step):
    """The error says what there is."""
    with pytest.raises(NotFoundError, match=next_step):
        small.resync_preview(**asked)


def test_a_run_of_an_earlier_version(small, tmp_path):
    """A run without the tables says what to do."""
    (tmp_path / "run.json").write_bytes((small.folder / "run.json").read_bytes())
    with pytest.raises(StoreError, match="Run `edfi-audit run` again"):
        Run(tmp_path).resync_preview()
