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
    """SYN-002: records of the extract's schools and year count; what names no school does not."""
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
        fails=dict.fromkeys(("courseOfferings", "sessions"), "warning"),
        passes=["sections", "studentSectionAssociations"],
        # nobody says whether staff section associations are on, /grades was not pulled, and whose
        # students and staff are nobody can tell
        outside=["staffSectionAssociations", "grades", "students", "staffs"],
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


SIS_CHANGE = datetime.fromisoformat("2026-05-20T23:00")


def at(day):
    return datetime.fromisoformat(f"2026-05-{day:02}T01:00")


def followed(**days):
    """What the ODS holds: one record of each resource, changed on these days of May 2026."""
    return ods(
        course_offerings=[offering("ALG", last_modified_date=days["offering"])],
        sections=[section_key("ALG", last_modified_date=days["section"])],
        student_section_associations=[
            section_key("ALG", student_unique_id="1", last_modified_date=days["student"])
        ],
        staff_section_associations=[
            section_key("ALG", staff_unique_id="1", last_modified_date=days["staff"])
        ],
    )


def changing():
    campus = Campus()
    campus.section("ALG", course={"modifiedDate": SIS_CHANGE}, modifiedDate=at(1))
    campus.teaches("ALG", "1", modifiedDate=SIS_CHANGE)
    campus.takes("ALG", "2", modifiedDate=SIS_CHANGE)
    return campus


def kept(**days):
    names = {"offering": COMPARED[0], "section": COMPARED[1], "student": COMPARED[2],
             "staff": COMPARED[3]}  # fmt: skip
    rows = [{"resource": names[name], "newest_ods_change": day} for name, day in days.items()]
    return {"resource_syncs": rows}


def test_the_ods_does_not_follow_the_sis(prove):
    """SYN-005: eight days behind and nothing new fails; seven, or something new, do not."""
    days = {"offering": at(12), "section": at(13), "student": at(2), "staff": at(3)}
    findings = prove(
        "SYN-005",
        by="resource",
        ods=followed(**days),
        sis=changing().sis,
        history=kept(offering=at(12), section=at(13), student=at(1)),
        fails={"courseOfferings": "warning"},
        passes=["sections", "studentSectionAssociations"],
        outside=["staffSectionAssociations"],  # the earlier run held none
        threshold="sync_days",
    )
    assert findings[0]["observed"] == (
        "newest change in the SIS 2026-05-20 23:00:00, in the ODS 2026-05-12 01:00:00, and no"
        " newer one since the earlier run"
    )


def test_each_resource_has_event_tables_of_its_own(prove):
    """SYN-005: rosters send students; history and assignments of teachers send staff."""
    campus = changing()
    campus.sis["course"][0]["modifiedDate"] = None
    campus.sis["sectionStaffHistory"][0]["modifiedDate"] = None
    campus.person("1")
    campus.person("custodian")
    teacher, custodian = campus.sis["employmentAssignment"]
    custodian["modifiedDate"] = SIS_CHANGE
    old = dict.fromkeys(("offering", "section", "student", "staff"), at(2))
    given = {
        "by": "resource", "ods": followed(**old), "history": kept(**old),
        "pulled_at": "2026-06-01T00:00Z",
    }  # fmt: skip
    prove(
        "SYN-005",
        **given,
        sis=campus.sis,
        fails={"studentSectionAssociations": "warning"},
        passes=["courseOfferings", "sections"],
        outside=["staffSectionAssociations"],
    )
    teacher["modifiedDate"] = SIS_CHANGE
    campus.sis["section"][0]["modifiedDate"] = SIS_CHANGE
    prove("SYN-005", **given, sis=campus.sis, fails=dict.fromkeys(COMPARED, "warning"), passes=[])


def test_what_changed_after_the_pull_cannot_be_there(prove):
    """SYN-005: a pull that is older than the extract is not held against the ODS."""
    old = dict.fromkeys(("offering", "section", "student", "staff"), at(2))
    for pulled_at, fails in (("2026-05-09T23:59:00+00:00", False), ("2026-05-10T00:00Z", True)):
        prove(
            "SYN-005",
            by="resource",
            ods=followed(**old),
            sis=changing().sis,
            history=kept(**old),
            pulled_at=pulled_at,
            fails=dict.fromkeys(COMPARED, "warning") if fails else {},
            passes=[] if fails else COMPARED,
        )
