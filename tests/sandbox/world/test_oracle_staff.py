"""The oracle on staff section associations, on a hand-made district that one change spoils."""

from datetime import date, timedelta

import pytest
from sandbox.world.oracle_district import FALL, LATER, SPRING, District

STAFF = "staffSectionAssociations"
DAY = timedelta(days=1)


def row(name, /, **new):
    """Changes a Campus row, an ODS record that is an attribute of the district."""

    def spoil(district):
        getattr(district, name).update(new)

    return spoil


def role(staff_type, value):
    return row("history", staffType=staff_type, role=value)


def unsent(district):
    district.drop(STAFF, district.staff)


def deleted(district):
    district.sis["sectionStaffHistory"].clear()


def overriding(district):
    district.section["teacherOverride"] = " ANN"


def overridden_by_bob(district):
    overriding(district)
    district.course["teacherOverride"] = "ann"
    district.section["teacherOverride"] = district.hire("bob")["edfiID"]


def both(*spoils):
    def spoil(district):
        for one in spoils:
            one(district)

    return spoil


def section(**parts):
    def spoil(district):
        district.staff["sectionReference"] = district.staff["sectionReference"] | parts

    return spoil


def changed(begin=None, end=None, moment=LATER):
    return row("history", startDate=begin, endDate=end, modifiedDate=moment)


def second(begin, end, who="ann", **key):
    """Another record beside that from 20 August to 20 December."""

    def spoil(district):
        district.staff_row(who, "T", begin, end, **key)

    return spoil


def assigned(begin, end=None, moment=None):
    return row("assignment", startDate=begin, endDate=end, modifiedDate=moment)


def unlinked_outside(begin, end):
    return both(unsent, row("history", startDate=begin, endDate=end))


