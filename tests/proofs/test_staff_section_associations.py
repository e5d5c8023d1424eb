"""Staff section associations: those that should not be there, and those that should."""

import json
from datetime import date, timedelta

import pytest
from campus import NAMESPACE, TEACHER, Campus, ods, section_key, staffing

from edfi_audit import bundled
from edfi_audit.settings import AuditSettings
from edfi_audit.tables.inputs import unset
from edfi_audit.validation import load_suites

FIRST, LAST = date(2025, 8, 20), date(2025, 12, 20)
DAY = timedelta(days=1)
STAFF = "staffSectionAssociations"


def in_ods(*names, **columns):
    """An ODS that has, of each, the record of the person in the section of that name."""
    return ods(staff_section_associations=[staffing(name, name, **columns) for name in names])


def taught(*names):
    """A Campus where each teaches the section of that name."""
    campus = Campus()
    for name in names:
        campus.section(name)
        campus.person(name)
        campus.teaches(name, name)
    return campus


def test_staff_are_teachers(prove):
    """STF-001: one row of type P or T is enough; an override needs none; no row is STF-012's."""
    campus = taught("P")
    cases = {"T": ["T"], "aide": ["A"], "untyped": [None], "aide and T": ["A", "T"]}
    for name, types in cases.items():
        campus.section(name)
        campus.person(name)
        for type_ in types:
            campus.teaches(name, name, type_)
    campus.section("override", course={"teacherOverride": "override"})
    campus.person("override")
    campus.teaches("override", "override", "A")
    campus.section("no history")
    campus.teaches("P", "aide", "A")
    prove(
        "STF-001",
        by="section_identifier",
        ods=in_ods("P", "T", "aide", "untyped", "aide and T", "override", "no history"),
        sis=campus.sis,
        fails={"aide": "error", "untyped": "error"},
        passes=["P", "T", "aide and T"],
        outside=["override", "no history", "P"],
    )


def test_a_teacher_who_ought_to_be_sent_is_in_the_ods(prove):
    """STF-002 looks at what passes every gate, linked or not; a wrong begin date is no absence."""
    campus = taught("sent", "another begin", "lost", "no role", "loses")
    campus.sis["sectionStaffHistory"][3].update(staffType="T", role=None)
    campus.person("newer")
    campus.teaches("loses", "newer", startDate=FIRST + DAY)
    campus.section("override", course={"teacherOverride": "sent"})
    records = in_ods("sent", "unknown")["staff_section_associations"]
    records.append(staffing("another begin", "another begin", begin_date=FIRST + DAY))
    records.append(staffing("loses", "newer"))
    (_, lost) = sorted(
        prove(
            "STF-002",
            by="section_identifier",
            ods=ods(staff_section_associations=records),
            sis=campus.sis,
            fails={"lost": "error", "override": "error"},
            passes=["sent", "another begin", "loses"],
            outside=["no role", "loses", "unknown"],
        ),
        key=lambda row: row["natural_key"],
        reverse=True,
    )
    assert lost["expected"] == f"a staff section association as {TEACHER}"


def held_back():
    """Sections that are held back, each by the gate in its name, and their teachers in the ODS."""
    campus = taught("sent")
    campus.add("school", schoolID="2", number="7525", exclude=True)
    campus.add("calendar", calendarID="excluded", schoolID="1", endYear="2026", exclude=True)
    campus.add("calendar", calendarID="other", schoolID="2", endYear="2026", exclude=True)
    courses = {
        "calendar": {"calendarID": "excluded"},
        "calendar and course": {"calendarID": "excluded", "active": False},
        "school": {"calendarID": "other"},
        "inactive": {"active": False},
        "excluded": {"stateExclude": True},
        "inactive and excluded": {"active": False, "stateExclude": True},
    }
    for name, course in courses.items():
        campus.section(name, course=course)
        campus.teaches(name, "sent")
    campus.section("not placed", terms=())
    campus.section("not in the ODS", course={"active": False})
    campus.teaches("not in the ODS", "sent")
    names = ["sent", *courses, "not placed", "unknown"]
    records = [staffing(name, "sent") for name in names]
    records[names.index("school")]["school_id"] = 7525
    return {
        "by": "section_identifier",
        "ods": ods(staff_section_associations=records),
        "sis": campus.sis,
        "outside": ["unknown", "not in the ODS", "school"],
    }, [name for name in names if name != "unknown"]


