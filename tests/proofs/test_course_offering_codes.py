"""What a course's codes stand for, beside the arrays of its offerings in the ODS."""

import csv
from dataclasses import dataclass

import pytest
from campus import Campus, ods, offering
from proof import World

from edfi_audit import bundled

MN = "uri://education.mn.gov"


@dataclass(frozen=True)
class Array:
    """One of the two arrays: its name, where its code is, and where it lies in the ODS."""

    name: str
    code: str
    table: str
    field: str
    kind: str

    def entry(self, code, status=None, namespace=MN):
        """An entry of the array in the ODS; without a code or a status, null."""
        kinds = {self.field: (self.kind, code), "implementation_status": (STATUS, status)}
        return {
            f"{field}_descriptor": f"{namespace}/{kind}Descriptor#{found}" if found else None
            for field, (kind, found) in kinds.items()
        }

    def in_ods(self, entries):
        """An ODS with the offerings of these sections, and in the array what each of them gives."""
        return ods(course_offerings=[offering(name, **{self.table: e}) for name, e in entries])


STATUS = "ImplementationStatus"
APPROACHES = Array(
    "instructionalApproaches", "eeInstApproachAndImp", "instructional_approaches",
    "instructional_approach", "InstructionalApproach",
)  # fmt: skip
INITIATIVES = Array(
    "siteBasedInitiatives", "eeSiteBasedInitAndImp", "site_based_initiatives",
    "site_based_initiative", "SiteBasedInitiative",
)  # fmt: skip
ARRAYS = pytest.mark.parametrize("array", [APPROACHES, INITIATIVES], ids=lambda one: one.name)


def with_courses(courses):
    """A campus with these sections, each of a course with these columns."""
    campus = Campus()
    for name, columns in courses.items():
        campus.section(name, course=columns)
    return campus


def with_codes(array, *codes, **columns):
    """A campus with a course for each code, and of its name."""
    return with_courses({code: {array.code: code, **columns} for code in codes})


def by_course(*names):
    return [f"{name}-course" for name in names]


def failing(severity, *names):
    return dict.fromkeys(by_course(*names), severity)


@ARRAYS
def test_the_array_holds_what_the_code_stands_for(prove, array):
    """MAP-001: one entry, of the longest prefix, as a full descriptor; blank codes are MAP-002."""
    entries = {
        "right": [array.entry("NONE")],
        "with status": [array.entry("NONE", "X")],
        "twice": [array.entry("NONE", "X"), array.entry("NONE")],
        "empty": [],
        "null": None,
        "another": [array.entry("OTHER")],
        "one more": [array.entry("NONE"), array.entry("OTHER")],
        "no descriptor": [array.entry(None)],
        "other namespace": [array.entry("NONE", namespace="uri://ed-fi.org")],
        "lower case": [array.entry("none")],
    }
    campus = with_courses(
        {name: {array.code: " nonex "} for name in (*entries, "not in the ODS")}
        | {"blank": {array.code: " "}, "unknown": {array.code: "ZX"}, "inactive": {"active": False}}
    )
    records = array.in_ods([*entries.items(), ("blank", []), ("unknown", []), ("inactive", [])])
    findings = prove(
        "MAP-001",
        by="local_course_code",
        profile="MN",
        ods=records,
        sis=campus.sis,
        fails=failing(
            "warning", "empty", "null", "another", "one more", "no descriptor", "other namespace",
            "lower case",
        ),
        passes=by_course("right", "with status", "twice"),
        outside=by_course(
            *entries, "not in the ODS", "not in the ODS", "blank", "blank", "unknown", "unknown"
        ),
    )  # fmt: skip
    assert {row["expected"] for row in findings} == {
        f"{MN}/{array.kind}Descriptor#NONE with {MN}/ImplementationStatusDescriptor#X"
    }


