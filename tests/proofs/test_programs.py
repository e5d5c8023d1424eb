"""Program statements: the entries of /programs and the programs of student section associations."""

from datetime import date

import pytest
from proof import World

from edfi_audit import bundled
from edfi_audit.validation import load_suites

SUITES = load_suites(bundled.expectations())
AGENCY, PUBLIC, CHOICE = 48856, 1302, 7525
TYPE = "uri://dpi.wi.gov/ProgramTypeDescriptor#"
SECTION = {
    "school_id": PUBLIC,
    "school_year": 2026,
    "session_name": "Fall",
    "local_course_code": "WELD-1",
    "section_identifier": "1",
}
SCHOOLS = [
    {"school_id": PUBLIC, "local_education_agency_id": AGENCY},
    {
        "school_id": CHOICE,
        "school_categories": ["uri://dpi.wi.gov/SchoolCategoryDescriptor#Choice"],
    },
]


def program(name, type_=f"{TYPE}Dual", agency=AGENCY):
    return {
        "education_organization_id": agency,
        "program_name": name,
        "program_type_descriptor": type_,
    }


def student(*programs, place="wi_programs", person="5281033584", **fields):
    return {
        **SECTION,
        "student_unique_id": person,
        "begin_date": date(2025, 9, 2),
        place: list(programs),
        **fields,
    }


def at_choice(*programs):
    return student(*programs, school_id=CHOICE)


def given(*students, **others):
    return {"schools": SCHOOLS, "student_section_associations": students, **others}


def staff(position="Teacher of Record", section="1"):
    return {
        **SECTION,
        "section_identifier": section,
        "staff_unique_id": "9000000001",
        "begin_date": date(2025, 9, 2),
        "classroom_position_descriptor": f"uri://dpi.wi.gov/ClassroomPositionDescriptor#{position}",
    }


def test_a_program_has_an_agency(prove):
    """SSA-010 asks it of the programs of associations, not of /programs."""
    prove(
        "SSA-010",
        by="program_name",
        ods=given(
            student(program("none", agency=None), program("some")),
            student(program("core", agency=None), place="programs", person="8660232105"),
            at_choice(program("choice", agency=None)),
            programs=[program("listed", agency=None)],
        ),
        fails={"none": "error", "core": "error"},
        passes=["some"],
        outside=["choice", "listed"],
    )


def test_a_program_has_a_type(prove):
    """CTE-001 looks at core, extension and /programs; a blank is no type."""
    prove(
        "CTE-001",
        by="program_name",
        ods=given(
            student(program("extension", None), program("blank", "  "), program("typed")),
            student(program("core", None), place="programs", person="8660232105"),
            at_choice(program("choice", None)),
            programs=[program("listed", None), program("listed and typed")],
        ),
        fails={"extension": "error", "blank": "error", "core": "error", "listed": "error"},
        passes=["typed", "listed and typed"],
        outside=["choice"],
    )


def test_the_same_program_in_core_and_extension_is_one_statement(prove):
    """One missing type is one finding, and it says where the program stands."""
    twice = student(program("twice", None))
    twice["programs"] = [program("twice", None), program("core only", None)]
    findings = prove(
        "CTE-001",
        by="program_name",
        ods=given(twice, at_choice(program("choice", None))),
        fails={"twice": "error", "core only": "error"},
        passes=[],
        outside=["choice"],
    )
    assert sorted(finding["observed"] for finding in findings) == [
        "no programTypeDescriptor (program core only, in programs)",
        "no programTypeDescriptor (program twice, in both)",
    ]


def test_a_program_has_a_name(prove):
    """CTE-002 finds null and blank, in every place."""
    prove(
        "CTE-002",
        by="program_type_descriptor",
        ods=given(
            student(program(None, f"{TYPE}WBL"), program(" ", f"{TYPE}IRC"), program("x", "named")),
            at_choice(program(None, "choice")),
            programs=[program("", "listed"), program("x", "listed and named")],
        ),
        fails={f"{TYPE}WBL": "error", f"{TYPE}IRC": "error", "listed": "error"},
        passes=["named", "listed and named"],
        outside=["choice"],
    )


def test_types_are_the_states(prove):
    """CTE-003 compares namespace and code exactly; /programs may hold other programs."""
    codes = ["Certified", "IRC", "WBL", "Non Certified", "Dual", "WL"]
    wrong = {
        "core namespace": "uri://ed-fi.org/ProgramTypeDescriptor#Dual",
        "lower case": f"{TYPE}dual",
        "no space": f"{TYPE}NonCertified",
        "bare code": "Dual",
        "other program": f"{TYPE}Bilingual",
    }
    prove(
        "CTE-003",
        by="program_name",
        ods=given(
            student(*(program(code, TYPE + code) for code in codes)),
            student(*(program(*item) for item in wrong.items()), person="8660232105"),
            student(program("no type", None), person="8660232106"),
            at_choice(program("choice", f"{TYPE}dual")),
            programs=[program("listed", f"{TYPE}Bilingual")],
        ),
        fails=dict.fromkeys(wrong, "error"),
        passes=codes,
        outside=["no type", "choice", "listed"],
    )