@pytest.mark.parametrize(
    ("rule", "fails"),
    [
        ("STF-003", ["calendar", "calendar and course"]),
        ("STF-007", ["school"]),
        ("STF-004", ["inactive", "excluded", "inactive and excluded"]),
    ],
)
def test_staff_of_a_section_that_is_held_back(prove, rule, fails):
    """STF-003, 004, 007: the first gate that holds the SIS section back speaks, and it alone."""
    given, names = held_back()
    passes = [name for name in names if name not in fails]
    prove(rule, **given, fails=dict.fromkeys(fails, "error"), passes=passes)


def test_the_section_is_told_by_its_identifier(prove):
    """STF-004: in any session, under another course code too; a shared one needs the course."""
    campus = Campus()
    campus.person("x")
    numbers = {"a": "1", "b": "2", "c": "3", "d": "3"}
    for name, number in numbers.items():
        campus.section(name, number=number, course={"active": name in "bd"})
    records = [
        staffing(name, "x", "Spring", section_identifier=number, **columns)
        for name, number, columns in (
            ("a", "1", {}),
            ("b", "2", {}),
            ("a", "1", {"local_course_code": "renamed"}),
            ("c", "3", {"local_course_code": " C-course"}),
            ("d", "3", {}),
            ("d", "3", {"local_course_code": "nobody's"}),
        )
    ]
    prove(
        "STF-004",
        by="local_course_code",
        ods=ods(staff_section_associations=records),
        sis=campus.sis,
        section_identifier="{section.number}",
        fails=dict.fromkeys(["a-course", "renamed", " C-course"], "error"),
        passes=["b-course", "d-course"],
        outside=["nobody's"],
    )


HISTORIES = {
    "ends on the first day": {"endDate": FIRST},
    "ends the day before": {"endDate": FIRST - DAY},
    "starts on the last day": {"startDate": LAST},
    "starts the day after": {"startDate": LAST + DAY},
    "open": {},
}


def histories(*sent):
    """A Campus with the staff histories above, and an ODS that has these."""
    campus = Campus()
    for name, dates in HISTORIES.items():
        campus.section(name)
        campus.person(name)
        campus.teaches(name, name, **dates)
    return {"by": "staff_unique_id", "ods": in_ods(*sent), "sis": campus.sis}


def test_staff_history_overlaps_a_term_where_it_was_sent(prove):
    """STF-009, both days included: an error where the record is in the ODS."""
    prove(
        "STF-009",
        **histories(*HISTORIES),
        fails=dict.fromkeys(["ends the day before", "starts the day after"], "error"),
        passes=["ends on the first day", "starts on the last day", "open"],
    )


def test_staff_history_overlaps_a_term_where_it_was_not_sent(prove):
    """STF-009: only worth knowing where the record is rightly absent."""
    prove(
        "STF-009",
        **histories(),
        fails=dict.fromkeys(["ends the day before", "starts the day after"], "info"),
        passes=["ends on the first day", "starts on the last day", "open"],
    )


def test_one_term_that_is_overlapped_is_enough(prove):
    """STF-009: a row for Spring leaves Fall out; one that is apart from both is told once."""
    campus = Campus()
    cases = {
        "Spring": {"startDate": date(2026, 1, 5)},
        "neither": {"startDate": date(2026, 6, 6)},
        "neither, sent": {"startDate": date(2026, 6, 6)},
        "aide": {"startDate": date(2026, 6, 6), "staff_type": "A"},
    }
    for name, history in cases.items():
        campus.section(name, terms=("Spring", "Fall"))
        campus.person(name)
        campus.teaches(name, name, **history)
    campus.section("inactive", course={"active": False})
    campus.person("inactive")
    campus.teaches("inactive", "inactive", startDate=date(2026, 6, 6))
    findings = prove(
        "STF-009",
        by="staff_unique_id",
        ods=ods(
            staff_section_associations=[
                staffing("neither, sent", "neither, sent", "Spring"),
                staffing("inactive", "inactive"),
            ]
        ),
        sis=campus.sis,
        fails={"neither": "info", "neither, sent": "error"},
        passes=["Spring"],
        outside=["Spring", "neither", "neither, sent", "aide", "aide", "inactive"],
    )
    told = {row["severity"]: row["natural_key"] for row in findings}
    assert '"Fall"' in told["info"]
    assert '"Spring"' in told["error"]


