"""A small Campus extract for proofs, and the ODS keys that go with it; all of it synthetic.

One school (1302) in 2025-26 with two terms, Fall (20 August to 20 December) and Spring (5 January
to 5 June), mapped to the ODS sessions of the same names. A section `S` belongs to a course of its
own, `S-course`, and is sent as section identifier `S`.
"""

from collections import defaultdict
from datetime import date
from hashlib import md5
from itertools import count

NAMESPACE = "uri://dpi.wi.gov"
TEACHER = f"{NAMESPACE}/ClassroomPositionDescriptor#Teacher of Record"
SUPPORT = f"{NAMESPACE}/ClassroomPositionDescriptor#Support Teacher"
FALL = (date(2025, 8, 20), date(2025, 12, 20))
SPRING = (date(2026, 1, 5), date(2026, 6, 5))
TERMS = {"Fall": FALL, "Spring": SPRING}

SCHOOL = {"school_id": 1302, "local_education_agency_id": 48856}
SESSIONS = [
    {
        "school_id": 1302,
        "school_year": 2026,
        "session_name": name,
        "begin_date": begin,
        "end_date": end,
        "term_descriptor": f"{NAMESPACE}/TermDescriptor#{name}",
    }
    for name, (begin, end) in TERMS.items()
]
_OTHERS = (
    "course", "section", "sectionPlacement", "sectionStaffHistory", "employmentAssignment",
    "person", "roster", "enrollment",
)  # fmt: skip


class Campus:
    """Tables of Campus rows; `sis` is what the proofs' harness takes."""

    def __init__(self):
        self.sis = defaultdict(list)
        self._ids = count(1)
        self.add("school", schoolID="1", number="1302", name="Synthetic High", exclude=False)
        self.add(
            "calendar", calendarID="1", schoolID="1", endYear="2026", exclude=False,
            summerSchool=False,
        )  # fmt: skip
        self.add("trial", trialID="1", calendarID="1", active=True)
        for name, (begin, end) in TERMS.items():
            self.add("term", termID=name, name=name, startDate=begin, endDate=end)
            self.prefer("sessions", "termDescriptor", name, f"{NAMESPACE}/TermDescriptor#{name}")
        self.prefer("staffSectionAssociations", "classroomPositionDescriptor", "T", TEACHER)
        self.prefer(
            "staffSectionAssociations", "classroomPositionDescriptor", "S", "Support Teacher"
        )
        for table in _OTHERS:
            self.sis[table] = []

    def add(self, table, **row):
        """A row of the table, columns by Campus's names."""
        self.sis[table].append(row)
        return row

    def prefer(self, resource, element, campus_code, edfi_code):
        """A mapping of the Resource Preferences screens."""
        self.add(
            "resourcePreference", resource=resource, element=element, campusCode=campus_code,
            edfiCode=edfi_code,
        )  # fmt: skip

    def close(self, term):
        """No ODS session answers to the term any more: it has no mapping and no session's name."""
        self.sis["resourcePreference"] = [
            row for row in self.sis["resourcePreference"]
            if (row["element"], row["campusCode"]) != ("termDescriptor", term)
        ]  # fmt: skip
        for row in self.sis["term"]:
            row["name"] += " 2" if row["name"] == term else ""

    def section(self, name, terms=("Fall",), course=None, **row):
        """A section, its course with the columns in `course`, and its placements."""
        number = f"{name}-course"
        columns = {"courseID": number, "calendarID": "1", "number": number, "active": True}
        self.add("course", **{**columns, **(course or {})})
        self.add("section", **{"sectionID": name, "courseID": number, "trialID": "1", **row})
        for term in terms:
            self.add("sectionPlacement", sectionID=name, trialID="1", termID=term)

    def twins(self, *names):
        """Sections of one number and a course number `M` of their own, each in a calendar.

        With section identifiers `{course.number}-{section.number}` each goes by `M-1`.
        """
        for name in names:
            self.add("calendar", calendarID=name, schoolID="1", endYear="2026")
            self.add("trial", trialID=name, calendarID=name, active=True)
            course = {"calendarID": name, "number": "M"}
            self.section(name, terms=(), course=course, trialID=name, number="1")
            self.add("sectionPlacement", sectionID=name, trialID=name, termID="Fall")

    def person(self, name, edfi_id="", *, assigned=True):
        """A person whose Ed-Fi ID is `edfi_id` (default: the name); assigned to the school."""
        self.add("person", personID=name, edfiID=name if edfi_id == "" else edfi_id)
        if assigned:
            self.add("employmentAssignment", assignmentID=name, personID=name, schoolID="1")

    def employed(self, name, begin=None, end=None, **row):
        """A District Assignment at the school."""
        columns = {"assignmentID": name, "personID": name, "schoolID": "1"}
        self.add("employmentAssignment", **{**columns, "startDate": begin, "endDate": end, **row})

    def teaches(self, section, person, staff_type="P", role="T", **row):
        """A staff-history row; its id is the running number unless given."""
        return self.add(
            "sectionStaffHistory",
            **{
                "historyID": str(next(self._ids)), "sectionID": section, "trialID": "1",
                "personID": person, "staffType": staff_type, "role": role, **row,
            },
        )  # fmt: skip

    def student(self, name, edfi_id="", **enrollment):
        """A student with a primary enrollment in grade 10, unless `enrollment` says otherwise."""
        self.add("person", personID=name, edfiID=name if edfi_id == "" else edfi_id)
        columns = {"personID": name, "calendarID": "1", "serviceType": "P", "grade": "10"}
        self.add("enrollment", **{**columns, **enrollment})

    def takes(self, section, person, **row):
        """A roster row whose id is section and person."""
        return self.add(
            "roster",
            **{
                "rosterID": f"{section}/{person}", "sectionID": section, "trialID": "1",
                "personID": person, **row,
            },
        )  # fmt: skip

    def maps(self, resource, object_type, object_key, edfi_id, **row):
        """A row of the identity mapping."""
        self.add(
            "edfiIdentityMapping", resource=resource, campusObjectType=object_type,
            objectKey=object_key, edfiID=edfi_id, endYear="2026", **row,
        )  # fmt: skip


def offering(section, session="Fall", **row):
    """The natural key of the section's course offering, and more columns."""
    return {
        "school_id": 1302,
        "school_year": 2026,
        "session_name": session,
        "local_course_code": f"{section}-course",
        **row,
    }


def section_key(section, session="Fall", **row):
    """The section's natural key, and more columns."""
    return {**offering(section, session), "section_identifier": section, **row}


def staffing(section, staff, session="Fall", **row):
    """The staff member's record in the section, with an id of its own, and more columns."""
    columns = {"staff_unique_id": staff, "begin_date": TERMS[session][0], **row}
    text = "/".join(str(value) for value in (section, session, *columns.values()))
    own = md5(text.encode(), usedforsecurity=False).hexdigest()
    return section_key(section, session, **{"id": own, **columns})


def ods(**tables):
    """An ODS with the school, its sessions and `tables`; what is not named holds nothing."""
    empty = (
        "course_offerings", "sections", "student_section_associations",
        "staff_section_associations",
    )  # fmt: skip
    return {
        "schools": [SCHOOL],
        "sessions": SESSIONS,
        **{name: [] for name in empty},
        **tables,
    }
