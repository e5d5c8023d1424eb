"""Identity mappings of another year than what they stand for: "scope year logic"."""

import pytest
from campus import Campus, ods, section_key


def hex_id(number):
    return f"{number:032x}"


def of_years():
    """A campus with two sections of 2026 and one of 2025."""
    campus = Campus()
    campus.add("calendar", calendarID="old", schoolID="1", endYear="2025")
    campus.section("now")
    campus.section("now, too")
    campus.section("then", course={"calendarID": "old"})
    return campus


def maps(campus, object_key, year, number, **row):
    campus.maps("sections", "Section", object_key, hex_id(number))
    campus.sis["edfiIdentityMapping"][-1] |= {"endYear": year, **row}


def test_a_mapping_is_of_its_records_year(prove):
    """IDM-011: the year of the ODS record behind the id goes before that of the object."""
    campus = of_years()
    maps(campus, "now", "2026", 1)
    maps(campus, "then", "2026", 2)
    maps(campus, "now, too", "2026", 3)
    maps(campus, "old mapping", "2025", 4)
    maps(campus, "both old", "2025", 5)
    maps(campus, "no year", None, 6)
    records = [section_key("x", id=hex_id(number)) for number in (1, 2, 4, 6)]
    records += [section_key("x", id=hex_id(number), school_year=2025) for number in (3, 5)]
    findings = prove(
        "IDM-011",
        by="object_key",
        ods=ods(sections=records),
        sis=campus.sis,
        fails={"now, too": "warning", "old mapping": "warning"},
        passes=["now", "then"],
        outside=["no year"],
    )
    assert {row["observed"] for row in findings} == {
        "mapping of 2026; what it stands for is of 2025",
        "mapping of 2025; what it stands for is of 2026",
    }
    assert {row["school_id"] for row in findings} == {1302}


def test_without_a_record_the_calendar_tells_the_year(prove):
    """IDM-011: of the Campus object; one that is not in the extract leaves it open."""
    campus = of_years()
    maps(campus, "now", "2026", 1)
    maps(campus, "then", "2026", 2)
    maps(campus, "now, too", "2025", 3, naturalKey='{"schoolId": 1302}')
    maps(campus, "then", "2025", 4)
    maps(campus, "gone", "2026", 5)
    maps(campus, "gone", "2025", 6)
    findings = prove(
        "IDM-011",
        by="edfi_id",
        ods=ods(),
        sis=campus.sis,
        fails={hex_id(2): "warning", hex_id(3): "warning"},
        passes=[hex_id(1)],
        outside=[hex_id(5)],
    )
    (noted,) = (row for row in findings if hex_id(3) in row["row_key"])
    assert noted["school_id"] == 1302


@pytest.mark.parametrize(
    ("resource", "object_type", "object_key"),
    [
        ("courseOfferings", "Course", "then-course"),
        ("sections", "SECTION", "then"),
        ("studentSectionAssociations", "Roster", "then/10"),
        ("staffSectionAssociations", "SectionStaffHistory", "7"),
        ("grades", "Section", "then"),
    ],
)
def test_each_object_is_of_its_courses_calendar(prove, resource, object_type, object_key):
    """IDM-011: rosters and staff history through their section; other resources are not judged."""
    campus = of_years()
    campus.takes("then", "10")
    campus.teaches("then", "1001", historyID="7")
    campus.maps(resource, object_type, object_key, hex_id(1))
    maps(campus, "now", "2026", 2)
    prove(
        "IDM-011",
        by="edfi_id",
        ods=ods(),
        sis=campus.sis,
        fails={} if resource == "grades" else {hex_id(1): "warning"},
        passes=[hex_id(2)],
    )
