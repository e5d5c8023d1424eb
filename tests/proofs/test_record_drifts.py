"""Records that SIS and ODS both have, and that differ in what is reported."""

from datetime import date

import pytest
from campus import FALL, NAMESPACE, SUPPORT, TEACHER, Campus, ods, offering, section_key

BEGIN, END = FALL


def hex_id(number):
    return f"{number:032x}"


def test_the_title_of_an_offering(prove):
    """SYN-001: edge spaces make no other title, case does; blank is another one, too."""
    campus = Campus()
    titles = {
        "same": ("Algebra", " Algebra "), "case": ("Algebra", "algebra"),
        "blank": ("Algebra", None), "other": (" Algebra", "Biology"),
        "not named": (None, "Algebra"), "orphan": ("x", "y"),
    }  # fmt: skip
    rows = []
    for number, (name, (sis, actual)) in enumerate(titles.items()):
        campus.section(name, course={"name": sis, "active": name != "orphan"})
        # an id in capitals and with dashes is the same
        rows.append(offering(name, id=f"A-{number}", local_course_title=actual))
    campus.section("missing", course={"name": "Algebra"})
    findings = prove(
        "SYN-001",
        by="local_course_code",
        ods=ods(course_offerings=rows),
        sis=campus.sis,
        fails=dict.fromkeys(("case-course", "blank-course", "other-course"), "warning"),
        passes=["same-course"],
        outside=["not named-course"],
    )
    assert {row["observed"] for row in findings} == {"other than in the SIS: localCourseTitle"}


def test_any_of_two_courses_gives_the_title(prove):
    """SYN-001: two courses of one number are one offering."""
    campus = Campus()
    for name in ("A", "B"):
        for title in ("one", "two"):
            campus.section(f"{name} {title}", course={"number": name, "name": title})
    titles = {"A": "two", "B": "three"}
    rows = [
        offering("", id=hex_id(number)) | {"local_course_code": code, "local_course_title": title}
        for number, (code, title) in enumerate(titles.items())
    ]
    prove(
        "SYN-001",
        by="local_course_code",
        ods=ods(course_offerings=rows),
        sis=campus.sis,
        fails={"B": "warning"},
        passes=["A"],
    )


def test_the_end_date_of_a_student(prove):
    """SYN-001: the roster's end in the session, else the session's; an open record differs."""
    campus = Campus()
    campus.section("ALG")
    left = date(2025, 11, 3)
    ends = {
        "to the end": (None, END), "left": (left, left), "beyond": (date(2026, 1, 1), END),
        "a day late": (left, date(2025, 11, 4)), "open": (None, None), "stayed": (left, END),
    }  # fmt: skip
    rows = []
    for number, (name, (sis, actual)) in enumerate(ends.items()):
        campus.student(name)
        campus.takes("ALG", name, endDate=sis)
        rows.append(
            section_key(
                "ALG", student_unique_id=name, begin_date=BEGIN, end_date=actual, id=hex_id(number)
            )
        )
    # a mapped record whose begin date alone is another, and one of a student who is not sent
    campus.student("mapped")
    campus.takes("ALG", "mapped", startDate=date(2025, 9, 1))
    campus.maps("studentSectionAssociations", "Roster", "ALG/mapped", hex_id(20))
    campus.student("excluded", stateExclude=True)
    campus.takes("ALG", "excluded")
    for number, name in ((20, "mapped"), (21, "excluded")):
        rows.append(section_key("ALG", student_unique_id=name, begin_date=BEGIN, id=hex_id(number)))
    rows[-2]["end_date"] = END
    findings = prove(
        "SYN-001",
        by="student_unique_id",
        ods=ods(student_section_associations=rows),
        sis=campus.sis,
        fails=dict.fromkeys(("a day late", "open", "stayed"), "warning"),
        passes=["to the end", "left", "beyond", "mapped"],
    )
    assert {row["cause_key"] for row in findings} == {"endDate"}


def teaching(name, begin=BEGIN, end=END, position=TEACHER, **row):
    return section_key(
        "ALG", staff_unique_id=name, begin_date=begin, end_date=end,
        classroom_position_descriptor=position, **row,
    )  # fmt: skip


def test_dates_and_position_of_staff(prove):
    """SYN-001: each field alone, and two of them; whoever is not sent is not compared."""
    campus = Campus()
    campus.section("ALG")
    left = date(2025, 11, 3)
    given = {
        "same": {}, "begin": {"begin": date(2025, 8, 21)}, "end": {"end": date(2025, 12, 19)},
        "open": {"end": None}, "left": {"end": left}, "position": {"position": TEACHER},
        "no position": {"position": None}, "both": {"begin": date(2025, 9, 1), "end": None},
    }  # fmt: skip
    for name in given:
        campus.person(name)
        campus.teaches("ALG", name, "T", "S", endDate=left if name == "left" else None)
    campus.person("aide")
    campus.teaches("ALG", "aide", "A", "S")
    rows = [teaching(name, **{"position": SUPPORT} | fields) for name, fields in given.items()]
    rows = [*rows, teaching("aide", end=None), teaching("orphan", end=None)]
    findings = prove(
        "SYN-001",
        by="staff_unique_id",
        ods=ods(
            staff_section_associations=[
                {**row, "id": hex_id(number)} for number, row in enumerate(rows)
            ]
        ),
        sis=campus.sis,
        fails=dict.fromkeys(("begin", "end", "open", "position", "no position", "both"), "warning"),
        passes=["same", "left"],
    )
    assert sorted(row["cause_key"] for row in findings) == [
        "beginDate", "beginDate, endDate", "classroomPositionDescriptor",
        "classroomPositionDescriptor", "endDate", "endDate",
    ]  # fmt: skip


@pytest.mark.parametrize("how", ["blank role", "override"])
@pytest.mark.parametrize(
    ("position", "agrees"),
    [
        (TEACHER, True),
        (f"{NAMESPACE}/ClassroomPositionDescriptor#Instructor of Record", True),
        ("uri://ed-fi.org/ClassroomPositionDescriptor#Teacher of Record", True),
        (SUPPORT, False),
        (None, False),
    ],
)
def test_a_teacher_of_record_without_a_role(prove, how, position, agrees):
    """SYN-001: every position that counts as Teacher of Record will do."""
    campus = Campus()
    campus.section("ALG", teacherOverride="1001" if how == "override" else None)
    campus.person("1001")
    if how == "blank role":
        campus.teaches("ALG", "1001", "P", None)
    prove(
        "SYN-001",
        by="staff_unique_id",
        ods=ods(staff_section_associations=[teaching("1001", position=position, id=hex_id(1))]),
        sis=campus.sis,
        fails={} if agrees else {"1001": "warning"},
        passes=["1001"] if agrees else [],
    )
