"""The clean world, read back from its files by a small reading of its own."""

import csv
import json
import re
from collections import defaultdict
from datetime import date

import pytest

SECTION = ("schoolId", "schoolYear", "sessionName", "localCourseCode", "sectionIdentifier")
SESSIONS_OF_TERMS = {
    "S1": "2025-26 Semester 1",
    "S2": "2025-26 Semester 2",
    "Q1": "2025-26 Semester 1",
    "Q2": "2025-26 Semester 1",
    "Q3": "2025-26 Semester 2",
    "Q4": "2025-26 Semester 2",
    "T1": "2025-26 Trimester 1",
    "T2": "2025-26 Trimester 2",
    "T3": "2025-26 Trimester 3",
    "JT": "2025-26 June Intersession",
    "Fall Block": "Fall Block",
    "Spring Block": "Spring Block",
    "June Block": "June Block",
}
CHOICE = "102190"
OWN = {101302, 101311, 101320, 107525, 109004, 102190}
"""The schools of the district whose extract it is; the ODS has a neighbor's beside them."""


@pytest.fixture(scope="module")
def sis(extract):
    def rows(table):
        with (extract / "sis" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return rows


@pytest.fixture(scope="module")
def records(extract):
    def lines(resource):
        text = (extract / "ods" / f"{resource}.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    return lines


@pytest.fixture(scope="module")
def own(records):
    """The records of the district's own schools."""

    def kept(resource):
        return [one for one in records(resource) if school_of(one) in OWN]

    return kept


def school_of(one):
    references = (value for name, value in one.items() if name.endswith("Reference"))
    return next(value["schoolId"] for value in references if "schoolId" in value)


def key(reference, names=SECTION):
    return tuple(reference[name] for name in names)


@pytest.fixture(scope="module")
def placed(sis):
    """Campus sections that may be sent: sectionID → school, course code, identifier, sessions."""
    schools = {row["schoolID"]: row for row in sis("school") if row["exclude"] == "0"}
    calendars = {
        row["calendarID"]: row
        for row in sis("calendar")
        if row["endYear"] == "2026" and row["exclude"] == "0" and row["schoolID"] in schools
    }
    courses = {
        row["courseID"]: row
        for row in sis("course")
        if row["active"] == "1" and row["stateExclude"] == "0" and row["calendarID"] in calendars
    }
    active = {row["trialID"] for row in sis("trial") if row["active"] == "1"}
    terms = {row["termID"]: SESSIONS_OF_TERMS[row["name"]] for row in sis("term")}
    sessions = defaultdict(set)
    for row in sis("sectionPlacement"):
        sessions[row["sectionID"]].add(terms[row["termID"]])
    found = {}
    for row in sis("section"):
        course = courses.get(row["courseID"])
        if course is None or row["trialID"] not in active:
            continue
        school = schools[calendars[course["calendarID"]]["schoolID"]]
        school_id = school["edfiNumber"] or school["number"]
        if school_id != CHOICE:
            identifier = f"{course['number']}-{row['number']}"
            found[row["sectionID"]] = (
                int(school_id),
                course["number"],
                identifier,
                sessions[row["sectionID"]],
            )
    return found


def test_course_offerings_are_those_of_placed_sections(placed, own):
    """One course offering per course and session of a placed section, and no other."""
    expected = {
        (school, 2026, session, code)
        for school, code, _, sessions in placed.values()
        for session in sessions
    }
    actual = {
        (*key(one["sessionReference"], SECTION[:3]), one["localCourseCode"])
        for one in own("courseOfferings")
    }
    assert actual == expected


def test_sections_are_those_with_students(placed, sis, own):
    """One section per Campus section with a roster and session, and no other."""
    rostered = {row["sectionID"] for row in sis("roster")}
    expected = {
        (school, 2026, session, code, identifier)
        for section, (school, code, identifier, sessions) in placed.items()
        for session in sessions
        if section in rostered
    }
    actual = {
        (*key(one["courseOfferingReference"], SECTION[:4]), one["sectionIdentifier"])
        for one in own("sections")
    }
    assert actual == expected


def test_student_associations_are_the_roster(placed, sis, own):
    """One association per roster row and session it reaches, with the dates inside the session."""
    spans = {
        (one["schoolReference"]["schoolId"], one["sessionName"]): (one["beginDate"], one["endDate"])
        for one in own("sessions")
    }
    ids = {row["personID"]: row["edfiID"] for row in sis("person")}
    absent = {
        row["personID"] for row in sis("enrollment") if row["noShow"] == "1" or row["grade"] == "K4"
    }
    expected = set()
    for row in sis("roster"):
        school, code, identifier, sessions = placed.get(row["sectionID"], (0, "", "", ()))
        if row["personID"] in absent:
            continue
        for session in sessions:
            begin, end = spans[school, session]
            starts, stops = row["startDate"] or begin, row["endDate"] or end
            if starts <= end and stops >= begin:
                student = ids[row["personID"]]
                dates = (max(starts, begin), min(stops, end))
                expected.add(((school, 2026, session, code, identifier), student, *dates))
    actual = {
        (
            key(one["sectionReference"]),
            one["studentReference"]["studentUniqueId"],
            one["beginDate"],
            one["endDate"],
        )
        for one in own("studentSectionAssociations")
    }
    assert actual == expected


def test_every_reference_resolves(records):
    """No record names a parent that is not there; courses belong to the state."""
    there = {
        "schoolReference": {(one["schoolId"],) for one in records("schools")},
        "studentReference": {(one["studentUniqueId"],) for one in records("students")},
        "staffReference": {(one["staffUniqueId"],) for one in records("staffs")},
        "courseReference": {(8000, one["courseCode"]) for one in records("courses")},
        "sessionReference": {
            (one["schoolReference"]["schoolId"], 2026, one["sessionName"])
            for one in records("sessions")
        },
        "gradingPeriodReference": {
            (one["schoolReference"]["schoolId"], 2026, one["gradingPeriodName"])
            for one in records("gradingPeriods")
        },
        "courseOfferingReference": {
            (*key(one["sessionReference"], SECTION[:3]), one["localCourseCode"])
            for one in records("courseOfferings")
        },
        "sectionReference": {
            (*key(one["courseOfferingReference"], SECTION[:4]), one["sectionIdentifier"])
            for one in records("sections")
        },
        "programReference": {
            (
                one["educationOrganizationReference"]["educationOrganizationId"],
                one["programName"],
                one["programTypeDescriptor"],
            )
            for one in records("programs")
        },
        "studentSectionAssociationReference": {
            (
                *key(one["sectionReference"]),
                one["studentReference"]["studentUniqueId"],
                one["beginDate"],
            )
            for one in records("studentSectionAssociations")
        },
    }
    names = {
        "schoolReference": ("schoolId",),
        "studentReference": ("studentUniqueId",),
        "staffReference": ("staffUniqueId",),
        "courseReference": ("educationOrganizationId", "courseCode"),
        "sessionReference": SECTION[:3],
        "gradingPeriodReference": ("schoolId", "schoolYear", "gradingPeriodName"),
        "courseOfferingReference": SECTION[:4],
        "sectionReference": SECTION,
        "programReference": ("educationOrganizationId", "programName", "programTypeDescriptor"),
        "studentSectionAssociationReference": (*SECTION, "studentUniqueId", "beginDate"),
    }
    checked = set()
    for resource in (
        "courseOfferings",
        "sections",
        "studentSectionAssociations",
        "staffSectionAssociations",
        "studentSchoolAssociations",
        "staffSchoolAssociations",
        "grades",
        "gradingPeriods",
        "sessions",
        "studentCTEProgramAssociations",
        "studentProgramAssociations",
    ):
        for one in records(resource):
            programs = one.get("programs", []) + one.get("_ext", {}).get("wi", {}).get(
                "programs", []
            )
            for part in (one, *programs):
                for name in part.keys() & names.keys():
                    assert key(part[name], names[name]) in there[name], (resource, name)
                    checked.add(name)
    assert checked == names.keys()


def test_mapping_and_records_know_each_other(sis, own, records):
    """Every mapped id of the year is a record's, and every mapped resource is mapped whole.

    The neighbor's records and persons are not mapped.
    """
    persons = {row["edfiID"] for row in sis("person")}

    def kept(resource):
        if resource not in {"students", "staffs"}:
            return own(resource)
        name = "studentUniqueId" if resource == "students" else "staffUniqueId"
        return [one for one in records(resource) if one[name] in persons]

    mapped = defaultdict(set)
    for row in sis("edfiIdentityMapping"):
        if row["endYear"] == "2026":
            mapped[row["resource"]].add(row["edfiID"])
    assert len(mapped) == 7
    for resource, ids in mapped.items():
        assert ids == {one["id"] for one in kept(resource)}, resource


def test_each_section_has_a_teacher_of_record_every_session(records):
    """No section with students is without one, and no two hold the role on one day."""
    teachers = defaultdict(list)
    for one in records("staffSectionAssociations"):
        if one["classroomPositionDescriptor"].endswith(" of Record"):
            span = (one["beginDate"], one["endDate"])
            teachers[key(one["sectionReference"])].append(span)
    taught = {key(one["sectionReference"]) for one in records("studentSectionAssociations")}
    assert taught <= teachers.keys()
    successions = [sorted(spans) for spans in teachers.values() if len(spans) > 1]
    assert successions
    assert all(spans[0][1] < spans[1][0] for spans in successions)


def test_associations_are_complete(records):
    """Status, dates and ids are there, inside the year, and of the right form."""
    for one in records("studentSectionAssociations"):
        assert re.fullmatch(
            "uri://dpi.wi.gov/AttemptStatusDescriptor#[SI]", one["attemptStatusDescriptor"]
        )
        assert "2025-07-01" <= one["beginDate"] <= one["endDate"] <= "2026-06-30"
        assert re.fullmatch("[0-9]{10}", one["studentReference"]["studentUniqueId"])
        assert one["sectionReference"]["schoolId"] != int(CHOICE)


def test_programs_stand_in_core_and_extension_and_are_repeated_on_return(records):
    """Both places are used, and a re-entry states its programs twice."""
    core, own, returns = 0, 0, defaultdict(list)
    for one in records("studentSectionAssociations"):
        extension = one.get("_ext", {}).get("wi", {}).get("programs", [])
        core, own = core + ("programs" in one), own + bool(extension)
        student = one["studentReference"]["studentUniqueId"]
        stated = [part["programReference"] for part in one.get("programs", []) + extension]
        returns[key(one["sectionReference"]), student].append(stated)
    repeated = [stated for stated in returns.values() if len(stated) > 1]
    assert core
    assert own
    assert any(stated[0] for stated in repeated)
    assert all(stated[0] == stated[1] for stated in repeated)


def test_records_look_like_the_api(records):
    """An id of 32 hex digits, an etag, a date with seven decimals, names that say synthetic."""
    for one in records("students"):
        assert re.fullmatch("[0-9a-f]{32}", one["id"])
        assert one["_etag"].isdigit()
        moment = one["_lastModifiedDate"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z", moment)
        assert date.fromisoformat(moment[:10]) <= date(2026, 6, 20)
        assert re.fullmatch("Student [0-9]{6}", one["firstName"])
        assert one["lastSurname"] == "Synthetic"


def test_what_is_odd_but_lawful_is_there(sis, records):
    """The extract holds the rows that must not become findings."""
    assert {row["active"] for row in sis("course")} == {"0", "1"}
    assert {row["active"] for row in sis("trial")} == {"0", "1"}
    assert {row["exclude"] for row in sis("calendar")} == {"0", "1"}
    assert {row["exclude"] for row in sis("school")} == {"0", "1"}
    assert {row["endYear"] for row in sis("calendar")} == {"2025", "2026"}
    assert {row["staffType"] for row in sis("sectionStaffHistory")} == {"P", "T", "A"}
    assert {row["serviceType"] for row in sis("enrollment")} == {"P", "S"}
    assert any(row["teacherOverride"] for row in sis("section"))
    assert any(row["teacherOverride"] for row in sis("course"))
    assert any(row["endDate"] for row in sis("roster"))
    assert any(not row["naturalKey"] for row in sis("edfiIdentityMapping"))
    identifiers = defaultdict(set)
    for one in records("sections"):
        identifiers[one["sectionIdentifier"]].add(one["courseOfferingReference"]["schoolId"])
    assert any(len(schools) > 1 for schools in identifiers.values())