def test_a_term_without_a_session_may_be_the_one_that_is_overlapped(prove):
    """STF-009: the row for Spring has nothing to be held against; an ODS record of Fall has."""
    campus = Campus()
    campus.close("Spring")
    for name in ("open", "sent", "Fall"):
        campus.section(name, ("Fall",) if name == "Fall" else ("Fall", "Spring"))
        campus.person(name)
        campus.teaches(name, name, startDate=date(2026, 1, 5))
    prove(
        "STF-009",
        by="staff_unique_id",
        ods=in_ods("sent"),
        sis=campus.sis,
        fails={"Fall": "info", "sent": "error"},
        passes=[],
        outside=["open"],
    )


def test_another_row_of_the_same_person_may_overlap(prove):
    """STF-009: of two rows in one section the one that overlaps speaks for the record."""
    campus = taught("two rows")
    campus.teaches("two rows", "two rows", startDate=LAST + DAY)
    prove(
        "STF-009",
        by="staff_unique_id",
        ods=in_ods("two rows", begin_date=LAST + DAY),
        sis=campus.sis,
        fails={},
        passes=["two rows", "two rows"],
    )


def test_what_is_gone_from_the_staff_history_is_gone(prove):
    """STF-012: no row of the person, or a T without the role; P needs none, an override no row."""
    campus = taught("P", "aide", "closed")
    campus.sis["sectionStaffHistory"][1]["staffType"] = "A"
    campus.sis["course"][2]["active"] = False
    roles = {
        "role removed": [("T", None)],
        "one role left": [("T", None), ("T", "S")],
        "P without": [("P", None)],
        "T and P without": [("T", None), ("P", None)],
        "not mapped": [("T", "X")],
    }
    for name, rows in roles.items():
        campus.section(name)
        campus.person(name)
        for staff_type, role in rows:
            campus.teaches(name, name, staff_type, role)
    campus.section("override", course={"teacherOverride": "P"})
    campus.section("override, role removed", teacherOverride="role removed")
    campus.teaches("override, role removed", "role removed", "T", None)
    campus.section("deleted")
    records = in_ods("P", "aide", *roles)["staff_section_associations"]
    records += [
        staffing("override", "P"),
        staffing("override, role removed", "role removed"),
        staffing("deleted", "P"),
        staffing("closed", "nobody"),
        staffing("unknown", "P"),
        staffing("P", "P", begin_date=FIRST + DAY, school_id=9999),
        staffing("P", None, begin_date=FIRST + DAY),
    ]
    prove(
        "STF-012",
        by="section_identifier",
        ods=ods(staff_section_associations=records),
        sis=campus.sis,
        fails=dict.fromkeys(["role removed", "deleted"], "error"),
        passes=[
            "P", "aide", "one role left", "P without", "T and P without", "not mapped", "override",
            "override, role removed",
        ],
        outside=["closed", "closed", "unknown", "P", "P"],
    )  # fmt: skip


def test_a_teacher_without_an_id_may_be_the_one_in_the_ods(prove):
    """STF-012: nothing is deleted for certain beside a P or T row of a person without Ed-Fi ID."""
    campus = taught("there", "removed")
    campus.sis["sectionStaffHistory"][1].update(staffType="T", role=None)
    campus.person("nameless", edfi_id=" ")
    for name, staff_type in {"P": "P", "T": "T", "aide": "A", "ghost": "P"}.items():
        campus.section(name)
        campus.teaches(name, "ghost" if name == "ghost" else "nameless", staff_type)
    campus.teaches("there", "nameless")
    campus.teaches("removed", "nameless")
    names = ["P", "T", "aide", "ghost"]
    records = in_ods("there", "removed")["staff_section_associations"]
    prove(
        "STF-012",
        by="section_identifier",
        ods=ods(staff_section_associations=[*records, *(staffing(one, "999") for one in names)]),
        sis=campus.sis,
        fails=dict.fromkeys(["removed", "aide"], "error"),
        passes=["there"],
        outside=[*names, "P", "T", "ghost", "there", "removed"],
    )


