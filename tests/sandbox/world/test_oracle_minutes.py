"""The oracle on instruction minutes: 80 days of a period of 47 minutes, or of 22 beside lunch."""

from datetime import timedelta

import pytest
from sandbox.world.oracle_district import FALL, SPRING, District

DAYS = 80


def minnesota(*, periods=(0,), terms=("Fall",), shown=None, days=DAYS):
    """The section meets in these of two periods on the first `days` days of each term."""
    district = District("MN")
    add = district.campus.add
    district.periods = [
        add("period", periodScheduleID="regular", periodMinutes=47, lunchMinutes=0),
        add(
            "period",
            periodScheduleID="regular",
            startTime="11:00",
            endTime="11:47",
            lunchMinutes=25,
        ),
    ]
    for begin, _ in (FALL, SPRING):
        for number in range(days):
            district.day = add(
                "day",
                structureID="M",
                periodScheduleID="regular",
                date=begin + timedelta(days=number),
                instruction=1,
            )
    district.sis["sectionPlacement"].clear()
    for term in terms:
        for period in periods:
            district.place(district.section, term, district.periods[period]["periodID"])
    if shown is not None:
        district.offering["_ext"] = {"mn": {"instructionMinutesPerTerm": shown}}
    return district


def spoken(district):
    """The rules about minutes that speak."""
    return [one.rule_id for one in district.findings() if one.rule_id.startswith("MIN")]


LEVELS = [
    ({}, (47 + 22) * DAYS, "MIN-003"),
    ({"course": 45}, 45 * DAYS, "MIN-002"),
    ({"course": 45, "section": 40}, 40 * DAYS, "MIN-001"),
    ({"section": 40}, 40 * DAYS, "MIN-001"),
]


@pytest.mark.parametrize(("own", "expected", "rule"), LEVELS)
@pytest.mark.parametrize(
    ("share", "is_right"), [(1, True), (1.01, True), (0.99, True), (1.0101, False), (0.9899, False)]
)
def test_each_level_and_its_tolerance(own, expected, rule, share, is_right):
    """The section's minutes, else the course's, else the periods'; one per cent is allowed."""
    district = minnesota(periods=(0, 1), shown=round(share * expected, 2))
    district.course["periodMinutes"] = own.get("course")
    district.section["periodMinutesOverride"] = own.get("section")
    assert spoken(district) == ([] if is_right else [rule])


@pytest.mark.parametrize(("shown", "expected"), [(0, []), (3600, ["MIN-005"])])
def test_an_override_of_nothing_is_a_value(shown, expected):
    """MIN-005: course 45, override 0, and so 0 minutes are reported."""
    district = minnesota(shown=shown)
    district.course["periodMinutes"], district.section["periodMinutesOverride"] = 45, 0
    assert spoken(district) == expected


def test_the_value_may_stand_on_the_sections():
    """Where the offering has none; each of theirs must be right."""
    district = minnesota()
    district.sent_section["_ext"] = {"mn": {"instructionMinutesPerTerm": 47 * DAYS}}
    assert spoken(district) == []
    second = dict(district.sent_section)
    district.ods["sections"].append(second | {"sectionIdentifier": "ALG-02", "_ext": {}})
    assert spoken(district) == []
    district.ods["sections"][1]["instructionMinutesPerTerm"] = 46 * DAYS
    assert spoken(district) == ["MIN-003"]
    district.offering["instructionMinutesPerTerm"] = 47 * DAYS
    assert spoken(district) == []


def test_a_pull_without_any_value_is_not_judged():
    """One value anywhere makes a missing one a finding."""
    district = minnesota()
    assert spoken(district) == []
    other = district.offer(localCourseCode="GEO")
    other["instructionMinutesPerTerm"] = 1
    assert spoken(district) == ["MIN-003"]


def second_section(district, minutes):
    section = district.add_section(district.course, "02", periodMinutesOverride=minutes)
    district.place(section, "Fall", district.periods[0]["periodID"])


@pytest.mark.parametrize(("minutes", "expected"), [(100, []), (101, []), (102, ["MIN-004"])])
def test_sections_of_one_offering_that_differ(minutes, expected):
    """MIN-004: by more than one per cent; any section's minutes are accepted."""
    district = minnesota(shown=100 * DAYS)
    district.section["periodMinutesOverride"] = 100
    second_section(district, minutes)
    assert spoken(district) == expected


def test_the_lowest_level_speaks():
    """MIN-001 where one section has minutes of its own, though the other has not."""
    district = minnesota(shown=1)
    second_section(district, 100)
    assert spoken(district) == ["MIN-001", "MIN-004"]


@pytest.mark.parametrize(
    "spoil",
    [
        {"instruction": 0},
        {"periodScheduleID": "other"},
        {"structureID": "other"},
        {"date": FALL[1] + timedelta(days=1)},
    ],
)
def test_days_that_do_not_count(spoil):
    """MIN-006: no instruction, of another schedule or structure, after the term."""
    district = minnesota(shown=47)
    district.sis["day"][:] = [{**district.day, "date": FALL[1]}]
    assert spoken(district) == []
    district.sis["day"][0].update(spoil)
    assert spoken(district) == ["MIN-006"]


def test_a_day_counts_once_by_day_and_once_by_period():
    """Two periods a day: the section's own minutes are a day's, the periods' are added up."""
    district = minnesota(periods=(0, 1), shown=40 * DAYS)
    assert spoken(district) == ["MIN-003"]
    district.section["periodMinutesOverride"] = 40
    assert spoken(district) == []


@pytest.mark.parametrize(
    ("shown", "expected"),
    [(60_000, []), (60_001, ["MIN-006"]), (0, ["MIN-006"]), (-1, ["MIN-006"])],
)
def test_minutes_that_cannot_be(shown, expected):
    """MIN-006, of an offering that no course of the SIS is linked to."""
    district = minnesota(shown=47 * DAYS)
    district.offer(localCourseCode="GEO")["instructionMinutesPerTerm"] = shown
    assert spoken(district) == expected


def test_each_session_has_its_own_minutes():
    """A year-long section reports its days of each term."""
    district = minnesota(terms=("Fall", "Spring"), shown=47 * DAYS)
    spring = district.offer(sessionName="Spring")
    spring["instructionMinutesPerTerm"] = 2 * 47 * DAYS
    assert district.found("MIN-003", "sessionName") == [("Spring", "warning")]


@pytest.mark.parametrize("profile", ["WI", "NE"])
def test_minutes_are_minnesota_s(profile):
    """No other state's rules speak of them."""
    district = District(profile)
    district.offering["instructionMinutesPerTerm"] = -1
    assert spoken(district) == []
