"""The oracle on Teachers of Record: who is one, who should be, and on which days there is one."""

from datetime import date, timedelta

import pytest
from sandbox.world.oracle_district import FALL, SPRING, District

STAFF = "staffSectionAssociations"
DAY = timedelta(days=1)
AUTUMN = date(2025, 9, 15)


def nobody(district):
    district.ods[STAFF].clear()


def support(district):
    district.staff["classroomPositionDescriptor"] = "uri://any/ClassroomPositionDescriptor#03"


def beside(who, role, begin, end=None):
    def spoil(district):
        district.staff_row(who, role, begin, end)

    return spoil


def until(day):
    def spoil(district):
        district.staff["endDate"] = day.isoformat()

    return spoil


def both(*spoils):
    def spoil(district):
        for one in spoils:
            one(district)

    return spoil


def student_gone(day):
    def spoil(district):
        district.seat["endDate"] = day.isoformat()

    return spoil


def no_student(district):
    district.ods["studentSectionAssociations"].clear()


def of(severity):
    return [("ALG-01", severity)]


CASES = {
    "TOR-001": [(nobody, of("error")), (support, []), (both(nobody, no_student), [])],
    "TOR-002": [(support, of("error")), (nobody, []), (both(support, no_student), [])],
    "TOR-003": [
        (beside("bob", "T", FALL[1]), of("error")),
        (beside("bob", "T", FALL[1] + DAY), []),
        (beside("bob", "S", FALL[0]), []),
        (beside("ann", "T", FALL[0]), []),
    ],
    "TOR-007": [
        (until(FALL[1] - 10 * DAY), []),
        (until(FALL[1] - 11 * DAY), of("warning")),
        (both(until(FALL[1] - 11 * DAY), student_gone(FALL[1] - DAY)), []),
        (both(until(FALL[1] - 11 * DAY), beside("bob", "T", FALL[1], None)), []),
        (both(until(FALL[1] - 11 * DAY), beside("bob", "S", FALL[0], None)), of("warning")),
        (nobody, []),
        (support, []),
    ],
    "TOR-009": [
        (both(until(FALL[0]), beside("bob", "B", date(2025, 9, 1), date(2025, 10, 31))), []),
        (
            both(until(FALL[0]), beside("bob", "B", date(2025, 9, 1), date(2025, 11, 3))),
            of("info"),
        ),
        (
            both(until(date(2025, 9, 2)), beside("bob", "B", date(2025, 9, 1), date(2025, 11, 3))),
            [],
        ),
        (beside("bob", "B", FALL[0]), []),
        (both(until(FALL[0]), beside("bob", "S", FALL[0])), []),
    ],
    "TOR-010": [
        (until(FALL[1] - DAY), of("info")),
        (both(until(FALL[1] - DAY), student_gone(FALL[1] - DAY)), []),
        (both(until(FALL[1] - DAY), beside("bob", "S", FALL[1])), []),
        (nobody, []),
    ],
}


@pytest.mark.parametrize(
    ("rule", "spoil", "expected"),
    [(rule, *case) for rule, cases in CASES.items() for case in cases],
)
def test_the_staff_of_a_section(rule, spoil, expected):
    """By the ODS's rows alone."""
    district = District()
    spoil(district)
    assert district.found(rule, "sectionIdentifier") == expected


@pytest.mark.parametrize(("days", "severity"), [(0, "warning"), (10, "warning"), (11, "error")])
@pytest.mark.parametrize(("rule", "spoil"), [("TOR-001", nobody), ("TOR-002", support)])
def test_ten_days_of_grace(rule, spoil, days, severity):
    """From the eleventh day after the session's first it is an error."""
    district = District()
    spoil(district)
    found = district.found(rule, "sectionIdentifier", audit_date=FALL[0] + days * DAY)
    assert found == of(severity)


