"""The dates of staff section associations: the ladder of the specification, held against the ODS.

Each teacher has a section of their own in Fall, 20 August to 20 December 2025.
"""

from datetime import date, datetime, timedelta

from campus import Campus, ods, staffing

FIRST, LAST = date(2025, 8, 20), date(2025, 12, 20)
SEPTEMBER, OCTOBER = date(2025, 9, 15), date(2025, 10, 1)
YEARS_AGO, NEXT_YEAR = date(2019, 7, 1), date(2026, 6, 30)
DAY = timedelta(days=1)
PULLED = datetime(2025, 11, 1, 12)  # noqa: DTZ001 kept as UTC, without a zone


def taught(teachers):
    """A Campus with these teachers: name → (staff history's dates, assignment's dates)."""
    campus = Campus()
    for name, (history, assignment) in teachers.items():
        campus.section(name)
        campus.person(name, assigned=False)
        campus.employed(name, *assignment)
        campus.teaches(name, name, startDate=history[0], endDate=history[1])
    return campus


def begun(records):
    """An ODS that has each teacher's record from that day on."""
    return ods(
        staff_section_associations=[
            staffing(name, name, begin_date=begin) for name, begin in records.items()
        ]
    )


def ended(records):
    """An ODS that has each teacher's record until that day."""
    return ods(
        staff_section_associations=[
            staffing(name, name, end_date=end) for name, end in records.items()
        ]
    )


BEGINS = {
    "history": ((SEPTEMBER, None), (OCTOBER, None)),
    "history, a day early": ((SEPTEMBER, None), (YEARS_AGO, None)),
    "history, a day late": ((SEPTEMBER, None), (YEARS_AGO, None)),
    "assigned within": ((None, None), (OCTOBER, None)),
    "assigned within, first day sent": ((None, None), (OCTOBER, None)),
    "assigned on the first day": ((None, None), (FIRST, None)),
    "assigned on the last day": ((None, None), (LAST, None)),
    "assigned on the last day, a day early": ((None, None), (LAST, None)),
    "assigned before": ((None, None), (YEARS_AGO, None)),
    "assigned the day before": ((None, None), (FIRST - DAY, None)),
    "assigned the day before, sent so": ((None, None), (FIRST - DAY, None)),
    "assigned since ever": ((None, None), (None, None)),
    "assigned the day after": ((None, None), (LAST + DAY, None)),
}
SENT = {
    "history": SEPTEMBER,
    "history, a day early": SEPTEMBER - DAY,
    "history, a day late": SEPTEMBER + DAY,
    "assigned within": OCTOBER,
    "assigned within, first day sent": FIRST,
    "assigned on the first day": FIRST,
    "assigned on the last day": LAST,
    "assigned on the last day, a day early": LAST - DAY,
    "assigned before": FIRST,
    "assigned the day before": FIRST,
    "assigned the day before, sent so": FIRST - DAY,
    "assigned since ever": FIRST,
    "assigned the day after": LAST,
}


def begin_is(prove, rule, fails, passes):
    return prove(
        rule,
        by="staff_unique_id",
        ods=begun(SENT),
        sis=taught(BEGINS).sis,
        fails=dict.fromkeys(fails, "error"),
        passes=passes,
        outside=[name for name in BEGINS if name not in {*fails, *passes}],
    )


def test_a_begin_date_is_the_staff_history_s(prove):
    """DTE-001: the start of the staff history, a day more or less differs."""
    fails = ["history, a day early", "history, a day late"]
    found = begin_is(prove, "DTE-001", fails, ["history"])
    observed = {row["observed"] for row in found}
    assert observed == {"beginDate 2025-09-14", "beginDate 2025-09-16"}


def test_a_begin_date_is_the_assignment_s(prove):
    """DTE-002: a blank start takes the assignment's, from the terms' first to their last day."""
    begin_is(
        prove,
        "DTE-002",
        ["assigned within, first day sent", "assigned on the last day, a day early"],
        ["assigned within", "assigned on the first day", "assigned on the last day"],
    )


def test_a_begin_date_is_the_first_term_s(prove):
    """DTE-003: an assignment that begins before the terms, or never, gives their first day."""
    begin_is(
        prove,
        "DTE-003",
        ["assigned the day before, sent so"],
        ["assigned before", "assigned the day before", "assigned since ever"],
    )


