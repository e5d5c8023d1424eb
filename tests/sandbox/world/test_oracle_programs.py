"""The oracle on programs of associations, sections and students."""

import pytest
from sandbox.world.oracle_rows import (
    all_as,
    enrolled,
    found,
    program,
    sat,
    section_key,
)

ROWS = "studentSectionAssociations"


def section(code, core=(), own=(), school=1):
    key = section_key(code=code, school=school)
    return {
        "sectionIdentifier": key.pop("sectionIdentifier"),
        "courseOfferingReference": key,
        "programs": list(core),
        "_ext": {"wi": {"programs": list(own)}},
    }


def test_participation_belongs_to_the_student():
    """A program of the section that none of its students states, of whatever type he states."""
    rows = [
        sat("one", code="alone"),
        sat("one", code="alone in the core"),
        sat("one", code="with another type", own=[program("WBL")]),
        sat("one", code="with a language", own=[program("WL")]),
        sat("two", code="one of two"),
        sat("one", code="one of two", own=[program()]),
        sat("one", code="language section"),
        sat("one", code="Choice", school=3),
    ]
    sections = [
        section("alone", own=[program()]),
        section("alone in the core", core=[program("IRC")]),
        section("with another type", own=[program()]),
        section("with a language", own=[program()]),
        section("one of two", own=[program()]),
        section("language section", own=[program("WL")]),
        section("nobody in it", own=[program()]),
        section("Choice", own=[program()], school=3),
    ]
    wrong = all_as("warning", "alone", "alone in the core", "with a language")
    ods = {ROWS: rows, "sections": sections}
    assert found("CTE-007", ods, by="localCourseCode") == wrong


def classroom(code, students, career, also=()):
    """A section of `students`, of whom the first `career` state a WBL program, all `also`."""
    return [
        sat(
            f"{code} {number}",
            code=code,
            own=[*([program("WBL")] if number < career else []), *also],
        )
        for number in range(students)
    ]


def test_a_program_for_everyone_looks_copied():
    """Ten of ten are found; nine of nine, nine of ten, and a dual program are not."""
    rows = [
        *classroom("ten of ten", 10, 10),
        *classroom("nine of nine", 9, 9),
        *classroom("nine of ten", 10, 9),
        *classroom("dual", 10, 0, also=[program()]),
        *classroom("two programs", 10, 5),
    ]
    for row in rows[-5:]:
        row["programs"] = [program("IRC")]
    rows += [sat("ten of ten 0", "2025-12-01", code="ten of ten")]
    ods = {ROWS: rows, "sections": [section(code) for code in {one_code(row) for row in rows}]}
    assert found("CTE-008", ods, by="localCourseCode") == [("ten of ten", "info")]
    nine = found("CTE-008", ods, by="localCourseCode", cte_section_students=9)
    assert nine == all_as("info", "nine of nine", "ten of ten")


def one_code(row):
    return row["sectionReference"]["localCourseCode"]


def teaches(staff, code, school=1):
    key = section_key(code=code, school=school)
    return {"staffReference": {"staffUniqueId": staff}, "sectionReference": key}


def employed(staff, school):
    return {"staffReference": {"staffUniqueId": staff}, "schoolReference": {"schoolId": school}}


def test_dual_sections_have_local_teachers():
    """Any school of the section's agency will do; of two teachers, one stranger is enough."""
    rows = [
        sat(name, code=name, own=[program("WBL"), program()])
        for name in ("here", "at a sister school", "abroad", "nowhere", "one of two", "no staff")
    ]
    rows += [
        sat("career only", code="nowhere", own=[program("WBL")]),
        sat("unknown agency, here", code="here", school=9, own=[program()]),
        sat("unknown agency, elsewhere", code="elsewhere", school=9, own=[program()]),
    ]
    staff = [
        teaches("Ann", "here"),
        teaches("Bob", "at a sister school"),
        teaches("Cy", "abroad"),
        teaches("Dee", "nowhere"),
        teaches("Ann", "one of two"),
        teaches("Dee", "one of two"),
        teaches("Eve", "here", school=9),
        teaches("Ann", "elsewhere", school=9),
    ]
    schools = [employed("Ann", 1), employed("Bob", 2), employed("Cy", 4), employed("Eve", 9)]
    ods = {ROWS: rows, "staffSectionAssociations": staff, "staffSchoolAssociations": schools}
    wrong = ("abroad", "nowhere", "one of two", "unknown agency, elsewhere")
    assert found("CTE-012", ods) == all_as("warning", *wrong)


