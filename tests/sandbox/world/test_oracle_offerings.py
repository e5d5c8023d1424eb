"""The oracle on course offerings, on a hand-made district that one change spoils."""

import json

import pytest
from sandbox.world.oracle_district import KEY, SCHOOL, District

OFFERINGS = "courseOfferings"


@pytest.mark.parametrize("profile", ["WI", "MN", "NE"])
def test_the_district_is_clean(profile):
    """With nothing spoiled no rule of the profile finds anything."""
    district = District(profile)
    for row in district.ods["studentSectionAssociations"] if profile == "WI" else ():
        row["attemptStatusDescriptor"] = district.uri("AttemptStatus", "S")
    rules = {one.rule_id for one in district.findings()}
    assert {rule for rule in rules if rule[:4] not in {"SSA-", "ATT-", "GRD-", "CTE-"}} == set()


def number(new):
    def spoil(district):
        district.offering["localCourseCode"] = new

    return spoil


def columns(row, **new):
    def spoil(district):
        getattr(district, row).update(new)

    return spoil


def section_of(**key):
    return columns("sent_section", courseOfferingReference=KEY | key)


def unplaced(district):
    district.sis["sectionPlacement"].clear()


def no_section(district):
    unplaced(district)
    district.sis["section"].clear()


def another_trial(district):
    district.placement["trialID"] = "999"


def unsent(district):
    district.drop(OFFERINGS, district.offering)


def copied(district):
    district.offer()


def in_spring(district):
    unsent(district)
    district.offer(sessionName="Spring")


def in_spring_too(district):
    district.offer(sessionName="Spring")


def in_both(district):
    district.place(district.section, "Spring")
    district.offer(sessionName="Spring")


def half_of_both(district):
    district.place(district.section, "Spring")


def reference(name, **parts):
    def spoil(district):
        district.offering[name] = district.offering[name] | parts

    return spoil


def populated(name, value):
    def spoil(district):
        district.offering[name] = value

    return spoil


def twin(name="Algebra", **more):
    """Another course of the same number with a section in Fall."""

    def spoil(district):
        course = district.add_course("ALG", name=name, **more)
        district.place(district.add_section(course, "02"), "Fall")

    return spoil


ERROR, WARNING, INFO = ([("ALG", severity)] for severity in ("error", "warning", "info"))
CASES = {
    "CO-001": [
        (copied, ERROR),
        (twin(), INFO),
        (twin(active=0), []),
        (in_spring_too, []),
    ],
    "CO-002": [(unsent, ERROR), (in_spring, ERROR), (half_of_both, ERROR), (unplaced, [])],
    "CO-003": [
        (unplaced, ERROR),
        (another_trial, ERROR),
        (no_section, []),
        (columns("course", active=0), []),
    ],
    "CO-004": [
        (columns("course", active=0), ERROR),
        (columns("course", active=None), ERROR),
        (columns("course", stateExclude=1), []),
        (columns("calendar", exclude=1), []),
    ],
    "CO-005": [(columns("calendar", exclude=1), ERROR), (columns("school", exclude=1), [])],
    "CO-006": [(columns("school", exclude=1), ERROR)],
    "CO-007": [
        (number("alg"), [("alg", "error")]),
        (number(" ALG"), [(" ALG", "error")]),
        (number("ALGEBRA"), []),
        (number(None), []),
    ],
    "CO-008": [
        (number(None), [(None, "error")]),
        (number(" "), [(" ", "error")]),
        (reference("courseReference", courseCode=None), ERROR),
        (reference("courseReference", educationOrganizationId=None), ERROR),
        (reference("schoolReference", schoolId=None), ERROR),
        (reference("sessionReference", sessionName=""), ERROR),
        (reference("sessionReference", schoolYear=None), ERROR),
    ],
    "CO-009": [
        (reference("courseReference", courseCode="52031"), ERROR),
        (reference("courseReference", educationOrganizationId=8001), ERROR),
        (reference("courseReference", courseCode=None), []),
        (reference("sessionReference", sessionName="fall"), ERROR),
        (reference("sessionReference", sessionName=None), []),
    ],
    "CO-010": [(in_spring, ERROR), (in_spring_too, []), (in_both, []), (unplaced, [])],
    "CO-011": [(in_spring_too, ERROR), (in_spring, []), (in_both, [])],
    "CO-012": [
        (populated("localCourseTitle", "Geometry"), WARNING),
        (populated("localCourseTitle", None), WARNING),
        (populated("localCourseTitle", " Algebra "), []),
        (columns("course", name="Geometry"), WARNING),
        (twin("Geometry"), []),
    ],
    "CO-013": [
        (populated("offeredGradeLevels", [{"gradeLevelDescriptor": "09"}]), INFO),
        (populated("curriculumUseds", [{}]), INFO),
        (populated("courseLevelCharacteristics", []), []),
        (populated("instructionalTimePlanned", 0), INFO),
    ],
    "CO-017": [
        (columns("configured", valid=0), ERROR),
        (columns("configured", endYear="2025"), ERROR),
        (reference("sessionReference", schoolYear=None), []),
    ],
    "CO-018": [
        (no_section, ERROR),
        (columns("trial", active=0), ERROR),
        (unplaced, []),
        (columns("course", number="other"), []),
    ],
    "CO-019": [
        (columns("sent_section", sectionIdentifier="02"), []),
        (section_of(localCourseCode="alg"), WARNING),
        (section_of(sessionName="Spring"), WARNING),
    ],
}


