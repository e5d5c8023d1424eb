"""The Teacher of Record the SIS names, beside the one in the ODS."""

from datetime import date

from campus import SUPPORT, TEACHER, Campus, ods, section_key
from proof import World

from edfi_audit import bundled
from edfi_audit.validation import load_suites


def in_ods(section, person, position=TEACHER, session="Fall"):
    return section_key(
        section,
        session,
        staff_unique_id=person,
        classroom_position_descriptor=position,
        begin_date=date(2025, 8, 20),
    )


def staffed(*names, **course):
    """A campus with these sections and four teachers, 1001 to 1004."""
    campus = Campus()
    for name in names:
        campus.section(name, course=course)
    for person in ("1001", "1002", "1003", "1004"):
        campus.person(person)
    return campus


def test_the_resolver_ranks_type_and_role(prove):
    """TOR-004: P with the role, then P with a blank role, then T with the role; support never."""
    campus = staffed("P first", "P blank first", "wrong", "T alone", "support", "nobody in ODS")
    for section in ("P first", "wrong", "nobody in ODS"):
        campus.teaches(section, "1001", "P", "T", startDate=date(2025, 8, 20))
        campus.teaches(section, "1002", "P", None, startDate=date(2025, 9, 15))
        campus.teaches(section, "1003", "T", "T", startDate=date(2025, 10, 1))
    campus.teaches("P blank first", "1001", "P", None, startDate=date(2025, 8, 20))
    campus.teaches("P blank first", "1002", "T", "T", startDate=date(2025, 9, 15))
    campus.teaches("T alone", "1003", "T", "T")
    campus.teaches("support", "1004", "P", "S")
    findings = prove(
        "TOR-004",
        by="section_identifier",
        ods=ods(
            staff_section_associations=[
                in_ods("P first", "1001"),
                in_ods("P blank first", "1001"),
                in_ods("wrong", "1002"),
                in_ods("T alone", "1003"),
                in_ods("T alone", "1004"),
                in_ods("support", "1004"),
                in_ods("nobody in ODS", "1001", SUPPORT),
            ]
        ),
        sis=campus.sis,
        fails={"wrong": "error"},
        passes=["P first", "P blank first", "T alone"],
        outside=["support", "nobody in ODS"],
    )
    assert [row["observed"] for row in findings] == ["Teacher of Record in the ODS: 1002"]


def test_the_newest_decides_among_rows_that_overlap(prove):
    """TOR-004: the later start, then the higher id as a number; the same day is an overlap."""
    campus = staffed("newest", "not newest", "same start", "same start, older id", "touching")
    for section in ("newest", "not newest"):
        campus.teaches(section, "1001", "T", "T", startDate=date(2025, 8, 20))
        campus.teaches(section, "1002", "T", "T", startDate=date(2025, 9, 15))
    for section in ("same start", "same start, older id"):
        campus.teaches(section, "1001", historyID=f"9{len(section)}")
        campus.teaches(section, "1002", historyID=f"10{len(section)}")
    campus.teaches("touching", "1001", endDate=date(2025, 10, 1))
    campus.teaches("touching", "1002", startDate=date(2025, 10, 1))
    prove(
        "TOR-004",
        by="section_identifier",
        ods=ods(
            staff_section_associations=[
                in_ods("newest", "1002"),
                in_ods("not newest", "1001"),
                in_ods("same start", "1002"),
                in_ods("same start, older id", "1001"),
                in_ods("touching", "1002"),
            ]
        ),
        sis=campus.sis,
        fails={"not newest": "error", "same start, older id": "error"},
        passes=["newest", "same start", "touching"],
    )


def test_a_change_within_the_term_gives_two_in_a_row(prove):
    """TOR-004 expects both when the first ends the day before the second begins."""
    campus = staffed("both", "first alone", "second alone")
    for section in ("both", "first alone", "second alone"):
        campus.teaches(section, "1001", endDate=date(2025, 9, 30))
        campus.teaches(section, "1002", startDate=date(2025, 10, 1))
    prove(
        "TOR-004",
        by="section_identifier",
        ods=ods(
            staff_section_associations=[
                in_ods("both", "1001"),
                in_ods("both", "1002"),
                in_ods("first alone", "1001"),
                in_ods("second alone", "1002"),
            ]
        ),
        sis=campus.sis,
        fails={"first alone": "error", "second alone": "error"},
        passes=["both"],
    )


