"""What is read from a finished world, beside what its planters noted."""

import json

import pytest

from edfi_audit.sandbox.world import Finding, generate

ELEMENTARY, HIGH, CHOICE = 101302, 101320, 102190
ASSOCIATIONS = "studentSectionAssociations"


def key(school_id):
    names = ("schoolYear", "sessionName", "localCourseCode", "sectionIdentifier")
    return {"schoolId": school_id, **dict.fromkeys(names, "x"), "studentUniqueId": "1"}


@pytest.fixture
def world():
    return generate(None, defects="none")


def test_a_noted_finding_that_is_not_to_be_read_is_an_error(world):
    """Planter and reading must agree: the clean world has no roster without a grade."""
    world.findings.append(Finding("GRD-001", ASSOCIATIONS, key(HIGH), "warning", planted=True))
    with pytest.raises(LookupError, match="GRD-001"):
        _ = world.truth


def test_a_noted_finding_is_told_once_and_as_planted(world):
    """The same record is not told again as collateral; another one is collateral."""
    first, second = world.ods["grades"][:2]
    for one in (first, second):
        one["gradeTypeDescriptor"] = "uri://dpi.wi.gov/GradeTypeDescriptor#Midterm"
    wrong = next(iter(world.truth.of("GRD-002")))
    del world.truth
    world.findings.append(Finding("GRD-002", "grades", wrong.natural_key, "error", planted=True))
    assert [one.planted for one in world.truth.of("GRD-002")] == [True, False]


@pytest.mark.parametrize(
    ("state", "school_id", "found"),
    [
        ("IDM-001", HIGH, True),
        ("IDM-002", HIGH, False),
        ("IDM-003", HIGH, True),
        ("IDM-004", HIGH, True),
        ("IDM-005", HIGH, False),
        ("IDM-006", HIGH, True),
        ("IDM-006", CHOICE, False),
    ],
)
def test_a_roster_on_one_side_only(world, state, school_id, found):
    """SSA-028 repeats the ledger's states in which SIS and ODS differ, but for Choice schools."""
    world.findings.append(Finding(state, ASSOCIATIONS, key(school_id), "error", planted=True))
    keys = [one.natural_key for one in world.truth.of("SSA-028")]
    assert keys == ([key(school_id)] if found else [])


def test_another_resource_on_one_side_only(world):
    """SSA-028 speaks of student section associations alone."""
    world.findings.append(Finding("IDM-001", "sections", key(HIGH), "error", planted=True))
    assert list(world.truth.of("SSA-028")) == []


def test_a_course_without_a_final_task(world):
    """WIX-002: one finding per section and session; a score in a Final task is one as well."""
    course = next(row for row in world.sis["course"] if row["number"] == "ENG-09")
    world.sis["courseGradingTask"][:] = [
        row
        for row in world.sis["courseGradingTask"]
        if (row["courseID"], row["taskID"]) != (course["courseID"], "1")
    ]
    assert list(world.truth.of("WIX-002")) == []
    del world.truth
    world.sis["gradingScore"].clear()
    found = {json.dumps(one.natural_key, sort_keys=True) for one in world.truth.of("WIX-002")}
    sections = [
        one["courseOfferingReference"] | {"sectionIdentifier": one["sectionIdentifier"]}
        for one in world.ods["sections"]
    ]
    assert found == {
        json.dumps(one, sort_keys=True)
        for one in sections
        if (one["schoolId"], one["localCourseCode"]) == (HIGH, "ENG-09")
    }
    assert len(found) > 1


def test_a_school_whose_lower_grades_are_left_out(world):
    """WIX-001: no roster of the elementary school at all; one student is enough."""
    kept = [
        one for one in world.ods[ASSOCIATIONS] if one["sectionReference"]["schoolId"] != ELEMENTARY
    ]
    one = next(
        one for one in world.ods[ASSOCIATIONS] if one["sectionReference"]["schoolId"] == ELEMENTARY
    )
    world.ods[ASSOCIATIONS][:] = [*kept, one]
    assert list(world.truth.of("WIX-001")) == []
    del world.truth
    world.ods[ASSOCIATIONS].remove(one)
    assert [found.natural_key for found in world.truth.of("WIX-001")] == [{"schoolId": ELEMENTARY}]
