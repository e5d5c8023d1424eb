"""The Teacher-of-Record resolver and the date ladders, on one hand-made section."""

from datetime import date, datetime

import pytest

from edfi_audit.sandbox.world.campus import Campus
from edfi_audit.sandbox.world.derive.reading import Reading
from edfi_audit.sandbox.world.derive.teachers import decide
from edfi_audit.sandbox.world.frame import Session, Year

BEGIN, END = date(2025, 8, 20), date(2025, 12, 20)
LONG_AGO = date(2019, 8, 15)
POSITION = "uri://dpi.wi.gov/ClassroomPositionDescriptor#"
SCHOOL = 7525


class OneSection:
    """A section in one term, with teachers named by letters, each with Ed-Fi ID `id-…`."""

    def __init__(self):
        self.campus = Campus(datetime(2026, 4, 21, 16))  # noqa: DTZ001
        add = self.campus.add
        school = add("school", number="0020", edfiNumber=str(SCHOOL), exclude=0)
        calendar = add(
            "calendar", schoolID=school["schoolID"], endYear="2026", exclude=0, summerSchool=0
        )
        trial = add("trial", calendarID=calendar["calendarID"], active=1)
        term = add("term", name="S1", startDate=BEGIN, endDate=END)
        self.course = add(
            "course", calendarID=calendar["calendarID"], number="ALG", active=1, stateExclude=0
        )
        self.section = add(
            "section", courseID=self.course["courseID"], trialID=trial["trialID"], number="01"
        )
        add("sectionPlacement", sectionID=self.section["sectionID"], termID=term["termID"])
        for role, position in (("T", "Teacher of Record"), ("C", "Assistant Teacher")):
            add(
                "resourcePreference",
                resource="staffSectionAssociations",
                element="classroomPositionDescriptor",
                campusCode=role,
                edfiCode=position,
            )
        self._school = school["schoolID"]

    def hire(self, name, begin=LONG_AGO, end=None, *, edfi_id=True):
        """A person with an assignment at the school."""
        person = self.campus.add("person", edfiID=f"id-{name}" if edfi_id else None)
        self.campus.add(
            "employmentAssignment",
            personID=person["personID"],
            schoolID=self._school,
            startDate=begin,
            endDate=end,
        )
        return person

    def teach(self, person, staff_type, role, begin=None, end=None):
        """A staff-history row."""
        self.campus.add(
            "sectionStaffHistory",
            sectionID=self.section["sectionID"],
            personID=person["personID"],
            staffType=staff_type,
            role=role,
            startDate=begin,
            endDate=end,
        )

    def decisions(self):
        """What becomes of each teacher, by Ed-Fi ID."""
        year = Year(2026, date(2026, 6, 20))
        session = Session(SCHOOL, "S1", BEGIN, END, year.uri("Term", "S1"))
        reading = Reading(self.campus, year, [session], {SCHOOL: "high"})
        lesson = reading.classes(self.section)[0]
        return {one.person["edfiID"]: one for one in decide(reading, lesson)}

    def of_record(self):
        """Who is Teacher of Record."""
        return {name for name, one in self.decisions().items() if one.of_record}


@pytest.fixture
def section():
    return OneSection()


def test_primary_with_blank_role_goes_before_another_teacher(section):
    """P without a role is Teacher of Record, though T with the role is newer."""
    section.teach(section.hire("P"), "P", None, date(2025, 8, 20))
    section.teach(section.hire("T"), "T", "T", date(2025, 9, 15))
    assert section.of_record() == {"id-P"}
    assert section.decisions()["id-T"].reason == "another_teacher_of_record"


def test_primary_with_the_role_goes_before_primary_without(section):
    """P with the role first, then P with a blank one."""
    section.teach(section.hire("blank"), "P", None, date(2025, 9, 15))
    section.teach(section.hire("role"), "P", "T")
    assert section.of_record() == {"id-role"}


def test_newest_of_equals_reports(section):
    """Of two non-primary Teachers of Record the later start wins."""
    section.teach(section.hire("early"), "T", "T", date(2025, 8, 20))
    section.teach(section.hire("late"), "T", "T", date(2025, 9, 15))
    assert section.of_record() == {"id-late"}


@pytest.mark.parametrize(
    ("second_begins", "expected"),
    [(date(2025, 10, 2), {"id-a", "id-b"}), (date(2025, 10, 1), {"id-b"})],
)
def test_change_in_the_term_gives_two_in_a_row(section, second_begins, expected):
    """Rows that follow each other are both expected; sharing a day, the newer alone."""
    section.teach(section.hire("a"), "P", "T", None, date(2025, 10, 1))
    section.teach(section.hire("b"), "P", "T", second_begins)
    assert section.of_record() == expected


