"""SSA-028: students of a section in the SIS alone, or in the ODS alone, by the identity ledger."""

from datetime import date

from campus import SCHOOL, SESSIONS, Campus, ods, offering, section_key

CHOICE = 7525
RESOURCE = "studentSectionAssociations"


def hex_id(number):
    return f"{number:032x}"


def association(student, school=1302, begin=date(2025, 8, 20), **row):
    key = section_key("ALG", student_unique_id=student, begin_date=begin, **row)
    return {**key, "school_id": school}


def rostered(*sent, excluded=()):
    """A Campus with one section of these students."""
    campus = Campus()
    campus.section("ALG")
    for student in (*sent, *excluded):
        campus.student(student, **({"stateExclude": True} if student in excluded else {}))
        campus.takes("ALG", student)
    return campus


def records(*associations, **more):
    """An ODS that has the section and its offering, a Choice school, and these associations."""
    kind = "uri://dpi.wi.gov/SchoolCategoryDescriptor#Choice"
    return {
        **ods(
            student_section_associations=associations,
            sections=[section_key("ALG")],
            course_offerings=[offering("ALG")],
        ),
        "schools": [SCHOOL, {"school_id": CHOICE, "school_categories": [kind]}],
        "sessions": [*SESSIONS, *({**session, "school_id": CHOICE} for session in SESSIONS)],
        **more,
    }


def at_choice(campus):
    """The Choice school has a calendar in the extract too, so that it is in scope."""
    campus.add("school", schoolID="9", number=str(CHOICE), name="Synthetic Choice", exclude=False)
    campus.add("calendar", calendarID="9", schoolID="9", endYear="2026", exclude=False)
    campus.add("trial", trialID="9", calendarID="9", active=True)
    campus.add("course", courseID="9", calendarID="9", number="C", active=True)
    campus.add("section", sectionID="9", courseID="9", trialID="9")
    campus.add("sectionPlacement", sectionID="9", trialID="9", termID="Fall")


def test_sis_and_ods_have_the_same_students_in_a_section(prove):
    """Lost, never sent, zombie and orphan fail; linked, dangling, excluded and unknown pass."""
    campus = rostered("linked", "lost", "unlinked", "never sent", excluded=["excluded"])
    at_choice(campus)
    campus.maps(RESOURCE, "Roster", "ALG/linked", hex_id(1))
    campus.maps(RESOURCE, "Roster", "ALG/lost", hex_id(2))
    campus.maps(RESOURCE, "Roster", "deleted 1", hex_id(4))
    campus.maps(
        RESOURCE, "Roster", "deleted 2", hex_id(5),
        naturalKey='{"beginDate": "2025-08-20", "localCourseCode": "ALG-course", "schoolId": 1302,'
        ' "schoolYear": 2026, "sectionIdentifier": "ALG", "sessionName": "Fall",'
        ' "studentUniqueId": "dangling"}',
    )  # fmt: skip
    findings = prove(
        "SSA-028",
        by="student_unique_id",
        ods=records(
            association("linked", id=hex_id(1)),
            association("unlinked", id=hex_id(3)),
            association("zombie", id=hex_id(4)),
            association("orphan", id=hex_id(6)),
            association("elsewhere", school=99, id=hex_id(8)),
            association("choice", school=CHOICE, id=hex_id(9)),
        ),
        sis=campus.sis,
        fails=dict.fromkeys(["lost", "never sent", "zombie", "orphan"], "error"),
        passes=["linked", "unlinked", "dangling", "excluded", "elsewhere"],
        outside=["choice", *["None"] * 4],
    )
    assert {finding["resource"] for finding in findings} == {RESOURCE}


def test_without_a_mapping_both_sides_are_still_compared(prove):
    """By natural key: only in the SIS and only in the ODS fail."""
    campus = rostered("both", "sis only", excluded=["excluded"])
    prove(
        "SSA-028",
        by="student_unique_id",
        ods=records(association("both"), association("ods only")),
        sis=campus.sis,
        fails={"sis only": "error", "ods only": "error"},
        passes=["both", "excluded"],
        outside=["None", "None"],
    )
