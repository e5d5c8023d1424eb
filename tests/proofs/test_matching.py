"""Which records are one and the same, and what may be compared at all."""

from datetime import date

import pytest
from campus import SESSIONS, SPRING, TEACHER, Campus, ods, offering, section_key, staffing
from proof import World

from edfi_audit import bundled
from edfi_audit.tables.comparison import not_compared
from edfi_audit.validation import load_suites

OFFERINGS, SECTIONS = "courseOfferings", "sections"
SSA, STAFF = "studentSectionAssociations", "staffSectionAssociations"
BEGIN = date(2025, 8, 20)
LINKED = {resource: ["IDM-000"] for resource in (OFFERINGS, SECTIONS, SSA, STAFF)}


def hex_id(number):
    return f"{number:032x}"


def campus_with_one_section(**enrollment):
    campus = Campus()
    campus.section("ALG")
    campus.student("10", **enrollment)
    campus.takes("ALG", "10")
    campus.person("1001")
    campus.teaches("ALG", "1001")
    return campus


def matching(**changes):
    """The ODS's four records of that section, with these columns changed in each."""
    association = section_key("ALG", begin_date=BEGIN) | changes
    return ods(
        course_offerings=[offering("ALG", id=hex_id(1)) | changes],
        sections=[section_key("ALG", id=hex_id(2)) | changes],
        student_section_associations=[association | {"student_unique_id": "10", "id": hex_id(3)}],
        staff_section_associations=[
            association
            | {
                "staff_unique_id": "1001",
                "classroom_position_descriptor": TEACHER,
                "id": hex_id(4),
            }
        ],
    )


def states(folder, records, campus, **settings):
    """Per resource the states of its records, in order."""
    found = {}
    for row in World.of(folder, records, campus.sis, **settings).rows("identity_ledger"):
        found.setdefault(row["resource"], []).append(row["state"])
    return {resource: sorted(each, key=str) for resource, each in found.items()}


@pytest.mark.parametrize(
    ("column", "silent"),
    [
        ("roster.sectionID", {SECTIONS, SSA, STAFF}),
        ("roster.trialID", {SECTIONS, SSA, STAFF}),
        ("roster.personID", {SSA}),
        ("enrollment.personID", {SSA}),
        ("enrollment.calendarID", {SSA}),
        ("sectionStaffHistory.historyID", {STAFF}),
        ("sectionStaffHistory.sectionID", {STAFF}),
        ("sectionStaffHistory.trialID", {STAFF}),
        ("sectionStaffHistory.personID", {STAFF}),
        ("sectionStaffHistory.staffType", {STAFF}),
        ("sectionStaffHistory.role", {STAFF}),
        ("employmentAssignment.personID", {STAFF}),
        ("employmentAssignment.schoolID", {STAFF}),
        ("course.stateExclude", {OFFERINGS, SECTIONS, SSA, STAFF}),
        ("course.termOverride", {OFFERINGS, SECTIONS, SSA, STAFF}),
        ("term.startDate", {OFFERINGS, SECTIONS, SSA, STAFF}),
        ("term.endDate", {OFFERINGS, SECTIONS, SSA, STAFF}),
    ],
)
def test_a_column_that_is_missing_makes_no_orphans(tmp_path, column, silent):
    """What cannot be compared has no state, and says which column it is for."""
    campus = campus_with_one_section()
    table, _, name = column.partition(".")
    for row in campus.sis[table]:
        row.pop(name, None)
    world = World.of(tmp_path, matching(), campus.sis, lacking=[column])
    rows = world.rows("identity_ledger")
    assert {row["resource"] for row in rows if row["state"] is None} == silent
    assert {row["state"] for row in rows if row["resource"] not in silent} <= {"IDM-000"}
    reason = f"the extract's {table} table has no column {name}"
    reasons, nothing_compared = not_compared(world.con)
    assert reasons == dict.fromkeys(silent, reason)
    assert nothing_compared == (reason if len(silent) == 4 else None)


def test_minnesota_does_not_ask_for_state_exclude(tmp_path):
    """There a course is held back for being inactive alone."""
    world = World.of(
        tmp_path,
        matching(),
        campus_with_one_section().sis,
        lacking=["course.stateExclude"],
        profile="MN",
    )
    world.build("compared_resources")
    assert not_compared(world.con) == ({}, None)


def test_what_rests_on_a_session_needs_all_that_tells_it():
    """A rule that needs the term's name needs its dates and the course's term override too."""
    told = {"sis.term.startDate", "sis.term.endDate", "sis.course.termOverride"}
    rules = [rule for suite in load_suites(bundled.expectations()) for rule in suite.rules]
    resting = [rule for rule in rules if "sis.term.name" in rule.needs]
    assert {"CO-002", "CO-010", "CO-011", "IDM-006", "STF-009"} <= {rule.id for rule in resting}
    assert [rule.id for rule in resting if not told <= set(rule.needs)] == []