def test_a_session_that_is_not_there():
    """Nobody can say that the first days are over; days are not counted at all."""
    district = District()
    until(FALL[0])(district)
    del district.ods["sessions"][0]
    assert district.found("TOR-007") == []
    nobody(district)
    assert district.found("TOR-001", "sectionIdentifier") == of("warning")


@pytest.mark.parametrize(("days", "expected"), [(10, []), (11, of("warning"))])
def test_days_count_up_to_the_audit_date(days, expected):
    """TOR-007: what is to come is no gap yet."""
    district = District()
    until(FALL[0])(district)
    found = district.found("TOR-007", "sectionIdentifier", audit_date=FALL[0] + days * DAY)
    assert found == expected


@pytest.mark.parametrize(("profile", "severity"), [("NE", "error"), ("MN", "info"), ("WI", "info")])
def test_two_teachers_of_record(profile, severity):
    """TOR-003: Nebraska's specification has one."""
    district = District(profile)
    district.staff_row("bob", "T")
    assert district.found("TOR-003", "sectionIdentifier") == of(severity)


LATER = (AUTUMN, None)
RANKS = [
    ("P with the role first", [("P", "T", None, None), ("P", None, *LATER)], "a"),
    ("then P without", [("T", "T", *LATER), ("P", None, None, None)], "b"),
    ("then T with the role", [("T", "S", None, None), ("T", "T", None, None)], "b"),
    ("an unmapped role is no role", [("P", "X", None, None), ("T", "T", None, None)], "b"),
    ("the newest of equals", [("T", "T", *LATER), ("T", "T", None, None)], "a"),
    ("the later row of equal starts", [("P", "T", None, None), ("P", "T", None, None)], "b"),
    ("one after the other", [("P", "T", None, AUTUMN), ("P", "T", AUTUMN + DAY, None)], "ab"),
    ("not on one day", [("P", "T", None, AUTUMN), ("P", "T", AUTUMN, None)], "b"),
    ("a better one elsewhen", [("P", "T", None, AUTUMN), ("T", "T", AUTUMN + DAY, None)], "ab"),
    ("not in the term", [("P", "T", *SPRING), ("T", "T", None, None)], "b"),
]


@pytest.mark.parametrize(
    ("rows", "expected"), [case[1:] for case in RANKS], ids=[case[0] for case in RANKS]
)
def test_who_should_be_teacher_of_record(rows, expected):
    """TOR-004 is silent when the ODS has those of `expected`, and speaks when one is lacking."""
    for lacking in (None, *expected):
        district = District()
        district.sis["sectionStaffHistory"].clear()
        nobody(district)
        for name, (kind, role, begin, end) in zip("ab", rows, strict=True):
            district.teach(district.hire(name), kind, role, begin, end)
        for name in {*expected} - {lacking} or {"eve"}:
            district.staff_row(name)
        assert district.found("TOR-004", "sectionIdentifier") == (of("error") if lacking else [])


@pytest.mark.parametrize(
    "spoil",
    [nobody, support, lambda district: district.sis["sectionStaffHistory"].clear()],
)
def test_without_a_teacher_of_record_on_either_side(spoil):
    """TOR-004 has nothing to compare."""
    district = District()
    spoil(district)
    assert district.found("TOR-004") == []


OVERRIDES = [
    (None, "bob", {"bob"}),
    ("bob", None, {"bob"}),
    ("bob", "ann", {"bob"}),
    ("ann", "bob", {"ann"}),
    (None, " BOB ", {"bob"}),
    (None, None, {"ann"}),
    ("nobody", None, {"ann"}),
    ("nobody", "bob", {"ann"}),
]


def overridden(section, course):
    district = District()
    district.bob = district.hire("bob")
    district.section["teacherOverride"], district.course["teacherOverride"] = section, course
    return district


