"""An enrolment: the roster it asks for, and what its type may be."""

from datetime import date

from proof import World

PUBLIC, CHOICE = 1302, 7525
TYPE = "uri://dpi.wi.gov/EnrollmentTypeDescriptor#"
GRADE = "uri://dpi.wi.gov/GradeLevelDescriptor#"
EXIT = "uri://dpi.wi.gov/ExitWithdrawTypeDescriptor#"
SCHOOLS = [
    {"school_id": PUBLIC},
    {
        "school_id": CHOICE,
        "school_categories": ["uri://dpi.wi.gov/SchoolCategoryDescriptor#Choice"],
    },
]


def enrolled(student, entry="2025-09-02", exit_=None, *, type_="P", grade="09", **fields):
    """A primary enrolment in grade 9, but for `fields`."""
    return {
        "student_unique_id": student,
        "school_id": PUBLIC,
        "school_year": 2026,
        "entry_date": date.fromisoformat(entry),
        "exit_withdraw_date": exit_ and date.fromisoformat(exit_),
        "enrollment_type_descriptor": type_ and TYPE + type_,
        "entry_grade_level_descriptor": grade and GRADE + grade,
        **fields,
    }


def section(student, **fields):
    """One association with a section."""
    return {
        "school_id": PUBLIC,
        "school_year": 2026,
        "session_name": "Spring",
        "local_course_code": "ALG-1",
        "section_identifier": "1",
        "student_unique_id": student,
        "begin_date": date(2026, 1, 20),
        **fields,
    }


def given(*rows, sections=()):
    return {
        "schools": SCHOOLS,
        "student_school_associations": rows,
        "student_section_associations": sections,
    }


def test_an_enrolled_student_has_a_section(prove):
    """SSA-016: after 30 days, open or closed, at this school and in this year."""
    prove(
        "SSA-016",
        by="student_unique_id",
        threshold="enrollment_grace_days",
        ods=given(
            enrolled("31 days", "2026-05-20"),
            enrolled("31 days, closed", "2025-10-01", "2025-11-01"),
            enrolled("elsewhere"),
            enrolled("last year"),
            enrolled("year unknown", school_year=None),
            enrolled("30 days", "2026-05-21"),
            enrolled("30 days, closed", "2025-10-01", "2025-10-31"),
            enrolled("not yet there", "2026-08-31"),
            enrolled("rostered"),
            enrolled("rostered, year unknown"),
            enrolled("of another year", school_year=2025),
            enrolled(None),
            enrolled("no entry", entry_date=None),
            enrolled("no school", school_id=None),
            enrolled("choice", school_id=CHOICE),
            sections=[
                section("no entry"),
                section("elsewhere", school_id=1303),
                section("last year", school_year=2025),
                section("rostered"),
                section("rostered, year unknown", school_year=None),
            ],
        ),
        fails=dict.fromkeys(
            ["31 days", "31 days, closed", "elsewhere", "last year", "year unknown"], "warning"
        ),
        passes=[
            "30 days", "30 days, closed", "not yet there", "rostered", "rostered, year unknown"
        ],
        outside=["of another year", None, "no entry", "no school", "choice"],
    )  # fmt: skip


def test_the_days_of_grace_are_a_setting(prove):
    """SSA-016 moved by a day: 31 days are in order, 32 are not."""
    prove(
        "SSA-016",
        by="student_unique_id",
        enrollment_grace_days=31,
        ods=given(
            enrolled("31 days", "2026-05-20"),
            enrolled("32 days", "2026-05-19"),
            enrolled("choice", school_id=CHOICE),
        ),
        fails={"32 days": "warning"},
        passes=["31 days"],
        outside=["choice"],
    )


def test_which_enrolments_ask_for_a_roster(prove):
    """SSA-016: primary by type, or by the flag where there is no type; not of a no-show."""
    prove(
        "SSA-016",
        by="student_unique_id",
        ods=given(
            enrolled("P"),
            enrolled("P, flag false", primary_school=False),
            enrolled("flag", type_=None, primary_school=True),
            enrolled("blank type, flag", primary_school=True,
                     enrollment_type_descriptor=" "),
            enrolled("exited otherwise", exit_="2026-03-02",
                     exit_withdraw_type_descriptor=f"{EXIT}TC"),
            enrolled("at an unknown school", school_id=4711),
            enrolled("rostered"),
            enrolled("C", type_="C", primary_school=True),
            enrolled("PPP", type_="PPP", primary_school=True),
            enrolled("lower case", type_="p", primary_school=True),
            enrolled("core namespace", primary_school=True,
                     enrollment_type_descriptor="uri://ed-fi.org/EnrollmentTypeDescriptor#P"),
            enrolled("flag false", type_=None, primary_school=False),
            enrolled("neither", type_=None),
            enrolled("DE", exit_="2026-03-02", exit_withdraw_type_descriptor=f"{EXIT}DE"),
            enrolled("choice", school_id=CHOICE),
            sections=[section("rostered")],
        ),
        fails=dict.fromkeys(
            ["P", "P, flag false", "flag", "blank type, flag", "exited otherwise",
             "at an unknown school"],
            "warning",
        ),
        passes=["rostered"],
        outside=["C", "PPP", "lower case", "core namespace", "flag false", "neither", "DE",
                 "choice"],
    )  # fmt: skip


