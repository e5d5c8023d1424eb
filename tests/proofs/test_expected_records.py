"""Which records ought to be in the ODS, and the first gate that holds the others back."""

from datetime import date

import pytest
from campus import NAMESPACE, SESSIONS, Campus, ods
from proof import World


def expected(folder, campus, resource, records=None, **settings):
    world = World.of(folder, records or ods(), campus.sis, **settings)
    return world.rows(f"expected_{resource}")


def reasons(rows):
    return [row["absence_reason"] for row in rows]


def one_section(**course):
    campus = Campus()
    campus.section("ALG", course=course)
    campus.student("10")
    campus.takes("ALG", "10")
    campus.person("1001")
    campus.teaches("ALG", "1001")
    return campus


def change(table, **columns):
    def changed(campus):
        campus.sis[table][0].update(columns)

    return changed


def empty(table):
    def changed(campus):
        campus.sis[table].clear()

    return changed


SECTION_GATES = [
    (change("school", number=None), "gate_numbered"),
    (change("course", number=""), "gate_numbered"),
    (change("school", exclude=True), "gate_school_included"),
    (change("calendar", exclude=True), "gate_calendar_included"),
    (change("calendar", summerSchool=True), "gate_not_summer_school"),
    (change("course", active=False), "gate_course_active"),
    (change("course", stateExclude=True), "gate_course_not_excluded"),
    (empty("sectionPlacement"), "gate_placed"),
    (change("resourcePreference", edfiCode="No such term"), "gate_session_resolved"),
]


def every_reason(folder, campus, **settings):
    """Per resource the absence reason of its only record."""
    rows = World.of(folder, ods(), campus.sis, **settings).rows("expected_records")
    assert len(rows) == 4
    return {row["resource"]: row["absence_reason"] for row in rows}


RESOURCES = (
    "courseOfferings",
    "sections",
    "studentSectionAssociations",
    "staffSectionAssociations",
)


def test_a_plain_record_is_sent(tmp_path):
    """With every gate open there is one record of each resource."""
    assert every_reason(tmp_path, one_section()) == dict.fromkeys(RESOURCES)


@pytest.mark.parametrize(("close", "gate"), SECTION_GATES)
def test_a_closed_gate_of_the_section_holds_everything_back(tmp_path, close, gate):
    """Offering, section, students and staff carry the section's own reason."""
    campus = one_section()
    close(campus)
    assert every_reason(tmp_path, campus) == dict.fromkeys(RESOURCES, gate)


def test_a_section_without_students_is_not_sent_in_wisconsin(tmp_path):
    """The gate is Wisconsin's, needs an extract with rosters at all, and spares the offering."""
    campus = one_section()
    campus.sis["roster"].append({**campus.sis["roster"][0], "sectionID": "another"})
    del campus.sis["roster"][0]
    for resource, reason in (
        ("course_offerings", None),
        ("sections", "gate_has_students"),
        ("staff_section_associations", "gate_has_students"),
    ):
        assert reasons(expected(tmp_path / resource, campus, resource)) == [reason]
    minnesota = {"profile": "MN", "descriptor_namespace": NAMESPACE}
    assert reasons(expected(tmp_path / "MN", campus, "sections", **minnesota)) == [None]
    campus.sis["roster"].clear()
    assert reasons(expected(tmp_path / "no rosters", campus, "sections")) == [None]


def test_a_choice_school_sends_nothing(tmp_path):
    """The settings can name the school a Choice school."""
    rows = expected(tmp_path, one_section(), "sections", choice_schools=(1302,))
    assert reasons(rows) == ["gate_not_choice"]


@pytest.mark.parametrize(
    ("profile", "reason"),
    [("WI", "gate_course_not_excluded"), ("NE", "gate_course_not_excluded"), ("MN", None)],
)
def test_state_exclude_is_no_gate_in_minnesota(tmp_path, profile, reason):
    """Nebraska and Wisconsin say Inactive or Exclude, Minnesota says Inactive."""
    campus = one_section(stateExclude=True)
    rows = expected(
        tmp_path, campus, "course_offerings", profile=profile, descriptor_namespace=NAMESPACE
    )
    assert reasons(rows) == [reason]


def test_only_active_trials_of_the_audited_year_count(tmp_path):
    """A draft trial and last year's calendar hold no section at all."""
    draft, last_year = one_section(), one_section()
    draft.sis["trial"][0]["active"] = False
    last_year.sis["calendar"][0]["endYear"] = "2025"
    assert expected(tmp_path / "draft", draft, "sections") == []
    assert expected(tmp_path / "last year", last_year, "sections") == []


