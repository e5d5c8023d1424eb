"""Identity mappings that contradict themselves."""

from campus import Campus, ods, section_key


def hex_id(number):
    return f"{number:032x}"


def mapped(*pairs):
    """A campus with mapping rows (Campus section, number of the ODS id)."""
    campus = Campus()
    for section, number in pairs:
        campus.maps("sections", "Section", section, hex_id(number))
    return campus


def test_one_id_stands_for_one_object(prove):
    """IDM-010: an ODS id that two Campus sections claim, told once; no id, nothing to tell."""
    campus = mapped(("own", 1), ("shared", 5), ("other", 5), ("lost", 6))
    campus.maps("sections", "Section", "no id", None)
    findings = prove(
        "IDM-010",
        by="object_key",
        ods=ods(sections=[section_key("own", id=hex_id(1)), section_key("shared", id=hex_id(5))]),
        sis=campus.sis,
        fails={"other": "error"},
        passes=["own", "lost"],
        outside=["no id", "shared"],
    )
    (finding,) = findings
    assert finding["school_id"] == 1302
    assert finding["observed"] == (
        f"one ODS id for two Campus objects: {hex_id(5)} is Section other and Section shared"
    )


def test_one_object_has_one_id_per_natural_key(prove):
    """IDM-010: the two sessions of a section are two records; the same session twice is not."""
    campus = mapped(
        ("year", 1), ("year", 2), ("twice", 3), ("twice", 4), ("lost", 6), ("lost", 7)
    )  # fmt: skip
    prove(
        "IDM-010",
        by="edfi_id",
        ods=ods(
            sections=[
                section_key("year", "Fall", id=hex_id(1)),
                section_key("year", "Spring", id=hex_id(2)),
                section_key("twice", "Fall", id=hex_id(3)),
                section_key("twice", "Fall", id=hex_id(4)),
            ]
        ),
        sis=campus.sis,
        fails={hex_id(3): "error"},
        passes=[hex_id(1), hex_id(2), hex_id(6), hex_id(7)],
        outside=[hex_id(4)],
    )


def test_noted_natural_keys_tell_lost_records_apart(prove):
    """IDM-010: without an ODS record the mapping's own note decides."""
    campus = Campus()
    note = '{"sessionName": "%s", "schoolId": 1302, "schoolYear": 2026}'
    for key, number, session in (
        ("apart", 1, "Fall"), ("apart", 2, "Spring"), ("same", 3, "Fall"), ("same", 4, "Fall"),
    ):  # fmt: skip
        campus.maps("sections", "Section", key, hex_id(number), naturalKey=note % session)
    prove(
        "IDM-010",
        by="edfi_id",
        ods=ods(),
        sis=campus.sis,
        fails={hex_id(3): "error"},
        passes=[hex_id(1), hex_id(2)],
        outside=[hex_id(4)],
    )


def test_an_id_is_the_same_with_dashes_and_in_capitals(prove):
    """IDM-010: the mapping may write the ODS's 32 hex digits as a GUID."""
    campus = Campus()
    plain = "0000000000000000000000000000abcd"
    campus.maps("sections", "Section", "1", "00000000-0000-0000-0000-00000000ABCD")
    campus.maps("Sections", "Section", "2", plain)
    campus.maps("sections", "Section", "3", hex_id(9))
    prove(
        "IDM-010",
        by="object_key",
        ods=ods(sections=[section_key("ALG", id=plain)]),
        sis=campus.sis,
        fails={"1": "error"},
        passes=["3"],
        outside=["2"],
    )


def test_case_and_braces_are_no_contradiction(prove):
    """IDM-010: an object's type in another case, an id in braces or with spaces, is the same."""
    campus = Campus()
    campus.maps("sections", "Section", "1", hex_id(1))
    campus.maps("sections", "section", "1", "{00000000-0000-0000-0000-000000000001}")
    campus.maps("sections", "Section", "2", f" {hex_id(2)} ")
    campus.maps("sections", "SECTION", "3", hex_id(2).upper())
    prove(
        "IDM-010",
        by="object_key",
        ods=ods(sections=[section_key("ALG", id=hex_id(1))]),
        sis=campus.sis,
        fails={"2": "error"},
        passes=["1"],
        outside=["3"],
    )


def test_what_cannot_be_read_is_not_passed(prove):
    """IDM-010: with /sections denied, two ids of one section may be of two sessions or of one."""
    campus = mapped(("two", 1), ("two", 2), ("one", 3), ("shared", 4), ("other", 4))
    records = ods()
    del records["sections"]
    prove(
        "IDM-010",
        by="edfi_id",
        ods=records,
        sis=campus.sis,
        fails={hex_id(4): "error"},
        passes=[hex_id(3)],
        outside=[hex_id(1), hex_id(2), hex_id(4)],
    )