def test_an_assignment_that_begins_later_gives_no_record(prove):
    """DTE-004: the day after the last term's end is too late, unless the history has a start."""
    teachers = BEGINS | {"history alone": ((SEPTEMBER, None), (LAST + DAY, None))}
    teachers |= {"not in the ODS": ((None, None), (LAST + DAY, None))}
    blank = [name for name in BEGINS if name.startswith("assigned")]
    prove(
        "DTE-004",
        by="staff_unique_id",
        ods=begun(SENT | {"history alone": SEPTEMBER}),
        sis=taught(teachers).sis,
        fails={"assigned the day after": "error"},
        passes=[name for name in blank if name != "assigned the day after"],
        outside=[
            "history", "history, a day early", "history, a day late", "history alone",
            "not in the ODS",
        ],
    )  # fmt: skip


def test_the_terms_are_those_of_the_session(prove):
    """DTE-002 in Spring: an assignment of October is before its terms, and after none of Fall's."""
    campus = Campus()
    campus.section("year", terms=("Fall", "Spring"))
    campus.person("year", assigned=False)
    campus.employed("year", OCTOBER)
    campus.teaches("year", "year")
    records = [
        staffing("year", "year", begin_date=OCTOBER),
        staffing("year", "year", "Spring", begin_date=date(2026, 1, 5)),
    ]
    for rule, session, other in (("DTE-002", "Fall", "Spring"), ("DTE-003", "Spring", "Fall")):
        prove(
            rule,
            by="session_name",
            ods=ods(staff_section_associations=records),
            sis=campus.sis,
            fails={},
            passes=[session],
            outside=[other],
        )


def test_the_most_recent_assignment_counts(prove):
    """DTE-002: of two in the terms the later; of one in and one after them the one in them."""
    campus = Campus()
    starts = {"later": OCTOBER, "later, not sent": OCTOBER, "after": LAST + DAY}
    for name, second in {**starts, "alone": YEARS_AGO}.items():
        campus.section(name)
        campus.person(name, assigned=False)
        campus.employed(name, second)
        if name in starts:
            campus.employed(name, SEPTEMBER, SEPTEMBER + DAY)
        campus.teaches(name, name)
    prove(
        "DTE-002",
        by="staff_unique_id",
        ods=begun({
            "later": OCTOBER, "later, not sent": SEPTEMBER, "after": SEPTEMBER, "alone": FIRST,
        }),
        sis=campus.sis,
        fails={"later, not sent": "error"},
        passes=["later", "after"],
        outside=["alone"],
    )  # fmt: skip


ENDS = {
    "history": ((None, OCTOBER), (None, SEPTEMBER)),
    "history, a day early": ((None, OCTOBER), (None, None)),
    "history, a day late": ((None, OCTOBER), (None, None)),
    "history, none sent": ((None, OCTOBER), (None, None)),
    "assigned until then": ((None, None), (None, date(2025, 11, 30))),
    "assigned until then, last day sent": ((None, None), (None, date(2025, 11, 30))),
    "assigned until then, none sent": ((None, None), (None, date(2025, 11, 30))),
    "assigned until the first day": ((None, None), (None, FIRST)),
    "assigned until the last day": ((None, None), (None, LAST)),
    "assigned for longer": ((None, None), (None, NEXT_YEAR)),
    "assigned a day longer, sent so": ((None, None), (None, LAST + DAY)),
    "assigned for good": ((None, None), (None, None)),
    "assigned for good, none sent": ((None, None), (None, None)),
    "assigned until the day before": ((None, None), (None, FIRST - DAY)),
    "assigned until the day before, sent so": ((None, None), (None, FIRST - DAY)),
}
SENT_UNTIL = {
    "history": OCTOBER,
    "history, a day early": OCTOBER - DAY,
    "history, a day late": OCTOBER + DAY,
    "history, none sent": None,
    "assigned until then": date(2025, 11, 30),
    "assigned until then, last day sent": LAST,
    "assigned until then, none sent": None,
    "assigned until the first day": FIRST,
    "assigned until the last day": LAST,
    "assigned for longer": LAST,
    "assigned a day longer, sent so": LAST + DAY,
    "assigned for good": LAST,
    "assigned for good, none sent": None,
    "assigned until the day before": LAST,
    "assigned until the day before, sent so": FIRST - DAY,
}