ERROR, WARNING, INFO = ([("ann", severity)] for severity in ("error", "warning", "info"))
NINTH, OCTOBER = date(2025, 9, 9), date(2025, 10, 10)
SUMMER = date(2025, 7, 1)
eve = row("staff", staffReference={"staffUniqueId": "eve"})
CASES = {
    "STF-001": [
        (role("A", "T"), ERROR),
        (role("P", "T"), []),
        (role("T", "S"), []),
        (deleted, []),
    ],
    "STF-002": [
        (unsent, ERROR),
        (both(unsent, role("T", None)), []),
        (both(unsent, row("course", active=0)), []),
        (both(unsent, row("teacher", edfiID=None)), []),
        (both(unsent, row("calendar", exclude=1)), []),
        (both(unsent, lambda district: district.sis["roster"].clear()), ERROR),
    ],
    "STF-003": [
        (row("calendar", exclude=1), ERROR),
        (both(row("calendar", exclude=1), row("school", exclude=1)), []),
    ],
    "STF-004": [
        (row("course", active=0), ERROR),
        (row("course", stateExclude=1), ERROR),
        (both(row("course", active=0), row("calendar", exclude=1)), []),
        (lambda district: district.sis["sectionPlacement"].clear(), []),
    ],
    "STF-007": [(row("school", exclude=1), ERROR), (row("calendar", exclude=1), [])],
    "STF-009": [
        (row("history", endDate=FALL[0]), []),
        (row("history", endDate=FALL[0] - DAY), ERROR),
        (row("history", startDate=FALL[1]), []),
        (row("history", startDate=FALL[1] + DAY), ERROR),
        (both(row("course", active=0), row("history", endDate=FALL[0] - DAY)), []),
        (unlinked_outside(None, FALL[0] - DAY), INFO),
        (unlinked_outside(None, FALL[0]), []),
        (unlinked_outside(FALL[1] + DAY, None), INFO),
        (both(unlinked_outside(None, SUMMER), role("A", "T")), []),
    ],
    "STF-010": [
        (changed(NINTH), WARNING),
        (changed(end=NINTH), WARNING),
        (changed(*FALL), []),
        (changed(NINTH, moment=None), []),
        (changed(NINTH, moment=LATER - DAY), []),
        (row("history", modifiedDate=LATER), []),
    ],
    "STF-011": [
        (assigned(NINTH, None, LATER), WARNING),
        (assigned(SUMMER, NINTH, LATER), WARNING),
        (assigned(SUMMER, None, LATER), []),
        (assigned(NINTH, None, LATER - DAY), []),
        (both(row("history", startDate=NINTH), assigned(NINTH, None, LATER)), []),
        (both(row("staff", beginDate="2025-08-21"), assigned(SUMMER, None, LATER)), WARNING),
        (both(row("staff", endDate="2025-12-19"), assigned(SUMMER, None, LATER)), []),
    ],
    "STF-012": [
        (deleted, ERROR),
        (both(deleted, overriding), []),
        (both(deleted, overridden_by_bob), ERROR),
        (both(deleted, row("course", active=0)), []),
        (both(deleted, section(sectionIdentifier="X")), []),
        (role("T", None), ERROR),
        (role("T", " "), ERROR),
        (role("P", None), []),
        (role("T", "S"), []),
        (role("A", None), []),
        (eve, [("eve", "error")]),
        (both(eve, row("teacher", edfiID=" ")), []),
        (both(eve, row("teacher", edfiID=None), role("A", None)), [("eve", "error")]),
    ],
    "STF-013": [
        (section(sessionName="fall"), ERROR),
        (row("staff", staffReference={"staffUniqueId": "eve"}), [("eve", "error")]),
        (section(sessionName=None), []),
        (row("staff", beginDate=None), []),
    ],
    "STF-014": [
        (row("staff", highlyQualifiedTeacher=False), INFO),
        (row("staff", percentageContribution=0), INFO),
        (row("staff", teacherStudentDataLinkExclusion=None), []),
        (both(row("staff", percentageContribution=1), section(schoolId=9)), []),
    ],
    "STF-015": [(row("configured", valid=0), ERROR), (row("configured", endYear="2025"), ERROR)],
    "STF-016": [
        (row("staff", classroomPositionDescriptor="uri://any/ClassroomPositionDescriptor#04"), []),
        (row("staff", classroomPositionDescriptor="uri://any/Descriptor#05"), ERROR),
        (row("staff", classroomPositionDescriptor="uri://any/Descriptor#1"), ERROR),
        (row("staff", classroomPositionDescriptor=None), ERROR),
    ],
    "STF-017": [
        (lambda district: district.ods["staffSchoolAssociations"].clear(), WARNING),
        (section(schoolId=9), WARNING),
        (section(schoolId=None), []),
    ],
    "STF-018": [
        (second(FALL[1], None), WARNING),
        (second(FALL[1] + DAY, None), []),
        (second(*FALL), WARNING),
        (second(*FALL, "bob"), []),
        (second(*FALL, sessionName="Spring"), []),
        (both(row("staff", endDate=None), second(SPRING[0], SPRING[1])), WARNING),
    ],
    "DTE-001": [
        (row("history", startDate=NINTH), ERROR),
        (row("history", startDate=FALL[0]), []),
        (row("staff", beginDate="2025-08-21"), []),
    ],
    "DTE-002": [
        (assigned(FALL[0] + DAY), ERROR),
        (assigned(FALL[1]), ERROR),
        (assigned(FALL[0]), []),
        (both(assigned(FALL[0]), row("staff", beginDate="2025-08-21")), ERROR),
        (both(assigned(FALL[0] - DAY), row("staff", beginDate="2025-08-21")), []),
    ],
    "DTE-003": [
        (row("staff", beginDate="2025-08-21"), ERROR),
        (both(assigned(FALL[0] - DAY), row("staff", beginDate="2025-08-19")), ERROR),
        (both(assigned(None), row("staff", beginDate="2025-08-21")), ERROR),
        (both(role("T", None), row("staff", beginDate="2025-08-21")), []),
    ],
    "DTE-004": [
        (assigned(FALL[1] + DAY), ERROR),
        (assigned(FALL[1]), []),
        (both(assigned(FALL[1] + DAY), row("history", startDate=NINTH)), []),
    ],
    "DTE-005": [
        (row("history", endDate=OCTOBER), WARNING),
        (row("history", endDate=FALL[1]), []),
        (row("staff", endDate=None), []),
    ],
    "DTE-006": [
        (assigned(SUMMER, OCTOBER), WARNING),
        (assigned(SUMMER, FALL[0]), WARNING),
        (assigned(SUMMER, FALL[1]), []),
        (both(assigned(SUMMER, FALL[1]), row("staff", endDate=None)), WARNING),
        (both(assigned(SUMMER, FALL[1] + DAY), row("staff", endDate=None)), []),
    ],
    "DTE-007": [
        (row("staff", endDate=None), WARNING),
        (row("staff", endDate="2025-12-19"), WARNING),
        (both(assigned(SUMMER, FALL[1] + DAY), row("staff", endDate="2025-12-21")), WARNING),
        (both(assigned(SUMMER, FALL[0] - DAY), row("staff", endDate=None)), WARNING),
        (row("history", endDate=OCTOBER), []),
    ],
    "DTE-008": [
        (row("history", startDate=FALL[1] + DAY, endDate=None), []),
        (row("history", startDate=NINTH, endDate=NINTH - DAY), ERROR),
        (row("history", startDate=SUMMER - DAY), ERROR),
        (row("history", startDate=SUMMER), []),
        (row("history", endDate=date(2026, 7, 1)), ERROR),
        (row("history", endDate=date(2026, 6, 30)), []),
    ],
    "DTE-009": [
        (row("history", startDate=FALL[0] - DAY), INFO),
        (row("history", startDate=FALL[0]), []),
        (row("history", startDate=FALL[1]), []),
    ],
    "DTE-010": [
        (assigned(SUMMER, FALL[0] - DAY), WARNING),
        (assigned(SUMMER, FALL[0]), []),
        (both(assigned(SUMMER, FALL[0] - DAY), row("history", endDate=OCTOBER)), []),
    ],
}


