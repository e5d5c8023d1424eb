"""The Teacher-of-Record decision told: who won, who lost to whom, and why."""

from datetime import date

import pytest
from campus import Campus, ods

from edfi_audit.why.teachers import decide

ROLE, BLANK, SUPPORT = "T", None, "S"
OCTOBER = date(2025, 10, 1)
RUNGS = [
    "Section override",
    "Course override",
    "Primary teacher, role Teacher of Record",
    "Primary teacher, no role",
    "Teacher, role Teacher of Record",
]


@pytest.fixture
def decided(expect):
    """The decision on section ALG in Fall, over staff written as (person, type, role, dates)."""

    def of(*staff, section=None, course=None, unassigned=(), people=()):
        campus = Campus()
        campus.section("ALG", teacherOverride=section, course={"teacherOverride": course})
        for person in dict.fromkeys([*(one[0] for one in staff), *people]):
            campus.person(person, assigned=person not in unassigned)
        for person, staff_type, role, *dates in staff:
            begin, end = (*dates, None, None)[:2]
            campus.teaches("ALG", person, staff_type, role, startDate=begin, endDate=end)
        sections, records = expect(ods(), campus.sis).staff("ALG")
        (row,) = sections.rows
        return decide(row, [record.row for record in records])

    return of


def told(decision):
    """Each candidate on its rung: (staff, outcome, lost to)."""
    assert [rung.title for rung in decision.priorities] == RUNGS
    return {
        rung.title: [(one.staff, one.outcome, one.lost_to) for one in rung.candidates]
        for rung in decision.priorities
        if rung.candidates
    }


def why(decision, staff):
    everyone = [one for rung in decision.priorities for one in rung.candidates]
    return next(one.why for one in [*everyone, *decision.others] if one.staff == staff)


def winners(decision):
    return [one.staff for one in decision.winners]


def test_a_section_override_comes_before_the_course_s_and_the_staff_history(decided):
    """“Section overrides course and Staff History”."""
    decision = decided(("1001", "P", ROLE), section="1002", course="1003", people=("1002", "1003"))
    assert told(decision) == {
        "Section override": [("1002", "won", None)],
        "Course override": [("1003", "lost", "1002")],
        "Primary teacher, role Teacher of Record": [("1001", "lost", "1002")],
    }
    assert why(decision, "1003") == "the section's override comes before the course's"
    assert why(decision, "1002") == "comes before 1001"


def test_a_course_override_comes_before_the_staff_history(decided):
    """Where the section has none of its own."""
    decision = decided(("1001", "P", ROLE), course="1003", people=("1003",))
    assert told(decision) == {
        "Course override": [("1003", "won", None)],
        "Primary teacher, role Teacher of Record": [("1001", "lost", "1003")],
    }
    assert why(decision, "1001") == "an override is set, which leaves nobody else"


def test_an_override_may_name_somebody_of_the_staff_history(decided):
    """The row of that person stands on the override's rung, and nobody else is left."""
    october = ("1002", "T", SUPPORT, OCTOBER, None)
    early = ("1001", "P", ROLE, None, date(2025, 9, 30))
    decision = decided(early, october, section="1002")
    assert told(decision) == {
        "Section override": [("1002", "won", None)],
        "Primary teacher, role Teacher of Record": [("1001", "lost", "1002")],
    }
    assert why(decision, "1001") == "an override is set, which leaves nobody else"


def test_an_override_that_cannot_be_sent_leaves_the_decision_open(decided):
    """It names nobody known: it is held back, and nobody wins."""
    decision = decided(("1001", "P", ROLE), section="9999")
    assert told(decision) == {
        "Section override": [("9999", "held back", None)],
        "Primary teacher, role Teacher of Record": [("1001", "lost", None)],
    }
    assert why(decision, "9999") == "The teacher has no Ed-Fi ID."
    assert winners(decision) == []


