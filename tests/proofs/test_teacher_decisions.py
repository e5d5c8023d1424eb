"""Who reports as Teacher of Record among those who may, and why the others do not."""

from datetime import date

import pytest
from campus import NAMESPACE, SUPPORT, TEACHER, Campus, ods, staffing
from proof import World

AUGUST, SEPTEMBER, OCTOBER = date(2025, 8, 20), date(2025, 9, 15), date(2025, 10, 15)
NOVEMBER, DECEMBER = date(2025, 11, 1), date(2025, 12, 20)


def section(*teachers, **course):
    """A Campus with one section: per teacher (name, staff type, role, start, end)."""
    campus = Campus()
    campus.section("ALG", course=course)
    for name, staff_type, role, start, end in teachers:
        campus.person(name)
        campus.teaches(
            "ALG", name, staff_type, role, historyID=name, startDate=start, endDate=end
        )  # fmt: skip
    return campus


def decisions(folder, campus, **settings):
    """By person: None for who reports, else why not and to whom they lose."""
    world = World.of(folder, ods(), campus.sis, **settings)
    return {
        row["person_id"]: row["absence_reason"] and (row["decided_by"], row["lost_to"])
        for row in world.rows("expected_staff_section_associations")
    }


def test_type_and_role_decide_first(tmp_path):
    """P with the role, P with a blank role, T with the role, though each is newer than the last."""
    campus = section(
        ("1", "P", "T", AUGUST, None),
        ("2", "P", None, SEPTEMBER, None),
        ("3", "T", "T", OCTOBER, None),
        ("4", "T", "S", OCTOBER, None),
    )
    lost = ("rank", "1")
    assert decisions(tmp_path / "all", campus) == {"1": None, "2": lost, "3": lost, "4": None}
    del campus.sis["sectionStaffHistory"][0]
    assert decisions(tmp_path / "no P with role", campus) == {
        "2": None, "3": ("rank", "2"), "4": None,
    }  # fmt: skip


def test_the_newest_of_one_rank_reports(tmp_path):
    """The later start, a blank one last; of one start the higher id, as a number."""
    campus = section(
        ("7", "P", "T", None, None),
        ("8", "P", "T", SEPTEMBER, None),
        ("10", "P", "T", OCTOBER, None),
        ("9", "P", "T", OCTOBER, None),
    )
    newer, higher = ("newer start", "10"), ("higher id", "10")
    assert decisions(tmp_path, campus) == {"7": newer, "8": newer, "10": None, "9": higher}


def test_who_does_not_report_displaces_nobody(tmp_path):
    """A chain: the second loses to the first, and the third overlaps the second alone."""
    by_rank = section(
        ("1", "P", "T", AUGUST, SEPTEMBER),
        ("2", "P", None, SEPTEMBER, NOVEMBER),
        ("3", "T", "T", OCTOBER, DECEMBER),
    )
    assert decisions(tmp_path / "rank", by_rank) == {"1": None, "2": ("rank", "1"), "3": None}
    by_start = section(
        ("1", "P", "T", AUGUST, SEPTEMBER),
        ("2", "P", "T", SEPTEMBER, OCTOBER),
        ("3", "P", "T", OCTOBER, DECEMBER),
    )
    assert decisions(tmp_path / "start", by_start) == {
        "1": None, "2": ("newer start", "3"), "3": None,
    }  # fmt: skip


def test_of_two_that_report_the_better_is_named(tmp_path):
    """Who overlaps both loses to the one of better rank."""
    campus = section(
        ("1", "T", "T", OCTOBER, DECEMBER),
        ("2", "P", None, AUGUST, SEPTEMBER),
        ("3", "T", "T", SEPTEMBER, OCTOBER),
    )
    assert decisions(tmp_path, campus) == {"1": None, "2": None, "3": ("rank", "2")}


@pytest.mark.parametrize(
    ("first_end", "second_start", "first"),
    [
        (OCTOBER, OCTOBER, ("newer start", "2")),
        (date(2025, 10, 14), OCTOBER, None),
    ],
    ids=["same day", "day after"],
)
def test_the_same_day_is_an_overlap(tmp_path, first_end, second_start, first):
    """The day after is a change of teacher: both report, one after the other."""
    campus = section(
        ("1", "P", "T", AUGUST, first_end),
        ("2", "P", "T", second_start, None),
    )
    assert decisions(tmp_path, campus) == {"1": first, "2": None}


