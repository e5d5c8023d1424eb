"""The send gates as data: their order, what each looked at, and what it said."""

import re
from datetime import date

import pytest
from campus import NAMESPACE, Campus, ods

from edfi_audit.tables import catalogue
from edfi_audit.why.gates import SECTION_SENT, gates, reference, shown

SQL = {table.name: table.sql for table in catalogue()}
TABLES = {
    "courseOfferings": "expected_course_offerings",
    "sections": "section_sessions",
    "studentSectionAssociations": "expected_student_section_associations",
    "staffSectionAssociations": "expected_staff_section_associations",
}


@pytest.mark.parametrize(("resource", "table"), TABLES.items())
def test_the_gates_stand_in_the_order_of_the_sql(resource, table):
    """The CASE that gives the absence reason asks the gates of the data, in their order."""
    case = re.findall(
        r"CASE\s((?:\s*(?:--.*|WHEN .* THEN .*)\n)+)\s*END AS \w*absence_reason", SQL[table]
    )
    asked = re.findall(r"WHEN (?:NOT (gate_\w+)|.*) THEN '?(\w+)'?", case[-1])
    own = [row["gate"] for row in reference("send_gates") if row["resource"] == resource]
    assert [gate or reason for gate, reason in asked] == own


def test_the_gates_of_the_section_stand_in_for_its_being_sent():
    """Students and staff go through every gate of their section, in its place."""
    names = [gate.name for gate in gates("staffSectionAssociations")]
    section = [gate.name for gate in gates("sections")]
    assert names[0] == "gate_staff_type"
    assert names[1 : 1 + len(section)] == section
    assert SECTION_SENT not in names


def test_every_gate_that_may_be_unknown_says_why(expect):
    """With rosters and tasks not delivered, and no session, what is not known has a sentence."""
    campus = one_section()
    campus.sis["section"][0]["sectionID"] = "other"
    campus.sis["roster"][0]["sectionID"] = "other"
    campus.sis["sectionStaffHistory"][0]["sectionID"] = "other"
    run = expect(ods(), campus.sis, profile="MN")
    unknown = [
        step.gate
        for kind, ids in PERSONS.items()
        for record in run.records(kind, person_ids=ids)
        for step in record.steps
        if step.result == "not known"
    ]
    assert {gate.name for gate in unknown} == {
        "gate_has_students",
        "gate_final_task",
        "gate_term_overlap",
        "gate_teacher_of_record",
    }
    assert all(gate.unknown for gate in unknown)


def one_section(**course):
    campus = Campus()
    campus.section("ALG", course=course)
    campus.student("10")
    campus.takes("ALG", "10")
    campus.person("1001")
    campus.teaches("ALG", "1001")
    return campus


PERSONS = {"student": ("10",), "staff": ("1001",)}


def change(table, **columns):
    def changed(campus):
        campus.sis[table][0].update(columns)

    return changed


def empty(table):
    def changed(campus):
        campus.sis[table].clear()

    return changed


def test_a_record_that_is_sent_passes_every_gate(expect):
    """Nothing fails for the course offering, the section, its student and its teacher."""
    run = expect(ods(), one_section().sis)
    found = [
        *run.records("course", course_ids=("ALG-course",)),
        *run.records("student", person_ids=("10",)),
        *run.records("staff", person_ids=("1001",)),
    ]
    assert [record.resource for record in found] == [
        "courseOfferings",
        "sections",
        "studentSectionAssociations",
        "staffSectionAssociations",
    ]
    assert [record.held_by for record in found] == [None] * 4


SECTION = [
    (change("school", number=None), "gate_numbered", {"school": "blank"}),
    (change("course", number=""), "gate_numbered", {"course.number": "blank"}),
    (change("school", exclude=True), "gate_school_included", {"school.exclude": "yes"}),
    (change("calendar", exclude=True), "gate_calendar_included", {"calendar.exclude": "yes"}),
    (
        change("calendar", summerSchool=True),
        "gate_not_summer_school",
        {"calendar.summerSchool": "yes", "profile": "WI"},
    ),
    (change("course", active=False), "gate_course_active", {"course.active": "no"}),
    (
        change("course", stateExclude=True),
        "gate_course_not_excluded",
        {"course.stateExclude": "yes"},
    ),
    (empty("sectionPlacement"), "gate_placed", {"terms": "blank"}),
    (
        change("resourcePreference", edfiCode="No such term"),
        "gate_session_resolved",
        {"terms": "Fall", "term descriptors": "No such term", "session": "blank"},
    ),
]


