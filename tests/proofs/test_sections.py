"""Sections without a Teacher of Record, from the ODS side."""

from datetime import date

import pytest
from campus import Campus, ods, section_key
from proof import World

SESSION = {"school_id": 1302, "school_year": 2026, "session_name": "Spring"}
BEGIN = date(2026, 1, 20)
SESSIONS = [{**SESSION, "begin_date": BEGIN, "end_date": date(2026, 6, 5)}]
OFFERING = {**SESSION, "local_course_code": "ALG-1"}
POSITION = "uri://dpi.wi.gov/ClassroomPositionDescriptor#"
TEACHER = f"{POSITION}Teacher of Record"
INSTRUCTOR = f"{POSITION}Instructor of Record"
SUPPORT = f"{POSITION}Support Teacher"


def sections(*names):
    return [{**OFFERING, "section_identifier": name} for name in names]


def student(section, person="5281033584", end=date(2026, 6, 5)):
    return {
        **OFFERING,
        "section_identifier": section,
        "student_unique_id": person,
        "begin_date": BEGIN,
        "end_date": end,
    }


def staff(section, position=TEACHER, person="9000000001", begin=BEGIN, end=None):
    return {
        **OFFERING,
        "section_identifier": section,
        "staff_unique_id": person,
        "classroom_position_descriptor": position,
        "begin_date": begin,
        "end_date": end,
    }


def test_a_section_with_students_needs_staff(prove):
    """TOR-001 starts from the sections: one without a staff row fails, students gone or not."""
    prove(
        "TOR-001",
        by="section_identifier",
        ods={
            "sessions": SESSIONS,
            "sections": sections("nobody", "all left", "support only", "teacher", "no students"),
            "student_section_associations": [
                *(student("nobody", person=f"{n:010}") for n in range(12)),
                student("all left", end=date(2026, 2, 1)),
                student("support only"),
                student("teacher"),
            ],
            "staff_section_associations": [staff("support only", SUPPORT), staff("teacher")],
        },
        fails={"nobody": "error", "all left": "error"},
        passes=["support only", "teacher"],
        outside=["no students"],
    )


def test_a_teacher_of_another_section_of_the_same_name_does_not_count(prove):
    """The section identifier alone is no key: course, session, year and school count as well."""

    def of(course, row):
        return {**row, "local_course_code": course}

    prove(
        "TOR-001",
        by="local_course_code",
        ods={
            "sessions": SESSIONS,
            "sections": [of(course, sections("1")[0]) for course in ("ALG-1", "GEO-1", "HIS-1")],
            "student_section_associations": [of(c, student("1")) for c in ("ALG-1", "GEO-1")],
            "staff_section_associations": [of("GEO-1", staff("1"))],
        },
        fails={"ALG-1": "error"},
        passes=["GEO-1"],
        outside=["HIS-1"],
    )


@pytest.mark.parametrize(
    ("audit_date", "severity"),
    [
        (date(2026, 1, 19), "warning"),
        (date(2026, 1, 30), "warning"),
        (date(2026, 1, 31), "error"),
        (date(2026, 12, 1), "error"),
    ],
    ids=["before the session", "day 10", "day 11", "after the year"],
)
@pytest.mark.parametrize("rule", ["TOR-001", "TOR-002"])
def test_ten_days_of_grace(prove, rule, audit_date, severity):
    """A session's first ten days are for settling the schedule: a warning, then an error."""
    assistant = [staff("open", SUPPORT)] if rule == "TOR-002" else []
    prove(
        rule,
        by="section_identifier",
        audit_date=audit_date,
        ods={
            "sessions": SESSIONS,
            "sections": sections("open", "empty"),
            "student_section_associations": [student("open")],
            "staff_section_associations": assistant,
        },
        fails={"open": severity},
        passes=[],
        outside=["empty"],
    )


@pytest.mark.parametrize(
    "known",
    [{}, {"sessions": []}, {"sessions": [{**SESSIONS[0], "begin_date": None}]}],
    ids=["sessions unread", "no such session", "without a begin"],
)
@pytest.mark.parametrize("rule", ["TOR-001", "TOR-002"])
def test_while_a_session_s_begin_is_unknown_nothing_is_due(prove, rule, known):
    """Nobody can say that the first days are over, so it is a warning."""
    support = [staff("open", SUPPORT)] if rule == "TOR-002" else []
    prove(
        rule,
        by="section_identifier",
        audit_date=date(2026, 12, 1),
        ods={
            **known,
            "sections": sections("open", "empty"),
            "student_section_associations": [student("open")],
            "staff_section_associations": support,
        },
        fails={"open": "warning"},
        passes=[],
        outside=["empty"],
    )


