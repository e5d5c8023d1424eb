"""Course offerings of SIS and ODS side by side: which ought to be there, and which ought not."""

from datetime import date

import pytest
from campus import NAMESPACE, SESSIONS, SPRING, Campus, ods, offering
from proof import World

OFFERINGS = "courseOfferings"


def hex_id(number):
    return f"{number:032x}"


def records(*rows, **tables):
    """An ODS with these offerings, each with an id of its own."""
    numbered = [{"id": hex_id(number), **row} for number, row in enumerate(rows, start=1)]
    return ods(course_offerings=numbered, **tables)


def test_one_record_reports_per_course_and_term(prove):
    """CO-001: each copy beyond the first is an error; a record without a whole key is no copy."""
    campus = Campus()
    for name in ("twice", "once", "thrice"):
        campus.section(name)
    prove(
        "CO-001",
        by="id",
        ods=records(
            offering("twice"),
            offering("twice"),
            offering("thrice"),
            offering("thrice"),
            offering("thrice"),
            offering("once"),
            offering("once", None),
            offering("once", None),
            offering("once") | {"local_course_code": "ONCE-course"},
        ),
        sis=campus.sis,
        fails=dict.fromkeys(map(hex_id, (2, 4, 5)), "error"),
        passes=[hex_id(number) for number in (1, 3, 6, 9)],
        outside=[hex_id(number) for number in (7, 8)],
    )


def of_several_courses():
    """Courses that share a number: where each is sent, where one is not, where one was never."""
    campus = Campus()
    campus.add("calendar", calendarID="2", schoolID="1", endYear="2026")
    for name in ("both", "both, not in ODS", "one inactive", "one without a section", "alone"):
        campus.section(name)
        if name == "alone":
            continue
        number = f"{name}-course"
        inactive = {"courseID": f"{name} 2", "calendarID": "2", "number": number}
        campus.add("course", **inactive, active=name != "one inactive")
        if name != "one without a section":
            campus.add("section", sectionID=f"{name} 2", courseID=f"{name} 2", trialID="1")
            campus.add("sectionPlacement", sectionID=f"{name} 2", trialID="1", termID="Fall")
    return campus


def test_several_courses_of_one_number_are_one_record(prove):
    """CO-001 says so once, on the ODS's record or the expected one; only courses sent count."""
    findings = prove(
        "CO-001",
        by="local_course_code",
        ods=records(
            *(offering(n) for n in ("both", "one inactive", "one without a section", "alone"))
        ),
        sis=of_several_courses().sis,
        fails=dict.fromkeys(("both-course", "both, not in ODS-course"), "info"),
        passes=["one inactive-course", "one without a section-course", "alone-course"],
    )
    assert {row["observed"] for row in findings} == {"several Campus courses"}


def test_two_sections_in_one_term_are_one_offering_two_terms_are_two(prove):
    """CO-001's fixture: neither is a second record of a key."""
    campus = Campus()
    campus.section("ALG", terms=("Fall", "Spring"))
    campus.add("section", sectionID="ALG 2", courseID="ALG-course", trialID="1")
    campus.add("sectionPlacement", sectionID="ALG 2", trialID="1", termID="Fall")
    prove(
        "CO-001",
        by="id",
        ods=records(offering("ALG"), offering("ALG"), offering("ALG", "Spring")),
        sis=campus.sis,
        fails={hex_id(2): "error"},
        passes=[hex_id(1), hex_id(3)],
    )


def test_an_offering_that_the_sis_sends_is_in_the_ods(prove):
    """CO-002: found by its key, by its number in another case, through the mapping; or not."""
    campus = Campus()
    for name in ("there", "lacking", "in capitals", "renumbered"):
        campus.section(name)
    campus.section("inactive", course={"active": False})
    campus.section("unplaced", terms=())
    campus.maps(OFFERINGS, "Course", "renumbered-course", hex_id(3))
    findings = prove(
        "CO-002",
        by="local_course_code",
        ods=records(
            offering("there"),
            offering("in capitals") | {"local_course_code": "IN CAPITALS-course"},
            offering("old number"),
            offering("unknown"),
        ),
        sis=campus.sis,
        fails={"lacking-course": "error"},
        passes=["there-course", "IN CAPITALS-course", "old number-course"],
        outside=["inactive-course", "unplaced-course", "unknown-course"],
    )
    assert [row["cause"] for row in findings] == [
        "Every send gate passes: look for the record in the SIS error log."
    ]


def test_each_session_calls_for_an_offering_of_its_own(prove):
    """CO-002: of a course placed in two terms both must be there."""
    campus = Campus()
    campus.section("ALG", terms=("Fall", "Spring"))
    prove(
        "CO-002",
        by="session_name",
        ods=records(offering("ALG")),
        sis=campus.sis,
        fails={"Spring": "error"},
        passes=["Fall"],
    )