@pytest.mark.parametrize(
    ("rule", "spoil", "expected"),
    [(rule, *case) for rule, cases in CASES.items() for case in cases],
)
def test_a_spoiled_association(rule, spoil, expected):
    """Each rule finds its own fault, and not its neighbor's."""
    district = District()
    spoil(district)
    assert district.found(rule, "staffUniqueId") == expected


def test_a_position_is_held_to_the_list_where_there_is_one():
    """STF-016: Minnesota has none; the settings may name one."""
    district = District("MN")
    district.staff["classroomPositionDescriptor"] = None
    assert district.found("STF-016") == []
    assert len(district.found("STF-016", classroom_positions=("01",))) == 1


@pytest.mark.parametrize("kind", ["SectionStaffHistory", "Section"])
def test_the_year_of_the_section_behind_the_mapping(kind):
    """STF-015: its calendar is last year's."""
    district = District()
    old = district.campus.add(
        "calendar", schoolID=district.school["schoolID"], endYear="2025", exclude=0
    )
    course = district.add_course("OLD", calendarID=old["calendarID"])
    other = district.add_section(course)
    history = district.teach(district.teacher, "P", "T")
    history["sectionID"] = other["sectionID"]
    key = history["historyID"] if kind == "SectionStaffHistory" else other["sectionID"]
    district.map(STAFF, (kind, key), district.staff)
    assert district.found("STF-015", "staffUniqueId") == ERROR


def test_a_history_outside_all_terms_is_told_once():
    """STF-009, for information, on the first session; a record in any session is enough not to."""
    district = District()
    unsent(district)
    district.place(district.section, "Spring")
    district.history["startDate"] = date(2026, 6, 6)
    assert district.found("STF-009", "sessionName") == [("Fall", "info")]
    district.staff_row("ann", "T", *SPRING, sessionName="Spring")
    assert district.found("STF-009", "sessionName") == [("Spring", "error")]


def test_a_teacher_who_is_also_an_aide():
    """STF-001: one row as a teacher is enough."""
    district = District()
    district.teach(district.teacher, "A", None)
    assert district.found("STF-001") == []