@pytest.mark.parametrize(("close", "gate", "values"), SECTION)
def test_a_closed_gate_of_the_section_fails_for_all_that_hangs_on_it(expect, close, gate, values):
    """Offering, section, student and teacher are held by the same gate, which shows its values."""
    campus = one_section()
    close(campus)
    run = expect(ods(), campus.sis)
    found = [
        *run.records("course", course_ids=("ALG-course",)),
        *run.records("student", person_ids=("10",)),
        *run.records("staff", person_ids=("1001",)),
    ]
    assert [record.held_by.gate.name for record in found] == [gate] * 4
    for record in found:
        assert dict(record.held_by.values).items() >= values.items()


def test_a_course_without_a_section(expect):
    """Its offering has no session, and is held by the gate that asks for a section."""
    campus = one_section()
    campus.add("course", courseID="ART", calendarID="1", number="ART", active=True)
    (record,) = expect(ods(), campus.sis).records("course", course_ids=("ART",))
    assert record.held_by.gate.name == "gate_has_section"
    assert dict(record.held_by.values) == {"sections": "0"}
    failed = [step.gate.name for step in record.steps if step.result == "fail"]
    assert failed == ["gate_has_section", "gate_placed", "gate_session_resolved"]


def test_a_choice_school_and_an_empty_section(expect):
    """Wisconsin's own gates: a Choice school, and a section without students."""
    campus = one_section()
    campus.section("ART")
    run = expect(ods(), campus.sis, choice_schools=(1302,))
    (section,) = run.records("section", section_ids=("ART",))
    failed = [step.gate.name for step in section.steps if step.result == "fail"]
    assert failed == ["gate_not_choice", "gate_has_students"]
    assert dict(section.steps[-1].values) == {"roster rows": "0"}
    assert section.held_by.sentence == "The school is a Choice school."


STUDENT = [
    (change("roster", startDate=date(2026, 6, 6)), "gate_roster_in_session",
     {"roster.startDate": "2026-06-06", "roster.endDate": "blank"}),
    (change("person", edfiID=None), "gate_student_id",
     {"person.personID": "10", "person.edfiID": "blank"}),
    (change("enrollment", endDate=date(2025, 8, 19)), "gate_enrolled",
     {"in the section from": "2025-08-20", "enrolled from": "blank"}),
    (change("enrollment", noShow=True), "gate_enrollment_reportable",
     {"enrollment.stateExclude": "no", "enrollment.noShow": "yes"}),
    (change("enrollment", grade="K4"), "gate_grade_rostered",
     {"enrollment.grade": "K4", "grades not rostered": "PK, K3, K4"}),
]  # fmt: skip


@pytest.mark.parametrize(("close", "gate", "values"), STUDENT)
def test_a_closed_gate_of_the_student(expect, close, gate, values):
    """Each gate of the roster row shows the values it looked at."""
    campus = one_section()
    close(campus)
    (record,) = expect(ods(), campus.sis).records("student", person_ids=("10",))
    assert record.held_by.gate.name == gate
    assert dict(record.held_by.values).items() >= values.items()


def test_the_grade_of_an_enrollment_that_is_not_reported_is_not_asked(expect):
    """A No Show in grade 10 fails one gate, not two."""
    campus = one_section()
    campus.sis["enrollment"][0]["noShow"] = True
    (record,) = expect(ods(), campus.sis).records("student", person_ids=("10",))
    results = {step.gate.name: step.result for step in record.steps}
    assert results["gate_enrollment_reportable"] == "fail"
    assert results["gate_grade_rostered"] == "not known"


def test_the_final_grading_task(expect):
    """A course whose only task is no Final one."""
    campus = one_section()
    campus.add("gradingTask", taskID="1", stateReported=True, edfiGradeType="Progress")
    campus.add("courseGradingTask", courseID="ALG-course", taskID="1")
    (record,) = expect(ods(), campus.sis).records("student", person_ids=("10",))
    assert record.held_by.gate.name == "gate_final_task"
    assert dict(record.held_by.values) == {
        "task of the course": "no",
        "task with a score": "blank",
    }


