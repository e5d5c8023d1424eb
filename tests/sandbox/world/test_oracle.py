"""The oracle as a whole: which rules it reads, and what it makes of records that lack parts."""

from datetime import date

from sandbox.world.oracle_rows import SCHOOLS, final, found, sat

from edfi_audit.sandbox.world.oracle import RULES, Facts, read_rules

READ = {
    "SSA": (13, *range(15, 28)),
    "ATT": range(10, 21),
    "GRD": range(1, 7),
    "CTE": (7, 8, *range(12, 19)),
    "CO": (*range(1, 15), *range(16, 20)),
    "MIN": range(1, 7),
    "MAP": range(1, 11),
    "STF": (*range(1, 5), 7, *range(9, 19)),
    "TOR": range(1, 11),
    "DTE": range(1, 11),
    "IDM": (11, 13, 14),
    "SYN": (1, 2, 4),
}


def test_every_rule_has_its_reading():
    """All that can be read from the records themselves."""
    expected = {f"{family}-{number:03d}" for family, numbers in READ.items() for number in numbers}
    assert {rule.id for rule in RULES} == expected


def test_nothing_in_nothing_out():
    """An empty world has no findings, and missing resources are empty ones."""
    assert read_rules({}, {}, Facts(2026, date(2026, 6, 20))) == []
    assert read_rules({"schools": SCHOOLS}, {}, Facts(2026, date(2026, 6, 20))) == []


def test_a_finding_names_the_whole_natural_key():
    """Dates stay ISO texts, nothing is marked as planted."""
    row, grade = sat("one"), final("one", begin="2025-09-03")
    ods = {"schools": SCHOOLS, "studentSectionAssociations": [row], "grades": [grade]}
    findings = read_rules(ods, {}, Facts(2026, date(2026, 6, 20)))
    assert findings[0].as_row() == {
        "rule_id": "SSA-018",
        "resource": "studentSectionAssociations",
        "natural_key": {
            "beginDate": "2025-09-02",
            "localCourseCode": "A",
            "schoolId": 1,
            "schoolYear": 2026,
            "sectionIdentifier": "A-01",
            "sessionName": "S1",
            "studentUniqueId": "one",
        },
        "severity": "error",
        "planted": False,
    }


def test_a_second_record_of_a_key_is_the_same():
    """A duplicate makes no return of a single stay."""
    rows = [sat("one"), sat("one") | {"id": "another"}]
    assert found("ATT-011", {"studentSectionAssociations": rows}) == [("one", "warning")]
    assert found("ATT-017", {"studentSectionAssociations": rows}) == []


def test_records_without_a_whole_section_are_in_none():
    """Each stands by itself, and no outcome can be told."""
    rows = [sat("one", code=None), sat("one", code=" "), sat(None)]
    rows[0]["sectionReference"]["sectionIdentifier"] = "A-01"
    ods = {"studentSectionAssociations": rows}
    for rule in ("ATT-011", "ATT-015", "ATT-017"):
        assert found(rule, ods) == []


def test_a_record_without_a_begin_is_no_stay():
    """It is not judged itself, and makes no return of the other one."""
    undated, dated = sat("one", None), sat("one", "2025-10-10")
    for rows, expected in (([undated], []), ([undated, dated], [("2025-10-10", "warning")])):
        ods = {"studentSectionAssociations": rows}
        assert found("ATT-011", ods, by="beginDate") == expected
        assert found("ATT-017", ods) == []
