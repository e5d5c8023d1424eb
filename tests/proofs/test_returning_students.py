"""Students who left a section and came back: use cases 6.6 and 6.7."""

from datetime import date

import pytest
from campus import SPRING
from outcomes import (
    BEGIN,
    LEFT,
    RETURN,
    I,
    S,
    association,
    converted,
    grade,
    returning,
    roster,
)

INVALID = "uri://ed-fi.org/AttemptStatusDescriptor#S"
OTHERS = ["2025-08-25", "2025-11-25"]


def another(first, last):
    """Two associations of another returning student, on days of their own: `OTHERS`."""
    days = (date(2025, 8, 25), date(2025, 11, 25))
    rows = returning("another", first, last)
    return [{**row, "begin_date": day} for row, day in zip(rows, days, strict=True)]


@pytest.mark.parametrize(
    ("first", "last", "wrong"),
    [
        (I, S, []),
        (S, S, [BEGIN]),
        (I, I, [RETURN]),
        (S, I, [BEGIN, RETURN]),
    ],
    ids=["I S", "S S", "I I", "S I"],
)
def test_with_a_grade_the_last_one_is_sufficient(prove, first, last, wrong):
    """ATT-016: the last association is S and the one before is I, wherever the grade stands."""
    dated = BEGIN if wrong else RETURN
    prove(
        "ATT-016",
        by="begin_date",
        ods=roster(
            [*returning("returned", first, last), *another(I, I)],
            [grade("returned", begin_date=dated)],
        ),
        fails={str(day): "warning" for day in wrong},
        passes=[str(day) for day in (BEGIN, RETURN) if day not in wrong],
        outside=OTHERS,
    )


@pytest.mark.parametrize(
    ("first", "last", "wrong"),
    [
        (I, I, []),
        (S, S, [BEGIN, RETURN]),
        (I, S, [RETURN]),
        (S, I, [BEGIN]),
    ],
    ids=["I I", "S S", "I S", "S I"],
)
def test_without_a_grade_all_are_insufficient(prove, first, last, wrong):
    """ATT-017: every association is I; Not Graded is no grade."""
    not_graded = [converted("returned", "Not Graded")] if wrong else []
    prove(
        "ATT-017",
        by="begin_date",
        ods=roster(
            [*returning("returned", first, last), *another(I, S)],
            [*not_graded, grade("another")],
        ),
        fails={str(day): "warning" for day in wrong},
        passes=[str(day) for day in (BEGIN, RETURN) if day not in wrong],
        outside=OTHERS,
    )


def test_three_associations(prove):
    """ATT-016: the latest of all is the last one, in whatever order they come."""
    middle = association("returned", S, begin_date=LEFT, end_date=LEFT)
    first, last = returning("returned", I, S)
    prove(
        "ATT-016",
        by="begin_date",
        ods=roster([last, middle, first, *another(I, I)], [grade("returned")]),
        fails={str(LEFT): "warning"},
        passes=[str(BEGIN), str(RETURN)],
        outside=OTHERS,
    )


@pytest.mark.parametrize("rule", ["ATT-016", "ATT-017"])
def test_an_association_without_a_status_is_left_to_its_own_rule(prove, rule):
    """ATT-016 and ATT-017 judge one by one: a blank or invalid one excuses no other."""
    names = ("none", "blank", "invalid")
    rows = [
        row
        for name, status in zip(names, (None, " ", INVALID), strict=True)
        for row in returning(name, S, status)
    ]
    graded = names if rule == "ATT-016" else ("only",)
    prove(
        rule,
        by="student_unique_id",
        ods=roster([*rows, association("only")], [grade(name) for name in graded]),
        fails=dict.fromkeys(names, "warning"),
        passes=[],
        outside=[*names, "only"],
    )


def test_who_has_returned(prove):
    """ATT-016: two keys of one student and section; a copy, another section or student is none."""
    first, last = returning("returned", S, S)
    prove(
        "ATT-016",
        by="student_unique_id",
        ods=roster(
            [
                first,
                last,
                association("copied", I, id="1"),
                association("copied", I, id="2"),
                association("sections", I),
                association("sections", I, section="ART", begin_date=RETURN),
                association("sessions", I, begin_date=RETURN, session_name="Spring"),
                association("sessions", I),
                association("no begin", I),
                association("no begin", I, begin_date=None),
            ],
            [grade(name) for name in ("returned", "copied", "sections", "sessions", "no begin")],
        ),
        fails={"returned": "warning"},
        passes=["returned"],
        outside=["copied", *("sections", "sessions", "no begin") * 2],
    )


@pytest.mark.parametrize(("rule", "last"), [("ATT-016", I), ("ATT-017", S)])
def test_while_the_session_runs_nothing_is_said(prove, rule, last):
    """ATT-016, ATT-017: Spring's last day is no end; Fall is over."""
    graded = ("runs", "over") if rule == "ATT-016" else ("only",)
    prove(
        rule,
        by="student_unique_id",
        audit_date=SPRING[1],
        ods=roster(
            [
                *returning("runs", I, last, session_name="Spring"),
                *returning("over", I, last),
                association("only"),
            ],
            [
                *(grade(name) for name in graded),
                *(grade(name, session_name="Spring") for name in graded),
            ],
        ),
        fails={"over": "warning"},
        passes=["over"],
        outside=["runs", "runs", "only"],
    )