def test_a_roster_row_outside_of_a_section_that_is_not_sent(expect):
    """The section's gates come first, also for a roster row that lies in no session."""
    campus = one_section(active=False)
    campus.sis["roster"][0]["startDate"] = date(2026, 6, 6)
    (record,) = expect(ods(), campus.sis).records("student", person_ids=("10",))
    assert record.row["session_name"] is None
    assert record.row["absence_reason"] == "gate_course_active"
    assert record.held_by.gate.name == "gate_course_active"


STAFF = [
    (change("sectionStaffHistory", staffType="A"), "gate_staff_type",
     {"sectionStaffHistory.staffType": "A", "historyID": "1"}),
    (change("sectionStaffHistory", role="X"), "gate_role_mapped",
     {"sectionStaffHistory.role": "X", "Ed-Fi code": "blank"}),
    (lambda campus: campus.sis["person"][1].update(edfiID=None), "gate_staff_id",
     {"person.personID": "1001", "person.edfiID": "blank"}),
    (change("employmentAssignment", startDate=date(2024, 7, 1), endDate=date(2025, 6, 30)),
     "gate_district_assignment",
     {"employmentAssignment": "2024-07-01 to 2025-06-30", "school year": "2026"}),
    (change("sectionStaffHistory", startDate=date(2025, 12, 21)), "gate_term_overlap",
     {"sectionStaffHistory.startDate": "2025-12-21", "sectionStaffHistory.endDate": "blank"}),
    (change("employmentAssignment", startDate=date(2025, 12, 21)), "gate_assigned_by_term_end",
     {"assigned from": "2025-12-21", "last day": "2025-12-20"}),
]  # fmt: skip


@pytest.mark.parametrize(("close", "gate", "values"), STAFF)
def test_a_closed_gate_of_the_teacher(expect, close, gate, values):
    """Each gate of the staff-history row shows the values it looked at."""
    campus = one_section()
    close(campus)
    (record,) = expect(ods(), campus.sis).records("staff", person_ids=("1001",))
    assert record.held_by.gate.name == gate
    assert dict(record.held_by.values).items() >= values.items()


def test_who_is_not_teacher_of_record_is_held_by_the_last_gate(expect):
    """Of two primary teachers with the role the newer one is sent."""
    campus = one_section()
    campus.person("1002")
    campus.teaches("ALG", "1002", startDate=date(2025, 9, 1))
    run = expect(ods(), campus.sis)
    (older,) = run.records("staff", person_ids=("1001",))
    (newer,) = run.records("staff", person_ids=("1002",))
    assert newer.held_by is None
    assert older.held_by.gate.name == "gate_teacher_of_record"
    assert dict(older.held_by.values) == {"priority": "2", "override": "blank"}


def test_state_exclude_passes_in_minnesota(expect):
    """The value is shown, and passes: Minnesota asks for Inactive alone."""
    settings = {"profile": "MN", "descriptor_namespace": NAMESPACE}
    run = expect(ods(), one_section(stateExclude=True).sis, **settings)
    (section,) = run.records("section", section_ids=("ALG",))
    steps = {step.gate.name: step for step in section.steps}
    assert steps["gate_course_not_excluded"].result == "pass"
    assert dict(steps["gate_course_not_excluded"].values)["course.stateExclude"] == "yes"


def test_on_a_whole_district_the_first_failing_gate_is_the_absence_reason(planted, everything):
    """For every record of the planted district, whichever gates fail together."""
    found = list(everything(planted.run))
    assert {record.resource for record in found} == set(TABLES)
    reasons = {record.row["absence_reason"] for record in found}
    assert len(reasons) > 12
    for record in found:
        held = record.held_by
        assert record.row["absence_reason"] == (held.gate.name if held else None)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "blank"), ("", "blank"), ([], "blank"), (True, "yes"), (False, "no"), (0, "0"),
        (date(2026, 1, 5), "2026-01-05"), (["Q1", "Q2"], "Q1, Q2"), ("a", "a"),
    ],
)  # fmt: skip
def test_values_as_a_reader_writes_them(value, text):
    """Nothing is shown as None, True or a list."""
    assert shown(value) == text
