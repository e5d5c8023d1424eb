"""What a course offering says: key, references, title, and the school and year it is under."""

from campus import Campus, ods, offering, section_key

OFFERINGS = "courseOfferings"
WHOLE = {"course_code": "ALG", "education_organization_id": 48856}


def hex_id(number):
    return f"{number:032x}"


def records(*rows, **tables):
    """An ODS with these offerings, each with an id of its own."""
    numbered = [{"id": hex_id(number), **row} for number, row in enumerate(rows, start=1)]
    return ods(course_offerings=numbered, **tables)


def test_the_course_code_is_the_course_number(prove):
    """CO-007: found through the mapping, or equal only after trimming or folding case."""
    campus = Campus()
    for name in ("same", "in capitals", "with spaces", "renumbered", "blank", "not linked"):
        campus.section(name)
    for number, name in {4: "renumbered", 5: "blank"}.items():
        campus.maps(OFFERINGS, "Course", f"{name}-course", hex_id(number))
    findings = prove(
        "CO-007",
        by="local_course_code",
        ods=records(
            offering("same"),
            offering("in capitals") | {"local_course_code": "IN CAPITALS-course"},
            offering(" with spaces"),
            offering("old"),
            offering("blank") | {"local_course_code": " "},
            offering("unknown"),
        ),
        sis=campus.sis,
        fails=dict.fromkeys(("IN CAPITALS-course", " with spaces-course", "old-course"), "error"),
        passes=["same-course"],
        outside=[" ", "unknown-course", "not linked-course"],
    )
    observed = {row["observed"] for row in findings}
    assert '" with spaces-course" in the ODS, same but for spaces or case' in observed
    assert '"old-course" in the ODS, another number' in observed


def test_a_mapping_of_the_course_s_other_session_links_nothing(prove):
    """CO-007: a mapped record of a session that the course has left is CO-010 or CO-011, not it."""
    campus = Campus()
    campus.section("ALG")
    campus.maps(OFFERINGS, "Course", "ALG-course", hex_id(1))
    campus.section("BIO")
    campus.maps(OFFERINGS, "Course", "BIO-course", hex_id(2))
    prove(
        "CO-007",
        by="local_course_code",
        ods=records(offering("old", "Spring"), offering("old biology")),
        sis=campus.sis,
        fails={"old biology-course": "error"},
        passes=[],
        outside=["old-course", "ALG-course"],
    )


LACKING = {
    "no number": {"local_course_code": None},
    "blank number": {"local_course_code": " "},
    "no course code": {"course_code": None},
    "blank course code": {"course_code": ""},
    "no course agency": {"education_organization_id": None},
    "no school": {"school_id": None},
    "no session": {"session_name": None},
    "blank session": {"session_name": " "},
    "no year": {"school_year": None},
}


def test_every_part_of_the_key_is_there(prove):
    """CO-008: "Data Element Labels in bold are part of the Natural Key"."""
    rows = [
        offering("whole", **WHOLE),
        *({**offering(n, **WHOLE), **r} for n, r in LACKING.items()),
    ]
    findings = prove(
        "CO-008",
        by="id",
        ods=records(*rows, offering("all of it") | dict.fromkeys(WHOLE)),
        fails={hex_id(number): "error" for number in range(2, 12)},
        passes=[hex_id(1)],
    )
    lacks = [row["observed"] for row in sorted(findings, key=lambda row: row["row_key"])]
    assert lacks == [
        *["lacks localCourseCode"] * 2,
        *["lacks courseReference"] * 3,
        "lacks schoolReference",
        *["lacks sessionReference"] * 3,
        "lacks courseReference",
    ]


def test_course_and_session_are_in_the_ods(prove):
    """CO-009: each half is looked up exactly; a half that is not whole is not judged."""
    rows = {
        "both there": {},
        "no such course": {"course_code": "BIO"},
        "course in another case": {"course_code": "alg"},
        "course of another agency": {"education_organization_id": 1302},
        "no such session": {"session_name": "Summer"},
        "session of another year": {"school_year": 2025},
        "session of another school": {"session_school_id": 7525},
        "session's school said": {"session_school_id": 1302},
        "half a course reference": {"course_code": None},
        "half a course reference, no session": {"course_code": None, "session_name": "Summer"},
        "half a session reference": {"school_year": None},
        "half a session reference, no course": {"school_year": None, "course_code": "BIO"},
        "neither": {"course_code": "", "session_name": ""},
        "neither there": {"course_code": "BIO", "session_name": "Summer"},
    }
    findings = prove(
        "CO-009",
        by="local_course_code",
        ods=records(
            *({**offering(name, **WHOLE), **row} for name, row in rows.items()),
            courses=[{"education_organization_id": 48856, "course_code": "ALG"}],
        ),
        fails={
            f"{name}-course": "error"
            for name in (
                "no such course", "course in another case", "course of another agency",
                "no such session", "session of another year", "session of another school",
                "half a course reference, no session", "half a session reference, no course",
                "neither there",
            )
        },
        passes=[
            f"{name}-course"
            for name in (
                "both there", "session's school said", "half a course reference",
                "half a session reference",
            )
        ],
        outside=["neither-course"],
    )  # fmt: skip
    assert {row["observed"] for row in findings} == {
        "not in /courses", "not in /sessions", "neither in /courses nor in /sessions",
    }  # fmt: skip


