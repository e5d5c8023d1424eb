"""The oracle on identities and syncs: mapping years, Ed-Fi IDs, drift, toggles and mappings."""

import json
from datetime import datetime, timedelta

import pytest
from sandbox.world.oracle_district import FALL, LATER, SECTION, UNCHANGED, District

from edfi_audit.sandbox.world.oracle import read_rules
from edfi_audit.sandbox.world.truth import Finding

OFFERINGS, STUDENTS = "courseOfferings", "studentSectionAssociations"


@pytest.mark.parametrize(
    ("year", "record_year", "expected"),
    [
        ("2026", 2026, []),
        ("2025", 2026, [("ALG", "warning")]),
        ("2026", 2025, [("ALG", "warning")]),
        (None, 2026, []),
        ("2026", None, []),
        ("2024", 2025, [("ALG", "warning")]),
    ],
)
def test_a_mapping_of_another_year(year, record_year, expected):
    """IDM-011: not the year of the record behind its id."""
    district = District()
    reference = district.offering["sessionReference"] | {"schoolYear": record_year}
    district.offering["sessionReference"] = reference
    course = district.course["courseID"]
    district.map(OFFERINGS, ("Course", course), district.offering, year)
    assert district.found("IDM-011") == expected


@pytest.mark.parametrize(
    ("resource", "kind", "column"),
    [
        (OFFERINGS, "Course", "course.courseID"),
        ("sections", "Section", "section.sectionID"),
        ("staffSectionAssociations", "SectionStaffHistory", "history.historyID"),
        ("staffSectionAssociations", "Section", "section.sectionID"),
        (STUDENTS, "Roster", "roster.rosterID"),
    ],
)
@pytest.mark.parametrize("year", ["2026", "2025"])
def test_without_a_record_the_year_of_its_object(resource, kind, column, year):
    """IDM-011: by the calendar of the course; the key is the one that the mapping notes."""
    district = District()
    name, _, own = column.partition(".")
    key = getattr(district, name)[own]
    district.map(resource, (kind, key), "f" * 32, year, json.dumps({"localCourseCode": "NOTED"}))
    expected = [] if year == "2026" else [("NOTED", "warning")]
    assert district.found("IDM-011") == expected


def test_mappings_of_years_that_are_not_audited():
    """IDM-011: neither row nor record nor object is of 2026."""
    district = District()
    district.map(OFFERINGS, ("Course", "gone"), "f" * 32, "2024")
    district.offering["sessionReference"]["schoolYear"] = 2025
    district.map(OFFERINGS, ("Course", "gone"), district.offering, "2024")
    assert district.found("IDM-011") == []


@pytest.mark.parametrize(
    ("who", "by"), [("student", "studentUniqueId"), ("teacher", "staffUniqueId")]
)
@pytest.mark.parametrize("blank", [None, " "])
def test_a_person_without_an_edfi_id(who, by, blank):
    """IDM-013: on a roster or a teacher, in a section that is sent."""
    district = District()
    getattr(district, who)["edfiID"] = blank
    assert district.found("IDM-013", by) == [(None, "error")]
    district.history["staffType"] = "A"
    assert bool(district.found("IDM-013")) == (who == "student")
    district.course["active"] = 0
    assert district.found("IDM-013") == []


def test_a_person_who_is_both_is_told_once():
    """IDM-013: as a student."""
    district = District()
    district.student["edfiID"] = None
    district.teach(district.student, "T", "S")
    (finding,) = [one for one in district.findings() if one.rule_id == "IDM-013"]
    assert finding.resource == "students"


@pytest.mark.parametrize(("number", "shared"), [("10", True), (" 10", True), ("11", False)])
def test_an_edfi_id_of_two_persons(number, shared):
    """IDM-014: after trim; the resource is that of the enrolled one."""
    district = District()
    district.campus.add("person", edfiID=number)
    assert bool(district.found("IDM-014", "studentUniqueId")) == shared


def test_an_edfi_id_in_another_case_and_a_person_with_two():
    """IDM-014: folded; each of the two ids of one person fails."""
    district = District()
    district.campus.add("person", edfiID="ANN")
    assert district.found("IDM-014", "staffUniqueId") == [("ANN", "error")]
    district = District()
    again = district.campus.add("person", edfiID="12")
    again["personID"] = district.student["personID"]
    assert district.found("IDM-014", "studentUniqueId") == [("10", "error"), ("12", "error")]
    again["edfiID"] = "10"
    assert district.found("IDM-014") == []


def drift(name, /, **new):
    def spoil(district):
        getattr(district, name).update(new)

    return spoil


