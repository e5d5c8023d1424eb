"""Students who leave a section and come back: more than one association with one section."""

from datetime import date

import pytest

SECTION = {
    "school_id": 1302,
    "school_year": 2026,
    "session_name": "Fall",
    "local_course_code": "WELD-1",
    "section_identifier": "1",
    "student_unique_id": "5281033584",
}
CHOICE = 7525
AGENCY = 48856
TYPE = "uri://dpi.wi.gov/ProgramTypeDescriptor#"


def row(begin, end, **fields):
    dates = {
        "begin_date": date.fromisoformat(begin) if begin else None,
        "end_date": date.fromisoformat(end) if end else None,
    }
    return {**SECTION, **dates, **fields}


def program(name, type_=f"{TYPE}Dual", agency=AGENCY):
    return {
        "education_organization_id": agency,
        "program_name": name,
        "program_type_descriptor": type_,
    }


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("2025-08-10", "2025-10-11"), ("2025-10-10", "2025-12-20")),
        (("2025-08-10", None), ("2025-10-10", "2025-12-20")),
        (("2025-08-10", "2026-01-31"), ("2025-10-10", "2025-12-20")),
        (("2025-08-10", None), ("2025-10-10", None)),
    ],
    ids=["one day over", "first is open", "within", "both open"],
)
def test_overlap(prove, first, second):
    """SSA-014 fails the association that begins before an earlier one has ended."""
    prove(
        "SSA-014",
        by="begin_date",
        choice_schools=(CHOICE,),
        ods={
            "student_section_associations": [
                row(*first),
                row(*second),
                row("2025-07-01", None, school_id=CHOICE),
                row("2025-07-02", None, school_id=CHOICE),
            ]
        },
        fails={"2025-10-10": "error"},
        passes=["2025-08-10"],
        outside=["2025-07-01", "2025-07-02"],
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("2025-08-10", "2025-10-01"), ("2025-10-10", "2025-12-20")),
        (("2025-08-10", "2025-10-10"), ("2025-10-10", "2025-12-20")),
        (("2025-08-10", "2025-10-01"), ("2025-10-10", None)),
    ],
    ids=["apart", "touching", "last is open"],
)
def test_no_overlap(prove, first, second):
    """A second association may begin on the day the first ends; a null part is not judged."""
    prove(
        "SSA-014",
        by="begin_date",
        choice_schools=(CHOICE,),
        ods={
            "student_section_associations": [
                row(*first),
                row(*second),
                row(None, "2025-12-20"),
                row("2025-07-01", "2025-12-20", school_id=CHOICE),
                row("2025-07-02", "2025-12-20", school_id=CHOICE),
            ]
        },
        fails={},
        passes=["2025-08-10", "2025-10-10"],
        outside=["None", "2025-07-01", "2025-07-02"],
    )


def test_every_association_is_held_against_all_earlier_ones(prove):
    """A long first association overlaps the third as well, though the second has ended."""
    prove(
        "SSA-014",
        by="begin_date",
        choice_schools=(CHOICE,),
        ods={
            "student_section_associations": [
                row("2025-08-10", "2025-12-20"),
                row("2025-09-01", "2025-09-05"),
                row("2025-10-10", "2025-10-20"),
                row("2025-07-01", None, school_id=CHOICE),
                row("2025-07-02", None, school_id=CHOICE),
            ]
        },
        fails={"2025-09-01": "error", "2025-10-10": "error"},
        passes=["2025-08-10"],
        outside=["2025-07-01", "2025-07-02"],
    )


def test_two_records_with_one_key_are_one_finding(prove):
    """An identical key fails once, whichever the end dates are."""
    prove(
        "SSA-014",
        by="begin_date",
        choice_schools=(CHOICE,),
        ods={
            "student_section_associations": [
                row("2025-08-10", "2025-10-10", id="1" * 32),
                row("2025-08-10", "2025-08-10", id="2" * 32),
                row("2025-10-10", "2025-12-20"),
                row("2025-07-01", None, school_id=CHOICE),
            ]
        },
        fails={"2025-08-10": "error"},
        passes=["2025-10-10"],
        outside=["2025-07-01"],
    )