HELD_BACK = {
    "CO-003": ["unplaced"],
    "CO-004": [" Inactive", "inactive and unplaced", "inactive, without a section"],
    "CO-005": ["of an excluded calendar"],
    "CO-006": ["of an excluded school", "of both"],
    "CO-018": ["without a section", "in a draft trial"],
}
OTHER_GATES = ["excluded from state reporting", "without a session"]
NEVER_LINKED = [
    "unplaced", "inactive and unplaced", "inactive, without a section", "without a section",
    "of an excluded calendar", "of an excluded school", "of both", "in a draft trial",
    "without a session",
]  # fmt: skip


def held_back():
    """Courses that are held back, each by another gate, beside one that is sent."""
    campus = Campus()
    campus.add("school", schoolID="2", number="7525", exclude=True)
    calendars = {"2": ("1", True), "3": ("2", False), "4": ("2", True)}
    for number, (school, exclude) in calendars.items():
        campus.add("calendar", calendarID=number, schoolID=school, endYear="2026", exclude=exclude)
        campus.add("trial", trialID=number, calendarID=number, active=True)
    campus.add("trial", trialID="draft", calendarID="1", active=False)
    campus.add("term", termID="Summer", name="Summer", startDate=date(2026, 6, 10))
    campus.section("sent")
    campus.section("unplaced", terms=())
    campus.section("inactive", course={"active": False})
    campus.section("inactive and unplaced", terms=(), course={"active": False})
    campus.section("excluded from state reporting", course={"stateExclude": True})
    campus.section("without a session", terms=("Summer",))
    campus.section("of an excluded calendar", course={"calendarID": "2"}, trialID="2")
    campus.section("of an excluded school", course={"calendarID": "3"}, trialID="3")
    campus.section("of both", course={"calendarID": "4"}, trialID="4")
    campus.section("in a draft trial", trialID="draft")
    for name, active in {"without a section": True, "inactive, without a section": False}.items():
        course = {"courseID": name, "calendarID": "1", "number": f"{name}-course"}
        campus.add("course", **course, active=active)
    return campus


def remaining():
    """An offering of each of these courses, and some that say nothing of a gate."""
    at_school_2 = {"school_id": 7525}
    return records(
        offering("sent"),
        offering("sent", "Spring"),
        offering("sent", "Spring"),
        offering("unplaced"),
        offering(" Inactive"),
        offering("inactive and unplaced"),
        offering("inactive, without a section"),
        offering("excluded from state reporting"),
        offering("without a session"),
        offering("of an excluded calendar"),
        offering("of an excluded school") | at_school_2,
        offering("of both") | at_school_2,
        offering("in a draft trial"),
        offering("without a section"),
        offering("unknown"),
        offering("inactive") | {"school_year": 2025},
        offering("inactive") | {"school_id": 4711},
    )


@pytest.mark.parametrize("rule", HELD_BACK)
def test_the_first_gate_that_fails_speaks(prove, rule):
    """Of all that ought not to be there each rule fails its own; another year or school none."""
    fails = HELD_BACK[rule]
    others = [name for one, names in HELD_BACK.items() if one != rule for name in names]
    findings = prove(
        rule,
        by="local_course_code",
        ods=remaining(),
        sis=held_back().sis,
        fails={f"{name}-course": "error" for name in fails},
        passes=[f"{name}-course" for name in ("sent", "sent", *others, *OTHER_GATES)],
        outside=[
            f"{name}-course" for name in ("sent", "unknown", "inactive", "inactive", *NEVER_LINKED)
        ],
    )
    assert len({row["cause"] for row in findings}) == 1


def test_state_exclude_holds_nothing_back_in_minnesota(prove):
    """CO-018 and its like take the gates of the profile: there the course is sent."""
    campus = Campus()
    campus.section("excluded from state reporting", terms=(), course={"stateExclude": True})
    campus.section("sent")
    prove(
        "CO-003",
        by="local_course_code",
        ods=records(offering("excluded from state reporting"), offering("sent")),
        sis=campus.sis,
        fails={"excluded from state reporting-course": "error"},
        passes=["sent-course"],
        outside=["excluded from state reporting-course"],
        profile="MN",
        descriptor_namespace=NAMESPACE,
    )


def test_an_offering_without_a_session_still_has_its_course(prove):
    """CO-003 needs school, year and number; that the session lacks is CO-008 as well."""
    campus = Campus()
    campus.section("unplaced", terms=())
    campus.section("sent")
    prove(
        "CO-003",
        by="local_course_code",
        ods=records(offering("unplaced", None), offering("sent", None), offering("sent")),
        sis=campus.sis,
        fails={"unplaced-course": "error"},
        passes=["sent-course", "sent-course"],
        outside=["unplaced-course"],
    )