def test_each_session_has_its_own_teacher(prove):
    """TOR-004 is judged per session: only rows that overlap its terms compete."""
    campus = staffed("fall to spring")
    campus.add("sectionPlacement", sectionID="fall to spring", trialID="1", termID="Spring")
    campus.teaches("fall to spring", "1001", endDate=date(2025, 12, 20))
    campus.teaches("fall to spring", "1002", startDate=date(2026, 1, 5))
    prove(
        "TOR-004",
        by="session_name",
        ods=ods(
            staff_section_associations=[
                in_ods("fall to spring", "1001"),
                in_ods("fall to spring", "1001", session="Spring"),
            ]
        ),
        sis=campus.sis,
        fails={"Spring": "error"},
        passes=["Fall"],
    )


def test_who_cannot_be_sent_does_not_compete(prove):
    """TOR-004: without Ed-Fi ID or District Assignment in time nobody is expected in the ODS."""
    campus = staffed("no id", "no assignment", "no id, alone", "hired later")
    campus.person("2003", assigned=False)
    campus.add("employmentAssignment", personID="2003", schoolID="1", startDate=date(2026, 2, 1))
    campus.teaches("hired later", "2003")
    campus.teaches("hired later", "1001", "T", "T")
    campus.person("2001", edfi_id=None)
    campus.person("2002", assigned=False)
    campus.teaches("no id", "2001")
    campus.teaches("no id", "1001", "T", "T")
    campus.teaches("no assignment", "2002")
    campus.teaches("no assignment", "1001", "T", "T")
    campus.teaches("no id, alone", "2001")
    prove(
        "TOR-004",
        by="section_identifier",
        ods=ods(
            staff_section_associations=[
                in_ods("no id", "1001"),
                in_ods("no assignment", "2002"),
                in_ods("no id, alone", "1001"),
                in_ods("hired later", "1001"),
            ]
        ),
        sis=campus.sis,
        fails={"no assignment": "error"},
        passes=["no id", "hired later"],
        outside=["no id, alone"],
    )


def test_the_section_override_beats_the_course_override(prove):
    """TOR-005: course override 1002 and section override 1003 leave only 1003 right."""
    campus = staffed("carries it", "carries the course's", "none in ODS", teacherOverride="1002")
    campus.section("same person", course={"teacherOverride": "1003"})
    campus.section("section only")
    for section in campus.sis["section"]:
        section["teacherOverride"] = "1003"
        campus.teaches(section["sectionID"], "1001")
        campus.teaches(section["sectionID"], "1002", "T", "S")
    prove(
        "TOR-005",
        by="section_identifier",
        ods=ods(
            staff_section_associations=[
                in_ods("carries it", "1003"),
                in_ods("carries the course's", "1002"),
                in_ods("none in ODS", "1001", SUPPORT),
                in_ods("same person", "1001"),
                in_ods("section only", "1001"),
            ]
        ),
        sis=campus.sis,
        fails={"carries the course's": "error"},
        passes=["carries it"],
        outside=["none in ODS", "same person", "section only"],
    )


def test_an_override_beats_staff_history(prove):
    """TOR-004: the override teacher is expected, with staff history of their own or without."""
    campus = staffed("followed", "ignored", "has history", teacherOverride="1002")
    for section in ("followed", "ignored", "has history"):
        campus.teaches(section, "1001")
    campus.teaches("has history", "1002", "T", "S")
    prove(
        "TOR-004",
        by="section_identifier",
        ods=ods(
            staff_section_associations=[
                in_ods("followed", "1002"),
                in_ods("ignored", "1001"),
                in_ods("has history", "1002"),
            ]
        ),
        sis=campus.sis,
        fails={"ignored": "error"},
        passes=["followed", "has history"],
    )


