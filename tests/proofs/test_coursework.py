"""Coursework enrolments: "Roster data only for the one or two courses taken"."""

from datetime import date

PUBLIC, CHOICE = 1302, 7525
TYPE = "uri://dpi.wi.gov/EnrollmentTypeDescriptor#"
SCHOOLS = [
    {"school_id": PUBLIC},
    {
        "school_id": CHOICE,
        "school_categories": ["uri://dpi.wi.gov/SchoolCategoryDescriptor#Choice"],
    },
]


def enrolled(student, type_="C", **fields):
    """A Coursework enrolment, but for `fields`."""
    return {
        "student_unique_id": student,
        "school_id": PUBLIC,
        "school_year": 2026,
        "entry_date": date(2026, 1, 20),
        "enrollment_type_descriptor": type_ and TYPE + type_,
        **fields,
    }


def sections(student, *numbers, session="Spring", begin=date(2026, 1, 20), **fields):
    """Associations with these sections."""
    return [
        {
            "school_id": PUBLIC,
            "school_year": 2026,
            "session_name": session,
            "local_course_code": "ALG-1",
            "section_identifier": number,
            "student_unique_id": student,
            "begin_date": begin,
            **fields,
        }
        for number in numbers
    ]


def given(*rows, rosters=()):
    return {
        "schools": SCHOOLS,
        "student_school_associations": rows,
        "student_section_associations": [row for each in rosters for row in each],
    }


def test_a_coursework_enrolment_has_a_section(prove):
    """SSA-021: from the entry date on, at this very school."""
    prove(
        "SSA-021",
        by="student_unique_id",
        ods=given(
            enrolled("none"),
            enrolled("since today", entry_date=date(2026, 6, 20)),
            enrolled("left", exit_withdraw_date=date(2026, 1, 21)),
            enrolled("elsewhere"),
            enrolled("last year"),
            enrolled("by flag", type_=None, primary_school=False),
            enrolled("year unknown", school_year=None),
            enrolled("one"),
            enrolled("several"),
            enrolled("from tomorrow", entry_date=date(2026, 6, 21)),
            enrolled("primary", type_="P", primary_school=False),
            enrolled("other", type_="PPP"),
            enrolled("unknown", type_=None),
            enrolled("another year", school_year=2025),
            enrolled(None),
            enrolled("no school", school_id=None),
            enrolled("choice", school_id=CHOICE),
            rosters=[
                sections("elsewhere", "1", school_id=1303),
                sections("last year", "1", school_year=2025),
                sections("one", "1"),
                sections("several", "1", "2", "3", "4", "5"),
            ],
        ),
        fails=dict.fromkeys(
            ["none", "since today", "left", "elsewhere", "last year", "by flag", "year unknown"],
            "warning",
        ),
        passes=["one", "several"],
        outside=[
            "from tomorrow", "primary", "other", "unknown", "another year", None, "no school",
            "choice",
        ],
    )  # fmt: skip


def test_a_coursework_student_takes_few_sections(prove):
    """SSA-022: four in a session are in order, five are not; a return is no further section."""
    findings = prove(
        "SSA-022",
        by="student_unique_id",
        threshold="coursework_sections",
        ods=given(
            enrolled("five"),
            enrolled("four"),
            enrolled("four, one twice"),
            enrolled("four in each"),
            enrolled("four, and one that is no section"),
            enrolled("four, and more elsewhere"),
            enrolled("four, and more last year"),
            enrolled("none"),
            enrolled("primary", type_="P"),
            enrolled("another year", school_year=2025),
            enrolled("choice", school_id=CHOICE),
            rosters=[
                sections("five", *"12345"),
                sections("five", *"1234", session="Fall"),
                sections("four", *"1234"),
                sections("four, one twice", *"1234"),
                sections("four, one twice", "1", begin=date(2026, 3, 2)),
                sections("four in each", *"1234"),
                sections("four in each", *"5678", session="Fall"),
                sections("four, and one that is no section", *"1234", " ", None),
                sections("four, and more elsewhere", *"1234"),
                sections("four, and more elsewhere", *"56789", school_id=1303),
                sections("four, and more last year", *"1234"),
                sections("four, and more last year", *"56789", school_year=2025),
                sections("primary", *"12345"),
                sections("another year", *"12345"),
                sections("choice", *"12345", school_id=CHOICE),
            ],
        ),
        fails={"five": "info"},
        passes=[
            "four", "four, one twice", "four in each", "four, and one that is no section",
            "four, and more elsewhere", "four, and more last year",
        ],
        outside=["none", "primary", "another year", "choice"],
    )  # fmt: skip
    assert [row["observed"] for row in findings] == ["5 sections in the session Spring"]


def test_how_many_are_few_is_a_setting(prove):
    """SSA-022 moved by one: five are in order, six are not."""
    prove(
        "SSA-022",
        by="student_unique_id",
        coursework_sections=5,
        ods=given(
            enrolled("six"),
            enrolled("five"),
            enrolled("choice", school_id=CHOICE),
            rosters=[
                sections("six", *"123456"),
                sections("five", *"12345"),
                sections("choice", *"123456", school_id=CHOICE),
            ],
        ),
        fails={"six": "info"},
        passes=["five"],
        outside=["choice"],
    )