def test_one_placed_section_is_enough(prove):
    """CO-003: the course with a placed section beside one that is not is sent."""
    campus = Campus()
    for name in ("one of two", "none of two"):
        campus.section(name, terms=("Fall",) if name == "one of two" else ())
        campus.add("section", sectionID=f"{name} 2", courseID=f"{name}-course", trialID="1")
    prove(
        "CO-003",
        by="local_course_code",
        ods=records(offering("one of two"), offering("none of two")),
        sis=campus.sis,
        fails={"none of two-course": "error"},
        passes=["one of two-course"],
        outside=["none of two-course"],
    )


def test_of_courses_of_one_number_the_closest_to_being_sent_speaks(prove):
    """CO-003: an inactive course of the same number is not why the offering ought to go."""
    campus = Campus()
    campus.section("ALG", terms=())
    campus.section("ALG, inactive", terms=(), course={"active": False, "number": "alg-course"})
    campus.section("BIO", terms=())
    campus.section("BIO, sent", ("Spring",), course={"number": "BIO-course"})
    prove(
        "CO-003",
        by="local_course_code",
        ods=records(offering("ALG"), offering("BIO")),
        sis=campus.sis,
        fails={"ALG-course": "error"},
        passes=["BIO-course"],
        outside=["ALG-course", "alg-course", "BIO-course", "BIO-course"],
    )


def moved():
    """Courses of Spring whose offering is still in Fall, with the right one there or not."""
    campus = Campus()
    for name in ("right one there", "right one absent", "right", "not whole"):
        campus.section(name, ("Spring",))
    campus.section("one of two absent", ("Spring", "Summer"))
    campus.section("in both", ("Fall", "Spring"))
    campus.section("inactive", ("Spring",), course={"active": False})
    campus.add("term", termID="Summer", name="Summer", startDate=SPRING[0], endDate=SPRING[1])
    campus.prefer("sessions", "termDescriptor", "Summer", "Summer")
    return campus


SUMMER = {**SESSIONS[1], "session_name": "Summer"}
SUMMER |= {"term_descriptor": f"{NAMESPACE}/TermDescriptor#Summer"}
MOVED = [
    offering("right one there"),
    offering("right one there", "Spring"),
    offering("right one absent"),
    offering("right", "Spring"),
    offering("one of two absent"),
    offering("one of two absent", "Spring"),
    offering("in both"),
    offering("in both", "Spring"),
    offering("inactive"),
    offering("not whole", None),
    offering("not whole", "Spring"),
    offering("unknown"),
    offering("right one absent") | {"school_year": 2025},
]


@pytest.mark.parametrize(
    ("rule", "fails"),
    [("CO-010", ["right one absent", "one of two absent"]), ("CO-011", ["right one there"])],
)
def test_an_offering_is_in_the_session_of_the_placements(prove, rule, fails):
    """CO-010 where one the course calls for is absent; CO-011 where all are there beside it."""
    others = {"right one absent", "one of two absent", "right one there"} - set(fails)
    right = ["right one there", "right", "one of two absent", "in both", "in both", "not whole"]
    findings = prove(
        rule,
        by="local_course_code",
        ods=records(*MOVED) | {"sessions": [*SESSIONS, SUMMER]},
        sis=moved().sis,
        fails={f"{name}-course": "error" for name in fails},
        passes=[f"{name}-course" for name in (*others, *right)],
        outside=[
            f"{name}-course"
            for name in (
                "inactive", "inactive", "not whole", "unknown", "right one absent",
                "right one absent", "one of two absent",
            )
        ],
    )  # fmt: skip
    told = {"CO-010": "session Spring, Summer, by the placements", "CO-011": "session Spring alone"}
    assert any(row["expected"].startswith(told[rule]) for row in findings)


def test_a_term_override_with_its_mapping_moves_the_offering(prove):
    """CO-010: checked and mapped, the course calls for the mapped session; otherwise for Fall."""
    campus = Campus()
    for name, checked in {"checked": True, "not checked": False, "not mapped": True}.items():
        campus.section(name, course={"termOverride": checked})
        if name != "not mapped":
            campus.prefer("courseOfferings", "termOverride", f"{name}-course", "Summer")
    year = {**SUMMER, "begin_date": SESSIONS[0]["begin_date"]}
    prove(
        "CO-010",
        by="local_course_code",
        ods=records(offering("checked"), offering("not checked"), offering("not mapped"))
        | {"sessions": [*SESSIONS, year]},
        sis=campus.sis,
        fails={"checked-course": "error"},
        passes=["not checked-course", "not mapped-course"],
        outside=["checked-course"],
    )


