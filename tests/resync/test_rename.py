"""What a changed key would do to a small district, counted by hand."""

import json

import pytest
from campus import SESSIONS, offering
from small_district import BEGIN, EVENTS, GRADES, OFFERINGS, SECTIONS, STAFF, STUDENTS, district, on

from edfi_audit.errors import NotFoundError, SettingsError
from edfi_audit.resync.reach import Collision, Reach, Unsent

ONE = Reach(carried=1, deleted=1, posted=1)
MET = Reach(carried=1, deleted=1, posted=0, colliding=1)


def reaches(preview):
    return {one.resource: one.reach for one in preview.resources}


def both_in_the_ods():
    """The small district, with the course offering of GEO in the ODS as well."""
    campus, records = district()
    records["course_offerings"] = [*records["course_offerings"], offering("GEO", id="9" * 32)]
    return campus, records


def test_a_renamed_course_takes_everything_with_it(small):
    """Offering, section, both associations, grades, in the order of posting."""
    preview = small.rename_preview("course:ALG-course=ALG-2")
    assert list(reaches(preview)) == [OFFERINGS, SECTIONS, STAFF, STUDENTS, EVENTS, GRADES]
    assert reaches(preview) == {
        **dict.fromkeys((OFFERINGS, SECTIONS, STAFF, STUDENTS, GRADES), ONE),
        EVENTS: Reach(),
    }
    assert preview.collisions == ()


def test_two_courses_would_become_one(finished):
    """The offering is there already; its section, under another identifier, is not."""
    campus, records = both_in_the_ods()
    preview = finished(records, campus.sis).rename_preview("course:ALG-course=GEO-course")
    assert preview.resource(OFFERINGS).reach == MET
    assert preview.resource(SECTIONS).reach == ONE
    assert preview.collisions == (
        Collision(1302, "Fall", "GEO-course", ("ALG-course", "GEO-course")),
    )
    said = " ".join(str(preview).split())
    assert "the course offerings ALG-course and GEO-course would become one, GEO-course" in said


@pytest.mark.parametrize("new", ["geo-course", " GEO-course "])
def test_codes_that_an_ods_takes_for_one(finished, new):
    """Case and edge spaces do not make another course."""
    campus, records = both_in_the_ods()
    preview = finished(records, campus.sis).rename_preview(f"course:ALG-course={new}")
    assert preview.resource(OFFERINGS).reach == MET


def test_case_alone_collides_with_nothing(small):
    """A record does not meet itself."""
    preview = small.rename_preview("course:ALG-course=alg-course")
    assert preview.resource(OFFERINGS).reach == ONE


def test_several_renames_count_at_once(finished):
    """Two that meet are posted once; two that change places do not meet."""
    campus, records = both_in_the_ods()
    run = finished(records, campus.sis)
    meeting = run.rename_preview("course:ALG-course=NEW", "course:GEO-course=NEW")
    assert meeting.resource(OFFERINGS).reach == Reach(2, 2, 1, 2, 0)
    assert meeting.collisions == (Collision(1302, "Fall", "NEW", ("ALG-course", "GEO-course")),)
    swapped = run.rename_preview("course:ALG-course=GEO-course", "course:GEO-course=ALG-course")
    assert swapped.resource(OFFERINGS).reach == Reach(2, 2, 2, 0, 0)


def test_what_the_sis_does_not_send_stays(small):
    """It is not deleted, it has its evidence, and it stands in the way of others."""
    preview = small.rename_preview("course:OLD-course=NEW")
    assert preview.resource(SECTIONS).reach == Reach(carried=1, unsent=1)
    assert preview.resource(SECTIONS).unsent == (Unsent("course_unknown", 1),)
    assert preview.resource(GRADES).reach == Reach(carried=3, unsent=3)
    moved = small.rename_preview("course:OLD-course=NEW", "course:ALG-course=OLD-course")
    assert moved.resource(OFFERINGS).reach == Reach(2, 1, 0, 1, 1)


def test_grades_that_meet_those_of_the_same_student(finished):
    """A section of the same identifier under the new code, with the same student's grade."""
    campus, records = both_in_the_ods()
    there = on("ALG", "GEO", student_unique_id="linked", begin_date=BEGIN)
    records["grades"] = [*records["grades"], there]
    preview = finished(records, campus.sis).rename_preview("course:ALG-course=GEO-course")
    assert preview.resource(GRADES).reach == MET
    assert preview.resource(STUDENTS).reach == ONE


def test_a_renamed_session_and_a_renamed_school(small):
    """The session's own record goes first; another session of the new name is in the way."""
    session = small.rename_preview("session:Fall=Spring")
    assert next(iter(reaches(session))) == "sessions"
    assert session.resource("sessions").reach == MET
    assert session.resource(SECTIONS).reach == Reach(3, 1, 1, 0, 2)
    school = small.rename_preview("school:1302=1303")
    assert school.resource("sessions").reach == Reach(2, 2, 2, 0, 0)
    assert school.resource(OFFERINGS).reach == Reach(3, 1, 1, 0, 2)
    assert "such as enrollments" in str(school)