def test_dual_enrolment_is_for_high_school():
    """The highest grade level counts; unknown is not judged; two dual programs are one finding."""
    levels = {"grade 8": ["08"], "grade 9": ["09"], "risen": ["08", "09"], "unknown": ["Other"]}
    rows = [sat(name, own=[program(), program(name="Another")]) for name in levels]
    rows.append(sat("career", own=[program("IRC")]))
    stays = [
        enrolled(name, f"2025-09-0{day}", grade=grade)
        for name, grades in {**levels, "career": ["08"]}.items()
        for day, grade in enumerate(grades, start=1)
    ]
    ods = {ROWS: rows, "studentSchoolAssociations": stays}
    assert found("CTE-013", ods) == [("grade 8", "warning")]


def takes(student, type_="Dual", status=None, **more):
    """A program association; `own_status` stands in the extension."""
    agency, wi = more.get("agency", 10), more.get("own_status")
    return {
        "beginDate": "2025-09-02",
        "studentReference": {"studentUniqueId": student},
        "educationOrganizationReference": {"educationOrganizationId": agency},
        "certificatedProgramStatusDescriptor": status,
        "_ext": {"wi": {"certificatedProgramStatusDescriptor": wi}} if wi else {},
        **program(type_, more.get("name", "College Course"), agency),
    }


@pytest.mark.parametrize(
    ("year", "wrong"),
    [
        (2024, ["dual", "in the extension", "irc"]),
        (2025, ["certified", "dual", "in the extension"]),
    ],
)
def test_a_certificate_belongs_to_certificated_programs(year, wrong):
    """Certified until 2023-24, IRC from 2024-25; without a status nothing is asked."""
    rows = [
        takes("certified", "Certified", "A"),
        takes("irc", "IRC", "D"),
        takes("dual", "Dual", "A"),
        takes("in the extension", "WBL", own_status="A"),
        takes("without a status", "Dual"),
        takes("at a Choice school", "Dual", "A", agency=3),
    ]
    ods = {"studentCTEProgramAssociations": rows}
    assert found("CTE-015", ods, school_year=year) == all_as("error", *wrong)
    agencies = found("CTE-015", ods, school_year=year, by="programEducationOrganizationId")
    assert agencies == [(10, "error")] * 3


def test_a_stated_program_is_the_students_own():
    """Agency, name and type agree, in either resource; one finding per program."""
    rows = [
        sat("in the career resource", own=[program()]),
        sat("in the other resource", core=[program("WL", "Spanish")]),
        sat("another's", own=[program()]),
        sat("of another type", own=[program("WBL")]),
        sat("of another name", own=[program(name="Welding")]),
        sat("of another agency", own=[program(agency=20)]),
        sat("neither of two", own=[program(), program("WBL")]),
        sat("the same in both lists", core=[program()], own=[program()]),
        sat("without a type", own=[program(None)]),
    ]
    names = ("in the career resource", "of another type", "of another name", "of another agency")
    ods = {
        ROWS: rows,
        "studentCTEProgramAssociations": [takes(name) for name in names],
        "studentProgramAssociations": [takes("in the other resource", "WL", name="Spanish")],
    }
    wrong = (
        "another's",
        "of another type",
        "of another name",
        "of another agency",
        "neither of two",
        "neither of two",
        "the same in both lists",
    )
    assert found("CTE-016", ods) == all_as("info", *wrong)


def test_a_program_stands_once_in_a_list():
    """Once in each list is once; another type is another program."""
    rows = [
        sat("twice", own=[program(), program()]),
        sat("twice in the core", core=[program("IRC"), program("IRC")]),
        sat("once in each", core=[program()], own=[program()]),
        sat("two types", own=[program(), program("WBL")]),
        sat("two programs twice", own=[program(), program("WBL")] * 2),
        sat("three times", own=[program()] * 3),
    ]
    wrong = ("twice", "twice in the core", *["two programs twice"] * 2, "three times")
    assert found("CTE-017", {ROWS: rows}) == all_as("warning", *wrong)


def test_both_lists_agree_on_the_type():
    """Of the same agency and name; what the other list does not hold at all is not compared."""
    rows = [
        sat("differ", core=[program("Dual")], own=[program("WBL")]),
        sat("agree", core=[program()], own=[program()]),
        sat("in one list", own=[program("Dual"), program("WBL")]),
        sat("other names", core=[program()], own=[program("WBL", "Welding")]),
        sat("other agencies", core=[program()], own=[program("WBL", agency=20)]),
        sat("one of two", core=[program()], own=[program(), program("WBL")]),
    ]
    expected = all_as("warning", "differ", "differ", "one of two")
    assert found("CTE-018", {ROWS: rows}) == expected
