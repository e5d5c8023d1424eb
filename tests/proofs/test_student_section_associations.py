"""What a student section association must hold."""

from datetime import date

import pytest

PUBLIC, CHOICE = 1302, 7525
NAMESPACE = "uri://dpi.wi.gov/AttemptStatusDescriptor"
SESSION = {"school_id": PUBLIC, "school_year": 2026, "session_name": "Spring"}
BEGIN, END = date(2026, 1, 20), date(2026, 6, 5)
SESSIONS = [{**SESSION, "begin_date": BEGIN, "end_date": END}]
SECTION = {**SESSION, "local_course_code": "ALG-1", "section_identifier": "1"}
SCHOOLS = [
    {"school_id": PUBLIC, "local_education_agency_id": 48856},
    {
        "school_id": CHOICE,
        "school_categories": ["uri://dpi.wi.gov/SchoolCategoryDescriptor#Choice"],
    },
]


def row(student, **fields):
    """An association in good order, but for `fields`."""
    return {
        **SECTION,
        "student_unique_id": student,
        "begin_date": BEGIN,
        "end_date": END,
        "attempt_status_descriptor": f"{NAMESPACE}#S",
        **fields,
    }


def at_choice(**fields):
    return row("choice", school_id=CHOICE, **fields)


def given(*rows, **others):
    """The ODS: these associations beside the schools, and what else a proof names."""
    return {"schools": SCHOOLS, "student_section_associations": rows, **others}


def test_choice_schools_send_none(prove):
    """SSA-001 holds for every association of a Choice school, and for no other."""
    prove(
        "SSA-001",
        by="student_unique_id",
        ods=given(row("public"), at_choice(), row("unknown school", school_id=4711)),
        fails={"choice": "warning"},
        passes=["public", "unknown school"],
    )


def test_the_settings_may_name_choice_schools(prove):
    """Where the ODS does not say it, the settings do."""
    prove(
        "SSA-001",
        by="student_unique_id",
        choice_schools=(4711,),
        ods=given(row("public"), row("named", school_id=4711)),
        fails={"named": "warning"},
        passes=["public"],
    )


def test_begin_date(prove):
    """SSA-002: a begin date must be there."""
    prove(
        "SSA-002",
        by="student_unique_id",
        ods=given(row("none", begin_date=None), row("some"), at_choice(begin_date=None)),
        fails={"none": "error"},
        passes=["some"],
        outside=["choice"],
    )


def test_course_code(prove):
    """SSA-003: a blank is an error, a space at either edge a warning, one inside is nothing."""
    findings = prove(
        "SSA-003",
        by="student_unique_id",
        ods=given(
            row("null", local_course_code=None),
            row("blank", local_course_code="  "),
            row("leading", local_course_code=" ALG-1"),
            row("trailing", local_course_code="ALG-1 "),
            row("inside", local_course_code="ALG 1"),
            row("plain"),
            at_choice(local_course_code=None),
        ),
        fails={"null": "error", "blank": "error", "leading": "warning", "trailing": "warning"},
        passes=["inside", "plain"],
        outside=["choice"],
    )
    assert {row["student_unique_id"]: row["cause_key"] for row in findings} == {
        "null": None, "blank": None,
        "leading": "course:1302: ALG-1", "trailing": "course:1302:ALG-1 ",
    }  # fmt: skip


def test_school_id(prove):
    """SSA-004: a school of /schools is right, however short its id; an agency's code warns."""
    prove(
        "SSA-004",
        by="student_unique_id",
        lea_school_codes=("0714", "1302"),
        ods=given(
            row("null", school_id=None),
            row("unknown", school_id=4711),
            row("agency code", school_id=714),
            row("both"),
            at_choice(),
        ),
        fails={"null": "error", "unknown": "error", "agency code": "warning"},
        passes=["both"],
        outside=["choice"],
    )


def test_without_agency_codes_an_unknown_school_is_an_error(prove):
    """The warning of SSA-004 needs the list of agency codes."""
    prove(
        "SSA-004",
        by="student_unique_id",
        ods=given(row("agency code", school_id=714), row("known"), at_choice()),
        fails={"agency code": "error"},
        passes=["known"],
        outside=["choice"],
    )