def test_someone_must_be_teacher_of_record(prove):
    """TOR-002: staff without a Teacher of Record; the code counts, in whatever namespace."""
    prove(
        "TOR-002",
        by="section_identifier",
        ods={
            "sessions": SESSIONS,
            "sections": sections(
                "support only", "blank", "near miss", "teacher", "instructor", "core", "nobody"
            ),
            "student_section_associations": [
                student("support only"),
                student("blank"),
                student("near miss"),
                student("teacher"),
                student("instructor"),
                student("core"),
                student("nobody"),
            ],
            "staff_section_associations": [
                staff("support only", SUPPORT),
                staff("blank", None),
                staff("near miss", f"{POSITION}Assistant Teacher of Record"),
                staff("teacher", SUPPORT),
                staff("teacher", TEACHER, person="9000000002"),
                staff("instructor", INSTRUCTOR),
                staff("core", "uri://ed-fi.org/ClassroomPositionDescriptor#Teacher of Record"),
            ],
        },
        fails={"support only": "error", "blank": "error", "near miss": "error"},
        passes=["teacher", "instructor", "core"],
        outside=["nobody"],
    )


def test_the_settings_say_which_codes_are_teacher_of_record(prove):
    """Nebraska writes 01."""
    prove(
        "TOR-002",
        by="section_identifier",
        profile="NE",
        ods={
            "sessions": SESSIONS,
            "sections": sections("01", "04", "nobody"),
            "student_section_associations": [student("01"), student("04"), student("nobody")],
            "staff_section_associations": [
                staff("01", "uri://education.ne.gov/ClassroomPositionDescriptor#01"),
                staff("04", "uri://education.ne.gov/ClassroomPositionDescriptor#04"),
            ],
        },
        fails={"04": "error"},
        passes=["01"],
        outside=["nobody"],
    )


@pytest.mark.parametrize(("profile", "severity"), [("NE", "error"), ("WI", "info"), ("MN", "info")])
def test_two_teachers_of_record_on_one_day(prove, profile, severity):
    """TOR-003 needs two people in the role on the same day; one after the other is a handover."""
    first, second = "9000000001", "9000000002"
    march = date(2026, 3, 2)
    prove(
        "TOR-003",
        by="section_identifier",
        profile=profile,
        tor_codes=("Teacher of Record",),
        ods={
            "sessions": SESSIONS,
            "sections": sections(
                "together", "same day", "no dates", "next day", "same person", "support", "nobody"
            ),
            "staff_section_associations": [
                staff("together", person=first),
                staff("together", person=second),
                staff("same day", person=first, end=march),
                staff("same day", person=second, begin=march),
                staff("no dates", person=first, begin=None),
                staff("no dates", person=second, begin=None),
                staff("next day", person=first, end=date(2026, 3, 1)),
                staff("next day", person=second, begin=march),
                staff("same person", person=first),
                staff("same person", person=first, begin=march),
                staff("support", person=first),
                staff("support", SUPPORT, person=second),
            ],
        },
        fails={"together": severity, "same day": severity, "no dates": severity},
        passes=["next day", "same person", "support"],
        outside=["nobody"],
    )


@pytest.mark.parametrize(
    ("role", "assigned", "cause"),
    [
        ("LT", True, "role LT has no Ed-Fi code (STF-005)"),
        ("T", False, "no District Assignment in the school year (STF-008)"),
        ("T", True, None),
    ],
)
def test_a_teacher_whom_the_sis_holds_back_explains_an_unstaffed_section(
    tmp_path, role, assigned, cause
):
    """Nobody in the ODS, a teacher in the SIS: the reason is the cause, else there is none."""
    campus = Campus()
    campus.section("ALG")
    campus.student("s1")
    campus.takes("ALG", "s1")
    campus.person("t1", "5550000001", assigned=assigned)
    campus.teaches("ALG", "t1", staff_type="T", role=role)
    records = ods(
        sections=[section_key("ALG")],
        student_section_associations=[
            section_key("ALG", student_unique_id="s1", begin_date=date(2025, 8, 20))
        ],
    )
    (section,) = World.of(tmp_path, records, campus.sis).rows("sections")
    assert section["teacher_held_back"] == cause