@ARRAYS
def test_without_a_mapped_code_there_is_no_array(prove, array):
    """MAP-002: "no value is selected in the drop list", or one without a known beginning."""
    codes = {"blank": " ", "null": None, "unknown": "ZFULL", "no array": None, "mapped": "NONEX"}
    campus = with_courses({name: {array.code: code} for name, code in codes.items()})
    found = [(name, [] if name == "no array" else [array.entry("NONE")]) for name in codes]
    prove(
        "MAP-002",
        by="local_course_code",
        profile="MN",
        ods=array.in_ods(found),
        sis=campus.sis,
        fails=failing("warning", "blank", "null", "unknown"),
        # the other array of each offering is blank, and not in the ODS
        passes=by_course("no array", *codes),
        outside=by_course("mapped"),
    )


@ARRAYS
def test_the_status_is_the_code_s_or_the_curriculum_s(prove, array):
    """MAP-003: the code's own ending, else that of Curriculum and Implementation; a blank fails."""
    full = {array.code: "NONEFULL", "eeCurrAndImp": "AYR1"}
    year = {array.code: "NONE", "eeCurrAndImp": "ayr1 "}
    entries = {
        "own": (full, [array.entry("NONE", "FULL")]),
        "own lacks": (full, [array.entry("NONE")]),
        "own differs": (full, [array.entry("NONE", "YR1")]),
        "curriculum": (year, [array.entry("NONE", "YR1")]),
        "curriculum lacks": (year, [array.entry("NONE")]),
        "one of two": (full, [array.entry("NONE", "FULL"), array.entry("NONE")]),
        "no status": ({array.code: "NONE", "eeCurrAndImp": "A"}, [array.entry("NONE", "YR1")]),
        "wrong code": (full, [array.entry("OTHER", "YR1")]),
        "unmapped": ({array.code: "FULL"}, []),
    }
    prove(
        "MAP-003",
        by="local_course_code",
        profile="MN",
        ods=array.in_ods([(name, found) for name, (_, found) in entries.items()]),
        sis=with_courses({name: columns for name, (columns, _) in entries.items()}).sis,
        fails=failing("warning", "own lacks", "own differs", "curriculum lacks", "one of two"),
        passes=by_course("own", "curriculum"),
        outside=by_course(*entries, "no status", "wrong code", "unmapped"),
    )


def test_of_several_courses_any_one_s_code_is_accepted(tmp_path):
    """MAP-001 and 003: courses of one number are one offering; one that is not sent has no say."""
    entry = APPROACHES.entry
    found = {
        "first": [entry("ABA", "FULL")],
        "second": [entry("DR", "YR1")],
        "mixed": [entry("ABA", "YR1")],
        "unsent": [entry("TE", "X")],
        "none": [],
        "none or one": [],
        "without status": [entry("DR")],
    }
    campus = with_codes(APPROACHES)
    for name in found:
        second = {"none or one": None, "without status": "DR"}.get(name, "DRYR1")
        courses = {"": "ABAFULL", " 2": second, " unsent": "TEX"}
        for number, (suffix, code) in enumerate(courses.items()):
            columns = {"number": f"{name}-course", APPROACHES.code: code, "active": number < 2}
            campus.section(name + suffix, course=columns)
    rows = World.of(tmp_path, APPROACHES.in_ods(found.items()), campus.sis, profile="MN").rows(
        "course_offering_codes"
    )
    assert {
        row["local_course_code"].removesuffix("-course"): (
            row["array_agrees"], row["status_agrees"]
        )
        for row in rows
        if row["array_name"] == APPROACHES.name
    } == {
        "first": (True, True),
        "second": (True, True),
        "mixed": (True, False),
        "unsent": (False, None),
        "none": (False, None),
        "none or one": (True, None),
        "without status": (True, True),
    }  # fmt: skip


def test_an_offering_goes_by_its_key_in_the_ods(tmp_path):
    """One that the mapping knows by an old number and school; Campus tells which school it is."""
    campus = with_codes(APPROACHES, "ABACEXP")
    campus.maps("courseOfferings", "Course", "ABACEXP-course", f"{1:032x}")
    entries = [APPROACHES.entry("ABA", "CEXP")]
    old = offering("old", id=f"{1:032x}", school_id=1303, instructional_approaches=entries)
    world = World.of(
        tmp_path, ods(course_offerings=[old]), campus.sis, profile="MN",
        centers_of_excellence=(1302,),
    )  # fmt: skip
    rows = {row["array_name"]: row for row in world.rows("course_offering_codes")}
    assert {(row["school_id"], row["local_course_code"]) for row in rows.values()} == {
        (1303, "old-course")
    }
    approaches = rows[APPROACHES.name]
    assert (approaches["array_agrees"], approaches["may_have_status"]) == (True, True)


