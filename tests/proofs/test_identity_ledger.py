"""The identity ledger: every record of SIS, mapping and ODS in exactly one state."""

import json
from datetime import date

import pytest
from campus import TEACHER, Campus, ods, offering, section_key
from proof import World

SSA = "studentSectionAssociations"
STAFF = "staffSectionAssociations"
EIGHT = {
    "linked": "IDM-000",
    "lost": "IDM-001",
    "unlinked": "IDM-002",
    "never sent": "IDM-003",
    "zombie": "IDM-004",
    "dangling": "IDM-005",
    "orphan": "IDM-006",
    "excluded": "IDM-007",
}


def hex_id(number):
    return f"{number:032x}"


def association(student, session="Fall", begin=date(2025, 8, 20), **row):
    return section_key("ALG", session, student_unique_id=student, begin_date=begin, **row)


def every_state():
    """Eight students of one section, each in another state; the student's name is the state's."""
    campus = Campus()
    campus.section("ALG")
    for student in ("linked", "lost", "unlinked", "never sent"):
        campus.student(student)
        campus.takes("ALG", student)
    campus.student("excluded", stateExclude=True)
    campus.takes("ALG", "excluded")
    campus.maps(SSA, "Roster", "ALG/linked", hex_id(1))
    campus.maps(SSA, "Roster", "ALG/lost", hex_id(2))
    campus.maps(SSA, "Roster", "deleted 1", hex_id(4))
    campus.maps(
        SSA, "Roster", "deleted 2", hex_id(5),
        naturalKey='{"beginDate": "2025-08-20", "localCourseCode": "ALG-course", "schoolId": 1302,'
        ' "schoolYear": 2026, "sectionIdentifier": "ALG", "sessionName": "Fall",'
        ' "studentUniqueId": "dangling"}',
    )  # fmt: skip
    rows = [
        association("linked", id=hex_id(1)),
        association("unlinked", id=hex_id(3)),
        association("zombie", id=hex_id(4)),
        association("orphan", id=hex_id(6)),
    ]
    return campus, ods(
        student_section_associations=rows,
        sections=[section_key("ALG", id=hex_id(7))],
        course_offerings=[offering("ALG", id=hex_id(8))],
    )


def ledger(folder, records, campus, resource=SSA, **settings):
    world = World.of(folder, records, campus.sis, **settings)
    return [row for row in world.rows("identity_ledger") if row["resource"] == resource]


def states(rows, by="student_unique_id"):
    return {row[by]: row["state"] for row in rows}


def test_all_eight_states_once_in_one_school(tmp_path):
    """One record per state, found as planted, and nothing else."""
    campus, records = every_state()
    rows = ledger(tmp_path, records, campus)
    assert states(rows) == EIGHT
    assert len(rows) == 8
    assert {row["school_id"] for row in rows} == {1302}
    assert {row["student_unique_id"]: row["resync_action"] for row in rows} == {
        "linked": "none",
        "lost": "delete_mapping",
        "unlinked": "none",
        "never sent": "post",
        "zombie": "ambiguous",
        "dangling": "delete_mapping",
        "orphan": "delete_ods",
        "excluded": "none",
    }


@pytest.mark.parametrize(
    ("rule", "label", "severity"),
    [
        ("IDM-001", "lost", "error"),
        ("IDM-002", "unlinked", "warning"),
        ("IDM-003", "never sent", "error"),
        ("IDM-004", "zombie", "error"),
        ("IDM-005", "dangling", "warning"),
        ("IDM-006", "orphan", "error"),
        ("IDM-007", "excluded", "info"),
    ],
)
def test_each_rule_finds_its_state_alone(prove, rule, label, severity):
    """Of the eight states a rule fails one; a school that the extract does not hold is aside."""
    campus, records = every_state()
    elsewhere = association("elsewhere", id=hex_id(9)) | {"school_id": 4711}
    records["student_section_associations"] = [*records["student_section_associations"], elsewhere]
    # section and course offering, without a student, are linked, and have no mapping
    unmapped = ["None", "None"]
    needs_mapping = rule in {"IDM-001", "IDM-002", "IDM-004", "IDM-005"}
    (found,) = prove(
        rule,
        by="student_unique_id",
        ods=records,
        sis=campus.sis,
        fails={label: severity},
        passes=[*(one for one in EIGHT if one != label), *([] if needs_mapping else unmapped)],
        outside=["elsewhere", *(unmapped if needs_mapping else [])],
    )
    if rule == "IDM-006":
        assert found["remedy"].startswith("First check whether another vendor or agency owns")
    if rule == "IDM-007":
        assert found["cause"] == "The student's enrollment is marked State Exclude or No Show."


