"""Instruction minutes per term: the three levels of a section, beside what the ODS holds."""

from datetime import date, timedelta

import pytest
from campus import FALL, SPRING, Campus, ods, offering, section_key
from proof import World

PERIODS = {
    "1": {"periodMinutes": 47},
    "2": {"periodMinutes": 47, "lunchMinutes": 25},
    "B": {"periodMinutes": 90, "periodScheduleID": "B"},
    "timed": {"startTime": "08:00", "endTime": "08:47"},
    "dated": {"startTime": "1900-01-01 08:00:00.000", "endTime": "1900-01-01 08:47:00.000"},
    "unknown": {"startTime": "first bell", "endTime": "second bell"},
}


class Timetable(Campus):
    """A campus in Minnesota with 80 days of instruction in each term, all of schedule A."""

    def __init__(self):
        super().__init__()
        self.sis["trial"][0]["structureID"] = "main"
        for period, columns in PERIODS.items():
            self.add("period", periodID=period, **{"periodScheduleID": "A", **columns})
        for begin, _ in (FALL, SPRING):
            for number in range(80):
                self.meets(begin + timedelta(days=number))

    def meets(self, on, **row):
        """A day of the calendar, of instruction by schedule A unless `row` says otherwise."""
        columns = {"structureID": "main", "periodScheduleID": "A", "instruction": True}
        self.add("day", date=on, **{**columns, **row})

    def at(self, name, *periods, term="Fall", of=None, course=None, **row):
        """A section that meets in these periods of a term; of another's course, if `of` one."""
        if of:
            self.add("section", sectionID=name, courseID=f"{of}-course", trialID="1", **row)
        else:
            self.section(name, terms=(), course=course, **row)
        self.place(name, *periods, term=term)

    def place(self, name, *periods, term="Fall"):
        """Placements of a section."""
        for period in periods:
            self.add("sectionPlacement", sectionID=name, trialID="1", termID=term, periodID=period)


def shown(**minutes):
    """Course offerings of these sections with these minutes, underscores standing for spaces."""
    return [
        offering(name.replace("_", " "), instruction_minutes_per_term=value)
        for name, value in minutes.items()
    ]


def by_course(*names):
    return [f"{name}-course" for name in names]


def failing(severity, *names):
    return dict.fromkeys(by_course(*names), severity)


def test_the_three_levels(tmp_path):
    """MIN: 0 by an override of 0, 45 on 80 days 3600, else (47 + 47 - 25) on 80 days."""
    campus = Timetable()
    campus.at("zero", "1", course={"periodMinutes": 45}, periodMinutesOverride=0)
    campus.at("course", "1", course={"periodMinutes": 45})
    campus.at("override", "1", course={"periodMinutes": 45}, periodMinutesOverride=30)
    campus.at("schedule", "1", "2")
    campus.at("timed", "timed")
    campus.at("dated", "dated")
    campus.at("unknown", "1", "unknown")
    campus.at("unknown, overridden", "unknown", periodMinutesOverride=30)
    campus.at("no period", None, course={"periodMinutes": 45})
    rows = World.of(tmp_path, ods(), campus.sis, profile="MN").rows("section_minutes")
    assert {
        row["section_id"]: (row["level"], row["days"], row["expected_minutes"]) for row in rows
    } == {
        "zero": (1, 80, 0),
        "course": (2, 80, 3600),
        "override": (1, 80, 2400),
        "schedule": (3, 80, (47 + 22) * 80),
        "timed": (3, 80, 47 * 80),
        "dated": (3, 80, 47 * 80),
        "unknown": (3, 80, None),
        "unknown, overridden": (1, 80, 2400),
        "no period": (2, 0, None),
    }


def test_the_days_on_which_a_section_meets(tmp_path):
    """Days of instruction of its periods' schedules and its trial's structure, in its terms."""
    campus = Timetable()
    last = FALL[1]
    campus.meets(last, periodScheduleID="B")
    campus.meets(last + timedelta(days=1), periodScheduleID="B")
    campus.meets(last - timedelta(days=1), periodScheduleID="B", instruction=False)
    campus.meets(last - timedelta(days=2), periodScheduleID="B", structureID="other")
    campus.meets(FALL[0], periodScheduleID="B")
    campus.at("A", "1")
    campus.at("B", "B")
    campus.at("A and B", "1", "B")
    campus.at("year", "1")
    campus.place("year", "1", term="Spring")
    campus.add("term", termID="Q1", name="Q1", startDate=FALL[0], endDate=date(2025, 9, 18))
    campus.prefer("sessions", "termDescriptor", "Q1", "uri://dpi.wi.gov/TermDescriptor#Fall")
    campus.at("quarter", "1", term="Q1")
    campus.at("quarter in term", "1", "1")
    campus.place("quarter in term", "1", term="Q1")
    rows = World.of(tmp_path, ods(), campus.sis, profile="MN").rows("section_minutes")
    assert {
        (row["section_id"], row["session_name"]): (row["days"], row["expected_minutes"])
        for row in rows
    } == {
        ("A", "Fall"): (80, 47 * 80),
        ("B", "Fall"): (2, 90 * 2),
        ("A and B", "Fall"): (81, 47 * 80 + 90 * 2),
        ("year", "Fall"): (80, 47 * 80),
        ("year", "Spring"): (80, 47 * 80),
        ("quarter", "Fall"): (30, 47 * 30),
        ("quarter in term", "Fall"): (80, 47 * 80),
    }