@pytest.mark.parametrize(
    ("rule", "there"), [("CO-010", ["Spring"]), ("CO-011", ["Fall", "Spring"])]
)
def test_a_term_without_a_session_leaves_the_offerings_session_open(prove, rule, there):
    """CO-010, CO-011: it may be that term's, of either course of the number; an override knows."""
    campus = Campus()
    campus.close("Spring")
    campus.section("open", ("Fall", "Spring"))
    campus.section("one number")
    campus.section("its twin", ("Spring",), course={"number": "one number-course"})
    campus.section("inactive twin", ("Spring",), course={"number": "Fall-course", "active": False})
    campus.section("Fall")
    campus.section("override", ("Fall", "Spring"), course={"termOverride": True})
    campus.prefer("courseOfferings", "termOverride", "override-course", "Fall")
    names = ["open", "one number", "Fall", "override"]
    numbers = [f"{name}-course" for name in names]
    prove(
        rule,
        by="local_course_code",
        ods=records(*(offering(name, session) for name in names for session in there)),
        sis=campus.sis,
        fails={"Fall-course": "error", "override-course": "error"},
        passes=numbers if "Fall" in there else [],
        outside=["open-course", "one number-course", "one number-course", "Fall-course"]
        + ([] if "Fall" in there else numbers),
    )


NOTE = (
    '{{"localCourseCode": "{}-course", "schoolId": 1302, "schoolYear": 2026,'
    ' "sectionIdentifier": "1", "sessionName": "{}"}}'
)


def test_the_offering_outlives_one_of_two_sections_of_one_key(prove):
    """CO-016: only where the mapping's section is gone, of this course and session, and it too."""
    campus = Campus()
    gone = {
        "lost": "Fall", "in another case": "Fall", "still there": "Fall",
        "gone in Spring": "Spring", "inactive": "Fall",
    }  # fmt: skip
    for name in (*gone, "section still there", "no mapping"):
        campus.section(name, course={"active": name != "inactive"})
    for name, session in gone.items():
        noted = name.upper() if name == "in another case" else name
        campus.maps(
            "sections", "Section", f"{name} 2", None, naturalKey=NOTE.format(noted, session)
        )
    here = "section still there"
    campus.maps("Sections", "section", here, None, naturalKey=NOTE.format(here, "Fall"))
    findings = prove(
        "CO-016",
        by="local_course_code",
        ods=records(offering("still there")),
        sis=campus.sis,
        fails={"lost-course": "error", "in another case-course": "error"},
        passes=[
            "still there-course", "gone in Spring-course", "section still there-course",
            "no mapping-course",
        ],
        outside=["inactive-course"],
    )  # fmt: skip
    assert any("names section lost 2, which" in row["observed"] for row in findings)


def test_what_cannot_be_compared_is_not_judged(tmp_path):
    """Without the sessions of the ODS only the ODS's own checks have a word."""
    campus = Campus()
    for name in ("there", "lacking"):
        campus.section(name)
    held = records(offering("there"), offering("there", "Spring"))
    del held["sessions"]
    rows = World.of(tmp_path, held, campus.sis).rows("course_offerings")
    assert len(rows) == 2
    for check in ("is_sent_and_there", "held_back_by", "session_check", "number_check"):
        assert {row[check] for row in rows} == {None}
    assert {row["copy_check"] for row in rows} == {"one"}


def with_gates():
    campus = Campus()
    campus.section("sent")
    campus.section("there")
    campus.section("unplaced", terms=())
    campus.add("course", courseID="c", calendarID="1", number="without a section-course")
    return campus


GATES = {
    "unplaced": ("gate_placed", "The section is not placed in any term."),
    "without a section": ("gate_has_section", "The course has no section."),
    "sent": ("unexplained", "Every send gate passes: look for the record in the SIS error log."),
}


def test_every_absence_has_one_reason(tmp_path):
    """The first gate that fails, with its sentence; unexplained where none does; else nothing."""
    rows = World.of(tmp_path, records(offering("there")), with_gates().sis).rows("course_offerings")
    told = {row["local_course_code"]: (row["absence_reason"], row["absence"]) for row in rows}
    assert told == {f"{name}-course": reason for name, reason in GATES.items()} | {
        "there-course": (None, None)
    }
    (row,) = (row for row in rows if row["absence_reason"] == "gate_has_section")
    gates = {name: value for name, value in row.items() if name.startswith("gate_")}
    closed = {"gate_has_section", "gate_placed", "gate_session_resolved"}
    assert {name for name, value in gates.items() if not value} == closed
    assert len(gates) == 10