def left(kind, identifier, version=1, **key):
    """What the ODS tells of a record of the section: deleted, or its key changed."""
    whole = section_key("ALG", student_unique_id="x", begin_date="2025-08-20") | key
    words = {name: "".join(f" {name}".title().split("_")) for name in whole}
    named = {word[1].lower() + word[2:]: whole[name] for name, word in words.items()}
    return {
        "resource": SSA, "kind": kind, "id": identifier, "change_version": version,
        "old_key": json.dumps(named),
    }  # fmt: skip


def causes(folder, told, campus=None):
    made, records = every_state()
    rows = ledger(folder, records | {"departures": told}, campus or made)
    return {row["student_unique_id"]: row["cause_key"] for row in rows}


def test_a_record_that_left_the_ods_is_not_lost(tmp_path):
    """By the mapping's id, also where neither side has the record, else by its natural key."""
    told = [
        left("delete", hex_id(2)),
        left("delete", hex_id(5), 3),
        left("key_change", hex_id(5), 4),
        left("key_change", hex_id(40), student_unique_id="never sent"),
        # of records that are there, or of another kind, they say nothing
        left("delete", hex_id(6)),
        left("delete", hex_id(1), student_unique_id="linked"),
    ]
    usual = causes(tmp_path / "none", [])
    assert usual | {
        "lost": "deleted_in_ods",
        "dangling": "key_changed",
        "never sent": "key_changed",
    } == causes(tmp_path / "told", told)
    assert usual["lost"] == usual["never sent"] == "unexplained"


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ({}, "deleted_in_ods"),
        ({"begin_date": "2025-08-20T00:00:00"}, "deleted_in_ods"),
        ({"local_course_code": "alg-COURSE "}, "deleted_in_ods"),
        ({"begin_date": "2025-08-21"}, "unexplained"),
        ({"session_name": "Spring"}, "unexplained"),
        ({"section_identifier": "BIO"}, "unexplained"),
        ({"school_id": 1303}, "unexplained"),
        ({"school_year": 2025}, "unexplained"),
        ({"student_unique_id": None}, "unexplained"),
    ],
)
def test_a_record_is_told_by_its_whole_key(tmp_path, key, found):
    """A record that is not in the mapping has no id; its key must be the one that went."""
    told = [left("delete", hex_id(40), **{"student_unique_id": "never sent", **key})]
    assert causes(tmp_path, told)["never sent"] == found


@pytest.mark.parametrize("last", ["delete", "key_change"])
def test_the_last_that_is_told_of_a_record_counts(tmp_path, last):
    """A record may get another key and then be deleted, or come back and get another key."""
    first = {"delete": "key_change", "key_change": "delete"}[last]
    told = [left(last, hex_id(2), 20), left(first, hex_id(2), 10)]
    found = {"delete": "deleted_in_ods", "key_change": "key_changed"}[last]
    assert causes(tmp_path, told)["lost"] == found


def test_records_of_a_resource_that_is_off_go_stale(prove):
    """SYN-003: zombies and orphans in the ODS; what never was there cannot stay."""
    campus, records = every_state()
    campus.add("resourceToggle", resource=SSA, endYear="2026", enabled=False)
    campus.add("resourceToggle", resource="sections", endYear="2026", enabled=True)
    elsewhere = association("elsewhere", id=hex_id(9)) | {"school_id": 4711}
    records["student_section_associations"] = [*records["student_section_associations"], elsewhere]
    prove(
        "SYN-003",
        by="student_unique_id",
        ods=records,
        sis=campus.sis,
        fails={"zombie": "error", "orphan": "error"},
        passes=["linked", "unlinked"],
        # a section that is on, and a course offering of which nobody knows
        outside=["lost", "never sent", "dangling", "excluded", "elsewhere", "None", "None"],
    )