def test_another_section_or_student_does_not_overlap(prove):
    """Every part of the logical section counts, and so does the student."""
    others = [
        {"local_course_code": "WELD-2"},
        {"section_identifier": "2"},
        {"session_name": "Spring"},
        {"student_unique_id": "8660232105"},
        {"school_id": 7526},
        {"school_year": 2027},
    ]
    prove(
        "SSA-014",
        by="begin_date",
        choice_schools=(CHOICE,),
        ods={
            "student_section_associations": [
                row("2025-08-10", None),
                *(row(f"2025-09-{n + 1:02}", None, **other) for n, other in enumerate(others)),
                row("2025-07-01", None, school_id=CHOICE),
            ]
        },
        fails={},
        passes=["2025-08-10", *(f"2025-09-{n + 1:02}" for n in range(len(others)))],
        outside=["2025-07-01"],
    )


def returning(first, second, place="wi_programs"):
    """A student who was out for nine days, with these programs before and after."""
    return [
        row("2025-08-10", "2025-10-01", **{place: first}),
        row("2025-10-10", "2025-12-20", **{place: second}),
        row("2025-08-11", "2025-10-01", school_id=CHOICE, wi_programs=[program("Co-op")]),
        row("2025-10-11", "2025-12-20", school_id=CHOICE),
    ]


@pytest.mark.parametrize("place", ["programs", "wi_programs"])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([program("Co-op")], None),
        ([program("Co-op")], []),
        ([program("Co-op"), program("College")], [program("College")]),
        ([program("Co-op")], [program("Co-op", f"{TYPE}WBL"), program("Co-op", agency=1)]),
    ],
    ids=["none", "empty", "one of two", "other type or agency"],
)
def test_a_returning_student_keeps_the_program(prove, first, second, place):
    """CTE-009 fails the association that lacks a program which another one of the student has."""
    also = {"2025-08-10": "error"} if second and len(second) == 2 else {}
    prove(
        "CTE-009",
        by="begin_date",
        choice_schools=(CHOICE,),
        ods={"student_section_associations": returning(first, second, place)},
        fails={"2025-10-10": "error", **also},
        passes=[] if also else ["2025-08-10"],
        outside=["2025-08-11", "2025-10-11"],
    )


def test_the_same_programs_in_either_place(prove):
    """CTE-009 does not care whether a program stands in core or in the extension."""
    rows = returning([program("Co-op")], None)
    rows[1]["programs"] = [program("Co-op")]
    prove(
        "CTE-009",
        by="begin_date",
        choice_schools=(CHOICE,),
        ods={"student_section_associations": rows},
        fails={},
        passes=["2025-08-10", "2025-10-10"],
        outside=["2025-08-11", "2025-10-11"],
    )


def test_what_cte_009_leaves_alone(prove):
    """One association, no program anywhere, or a program of which a part is missing."""
    rows = returning([program("Co-op")], [program("Co-op", None)])
    once = row("2025-09-01", "2025-12-20", section_identifier="2", programs=[program("Co-op")])
    plain = [
        row("2025-09-02", "2025-10-01", section_identifier="3"),
        row("2025-10-02", "2025-12-20", section_identifier="3"),
    ]
    prove(
        "CTE-009",
        by="begin_date",
        choice_schools=(CHOICE,),
        ods={"student_section_associations": [*rows, once, *plain]},
        fails={},
        passes=["2025-08-10"],
        outside=[
            *("2025-10-10", "2025-09-01", "2025-09-02", "2025-10-02"),
            *("2025-08-11", "2025-10-11"),
        ],
    )


@pytest.mark.parametrize("ids", [("1", "2"), ("1", "1"), (None, "1"), (None, None)])
def test_of_two_records_with_one_key_one_is_judged(prove, ids):
    """SSA-014 tells of the duplicate once, whether or not the ODS's ids are there."""
    twice = [row("2025-08-10", "2025-12-20", id=one) for one in ids]
    prove(
        "SSA-014",
        by="begin_date",
        choice_schools=(CHOICE,),
        ods={
            "student_section_associations": [
                *twice,
                row("2025-07-02", None, student_unique_id="once"),
                row(None, None, student_unique_id="no date"),
                row(None, None, student_unique_id="no date"),
                row("2025-07-01", None, school_id=CHOICE),
            ]
        },
        fails={"2025-08-10": "error"},
        passes=["2025-07-02"],
        outside=["2025-07-01", None, None],
    )
