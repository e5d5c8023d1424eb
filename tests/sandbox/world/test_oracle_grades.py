"""The oracle on grades."""

import pytest
from sandbox.world.oracle_rows import all_as, final, found, program, sat, uri

ROWS, GRADES = "studentSectionAssociations", "grades"
NOT_GRADED = {"letter": None, "conversion": "Not Graded"}


def test_final_is_the_only_type():
    """By the full URI; none at all is not Final either."""
    grades = [
        final("final"),
        final("quarter", type_="Quarter"),
        final("another namespace", type_="uri://ed-fi.org/GradeTypeDescriptor#Final"),
        final("none") | {"gradeTypeDescriptor": None},
        final("at a Choice school", type_="Quarter", school=3),
    ]
    wrong = ("quarter", "another namespace", "none")
    assert found("GRD-002", {GRADES: grades}) == all_as("error", *wrong)


def test_one_final_grade_a_section():
    """Of two, whatever begin date they name, both fail; other sections and types do not count."""
    grades = [
        final("two", begin="2025-09-02"),
        final("two", begin="2025-10-10"),
        final("one"),
        final("one", type_="Quarter"),
        final("one", code="B"),
        final("one", name="S2"),
    ]
    assert found("GRD-003", {GRADES: grades}) == [("two", "error"), ("two", "error")]


def test_a_grade_has_its_whole_key():
    """The key names the grading period."""
    grade = final("one", type_="Quarter")
    ods = {GRADES: [grade]}
    assert found("GRD-002", ods, by="gradingPeriodName") == [("S1", "error")]
    assert found("GRD-002", ods, by="gradingPeriodSchoolYear") == [(2026, "error")]
    assert found("GRD-002", ods, by="periodSequence") == [(None, "error")]
    assert found("GRD-002", ods, by="gradingPeriodDescriptor") == [
        (uri("GradingPeriod", "End of Session"), "error")
    ]


def test_the_final_grade_hangs_on_the_latest_association():
    """On an earlier one it fails; on none it is GRD-006's; two of them are GRD-003's."""
    students = ("on the first", "on the second", "on neither", "on both")
    rows = [
        *(sat(name, "2025-09-02", "2025-10-01", "I") for name in students),
        *(sat(name, "2025-10-10") for name in students),
    ]
    grades = [
        final("on the first", begin="2025-09-02"),
        final("on the second", begin="2025-10-10"),
        final("on neither", begin="2025-09-03"),
        final("on both", begin="2025-09-02"),
        final("on both", begin="2025-10-10"),
    ]
    ods = {ROWS: rows, GRADES: grades}
    assert found("GRD-004", ods) == [("on the first", "warning")]
    assert found("GRD-006", ods) == [("on neither", "error")]


def test_not_graded_is_not_for_programs():
    """Dual and career sections, on any association of the student; not language, not others'."""
    rows = [
        sat("dual", own=[program()]),
        sat("career on the first record", "2025-09-02", "2025-10-01", core=[program("IRC")]),
        sat("career on the first record", "2025-10-10"),
        sat("language", own=[program("WL")]),
        sat("plain"),
        sat("dual, graded", own=[program()]),
    ]
    grades = [
        final(row["studentReference"]["studentUniqueId"], **NOT_GRADED)
        for row in (rows[0], rows[1], rows[3], rows[4])
    ]
    grades += [final("dual, graded"), final("dual", code=None, **NOT_GRADED)]
    grades[-1]["studentSectionAssociationReference"]["sectionIdentifier"] = None
    wrong = ("dual", "career on the first record")
    assert found("GRD-005", {ROWS: rows, GRADES: grades}) == all_as("warning", *wrong)


def characteristic(code):
    return [{"courseLevelCharacteristicDescriptor": uri("CourseLevelCharacteristic", code)}]


def offering(course, code=None):
    return {
        "localCourseCode": course,
        "schoolReference": {"schoolId": 1},
        "sessionReference": {"schoolId": 1, "schoolYear": 2026, "sessionName": "S1"},
        "courseReference": {"courseCode": f"state {course}", "educationOrganizationId": 8000},
        "courseLevelCharacteristics": characteristic(code) if code else [],
    }


@pytest.mark.parametrize(
    ("code", "is_wrong"),
    [
        ("Advanced Placement", True),
        ("AP", True),
        ("International Baccalaureate", True),
        ("IB", True),
        ("Honors", False),
    ],
)
def test_not_graded_is_not_for_advanced_courses(code, is_wrong):
    """The offering or its course says so; another session's offering does not."""
    course = {
        "courseCode": "state B",
        "educationOrganizationReference": {"educationOrganizationId": 8000},
        "levelCharacteristics": characteristic(code),
    }
    ods = {
        "courseOfferings": [offering("A", code), offering("B"), offering("C")],
        "courses": [course],
        ROWS: [],
        GRADES: [
            *(final(f"in {one}", code=one, **NOT_GRADED) for one in "ABC"),
            final("in A of the second semester", code="A", name="S2", **NOT_GRADED),
        ],
    }
    expected = all_as("warning", "in A", "in B") if is_wrong else []
    assert found("GRD-005", ods) == expected


def test_a_grade_needs_its_association():
    """The whole key must be there; a key with a part missing is not asked."""
    rows = [sat("there"), sat("another begin"), sat("another section", code="B")]
    grades = [
        final("there"),
        final("another begin", begin="2025-09-03"),
        final("another section"),
        final("quarter", type_="Quarter"),
        final("without a begin", begin=None),
        final("without a session", name=None),
        final("at a Choice school", school=3),
    ]
    wrong = ("another begin", "another section", "quarter")
    assert found("GRD-006", {ROWS: rows, GRADES: grades}) == all_as("error", *wrong)