def test_a_rename_at_one_school(finished):
    """A record of the same code elsewhere is out of the extract's scope, or out of the question."""
    campus, records = district()
    far = {"school_id": 9999, "id": "f" * 32}
    records["course_offerings"] = [*records["course_offerings"], offering("ALG") | far]
    records["sessions"] = [*SESSIONS, SESSIONS[0] | {"school_id": 9999}]
    run = finished(records, campus.sis)
    everywhere = run.rename_preview("course:ALG-course=NEW")
    assert everywhere.resource(OFFERINGS).reach == Reach(2, 1, 1, 0, 1)
    assert [at.school_id for at in everywhere.resource(OFFERINGS).schools] == [1302, 9999]
    assert "Records with the old key, by school" in str(everywhere)
    here = run.rename_preview("course:ALG-course=NEW", school=1302)
    assert here.resource(OFFERINGS).reach == ONE
    assert "course ALG-course becomes NEW at 1302 Synthetic High" in str(here)
    sessions = run.rename_preview("session:Fall=Autumn").resource("sessions")
    assert sessions.reach == Reach(2, 1, 1, 0, 1)


def test_another_year_is_another_key(finished):
    """Records of a year that is not audited are not renamed."""
    campus, records = district()
    old = offering("ALG", id="f" * 32) | {"school_year": 2025}
    records["course_offerings"] = [*records["course_offerings"], old]
    preview = finished(records, campus.sis).rename_preview("course:ALG-course=NEW")
    assert preview.resource(OFFERINGS).reach == ONE


def test_what_is_not_known_of_a_rename(finished):
    """What was not pulled has no count; without a comparison nobody knows what the SIS sends."""
    campus, records = district()
    del records["grades"]
    del campus.sis["roster"]
    preview = finished(records, campus.sis).rename_preview("course:ALG-course=NEW")
    grades, students = preview.resource(GRADES), preview.resource(STUDENTS)
    assert grades.not_known == "grades was not pulled"
    assert students.sent_not_known == "the extract has no table roster"
    assert students.reach == ONE
    said = " ".join(str(preview).split())
    assert "How many grades the ODS holds is not known, because grades was not pulled." in said
    assert "because the extract has no table roster: all are counted as deleted." in said


def test_a_rename_as_data(small):
    """JSON and a data frame say the same as the text, which fits 80 columns."""
    preview = small.rename_preview("school:1302=1303")
    document = json.loads(json.dumps(preview.document()))
    assert document["renames"] == [{"kind": "school", "old": "1302", "new": "1303"}]
    assert document["resources"][1]["schools"][0]["reach"]["carried"] == 3
    assert list(preview.frame()["carried"]) == [2, 3, 3, 2, 2, 4, 4]
    assert max(map(len, str(preview).splitlines())) <= 80
    assert preview._repr_html_().startswith("<pre>What a changed key would do")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ALG=GEO", "is no rename"),
        ("course:ALG", "is no rename"),
        ("course:=GEO", "is no rename"),
        ("course:ALG= ", "is no rename"),
        ("teacher:A=B", "'teacher' cannot be renamed"),
        ("course:A=A", "changes nothing"),
        ("school:1302=High", "whole number"),
    ],
)
def test_what_is_no_rename(small, text, says):
    """The error shows how one is written."""
    with pytest.raises(SettingsError, match=says):
        small.rename_preview(text)


@pytest.mark.parametrize(
    ("text", "next_step"),
    [
        ("course:ALG-cours=X", "Is it one of these: ALG-course"),
        ("course:alg-course=X", "Is it one of these: ALG-course"),
        ("session:Zzz=X", "There are 2: Fall, Spring."),
        ("school:7=8", "There are 1: 1302."),
    ],
)
def test_what_nobody_is_called(small, text, next_step):
    """The error lists what is alike, else what there is."""
    with pytest.raises(NotFoundError, match=next_step):
        small.rename_preview(text)


def test_renames_that_contradict_each_other(small):
    """Not twice the same, not a school within a school, not nothing."""
    with pytest.raises(SettingsError, match="renamed twice"):
        small.rename_preview("course:ALG-course=A", "course:ALG-course=B")
    with pytest.raises(SettingsError, match="not of schools"):
        small.rename_preview("school:1302=1303", school=1302)
    with pytest.raises(SettingsError, match="nothing to rename"):
        small.rename_preview()
    with pytest.raises(NotFoundError, match="reach no resource"):
        small.rename_preview("course:ALG-course=A").resource("sessions")