def test_school_year(prove):
    """SSA-005: the audited year, neither another nor none."""
    prove(
        "SSA-005",
        by="student_unique_id",
        ods=given(
            row("null", school_year=None),
            row("last year", school_year=2025),
            row("begin year", school_year=2027),
            row("this year"),
            at_choice(school_year=2025),
        ),
        fails={"null": "error", "last year": "error", "begin year": "error"},
        passes=["this year"],
        outside=["choice"],
    )


def test_section_must_be_there(prove):
    """SSA-006 compares the whole section key; a null in another part of it is not judged here."""
    prove(
        "SSA-006",
        by="student_unique_id",
        ods=given(
            row("null", section_identifier=None),
            row("blank", section_identifier=" "),
            row("other section", section_identifier="2"),
            row("other course", local_course_code="ALG-2"),
            row("wrong session", session_name="Fall"),
            row("there"),
            row("no session", session_name=None),
            row("no course", local_course_code=" "),
            row("no school", school_id=None),
            row("no year", school_year=None),
            at_choice(section_identifier=None),
            sections=[SECTION],
        ),
        fails=dict.fromkeys(
            ["null", "blank", "other section", "other course", "wrong session"], "error"
        ),
        passes=["there"],
        outside=["no session", "no course", "no school", "no year", "choice"],
    )


def test_session_must_be_there(prove):
    """SSA-007 compares school, year and session name."""
    prove(
        "SSA-007",
        by="student_unique_id",
        ods=given(
            row("null", session_name=None),
            row("blank", session_name=""),
            row("wrong name", session_name="spring"),
            row("wrong year", school_year=2025),
            row("there"),
            row("no school", school_id=None),
            row("no year", school_year=None),
            at_choice(session_name=None),
            sessions=SESSIONS,
        ),
        fails=dict.fromkeys(["null", "blank", "wrong name", "wrong year"], "error"),
        passes=["there"],
        outside=["no school", "no year", "choice"],
    )


def test_student_must_be_there(prove):
    """SSA-008: unknown is an error; known, but not ten digits, a warning."""
    students = ["5281033584", "8660232105", "528103358", "52810335840", "A281033584"]
    prove(
        "SSA-008",
        by="student_unique_id",
        ods=given(
            row(None),
            row(" "),
            row("9999999999"),
            row("5281033584"),
            row("8660232105"),
            row("528103358"),
            row("52810335840"),
            row("A281033584"),
            row("local", school_id=CHOICE),
            students=[{"student_unique_id": student} for student in students],
        ),
        fails={
            "None": "error",
            " ": "error",
            "9999999999": "error",
            "528103358": "warning",
            "52810335840": "warning",
            "A281033584": "warning",
        },
        passes=["5281033584", "8660232105"],
        outside=["local"],
    )


def test_another_state_has_ids_of_another_form(prove):
    """The pattern is a setting and must match the whole id."""
    prove(
        "SSA-008",
        by="student_unique_id",
        student_id_pattern="[0-9]{6}|X[0-9]",
        ods=given(
            row("605475"),
            row("X1"),
            row("6054750"),
            row("5281033584", school_id=CHOICE),
            students=[{"student_unique_id": s} for s in ("605475", "X1", "6054750")],
        ),
        fails={"6054750": "warning"},
        passes=["605475", "X1"],
        outside=["5281033584"],
    )


@pytest.mark.parametrize(
    ("audit_date", "missing_end", "missing_status"),
    [
        (date(2026, 6, 4), "info", "warning"),
        (date(2026, 6, 5), "info", "warning"),
        (date(2026, 6, 6), "error", "error"),
        (date(2026, 6, 30), "error", "error"),
        (date(2026, 7, 1), "error", "error"),
    ],
    ids=["day before", "last day", "day after", "last of the year", "next year"],
)
def test_what_is_due_at_the_end_of_the_session(prove, audit_date, missing_end, missing_status):
    """SSA-009 and ATT-001 wait for the session's end; on its last day it is still in term."""
    ods = given(
        row("open", end_date=None),
        row("blank", attempt_status_descriptor=" "),
        row("null", attempt_status_descriptor=None),
        row("complete"),
        at_choice(end_date=None, attempt_status_descriptor=None),
        sessions=SESSIONS,
    )
    prove(
        "SSA-009",
        by="student_unique_id",
        audit_date=audit_date,
        ods=ods,
        fails={"open": missing_end},
        passes=["blank", "null", "complete"],
        outside=["choice"],
    )
    prove(
        "ATT-001",
        by="student_unique_id",
        audit_date=audit_date,
        ods=ods,
        fails={"blank": missing_status, "null": missing_status},
        passes=["open", "complete"],
        outside=["choice"],
    )