def test_section_override_goes_before_course_override_and_history(section):
    """The section's number names the Teacher of Record."""
    section.teach(section.hire("P"), "P", "T")
    section.course["teacherOverride"] = section.hire("X")["edfiID"]
    assert section.of_record() == {"id-X"}
    section.section["teacherOverride"] = section.hire("Y")["edfiID"]
    assert section.of_record() == {"id-Y"}
    assert section.decisions()["id-P"].reason == "another_teacher_of_record"


def test_override_who_is_in_the_history_reports_from_it(section):
    """The history row's role gives way, its dates stay."""
    person = section.hire("C")
    section.teach(person, "T", "C", date(2025, 9, 1))
    section.section["teacherOverride"] = person["edfiID"]
    found = section.decisions()["id-C"]
    assert (found.of_record, found.position) == (True, POSITION + "Teacher of Record")
    assert found.begin == date(2025, 9, 1)


def test_other_roles_report_as_mapped(section):
    """A co-teacher reports the mapped position; a bare code is completed."""
    section.teach(section.hire("C"), "T", "C")
    found = section.decisions()["id-C"]
    assert (found.reason, found.position) == (None, POSITION + "Assistant Teacher")
    assert not found.of_record


@pytest.mark.parametrize(("staff_type", "role"), [("T", None), ("T", "LT"), ("P", "LT")])
def test_unmapped_roles_are_not_sent(section, staff_type, role):
    """A blank role passes for a primary teacher only, an unmapped one for nobody."""
    section.teach(section.hire("a"), staff_type, role)
    assert section.decisions()["id-a"].reason == "role_not_mapped"


def test_other_staff_types_are_no_records(section):
    """Neither P nor T: not even an absence."""
    section.teach(section.hire("aide"), "A", "T")
    assert section.decisions() == {}


def test_staff_without_id_or_assignment_are_not_sent(section):
    """An Ed-Fi ID and an assignment that overlaps the school year are needed."""
    section.teach(section.hire("nobody", edfi_id=False), "T", "C")
    section.teach(section.hire("gone", end=date(2025, 6, 30)), "T", "C")
    section.teach(section.hire("barely", end=date(2025, 7, 1)), "T", "C", BEGIN, END)
    reasons = {name: one.reason for name, one in section.decisions().items()}
    assert reasons == {None: "no_edfi_id", "id-gone": "no_district_assignment", "id-barely": None}


@pytest.mark.parametrize(
    ("begin", "end", "reason"),
    [
        (None, BEGIN, None),
        (None, date(2025, 8, 19), "no_overlap_with_term"),
        (END, None, None),
        (date(2025, 12, 21), None, "no_overlap_with_term"),
    ],
)
def test_history_must_touch_the_term(section, begin, end, reason):
    """The term's first and last day count."""
    section.teach(section.hire("a"), "P", "T", begin, end)
    assert section.decisions()["id-a"].reason == reason


@pytest.mark.parametrize(
    ("hired", "begin", "reason"),
    [
        (date(2025, 9, 1), date(2025, 9, 1), None),
        (date(2025, 7, 1), BEGIN, None),
        (date(2026, 1, 5), date(2026, 1, 5), "assignment_begins_after_term"),
    ],
)
def test_begin_comes_from_assignment_or_term(section, hired, begin, reason):
    """Without a history start: the assignment's, not before the term, and none after it."""
    section.teach(section.hire("a", hired), "P", "T")
    found = section.decisions()["id-a"]
    assert (found.begin, found.reason) == (begin, reason)


@pytest.mark.parametrize(
    ("left", "end"),
    [(date(2025, 11, 30), date(2025, 11, 30)), (date(2026, 6, 30), END), (None, END)],
)
def test_end_comes_from_assignment_or_term(section, left, end):
    """Without a history end: the assignment's inside the term, else the term's."""
    section.teach(section.hire("a", LONG_AGO, left), "P", "T")
    assert section.decisions()["id-a"].end == end


def test_history_dates_go_before_all(section):
    """A populated start and end are reported as they are."""
    section.teach(section.hire("a"), "P", "T", date(2025, 9, 9), date(2025, 10, 10))
    found = section.decisions()["id-a"]
    assert (found.begin, found.end) == (date(2025, 9, 9), date(2025, 10, 10))
