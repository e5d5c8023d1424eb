"""What a KEY may be, and what it means."""

import json

import pytest
from campus import SCHOOL, SESSIONS, Campus, ods, section_key

from edfi_audit.errors import NotFoundError

FINGERPRINT = "0123456789abcdef0123456789abcdef"
OTHER = {"school_id": 7525, "local_education_agency_id": 48856}


@pytest.fixture(scope="module")
def run(make, tmp_path_factory):
    """Two schools; section 77 at both, a course 10 and a student 10, a teacher by two persons."""
    campus = Campus()
    campus.section("77", terms=("Fall", "Spring"))
    campus.section("ALG", course={"number": "10"})
    campus.add("school", schoolID="2", number="7525", name="Other", exclude=False)
    campus.add("calendar", calendarID="2", schoolID="2", endYear="2026", exclude=False)
    campus.add("trial", trialID="2", calendarID="2", active=True)
    campus.add("course", courseID="2", calendarID="2", number="77-course", active=True)
    campus.add("section", sectionID="9077", courseID="2", trialID="2", number="77")
    campus.add("sectionPlacement", sectionID="9077", trialID="2", termID="Fall")
    for section in ("77", "ALG"):
        next(one for one in campus.sis["section"] if one["sectionID"] == section)["number"] = (
            section
        )
    campus.student("p10", "10")
    campus.takes("ALG", "p10")
    campus.takes("77", "p10")
    campus.student("p11", None)
    campus.takes("ALG", "p11")
    campus.person("p1", "1001")
    campus.person("p2", "1001")
    campus.teaches("ALG", "p1")
    campus.teaches("77", "p2")
    sessions = [*SESSIONS, *({**one, "school_id": 7525} for one in SESSIONS)]
    only_there = section_key("ODS", school_year=2026, section_identifier="ODS")
    last_year = section_key("77", school_year=2025)
    no_course = section_key("77", school_id=1302, local_course_code=None)
    records = ods(
        schools=[SCHOOL, OTHER], sessions=sessions, sections=[only_there, last_year, no_course]
    )
    findings = [
        {"fingerprint": FINGERPRINT, "rule_id": "TOR-004", "severity": "error", "school_id": 1302,
         "school_year": 2026, "natural_key": json.dumps({
             "localCourseCode": "77-course", "schoolId": 1302, "schoolYear": 2026,
             "sectionIdentifier": "77", "sessionName": "Spring"})},
        {"fingerprint": "f" * 32, "rule_id": "TOR-004", "severity": "error", "school_id": 1302,
         "school_year": 2026, "natural_key": json.dumps({"schoolId": 1302}),
         "staff_unique_id": "4711"},
    ]  # fmt: skip
    folder = tmp_path_factory.mktemp("run")
    return make(folder, records, campus.sis, findings, section_identifier="{section.number}")


def subject(document):
    assert "candidates" not in document, [one["title"] for one in document["candidates"]]
    return document["subject"]


def titles(document):
    return [one["title"] for one in document["candidates"]]


def test_a_section_identifier_or_a_campus_section_id(run):
    """Both mean the section, in all its sessions; case and edge spaces do not matter."""
    for key in ("ALG", " alg "):
        assert subject(run.why(key))["title"] == "Section ALG of course 10 at 1302 Synthetic & High"
    assert subject(run.why("9077"))["section"] == "77"


def test_a_course_number_or_a_campus_course_id(run):
    """A course is known by its number, at its school."""
    assert subject(run.why("10", kind="course"))["title"] == "Course 10 at 1302 Synthetic & High"
    assert subject(run.why("ALG-course"))["course"] == "10"


def test_a_person_by_edfi_id_or_campus_person_id(run):
    """A person of two personIDs is one; one without an Ed-Fi ID is asked for by the personID."""
    assert subject(run.why("10", kind="student"))["person_ids"] == ["p10"]
    for key in ("1001", "p2"):
        one = subject(run.why(key))
        assert (one["kind"], one["person_ids"]) == ("staff", ["p1", "p2"])
    assert subject(run.why("p11"))["title"] == "Student without an Ed-Fi ID (Campus person p11)"
    assert subject(run.why("4711"))["kind"] == "staff", "known from a finding alone"


def test_what_only_the_ods_has_is_known(run):
    """The ledger names it."""
    document = run.why("ODS")
    assert subject(document)["section_ids"] == []
    assert document["records"] == []
    assert [one["state"] for one in document["ledger"]] == ["IDM-006"]