def test_which_grade_levels_are_rostered(prove):
    """SSA-016: all but PK, K3 and K4, in whatever form they are known; an unknown one is none."""
    rostered = ["KG", "01", "1", "12", "kg", " 05 ", "Kindergarten", "Twelfth grade"]
    excepted = ["PK", "K3", "K4", "k4", "13", "Ungraded", None]
    prove(
        "SSA-016",
        by="student_unique_id",
        ods=given(
            *(enrolled(f"<{grade}>", grade=grade) for grade in [*rostered, *excepted]),
            enrolled("core namespace",
                     entry_grade_level_descriptor="uri://ed-fi.org/GradeLevelDescriptor#09"),
            enrolled("rostered"),
            enrolled("choice", school_id=CHOICE),
            sections=[section("rostered")],
        ),
        fails=dict.fromkeys([*(f"<{grade}>" for grade in rostered), "core namespace"], "warning"),
        passes=["rostered"],
        outside=[*(f"<{grade}>" for grade in excepted), "choice"],
    )  # fmt: skip


def test_grade_levels_without_roster_are_a_setting(prove):
    """SSA-016: a district that rosters K4 but not Kindergarten says so."""
    prove(
        "SSA-016",
        by="student_unique_id",
        rostered_grades_except=("PK", "K3", "kg"),
        ods=given(
            enrolled("K4", grade="K4"),
            enrolled("KG", grade="KG"),
            enrolled("rostered"),
            enrolled("choice", school_id=CHOICE),
            sections=[section("rostered")],
        ),
        fails={"K4": "warning"},
        passes=["rostered"],
        outside=["KG", "choice"],
    )


def test_identical_records_are_one_row(prove):
    """A record that a pull delivered twice is judged once."""
    prove(
        "SSA-016",
        by="student_unique_id",
        ods=given(
            enrolled("twice"), enrolled("twice"), enrolled("rostered"),
            enrolled("choice", school_id=CHOICE),
            sections=[section("rostered")],
        ),
        fails={"twice": "warning"},
        passes=["rostered"],
        outside=["choice"],
    )  # fmt: skip


def test_the_primary_school_has_a_primary_type(prove):
    """SSA-020: P or Membership, exactly as written; without a type or the flag nothing is said."""
    prove(
        "SSA-020",
        by="student_unique_id",
        ods=given(
            enrolled("C", type_="C", primary_school=True),
            enrolled("PPP", type_="PPP", primary_school=True),
            enrolled("lower case", type_="p", primary_school=True),
            enrolled("core namespace", primary_school=True,
                     enrollment_type_descriptor="uri://ed-fi.org/EnrollmentTypeDescriptor#P"),
            enrolled("P", primary_school=True),
            enrolled("Membership", type_="Membership", primary_school=True),
            enrolled("not primary", type_="C", primary_school=False),
            enrolled("no flag", type_="C"),
            enrolled("no type", type_=None, primary_school=True),
            enrolled("choice", type_="C", primary_school=True, school_id=CHOICE),
        ),
        fails=dict.fromkeys(["C", "PPP", "lower case", "core namespace"], "error"),
        passes=["P", "Membership"],
        outside=["not primary", "no flag", "no type", "choice"],
    )  # fmt: skip


SPEECH = ("Speech and Language", "Social Interaction")


def taking_part(**programs):
    """The SIS: these students and the programs each takes part in."""
    names = sorted({name for each in programs.values() for name in each} - {"unknown"})
    return {
        "person": [{"personID": student, "edfiID": student} for student in programs],
        "program": [{"programID": name, "name": name} for name in names],
        "programParticipation": [
            {"personID": student, "programID": name}
            for student, each in programs.items()
            for name in each
        ],
    }


def test_speech_students_have_a_section(prove):
    """SSA-023: those who take part in nothing else; a section at any school is one."""
    prove(
        "SSA-023",
        by="student_unique_id",
        speech_programs=SPEECH,
        ods=given(
            enrolled("one"),
            enrolled("both", type_="C", school_year=None),
            enrolled("rostered"),
            enrolled("elsewhere"),
            enrolled("more"),
            enrolled("nothing"),
            enrolled("unknown"),
            enrolled("choice", school_id=CHOICE),
            sections=[section("rostered"), section("elsewhere", school_id=1303)],
        ),
        sis=taking_part(
            one=SPEECH[:1],
            both=SPEECH,
            rostered=SPEECH[:1],
            elsewhere=SPEECH[1:],
            more=[SPEECH[0], "Welding"],
            unknown=[SPEECH[0], "unknown"],
            choice=SPEECH,
        ),
        fails={"one": "info", "both": "info"},
        passes=["rostered", "elsewhere"],
        outside=["more", "nothing", "unknown", "choice"],
    )


def test_speech_courses_are_there_since_2023(prove, tmp_path):
    """SSA-023: "As of 2022-23 SY"; a year earlier nobody is looked at."""
    ods = given(
        enrolled("student"),
        enrolled("rostered"),
        enrolled("choice", school_id=CHOICE),
        sections=[section("rostered")],
    )
    sis = taking_part(student=SPEECH, rostered=SPEECH, choice=SPEECH)
    prove(
        "SSA-023",
        by="student_unique_id",
        speech_programs=SPEECH,
        school_year=2023,
        ods=ods,
        sis=sis,
        fails={"student": "info"},
        passes=["rostered"],
        outside=["choice"],
    )
    world = World.of(tmp_path / "2022", ods, sis, speech_programs=SPEECH, school_year=2022)
    rows = world.rows("student_school_associations")
    world.con.close()
    assert [row["speech_student_has_section"] for row in rows] == [None] * 3