@pytest.mark.parametrize("edfi_id", ["ab12", " AB12 "])
def test_case_and_edges_make_no_other_person(prove, edfi_id):
    """STF-012: of the staff history as of an override."""
    campus = Campus()
    campus.person("x", edfi_id=edfi_id)
    campus.section("history")
    campus.section("override", teacherOverride=edfi_id)
    campus.section("deleted")
    campus.teaches("history", "x")
    names = ["history", "override", "deleted"]
    given = {
        "by": "section_identifier",
        "ods": ods(staff_section_associations=[staffing(name, "Ab12") for name in names]),
        "sis": campus.sis,
    }
    prove(
        "STF-012",
        **given,
        fails={"deleted": "error"},
        passes=["history", "override"],
        outside=["history", "override"],
    )


def test_sections_of_one_name_have_one_staff_history(prove):
    """STF-001, 012: what any of them says counts, be it the history or the override."""
    campus = Campus()
    campus.twins("S1", "S2")
    for name in ("p1", "p2", "aide", "aide of both", "aide of one", "override", "removed"):
        campus.person(name)
    for section, person, staff_type, role in (
        ("S1", "p1", "P", "T"),
        ("S2", "p2", "T", "S"),
        ("S1", "aide of both", "A", "S"),
        ("S2", "aide of both", "A", "S"),
        ("S1", "aide of one", "A", "S"),
        ("S2", "aide of one", "T", "S"),
        ("S2", "aide", "A", "S"),
        ("S1", "removed", "T", None),
    ):
        campus.teaches(section, person, staff_type, role, trialID=section)
    campus.sis["section"][1]["teacherOverride"] = "override"
    campus.teaches("S1", "override", "A", trialID="S1")
    staff = ["p1", "p2", "aide of both", "aide of one", "aide", "override", "removed", "gone"]
    key = {"local_course_code": "M", "section_identifier": "M-1"}
    given = {
        "by": "staff_unique_id",
        "ods": ods(staff_section_associations=[staffing("S1", name, **key) for name in staff]),
        "sis": campus.sis,
        "section_identifier": "{course.number}-{section.number}",
    }
    prove(
        "STF-001",
        **given,
        fails=dict.fromkeys(["aide of both", "aide"], "error"),
        passes=["p1", "p2", "aide of one", "removed"],
        outside=["override", "gone"],
    )
    prove(
        "STF-012",
        **given,
        fails=dict.fromkeys(["removed", "gone"], "error"),
        passes=["p1", "p2", "aide of both", "aide of one", "aide", "override"],
    )


def test_section_and_staff_member_are_in_the_ods(prove):
    """STF-013 compares exactly, and leaves a key that is not whole to another rule."""
    names = ["whole", "no section", "no staff", "neither"]
    records = in_ods(*names)["staff_section_associations"]
    records += [staffing("whole", "whole", begin_date=FIRST + DAY, session_name=None)]
    records += [staffing("whole", " ", begin_date=FIRST + DAY)]
    prove(
        "STF-013",
        by="section_identifier",
        ods=ods(
            sections=[
                section_key("whole"),
                section_key("no staff"),
                section_key("no section", "Spring"),
                section_key("neither", local_course_code="NEITHER-course"),
            ],
            staffs=[{"staff_unique_id": name} for name in ("whole", "no section")],
            staff_section_associations=records,
        ),
        fails=dict.fromkeys(["no section", "no staff", "neither"], "error"),
        passes=["whole"],
        outside=["whole", "whole"],
    )