LEVELS = {
    "MIN-001": ({}, {"periodMinutesOverride": 45}),
    "MIN-002": ({"periodMinutes": 45}, {}),
    "MIN-003": ({}, {}),
}


@pytest.mark.parametrize(("rule", "level"), LEVELS.items(), ids=LEVELS)
def test_minutes_agree_within_one_percent(prove, rule, level):
    """MIN-001 to 003 speak of their own level: 3600 may be 3564 to 3636; a blank is no 3600."""
    campus = Timetable()
    campus.add("period", periodID="45", periodScheduleID="A", periodMinutes=45)
    of_course, of_section = level
    minutes = {
        "right": 3600, "low": 3564, "too_low": 3563, "high": 3636, "too_high": 3637, "blank": None,
    }  # fmt: skip
    for name in minutes:
        campus.at(name.replace("_", " "), "45", course=of_course, **of_section)
    others = [other for other in LEVELS if other != rule]
    for other in others:
        campus.at(other, "45", course=LEVELS[other][0], **LEVELS[other][1])
    campus.at("no days", None, course=of_course, **of_section)
    findings = prove(
        rule,
        by="local_course_code",
        profile="MN",
        ods=ods(
            course_offerings=[
                *shown(**minutes, no_days=3600),
                *(offering(other, instruction_minutes_per_term=1) for other in others),
                offering("of no course", instruction_minutes_per_term=3600),
            ]
        ),
        sis=campus.sis,
        fails=failing("warning", "too low", "too high", "blank"),
        passes=by_course("right", "low", "high"),
        outside=by_course("no days", "of no course", *others),
    )
    assert {row["observed"] for row in findings} == {
        "3563 minutes in the ODS", "3637 minutes in the ODS", "(none) minutes in the ODS",
    }  # fmt: skip
    assert {row["expected"].split(":")[0] for row in findings} == {"3600 minutes"}


def test_any_section_s_minutes_are_accepted(prove):
    """MIN-001: the offering is one record; the first level of any of its sections speaks."""
    campus = Timetable()
    for name in ("first", "second", "neither", "same number"):
        campus.at(name, "1", course={"periodMinutes": 45}, periodMinutesOverride=30)
        campus.at(f"{name} 2", "1", of=name)
    campus.at("another", "1", course={"number": "same number-course", "periodMinutes": 20})
    campus.at("inactive", "1", course={"number": "neither-course", "active": False})
    campus.at("level 2", "1", course={"periodMinutes": 45})
    minutes = {"first": 2400, "second": 3600, "neither": 47 * 80, "same_number": 1600, "level_2": 1}
    prove(
        "MIN-001",
        by="local_course_code",
        profile="MN",
        ods=ods(course_offerings=shown(**minutes)),
        sis=campus.sis,
        fails=failing("warning", "neither"),
        passes=by_course("first", "second", "same number"),
        outside=by_course("level 2"),
    )


def test_minutes_of_ods_sections_stand_in_for_the_offering_s(prove):
    """MIN-002: where the offering shows none, every section's must be right; else its own."""
    campus = Timetable()
    for name in ("by sections", "one wrong", "own", "none"):
        campus.at(name, "1", course={"periodMinutes": 45})
    campus.at("level 3", "1")

    def in_ods(name, identifier, minutes):
        key = section_key(name, instruction_minutes_per_term=minutes)
        return {**key, "section_identifier": identifier}

    prove(
        "MIN-002",
        by="local_course_code",
        profile="MN",
        ods=ods(
            course_offerings=shown(by_sections=None, one_wrong=None, own=3600, none=None)
            + shown(level_3=None),
            sections=[
                in_ods("by sections", "a", 3600),
                in_ods("by sections", "b", None),
                in_ods("by sections", "c", 3610),
                in_ods("one wrong", "a", 3600),
                in_ods("one wrong", "b", 1),
                in_ods("own", "a", 1),
                in_ods("none", "a", None),
            ],
        ),
        sis=campus.sis,
        fails=failing("warning", "one wrong", "none"),
        passes=by_course("by sections", "own"),
        outside=by_course("level 3"),
    )


