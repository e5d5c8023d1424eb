"""A hand-made district for the oracle: one section in a Campus extract, and its four ODS records.

School 1302 teaches course ALG in 2025-26: its section ALG-01 is placed in Fall (20 August to 20
December), ann is its teacher and student 10 sits in it, from the first day to the last. Spring (5
January to 5 June) is there too. Everything agrees until a test spoils it. The day is 20 June 2026.
"""

from datetime import date, datetime

from edfi_audit.sandbox.world.campus import Campus
from edfi_audit.sandbox.world.oracle import Facts, read_rules
from edfi_audit.sandbox.world.states import STATES

SCHOOL = 1302
FALL, SPRING = (date(2025, 8, 20), date(2025, 12, 20)), (date(2026, 1, 5), date(2026, 6, 5))
LONG_AGO = date(2019, 8, 15)
UNCHANGED, LATER = datetime(2025, 7, 1), datetime(2025, 9, 2)  # noqa: DTZ001
SENT = "2025-09-01T08:00:00.1234567Z"
"""When the ODS was last written; the SIS rows are older."""
KEY = {"schoolId": SCHOOL, "schoolYear": 2026, "sessionName": "Fall", "localCourseCode": "ALG"}
SECTION = {**KEY, "sectionIdentifier": "ALG-01"}