NAMED = {
    "same": ("Algebra 1", "Algebra 1"),
    "spaces": (" Algebra 1 ", "  Algebra 1"),
    "case": ("Algebra 1", "algebra 1"),
    "blank": ("Algebra 1", None),
    "unnamed": (" ", "Algebra 1"),
    "inactive": ("Algebra 1", "Algebra 2"),
    "second course's": ("Algebra", "Algebra 1"),
    "inactive course's": ("Algebra", "Old Algebra"),
}


def test_the_title_is_the_course_name(prove):
    """CO-012: but for edge spaces; a blank title differs; any course that is sent may name it."""
    campus = Campus()
    campus.add("calendar", calendarID="2", schoolID="1", endYear="2026")
    for name, (course_name, _) in NAMED.items():
        campus.section(name, course={"name": course_name, "active": name != "inactive"})
        if name.endswith("course's"):
            for other, active in (("Algebra 1", True), ("Old Algebra", False)):
                course = {"name": other, "active": active, "calendarID": "2"}
                campus.section(f"{name} {other}", course={**course, "number": f"{name}-course"})
    findings = prove(
        "CO-012",
        by="local_course_code",
        ods=records(
            *(offering(name, local_course_title=title) for name, (_, title) in NAMED.items()),
            offering("unknown", local_course_title="Algebra 1"),
        ),
        sis=campus.sis,
        fails={
            f"{name}-course": "warning"
            for name in ("case", "blank", "inactive", "inactive course's")
        },
        passes=["same-course", "spaces-course", "second course's-course"],
        outside=["unnamed-course", "unknown-course"],
    )
    assert '"Algebra" or "Algebra 1", the Campus course name' in {
        row["expected"] for row in findings
    }


def test_fields_that_campus_does_not_send(prove):
    """CO-013: one of four with a value is enough, 0 minutes too; an empty list is no value."""
    rows = {
        "characteristics": {"course_level_characteristics": ["uri://ed-fi.org/X#AP"]},
        "curriculum": {"curriculum_used": ["uri://ed-fi.org/X#Y"]},
        "time": {"instructional_time_planned": 0},
        "grades": {"offered_grade_levels": ["uri://ed-fi.org/X#10"]},
        "empty lists": {
            "course_level_characteristics": [], "curriculum_used": [], "offered_grade_levels": [],
        },
        "nothing": {},
    }  # fmt: skip
    everything = rows["characteristics"] | rows["time"]
    findings = prove(
        "CO-013",
        by="local_course_code",
        ods=records(
            *(offering(name, **row) for name, row in rows.items()),
            offering("both", **everything),
            offering("of another school", **everything) | {"school_id": 4711},
            offering("of another year", **everything) | {"school_year": 2025},
        ),
        sis=Campus().sis,
        fails={
            f"{name}-course": "info"
            for name in ("characteristics", "curriculum", "time", "grades", "both")
        },
        passes=["empty lists-course", "nothing-course"],
        outside=["of another school-course", "of another year-course"],
    )
    told = {row["observed"] for row in findings}
    assert "courseLevelCharacteristics, instructionalTimePlanned" in told


def numbered():
    """School 1302 has 1302 as its Ed-Fi number and 990 as the state's; school 7525 the state's."""
    campus = Campus()
    campus.sis["school"][0] |= {"number": "0990", "edfiNumber": "1302"}
    campus.add("school", schoolID="2", number="7525")
    campus.add("school", schoolID="3", number="7525", edfiNumber="4000")
    campus.add("school", schoolID="4", number="5000", edfiNumber="5000")
    campus.add("calendar", calendarID="2", schoolID="2", endYear="2026")
    for name in ("right", "left behind", "mapped", "in another case"):
        campus.section(name)
    campus.section("state number alone", course={"calendarID": "2"})
    campus.add("calendar", calendarID="3", schoolID="3", endYear="2026")
    campus.add("course", courseID="3", calendarID="3", number="state number alone-course")
    campus.maps(OFFERINGS, "Course", "mapped-course", hex_id(1))
    return campus