def test_an_ods_that_shows_no_array_is_not_judged(tmp_path):
    """MAP-001 to 003: nothing tells whether the arrays are there at all."""
    campus = with_codes(APPROACHES, "ABAX")
    records = APPROACHES.in_ods([("ABAX", [])])
    rows = World.of(tmp_path, records, campus.sis, profile="MN").rows("course_offering_codes")
    assert {row["code"] for row in rows} == {"ABAX", None}
    for check in ("array_agrees", "array_is_absent", "status_agrees"):
        assert {row[check] for row in rows} == {None}


@ARRAYS
def test_a_code_has_a_known_beginning_and_ending(prove, array):
    """MAP-004: an ending of another field does not help; upper and lower case are one."""
    codes = ("NONEX", "noneyr2", "NONE", "ZZX", "X", "NONEXX", "NONEX1", "ZNONEX")
    campus = with_codes(array, *codes, eeCurrAndImp="AFULL")
    campus.section("blank", course={array.code: ""})
    prove(
        "MAP-004",
        by="local_course_code",
        profile="MN",
        ods=ods(),
        sis=campus.sis,
        fails=failing("info", "NONE", "ZZX", "X", "NONEX1", "ZNONEX"),
        passes=by_course("NONEX", "noneyr2", "NONEXX"),
        outside=by_course(*codes, "blank", "blank"),
    )


READ = [
    (APPROACHES, "LIFULL", "LI", "FULL"),
    (APPROACHES, "LX", "L", "X"),
    (APPROACHES, "RYR1", "R", "YR1"),
    (APPROACHES, "NONEX", "NONE", "X"),
    (INITIATIVES, "RPPMCEXP", "RPPM", "CEXP"),
    (INITIATIVES, "NWX", "NW", "X"),
]


def test_the_longest_prefix_and_the_longest_suffix_count(tmp_path):
    """MAP-005's fixtures: each code is read as the specification's lists say."""
    campus = Campus()
    for array, code, *_ in READ:
        campus.section(code, course={array.code: code})
    rows = World.of(tmp_path, ods(), campus.sis, profile="MN").rows("course_offering_codes")
    assert {(row["code"], row["prefix"], row["status"]) for row in rows if row["code"]} == {
        (code, prefix, status) for _, code, prefix, status in READ
    }


def test_a_code_may_begin_like_two_of_the_list(prove):
    """MAP-005: LI and L both begin LIFULL; R begins none of the others."""
    campus = Campus()
    for array, code, *_ in READ:
        campus.section(code, course={array.code: code})
    campus.section("unknown", course={APPROACHES.code: "ZX"})
    findings = prove(
        "MAP-005",
        by="local_course_code",
        profile="MN",
        ods=ods(),
        sis=campus.sis,
        fails=failing("info", "LIFULL"),
        passes=by_course(*(code for _, code, *_ in READ[1:])),
        outside=by_course(*(code for _, code, *_ in READ), "unknown", "unknown"),
    )
    assert [row["observed"] for row in findings] == ["LIFULL is read as LI, the longest"]


def test_the_transdisciplinary_approach_is_special_education_s(prove):
    """MAP-006: TD on a course that is not marked; as an initiative's code it is none."""
    codes = {"special": True, "not special": False, "not marked": None}
    campus = with_courses(
        {name: {APPROACHES.code: "TDX", "specialEducation": is_} for name, is_ in codes.items()}
        | {"other": {APPROACHES.code: "TEX"}, "initiative": {INITIATIVES.code: "TDX"}}
    )
    prove(
        "MAP-006",
        by="local_course_code",
        profile="MN",
        ods=ods(),
        sis=campus.sis,
        fails=failing("warning", "not special", "not marked"),
        passes=by_course("special"),
        outside=by_course(*codes, "other", "other", "initiative", "initiative"),
    )