@pytest.mark.parametrize(("profile", "sent"), [("WI", False), ("MN", True), ("NE", True)])
def test_a_section_without_students(profile, sent):
    """STF-002: Wisconsin sends neither it nor its staff, where the extract has rosters at all."""
    district = District(profile)
    unsent(district)
    district.roster["sectionID"] = "another"
    assert bool(district.found("STF-002")) == sent
    district.sis["roster"].clear()
    assert district.found("STF-002", "staffUniqueId") == ERROR


def test_the_ladders_span_all_terms_of_the_session():
    """DTE-003 and 007: from the lowest start to the highest end of two quarters."""
    district = District()
    quarter = dict(district.terms["Fall"], termID="Q2", startDate=OCTOBER)
    district.sis["term"].append(quarter)
    district.terms["Fall"]["endDate"] = OCTOBER - DAY
    district.terms["Q2"] = quarter
    district.place(district.section, "Q2")
    assert district.found("DTE-003") == district.found("DTE-007") == []
    district.sis["sectionPlacement"].pop()
    assert district.found("DTE-007", "staffUniqueId") == WARNING


def test_the_ladders_are_read_per_session():
    """DTE-007: the term's end of the row's own session."""
    district = District()
    district.place(district.section, "Spring")
    spring = district.staff_row("ann", "T", *SPRING, sessionName="Spring")
    assert district.found("DTE-007") == []
    spring["endDate"] = FALL[1].isoformat()
    assert district.found("DTE-007", "sessionName") == [("Spring", "warning")]


def test_the_most_recent_of_several_assignments():
    """DTE-002: the latest start of those that overlap the terms; a later one of the year not."""
    district = District()
    add, own = district.campus.add, dict(district.assignment)
    del own["assignmentID"]
    add("employmentAssignment", **own | {"startDate": date(2026, 1, 1)})
    assert district.found("DTE-004", "staffUniqueId") == []
    add("employmentAssignment", **own | {"startDate": NINTH})
    assert district.found("DTE-002", "staffUniqueId") == ERROR
    add("employmentAssignment", **own | {"startDate": OCTOBER, "schoolID": "elsewhere"})
    district.staff["beginDate"] = NINTH.isoformat()
    assert district.found("DTE-002", "staffUniqueId") == []


def test_who_lost_the_decision_is_linked_and_dated():
    """DTE-003 judges her, STF-002 does not ask for her, and no rule calls her an orphan."""
    district = District()
    district.teach(district.hire("bob"), "T", "T")
    bob = district.staff_row("bob")
    assert district.found("DTE-003") == []
    bob["beginDate"] = "2025-08-21"
    assert district.found("DTE-003", "staffUniqueId") == [("bob", "error")]
    district.drop(STAFF, bob)
    assert district.found("STF-002") == []


def test_two_stays_of_one_person_are_matched_in_time():
    """Wrong begin dates are DTE-001 alone, be there a mapping or not."""
    district = District()
    district.history |= {"startDate": FALL[0], "endDate": NINTH}
    district.staff |= {"endDate": NINTH.isoformat()}
    later = district.teach(district.teacher, "P", "T", OCTOBER)
    record = district.staff_row("ann", "T", date(2025, 11, 11))
    for _ in range(2):
        assert district.found("DTE-001", "beginDate") == [("2025-11-11", "error")]
        assert district.found("STF-002") == []
        district.map(STAFF, ("SectionStaffHistory", later["historyID"]), record)


def test_the_mapping_goes_before_the_key():
    """A record of nobody's name is linked to the row that the mapping names."""
    district = District()
    district.staff["staffReference"] = {"staffUniqueId": "eve"}
    assert len(district.found("STF-002")) == 1
    guid = f"{{{int(district.staff['id'], 16):032X}}}"
    district.map(STAFF, ("SectionStaffHistory", district.history["historyID"]), guid)
    assert district.found("STF-002") == []
    district.sis["edfiIdentityMapping"][0]["endYear"] = "2025"
    assert len(district.found("STF-002")) == 1


def test_records_of_other_schools_are_judged_by_the_ods_alone():
    """Neither an orphan by staff history, nor held to any gate."""
    district = District()
    district.staff_row("eve", schoolId=9)
    own = {one.rule_id for one in district.findings() if one.natural_key.get("schoolId") == 9}
    assert own == {"STF-013", "STF-017"}
