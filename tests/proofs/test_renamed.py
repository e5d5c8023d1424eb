"""Natural keys that changed since the earlier run: "all dependent resources will delete/post"."""

from datetime import date

from campus import Campus, ods, offering, section_key

FALL = date(2025, 8, 20)


def hex_id(number):
    return f"{number:032x}"


def kept(resource, object_type, object_key, **key):
    """A record as the earlier run kept it: sent, unless `may_be_sent` says otherwise."""
    parts = [str(part) for part in key.values() if part is not None]
    return {
        "resource": resource,
        "campus_object_type": object_type,
        "object_key": object_key,
        "record_key": "|".join([*parts[:3], parts[3].lower(), *parts[4:]]),
        "may_be_sent": True,
        **key,
    }


def offered(course, number, session="Fall", school=1302, **row):
    key = offering("", session) | {"local_course_code": number, "school_id": school}
    return kept("courseOfferings", "Course", course, **key) | row


def held(section, identifier, number, session="Fall"):
    key = section_key("", session) | {"local_course_code": number, "section_identifier": identifier}
    return kept("sections", "Section", section, **key)


def earlier(*rows):
    return {"expected_records": rows}


def under(number, identifier="any", session="Fall", **row):
    """A section's key in the ODS."""
    key = {"local_course_code": number, "section_identifier": identifier}
    return section_key("", session) | key | row


def test_an_offering_was_renamed_and_its_children_were_not(prove):
    """CO-015: a child of any kind under the old key fails; none left, or another year's, passes."""
    campus = Campus()
    kinds = {
        "sections": {},
        "staff_section_associations": {"staff_unique_id": "1"},
        "student_section_associations": {"student_unique_id": "1"},
        "student_section_attendance_events": {"student_unique_id": "1"},
        "grades": {"student_unique_id": "1"},
    }
    for name in (*kinds, "cascaded", "same"):
        campus.section(name)
    old = {name: f"old {name}" for name in (*kinds, "cascaded")}
    records = {name: [under(old[name], **row), under("same")] for name, row in kinds.items()}
    records["sections"] += [
        under("cascaded-course"), under(old["cascaded"], session="Spring"),
        under(old["cascaded"], school_year=2025), under(old["cascaded"], school_id=4711),
    ]  # fmt: skip
    findings = prove(
        "CO-015",
        by="local_course_code",
        ods=ods(**records),
        sis=campus.sis,
        history=earlier(
            *(offered(f"{name}-course", number) for name, number in old.items()),
            offered("same-course", "same-course"),
            offered("deleted-course", "deleted"),
        ),
        fails={old[name]: "error" for name in kinds},
        passes=["old cascaded"],
    )
    (found,) = (row for row in findings if "old grades" in row["natural_key"])
    assert found["observed"] == (
        "sent as 1302 / Fall / grades-course now; under the old key in the ODS: 0 sections,"
        " 0 staff, 0 students, 0 attendance events, 1 grades"
    )


def test_the_old_key_of_an_offering_may_be_anothers_now(prove):
    """CO-015: where another course sends it, what carries it is that one's."""
    campus = Campus()
    campus.section("A", course={"number": "new"})
    campus.section("B", course={"number": "old"})
    campus.section("C", course={"number": "newer"})
    campus.section("D", course={"number": "kept", "active": False})
    prove(
        "CO-015",
        by="local_course_code",
        ods=ods(sections=[under("old"), under("was C"), under("was D")]),
        sis=campus.sis,
        history=earlier(
            offered("A-course", "old"),
            offered("C-course", "was C"),
            # not sent any more, or not sent then: no change of key
            offered("D-course", "was D"),
            offered("B-course", "was B", may_be_sent=False),
        ),
        fails={"was C": "error"},
        passes=[],
    )