def end_is(prove, rule, fails, passes):
    return prove(
        rule,
        by="staff_unique_id",
        ods=ended(SENT_UNTIL),
        sis=taught(ENDS).sis,
        fails=dict.fromkeys(fails, "warning"),
        passes=passes,
        outside=[name for name in ENDS if name not in {*fails, *passes}],
    )


def test_an_end_date_is_the_staff_history_s(prove):
    """DTE-005: the end of the staff history; none in the ODS differs."""
    end_is(
        prove,
        "DTE-005",
        ["history, a day early", "history, a day late", "history, none sent"],
        ["history"],
    )


def test_an_end_date_is_the_assignment_s(prove):
    """DTE-006: a blank end takes the assignment's, from the first to the last day of the terms."""
    end_is(
        prove,
        "DTE-006",
        ["assigned until then, last day sent", "assigned until then, none sent"],
        ["assigned until then", "assigned until the first day", "assigned until the last day"],
    )


def test_an_end_date_is_the_last_term_s(prove):
    """DTE-007: an assignment that ends out of the terms, or never, gives their last day."""
    end_is(
        prove,
        "DTE-007",
        [
            "assigned a day longer, sent so",
            "assigned for good, none sent",
            "assigned until the day before, sent so",
        ],
        ["assigned for longer", "assigned for good", "assigned until the day before"],
    )


def test_what_should_not_be_there_is_not_held_to_its_dates(prove):
    """DTE-001: a zombie is another rule's; a loser of the Teacher-of-Record decision is judged."""
    campus = taught({
        "right": ((SEPTEMBER, None), (None, None)),
        "inactive course": ((SEPTEMBER, None), (None, None)),
        "loses": ((SEPTEMBER, None), (None, None)),
        "blank": ((None, None), (None, None)),
    })  # fmt: skip
    campus.sis["course"][1]["active"] = False
    campus.person("wins")
    campus.teaches("loses", "wins", startDate=OCTOBER)
    records = {"right": SEPTEMBER, "inactive course": FIRST, "loses": FIRST, "blank": FIRST}
    prove(
        "DTE-001",
        by="staff_unique_id",
        ods=begun(records),
        sis=campus.sis,
        fails={"loses": "error"},
        passes=["right"],
        outside=["inactive course", "wins", "blank"],
    )


YEAR = (date(2025, 7, 1), date(2026, 6, 30))
SENSE = {
    "one day": (OCTOBER, OCTOBER),
    "ends before it begins": (OCTOBER, OCTOBER - DAY),
    "from 1 July to 30 June": YEAR,
    "from 30 June": (YEAR[0] - DAY, OCTOBER),
    "to 1 July": (OCTOBER, YEAR[1] + DAY),
    "to 1 July, in the ODS": (OCTOBER, YEAR[1] + DAY),
    "after the terms": (LAST + DAY, NEXT_YEAR),
}


def test_the_ladder_gives_dates_that_make_sense(prove):
    """DTE-008: begin on or before end, both in the school year, whether or not they were sent."""
    findings = prove(
        "DTE-008",
        by="staff_unique_id",
        ods=begun({"to 1 July, in the ODS": FIRST}),
        sis=taught({name: (dates, (None, None)) for name, dates in SENSE.items()}).sis,
        fails=dict.fromkeys(
            ["ends before it begins", "from 30 June", "to 1 July", "to 1 July, in the ODS"], "error"
        ),
        passes=["one day", "from 1 July to 30 June"],
        outside=["after the terms"],
    )
    assert {"2025-08-20", "2025-10-01"} <= {
        part for row in findings for part in row["natural_key"].split('"')
    }


def test_a_staff_history_begins_within_the_terms(prove):
    """DTE-009: from the first to the last day; whoever comes later is not sent."""
    starts = {"first": FIRST, "before": FIRST - DAY, "last": LAST, "after": LAST + DAY}
    teachers = {name: ((start, None), (None, None)) for name, start in starts.items()}
    prove(
        "DTE-009",
        by="staff_unique_id",
        ods=ods(),
        sis=taught(teachers | {"blank": ((None, None), (OCTOBER, None))}).sis,
        fails={"before": "info"},
        passes=["first", "last"],
        outside=["after", "blank"],
    )