def test_the_school_id_is_the_one_that_campus_uses(prove):
    """CO-014: through the mapping, or the State School Number of a school with an Ed-Fi number."""
    findings = prove(
        "CO-014",
        by="local_course_code",
        ods=records(
            offering("mapped") | {"school_id": 4711},
            offering("right"),
            offering("left behind") | {"school_id": 990},
            offering("In Another Case") | {"school_id": 990},
            offering("state number alone") | {"school_id": 7525},
            offering("unknown") | {"school_id": 990},
            offering("right") | {"school_id": 990, "school_year": 2025},
            offering("right") | {"school_id": 4711},
            offering("right") | {"school_id": None},
        ),
        sis=numbered().sis,
        fails=dict.fromkeys(
            ("mapped-course", "left behind-course", "In Another Case-course"), "error"
        ),
        passes=["right-course", "state number alone-course"],
        outside=[
            "left behind-course", "in another case-course", *["state number alone-course"] * 2,
            "unknown-course", *["right-course"] * 3,
        ],
    )  # fmt: skip
    assert {row["observed"] for row in findings} == {
        "school 4711: another school", "school 990: the State School Number",
    }  # fmt: skip


def test_only_configured_years_are_sent(prove):
    """CO-017: the year has valid configuration, and is that of the mapped course's calendar."""
    campus = Campus()
    for year, valid in (("2026", True), ("2025", True), ("2024", False)):
        campus.add("edfiConfiguration", endYear=year, valid=valid)
    campus.add("calendar", calendarID="last", schoolID="1", endYear="2025")
    campus.add("course", courseID="of last year", calendarID="last", number="of last year-course")
    campus.section("of this year")
    campus.section("also of this year")
    for number, name in {
        1: "of last year",
        2: "of this year-course",
        3: "also of this year-course",
    }.items():
        campus.maps(OFFERINGS, "Course", name, hex_id(number))
    campus.maps(OFFERINGS, "Course", "deleted", hex_id(4))
    findings = prove(
        "CO-017",
        by="local_course_code",
        ods=records(
            offering("of last year"),
            offering("of this year"),
            offering("also of this year") | {"school_year": 2025},
            offering("deleted"),
            offering("valid") | {"school_year": 2025},
            offering("not valid") | {"school_year": 2024},
            offering("not configured") | {"school_year": 2023},
            offering("without a year") | {"school_year": None},
            offering("of another agency") | {"school_id": 4711, "school_year": 2024},
        ),
        sis=campus.sis,
        fails=dict.fromkeys(
            ("of last year-course", "also of this year-course", "not valid-course",
             "not configured-course"), "error"
        ),
        passes=["of this year-course", "deleted-course", "valid-course"],
        outside=[
            "without a year-course", "of another agency-course", "also of this year-course",
        ],
    )  # fmt: skip
    assert {row["observed"] for row in findings} == {
        "school year 2026: not the year of the course's calendar",
        "school year 2025: not the year of the course's calendar",
        "school year 2024: without valid configuration",
        "school year 2023: without valid configuration",
    }


def test_an_offering_has_a_section(prove):
    """CO-019: one with exactly its key; a key that is not whole can have none."""
    names = ("one", "two", "none", "in another session", "in another case")
    sections = [section_key(name) for name in ("one", "two", "two", "In another case")]
    sections.append(section_key("in another session", "Spring"))
    prove(
        "CO-019",
        by="local_course_code",
        ods=records(
            *(offering(name, **WHOLE) for name in names),
            offering("without a course reference"),
            offering("without a session", None),
            sections=[*sections, section_key("without a course reference")],
        ),
        fails=dict.fromkeys(
            ("none-course", "in another session-course", "in another case-course"), "warning"
        ),
        passes=["one-course", "two-course", "without a course reference-course"],
        outside=["without a session-course"],
    )


def test_sections_that_the_sis_holds_back_are_not_called_for(prove):
    """CO-019: in Wisconsin a section without students is not sent, its course offering is."""
    campus = Campus()
    for name in ("without students", "one with students", "sent", "inactive"):
        campus.section(name, course={"active": name != "inactive"})
    campus.add("section", sectionID="empty", courseID="one with students-course", trialID="1")
    campus.add("sectionPlacement", sectionID="empty", trialID="1", termID="Fall")
    campus.student("10")
    for name in ("one with students", "sent"):
        campus.takes(name, "10")
    names = ("without students", "one with students", "sent", "inactive", "without, but there")
    campus.section("without, but there")
    prove(
        "CO-019",
        by="local_course_code",
        ods=records(
            *(offering(name) for name in names),
            sections=[section_key("sent"), section_key("without, but there")],
        ),
        sis=campus.sis,
        fails=dict.fromkeys(("one with students-course", "inactive-course"), "warning"),
        passes=["sent-course", "without, but there-course"],
        outside=["without students-course"],
    )