@pytest.mark.parametrize("column", ["stateReported", "edfiGradeType"])
def test_a_grading_task_without_its_columns_gates_nothing(tmp_path, column):
    """The Final-task gate needs to know which task is Final and reported."""
    campus = campus_with_one_section()
    task = {"taskID": "1", "stateReported": True, "edfiGradeType": "Final"}
    task.pop(column)
    campus.add("gradingTask", **task)
    campus.add("courseGradingTask", courseID="ALG-course", taskID="1")
    lacking = [f"gradingTask.{column}"]
    world = World.of(tmp_path, matching(), campus.sis, lacking=lacking)
    assert {row["state"] for row in world.rows("identity_ledger")} == {"IDM-000"}


@pytest.mark.parametrize("excepted", ["K4", "k4 "])
def test_a_grade_that_need_not_be_rostered_is_no_zombie(tmp_path, excepted):
    """In the ODS such a student is linked; not in the ODS an absence with its reason."""
    settings = {"rostered_grades_except": (excepted,)}
    campus = campus_with_one_section(grade="K4")
    campus.maps(SSA, "Roster", "ALG/10", hex_id(3))
    assert states(tmp_path / "sent", matching(), campus, **settings) == LINKED
    del campus.sis["edfiIdentityMapping"]
    records = matching() | {"student_section_associations": []}
    found = states(tmp_path / "not sent", records, campus, **settings)
    assert found == LINKED | {SSA: ["IDM-007"]}


def test_an_annual_session_takes_no_term(tmp_path):
    """Of two sessions that hold all of a term the shorter is the term's."""
    annual = {"session_name": "Annual", "begin_date": date(2025, 7, 1)}
    records = matching() | {
        "sessions": [*SESSIONS, SESSIONS[0] | annual | {"end_date": date(2026, 6, 30)}]
    }
    assert states(tmp_path, records, campus_with_one_section()) == LINKED


@pytest.mark.parametrize("session", ["Fall", None])
def test_last_year_s_record_is_not_this_year_s(tmp_path, session):
    """A mapping to it leaves this year's record missing, with or without the session's name."""
    campus = campus_with_one_section()
    campus.maps("sections", "Section", "ALG", hex_id(2))
    records = matching()
    records["sections"] = [section_key("ALG", session, id=hex_id(2)) | {"school_year": 2025}]
    found = states(tmp_path, records, campus)
    assert found == LINKED | {SECTIONS: ["IDM-003", "out_of_scope"]}


def test_a_mapped_record_without_a_year_stays_linked(tmp_path):
    """The key part that is missing is a finding of its own."""
    campus = campus_with_one_section()
    campus.maps("sections", "Section", "ALG", hex_id(2))
    records = matching()
    records["sections"][0]["school_year"] = None
    assert states(tmp_path, records, campus) == LINKED


@pytest.mark.parametrize("code", [" ALG-course", "ALG-course ", "alg-COURSE"])
def test_a_course_code_in_another_spelling_is_the_same_course(tmp_path, prove, code):
    """Case and edge spaces make neither an orphan nor a missing record, nor another teacher."""
    campus = campus_with_one_section()
    records = matching(local_course_code=code)
    assert states(tmp_path, records, campus) == LINKED
    prove(
        "TOR-004",
        by="section_identifier",
        ods=records,
        sis=campus.sis,
        fails={},
        passes=["ALG"],
    )


def test_two_courses_that_differ_in_case_are_two(tmp_path):
    """Each is linked to its own record, and the one without a record is the missing one."""
    campus = Campus()
    campus.section("1", course={"number": "ALG"})
    campus.section("2", course={"number": "alg"})
    for section in ("1", "2"):
        campus.student(section)
        campus.takes(section, section)
    both = [offering("", local_course_code=code, id=code) for code in ("alg", "ALG")]
    found = states(tmp_path / "both", ods(course_offerings=both), campus)
    assert found[OFFERINGS] == ["IDM-000", "IDM-000"]
    world = World.of(tmp_path / "one", ods(course_offerings=both[:1]), campus.sis)
    rows = [row for row in world.rows("identity_ledger") if row["resource"] == OFFERINGS]
    assert {row["local_course_code"]: row["state"] for row in rows} == {
        "alg": "IDM-000",
        "ALG": "IDM-003",
    }