def test_fields_that_the_sis_does_not_report(prove):
    """STF-014: even false and 0 say that another source writes; other schools' records may."""
    columns = {
        "teacher": {"highly_qualified_teacher": False},
        "percentage": {"percentage_contribution": 0.0},
        "exclusion": {"teacher_student_data_link_exclusion": True},
        "two": {"highly_qualified_teacher": True, "percentage_contribution": 50.0},
        "none": {},
        "another school's": {"highly_qualified_teacher": True, "school_id": 9999},
    }
    findings = prove(
        "STF-014",
        by="staff_unique_id",
        ods=ods(
            staff_section_associations=[
                staffing("ALG", name, **row) for name, row in columns.items()
            ]
        ),
        sis=taught("not in the ODS").sis,
        fails=dict.fromkeys(["teacher", "percentage", "exclusion", "two"], "info"),
        passes=["none"],
        outside=["another school's", "not in the ODS"],
    )
    assert {row["staff_unique_id"] for row in findings} >= {"two"}
    assert "populated: highlyQualifiedTeacher, percentageContribution" in {
        row["observed"] for row in findings
    }


def last_year_s(campus, *names):
    """Sections of a calendar of the year before."""
    campus.add("calendar", calendarID="2025", schoolID="1", endYear="2025")
    for name in names:
        campus.section(name, course={"calendarID": "2025"})
        campus.teaches(name, "this year", historyID=name)


def test_a_year_is_configured_and_the_calendar_s(prove):
    """STF-015: valid = 1 for it, and the year of what the mapping names: section or history row."""
    campus = taught("this year", "also this year")
    last_year_s(campus, "old section", "old history", "old and sent as such")
    for year, valid in (("2026", True), ("2025", True), ("2024", False)):
        campus.add("edfiConfiguration", endYear=year, valid=valid)
    records = {
        "this year": {},
        "also this year": {"school_year": 2025},
        "old section": {},
        "old history": {},
        "old and sent as such": {"school_year": 2025},
        "not valid": {"school_year": 2024},
        "not configured": {"school_year": 2023},
        "no year": {"school_year": None},
        "another school's": {"school_year": 2023, "school_id": 9999},
    }
    rows = {name: staffing(name, "this year", **columns) for name, columns in records.items()}
    campus.maps(STAFF, "Section", "old section", rows["old section"]["id"])
    campus.maps(STAFF, "SectionStaffHistory", "old history", rows["old history"]["id"])
    campus.maps(
        STAFF, "SectionStaffHistory", "old and sent as such", rows["old and sent as such"]["id"]
    )
    wrong = ["old section", "old history", "not valid", "not configured"]
    prove(
        "STF-015",
        by="section_identifier",
        ods=ods(staff_section_associations=list(rows.values())),
        sis=campus.sis,
        fails=dict.fromkeys(wrong, "error"),
        passes=["this year", "also this year", "old and sent as such"],
        outside=["no year", "another school's", "also this year"],
    )


def test_a_year_that_is_not_valid(prove):
    """STF-015: without a valid configuration of the audited year nothing of it may be there."""
    campus = taught("this year")
    campus.add("edfiConfiguration", endYear="2025", valid=True)
    campus.add("edfiConfiguration", endYear="2026", valid=None)
    prove(
        "STF-015",
        by="staff_unique_id",
        ods=in_ods("this year"),
        sis=campus.sis,
        fails={"this year": "error"},
        passes=[],
    )


POSITION = f"{NAMESPACE}/ClassroomPositionDescriptor"


def positions(*codes):
    return ods(
        staff_section_associations=[
            staffing("ALG", str(code), classroom_position_descriptor=code) for code in codes
        ]
    )


def test_a_classroom_position_is_one_of_the_state_s(prove):
    """STF-016: Nebraska's are 01 to 04, in any namespace; none is none of them."""
    right = [f"{POSITION}#01", f"{POSITION}#04", "uri://ed-fi.org/ClassroomPositionDescriptor#02"]
    wrong = [f"{POSITION}#05", f"{POSITION}#00", f"{POSITION}#Teacher of Record", "", None]
    prove(
        "STF-016",
        by="staff_unique_id",
        profile="NE",
        ods=positions(*right, *wrong),
        sis=taught("not in the ODS").sis,
        fails={str(code): "error" for code in wrong},
        passes=right,
        outside=["not in the ODS"],
    )


