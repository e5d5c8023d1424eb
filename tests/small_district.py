"""A small district at odds with its ODS, for previews of a resync; all of it synthetic."""

from datetime import date

from campus import TEACHER, Campus, ods, offering, section_key

OFFERINGS, SECTIONS = "courseOfferings", "sections"
STAFF, STUDENTS = "staffSectionAssociations", "studentSectionAssociations"
EVENTS, GRADES = "studentSectionAttendanceEvents", "grades"
BEGIN, LATER = date(2025, 8, 20), date(2025, 10, 1)


def hex_id(number):
    return f"{number:032x}"


def on(section, course, **row):
    """A record of a section in Fall, whose course need not be named after it."""
    return {**section_key(section), "local_course_code": f"{course}-course", **row}


def district():
    """Campus has ALG with its teacher and two students, and GEO with a third; the ODS lacks GEO.

    Of the students of ALG one is linked, one is lost (mapped, not in the ODS); a mapping row is of
    nobody. The ODS has a course OLD with section 9, a teacher, a student with grades and attendance
    events, none of it known to Campus; and a course ZOM, mapped once, with a section Z.
    """
    campus = Campus()
    campus.section("ALG")
    campus.section("GEO")
    campus.person("teacher")
    history = campus.teaches("ALG", "teacher")["historyID"]
    for student, section in (("linked", "ALG"), ("lost", "ALG"), ("never sent", "GEO")):
        campus.student(student)
        campus.takes(section, student)
    campus.maps(OFFERINGS, "Course", "ALG-course", hex_id(1))
    campus.maps(OFFERINGS, "Course", "ZOM-course", hex_id(2))
    campus.maps(SECTIONS, "Section", "ALG", hex_id(3))
    campus.maps(STAFF, "SectionStaffHistory", history, hex_id(4))
    campus.maps(STUDENTS, "Roster", "ALG/linked", hex_id(5))
    campus.maps(STUDENTS, "Roster", "ALG/lost", hex_id(6))
    campus.maps(STUDENTS, "Roster", "nobody", hex_id(7))
    position = {"classroom_position_descriptor": TEACHER, "begin_date": BEGIN}
    final = {"begin_date": BEGIN, "student_unique_id": "stranger"}
    return campus, ods(
        course_offerings=[
            offering("ALG", id=hex_id(1)),
            offering("ZOM", id=hex_id(2)),
            offering("OLD", id=hex_id(11)),
        ],
        sections=[
            on("ALG", "ALG", id=hex_id(3)),
            on("9", "OLD", id=hex_id(12)),
            on("Z", "ZOM", id=hex_id(13)),
        ],
        staff_section_associations=[
            on("ALG", "ALG", id=hex_id(4), staff_unique_id="teacher", **position),
            on("9", "OLD", id=hex_id(14), staff_unique_id="other", **position),
        ],
        student_section_associations=[
            on("ALG", "ALG", id=hex_id(5), student_unique_id="linked", begin_date=BEGIN),
            on("9", "OLD", id=hex_id(15), student_unique_id="stranger", begin_date=BEGIN),
        ],
        grades=[
            on("ALG", "ALG", student_unique_id="linked", begin_date=BEGIN),
            on("9", "OLD", grading_period_name="one", **final),
            on("9", "OLD", grading_period_name="two", **final),
            # of an association that began later: it hangs on the section, not on this one
            on("9", "OLD", grading_period_name="two", **final | {"begin_date": LATER}),
        ],
        student_section_attendance_events=[
            on("9", "OLD", student_unique_id="stranger", event_date=date(2025, 9, day))
            for day in (1, 2, 3, 4)
        ],
    )