def unusable():
    campus = staffed("usable", "unknown", "unassigned", "last year's", "not set")
    campus.person("2001", assigned=False)
    campus.person("2002", assigned=False)
    campus.add("employmentAssignment", personID="2002", schoolID="1", endDate=date(2025, 6, 30))
    overrides = {"usable": "1002", "unknown": "9999", "unassigned": "2001", "last year's": "2002"}
    for section in campus.sis["section"]:
        section["teacherOverride"] = overrides.get(section["sectionID"])
        campus.teaches(section["sectionID"], "1001")
    rows = [in_ods(name, "1001") for name in ("unknown", "unassigned", "last year's")]
    return campus, ods(staff_section_associations=rows)


def test_an_override_names_a_known_and_assigned_person(prove):
    """TOR-006: the number is an Ed-Fi ID, and the person is assigned to the school this year."""
    campus, records = unusable()
    prove(
        "TOR-006",
        by="section_identifier",
        ods=records,
        sis=campus.sis,
        fails={"unknown": "error", "unassigned": "error", "last year's": "error"},
        passes=["usable"],
        outside=["not set"],
    )


def test_an_unusable_override_leaves_the_decision_open(prove):
    """TOR-004 is not evaluated while TOR-006 speaks."""
    campus, records = unusable()
    records["staff_section_associations"] += [in_ods("usable", "1001"), in_ods("not set", "1001")]
    prove(
        "TOR-004",
        by="section_identifier",
        ods=records,
        sis=campus.sis,
        fails={"usable": "error"},
        passes=["not set"],
        outside=["unknown", "unassigned", "last year's"],
    )


def test_of_two_persons_with_one_id_the_assigned_one_counts(prove):
    """TOR-006: a second person record without an assignment does no harm, whichever is first."""
    campus = Campus()
    for section, first, second in (("a", "p1", "p2"), ("b", "p4", "p3"), ("neither", "p5", "p6")):
        campus.section(section, teacherOverride=section)
        campus.student(f"{section} student")
        campus.takes(section, f"{section} student")
        campus.person(first, edfi_id=section, assigned=False)
        campus.person(second, edfi_id=section, assigned=section != "neither")
    prove(
        "TOR-006",
        by="section_identifier",
        ods=ods(),
        sis=campus.sis,
        fails={"neither": "error"},
        passes=["a", "b"],
    )


def test_the_override_s_assignment_must_be_readable(tmp_path):
    """TOR-004…006 need the columns of the District Assignments, not the table alone."""
    lacking = ["employmentAssignment.schoolID"]
    inputs = World.of(tmp_path, ods(), Campus().sis, lacking=lacking).inputs
    reason = "the extract's employmentAssignment table has no column schoolID"
    for suite in load_suites(bundled.expectations()):
        for rule in suite.rules:
            if rule.id in {"TOR-004", "TOR-005", "TOR-006"}:
                assert reason in inputs.reason_for(rule.needs)


def test_two_primary_teachers_without_a_role(prove):
    """TOR-008: two persons of type P with a blank role on one day leave open who is meant."""
    campus = staffed(
        "together", "one day", "in turn", "same person", "with a role", "not primary",
        "other terms", "nobody",
    )  # fmt: skip
    turn = date(2025, 10, 1)
    for name, second in (
        ("together", {}),
        ("one day", {"startDate": turn}),
        ("in turn", {"startDate": date(2025, 10, 2)}),
        ("same person", {"personID": "1001"}),
        ("with a role", {"role": "T"}),
        ("not primary", {"staffType": "T"}),
        ("other terms", {"startDate": date(2026, 1, 5)}),
    ):
        end = turn if name in {"one day", "in turn"} else None
        campus.teaches(name, "1001", role=None, endDate=end)
        campus.teaches(name, "1002", **{"role": " ", **second})
    prove(
        "TOR-008",
        by="section_identifier",
        ods=ods(),
        sis=campus.sis,
        fails={"together": "warning", "one day": "warning"},
        passes=["in turn", "same person", "with a role", "not primary", "other terms", "nobody"],
    )