@ARRAYS
@pytest.mark.parametrize(("centers", "allowed"), [((1302,), True), ((1303,), False)])
def test_some_statuses_are_for_centers_of_excellence(prove, array, centers, allowed):
    """MAP-007: beginning, expanding and maintaining, at schools that the settings do not name."""
    only = ("NONECBEG", "NONECEXP", "NONECMNT")
    campus = with_codes(array, *only, "NONEFULL", "NONE", "ZCBEG")
    campus.section("curriculum", course={array.code: "NONE", "eeCurrAndImp": "ACBEG"})
    every = by_course(*only, "curriculum", "NONEFULL", "NONE", "ZCBEG")
    prove(
        "MAP-007",
        by="local_course_code",
        profile="MN",
        ods=ods(),
        sis=campus.sis,
        centers_of_excellence=centers,
        fails={} if allowed else failing("info", *only, "curriculum"),
        passes=by_course("NONEFULL", *((*only, "curriculum") if allowed else ())),
        outside=[*every, *by_course("NONE", "ZCBEG")],
    )


def test_without_centers_of_excellence_map_007_is_not_evaluated(tmp_path):
    """The settings name none, and that is the reason."""
    reason = World.of(tmp_path).inputs.reason_for(["settings.centers_of_excellence"])
    assert reason == "[audit] centers_of_excellence names none"


@ARRAYS
def test_nothing_used_has_no_status(prove, array):
    """MAP-008: NONE goes with X; without an ending there is nothing to contradict."""
    codes = ("NONEX", "NONEFULL", "NONEYR1", "NONE")
    campus = with_codes(array, *codes, eeCurrAndImp="AYR2")
    campus.section("other", course={array.code: {"i": "ABAFULL", "s": "NWFULL"}[array.name[0]]})
    prove(
        "MAP-008",
        by="local_course_code",
        profile="MN",
        ods=ods(),
        sis=campus.sis,
        fails=failing("info", "NONEFULL", "NONEYR1"),
        passes=by_course("NONEX"),
        outside=by_course(*codes, "NONE", "other", "other"),
    )


@ARRAYS
def test_two_fields_tell_the_status(prove, array):
    """MAP-009: the code's ending and that of Curriculum and Implementation, where both are."""
    courses = {
        "same": ("NONEYR1", "AYR1"),
        "different": ("NONEYR1", "AYR2"),
        "no code's": ("NONE", "AYR2"),
        "no curriculum's": ("NONEYR1", "A"),
        "no curriculum": ("NONEYR1", None),
        "blank": (None, "AYR2"),
    }
    campus = with_courses(
        {name: {array.code: one, "eeCurrAndImp": other} for name, (one, other) in courses.items()}
    )
    prove(
        "MAP-009",
        by="local_course_code",
        profile="MN",
        ods=ods(),
        sis=campus.sis,
        fails=failing("info", "different"),
        passes=by_course("same"),
        outside=by_course(*courses, "no code's", "no curriculum's", "no curriculum", "blank"),
    )


@pytest.mark.parametrize(
    ("file", "codes"),
    [
        ("instructional_approaches", "ABA DR NONE OTHER ISB TD PAT R TE LI PSP SBR L"),
        ("site_based_initiatives", "CLASS FGRBI MMC MRC NONE NW PBIS PECC PYRAMID RPPM"),
        ("implementation_statuses", "CBEG CEXP CMNT FULL X YR1 YR2"),
    ],
)
def test_the_lists_are_the_specification_s(file, codes):
    """13 approaches, 10 initiatives and 7 statuses, in the specification's order."""
    path = bundled.expectations() / "reference" / f"{file}.csv"
    with path.open(encoding="utf-8") as lines:
        assert [row["code"] for row in csv.DictReader(lines)] == codes.split()


@pytest.mark.parametrize("profile", ["WI", "NE"])
def test_other_states_report_no_codes(tmp_path, profile):
    """The arrays are Minnesota's: elsewhere nothing is looked at."""
    campus = with_codes(APPROACHES, "ABAX")
    campus.student("s1")
    campus.takes("ABAX", "s1")
    world = World.of(tmp_path, ods(), campus.sis, profile=profile)
    assert world.rows("course_offering_codes") == []
    assert {row["absence_reason"] for row in world.rows("offering_courses")} == {None}
