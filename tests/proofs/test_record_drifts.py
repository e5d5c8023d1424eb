"""Records that SIS and ODS both have, and that differ in what is reported."""

from datetime import date

from campus import FALL, Campus, ods, offering, section_key

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