def test_a_name_of_several_things_lists_them(run):
    """A section identifier at two schools; a course number that is a student's id."""
    assert titles(run.why("77")) == [
        "Section 77 of course 77-course at 1302 Synthetic & High",
        "Section 77 of a course without a number at 1302 Synthetic & High",
        "Section 77 of course 77-course at 7525 (name unknown)",
    ]
    assert [one["kind"] for one in run.why("10")["candidates"]] == ["course", "student"]


def test_school_and_kind_choose(run):
    """Each leaves one."""
    assert subject(run.why("77", school_id=7525))["school_id"] == 7525
    assert subject(run.why("10", kind="student"))["unique_id"] == "10"


def test_the_key_shown_with_a_candidate_means_it_alone(run):
    """What is listed can be asked for again."""
    for name in ("77", "10"):
        for one in run.why(name)["candidates"]:
            again = subject(run.why(json.dumps(one["key"])))
            assert again["title"] == one["title"]


def test_a_natural_key_narrows_to_its_session(run):
    """A section's key has a session; without it all sessions are meant."""
    key = {"localCourseCode": "77-course", "schoolId": 1302, "sectionIdentifier": "77"}
    sessions = [one["session_name"] for one in run.why(json.dumps(key))["records"]]
    assert set(sessions) == {"Fall", "Spring"}
    document = run.why(json.dumps({**key, "schoolYear": 2026, "sessionName": "Spring"}))
    assert {one["session_name"] for one in document["records"]} == {"Spring"}
    assert subject(document)["title"].endswith("Synthetic & High, Spring")


def test_a_natural_key_of_a_student_narrows_to_the_section(run):
    """The student's records of that section and session alone."""
    key = {
        "beginDate": "2025-08-20", "localCourseCode": "77-COURSE", "schoolId": 1302,
        "schoolYear": 2026, "sectionIdentifier": "77", "sessionName": "Fall",
        "studentUniqueId": "10",
    }  # fmt: skip
    document = run.why(json.dumps(key))
    found = [(one["section_identifier"], one["session_name"]) for one in document["records"]]
    assert found == [("77", "Fall")]
    assert len(run.why('{"studentUniqueId":"10"}')["records"]) == 3


def test_a_natural_key_of_a_staff_member_tells_the_section_s_decision(run):
    """With its section the Teacher of Record is told, without it only what became of the person."""
    key = {"staffUniqueId": "1001", "sectionIdentifier": "77", "localCourseCode": "77-course"}
    document = run.why(json.dumps(key))
    assert [one["session_name"] for one in document["teachers"]] == ["Fall", "Spring"]
    assert run.why("1001")["teachers"] == []


def test_campus_ids_may_be_parts(run):
    """By Campus's own names."""
    assert subject(run.why('{"sectionID":"9077"}'))["school_id"] == 7525
    assert subject(run.why('{"courseID":"2"}'))["school_id"] == 7525
    assert subject(run.why('{"personID":"p11"}'))["kind"] == "student"


def test_a_fingerprint_means_the_finding_s_record(run):
    """In its session."""
    one = subject(run.why(FINGERPRINT))
    assert (one["section"], one["school_id"], one["session"]) == ("77", 1302, "Spring")


def test_a_name_means_the_audited_year(run):
    """Last year's section of the same name is asked for by its whole key."""
    assert {one["school_year"] for one in run.why("77")["candidates"]} == {2026}
    key = {"localCourseCode": "77-course", "schoolYear": 2025, "sectionIdentifier": "77"}
    assert subject(run.why(json.dumps(key)))["title"].endswith(", school year 2025")


@pytest.mark.parametrize(
    ("key", "choice", "words"),
    [
        ("nobody", {}, "section identifiers, 3 course numbers, 1 students'"),
        ("ALG", {"school_id": 7525}, "nothing by that key at that school"),
        ("ALG", {"kind": "staff"}, "nothing by that key of kind staff"),
        ('{"sectionIdentifier":"nothing"}', {}, "Looked at"),
        ("f" * 32, {}, "Looked at"),
        ("{bad", {}, "begins like JSON, but is none"),
        ('{"schoolId":1302}', {}, "names no section, course, student or staff member"),
        ("ALG", {"kind": "teacher"}, "There is no kind 'teacher'"),
    ],
)
def test_an_unknown_key_says_where_was_looked_and_what_to_try(run, key, choice, words):
    """The key itself, which may be a person's, is not repeated."""
    with pytest.raises(NotFoundError) as caught:
        run.why(key, **choice)
    assert words in str(caught.value)
    assert caught.value.next_step
    assert "nobody" not in str(caught.value)
