"""Days on which a section had students and no teacher, no staff, or a substitute alone."""

from datetime import date, timedelta

import pytest
from campus import FALL, NAMESPACE, SUPPORT, TEACHER, ods, section_key
from proof import World

BEGIN, END = FALL
SUBSTITUTE = f"{NAMESPACE}/ClassroomPositionDescriptor#Substitute Teacher"


def day(number):
    """The session's day of this number, its first day is 1."""
    return BEGIN + timedelta(days=number - 1)


def student(section, begin=BEGIN, end=END, person="s1"):
    return section_key(section, student_unique_id=person, begin_date=begin, end_date=end)


def staff(section, begin=BEGIN, end=None, position=TEACHER, person="t1"):
    return section_key(
        section,
        staff_unique_id=person,
        classroom_position_descriptor=position,
        begin_date=begin,
        end_date=end,
    )


def held(students, staff_rows):
    """An ODS with the sections that these rows name."""
    names = dict.fromkeys(row["section_identifier"] for row in (*students, *staff_rows))
    return ods(
        sections=[section_key(name) for name in names],
        student_section_associations=students,
        staff_section_associations=staff_rows,
    )


def test_days_without_a_teacher_of_record_add_up(prove):
    """TOR-007: 10 days pass and 11 fail, in one gap or in several, support staff or not."""
    findings = prove(
        "TOR-007",
        by="section_identifier",
        ods=held(
            [
                student(name)
                for name in ("ten", "eleven", "two gaps", "overlap", "other namespace", "support")
            ],
            [
                staff("ten", day(11)),
                staff("eleven", day(12)),
                staff("eleven", position=SUPPORT, person="t2"),
                staff("two gaps", day(6), day(50)),
                staff("two gaps", day(57), person="t2"),
                staff("overlap", end=day(60)),
                staff("overlap", day(20), day(40), person="t2"),
                staff("overlap", day(61), None, person="t3"),
                staff("other namespace", None, position="uri://x#Teacher of Record"),
                staff("support", position=SUPPORT),
            ],
        ),
        fails={"eleven": "warning", "two gaps": "warning"},
        passes=["ten", "overlap", "other namespace"],
        outside=["support"],
        threshold="tor_gap_days",
    )
    assert {row["observed"] for row in findings} == {
        "11 days with students and no Teacher of Record"
    }


def test_only_days_with_students_in_the_session_count(prove):
    """TOR-007: a gap before the first student, after the last, or outside the session is none."""
    prove(
        "TOR-007",
        by="section_identifier",
        ods=held(
            [
                student("late", begin=day(12)),
                student("all left", end=day(30)),
                student("some left", end=day(30)),
                student("some left", end=None, person="s2"),
                student("back again", end=day(30)),
                student("back again", begin=day(60), end=day(69), person="s2"),
                student("stays on", begin=date(2025, 6, 1), end=date(2026, 6, 30)),
                student("no begin", begin=None),
                student("nobody now"),
            ],
            [
                staff("late", day(12)),
                staff("all left", end=day(30)),
                staff("some left", end=day(30)),
                staff("back again", end=day(30)),
                staff("stays on"),
                staff("no begin", end=day(1)),
                staff("nobody now", date(2026, 1, 5)),
            ],
        ),
        fails={"some left": "warning", "nobody now": "warning"},
        passes=["late", "all left", "back again", "stays on", "no begin"],
    )


@pytest.mark.parametrize(
    ("audit_date", "fails"),
    [(day(20), False), (day(21), True), (date(2026, 6, 20), True), (date(2025, 8, 1), False)],
    ids=["ten days so far", "eleven", "after the session", "before the session"],
)
def test_days_are_counted_up_to_the_audit_date(prove, audit_date, fails):
    """TOR-007: what has not come yet is no gap; the audit date itself counts."""
    prove(
        "TOR-007",
        by="section_identifier",
        audit_date=audit_date,
        ods=held(
            [student("left alone"), student("no teacher")],
            [staff("left alone", end=day(10)), staff("no teacher", position=SUPPORT)],
        ),
        fails={"left alone": "warning"} if fails else {},
        passes=[] if fails else ["left alone"],
        outside=["no teacher"],
    )