@pytest.mark.parametrize(
    ("rule", "spoil", "expected"),
    [(rule, *case) for rule, cases in CASES.items() for case in cases],
)
def test_a_spoiled_offering(rule, spoil, expected):
    """Each rule finds its own fault, and not its neighbor's."""
    district = District()
    spoil(district)
    assert district.found(rule) == expected


@pytest.mark.parametrize(("profile", "expected"), [("MN", ERROR), ("NE", []), ("WI", [])])
def test_an_excluded_course_goes_on_to_the_next_gate_in_minnesota(profile, expected):
    """There State Exclude is no gate; elsewhere it speaks first, and has no CO rule."""
    district = District(profile)
    district.course["stateExclude"] = 1
    unplaced(district)
    assert district.found("CO-003") == expected


@pytest.mark.parametrize(("profile", "sent"), [("WI", False), ("MN", True), ("NE", True)])
def test_summer_and_choice_schools_are_gates_of_wisconsin(profile, sent):
    """CO-002: no other specification names them."""
    district = District(profile)
    unsent(district)
    assert bool(district.found("CO-002", choice_schools=(SCHOOL,))) == sent
    district.calendar["summerSchool"] = 1
    assert bool(district.found("CO-002")) == sent


def test_records_out_of_scope_are_left_alone():
    """Another school's offering is judged by what the ODS alone can tell."""
    district = District()
    district.offer(schoolId=9)["offeredGradeLevels"] = [{}]
    rules = {one.rule_id for one in district.findings() if one.natural_key.get("schoolId") == 9}
    assert rules == {"CO-009", "CO-019"}


def test_a_changed_number_is_seen_through_the_mapping():
    """CO-007, and neither CO-002 nor a stale session."""
    district = District()
    district.course["number"] = "ALG2"
    assert district.found("CO-007") == []
    district.map(OFFERINGS, ("Course", district.course["courseID"]), district.offering)
    assert district.found("CO-007") == ERROR
    assert district.found("CO-002") == []


@pytest.mark.parametrize("other", [{"sessionName": "Spring"}, {"schoolYear": 2025}])
def test_the_mapping_links_no_other_session_and_no_other_year(other):
    """CO-002: of one course there is a record per session, and last year's is none of them."""
    district = District()
    district.offering["sessionReference"] = KEY | other
    course = district.course["courseID"]
    district.map(OFFERINGS, ("Course", course), district.offering)
    assert district.found("CO-002") == ERROR


@pytest.mark.parametrize(
    ("mapped", "school_id", "expected"),
    [(True, 9, ["error"]), (False, 9, []), (False, 20, ["error"]), (True, SCHOOL, [])],
)
def test_a_school_id_that_campus_would_not_use(mapped, school_id, expected):
    """CO-014: another one behind the mapping, or the State School Number of a school with both."""
    district = District()
    district.offering["schoolReference"] = {"schoolId": school_id}
    if mapped:
        district.map(OFFERINGS, ("Course", district.course["courseID"]), district.offering)
    assert [severity for _, severity in district.found("CO-014")] == expected


