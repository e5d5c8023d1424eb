"""Persons and the Ed-Fi IDs they are sent under."""

from datetime import timedelta

from campus import FALL, Campus, ods


def test_a_person_of_a_section_that_is_sent_has_an_id(prove):
    """IDM-013: students of its roster; who has one, or would not be sent with one, does not fail.

    Of whom the extract knows no person at all nobody can tell.
    """
    campus = Campus()
    campus.section("1")
    campus.section("2", teacherOverride=None)
    campus.section("inactive", course={"active": False})
    campus.section("unplaced", terms=())
    for name, edfi_id in (("none", None), ("blank", " "), ("has one", "10"), ("elsewhere", None)):
        campus.student(name, edfi_id)
    campus.student("no show", None, noShow=True)
    campus.student("excluded", None, stateExclude=True)
    campus.student("in K4", None, grade="K4")
    campus.add("enrollment", personID="unknown", calendarID="1", serviceType="P", grade="10")
    for name in ("none", "blank", "has one", "unknown", "no show", "excluded", "in K4"):
        campus.takes("2", name)
    campus.takes("1", "none")
    campus.takes("inactive", "elsewhere")
    campus.takes("unplaced", "elsewhere")
    findings = prove(
        "IDM-013",
        by="person_id",
        ods=ods(),
        sis=campus.sis,
        fails=dict.fromkeys(("none", "blank"), "error"),
        passes=["has one"],
    )
    assert {(row["resource"], row["school_id"]) for row in findings} == {("students", 1302)}
    assert sorted(row["observed"][-1] for row in findings) == ["1", "2"]


def test_a_teacher_of_a_section_that_is_sent_has_an_id(prove):
    """IDM-013: P and T alone, in Nebraska's words; an aide or a T without a role is not sent."""
    campus = Campus()
    campus.section("1")
    for name, edfi_id, staff_type in (
        ("primary", None, "P"), ("teacher", None, "T"), ("aide", None, "A"), ("nobody", None, None),
        ("has one", "10", "P"),
    ):  # fmt: skip
        campus.person(name, edfi_id)
        campus.teaches("1", name, staff_type)
    campus.sis["sectionStaffHistory"][0]["staffType"] = "p"
    campus.person("no role", None)
    campus.teaches("1", "no role", "T", None)
    campus.person("gone before", None)
    campus.teaches("1", "gone before", "P", endDate=FALL[0] - timedelta(days=1))
    findings = prove(
        "IDM-013",
        by="person_id",
        ods=ods(),
        sis=campus.sis,
        fails={"primary": "error", "teacher": "error"},
        passes=["has one"],
        profile="NE",
    )
    assert {row["resource"] for row in findings} == {"staffs"}


def test_the_first_section_gives_the_school(prove):
    """IDM-013: the lowest section number; a person in two schools is told once."""
    campus = Campus()
    campus.add("school", schoolID="2", number="1303", name="Other")
    campus.add("calendar", calendarID="2", schoolID="2", endYear="2026")
    campus.add("trial", trialID="2", calendarID="2", active=True)
    campus.section("10", course={"calendarID": "1"})
    campus.section("9", course={"calendarID": "2"}, trialID="2")
    campus.sis["sectionPlacement"][-1]["trialID"] = "2"
    campus.student("none", None)
    campus.takes("10", "none")
    campus.takes("9", "none", trialID="2")
    records = ods()
    records["sessions"] = [
        *records["sessions"], *(row | {"school_id": 1303} for row in records["sessions"]),
    ]  # fmt: skip
    (found,) = prove(
        "IDM-013", by="person_id", ods=records, sis=campus.sis, fails={"none": "error"}, passes=[]
    )
    assert found["school_id"] == 1303


def test_an_id_is_one_students(prove):
    """IDM-014: of two persons, with case and spaces folded; the other id of one person, too."""
    campus = Campus()
    for person, edfi_id in (
        ("1", "alone"), ("2", "shared"), ("3", " SHARED "), ("4", "first"), ("4", "second"),
        ("5", "twice"), ("5", "Twice "), ("6", None), ("7", None), ("8", " "), ("9", " "),
    ):  # fmt: skip
        campus.student(person, edfi_id)
    findings = prove(
        "IDM-014",
        by="student_unique_id",
        ods=ods(),
        sis=campus.sis,
        fails=dict.fromkeys(("SHARED", "first", "second"), "error"),
        passes=["alone", "Twice"],
    )
    assert {row["resource"] for row in findings} == {"students"}
    assert {row["school_id"] for row in findings} == {1302}
    assert sorted(row["observed"] for row in findings) == [
        "one Ed-Fi ID for several persons",
        "several Ed-Fi IDs for one person",
        "several Ed-Fi IDs for one person",
    ]


def test_an_id_is_one_staff_members(prove):
    """IDM-014: who has no enrollment is staff; an id that a student shares is a student's."""
    campus = Campus()
    for person, edfi_id in (("1", "alone"), ("2", "shared"), ("3", "shared"), ("4", "with")):
        campus.person(person, edfi_id)
    campus.student("5", "with")
    findings = prove(
        "IDM-014",
        by="staff_unique_id",
        ods=ods(),
        sis=campus.sis,
        fails={"shared": "error", "None": "error"},
        passes=["alone"],
    )
    assert {row["resource"] for row in findings} == {"staffs", "students"}