@pytest.mark.parametrize(("section", "course", "expected"), OVERRIDES)
def test_an_override_goes_before_the_history(section, course, expected):
    """STF-002 asks for who reports: the section's number before the course's, if usable."""
    district = overridden(section, course)
    nobody(district)
    found = {who for who, _ in district.found("STF-002", "staffUniqueId")}
    assert found == expected
    unusable = section == "nobody"
    assert bool(district.found("TOR-006", "sectionIdentifier")) == unusable


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda bob: bob.update(endDate=date(2025, 6, 30)), True),
        (lambda bob: bob.update(endDate=date(2025, 7, 1)), False),
        (lambda bob: bob.update(schoolID="elsewhere"), True),
    ],
)
def test_an_override_needs_an_assignment_of_the_year(spoil, expected):
    """TOR-006 speaks, and TOR-004 does not while it does."""
    district = overridden("bob", None)
    spoil(district.assignment)
    assert bool(district.found("TOR-006")) == expected
    assert bool(district.found("TOR-004")) != expected


@pytest.mark.parametrize(
    ("section", "course", "expected"),
    [("bob", "ann", True), ("ann", "bob", False), ("bob", None, False), ("bob", "bob", False)],
)
def test_the_section_s_override_goes_before_the_course_s(section, course, expected):
    """TOR-005: the ODS has ann."""
    district = overridden(section, course)
    assert bool(district.found("TOR-005")) == expected


@pytest.mark.parametrize(
    ("kind", "role", "begin", "sent"),
    [("T", "S", AUTUMN, AUTUMN), ("T", None, AUTUMN, AUTUMN), ("P", "T", SPRING[0], FALL[0])],
)
def test_an_override_teacher_with_staff_history(kind, role, begin, sent):
    """Reports from a row that reaches the term, whatever its role; else without its dates."""
    district = overridden("bob", None)
    district.teach(district.bob, kind, role, begin)
    found = district.found("STF-002", "beginDate")
    assert found == [(sent.isoformat(), "error")]
    district.staff_row("bob", "T", sent)
    assert district.found("STF-002") == []
    assert district.found("SYN-001", "staffUniqueId") == []


@pytest.mark.parametrize(
    ("staff_type", "role", "begin", "person", "expected"),
    [
        ("P", None, None, "bob", True),
        ("P", " ", FALL[1], "bob", True),
        ("P", None, FALL[1] + DAY, "bob", False),
        ("P", "T", None, "bob", False),
        ("T", None, None, "bob", False),
        ("P", None, AUTUMN, "ann", False),
    ],
)
def test_two_primary_teachers_without_a_role(staff_type, role, begin, person, expected):
    """TOR-008: two persons, in the term, at one time."""
    district = District()
    district.history["role"] = None
    people = {"ann": district.teacher, "bob": district.hire("bob")}
    district.teach(people[person], staff_type, role, begin)
    assert bool(district.found("TOR-008")) == expected


def test_primary_teachers_who_follow_each_other():
    """TOR-008: no day together."""
    district = District()
    district.history |= {"role": None, "endDate": AUTUMN}
    second = district.teach(district.hire("bob"), "P", None, AUTUMN + DAY)
    assert district.found("TOR-008") == []
    second["startDate"] = AUTUMN
    assert district.found("TOR-008", "sectionIdentifier") == of("warning")
    district.course["active"] = 0
    assert district.found("TOR-008") == []


@pytest.mark.parametrize(
    ("staff_type", "role", "end", "override", "expected"),
    [
        ("P", "T", None, None, False),
        ("P", "T", AUTUMN, None, False),
        ("P", "T", AUTUMN - DAY, None, True),
        ("P", "S", None, None, True),
        ("T", "T", None, None, True),
        ("T", "S", None, "eve", False),
        ("T", "S", None, "nobody", True),
    ],
)
def test_a_better_teacher_decides(staff_type, role, end, override, expected):
    """TOR-008: no override that is usable, and no primary teacher with the role meets them."""
    district = District()
    district.history |= {"role": None, "startDate": AUTUMN}
    district.teach(district.hire("bob"), "P", None, AUTUMN)
    district.teach(district.hire("eve"), staff_type, role, None, end)
    district.section["teacherOverride"] = override
    assert bool(district.found("TOR-008")) == expected
