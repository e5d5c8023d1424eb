"""What a clean world holds that is right: all kinds of outcomes, two agencies, each year's ways."""

from collections import defaultdict
from datetime import date

import pytest

from edfi_audit.sandbox.world import generate

SECTION = ("schoolId", "schoolYear", "sessionName", "localCourseCode", "sectionIdentifier")
OWN = {101302, 101311, 101320, 107525, 109004, 102190}


def key(reference):
    return tuple(reference[name] for name in SECTION)


@pytest.mark.parametrize("school_year", range(2023, 2028))
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_clean_world_is_told_as_clean(school_year, seed):
    """Its truth holds explained absences and nothing else, whichever the year."""
    world = generate(None, seed=seed, school_year=school_year, defects="none")
    assert set(world.truth.counts()) == {"IDM-007"}
    for states in world.truth.ledger.values():
        assert states.keys() == {"IDM-000", "IDM-007"}


def test_outcomes_are_of_every_lawful_kind(clean):
    """Marks of all kinds, Not Graded with S, I without a grade, and grades of those who left."""
    ends = {
        (one["schoolReference"]["schoolId"], one["sessionName"]): one["endDate"]
        for one in clean.ods["sessions"]
    }
    marks = {}
    for one in clean.ods["grades"]:
        reference = one["studentSectionAssociationReference"]
        code = one.get("performanceBaseConversionDescriptor", "").partition("#")[2]
        kinds = {"letter": "letterGradeEarned" in one, "number": "numericGradeEarned" in one}
        mark = code or next(name for name, is_there in kinds.items() if is_there)
        marks[key(reference), reference["studentUniqueId"], reference["beginDate"]] = mark
    seen = set()
    for one in clean.ods["studentSectionAssociations"]:
        reference = one["sectionReference"]
        end = ends[reference["schoolId"], reference["sessionName"]]
        if end >= "2026-06-20":
            continue
        status = one["attemptStatusDescriptor"][-1]
        whole = key(reference), one["studentReference"]["studentUniqueId"], one["beginDate"]
        left = (date.fromisoformat(end) - date.fromisoformat(one["endDate"])).days > 5
        seen.add((status, marks.get(whole), "left" if left else "stayed"))
    stayed = {mark for status, mark, when in seen if (status, when) == ("S", "stayed")}
    assert stayed == {"letter", "number", "P", "F", "Not Graded"}
    assert ("S", "letter", "left") in seen
    assert {mark for status, mark, _ in seen if status == "I"} == {None}
    assert {when for status, _, when in seen if status == "I"} == {"left", "stayed"}


def test_audits_and_ungradable_courses_earn_no_grade(clean):
    """There are both, and none of them has a score but Not Graded."""
    scores = defaultdict(set)
    for row in clean.sis["gradingScore"]:
        scores[row["personID"], row["sectionID"]].add(row["score"])
    courses = {row["courseID"] for row in clean.sis["course"] if row["gradable"] == 0}
    ungradable = {row["sectionID"] for row in clean.sis["section"] if row["courseID"] in courses}
    rosters = clean.sis["roster"]
    for kind in (
        [row for row in rosters if row["audit"]],
        [row for row in rosters if row["sectionID"] in ungradable],
    ):
        given = [scores[row["personID"], row["sectionID"]] for row in kind]
        assert {"NG"} in given
        assert set() in given
        assert set.union(*given) == {"NG"}


def test_another_agency_is_in_the_same_ods(clean):
    """Its two schools and their records are not in the extract; the jail school takes from both."""
    agencies = {
        one["schoolId"]: one["localEducationAgencyReference"]["localEducationAgencyId"]
        for one in clean.ods["schools"]
    }
    assert agencies == dict.fromkeys(OWN, 100417) | dict.fromkeys((106110, 106120), 100609)
    numbers = {row["edfiNumber"] or row["number"] for row in clean.sis["school"]}
    assert not numbers & {"106110", "106120"}
    rosters = [
        one["sectionReference"]["schoolId"] for one in clean.ods["studentSectionAssociations"]
    ]
    assert sum(school not in OWN for school in rosters) >= 100
    schools = defaultdict(set)
    for one in clean.ods["studentSchoolAssociations"]:
        schools[one["studentReference"]["studentUniqueId"]].add(one["schoolReference"]["schoolId"])
    assert {101320, 109004} in schools.values()
    assert {106120, 109004} in schools.values()
    assert len({one["courseCode"] for one in clean.ods["courses"]}) == len(clean.ods["courses"])


@pytest.mark.parametrize(("school_year", "annual"), [(2023, 0), (2024, 8), (2027, 8)])
def test_annual_sessions_come_with_2024(school_year, annual):
    """Every school has one from 2023-24 on, and no section is in it."""
    world = generate(None, school_year=school_year, defects="none")
    names = {
        one["sessionName"]
        for one in world.ods["sessions"]
        if one["termDescriptor"] == "uri://dpi.wi.gov/TermDescriptor#A"
    }
    found = [one for one in world.ods["sessions"] if one["sessionName"] in names]
    assert len(found) == annual
    used = {one["courseOfferingReference"]["sessionName"] for one in world.ods["sections"]}
    assert not used & names


@pytest.mark.parametrize(("school_year", "certified"), [(2024, "Certified"), (2025, "IRC")])
def test_only_certified_programs_have_a_certificate_s_status(school_year, certified):
    """Some participants have one, and no participant of another type of program."""
    world = generate(None, school_year=school_year, defects="none")
    types = {
        one["programReference"]["programTypeDescriptor"].partition("#")[2]: "_ext" in one
        for one in sorted(world.ods["studentCTEProgramAssociations"], key=lambda one: "_ext" in one)
    }
    assert {code for code, has_status in types.items() if has_status} == {certified}
    assert len(types) > 1
