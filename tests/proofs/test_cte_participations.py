"""Career education participants of the SIS, and what their associations say in the ODS."""

from datetime import date

from campus import Campus, ods, section_key


def association(student, section="WELD", programs=None, wi_programs=None, begin=date(2025, 8, 20)):
    return section_key(
        section,
        student_unique_id=student,
        begin_date=begin,
        programs=programs,
        wi_programs=wi_programs,
    )


PROGRAM = [
    {
        "education_organization_id": 48856,
        "program_name": "Internship/Local Co-op",
        "program_type_descriptor": "uri://dpi.wi.gov/ProgramTypeDescriptor#WBL",
    }
]


def participants(*names):
    """A campus with a CTE section and a plain one, and these students in the CTE section."""
    campus = Campus()
    campus.section("WELD", course={"cte": True})
    campus.section("ART")
    campus.add("program", programID="1", name="Internship/Local Co-op", programType="WBL")
    campus.add("program", programID="2", name="Youth Options", programType=None)
    campus.add("program", programID="3", name="Seal of Biliteracy", programType="WL")
    campus.sis["programParticipation"] = []
    for name in names:
        campus.student(name)
        campus.takes("WELD", name)
    return campus


def joins(campus, student, program="1", **row):
    campus.add("programParticipation", personID=student, programID=program, **row)


def test_a_participant_s_association_has_the_program(prove):
    """CTE-006: no program in core or extension, or a program without a type, is a finding."""
    campus = participants("core", "extension", "none", "no type", "not in ODS", "no participant")
    for student in ("core", "extension", "none", "not in ODS"):
        joins(campus, student)
    joins(campus, "no type", program="2")
    findings = prove(
        "CTE-006",
        by="student_unique_id",
        ods=ods(
            student_section_associations=[
                association("core", programs=PROGRAM),
                association("extension", wi_programs=PROGRAM),
                association("none", programs=[]),
                association("no type", programs=PROGRAM),
                association("no participant"),
            ]
        ),
        sis=campus.sis,
        fails={"none": "warning", "no type": "warning"},
        passes=["core", "extension"],
        outside=["not in ODS"],
    )
    assert {row["student_unique_id"]: row["observed"] for row in findings} == {
        "none": "Internship/Local Co-op: the association has no program in the ODS",
        "no type": "Youth Options: the program has no type in the SIS",
    }


def test_a_participation_counts_where_and_while_it_runs(prove):
    """CTE-006: in force during the roster, in the section it names, and in CTE courses alone."""
    campus = participants("last day", "day after", "first day", "named", "other", "language")
    campus.section("FAB", course={"cte": True})
    campus.takes("FAB", "named")
    campus.takes("ART", "named")
    campus.takes("ART", "first day")
    joins(campus, "last day", startDate=date(2025, 12, 20))
    joins(campus, "day after", startDate=date(2025, 12, 21))
    joins(campus, "first day", endDate=date(2025, 8, 20))
    joins(campus, "named", sectionID="FAB")
    joins(campus, "day after", sectionID="ART")
    joins(campus, "other", sectionID="another")
    joins(campus, "language", program="3")
    students = ("last day", "day after", "first day", "named", "other", "language")
    prove(
        "CTE-006",
        by="student_unique_id",
        ods=ods(
            student_section_associations=[
                *(association(student) for student in students),
                association("named", "FAB", programs=PROGRAM),
            ]
        ),
        sis=campus.sis,
        fails={"last day": "warning", "first day": "warning"},
        passes=["named"],
    )


def test_who_is_not_sent_needs_no_program(prove):
    """CTE-006: a Choice school's student and one without Ed-Fi ID are not looked at."""
    campus = participants("sent")
    campus.student("no id", edfi_id=None)
    campus.takes("WELD", "no id")
    joins(campus, "sent")
    joins(campus, "no id")
    prove(
        "CTE-006",
        by="student_unique_id",
        ods=ods(student_section_associations=[association("sent", programs=PROGRAM)]),
        sis=campus.sis,
        fails={},
        passes=["sent"],
    )


def test_a_program_s_type_counts_by_code_or_name_in_any_case(prove):
    """CTE-006: World Language and Special Education are no career education, section or not."""
    types = {
        "code": "dual",
        "name": "dual enrollment program",
        "uri": "uri://dpi.wi.gov/ProgramTypeDescriptor#IRC",
        "WL": "WL",
        "special": "Special Education",
    }
    campus = participants(*types)
    for student, type_ in types.items():
        campus.add("program", programID=student, name=student, programType=type_)
        joins(campus, student, program=student, sectionID="WELD")
    findings = prove(
        "CTE-006",
        by="student_unique_id",
        ods=ods(student_section_associations=[association(student) for student in types]),
        sis=campus.sis,
        fails=dict.fromkeys(("code", "name", "uri"), "warning"),
        passes=[],
    )
    assert all("then resync student section" in row["remedy"] for row in findings)