def test_a_change_of_session_or_school_is_a_change_of_key(prove):
    """CO-015: by their places where the number of offerings is the same; else it was a deletion."""
    campus = Campus()
    campus.section("moved", ("Spring",))
    campus.section("school")
    campus.section("both", ("Fall", "Spring"))
    campus.section("fewer", ("Spring",))
    campus.section("more", ("Fall", "Spring"))
    campus.section("fewer and renamed", ("Fall",), course={"number": "new"})
    left = [
        under(number, session=session)
        for number in ("moved-course", "both-course", "fewer-course", "more-course", "was new")
        for session in ("Fall", "Winter")
    ]
    findings = prove(
        "CO-015",
        by="local_course_code",
        ods=ods(sections=[*left, under("school-course", school_id=99)]),
        sis=campus.sis,
        history=earlier(
            offered("moved-course", "moved-course", "Fall"),
            offered("school-course", "school-course", "Fall", school=99),
            offered("both-course", "both-course", "Fall"),
            offered("both-course", "both-course", "Winter"),
            offered("fewer-course", "fewer-course", "Fall"),
            offered("fewer-course", "fewer-course", "Spring"),
            offered("more-course", "more-course", "Winter"),
            offered("fewer and renamed-course", "was new", "Fall"),
            offered("fewer and renamed-course", "was new", "Winter"),
        ),
        fails=dict.fromkeys(("moved-course", "school-course", "both-course", "was new"), "error"),
        passes=[],
    )
    sessions = {row["observed"].partition(" now;")[0] for row in findings}
    assert sessions == {
        "sent as 1302 / Spring / moved-course",
        "sent as 1302 / Fall / school-course",
        "sent as 1302 / Spring / both-course",
        "sent as 1302 / Fall / new",
    }


def test_a_section_was_renamed_and_its_children_were_not(prove):
    """SYN-007: by its identifier, its course or its session; each kind of child tells."""
    campus = Campus()
    kinds = {
        "staff_section_associations": {"staff_unique_id": "1"},
        "student_section_associations": {"student_unique_id": "1"},
        "student_section_attendance_events": {"student_unique_id": "1"},
        "grades": {"student_unique_id": "1"},
    }
    for name in (*kinds, "cascaded", "same", "swapped"):
        campus.section(name)
    campus.section("moved", ("Spring",))
    records = {name: [under("was", f"was {name}", **row)] for name, row in kinds.items()}
    records["grades"] += [under("moved-course", "moved", student_unique_id="1")]
    records["student_section_associations"] += [
        under("was", "another", student_unique_id="1"),
        under("same-course", "same", student_unique_id="1"),
    ]
    findings = prove(
        "SYN-007",
        by="section_identifier",
        ods=ods(sections=[under("was", "was cascaded")], **records),
        sis=campus.sis,
        history=earlier(
            *(held(name, f"was {name}", "was") for name in (*kinds, "cascaded")),
            held("same", "same", "same-course"),
            held("moved", "moved", "moved-course", "Fall"),
            held("swapped", "same", "same-course"),
            held("deleted", "deleted", "was"),
        ),
        fails={**{f"was {name}": "error" for name in kinds}, "moved": "error"},
        passes=["was cascaded"],
    )
    (found,) = (row for row in findings if '"moved"' in row["natural_key"])
    assert found["observed"] == (
        "sent as 1302 / Spring / moved-course / moved now; under the old key in the ODS: 0 staff,"
        " 0 students, 0 attendance events, 1 grades"
    )


NOTE = (
    '{"schoolId": 1302, "schoolYear": 2026, "sessionName": "Fall", "localCourseCode": "%s",'
    ' "sectionIdentifier": "%s"}'
)