def test_a_better_teacher_decides_between_two_without_a_role(prove):
    """TOR-008: a usable override, or a P with the role who meets one of them; a T decides none."""
    decided = ("override", "override, other days", "P with role", "P meets one", "P on one day")
    open_ = ("unusable override", "T with role", "P before", "P without id", "P of support")
    campus = staffed(*decided, *open_)
    campus.person("nameless", edfi_id=None)
    turn, eve = date(2025, 10, 1), date(2025, 9, 30)
    for section in campus.sis["section"]:
        name = section["sectionID"]
        section["teacherOverride"] = {
            "override": "1003", "override, other days": "1003", "unusable override": "9999",
        }.get(name)  # fmt: skip
        campus.teaches(name, "1001", role=None, startDate=turn)
        campus.teaches(name, "1002", role=None, startDate=turn, endDate=date(2025, 11, 30))
    campus.teaches("override, other days", "1003", endDate=eve)
    campus.teaches("P with role", "1003")
    campus.teaches("P meets one", "1003", startDate=date(2025, 12, 1))
    campus.teaches("P on one day", "1003", endDate=turn)
    campus.teaches("T with role", "1003", "T")
    campus.teaches("P before", "1003", endDate=eve)
    campus.teaches("P without id", "nameless")
    campus.teaches("P of support", "1003", role="S")
    prove(
        "TOR-008",
        by="section_identifier",
        ods=ods(),
        sis=campus.sis,
        fails=dict.fromkeys(open_, "warning"),
        passes=decided,
    )


def twins(*in_the_ods, **overrides):
    """Two sections of one natural key, taught by 1001 and 1002, and who is in the ODS."""
    campus = staffed()
    campus.twins("S1", "S2")
    campus.teaches("S1", "1001", trialID="S1")
    campus.teaches("S2", "1002", trialID="S2")
    for section in campus.sis["section"]:
        section["teacherOverride"] = overrides.get(section["sectionID"])
    key = {"local_course_code": "M", "section_identifier": "M-1"}
    records = [{**in_ods("M", person), **key} for person in in_the_ods]
    return {
        "by": "section_identifier",
        "ods": ods(staff_section_associations=records),
        "sis": campus.sis,
        "section_identifier": "{course.number}-{section.number}",
    }


def test_sections_of_one_natural_key_are_told_once(prove):
    """TOR-004 expects the teachers of both, and speaks once of the key."""
    prove("TOR-004", **twins("1001", "1002"), fails={}, passes=["M-1"])
    prove("TOR-004", **twins("1002"), fails={"M-1": "error"}, passes=[])
    (found,) = prove("TOR-004", **twins("1003"), fails={"M-1": "error"}, passes=[])
    assert found["expected"].endswith(": 1001, 1002")


def test_the_overrides_of_one_natural_key_are_judged_together(prove):
    """TOR-005, 006: the one that is ignored, or names nobody, speaks; the other's teacher not."""
    ignored = twins("1002", "1004", S1="1003")
    ignored["sis"]["course"][0]["teacherOverride"] = "1004"
    prove("TOR-005", **ignored, fails={"M-1": "error"}, passes=[])
    followed = twins("1003", S1="1003")
    followed["sis"]["course"][0]["teacherOverride"] = "1004"
    prove("TOR-005", **followed, fails={}, passes=["M-1"])
    (found,) = prove("TOR-006", **twins(S1="1003", S2="9999"), fails={"M-1": "error"}, passes=[])
    assert found["observed"] == "the override 9999 is no known Ed-Fi ID"
    prove("TOR-006", **twins(S1="1003", S2="1004"), fails={}, passes=["M-1"])


def test_two_of_one_natural_key_without_a_role(prove):
    """TOR-008: one primary teacher without a role in each of two sections is clear in both."""
    given = twins()
    for row in given["sis"]["sectionStaffHistory"]:
        row["role"] = None
    prove("TOR-008", **given, fails={}, passes=["M-1"])
    second = {**given["sis"]["sectionStaffHistory"][1], "historyID": "9", "personID": "1003"}
    given["sis"]["sectionStaffHistory"].append(second)
    prove("TOR-008", **given, fails={"M-1": "warning"}, passes=[])