def test_an_orphan_without_a_mapping_is_stale(prove):
    """SYN-003: zombie and orphan look the same then, and both remain."""
    campus, records = every_state()
    del campus.sis["edfiIdentityMapping"]
    campus.add("resourceToggle", resource=SSA, enabled=False)
    prove(
        "SYN-003",
        by="student_unique_id",
        ods=records,
        sis=campus.sis,
        fails={"zombie": "error", "orphan": "error"},
        passes=["linked", "unlinked"],
        outside=["lost", "never sent", "excluded", "None", "None"],
    )


def test_without_a_mapping_there_are_four_states(tmp_path):
    """Lost and never sent are one, zombie and orphan are one, and the text says why."""
    campus, records = every_state()
    del campus.sis["edfiIdentityMapping"]
    rows = ledger(tmp_path, records, campus)
    assert states(rows) == {
        "linked": "IDM-000",
        "unlinked": "IDM-000",
        "lost": "IDM-003",
        "never sent": "IDM-003",
        "zombie": "IDM-006",
        "orphan": "IDM-006",
        "excluded": "IDM-007",
    }
    (lost,) = (row for row in rows if row["student_unique_id"] == "lost")
    assert lost["found"] == ("in the SIS, not in the ODS (no identity mapping was delivered)")
    assert all(row["in_mapping"] is None for row in rows)
    (orphan,) = (row for row in rows if row["student_unique_id"] == "orphan")
    assert orphan["resync_action"] == "ambiguous"


def test_other_schools_and_years_are_out_of_scope(tmp_path):
    """What the extract does not hold is never called an orphan, mapped or not."""
    campus, records = every_state()
    far = {"school_id": 9999, "begin_date": date(2025, 8, 20)}
    old = {"school_year": 2025, "begin_date": date(2025, 8, 20)}
    records["student_section_associations"] += [
        section_key("ALG", student_unique_id="far", id=hex_id(20)) | far,
        section_key("ALG", student_unique_id="old", id=hex_id(21)) | old,
        section_key("ALG", student_unique_id="far and mapped", id=hex_id(22)) | far,
    ]
    campus.maps(SSA, "Roster", "elsewhere", hex_id(22))
    found = states(ledger(tmp_path, records, campus))
    assert found == EIGHT | dict.fromkeys(("far", "old", "far and mapped"), "out_of_scope")


def test_a_mapping_of_another_year_is_no_mapping(tmp_path):
    """Only the rows of the audited year, or of no year, count."""
    campus, records = every_state()
    campus.sis["edfiIdentityMapping"][0]["endYear"] = "2025"
    campus.sis["edfiIdentityMapping"][1]["endYear"] = None
    found = states(ledger(tmp_path, records, campus))
    assert found == EIGHT | {"linked": "IDM-002"}


def test_a_duplicate_natural_key_is_no_orphan(tmp_path):
    """A second ODS record of one natural key, and a second roster row, add no row to the ledger."""
    campus, records = every_state()
    records["student_section_associations"].append(association("linked", id=hex_id(30)))
    campus.takes("ALG", "linked", rosterID="again")
    rows = ledger(tmp_path, records, campus)
    assert states(rows) == EIGHT
    assert len(rows) == 8


def test_one_object_owns_one_record_per_session(tmp_path):
    """Mapping rows without a natural key are told apart through the ODS record behind the id."""
    campus = Campus()
    campus.section("ALG", terms=("Fall", "Spring"))
    campus.student("10")
    campus.takes("ALG", "10")
    campus.maps(SSA, "Roster", "ALG/10", hex_id(1))
    campus.maps(SSA, "Roster", "ALG/10", hex_id(2))
    spring = association("10", "Spring", date(2026, 1, 5), id=hex_id(2))
    rows = ledger(tmp_path, ods(student_section_associations=[spring]), campus)
    assert states(rows, "session_name") == {"Fall": "IDM-001", "Spring": "IDM-000"}


@pytest.mark.parametrize(
    ("noted", "lost"), [(None, "Fall"), ('{"sessionName": "Spring"}', "Spring")]
)
def test_one_mapping_row_stands_for_one_lost_record(tmp_path, noted, lost):
    """The mapping's note tells which of two lost records it was; without one it was the first."""
    campus = Campus()
    campus.section("ALG", terms=("Fall", "Spring"))
    campus.student("10")
    campus.takes("ALG", "10")
    campus.maps(SSA, "Roster", "ALG/10", hex_id(1), naturalKey=noted)
    rows = ledger(tmp_path, ods(), campus)
    sent = dict.fromkeys(("Fall", "Spring"), "IDM-003")
    assert states(rows, "session_name") == sent | {lost: "IDM-001"}