def test_an_ods_without_any_minutes_shows_no_such_field(tmp_path):
    """MIN-001, 002, 003, 005 are not evaluated: nothing tells whether the field is there."""
    campus = Timetable()
    campus.at("a", "1")
    records = ods(course_offerings=shown(a=None), sections=[section_key("a")])
    (row,) = World.of(tmp_path, records, campus.sis, profile="MN").rows("course_offering_minutes")
    assert (row["basis"], row["expected_minutes"]) == ("schedule", "3760")
    assert row["minutes_agree"] is None
    assert row["plausibility"] == "plausible"


def test_one_section_with_minutes_shows_the_field(tmp_path):
    """Then an offering without any lacks them, though its own sections show none."""
    campus = Timetable()
    campus.at("a", "1")
    records = ods(
        course_offerings=shown(a=None),
        sections=[section_key("other", instruction_minutes_per_term=1)],
    )
    (row,) = World.of(tmp_path, records, campus.sis, profile="MN").rows("course_offering_minutes")
    assert row["minutes_agree"] is False


def test_an_override_of_0_is_a_value(prove):
    """MIN-005: 0 times 80 days are 0 minutes, whatever the course says; a blank is no 0."""
    campus = Timetable()
    for name in ("zero", "course's", "blank", "one"):
        campus.at(name, "1", course={"periodMinutes": 45}, periodMinutesOverride=0)
    campus.at("no override", "1", course={"periodMinutes": 45})
    campus.at("override", "1", periodMinutesOverride=45)
    campus.at("two sections", "1", periodMinutesOverride=0)
    campus.at("two sections, 2", "1", of="two sections", periodMinutesOverride=45)
    records = ods(
        course_offerings=[
            *shown(zero=0, blank=None, one=1, no_override=0, override=0, two_sections=3600),
            offering("course's", instruction_minutes_per_term=3600),
        ]
    )
    prove(
        "MIN-005",
        by="local_course_code",
        profile="MN",
        ods=records,
        sis=campus.sis,
        fails=failing("warning", "course's", "blank", "one"),
        passes=by_course("zero", "two sections"),
        outside=by_course("no override", "override"),
    )


def test_sections_of_one_offering_may_differ(prove):
    """MIN-004: two sections whose minutes differ by more than 1 percent are told, once."""
    campus = Timetable()
    for name, other in (("same", 100), ("close", 99), ("apart", 98), ("zero", 0), ("no days", 5)):
        campus.at(name, "1", periodMinutesOverride=100)
        periods = () if name == "no days" else ("1",)
        campus.at(f"{name} 2", *periods, of=name, periodMinutesOverride=other)
    campus.at("alone", "1")
    prove(
        "MIN-004",
        by="local_course_code",
        profile="MN",
        ods=ods(
            course_offerings=shown(same=1, close=1, apart=1, zero=1, no_days=1, alone=1, unknown=1)
        ),
        sis=campus.sis,
        fails=failing("info", "apart", "zero"),
        passes=by_course("same", "close"),
        outside=by_course("no days", "alone", "unknown"),
    )


def test_minutes_that_cannot_be(prove):
    """MIN-006: above 0 and up to 60,000; 0 by an override of 0; none where no section meets."""
    campus = Timetable()
    for name in ("right", "below", "zero", "most", "too many"):
        campus.at(name, "1")
    campus.at("override of 0", "1", periodMinutesOverride=0)
    campus.at("below by override", "1", periodMinutesOverride=0)
    campus.at("no days", None)
    campus.at("no days, none", None)
    campus.at("unknown length", "unknown")
    findings = prove(
        "MIN-006",
        by="local_course_code",
        profile="MN",
        ods=ods(
            course_offerings=[
                *shown(
                    right=1, below=-1, zero=0, most=60_000, too_many=60_001, override_of_0=0,
                    below_by_override=-1, no_days=10, unknown_length=10, unlinked=1,
                    unlinked_zero=0,
                ),
                offering("no days, none"),
            ]
        ),
        sis=campus.sis,
        fails=failing(
            "warning", "below", "zero", "too many", "below by override", "no days",
            "unlinked zero",
        ),
        passes=by_course(
            "right", "most", "override of 0", "unknown length", "unlinked", "no days, none"
        ),
    )  # fmt: skip
    assert "10 minutes in the ODS: no section meets in the session" in {
        row["observed"] for row in findings
    }


@pytest.mark.parametrize("profile", ["WI", "NE"])
def test_other_states_report_no_minutes(tmp_path, profile):
    """The minutes are Minnesota's: elsewhere nothing is looked at."""
    records = ods(course_offerings=shown(a=1))
    rows = World.of(tmp_path, records, profile=profile).rows("course_offering_minutes")
    assert rows == []
