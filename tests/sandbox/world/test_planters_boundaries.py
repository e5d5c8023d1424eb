"""What is planted, and what comes close, read from the records: each side of every boundary."""

from datetime import date, timedelta

import pytest

SECTION = ("schoolId", "schoolYear", "sessionName", "localCourseCode", "sectionIdentifier")
DAY = timedelta(days=1)
STATUS = "uri://dpi.wi.gov/AttemptStatusDescriptor#"
NOT_GRADED = "uri://dpi.wi.gov/PerformanceBaseConversionDescriptor#Not Graded"
AUDIT_DATE = date(2026, 6, 20)


@pytest.fixture(scope="module")
def world(spoiled):
    return spoiled


def day(text):
    return date.fromisoformat(text)


def planted(world, rule_id):
    return [one.natural_key for one in world.truth.of(rule_id) if one.planted]


def near(world, rule_id):
    return [one["natural_key"] for one in world.near_misses if one["rule_id"] == rule_id]


def association(world, key):
    """The record with that key."""
    wanted = (*(key[name] for name in SECTION), key["studentUniqueId"], key["beginDate"])
    return next(one for one in world.ods["studentSectionAssociations"] if whole(one) == wanted)


def whole(one):
    reference = one["sectionReference"]
    section = (reference.get(name) for name in SECTION)
    return (*section, one["studentReference"].get("studentUniqueId"), one.get("beginDate"))


def grades(world, key):
    """The grades of the student in the section."""
    wanted = (*(key[name] for name in SECTION), key["studentUniqueId"])
    return [
        one
        for one in world.ods["grades"]
        if (
            *(one["studentSectionAssociationReference"][name] for name in SECTION),
            one["studentSectionAssociationReference"]["studentUniqueId"],
        )
        == wanted
    ]


def session(world, key):
    """First and last day of the key's session."""
    return next(
        (day(one["beginDate"]), day(one["endDate"]))
        for one in world.ods["sessions"]
        if (one["schoolReference"]["schoolId"], one["sessionName"])
        == (key["schoolId"], key["sessionName"])
    )


def enrollment(world, key):
    """The enrolment with that key."""
    return next(
        one
        for one in world.ods["studentSchoolAssociations"]
        if (
            one["schoolReference"]["schoolId"],
            one["studentReference"]["studentUniqueId"],
            one["entryDate"],
        )
        == (key["schoolId"], key["studentUniqueId"], key["entryDate"])
    )


def sections_of(world, key):
    """The sections of the enrolment's student at the school, by session."""
    found = {}
    for one in world.ods["studentSectionAssociations"]:
        if (
            one["sectionReference"].get("schoolId"),
            one["studentReference"].get("studentUniqueId"),
        ) == (
            key["schoolId"],
            key["studentUniqueId"],
        ):
            name = one["sectionReference"]["sessionName"]
            found.setdefault(name, []).append(one)
    return found


@pytest.mark.parametrize(
    ("rule_id", "status", "graded", "left_early"),
    [
        ("ATT-010", "I", True, False),
        ("ATT-011", "S", False, False),
        ("ATT-012", "S", False, False),
        ("ATT-014", "I", True, True),
        ("ATT-015", "S", False, True),
    ],
)
def test_status_end_and_grade(world, rule_id, status, graded, left_early):
    """The status contradicts what end date and grade say; six days early is early."""
    assert planted(world, rule_id)
    for key in planted(world, rule_id):
        one, (_, last) = association(world, key), session(world, key)
        assert one["attemptStatusDescriptor"] == STATUS + status
        assert bool(grades(world, key)) == graded
        assert last - day(one["endDate"]) == (6 * DAY if left_early else 0 * DAY)


def test_five_days_early_is_no_withdrawal(world):
    """The near miss of ATT-015 is Sufficient with Not Graded, five days before the end."""
    (key,) = near(world, "ATT-015")
    assert session(world, key)[1] - day(association(world, key)["endDate"]) == 5 * DAY
    assert [one["performanceBaseConversionDescriptor"] for one in grades(world, key)] == [
        NOT_GRADED
    ]


def test_audits_are_marked_in_the_sis(world):
    """The students of ATT-013 and of its near miss have an audit in the roster."""
    ids = {row["personID"]: row["edfiID"] for row in world.sis["person"]}
    audits = {ids[row["personID"]] for row in world.sis["roster"] if row["audit"]}
    keys = planted(world, "ATT-013") + near(world, "ATT-013")
    assert len(keys) == 3
    assert {key["studentUniqueId"] for key in keys} <= audits


