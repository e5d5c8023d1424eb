"""The oracle on Minnesota's codes: what a code maps to, and what the array then holds."""

import pytest
from sandbox.world.oracle_district import District

APPROACHES = ("eeInstApproachAndImp", "instructionalApproaches", "InstructionalApproach")
INITIATIVES = ("eeSiteBasedInitAndImp", "siteBasedInitiatives", "SiteBasedInitiative")


def minnesota(code=None, other=None, array=APPROACHES):
    """A course with that code; another offering has an array, so that the pull shows one."""
    district = District("MN")
    district.course[array[0]], district.course["eeCurrAndImp"] = code, other
    entry = {"instructionalApproachDescriptor": "any"}
    district.offer(localCourseCode="GEO")["_ext"] = {"mn": {"instructionalApproaches": [entry]}}
    return district


def report(district, *entries, array=APPROACHES):
    """The array: (code, status) each; a text with `:` is a whole descriptor."""
    name = array[2][0].lower() + array[2][1:] + "Descriptor"
    district.offering["_ext"] = {
        "mn": {
            array[1]: [
                {
                    name: uri(district, array[2], code),
                    "implementationStatusDescriptor": uri(district, "ImplementationStatus", status),
                }
                for code, status in entries
            ]
        }
    }


def uri(district, kind, code):
    return code if code is None or ":" in code else district.uri(kind, code)


def spoken(district, **facts):
    """The rules about codes that speak of ALG."""
    return [
        one.rule_id
        for one in district.findings(**facts)
        if one.rule_id.startswith("MAP") and one.natural_key["localCourseCode"] == "ALG"
    ]


MAPPED = [
    (APPROACHES, "LIFULL", "LI", "FULL", ["MAP-005"]),
    (APPROACHES, "LX", "L", "X", []),
    (APPROACHES, "RYR1", "R", "YR1", []),
    (APPROACHES, "NONEX", "NONE", "X", []),
    (APPROACHES, " rfull ", "R", "FULL", []),
    (APPROACHES, "OTHER1YR2", "OTHER", "YR2", []),
    (INITIATIVES, "RPPMCEXP", "RPPM", "CEXP", []),
    (INITIATIVES, "NWX", "NW", "X", []),
    (INITIATIVES, "PYRAMIDCBEG", "PYRAMID", "CBEG", []),
    (INITIATIVES, "MMCCMNT", "MMC", "CMNT", []),
]


@pytest.mark.parametrize(("array", "code", "prefix", "status", "expected"), MAPPED)
def test_longest_prefix_and_longest_suffix(array, code, prefix, status, expected):
    """The right array is silent but for ambiguity; without it, MAP-001; a status lost, MAP-003."""
    district = minnesota(code, array=array)
    report(district, (prefix, status), array=array)
    assert spoken(district) == expected
    report(district, (prefix, None), array=array)
    assert spoken(district) == ["MAP-003", *expected]
    report(district, (prefix, "YR1" if status == "YR2" else "YR2"), array=array)
    assert spoken(district) == ["MAP-003", *expected]
    report(district, array=array)
    assert spoken(district) == ["MAP-001", *expected]


@pytest.mark.parametrize(
    "entries",
    [
        [("DR", "FULL")],
        [("ABA", "FULL"), ("DR", "FULL")],
        [("uri://ed-fi.org/InstructionalApproachDescriptor#ABA", "FULL")],
        [("aba", "FULL")],
    ],
)
def test_another_approach_or_one_more(entries):
    """MAP-001, by the whole descriptor; the status is not asked then."""
    district = minnesota("ABAFULL")
    report(district, *entries)
    assert spoken(district) == ["MAP-001"]


@pytest.mark.parametrize(
    ("code", "entries", "expected"),
    [
        (None, [("ABA", "FULL")], ["MAP-002"]),
        (" ", [("ABA", "FULL")], ["MAP-002"]),
        ("QFULL", [("ABA", "FULL")], ["MAP-002", "MAP-004"]),
        (None, [], []),
        ("QFULL", [], ["MAP-004"]),
        ("ABA", [("ABA", None)], ["MAP-004"]),
        ("ABA", [("ABA", "FULL")], ["MAP-004"]),
    ],
)
def test_codes_that_map_to_nothing(code, entries, expected):
    """MAP-002 with entries; MAP-004 for a prefix or a suffix that is not known."""
    district = minnesota(code)
    report(district, *entries)
    assert spoken(district) == expected


@pytest.mark.parametrize(
    ("code", "other", "status", "expected"),
    [
        ("ABA", "CREATIVEYR1", "YR1", ["MAP-004"]),
        ("ABA", "CREATIVEYR1", "YR2", ["MAP-003", "MAP-004"]),
        ("ABAFULL", "CREATIVEYR1", "FULL", ["MAP-009"]),
        ("ABAYR1", "CREATIVEYR1", "YR1", []),
        ("ABAYR1", "CREATIVE", "YR1", []),
    ],
)
def test_the_status_from_the_code_or_else_from_the_curriculum(code, other, status, expected):
    """MAP-009 when both have one and they differ."""
    district = minnesota(code, other)
    report(district, ("ABA", status))
    assert spoken(district) == expected


@pytest.mark.parametrize(("special", "expected"), [(0, ["MAP-006"]), (1, []), (None, ["MAP-006"])])
def test_the_transdisciplinary_approach(special, expected):
    """MAP-006: only with Special Education."""
    district = minnesota("TDX")
    district.course["specialEducation"] = special
    report(district, ("TD", "X"))
    assert spoken(district) == expected


@pytest.mark.parametrize(
    ("code", "centers", "expected"),
    [
        ("ABACBEG", (9,), ["MAP-007"]),
        ("ABACBEG", (9, 1302), []),
        ("ABACBEG", (), []),
        ("ABAFULL", (9,), []),
    ],
)
def test_a_status_of_centers_of_excellence(code, centers, expected):
    """MAP-007: at another school, where the settings list them."""
    district = minnesota(code)
    report(district, ("ABA", code[3:]))
    assert spoken(district, centers_of_excellence=centers) == expected


@pytest.mark.parametrize(
    ("code", "expected"), [("NONEX", []), ("NONEFULL", ["MAP-008"]), ("NONE", ["MAP-004"])]
)
def test_nothing_that_is_implemented(code, expected):
    """MAP-008: NONE goes with X alone."""
    district = minnesota(code)
    report(district, ("NONE", code[4:] or None))
    assert spoken(district) == expected


def test_each_entry_has_the_status():
    """MAP-003: of two entries of the one approach, one without."""
    district = minnesota("ABAFULL")
    report(district, ("ABA", "FULL"), ("ABA", None))
    assert spoken(district) == ["MAP-003"]


def test_any_of_several_courses_is_accepted():
    """The array may follow either course's code."""
    district = minnesota("ABAFULL")
    second = district.add_course("ALG", eeInstApproachAndImp="DRYR1")
    district.place(district.add_section(second, "02"), "Fall")
    report(district, ("DR", "YR1"))
    assert spoken(district) == []
    report(district, ("PAT", "YR1"))
    assert spoken(district) == ["MAP-001"]


def test_an_offering_that_is_not_there_or_a_pull_without_arrays():
    """MAP-001 is not judged; what the codes themselves tell, is."""
    district = minnesota("LIFULL")
    district.drop("courseOfferings", district.offering)
    assert spoken(district) == ["MAP-005"]
    district = District("MN")
    district.course["eeInstApproachAndImp"] = "ABAFULL"
    assert spoken(district) == []
    district.course["active"] = 0
    district.course["eeInstApproachAndImp"] = "Q"
    assert spoken(district) == []