def test_the_trial_joins_everywhere(tmp_path):
    """Placements, rosters and staff history of a section's other trial are not its own."""
    campus = one_section()
    for table in ("sectionPlacement", "roster", "sectionStaffHistory"):
        campus.sis[table][0]["trialID"] = "2"
    rows = World.of(tmp_path, ods(), campus.sis).rows("expected_records")
    assert {row["resource"]: row["absence_reason"] for row in rows} == {
        "courseOfferings": "gate_placed",
        "sections": "gate_placed",
    }
    campus.sis["sectionPlacement"].append({"sectionID": "ALG", "trialID": "1", "termID": "Spring"})
    campus.takes("ALG", "10")
    (section,) = expected(tmp_path / "placed", campus, "sections")
    assert section["session_name"] == "Spring"


def test_one_offering_per_course_and_session(tmp_path):
    """Two sections of a course in one term make one offering, two terms make two."""
    campus = one_section()
    campus.add("section", sectionID="ALG 2", courseID="ALG-course", trialID="1")
    campus.add("sectionPlacement", sectionID="ALG 2", trialID="1", termID="Fall")
    assert len(expected(tmp_path / "one term", campus, "course_offerings")) == 1
    campus.add("sectionPlacement", sectionID="ALG 2", trialID="1", termID="Spring")
    rows = expected(tmp_path / "two terms", campus, "course_offerings")
    assert sorted(row["session_name"] for row in rows) == ["Fall", "Spring"]


def test_the_edfi_school_number_comes_before_the_state_number(tmp_path):
    """The Ed-Fi school id is edfiNumber, else number, as an integer."""
    campus = one_section()
    campus.sis["school"][0]["edfiNumber"] = "0007525"
    sessions = [{**row, "school_id": 7525} for row in SESSIONS]
    (row,) = expected(tmp_path, campus, "sections", ods() | {"sessions": sessions})
    assert row["school_id"] == 7525


def sessions_named(*names):
    """Sessions of one term descriptor, as (name, begin, end)."""
    return ods() | {
        "sessions": [
            {**SESSIONS[0], "session_name": name, "begin_date": begin, "end_date": end}
            for name, begin, end in names
        ]
    }


def test_the_session_that_overlaps_the_term_most_is_taken(tmp_path):
    """Of two sessions with the mapped term descriptor, dates decide; a day's overlap is enough."""
    early = ("early", date(2025, 8, 1), date(2025, 9, 1))
    late = ("late", date(2025, 9, 2), date(2025, 12, 31))
    (row,) = expected(tmp_path / "a", one_section(), "sections", sessions_named(early, late))
    assert row["session_name"] == "late"
    touching = ("touching", date(2025, 12, 20), date(2025, 12, 31))
    (row,) = expected(tmp_path / "b", one_section(), "sections", sessions_named(touching))
    assert row["session_name"] == "touching"
    after = ("after", date(2025, 12, 21), date(2025, 12, 31))
    (row,) = expected(tmp_path / "c", one_section(), "sections", sessions_named(after))
    assert row["absence_reason"] == "gate_session_resolved"


def test_a_term_without_a_mapping_goes_by_its_name(tmp_path):
    """The session named like the term, whatever its descriptor."""
    campus = one_section()
    campus.sis["resourcePreference"] = campus.sis["resourcePreference"][2:]
    (row,) = expected(tmp_path, campus, "sections")
    assert row["session_name"] == "Fall"


def test_a_bare_edfi_code_is_completed_with_the_namespace(tmp_path):
    """A mapping may hold the code alone."""
    campus = one_section()
    campus.sis["resourcePreference"][0]["edfiCode"] = "Fall"
    assert reasons(expected(tmp_path, campus, "sections")) == [None]


def test_a_term_override_with_its_mapping_decides_the_session(tmp_path):
    """Course ALG-course is mapped to Spring's descriptor; without the check box that is nothing."""
    year = {**SESSIONS[0], "session_name": "Year", "begin_date": date(2025, 8, 20)}
    year |= {"end_date": date(2026, 6, 5), "term_descriptor": f"{NAMESPACE}/TermDescriptor#Year"}
    records = ods() | {"sessions": [*SESSIONS, year]}
    for checked, session in ((True, "Year"), (False, "Fall")):
        campus = one_section(termOverride=checked)
        campus.prefer("courseOfferings", "termOverride", "ALG-course", "Year")
        (row,) = expected(tmp_path / session, campus, "sections", records)
        assert row["session_name"] == session