TEACHER = "uri://education.ne.gov/ClassroomPositionDescriptor#"
DRIFTS = [
    (OFFERINGS, drift("offering", localCourseTitle="Geometry"), True),
    (OFFERINGS, drift("offering", localCourseTitle="Algebra "), False),
    (OFFERINGS, drift("course", name="Geometry"), True),
    ("staffSectionAssociations", drift("staff", endDate=None), True),
    ("staffSectionAssociations", drift("staff", beginDate="2025-08-21"), True),
    ("staffSectionAssociations", drift("history", role="S"), True),
    ("staffSectionAssociations", drift("history", role=None), False),
    ("staffSectionAssociations", drift("staff", classroomPositionDescriptor=f"{TEACHER}02"), True),
    (STUDENTS, drift("seat", endDate="2025-12-19"), True),
    (STUDENTS, drift("seat", endDate=None), True),
    (STUDENTS, drift("roster", endDate=FALL[1] - timedelta(days=1)), True),
    (STUDENTS, drift("roster", endDate=FALL[1] + timedelta(days=1)), False),
]


@pytest.mark.parametrize(("resource", "spoil", "drifts"), DRIFTS)
def test_a_field_that_drifts(resource, spoil, drifts):
    """SYN-001: title; position, begin and end; end. What is not linked cannot."""
    district = District()
    spoil(district)
    found = [one.resource for one in district.findings() if one.rule_id == "SYN-001"]
    assert found == ([resource] if drifts else [])
    district.course["active"] = 0
    assert district.found("SYN-001") == []


def test_a_blank_role_asks_for_a_teacher_of_record():
    """SYN-001: any of the profile's codes will do."""
    district = District()
    district.history["role"] = None
    for code, drifts in (("01", False), ("Teacher of Record", False), ("03", True)):
        district.staff["classroomPositionDescriptor"] = f"uri://any/Descriptor#{code}"
        assert bool(district.found("SYN-001")) == drifts


def toggled(resource=OFFERINGS, **columns):
    district = District()
    row = {"endYear": "2026", "enabled": 1, "lastResync": LATER, **columns}
    district.campus.add("resourceToggle", resource=resource, **row)
    return district


@pytest.mark.parametrize(
    ("resource", "columns", "expected"),
    [
        (OFFERINGS, {"enabled": 0}, True),
        (OFFERINGS, {"enabled": 1}, False),
        (OFFERINGS, {"enabled": None}, False),
        (OFFERINGS, {"enabled": 0, "endYear": "2025"}, False),
        ("grades", {"enabled": 0}, False),
        (STUDENTS, {"enabled": 0}, True),
    ],
)
def test_a_resource_that_is_off_and_has_records(resource, columns, expected):
    """SYN-002: of this year, in scope."""
    district = toggled(resource, **columns)
    assert district.found("SYN-002", "resource") == ([(resource, "warning")] if expected else [])
    for one in district.ods.get(resource, ()):
        for part in ("schoolReference", "sectionReference", "sessionReference"):
            if part in one:
                one[part] = one[part] | {"schoolId": 9}
    assert district.found("SYN-002") == []


@pytest.mark.parametrize(
    ("changed", "resync", "expected"),
    [
        (LATER + timedelta(seconds=1), LATER, True),
        (LATER, LATER, False),
        (LATER, None, False),
        (None, LATER, False),
    ],
)
def test_a_mapping_changed_since_the_resync(changed, resync, expected):
    """SYN-004 for any of the resource's; MAP-010 for Minnesota's arrays beside it."""
    district = toggled(lastResync=resync)
    district.state = District("MN").state
    for element, both in (("termOverride", False), ("siteBasedInitiativeDescriptor", True)):
        district.prefer(OFFERINGS, element, "x", "uri://x#x", changed)
        assert bool(district.found("SYN-004", "resource")) == expected
        assert bool(district.found("MAP-010", "resource")) == (expected and both)
    district.sis["resourceToggle"][0]["resource"] = "sections"
    assert district.found("SYN-004") == []


def ledger(rule, resource=OFFERINGS):
    return Finding(rule, resource, dict(SECTION), "error", planted=False)


@pytest.mark.parametrize("state", ["IDM-001", "IDM-003", "IDM-004", "IDM-006", "IDM-007"])
def test_what_follows_from_the_ledger(state):
    """SYN-003: what a resource that is off has left behind. SYN-006: what a resync would touch."""
    district = toggled(enabled=0)
    told = [ledger(state)] * 2
    for limit in (2, 1):
        facts = district.told(resync_rows=limit)
        rules = [one.rule_id for one in read_rules(district.ods, district.sis, facts, told)]
        assert rules.count("SYN-003") == (2 if state in {"IDM-004", "IDM-006"} else 0)
        assert rules.count("SYN-006") == (limit == 1 and state != "IDM-007")
    other = [ledger(state, "sections")]
    rules = [one.rule_id for one in read_rules(district.ods, district.sis, district.told(), other)]
    assert "SYN-003" not in rules


def test_the_rows_are_older_than_the_ods():
    """The premise of every test about changes."""
    assert UNCHANGED < datetime(2025, 9, 1) < LATER  # noqa: DTZ001