def test_primary_with_role_then_primary_without_then_teacher_with_role(decided):
    """The order of the specification, among rows that overlap."""
    decision = decided(("1003", "T", ROLE), ("1002", "P", BLANK), ("1001", "P", ROLE))
    assert told(decision) == {
        "Primary teacher, role Teacher of Record": [("1001", "won", None)],
        "Primary teacher, no role": [("1002", "lost", "1001")],
        "Teacher, role Teacher of Record": [("1003", "lost", "1001")],
    }
    assert why(decision, "1001") == "comes before 1002, 1003"
    assert why(decision, "1002") == "a better priority"


def test_the_newest_teacher_reports(decided):
    """Of one rank the later start wins, then the higher id of the row."""
    decision = decided(
        ("1001", "P", ROLE), ("1002", "P", ROLE, OCTOBER), ("1003", "P", ROLE, OCTOBER)
    )
    assert told(decision) == {
        "Primary teacher, role Teacher of Record": [
            ("1001", "lost", "1003"),
            ("1002", "lost", "1003"),
            ("1003", "won", None),
        ]
    }
    assert why(decision, "1001") == "a newer start"
    assert why(decision, "1002") == "the same start, and a higher id"


@pytest.mark.parametrize(
    ("end", "expected"), [(date(2025, 9, 30), ["1001", "1002"]), (OCTOBER, ["1002"])]
)
def test_rows_that_do_not_overlap_follow_one_another(decided, end, expected):
    """Both are Teacher of Record, in turn; one common day makes them rivals."""
    decision = decided(("1001", "P", ROLE, None, end), ("1002", "P", ROLE, OCTOBER))
    assert winners(decision) == expected
    if len(expected) == 2:
        assert why(decision, "1001") == "nobody who competes overlaps"


def test_who_is_held_back_by_a_gate_does_not_keep_others_out(decided):
    """The primary teacher has no District Assignment; the teacher with the role is chosen."""
    decision = decided(("1001", "P", ROLE), ("1002", "T", ROLE), unassigned=("1001",))
    assert told(decision) == {
        "Primary teacher, role Teacher of Record": [("1001", "held back", None)],
        "Teacher, role Teacher of Record": [("1002", "won", None)],
    }
    assert why(decision, "1001").startswith("The teacher has no District Assignment")
    assert why(decision, "1002") == "nobody else competes"


def test_who_does_not_compete_says_why(decided):
    """Neither P nor T, another role, no role, an unmapped role, other days."""
    decision = decided(
        ("1001", "A", ROLE),
        ("1002", "T", SUPPORT),
        ("1003", "T", BLANK),
        ("1004", "P", "X"),
        ("1005", "P", ROLE, date(2025, 12, 21)),
    )
    assert {one.staff: one.why for one in decision.others} == {
        "1001": "neither Primary Teacher nor Teacher",
        "1002": "the role stands for Support Teacher, which is no Teacher of Record",
        "1003": "a Teacher whose role is blank",
        "1004": "the role is not mapped to an Ed-Fi code",
        "1005": "no overlap with the session's terms",
    }
    assert winners(decision) == []


def test_the_story_agrees_with_the_decision_on_a_whole_district(planted, everything):
    """Who is told to have won is who the audit table lets through; who lost, lost to somebody."""
    by_place = {}
    for record in everything(planted.run):
        if record.resource == "staffSectionAssociations" and record.row["session_name"]:
            row = record.row
            place = (row["section_id"], row["trial_id"], row["session_name"])
            by_place.setdefault(place, []).append(row)
    outcomes = set()
    for rows in by_place.values():
        decision = decide(rows[0], rows)
        for row in rows:
            one = decision.of(row["history_id"])
            outcomes.add(one.outcome)
            assert (one.outcome == "won") == bool(row["gate_teacher_of_record"])
            assert (one.outcome == "lost") == (row["gate_teacher_of_record"] is False)
            assert one.lost_to or one.outcome != "lost" or row["override_id"]
    assert outcomes == {"won", "lost", "held back", "does not compete"}