def test_a_note_without_a_year_is_of_the_audited_one(tmp_path):
    """The mapping row dangles at its school; a school that no calendar has is out of scope."""
    campus = Campus()
    for key, number, school in (("here", 1, 1302), ("elsewhere", 2, 9999)):
        note = f'{{"schoolId": {school}, "sessionName": "Fall"}}'
        campus.maps("sections", "Section", key, hex_id(number), naturalKey=note)
    assert states(tmp_path, ods(), campus) == {SECTIONS: ["IDM-005", "out_of_scope"]}


def test_any_campus_object_of_a_record_may_own_its_mapping(tmp_path):
    """Two courses of one number are one offering: mapped through either, lost once."""
    campus = campus_with_one_section()
    campus.section("ALG2", course={"courseID": "twin", "number": "ALG-course"}, courseID="twin")
    campus.takes("ALG2", "10")
    campus.maps("courseOfferings", "Course", "twin", hex_id(9))
    records = matching() | {"course_offerings": []}
    assert states(tmp_path, records, campus)[OFFERINGS] == ["IDM-001"]


def test_a_term_without_a_session_explains_what_the_ods_holds(tmp_path):
    """The record of a session that the term is not mapped to has the gate's reason as its cause."""
    campus = campus_with_one_section()
    campus.sis["resourcePreference"] = [
        row for row in campus.sis["resourcePreference"] if row["resource"] != "sessions"
    ]
    campus.sis["term"][0]["name"] = "T1"
    rows = World.of(tmp_path, matching(), campus.sis).rows("identity_ledger")
    orphans = {row["resource"]: row["cause_key"] for row in rows if row["state"] == "IDM-006"}
    assert orphans == dict.fromkeys(LINKED, "gate_session_resolved")


UNKNOWN, ORPHAN = ("gate_session_resolved", "ambiguous"), ("no_campus_object", "delete_ods")


@pytest.mark.parametrize(
    ("override", "told"),
    [(False, UNKNOWN), (True, ORPHAN)],
)
def test_a_term_without_a_session_beside_one_that_has_it(tmp_path, override, told):
    """What the ODS holds in a third session may be that term's; an override leaves it none."""
    campus = Campus()
    campus.close("Spring")
    campus.prefer("courseOfferings", "termOverride", "ALG-course", "Fall")
    campus.section("ALG", ("Fall", "Spring"), course={"termOverride": override})
    for person in ("all year", "excluded"):
        campus.student(person, stateExclude=person == "excluded")
        campus.takes("ALG", person)
    for person, start in {"all year": None, "from January": SPRING[0]}.items():
        campus.person(f"teacher {person}")
        campus.teaches("ALG", f"teacher {person}", startDate=start)
    for number, resource in enumerate(LINKED):
        campus.maps(resource, "Other", "of another record", hex_id(90 + number))
    students = ("all year", "excluded")
    spring = section_key("ALG", "Spring")
    records = ods(
        course_offerings=[offering("ALG", "Spring", id=hex_id(1))],
        sections=[spring | {"id": hex_id(2)}],
        student_section_associations=[
            spring | {"id": hex_id(number), "student_unique_id": one, "begin_date": SPRING[0]}
            for number, one in enumerate(students, start=3)
        ],
        staff_section_associations=[
            staffing("ALG", one, "Spring") for one in ("teacher all year", "teacher from January")
        ],
    )
    orphans = {
        (row["resource"], row["student_unique_id"] or row["staff_unique_id"]): (
            row["cause_key"],
            row["resync_action"],
        )
        for row in World.of(tmp_path, records, campus.sis).rows("identity_ledger")
        if row["state"] == "IDM-006"
    }
    assert orphans == {
        (OFFERINGS, None): told,
        (SECTIONS, None): told,
        (SSA, "all year"): told,
        (SSA, "excluded"): ORPHAN,
        (STAFF, "teacher all year"): told,
        (STAFF, "teacher from January"): told,
    }


@pytest.mark.parametrize(
    ("sections", "known", "compared"),
    [(20, 0, False), (19, 0, True), (20, 1, True), (40, 1, False), (40, 2, True)],
)
def test_a_wrong_identifier_template_makes_no_orphans(tmp_path, sections, known, compared):
    """From 20 sections on, fewer than one identifier in twenty is the template's fault."""
    campus = Campus()
    for number in range(known):
        campus.section(f"S{number}")
    if not known:
        campus.section("ELSE")
    records = ods(sections=[section_key(f"S{number}") for number in range(sections)])
    world = World.of(tmp_path, records, campus.sis)
    reasons = {row["resource"]: row["missing_reason"] for row in world.rows("compared_resources")}
    assert reasons["courseOfferings"] is None
    assert (reasons["sections"] is None) == compared
    if not compared:
        assert f"gives {known} of the {sections} section identifiers" in reasons["sections"]