def test_a_blank_date_leaves_the_history_open(tmp_path):
    """What the District Assignment says of its dates decides who is sent, not who is newer."""
    campus = section(("1", "P", "T", AUGUST, None), ("2", "P", "T", None, None))
    campus.sis["employmentAssignment"].clear()
    campus.employed("1", None, date(2025, 10, 14))
    campus.employed("2", OCTOBER)
    assert decisions(tmp_path, campus) == {"1": None, "2": ("newer start", "1")}


def test_who_ends_before_they_begin_displaces_nobody(tmp_path):
    """Their dates are a finding of their own."""
    campus = section(("1", "P", "T", OCTOBER, SEPTEMBER), ("2", "P", "T", OCTOBER, None))
    assert decisions(tmp_path, campus) == {"1": None, "2": None}


OVERRIDES = {
    "with history": ("2", {"1": ("override", "2"), "2": None}),
    "without history": ("3", {"1": ("override", None), "2": ("override", None), "3": None}),
    "unknown": ("9", {"1": ("override", None), "2": ("override", None), None: (None, None)}),
}


@pytest.mark.parametrize(("override", "decided"), OVERRIDES.values(), ids=OVERRIDES)
def test_an_override_leaves_nobody_else(tmp_path, override, decided):
    """With staff history of their own it is named; an unusable one leaves the decision open."""
    campus = section(
        ("1", "P", "T", OCTOBER, None), ("2", "T", "T", AUGUST, None), teacherOverride=override
    )  # fmt: skip
    campus.person("3")
    assert decisions(tmp_path, campus) == decided


def test_the_section_s_override_comes_before_the_course_s(tmp_path):
    """Course override 1, section override 2: 2 reports."""
    campus = section(
        ("1", "P", "T", OCTOBER, None), ("2", "T", "S", AUGUST, None), teacherOverride="1"
    )  # fmt: skip
    campus.sis["section"][0]["teacherOverride"] = "2"
    assert decisions(tmp_path, campus) == {"1": ("override", "2"), "2": None}


POSITIONS = {
    "mapped": ("T", "S", None, ("role", SUPPORT)),
    "P with the role": ("P", "T", None, ("role", TEACHER)),
    "blank role": ("P", None, None, ("blank role", TEACHER)),
    "override": ("T", "S", "1", ("override", TEACHER)),
    "T with a blank role": ("T", None, None, (None, None)),
}


@pytest.mark.parametrize(
    ("staff_type", "role", "override", "wanted"), POSITIONS.values(), ids=POSITIONS
)
def test_the_position_that_is_expected(tmp_path, staff_type, role, override, wanted):
    """The role's; Teacher of Record as the district maps it by override or by a blank role."""
    campus = section(("1", staff_type, role, None, None), teacherOverride=override)
    world = World.of(tmp_path, ods(), campus.sis)
    (row,) = world.rows("expected_staff_section_associations")
    assert (row["position_rule"], row["expected_position"]) == wanted


def test_a_district_without_a_mapped_teacher_role(tmp_path):
    """The blank role goes by the state's own code, the first of the settings."""
    campus = section(("1", "P", None, None, None))
    del campus.sis["resourcePreference"][2]
    world = World.of(tmp_path, ods(), campus.sis, tor_codes=("01", "Teacher of Record"))
    (row,) = world.rows("expected_staff_section_associations")
    assert row["expected_position"] == f"{NAMESPACE}/ClassroomPositionDescriptor#01"


def test_a_chain_in_the_ods(prove):
    """TOR-004: first and third are expected; the second, who loses, is not missed."""
    campus = section(
        ("1", "P", "T", AUGUST, SEPTEMBER),
        ("2", "P", None, SEPTEMBER, NOVEMBER),
        ("3", "T", "T", OCTOBER, DECEMBER),
    )
    campus.section("wrong")
    campus.sis["sectionStaffHistory"] += [
        {**row, "sectionID": "wrong", "historyID": f"1{row['historyID']}"}
        for row in campus.sis["sectionStaffHistory"]
    ]
    sent = [("ALG", "1"), ("ALG", "3"), ("wrong", "1"), ("wrong", "2")]
    prove(
        "TOR-004",
        by="section_identifier",
        ods=ods(
            staff_section_associations=[
                staffing(name, person, classroom_position_descriptor=TEACHER)
                for name, person in sent
            ]
        ),
        sis=campus.sis,
        fails={"wrong": "error"},
        passes=["ALG"],
    )
