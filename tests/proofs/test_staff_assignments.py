"""Staff history that can never be sent: unmapped roles, no Ed-Fi ID, no District Assignment."""

from datetime import date

from campus import Campus, ods
from proof import World

from edfi_audit import bundled
from edfi_audit.validation import load_suites


def test_a_role_must_be_mapped_unless_a_primary_teacher_has_none(prove):
    """STF-005 knows P with a blank role; T with a blank role and any unmapped role fail."""
    campus = Campus()
    campus.section("ALG")
    campus.section("dropped", course={"active": False})
    campus.person("1001")
    for label, staff_type, role in (
        ("P mapped", "P", "T"),
        ("P blank", "P", None),
        ("P unmapped", "P", "X"),
        ("T mapped", "T", "S"),
        ("T blank", "T", None),
        ("T unmapped", "T", "X"),
        ("aide", "A", None),
    ):
        campus.teaches("ALG", "1001", staff_type, role, historyID=label)
    campus.teaches("dropped", "1001", "T", None, historyID="of a course that is not active")
    prove(
        "STF-005",
        by="history_id",
        ods=ods(),
        sis=campus.sis,
        fails={"P unmapped": "warning", "T blank": "warning", "T unmapped": "warning"},
        passes=["P mapped", "P blank", "T mapped"],
        outside=["aide"],
    )


def test_a_teacher_needs_an_edfi_id(prove):
    """STF-006 looks at P and T; an empty Ed-Fi ID is none; the finding leaves the key part null."""
    campus = Campus()
    campus.section("ALG")
    campus.person("1001")
    campus.person("1002", edfi_id=None)
    campus.person("1003", edfi_id=" ")
    for person, label in (("1001", "known"), ("1002", "null"), ("1003", "blank")):
        campus.teaches("ALG", person, historyID=label)
    campus.teaches("ALG", "1002", "A", historyID="aide")
    (first, _) = prove(
        "STF-006",
        by="history_id",
        ods=ods(),
        sis=campus.sis,
        fails={"null": "error", "blank": "error"},
        passes=["known"],
        outside=["aide"],
    )
    assert first["resource"] == "staffSectionAssociations"
    assert first["school_id"] == 1302
    assert '"staffUniqueId":null' in first["natural_key"].replace(" ", "")


def test_a_district_assignment_overlaps_the_school_year(prove):
    """STF-008's year is 1 July to 30 June, both days included, at the section's school."""
    campus = Campus()
    campus.section("ALG")
    assignments = {
        "ends on 1 July": (date(2020, 7, 1), date(2025, 7, 1)),
        "ends on 30 June": (date(2020, 7, 1), date(2025, 6, 30)),
        "starts on 30 June": (date(2026, 6, 30), None),
        "starts on 1 July": (date(2026, 7, 1), None),
        "open": (None, None),
    }
    for label, (begin, end) in assignments.items():
        campus.person(label, assigned=False)
        campus.add(
            "employmentAssignment", personID=label, schoolID="1", startDate=begin, endDate=end
        )
        campus.teaches("ALG", label, historyID=label)
    campus.person("elsewhere", assigned=False)
    campus.add("employmentAssignment", personID="elsewhere", schoolID="2")
    campus.teaches("ALG", "elsewhere", historyID="elsewhere")
    campus.person("none", assigned=False)
    campus.teaches("ALG", "none", historyID="none")
    campus.teaches("ALG", "none", "A", historyID="aide")
    prove(
        "STF-008",
        by="history_id",
        ods=ods(),
        sis=campus.sis,
        fails={
            "ends on 30 June": "error",
            "starts on 1 July": "error",
            "elsewhere": "error",
            "none": "error",
        },
        passes=["ends on 1 July", "starts on 30 June", "open"],
        outside=["aide"],
    )


def test_a_district_assignment_counts_for_the_school_it_reports_as(prove):
    """STF-008: two Campus schools may be one Ed-Fi school; the teacher's Ed-Fi ID is no matter."""
    campus = Campus()
    campus.section("ALG")
    campus.add("school", schoolID="annex", number="9", edfiNumber="1302")
    campus.add("school", schoolID="other", number="1303")
    for label, school in (("at the annex", "annex"), ("elsewhere", "other")):
        campus.person(label, edfi_id=None, assigned=False)
        campus.add("employmentAssignment", personID=label, schoolID=school)
        campus.teaches("ALG", label, historyID=label)
    prove(
        "STF-008",
        by="history_id",
        ods=ods(),
        sis=campus.sis,
        fails={"elsewhere": "error"},
        passes=["at the annex"],
    )


def test_a_district_assignment_needs_no_edfi_id(tmp_path):
    """STF-008 is evaluated for an extract without the column; STF-006 is not."""
    campus = Campus()
    columns = ["person.edfiID"]
    inputs = World.of(tmp_path, ods(), campus.sis, lacking=columns).inputs
    suites = load_suites(bundled.expectations())
    needs = {rule.id: rule.needs for suite in suites for rule in suite.rules}
    assert inputs.reason_for(needs["STF-008"]) is None
    assert inputs.reason_for(needs["STF-006"]) is not None