@pytest.mark.parametrize(
    ("audit_date", "severity"), [(date(2026, 6, 30), "info"), (date(2026, 7, 1), "error")]
)
@pytest.mark.parametrize("sessions", [[], [{**SESSION, "begin_date": BEGIN}]])
def test_a_session_without_an_end_ends_with_the_school_year(prove, sessions, audit_date, severity):
    """Whether the session is unknown or has no end date, 30 June is its last day."""
    prove(
        "SSA-009",
        by="student_unique_id",
        audit_date=audit_date,
        ods=given(
            row("open", end_date=None), row("ended"), at_choice(end_date=None), sessions=sessions
        ),
        fails={"open": severity},
        passes=["ended"],
        outside=["choice"],
    )


def test_a_missing_status_says_what_dpi_makes_of_it(prove):
    """A blank is read as Sufficient."""
    (finding,) = prove(
        "ATT-001",
        by="student_unique_id",
        ods=given(
            row("blank", attempt_status_descriptor=None),
            row("set"),
            at_choice(attempt_status_descriptor=None),
        ),
        fails={"blank": "warning"},
        passes=["set"],
        outside=["choice"],
    )
    assert "DPI treats a blank as Sufficient" in finding["observed"]


def test_attempt_status_is_the_states(prove):
    """ATT-002 compares namespace and code exactly; a blank is ATT-001 alone."""
    prove(
        "ATT-002",
        by="student_unique_id",
        ods=given(
            row(
                "core namespace",
                attempt_status_descriptor="uri://ed-fi.org/AttemptStatusDescriptor#S",
            ),
            row("lower case", attempt_status_descriptor=f"{NAMESPACE}#s"),
            row("space", attempt_status_descriptor=f"{NAMESPACE}#S "),
            row("word", attempt_status_descriptor=f"{NAMESPACE}#Sufficient"),
            row("bare code", attempt_status_descriptor="S"),
            row("sufficient"),
            row("insufficient", attempt_status_descriptor=f"{NAMESPACE}#I"),
            row("blank", attempt_status_descriptor=" "),
            row("null", attempt_status_descriptor=None),
            at_choice(attempt_status_descriptor="S"),
        ),
        fails=dict.fromkeys(
            ["core namespace", "lower case", "space", "word", "bare code"], "error"
        ),
        passes=["sufficient", "insufficient"],
        outside=["blank", "null", "choice"],
    )


def test_begin_is_not_after_end(prove):
    """SSA-011 judges rows that have both dates; one day long is long enough."""
    prove(
        "SSA-011",
        by="student_unique_id",
        ods=given(
            row("ends before", end_date=date(2026, 1, 19)),
            row("one day", end_date=BEGIN),
            row("longer"),
            row("open", end_date=None),
            row("no begin", begin_date=None),
            at_choice(end_date=date(2026, 1, 19)),
        ),
        fails={"ends before": "error"},
        passes=["one day", "longer"],
        outside=["open", "no begin", "choice"],
    )


def test_dates_lie_in_the_school_year(prove):
    """SSA-012: 1 July to 30 June of the record's own year; what is null is not judged."""
    prove(
        "SSA-012",
        by="student_unique_id",
        ods=given(
            row("30 June before", begin_date=date(2025, 6, 30)),
            row("1 July after", end_date=date(2026, 7, 1)),
            row("only an end", begin_date=None, end_date=date(2026, 7, 1)),
            row("year before", begin_date=date(2024, 9, 2), end_date=date(2025, 6, 5)),
            row("first day", begin_date=date(2025, 7, 1)),
            row("last day", end_date=date(2026, 6, 30)),
            row("open", end_date=None),
            row(
                "own year", school_year=2023, begin_date=date(2022, 7, 2), end_date=date(2023, 6, 5)
            ),
            row("no dates", begin_date=None, end_date=None),
            row("no year", school_year=None, begin_date=date(2024, 9, 2)),
            at_choice(begin_date=date(2025, 6, 30)),
        ),
        fails=dict.fromkeys(
            ["30 June before", "1 July after", "only an end", "year before"], "error"
        ),
        passes=["first day", "last day", "open", "own year"],
        outside=["no dates", "no year", "choice"],
    )