def test_a_return_touches_or_does_not(world):
    """SSA-015 begins on the day the first stay ends; its near miss on the day after."""
    for keys, gap in ((planted(world, "SSA-015"), 0), (near(world, "SSA-015"), 1)):
        own = [
            one["endDate"]
            for key in keys
            for one in world.ods["studentSectionAssociations"]
            if whole(one)[:6] == (*(key[name] for name in SECTION), key["studentUniqueId"])
            and one["beginDate"] < key["beginDate"]
        ]
        begins = [day(key["beginDate"]) for key in keys]
        pairs = zip(begins, own, strict=True)
        assert {begin - day(end) for begin, end in pairs} == {gap * DAY}


def test_a_roster_outside_its_session(world):
    """SSA-013 begins on the day after the session, its near miss on the last day."""
    for key in planted(world, "SSA-013"):
        assert day(key["beginDate"]) == session(world, key)[1] + DAY
    for key in near(world, "SSA-013"):
        assert day(key["beginDate"]) == session(world, key)[1]


def test_days_of_an_enrollment_without_roster(world):
    """SSA-016: 31 days and more; its near misses have 30, or a grade or an exit that excuses."""
    for key in planted(world, "SSA-016"):
        one = enrollment(world, key)
        until = day(one["exitWithdrawDate"]) if "exitWithdrawDate" in one else AUDIT_DATE
        assert until - day(one["entryDate"]) == 31 * DAY
        assert sections_of(world, key) == {}
    short, early, absent = (enrollment(world, key) for key in near(world, "SSA-016"))
    assert AUDIT_DATE - day(short["entryDate"]) == 30 * DAY
    assert early["entryGradeLevelDescriptor"].endswith("#K4")
    assert absent["exitWithdrawTypeDescriptor"].endswith("#DE")


def test_uncovered_days(world):
    """SSA-017: sixteen days of the session before the first section; fifteen are too few."""
    for keys, days in ((planted(world, "SSA-017"), 16), (near(world, "SSA-017"), 15)):
        assert keys
        for key in keys:
            ((one,),) = sections_of(world, key).values()
            assert day(one["beginDate"]) - day(key["entryDate"]) == days * DAY


def test_sections_of_a_coursework_student(world):
    """SSA-022: five sections of one session; its near miss has four."""
    for keys, number in ((planted(world, "SSA-022"), 5), (near(world, "SSA-022"), 4)):
        assert keys
        for key in keys:
            assert [len(own) for own in sections_of(world, key).values()] == [number]


def test_students_of_a_career_section(world):
    """CTE-008: ten students, all with the program; its near misses have nine, or one without."""
    counts = []
    for key in planted(world, "CTE-008") + near(world, "CTE-008"):
        own = [
            "_ext" in one
            for one in world.ods["studentSectionAssociations"]
            if whole(one)[:5] == tuple(key[name] for name in SECTION)
        ]
        counts.append((len(own), sum(own)))
    assert counts == [(10, 10), (9, 9), (10, 9)]


def test_whole_agency_is_sufficient(world):
    """ATT-018: more than a hundred associations of the neighbor, withdrawals among them, all S."""
    (key,) = planted(world, "ATT-018")
    assert key == {"localEducationAgencyId": 100609}
    own = [
        one
        for one in world.ods["studentSectionAssociations"]
        if one["sectionReference"].get("schoolId") in {106110, 106120}
    ]
    assert len(own) >= 100
    assert {one["attemptStatusDescriptor"] for one in own} == {STATUS + "S"}


def test_schools_as_a_whole(world):
    """SSA-024, SSA-027 and WIX-001 name the school that was spoiled."""
    assert planted(world, "SSA-024") == [{"schoolId": 106130}]
    assert planted(world, "SSA-027") == [{"schoolId": 106110}]
    assert planted(world, "WIX-001") == [{"schoolId": 101311}]


def test_a_course_without_final_task_sends_no_students(world):
    """WIX-002: the section is in the ODS, its students are not, and the SIS explains them."""
    keys = planted(world, "WIX-002")
    sections = {tuple(key[name] for name in SECTION) for key in keys}
    there = {
        (*(one["courseOfferingReference"][n] for n in SECTION[:4]), one["sectionIdentifier"])
        for one in world.ods["sections"]
    }
    assert sections <= there
    assert not [
        one for one in world.ods["studentSectionAssociations"] if whole(one)[:5] in sections
    ]
    explained = {
        tuple(one.natural_key[name] for name in SECTION)
        for one in world.truth.of("IDM-007")
        if one.resource == "studentSectionAssociations"
    }
    assert sections <= explained
