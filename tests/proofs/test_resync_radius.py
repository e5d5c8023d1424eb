"""How many records a resync would change, and who may own them: SYN-006."""

from datetime import date

from campus import Campus, ods, offering, section_key
from proof import World

SSA = "studentSectionAssociations"
OTHERS = ["courseOfferings", "sections", "staffSectionAssociations"]
BEGIN = date(2025, 8, 20)


def association(student, number):
    return section_key("ALG", student_unique_id=student, begin_date=BEGIN, id=f"{number:032x}")


def three_changes(*, mapped=True):
    """Three changed records of students, two of sections.

    Of one section's students one would be posted, one deleted from the ODS, one is open. One is
    deleted from the mapping alone, one is linked: neither changes the ODS. Two sections are no
    longer in the SIS.
    """
    campus = Campus()
    campus.section("ALG")
    for student in ("linked", "never sent"):
        campus.student(student)
        campus.takes("ALG", student)
    campus.maps(SSA, "Roster", "ALG/linked", f"{1:032x}")
    campus.maps(SSA, "Roster", "gone", f"{2:032x}")
    campus.maps(SSA, "Roster", "lost", f"{9:032x}")
    if not mapped:
        del campus.sis["edfiIdentityMapping"]
    students = ("linked", "zombie", "orphan")
    return campus, ods(
        student_section_associations=[association(s, n + 1) for n, s in enumerate(students)],
        sections=[section_key("ALG"), section_key("GEO"), section_key("BIO")],
        course_offerings=[offering("ALG")],
    )


def test_a_resync_that_changes_too_much(prove):
    """SYN-006: posts, deletions and open cases together; three are too many where two may be."""
    campus, records = three_changes()
    (found,) = prove(
        "SYN-006",
        by="resource",
        ods=records,
        sis=campus.sis,
        fails={SSA: "info"},
        passes=OTHERS,
        threshold="resync_rows",
        resync_rows=2,
    )
    assert found["observed"] == (
        "a resync would post 1, delete 1 from the ODS, and leave open what becomes of 1"
    )


def test_open_cases_count_without_a_mapping(prove):
    """SYN-006: without a mapping zombie and orphan are both open, and both count."""
    campus, records = three_changes(mapped=False)
    (found,) = prove(
        "SYN-006",
        by="resource",
        ods=records,
        sis=campus.sis,
        fails={SSA: "info"},
        passes=OTHERS,
        threshold="resync_rows",
        resync_rows=2,
    )
    assert "delete 0 from the ODS, and leave open what becomes of 2" in found["observed"]


def test_a_resource_that_could_not_be_compared(prove):
    """SYN-006: nothing is said of a resource that the key may not read."""
    campus, records = three_changes()
    del records["staff_section_associations"]
    prove(
        "SYN-006",
        by="resource",
        ods=records,
        sis=campus.sis,
        fails={SSA: "info"},
        passes=["courseOfferings", "sections"],
        outside=["staffSectionAssociations"],
        resync_rows=2,
    )


def test_the_evidence_of_who_owns_a_record(tmp_path):
    """Each record that the SIS would not send has the first evidence that holds, and is counted."""
    campus = Campus()
    campus.section("ALG")
    campus.section("OLD", course={"active": False})
    campus.student("held back", stateExclude=True)
    campus.takes("ALG", "held back")
    campus.student("known")
    campus.maps(SSA, "Roster", "gone", f"{1:032x}")
    campus.maps(SSA, "Roster", "ALG/held back", f"{2:032x}")
    other = {"school_id": 9999, "local_education_agency_id": 777}
    near = {"school_id": 1303, "local_education_agency_id": 48856}
    at = {
        "mapped": association("mapped", 1),
        "held_back": association("held back", 2),
        "course_unknown": association("nobody", 3) | {"local_course_code": "NEW-course"},
        "section_unknown": association("nobody", 4) | {"section_identifier": "9"},
        "person_unknown": association("nobody", 5),
        "all_known": association("known", 6),
        "other_year": association("known", 7) | {"school_year": 2025},
        "other_agency": association("known", 8) | {"school_id": 9999},
        "no_calendar": association("known", 9) | {"school_id": 1303},
    }
    records = ods(
        student_section_associations=list(at.values()),
        sections=[section_key("ALG")],
        course_offerings=[offering("ALG"), offering("OLD")],
    )
    records["schools"] = [*records["schools"], other, near]
    world = World.of(tmp_path, records, campus.sis)
    rows = world.rows("unsent_records")
    columns = ("school_id", "school_year", "local_course_code", "section_identifier")
    found = {
        row["evidence"]: (*(row[name] for name in columns), row["student_unique_id"])
        for row in rows
        if row["resource"] == SSA
    }
    assert found == {
        name: (*(row[column] for column in columns), row["student_unique_id"])
        for name, row in at.items()
    }
    (course,) = (row for row in rows if row["resource"] == "courseOfferings")
    assert (course["local_course_code"], course["evidence"]) == ("OLD-course", "held_back")