def test_a_session_the_section_has_left_leaves_a_zombie(tmp_path):
    """The mapped record of Spring is not the one that Fall calls for, though its object is."""
    campus = Campus()
    campus.section("ALG", terms=("Fall",))
    campus.student("10")
    campus.takes("ALG", "10")
    campus.maps(SSA, "Roster", "ALG/10", hex_id(1))
    spring = association("10", "Spring", date(2026, 1, 5), id=hex_id(1))
    rows = ledger(tmp_path, ods(student_section_associations=[spring]), campus)
    assert states(rows, "session_name") == {"Fall": "IDM-003", "Spring": "IDM-004"}


def test_a_changed_begin_date_is_linked_through_the_mapping(tmp_path):
    """With the mapping a student record with another begin date is the same; without it, two."""
    campus = Campus()
    campus.section("ALG")
    campus.student("10")
    campus.takes("ALG", "10", startDate=date(2025, 9, 2))
    campus.maps(SSA, "Roster", "ALG/10", hex_id(1))
    records = ods(student_section_associations=[association("10", id=hex_id(1))])
    (row,) = ledger(tmp_path / "mapped", records, campus)
    assert row["state"] == "IDM-000"
    del campus.sis["edfiIdentityMapping"]
    rows = ledger(tmp_path / "unmapped", records, campus)
    assert states(rows, "begin_date") == {
        date(2025, 9, 2): "IDM-003",
        date(2025, 8, 20): "IDM-006",
    }


def teaching(person, begin=date(2025, 8, 20), section="ALG", **row):
    return section_key(
        section,
        staff_unique_id=person,
        begin_date=begin,
        classroom_position_descriptor=TEACHER,
        **row,
    )


def test_staff_are_matched_without_their_begin_date(tmp_path):
    """A wrong begin date leaves the record linked, also when the person taught twice."""
    campus = Campus()
    campus.section("ALG")
    campus.person("1001")
    campus.person("1002")
    campus.teaches("ALG", "1001", "T", "S")
    campus.teaches("ALG", "1002", "T", "S", endDate=date(2025, 9, 1))
    campus.teaches("ALG", "1002", "T", "S", startDate=date(2025, 11, 1))
    records = ods(
        staff_section_associations=[
            teaching("1001", date(2025, 9, 9), id=hex_id(1)),
            teaching("1002", date(2025, 9, 9), id=hex_id(2)),
            teaching("1002", date(2025, 11, 11), id=hex_id(3)),
        ]
    )
    rows = ledger(tmp_path, records, campus, STAFF)
    assert [row["state"] for row in rows] == ["IDM-000"] * 3


def test_losers_of_the_teacher_of_record_decision_are_linked(tmp_path):
    """In the ODS they are no orphans; not in the ODS they are an absence with its reason."""
    campus = Campus()
    for section in ("ALG", "BIO"):
        campus.section(section)
        campus.teaches(section, "1001", "P", "T")
        campus.teaches(section, "1002", "T", "T")
    campus.person("1001")
    campus.person("1002")
    records = ods(
        staff_section_associations=[
            teaching("1001", id=hex_id(1)),
            teaching("1002", id=hex_id(2)),
            teaching("1001", section="BIO", id=hex_id(3)),
        ]
    )
    rows = ledger(tmp_path, records, campus, STAFF)
    found = {(row["section_identifier"], row["staff_unique_id"]): row for row in rows}
    assert {key: row["state"] for key, row in found.items()} == {
        ("ALG", "1001"): "IDM-000",
        ("ALG", "1002"): "IDM-000",
        ("BIO", "1001"): "IDM-000",
        ("BIO", "1002"): "IDM-007",
    }
    assert found["BIO", "1002"]["absence_reason"] == "gate_teacher_of_record"