def test_one_day_without_any_staff(prove):
    """TOR-010: staff of any position holds a day; the day between two rows is not held."""
    prove(
        "TOR-010",
        by="section_identifier",
        ods=held(
            [
                student("handover"),
                student("a day between"),
                student("first day"),
                student("last day"),
                student("support"),
                student("nobody"),
                student("after the last student", end=day(40)),
            ],
            [
                staff("handover", end=day(40)),
                staff("handover", day(41), position=SUPPORT, person="t2"),
                staff("a day between", end=day(40)),
                staff("a day between", day(42), person="t2"),
                staff("first day", day(2)),
                staff("last day", end=END - timedelta(days=1)),
                staff("support", position=SUPPORT),
                staff("after the last student", end=day(40)),
            ],
        ),
        fails={"a day between": "info", "first day": "info", "last day": "info"},
        passes=["handover", "support", "after the last student"],
        outside=["nobody"],
    )


def test_a_substitute_holds_a_section_for_long(prove):
    """TOR-009: nine weeks from Monday to Friday are 45 days; the Monday after is one too many."""
    monday, sunday, next_monday = date(2025, 9, 1), date(2025, 11, 2), date(2025, 11, 3)
    prove(
        "TOR-009",
        by="section_identifier",
        ods=held(
            [],
            [
                staff("nine weeks", monday, sunday, SUBSTITUTE),
                staff("a day more", monday, next_monday, SUBSTITUTE),
                staff("by code", date(2025, 8, 30), next_monday, f"{NAMESPACE}/Position#04"),
                staff("two in turn", monday, date(2025, 9, 30), SUBSTITUTE),
                staff("two in turn", date(2025, 10, 1), next_monday, SUBSTITUTE, person="t2"),
                staff("two at once", monday, sunday, SUBSTITUTE),
                staff("two at once", monday, sunday, SUBSTITUTE, person="t2"),
                staff("a teacher beside", monday, next_monday, SUBSTITUTE),
                staff("a teacher beside", next_monday, person="t2"),
                staff("a weekend beside", monday, next_monday, SUBSTITUTE),
                staff("a weekend beside", date(2025, 9, 6), date(2025, 9, 7), person="t2"),
                staff("support", monday, next_monday, SUPPORT),
            ],
        ),
        fails={
            "a day more": "info",
            "by code": "info",
            "two in turn": "info",
            "a weekend beside": "info",
        },
        passes=["nine weeks", "two at once", "a teacher beside"],
        outside=["support"],
        threshold="substitute_days",
    )


def test_weekdays_from_any_day_to_any_day(tmp_path):
    """Each of a fortnight's 105 spans has as many weekdays as the calendar says."""
    days = [day(number) for number in range(1, 15)]
    spans = [(one, other) for one in days for other in days if one <= other]
    rows = [staff(f"{one} {other}", one, other, SUBSTITUTE) for one, other in spans]
    found = World.of(tmp_path, held([], rows)).rows("section_coverage")
    assert {row["section_identifier"]: row["days_with_substitute"] for row in found} == {
        f"{one} {other}": sum(one <= each <= other and each.weekday() < 5 for each in days)
        for one, other in spans
    }


def test_a_section_whose_session_is_unknown_is_not_looked_at(tmp_path):
    """Nothing tells which days to count: the section is no row."""
    records = held([student("known")], [staff("known")])
    records["sections"] += [section_key("unknown", "Summer"), section_key("undated", "Spring")]
    records["sessions"] = [
        {**one, "begin_date": one["begin_date"] if one["session_name"] == "Fall" else None}
        for one in records["sessions"]
    ]
    rows = World.of(tmp_path, records).rows("section_coverage")
    assert [row["section_identifier"] for row in rows] == ["known"]