@pytest.mark.parametrize(
    ("year", "allowed", "info", "error"),
    [
        (2022, ["Dual", "Certified", "Non Certified", "WL"], [], ["WBL", "IRC"]),
        (2023, ["Dual", "Certified", "Non Certified", "WL"], [], ["WBL", "IRC"]),
        (2024, ["Dual", "Certified", "Non Certified", "WL"], ["WBL", "IRC"], []),
        (2025, ["Dual", "WBL", "IRC", "WL"], [], ["Certified", "Non Certified"]),
        (2026, ["Dual", "WBL", "IRC", "WL"], [], ["Certified", "Non Certified"]),
        (2027, ["Dual", "WBL", "IRC", "WL"], [], ["Certified", "Non Certified"]),
    ],
)
def test_types_belong_to_years(prove, year, allowed, info, error):
    """CTE-004: the record's own school year decides; 2023-24 lets the new types pass as info."""
    rows = student(*(program(code, TYPE + code) for code in allowed + info + error))
    prove(
        "CTE-004",
        by="program_name",
        ods=given(
            {**rows, "school_year": year},
            student(program("no type", None), program("wrong", f"{TYPE}Bilingual")),
            {**at_choice(program("c", f"{TYPE}WBL"), program("d", f"{TYPE}Certified"))}
            | {"school_year": year},
            programs=[program("listed", f"{TYPE}Certified")],
        ),
        fails=dict.fromkeys(info, "info") | dict.fromkeys(error, "error"),
        passes=allowed,
        outside=["no type", "wrong", "c", "d", "listed"],
    )


def test_a_program_is_listed(prove):
    """CTE-005: agency, name and type must all match an entry; a missing part is another rule's."""
    prove(
        "CTE-005",
        by="program_name",
        ods=given(
            student(
                program("other type", f"{TYPE}WBL"),
                program("other agency", agency=1),
                program("Listed"),
                program("trailing "),
                program("listed"),
                program(None),
                program("no type", None),
                program("no agency", agency=None),
            ),
            at_choice(program("choice")),
            programs=list(map(program, ("other type", "other agency", "listed", "trailing"))),
        ),
        fails=dict.fromkeys(["other type", "other agency", "Listed", "trailing "], "error"),
        passes=["listed"],
        outside=[
            *("None", "no type", "no agency", "choice"),
            *("other type", "other agency", "listed", "trailing"),
        ],
    )


def section(identifier):
    return {**SECTION, "section_identifier": identifier}


def dual(identifier, *programs):
    return student(*(programs or [program("Dual")]), section_identifier=identifier)


def test_dual_enrolment_needs_a_local_teacher(prove):
    """CTE-010: once per student, however many dual programs, be the section in /sections or not."""
    prove(
        "CTE-010",
        by="section_identifier",
        ods=given(
            dual("nobody", program("A"), program("B"), program("W", f"{TYPE}WBL")),
            dual("support"),
            dual("instructor"),
            dual("not in the ODS"),
            dual("not dual", program("W", f"{TYPE}WBL")),
            {**dual("choice"), "school_id": CHOICE},
            sections=[
                *map(section, ("nobody", "support", "instructor", "not dual")),
                {**section("choice"), "school_id": CHOICE},
            ],
            staff_section_associations=[
                staff("Support Teacher", "support"),
                staff("Instructor of Record", "instructor"),
            ],
        ),
        fails={"nobody": "error", "not in the ODS": "error"},
        passes=["support", "instructor"],
        outside=["nobody", "nobody", "not dual", "choice"],
    )


@pytest.mark.parametrize("rule", ["CTE-010", "CTE-011"])
def test_dual_enrolment_does_not_need_the_sections(tmp_path, rule):
    """Without /sections the rule is evaluated; without a part of the key no row is judged."""
    world = World.of(
        tmp_path,
        given(
            dual("support"),
            {**dual("no course"), "local_course_code": None},
            staff_section_associations=[staff("Support Teacher", "support")],
        ),
    )
    needs = next(one.needs for suite in SUITES for one in suite.rules if one.id == rule)
    assert world.inputs.reason_for(needs) is None
    counts = {
        row["section_identifier"]: (
            row["section_staff_count"],
            row["section_teacher_of_record_count"],
        )
        for row in world.rows("programs")
    }
    assert counts == {"support": (1, 0), "no course": (None, None)}


@pytest.mark.parametrize("ids", [("1", "2"), ("1", "1"), (None, None)])
def test_a_duplicate_association_states_its_program_once(prove, ids):
    """CTE-001: a key that the ODS holds twice is one finding."""
    untyped = program("A", type_=None)
    prove(
        "CTE-001",
        by="student_unique_id",
        ods=given(
            *(student(untyped, person="twice", id=one) for one in ids),
            student(program("A"), person="typed"),
            at_choice(program("A")),
        ),
        fails={"twice": "error"},
        passes=["typed"],
        outside=["5281033584"],
    )


def test_a_program_without_a_name_is_no_common_cause(prove):
    """CTE-001: the finding stands alone where the cause would name nothing."""
    (finding,) = prove(
        "CTE-001",
        by="student_unique_id",
        ods=given(
            student(program(None, type_=None), person="nameless"),
            student(program("A"), person="typed"),
            at_choice(program("A")),
        ),
        fails={"nameless": "error"},
        passes=["typed"],
        outside=["5281033584"],
    )
    assert (finding["cause_key"], finding["cause"]) == (None, None)


def test_dual_enrolment_should_have_an_instructor_of_record(prove):
    """CTE-011 looks at sections that have staff; Teacher and Instructor of Record both do."""
    prove(
        "CTE-011",
        by="section_identifier",
        ods=given(
            dual("support"),
            dual("instructor"),
            dual("teacher"),
            dual("nobody"),
            sections=list(map(section, ("support", "instructor", "teacher", "nobody"))),
            staff_section_associations=[
                staff("Support Teacher", "support"),
                staff("Instructor of Record", "instructor"),
                staff("Teacher of Record", "teacher"),
            ],
        ),
        fails={"support": "warning"},
        passes=["instructor", "teacher"],
        outside=["nobody"],
    )