def test_the_state_number_without_an_edfi_number_is_right():
    """CO-014: then Campus uses it itself; of a course the school has not, nothing is known."""
    district = District()
    district.offering["schoolReference"] = {"schoolId": 20}
    district.school["edfiNumber"] = None
    assert district.found("CO-014") == []
    district.school["edfiNumber"] = str(SCHOOL)
    district.offering["localCourseCode"] = "GEO"
    assert district.found("CO-014") == []


@pytest.mark.parametrize(
    ("section_id", "noted", "expected"),
    [
        ("gone", {}, ERROR),
        (None, {}, []),
        ("gone", {"sessionName": "Spring"}, []),
        ("gone", {"localCourseCode": "GEO"}, []),
    ],
)
def test_one_of_two_sections_was_deleted(section_id, noted, expected):
    """CO-016: the mapping notes a section that the SIS has no more, under the offering's key."""
    district = District()
    unsent(district)
    key = json.dumps({**KEY, "sectionIdentifier": "ALG-02", **noted})
    own = section_id or district.section["sectionID"]
    district.map("sections", ("Section", own), "f" * 32, noted=key)
    assert district.found("CO-016") == expected
    district.offer()
    assert district.found("CO-016") == []


def test_the_year_of_the_course_behind_the_mapping():
    """CO-017: a course of last year's calendar behind a record of this year."""
    district = District()
    last_year = district.campus.add(
        "calendar", schoolID=district.school["schoolID"], endYear="2025", exclude=0
    )
    old = district.add_course("ALG", calendarID=last_year["calendarID"])
    district.map(OFFERINGS, ("Course", old["courseID"]), district.offering)
    assert district.found("CO-017") == ERROR


@pytest.mark.parametrize(("checked", "expected"), [(1, [("Fall", "error")]), (0, [])])
def test_a_term_override_decides_the_session(checked, expected):
    """CO-010: of two sessions of the year the overriding descriptor's; not without the box."""
    district = District()
    whole = district.ods["sessions"][0] | {"sessionName": "Year", "endDate": "2026-06-05"}
    district.ods["sessions"].append(whole | {"termDescriptor": district.uri("Term", "Year")})
    district.prefer(OFFERINGS, "termOverride", "ALG", "Year")
    district.course["termOverride"] = checked
    assert district.found("CO-010", "sessionName") == expected


@pytest.mark.parametrize(("name", "session"), [("Spring", "Spring"), ("Autumn", None)])
def test_a_term_without_a_mapping_goes_by_its_name(name, session):
    """CO-002: the session named like the term, whatever its descriptor and its dates; else none."""
    district = District()
    del district.sis["resourcePreference"][:2]
    district.terms["Fall"]["name"] = name
    expected = [(session, "error")] if session else []
    assert district.found("CO-002", "sessionName") == expected


@pytest.mark.parametrize(
    ("sessions", "expected"),
    [
        ({"one": ("2025-12-20", "2026-01-04")}, "one"),
        ({"one": ("2025-12-21", "2026-01-04")}, None),
        ({"one": ("2025-08-01", "2025-08-20")}, "one"),
        ({"one": ("2025-08-01", "2025-08-19")}, None),
        ({"one": ("2025-08-20", "2025-10-20"), "two": ("2025-10-19", "2025-12-20")}, "two"),
        ({"one": ("2025-08-20", "2026-06-05"), "two": ("2025-08-20", "2025-12-20")}, "two"),
    ],
)
def test_the_session_that_overlaps_the_term_most(sessions, expected):
    """One day is enough; of equals the shorter. CO-002 tells which it is."""
    district = District()
    district.drop(OFFERINGS, district.offering)
    fall = district.ods["sessions"].pop(0)
    for name, (begin, end) in sessions.items():
        named = {"sessionName": name, "beginDate": begin, "endDate": end}
        district.ods["sessions"].append(fall | named)
    found = district.found("CO-002", "sessionName")
    assert found == ([(expected, "error")] if expected else [])