def test_staff_who_are_neither_p_nor_t_are_no_records(tmp_path):
    """An aide is not listed, unless the ODS has a record of the aide: then it is an orphan."""
    campus = Campus()
    campus.section("ALG")
    for person in ("1001", "1002"):
        campus.person(person)
        campus.teaches("ALG", person, "A", "S")
    records = ods(staff_section_associations=[teaching("1002", id=hex_id(1))])
    (row,) = ledger(tmp_path, records, campus, STAFF)
    assert (row["staff_unique_id"], row["state"]) == ("1002", "IDM-006")
    assert row["absence_reason"] == "gate_staff_type"


def test_a_section_that_is_not_in_the_ods_explains_its_students(tmp_path):
    """The cause of a missing association is its missing section; that of the section unknown."""
    campus, records = every_state()
    records["sections"] = [section_key("BIO", id=hex_id(7))]
    world = World.of(tmp_path, records, campus.sis)
    rows = [row for row in world.rows("identity_ledger") if row["state"] == "IDM-003"]
    assert {(row["resource"], row["cause_key"]) for row in rows} == {
        (SSA, "section_missing"),
        ("sections", "unexplained"),
    }


def test_an_unplaced_section_explains_what_remains_of_it(tmp_path):
    """Its mapped ODS record is a zombie with that reason, and no second row stands for it."""
    campus = Campus()
    campus.section("ALG", terms=())
    campus.maps("sections", "Section", "ALG", hex_id(1))
    records = ods(sections=[section_key("ALG", id=hex_id(1))])
    (row,) = ledger(tmp_path, records, campus, "sections")
    assert (row["state"], row["absence_reason"]) == ("IDM-004", "gate_placed")


OFFERINGS, SECTIONS = "courseOfferings", "sections"


@pytest.mark.parametrize(
    ("dropped", "silent"),
    [
        ("sections", {SECTIONS}),
        ("student_section_associations", {SSA}),
        ("roster", {SECTIONS, SSA, STAFF}),
        ("enrollment", {SSA}),
        ("person", {SSA, STAFF}),
        ("sectionStaffHistory", {STAFF}),
        ("employmentAssignment", {STAFF}),
        ("resourcePreference", {OFFERINGS, SECTIONS, SSA, STAFF}),
    ],
)
def test_what_cannot_be_read_hides_nothing_else(tmp_path, dropped, silent):
    """A resource with an unreadable side has no state; the others keep theirs."""
    campus, records = every_state()
    campus.person("1001")
    campus.teaches("ALG", "1001")
    records.pop(dropped, None)
    campus.sis.pop(dropped, None)
    world = World.of(tmp_path, records, campus.sis)
    rows = world.rows("identity_ledger")
    assert {row["resource"] for row in rows if row["state"] is None} <= silent
    spoken = {row["resource"] for row in rows if row["state"] is not None}
    assert spoken == {OFFERINGS, SECTIONS, SSA, STAFF} - silent


def test_persons_without_any_edfi_id_are_no_persons(tmp_path):
    """An extract without the column edfiID makes no zombies of all students."""
    campus, records = every_state()
    for person in campus.sis["person"]:
        person["edfiID"] = None
    assert {row["state"] for row in ledger(tmp_path, records, campus)} == {None}


def test_an_empty_resource_is_not_an_unreadable_one(tmp_path):
    """A resource that was pulled and holds nothing lacks every record that ought to be there."""
    campus, records = every_state()
    records["sections"] = []
    (row,) = ledger(tmp_path, records, campus, SECTIONS)
    assert row["state"] == "IDM-003"


def test_a_key_part_that_is_missing_in_the_ods_makes_no_orphan(tmp_path):
    """Mapped, the record is linked through its object; unmapped, it has no state."""
    campus = Campus()
    campus.section("ALG")
    campus.student("10")
    campus.takes("ALG", "10")
    nowhere = association("10", None, id=hex_id(1))
    mapping = {"resource": SSA, "campusObjectType": "Roster", "endYear": "2026"}
    campus.sis["edfiIdentityMapping"] = [
        {**mapping, "objectKey": "ALG/10", "edfiID": hex_id(1)},
        {**mapping, "objectKey": "elsewhere", "edfiID": hex_id(2)},
    ]
    records = ods(student_section_associations=[nowhere, association(None, id=hex_id(3))])
    found = {row["student_unique_id"]: row for row in ledger(tmp_path, records, campus)}
    assert found["10"]["state"] == "IDM-000"
    assert found["10"]["session_name"] is None
    assert found[None]["state"] is None
