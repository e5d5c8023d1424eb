"""Course offerings that ought to be in the ODS, and courses of which nobody made a section."""

from campus import Campus, ods, offering
from proof import World

OFFERINGS = "courseOfferings"


def course(campus, name, **row):
    """A course without a section."""
    return campus.add(
        "course", **{"courseID": name, "calendarID": "1", "number": f"{name}-course", **row}
    )


def expected(folder, campus, **settings):
    """The expected course offerings by Campus course and session."""
    rows = World.of(folder, ods(), campus.sis, **settings).rows("expected_course_offerings")
    return {(row["object_key"], row["session_name"]): row for row in rows}


def ledger(folder, campus, *rows):
    """The ledger's course offerings: (course code, state, absence reason)."""
    world = World.of(folder, ods(course_offerings=list(rows)), campus.sis)
    return sorted(
        (row["local_course_code"], row["state"], row["absence_reason"])
        for row in world.rows("identity_ledger")
        if row["resource"] == OFFERINGS
    )


def test_a_course_without_a_section_is_a_row(tmp_path):
    """The gates before it fail first; a section of a draft trial is none."""
    campus = Campus()
    course(campus, "active", active=True)
    course(campus, "inactive", active=False)
    campus.section("draft", trialID="2")
    campus.add("trial", trialID="2", calendarID="1", active=False)
    campus.section("taught")
    rows = expected(tmp_path, campus)
    assert {key: row["absence_reason"] for key, row in rows.items()} == {
        ("active", None): "gate_has_section",
        ("inactive", None): "gate_course_active",
        ("draft-course", None): "gate_has_section",
        ("taught-course", "Fall"): None,
    }
    assert rows["active", None]["section_count"] == 0


def test_only_courses_of_the_audited_year_are_rows(tmp_path):
    """A course of last year's calendar is not."""
    campus = Campus()
    campus.add("calendar", calendarID="2", schoolID="1", endYear="2025")
    course(campus, "old", calendarID="2")
    assert expected(tmp_path, campus) == {}


def test_a_number_with_sections_speaks_for_a_course_without(tmp_path):
    """Of two courses of one number, in any case, the one without a section is no row of its own."""
    campus = Campus()
    campus.section("ALG")
    course(campus, "again", number=" alg-course")
    course(campus, "other")
    campus.add("school", schoolID="2", number="7525")
    campus.add("calendar", calendarID="2", schoolID="2", endYear="2026")
    course(campus, "elsewhere", number="ALG-course", calendarID="2")
    assert expected(tmp_path, campus).keys() == {
        ("ALG-course", "Fall"),
        ("other", None),
        ("elsewhere", None),
    }


def test_sections_of_a_session_are_counted(tmp_path):
    """A section placed in two periods of a term is one, in two sessions it is one in each."""
    campus = Campus()
    campus.section("ALG", terms=("Fall", "Spring"))
    campus.add("sectionPlacement", sectionID="ALG", trialID="1", termID="Fall", periodID="2")
    campus.add("section", sectionID="ALG 2", courseID="ALG-course", trialID="1")
    campus.add("sectionPlacement", sectionID="ALG 2", trialID="1", termID="Fall")
    campus.add("section", sectionID="ALG 3", courseID="ALG-course", trialID="1")
    rows = expected(tmp_path, campus)
    assert {session: row["section_count"] for (_, session), row in rows.items()} == {
        "Fall": 2,
        "Spring": 1,
    }


def test_what_holds_every_section_back_is_told(tmp_path):
    """One section that is sent is enough; without students none is, in Wisconsin."""
    campus = Campus()
    campus.section("ALG")
    campus.section("BIO")
    campus.add("section", sectionID="BIO 2", courseID="BIO-course", trialID="1")
    campus.add("sectionPlacement", sectionID="BIO 2", trialID="1", termID="Fall")
    campus.student("10")
    campus.takes("BIO 2", "10")
    rows = expected(tmp_path, campus)
    assert rows["ALG-course", "Fall"]["section_absence_reason"] == "gate_has_students"
    assert rows["BIO-course", "Fall"]["section_absence_reason"] is None


def test_courses_of_one_number_are_counted_and_named_together(tmp_path):
    """Those that are sent among themselves; a course without a name gives none."""
    campus = Campus()
    for name, title in {"1": "Algebra", "2": " Algebra I ", "3": "Old", "4": " "}.items():
        campus.section(name, course={"number": "ALG", "name": title, "active": name != "3"})
    rows = expected(tmp_path, campus)
    sent, held = rows["1-course", "Fall"], rows["3-course", "Fall"]
    assert (sent["course_count"], held["course_count"]) == (3, 1)
    assert sent["course_ids"] == "1-course, 2-course, 4-course"
    assert sorted(sent["course_names"]) == ["Algebra", "Algebra I"]
    assert held["course_names"] == ["Old"]


def test_one_placed_section_takes_the_offering_to_the_next_gate(tmp_path):
    """Placed in a term without a session beside one not placed: the session is what lacks."""
    campus = Campus()
    campus.section("ALG", terms=())
    campus.add("section", sectionID="0", courseID="ALG-course", trialID="1")
    campus.section("BIO", terms=("Summer",))
    campus.add("section", sectionID="1", courseID="BIO-course", trialID="1")
    campus.add("term", termID="Summer", name="Summer")
    rows = expected(tmp_path, campus)
    assert rows["ALG-course", None]["absence_reason"] == "gate_placed"
    assert rows["BIO-course", None]["absence_reason"] == "gate_session_resolved"


def test_an_offering_needs_no_section_identifier(tmp_path):
    """Its key has none: a section without a number holds back itself alone."""
    campus = Campus()
    campus.section("ALG")
    world = World.of(tmp_path, ods(), campus.sis, section_identifier="{section.number}")
    reasons = {row["resource"]: row["absence_reason"] for row in world.rows("expected_records")}
    assert reasons == {OFFERINGS: None, "sections": "gate_numbered"}


def test_the_ledger_does_not_list_the_catalogue(tmp_path):
    """A course of which nobody made a section is no record, whether or not it is active."""
    campus = Campus()
    campus.section("unplaced", terms=())
    for number in range(20):
        course(campus, f"catalogue {number}", active=number % 2 == 0)
    assert ledger(tmp_path, campus) == [("unplaced-course", "IDM-007", "gate_placed")]


def test_what_remains_of_a_course_without_a_section_is_explained(tmp_path):
    """In the ODS it is an orphan or a zombie, in the mapping it dangles: each with the reason."""
    campus = Campus()
    for number, name in enumerate(("orphan", "zombie", "dangling"), start=1):
        course(campus, name)
        if name != "orphan":
            campus.maps(OFFERINGS, "Course", name, f"{number:032x}")
    rows = (offering("orphan", id=f"{1:032x}"), offering("zombie", id=f"{2:032x}"))
    assert ledger(tmp_path, campus, *rows) == [
        ("dangling-course", "IDM-005", "gate_has_section"),
        ("orphan-course", "IDM-006", "gate_has_section"),
        ("zombie-course", "IDM-004", "gate_has_section"),
    ]