class District:
    """Both sides; attributes name the rows of the one section."""

    def __init__(self, profile="NE"):
        self.state, self.campus, self.ids = STATES[profile], Campus(UNCHANGED), 0
        add = self.campus.add
        self.school = add("school", number="0020", edfiNumber=str(SCHOOL), exclude=0)
        self.calendar = add(
            "calendar",
            schoolID=self.school["schoolID"],
            endYear="2026",
            exclude=0,
            summerSchool=0,
        )
        self.trial = add("trial", calendarID=self.calendar["calendarID"], structureID="M", active=1)
        self.terms = {}
        for name, (begin, end) in {"Fall": FALL, "Spring": SPRING}.items():
            self.terms[name] = add("term", name=name, startDate=begin, endDate=end)
            self.prefer("sessions", "termDescriptor", name, self.uri("Term", name))
        for role in ("T", "S", "B"):
            position = self.state.position(role)
            self.prefer("staffSectionAssociations", "classroomPositionDescriptor", role, position)
        self.configured = add("edfiConfiguration", endYear="2026", valid=1)
        self.ods = {
            "schools": [{"schoolId": SCHOOL}],
            "sessions": [self._session(name) for name in self.terms],
            "courses": [
                {
                    "courseCode": "52030",
                    "educationOrganizationReference": {"educationOrganizationId": 8000},
                }
            ],
        }
        self.course = self.add_course("ALG")
        self.section = self.add_section(self.course)
        self.placement = self.place(self.section, "Fall")
        self.teacher, self.student = self.hire("ann"), self._person("10")
        self.history = self.teach(self.teacher, "P", "T")
        self.enrollment = add(
            "enrollment",
            personID=self.student["personID"],
            calendarID=self.calendar["calendarID"],
            grade="09",
            serviceType="P",
        )
        self.roster = add("roster", **self._of_section(), personID=self.student["personID"])
        self.offering = self.offer()
        self.sent_section = self.send(
            "sections", courseOfferingReference=dict(KEY), sectionIdentifier="ALG-01"
        )
        self.staff = self.staff_row("ann")
        self.seat = self.send(
            "studentSectionAssociations",
            sectionReference=dict(SECTION),
            studentReference={"studentUniqueId": "10"},
            beginDate=FALL[0].isoformat(),
            endDate=FALL[1].isoformat(),
        )

    def uri(self, kind, code):
        """A descriptor of the state."""
        return self.state.uri(kind, code)

    def _session(self, name):
        begin, end = (day.isoformat() for day in {"Fall": FALL, "Spring": SPRING}[name])
        return {
            "sessionName": name,
            "schoolReference": {"schoolId": SCHOOL},
            "schoolYearTypeReference": {"schoolYear": 2026},
            "beginDate": begin,
            "endDate": end,
            "termDescriptor": self.uri("Term", name),
        }

    def prefer(self, resource, element, code, edfi_code, changed=None):
        """A mapping of the Resource Preferences."""
        self.campus.add(
            "resourcePreference",
            resource=resource,
            element=element,
            campusCode=code,
            edfiCode=edfi_code,
            modifiedDate=changed,
        )

    def add_course(self, number, **columns):
        """A course of the school, active and called Algebra unless `columns` say otherwise."""
        plain = {"name": "Algebra", "active": 1, "stateExclude": 0, "number": number}
        calendar = {"calendarID": self.calendar["calendarID"]}
        return self.campus.add("course", **{**plain, **calendar, **columns})

    def add_section(self, course, number="01", **columns):
        """A section without a placement."""
        own = {"courseID": course["courseID"], "trialID": self.trial["trialID"]}
        return self.campus.add("section", number=number, **own, **columns)

    def place(self, section, term, period=None):
        """Puts the section into a term."""
        return self.campus.add(
            "sectionPlacement",
            sectionID=section["sectionID"],
            trialID=section["trialID"],
            termID=self.terms[term]["termID"],
            periodID=period,
        )

    def _of_section(self):
        return {name: self.section[name] for name in ("sectionID", "trialID")}

    def _person(self, edfi_id):
        return self.campus.add("person", edfiID=edfi_id)

    def hire(self, name, begin=LONG_AGO, end=None):
        """A person with that Ed-Fi ID and an assignment at the school; in the ODS too."""
        person = self._person(name)
        self.assignment = self.campus.add(
            "employmentAssignment",
            personID=person["personID"],
            schoolID=self.school["schoolID"],
            startDate=begin,
            endDate=end,
        )
        self.send("staffs", staffUniqueId=name)
        self.send(
            "staffSchoolAssociations",
            staffReference={"staffUniqueId": name},
            schoolReference={"schoolId": SCHOOL},
        )
        return person

    def teach(self, person, staff_type, role, begin=None, end=None):
        """A staff-history row of the section."""
        return self.campus.add(
            "sectionStaffHistory",
            **self._of_section(),
            personID=person["personID"],
            staffType=staff_type,
            role=role,
            startDate=begin,
            endDate=end,
        )

    def send(self, resource, **content):
        """A record of the ODS."""
        self.ids += 1
        row = {"id": f"{self.ids:032x}", **content, "_lastModifiedDate": SENT}
        self.ods.setdefault(resource, []).append(row)
        return row

    def offer(self, **key):
        """A course offering; `key` names what is other than in `KEY`."""
        parts = KEY | key
        number = parts.pop("localCourseCode")
        return self.send(
            "courseOfferings",
            localCourseCode=number,
            localCourseTitle="Algebra",
            schoolReference={"schoolId": parts["schoolId"]},
            sessionReference=parts,
            courseReference={"courseCode": "52030", "educationOrganizationId": 8000},
        )

    def staff_row(self, who, role="T", begin=FALL[0], end=FALL[1], **key):
        """A staff section association; `key` names what is other than in `SECTION`."""
        return self.send(
            "staffSectionAssociations",
            sectionReference=SECTION | key,
            staffReference={"staffUniqueId": who},
            classroomPositionDescriptor=self.state.position(role),
            beginDate=begin and begin.isoformat(),
            endDate=end and end.isoformat(),
        )

    def map(self, resource, source, record, year="2026", noted=None):
        """A row of the identity mapping; `source` is object type and key, `record` may be an id."""
        kind, key = source
        return self.campus.add(
            "edfiIdentityMapping",
            resource=resource,
            campusObjectType=kind,
            objectKey=key,
            edfiID=record if isinstance(record, str) else record["id"],
            endYear=year,
            naturalKey=noted,
        )

    def drop(self, resource, row):
        """Takes a record out of the ODS."""
        self.ods[resource].remove(row)

    @property
    def sis(self):
        """The extract: table → rows."""
        return self.campus.tables

    def told(self, **facts):
        """The settings: 2026, the state's, and `facts`."""
        plain = {"profile": self.state.profile, "namespace": self.state.namespace}
        return Facts(2026, **{"audit_date": date(2026, 6, 20), **plain, **facts})

    def findings(self, **facts):
        """All that the oracle finds."""
        return read_rules(self.ods, self.sis, self.told(**facts))

    def found(self, rule_id, by="localCourseCode", **facts):
        """What the oracle finds by the rule: (part of the key, severity) in order."""
        own = [one for one in self.findings(**facts) if one.rule_id == rule_id]
        return sorted(((one.natural_key.get(by), one.severity) for one in own), key=str)