FALL = ("Fall", date(2025, 8, 20), date(2025, 12, 20), None)
SPRING = ("Spring", date(2026, 1, 5), date(2026, 6, 5), None)
ROSTERS = {
    "open": ((None, None), [FALL, SPRING]),
    "starts on Fall's last day": (
        (date(2025, 12, 20), None),
        [("Fall", date(2025, 12, 20), date(2025, 12, 20), None), SPRING],
    ),
    "starts the day after": ((date(2025, 12, 21), None), [SPRING]),
    "ends before Spring": ((None, date(2026, 1, 4)), [FALL]),
    "ends on Spring's first day": (
        (None, date(2026, 1, 5)),
        [FALL, ("Spring", date(2026, 1, 5), date(2026, 1, 5), None)],
    ),
    "within Fall": (
        (date(2025, 9, 1), date(2025, 10, 1)),
        [("Fall", date(2025, 9, 1), date(2025, 10, 1), None)],
    ),
    "after both": ((date(2026, 6, 6), None), [(None, None, None, "gate_roster_in_session")]),
}


def test_a_roster_row_is_in_the_sessions_it_overlaps(tmp_path):
    """Dates inside a session are the record's, otherwise the session's; null is open."""
    campus = Campus()
    campus.section("ALG", terms=("Fall", "Spring"))
    for name, ((begin, end), _) in ROSTERS.items():
        campus.student(name)
        campus.takes("ALG", name, startDate=begin, endDate=end)
    found = {}
    for row in expected(tmp_path, campus, "student_section_associations"):
        record = (row["session_name"], row["begin_date"], row["end_date"], row["absence_reason"])
        found.setdefault(row["student_unique_id"], []).append(record)
    assert {name: sorted(rows) for name, rows in found.items()} == {
        name: records for name, (_, records) in ROSTERS.items()
    }


STUDENTS = {
    "coursework": ({"serviceType": "N"}, None),
    "grade K4": ({"grade": "K4"}, "gate_grade_rostered"),
    "grade KG": ({"grade": "KG"}, None),
    "no show": ({"noShow": True}, "gate_enrollment_reportable"),
    "excluded": ({"stateExclude": True}, "gate_enrollment_reportable"),
    "at another school": ({"calendarID": "2"}, "gate_enrolled"),
    "left before": ({"endDate": date(2025, 8, 19)}, "gate_enrolled"),
    "left on the first day": ({"endDate": date(2025, 8, 20)}, None),
    "came on the last day": ({"startDate": date(2025, 12, 20)}, None),
    "came after": ({"startDate": date(2025, 12, 21)}, "gate_enrolled"),
    "no id": ({"edfi_id": None}, "gate_student_id"),
    "audits": ({}, None),
}


def test_gates_of_a_student(tmp_path):
    """Enrollment of that person at that school, overlapping and reported, in a rostered grade."""
    campus = Campus()
    campus.section("ALG")
    campus.add("school", schoolID="2", number="7525")
    campus.add("calendar", calendarID="2", schoolID="2", endYear="2026")
    for name, (enrollment, _) in STUDENTS.items():
        campus.student(name, **enrollment)
        campus.takes("ALG", name, audit=name == "audits")
    rows = expected(tmp_path, campus, "student_section_associations")
    assert {row["person_id"]: row["absence_reason"] for row in rows} == {
        name: reason for name, (_, reason) in STUDENTS.items()
    }


def test_a_reported_enrollment_outweighs_a_no_show(tmp_path):
    """Of several enrollments one that may be sent is enough."""
    campus = Campus()
    campus.section("ALG")
    campus.student("10", noShow=True)
    campus.add("enrollment", personID="10", calendarID="1", serviceType="N", grade="8")
    campus.takes("ALG", "10")
    assert reasons(expected(tmp_path, campus, "student_section_associations")) == [None]


FINAL = {"taskID": "1", "stateReported": True, "edfiGradeType": "Final"}


@pytest.mark.parametrize(
    ("task", "tables", "reason"),
    [
        (FINAL, {"courseGradingTask": [{"courseID": "ALG-course", "taskID": "1"}]}, None),
        (FINAL, {"courseGradingTask": [{"courseID": "other", "taskID": "1"}]}, "gate_final_task"),
        (FINAL, {"gradingScore": [{"sectionID": "ALG", "taskID": "1"}]}, None),
        (FINAL, {"gradingScore": [{"sectionID": "ALG", "taskID": "2"}]}, "gate_final_task"),
        (FINAL, {"gradingScore": [{"sectionID": "other", "taskID": "1"}]}, None),
        (FINAL, {}, None),
        *(
            (
                {**FINAL, **wrong},
                {"courseGradingTask": [{"courseID": "ALG-course", "taskID": "1"}]},
                "gate_final_task",
            )
            for wrong in (
                {"stateReported": False},
                {"edfiGradeType": "Progress"},
                {"excludeEdfi": True},
            )
        ),
    ],
)
def test_the_final_grading_task_gate(tmp_path, task, tables, reason):
    """Course task or score of the section; with neither the gate holds nothing back."""
    campus = Campus()
    campus.section("ALG")
    campus.student("10")
    campus.takes("ALG", "10")
    campus.add("gradingTask", **task)
    campus.sis.update(tables)
    assert reasons(expected(tmp_path, campus, "student_section_associations")) == [reason]


