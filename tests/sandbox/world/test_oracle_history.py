"""The oracle on two runs: keys that changed in the SIS, and an ODS that nobody writes to."""

import json
from copy import deepcopy
from datetime import datetime, timedelta

import pytest
from sandbox.world.oracle_district import KEY, SECTION, SPRING, District

from edfi_audit.sandbox.world.oracle import read_history

WRITTEN = datetime(2025, 9, 1, 8, 0, 0, 123456)  # noqa: DTZ001
CHILDREN = ("sections", "staffSectionAssociations", "studentSectionAssociations")


def compared(district, spoil, **facts):
    """Rule → natural keys, after `spoil` has changed a copy of the district."""
    before = deepcopy((district.ods, district.sis))
    spoil(district)
    found = {}
    for one in read_history(before, (district.ods, district.sis), district.told(**facts)):
        found.setdefault(one.rule_id, []).append(one.natural_key)
    return found


def renumbered(district):
    district.course["number"] = "ALG2"


def emptied(*resources):
    def spoil(district):
        renumbered(district)
        for resource in resources:
            district.ods[resource].clear()

    return spoil


def test_nothing_has_changed():
    """No finding from one state twice."""
    assert compared(District(), lambda _: None) == {}


def test_a_course_number_that_changed():
    """CO-015 and SYN-007 under the old keys, while children carry them."""
    assert compared(District(), renumbered) == {"CO-015": [KEY], "SYN-007": [SECTION]}


@pytest.mark.parametrize("left", CHILDREN)
def test_any_child_is_enough(left):
    """A section hangs on its offering alone; the associations on both."""
    others = [resource for resource in CHILDREN if resource != left]
    found = compared(District(), emptied(*others))
    assert found.keys() == {"CO-015"} if left == "sections" else {"CO-015", "SYN-007"}


def test_without_children_the_cascade_is_over():
    """Grades and attendance events are children, too."""
    assert compared(District(), emptied(*CHILDREN)) == {}
    for resource, reference in (
        ("grades", "studentSectionAssociationReference"),
        ("studentSectionAttendanceEvents", "sectionReference"),
    ):
        district = District()
        district.send(resource, **{reference: dict(SECTION)})
        assert compared(district, emptied(*CHILDREN)).keys() == {"CO-015", "SYN-007"}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda district: district.school.update(edfiNumber="9"),
        lambda district: district.placement.update(termID=district.terms["Spring"]["termID"]),
    ],
)
def test_another_school_or_session(spoil):
    """Each part of the key; the sessions of school 9 are there as well."""
    district = District()
    for session in list(district.ods["sessions"]):
        district.ods["sessions"].append(session | {"schoolReference": {"schoolId": 9}})
    assert compared(district, spoil) == {"CO-015": [KEY], "SYN-007": [SECTION]}


def test_a_section_number_that_changed():
    """SYN-007 alone: the offering keeps its key."""
    found = compared(District(), lambda district: district.section.update(number="02"))
    assert found == {"SYN-007": [SECTION]}


def removed(district):
    district.course["active"] = 0


def placed_in_spring_too(district):
    district.place(district.section, "Spring")


def taken_over(district):
    """Another course has the old number now."""
    renumbered(district)
    district.place(district.add_section(district.add_course("ALG")), "Fall")


@pytest.mark.parametrize("spoil", [removed, placed_in_spring_too, taken_over])
def test_what_is_no_renaming(spoil):
    """No longer sent, one more session, or a key that somebody else has."""
    assert compared(District(), spoil) == {}


def test_one_of_two_sessions_is_renamed():
    """The offering in Fall goes to a session of another name; Spring stays."""
    district = District()
    placed_in_spring_too(district)
    district.staff_row("ann", "T", *SPRING, sessionName="Spring")

    def spoil(district):
        district.ods["sessions"][0] = district.ods["sessions"][0] | {"sessionName": "Autumn"}

    assert compared(district, spoil) == {"CO-015": [KEY], "SYN-007": [SECTION]}


@pytest.mark.parametrize("noted", [True, False])
@pytest.mark.parametrize(
    ("spoil", "found"), [(renumbered, True), (removed, False), (lambda _: None, False)]
)
def test_a_mapping_under_the_old_key(noted, spoil, found):
    """IDM-012: as the mapping notes it, else as the record behind its id has it."""
    district = District()
    note = json.dumps(KEY) if noted else None
    course = district.course["courseID"]
    district.map("courseOfferings", ("Course", course), district.offering, noted=note)
    expected = [KEY] if found else None
    assert compared(district, spoil).get("IDM-012") == expected


def test_a_mapping_that_followed():
    """IDM-012: it notes the new key, whatever the record still has."""
    district = District()
    note = json.dumps(KEY | {"localCourseCode": "ALG2"})
    course = district.course["courseID"]
    district.map("courseOfferings", ("Course", course), district.offering, noted=note)
    assert "IDM-012" not in compared(district, renumbered)


@pytest.mark.parametrize(
    ("row", "resources"),
    [
        ("course", {"courseOfferings", "sections"}),
        ("section", {"courseOfferings", "sections"}),
        ("history", {"staffSectionAssociations"}),
        ("assignment", {"staffSectionAssociations"}),
        ("roster", {"studentSectionAssociations"}),
    ],
)
@pytest.mark.parametrize(
    ("late", "is_stale"), [(timedelta(0), False), (timedelta(seconds=1), True)]
)
def test_an_ods_that_nobody_writes_to(row, resources, late, is_stale):
    """SYN-005: a change of an event table, more than seven days later."""

    def spoil(district):
        getattr(district, row)["modifiedDate"] = WRITTEN + timedelta(days=7) + late

    found = compared(District(), spoil).get("SYN-005", [])
    assert {key["resource"] for key in found} == (resources if is_stale else set())


def test_an_ods_that_was_written_to_since():
    """SYN-005: another newest date than in the earlier run."""

    def spoil(district):
        district.course["modifiedDate"] = WRITTEN + timedelta(days=30)
        district.offering["_lastModifiedDate"] = "2025-09-02T08:00:00Z"

    found = compared(District(), spoil)["SYN-005"]
    assert found == [{"resource": "sections"}]