def test_a_mapping_goes_by_the_key_of_the_earlier_run(prove):
    """IDM-012: by its note, else by the ODS record behind its id; what tells neither is aside."""
    campus = Campus()
    for name in ("noted", "behind", "followed", "moved on", "nothing", "same", "partly"):
        campus.section(name)
        campus.maps("sections", "section", name, None)
    rows = {row["objectKey"]: row for row in campus.sis["edfiIdentityMapping"]}
    rows["noted"] |= {"naturalKey": NOTE % ("was", "was noted"), "edfiID": hex_id(1)}
    rows["behind"]["edfiID"] = hex_id(2)
    rows["followed"] |= {
        "naturalKey": NOTE % ("followed-course", "followed"), "edfiID": hex_id(3),
    }  # fmt: skip
    rows["moved on"]["edfiID"] = hex_id(4)
    rows["same"]["naturalKey"] = NOTE % ("same-course", "same")
    rows["partly"]["naturalKey"] = '{"sessionName": "Fall"}'
    findings = prove(
        "IDM-012",
        by="object_key",
        ods=ods(
            sections=[
                # the note goes before the record, which may have been mended alone
                under("noted-course", "noted", id=hex_id(1)),
                under("was", "was behind", id=hex_id(2)),
                under("was", "was followed", id=hex_id(3)),
                under("moved on-course", "moved on", id=hex_id(4)),
            ]
        ),
        sis=campus.sis,
        history=earlier(
            *(held(name, f"was {name}", "was") for name in rows if name != "same"),
            held("same", "same", "same-course"),
        ),
        fails={"noted": "error", "behind": "error"},
        passes=["followed", "moved on"],
        outside=["nothing", "partly"],
    )
    assert {row["observed"] for row in findings} == {
        f"mapped by the key of the earlier run; the SIS sends 1302 / Fall / {name}-course / {name}"
        for name in ("noted", "behind")
    }


def test_a_change_of_one_session_is_not_the_others(prove):
    """IDM-012: a section's Fall record keeps its key when Spring's becomes Winter's."""
    campus = Campus()
    campus.section("S", ("Fall", "Spring"))
    for number, session in ((1, "Fall"), (2, "Winter"), (3, "Spring")):
        campus.maps(
            "sections", "Section", "S", hex_id(number),
            naturalKey=(NOTE % ("S-course", "S")).replace("Fall", session),
        )  # fmt: skip
    campus.maps("sections", "Section", "S", hex_id(4), naturalKey=NOTE % ("S-course", "S"))
    campus.sis["edfiIdentityMapping"][-1]["endYear"] = "2025"
    prove(
        "IDM-012",
        by="edfi_id",
        ods=ods(),
        sis=campus.sis,
        history=earlier(held("S", "S", "S-course"), held("S", "S", "S-course", "Winter")),
        fails={hex_id(2): "error"},
        passes=[hex_id(3)],
        outside=[hex_id(1)],
    )


def test_a_changed_begin_date_renames_students_alone(prove):
    """IDM-012: it is a part of both keys, but that of staff is for its own rules."""
    campus = Campus()
    campus.section("ALG")
    campus.student("10")
    campus.takes("ALG", "10", startDate=date(2025, 9, 2))
    campus.person("1001")
    campus.teaches("ALG", "1001", historyID="7", startDate=date(2025, 9, 2))
    campus.maps("studentSectionAssociations", "Roster", "ALG/10", hex_id(1))
    campus.maps("staffSectionAssociations", "SectionStaffHistory", "7", hex_id(2))
    student = section_key("ALG", student_unique_id="10", begin_date=FALL)
    staff = section_key("ALG", staff_unique_id="1001")
    prove(
        "IDM-012",
        by="object_key",
        ods=ods(
            student_section_associations=[{**student, "id": hex_id(1)}],
            staff_section_associations=[{**staff, "begin_date": FALL, "id": hex_id(2)}],
        ),
        sis=campus.sis,
        history=earlier(
            kept("studentSectionAssociations", "Roster", "ALG/10", **student),
            kept("staffSectionAssociations", "SectionStaffHistory", "7", **staff)
            | {"begin_date": FALL},
        ),
        fails={"ALG/10": "error"},
        passes=[],
    )