def test_the_positions_are_a_setting(prove):
    """STF-016 takes the settings' list; without one, as in Wisconsin, it is not evaluated."""
    right, wrong = f"{POSITION}#Tutor", f"{POSITION}#01"
    prove(
        "STF-016",
        by="staff_unique_id",
        classroom_positions=("Tutor",),
        ods=positions(right, wrong),
        fails={wrong: "error"},
        passes=[right],
    )
    rules = {rule.id: rule for suite in load_suites(bundled.expectations()) for rule in suite.rules}
    assert "settings.classroom_positions" in rules["STF-016"].needs
    assert "settings.classroom_positions" in unset(AuditSettings())
    named = AuditSettings(classroom_positions=("Tutor",))
    assert "settings.classroom_positions" not in unset(named)


def test_staff_belong_to_the_school(prove):
    """STF-017: an association of the person with the section's own school."""
    records = in_ods("here", "elsewhere", "nowhere")["staff_section_associations"]
    records += [staffing("ALG", "no school", school_id=None), staffing("ALG", None)]
    prove(
        "STF-017",
        by="staff_unique_id",
        ods=ods(
            staff_section_associations=records,
            staff_school_associations=[
                {"staff_unique_id": "here", "school_id": 1302},
                {"staff_unique_id": "here", "school_id": 1302, "school_year": 2026},
                {"staff_unique_id": "elsewhere", "school_id": 9999},
            ],
        ),
        sis=taught("not in the ODS").sis,
        fails={"elsewhere": "warning", "nowhere": "warning"},
        passes=["here"],
        outside=["no school", "None", "not in the ODS"],
    )


OCTOBER = date(2025, 10, 1)
SPANS = {
    "touching": [(FIRST, OCTOBER), (OCTOBER, LAST)],
    "apart": [(FIRST, OCTOBER), (OCTOBER + DAY, LAST)],
    "open": [(FIRST, None), (OCTOBER, LAST)],
    "no begin": [(None, OCTOBER), (OCTOBER, LAST)],
    "one begin": [(FIRST, FIRST), (FIRST, LAST)],
}


def test_one_record_of_a_person_at_a_time(prove):
    """STF-018: the later fails, of one begin the later id; the same day is an overlap."""
    records = [
        staffing("ALG", name, begin_date=begin, end_date=end)
        for name, both in SPANS.items()
        for begin, end in both
    ]
    records[-2]["id"], records[-1]["id"] = "b", "a"
    records += [staffing("ALG", "elsewhere"), staffing("GEO", "elsewhere")]
    records += [staffing("ALG", "elsewhere", "Spring", begin_date=FIRST)]
    for end in (FIRST, LAST):
        records.append(staffing("ALG", "no section", end_date=end, section_identifier=None))
    twice = [name for name in SPANS if name != "apart"]
    findings = prove(
        "STF-018",
        by="staff_unique_id",
        ods=ods(staff_section_associations=records),
        sis=taught("not in the ODS").sis,
        fails=dict.fromkeys(twice, "warning"),
        passes=[*twice, "apart", "apart", "elsewhere", "elsewhere", "elsewhere"],
        outside=["no section", "no section", "not in the ODS"],
    )
    begins = {
        row["staff_unique_id"]: json.loads(row["natural_key"])["beginDate"] for row in findings
    }
    assert begins == dict.fromkeys(twice, str(OCTOBER)) | {"one begin": str(FIRST)}
    (again,) = (row for row in findings if row["staff_unique_id"] == "one begin")
    assert json.loads(again["row_key"]) == {"campusRecord": "b"}


def test_the_longest_of_the_earlier_records_counts(prove):
    """STF-018: the first holds the section still when the third begins, though the second ended."""
    spans = [(FIRST, OCTOBER), (FIRST + DAY, FIRST + DAY), (OCTOBER, LAST)]
    prove(
        "STF-018",
        by="begin_date",
        ods=ods(
            staff_section_associations=[
                staffing("ALG", "x", begin_date=begin, end_date=end) for begin, end in spans
            ]
        ),
        fails={str(FIRST + DAY): "warning", str(OCTOBER): "warning"},
        passes=[str(FIRST)],
    )