TEACHERS = {
    "left on the first day": ({"endDate": date(2025, 8, 20)}, None),
    "left before": ({"endDate": date(2025, 8, 19)}, "gate_term_overlap"),
    "came on the last day": ({"startDate": date(2025, 12, 20)}, None),
    "came after": ({"startDate": date(2025, 12, 21)}, "gate_term_overlap"),
    "aide": ({"staff_type": "A"}, "gate_staff_type"),
    "unknown role": ({"role": "unknown"}, "gate_role_mapped"),
    "primary, blank role": ({"role": None}, None),
    "teacher, blank role": ({"staff_type": "T", "role": None}, "gate_role_mapped"),
}
YEARS_AGO = date(2019, 7, 1)


def taught(folder, teachers):
    """Each teacher in a section of their own: name → ((assignments' dates), history columns)."""
    campus = Campus()
    for name, (assignments, history) in teachers.items():
        campus.section(name)
        campus.person(name, assigned=False)
        for number, (begin, end) in enumerate(assignments):
            campus.add(
                "employmentAssignment", assignmentID=str(number), personID=name, schoolID="1",
                startDate=begin, endDate=end,
            )  # fmt: skip
        campus.teaches(name, name, **history)
    return {
        row["staff_unique_id"]: row
        for row in expected(folder, campus, "staff_section_associations")
    }


def test_gates_of_a_teacher(tmp_path):
    """Staff history overlaps the term, both days included; type P or T; the role is mapped."""
    rows = taught(
        tmp_path, {name: ([(None, None)], columns) for name, (columns, _) in TEACHERS.items()}
    )
    assert {name: row["absence_reason"] for name, row in rows.items()} == {
        name: reason for name, (_, reason) in TEACHERS.items()
    }


def test_a_teacher_without_assignment_is_not_sent(tmp_path):
    """No District Assignment at the school, no record."""
    rows = taught(tmp_path, {"1001": ([], {})})
    assert rows["1001"]["absence_reason"] == "gate_district_assignment"


BEGINS = {
    "within the term": ([(date(2025, 9, 1), None)], date(2025, 9, 1)),
    "before the term": ([(YEARS_AGO, None)], date(2025, 8, 20)),
    "on its last day": ([(date(2025, 12, 20), None)], date(2025, 12, 20)),
    "after its last day": ([(date(2025, 12, 21), None)], None),
    "of two, the latest in the term": (
        [(YEARS_AGO, date(2025, 9, 30)), (date(2025, 10, 1), None)],
        date(2025, 10, 1),
    ),
    "one in the term, one later": (
        [(YEARS_AGO, date(2025, 9, 30)), (date(2026, 2, 1), None)],
        date(2025, 8, 20),
    ),
}


def test_a_blank_history_start_takes_the_assignment_s(tmp_path):
    """The assignment's start within the term, the term's when it is earlier, no row when later."""
    rows = taught(tmp_path, {name: (dates, {}) for name, (dates, _) in BEGINS.items()})
    for name, (_, begin) in BEGINS.items():
        reason = None if begin else "gate_assigned_by_term_end"
        assert rows[name]["absence_reason"] == reason
        assert begin is None or rows[name]["begin_date"] == begin


def test_a_history_start_is_reported_as_it_is(tmp_path):
    """A populated start wins over assignment and term, and needs neither to begin by then."""
    history = {"startDate": date(2025, 9, 15)}
    rows = taught(tmp_path, {"1001": ([(date(2026, 2, 1), None)], history)})
    assert rows["1001"]["begin_date"] == date(2025, 9, 15)
    assert rows["1001"]["absence_reason"] is None


def test_an_override_teacher_is_one_record(tmp_path):
    """Through staff history of their own where there is some, else through the section."""
    campus = Campus()
    campus.person("1001")
    for name in ("with history", "without"):
        campus.section(name, course={"teacherOverride": "1001"})
    campus.teaches("with history", "1001", "T", "S", historyID="7")
    rows = expected(tmp_path, campus, "staff_section_associations")
    assert {
        row["section_identifier"]: (row["campus_object_type"], row["object_key"]) for row in rows
    } == {"with history": ("SectionStaffHistory", "7"), "without": ("Section", "without")}
    assert len(rows) == 2
