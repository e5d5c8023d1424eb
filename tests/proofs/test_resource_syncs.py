"""The resources that Campus sends: switched off, or mapped otherwise since the last resync."""

from datetime import datetime

from campus import Campus, ods, offering, section_key

BEFORE, RESYNC, AFTER = (
    datetime.fromisoformat(f"2026-05-01T{time}") for time in ("11:59", "12:00", "12:01")
)
COMPARED = (
    "courseOfferings", "sections", "studentSectionAssociations", "staffSectionAssociations",
)  # fmt: skip


def switched(**resources):
    """A campus whose resources are on, off or undecided; the switches are of 2026."""
    campus = Campus()
    for name, enabled in resources.items():
        campus.add("resourceToggle", resource=name, endYear="2026", enabled=enabled)
    return campus


def resynced(*resources, at=RESYNC):
    campus = Campus()
    for name in resources:
        campus.add("resourceToggle", resource=name, endYear="2026", enabled=True, lastResync=at)
    return campus


def mapped(campus, resource, element="x", at=AFTER):
    campus.add("resourcePreference", resource=resource, element=element, modifiedDate=at)


def test_a_resource_is_off_while_the_ods_holds_its_records(prove):
    """SYN-002: records of the extract's schools and year count, whatever the resource."""
    campus = switched(
        courseOfferings=False, Sections=False, grades=False, studentSectionAssociations=True,
        staffSectionAssociations=None, sessions=False, students=False, staffs=False,
    )  # fmt: skip
    elsewhere = [section_key("ALG") | {"school_id": 4711}, section_key("ALG", school_year=2025)]
    findings = prove(
        "SYN-002",
        by="resource",
        ods=ods(
            course_offerings=[offering("ALG"), offering("BIO")],
            sections=elsewhere,
            student_section_associations=[section_key("ALG", student_unique_id="1")],
            staff_section_associations=[section_key("ALG", staff_unique_id="1")],
            students=[{"student_unique_id": "1"}],
            staffs=[],
        ),
        sis=campus.sis,
        fails=dict.fromkeys(("courseOfferings", "sessions", "students"), "warning"),
        passes=["sections", "studentSectionAssociations", "staffs"],
        # nobody says whether staff section associations are on, and /grades was not pulled
        outside=["staffSectionAssociations", "grades"],
    )
    (offerings,) = (row for row in findings if row["resource"] == "courseOfferings")
    assert offerings["observed"].endswith(": 2")
    assert offerings["school_id"] is None


def test_a_switch_of_another_year_is_none(prove):
    """SYN-002: the year's own switch counts, and one without a year."""
    campus = switched(courseOfferings=False, sections=False)
    campus.sis["resourceToggle"][0]["endYear"] = "2025"
    campus.sis["resourceToggle"][1]["endYear"] = None
    prove(
        "SYN-002",
        by="resource",
        ods=ods(course_offerings=[offering("ALG")], sections=[section_key("ALG")]),
        sis=campus.sis,
        fails={"sections": "warning"},
        passes=[],
        outside=[name for name in COMPARED if name != "sections"],
    )


def test_a_mapping_changed_after_the_last_resync(prove):
    """SYN-004: a change in the minute of the resync is in it, one after it is not."""
    campus = resynced("courseOfferings", "SECTIONS", "sessions", "grades")
    campus.add("resourceToggle", resource="staffs", endYear="2026", enabled=True)
    mapped(campus, "CourseOfferings", "one")
    mapped(campus, "courseOfferings", "two")
    mapped(campus, "sections", at=BEFORE)
    mapped(campus, "sessions", at=RESYNC)
    mapped(campus, "staffs")
    findings = prove(
        "SYN-004",
        by="resource",
        ods=ods(),
        sis=campus.sis,
        fails={"courseOfferings": "warning"},
        passes=["sections", "sessions", "grades"],
        outside=["staffs", "studentSectionAssociations", "staffSectionAssociations"],
    )
    assert findings[0]["observed"] == (
        "mappings changed since the last resync (2026-05-01 12:00:00): 2 (one, two)"
    )


def test_a_code_mapping_changed_after_the_last_resync(prove):
    """MAP-010: only the three code mappings of course offerings; any other is SYN-004's alone."""
    for element, fails in (
        ("instructionalApproachDescriptor", True),
        ("siteBasedInitiativeDescriptor", True),
        ("implementationStatusDescriptor", True),
        ("termOverride", False),
    ):
        campus = resynced("courseOfferings", "sections")
        mapped(campus, "courseOfferings", element)
        mapped(campus, "courseOfferings", "implementationStatusDescriptor", at=RESYNC)
        mapped(campus, "sections", "implementationStatusDescriptor")
        prove(
            "MAP-010",
            by="resource",
            ods=ods(),
            sis=campus.sis,
            fails={"courseOfferings": "warning"} if fails else {},
            passes=[] if fails else ["courseOfferings"],
            outside=[name for name in COMPARED if name != "courseOfferings"],
            profile="MN",
        )