def test_employment_that_ended_before_the_terms(prove):
    """DTE-010: such a record goes to the end of the terms, past the employment."""
    prove(
        "DTE-010",
        by="staff_unique_id",
        ods=ods(),
        sis=taught({
            "the day before": ((None, None), (None, FIRST - DAY)),
            "the first day": ((None, None), (None, FIRST)),
            "after the terms": ((None, None), (None, LAST + DAY)),
            "never": ((None, None), (None, None)),
            "history has an end": ((None, OCTOBER), (None, FIRST - DAY)),
        }).sis,
        fails={"the day before": "warning"},
        passes=["after the terms", "never"],
        outside=["the first day", "history has an end"],
    )  # fmt: skip


def changed(history, assignment):
    """A Campus where each teacher's history or assignment was modified then: name → columns."""
    campus = Campus()
    for name in {**history, **assignment}:
        campus.section(name)
        campus.person(name, assigned=False)
        campus.employed(name, **assignment.get(name, {}))
        campus.teaches(name, name, **history.get(name, {}))
    return campus


def test_a_change_of_the_staff_history_reaches_the_ods(prove):
    """STF-010: changed after the ODS record was, by a second, and its own dates differ."""
    later, own = PULLED + timedelta(seconds=1), {"last_modified_date": PULLED}
    cases = {
        "begin differs": ({"startDate": SEPTEMBER}, {}),
        "end differs": ({"endDate": OCTOBER}, {"end_date": LAST}),
        "end not sent": ({"endDate": OCTOBER}, {}),
        "begin sent": ({"startDate": SEPTEMBER}, {"begin_date": SEPTEMBER}),
        "end sent": ({"endDate": OCTOBER}, {"end_date": OCTOBER}),
        "no dates of its own": ({}, {"end_date": OCTOBER}),
        "same second": ({"startDate": SEPTEMBER, "modifiedDate": PULLED}, {}),
        "never changed": ({"startDate": SEPTEMBER, "modifiedDate": None}, {}),
    }
    history = {name: {"modifiedDate": later, **columns} for name, (columns, _) in cases.items()}
    history["not in the ODS"] = {"modifiedDate": later, "startDate": SEPTEMBER}
    prove(
        "STF-010",
        by="staff_unique_id",
        ods=ods(
            staff_section_associations=[
                staffing(name, name, **own, **columns) for name, (_, columns) in cases.items()
            ]
        ),
        sis=changed(history, {}).sis,
        fails=dict.fromkeys(["begin differs", "end differs", "end not sent"], "warning"),
        passes=["begin sent", "end sent", "no dates of its own"],
        outside=["same second", "never changed", "not in the ODS"],
    )


def test_a_change_of_the_assignment_reaches_the_ods(prove):
    """STF-011: only where begin or end come from the assignment, the first day of the terms too."""
    later, own = PULLED + timedelta(seconds=1), {"last_modified_date": PULLED}
    cases = {
        "begin differs": ({"begin": OCTOBER}, {}, {}),
        "first day differs": ({"begin": YEARS_AGO}, {}, {"begin_date": SEPTEMBER}),
        "end differs": ({"end": OCTOBER}, {}, {}),
        "begin sent": ({"begin": OCTOBER}, {}, {"begin_date": OCTOBER}),
        "end sent": ({"end": OCTOBER}, {}, {"end_date": OCTOBER}),
        "end is the term's": ({"end": NEXT_YEAR}, {}, {"end_date": OCTOBER}),
        "history's dates": ({}, {"startDate": SEPTEMBER, "endDate": OCTOBER}, {}),
        "history's begin, end differs": ({"end": OCTOBER}, {"startDate": SEPTEMBER}, {}),
        "same second": ({"begin": OCTOBER, "modifiedDate": PULLED}, {}, {}),
    }
    campus = changed(
        {name: history for name, (_, history, _) in cases.items()},
        {name: {"modifiedDate": later, **columns} for name, (columns, _, _) in cases.items()},
    )
    differ = ["begin differs", "first day differs", "end differs", "history's begin, end differs"]
    prove(
        "STF-011",
        by="staff_unique_id",
        ods=ods(
            staff_section_associations=[
                staffing(name, name, **own, **columns) for name, (_, _, columns) in cases.items()
            ]
        ),
        sis=campus.sis,
        fails=dict.fromkeys(differ, "warning"),
        passes=["begin sent", "end sent", "end is the term's"],
        outside=["history's dates", "same second"],
    )
