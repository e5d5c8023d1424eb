"""All records of the ODS, the identity mapping beside them, and the absences that have a reason."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from random import Random

from edfi_audit.ods.resources import RESOURCES
from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.catalogue import SEA_ID
from edfi_audit.sandbox.world.derive import institutions, persons
from edfi_audit.sandbox.world.derive.keys import key_of, stamp
from edfi_audit.sandbox.world.derive.learners import Learners, Stay
from edfi_audit.sandbox.world.derive.links import Absence, Class, Link
from edfi_audit.sandbox.world.derive.minnesota import Minutes, approaches, initiatives
from edfi_audit.sandbox.world.derive.participations import participations
from edfi_audit.sandbox.world.derive.reading import Reading
from edfi_audit.sandbox.world.derive.teachers import Decision, decide
from edfi_audit.sandbox.world.district import District
from edfi_audit.sandbox.world.frame import Year

__all__ = ["Derived", "derive"]

_KEYLESS = 10
_ABSENTEES = 15
_MINUTES_ON_SECTIONS = "charter"


@dataclass(eq=False)
class Derived:
    """The ODS records by resource, and how they hang together with the extract."""

    ods: dict[str, list[Row]] = field(default_factory=dict)
    classes: list[Class] = field(default_factory=list)
    offerings: list[Link] = field(default_factory=list)
    people: list[Link] = field(default_factory=list)
    withheld: list[Class] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)


def derive(district: District, year: Year, rng: Random) -> Derived:
    """The ODS that agrees with the extract; adds identity mappings and Final scores to it."""
    return _Deriving(district, year, rng).all()


class _Deriving:
    def __init__(self, district: District, year: Year, rng: Random) -> None:
        self._district, self._year, self._rng = district, year, rng
        self._campus = district.campus
        self._reading = Reading.of(district, year)
        self._learners = Learners(self._reading, rng)
        self._newest = datetime.combine(year.audit_date, time(3), UTC)
        self._out = Derived({resource.name: [] for resource in RESOURCES})
        self._rare = Random(district.agency.lea_id * year.end)  # noqa: S311
        self._minutes = Minutes(self._reading)
        self._offered: set[tuple[str, str | None]] = set()
        self._withheld: dict[tuple[str, str | None], tuple[Row, str]] = {}

    def all(self) -> Derived:
        """Institutions, persons, then everything that hangs on sections."""
        out, reading = self._out, self._reading
        district, sessions = self._district, reading.sessions
        self._records("localEducationAgencies", institutions.agencies(self._year, district.agency))
        self._records(
            "schools", institutions.schools(self._year, district.agency, district.schools)
        )
        self._records("sessions", institutions.sessions(self._year, sessions))
        self._records("gradingPeriods", institutions.grading_periods(self._year, sessions))
        self._records("courses", institutions.courses(self._year, self._campus))
        self._records("programs", institutions.programs(self._year, district.agency, self._campus))
        self._persons("students", "Person", "personID", persons.students(reading))
        self._persons("staffs", "Person", "personID", persons.staffs(reading))
        self._persons(
            "studentSchoolAssociations",
            "Enrollment",
            "enrollmentID",
            persons.student_schools(reading),
        )
        self._records("staffSchoolAssociations", persons.staff_schools(reading))
        for section in reading.sections():
            self._section(section)
        self._absent_offerings()
        for resource, records in participations(reading).items():
            self._records(resource, records)
        return out

    def _absent_offerings(self) -> None:
        """A section without a session speaks for its course only when no other has one."""
        in_sessions = {
            course for course, session in self._offered | self._withheld.keys() if session
        }
        for key, (offering, reason) in self._withheld.items():
            if key not in self._offered and (key[1] or key[0] not in in_sessions):
                self._absent("courseOfferings", offering, reason)

    def _records(self, resource: str, records: Iterable[Row]) -> None:
        self._out.ods[resource] = [stamp(record, self._rng, self._newest) for record in records]

    def _persons(
        self, resource: str, kind: str, column: str, pairs: Iterable[tuple[Row, Row]]
    ) -> None:
        for source, record in pairs:
            link = self._link(resource, source, 0, record)
            self._map(link, kind, source[column])
            self._out.people.append(link)

    def _link(self, resource: str, source: Row, school_id: int, record: Row) -> Link:
        stamped = stamp(record, self._rng, self._newest)
        self._out.ods[resource].append(stamped)
        return Link(resource, key_of(resource, stamped), school_id, source, stamped)

    def _map(self, link: Link, kind: str, object_key: str) -> None:
        """An identity-mapping row; those of every tenth roster row note no natural key."""
        keyless = kind == "Roster" and int(object_key) % _KEYLESS == 0
        link.mapping = self._campus.add(
            "edfiIdentityMapping",
            resource=link.resource,
            campusObjectType=kind,
            objectKey=object_key,
            edfiID=link.record["id"],
            endYear=str(self._year.end),
            naturalKey=None if keyless else json.dumps(link.key, sort_keys=True),
        )

    def _absent(self, resource: str, key: Row, reason: str, source: Row | None = None) -> None:
        self._out.absences.append(Absence(resource, key, key["schoolId"], reason, source))

    def _section(self, section: Row) -> None:
        reading = self._reading
        classes = reading.classes(section) if self._known(section) else []
        course_gate, gate = reading.course_gate(section), reading.section_gate(section)
        if not classes:
            self._absent_everywhere(section, gate or "no_session")
        for lesson in classes:
            if course_gate is None:
                self._offer(lesson)
            else:
                self._withhold(lesson.course, self._key(section, lesson), course_gate)
            if gate is None:
                self._teach(lesson)
            else:
                self._absent_in(lesson, gate)

    def _absent_everywhere(self, section: Row, reason: str) -> None:
        """A section without a session: it, its teachers and its students stay out."""
        key = self._key(section, None)
        self._withhold(self._reading.course(section), key, reason)
        self._absent("sections", key, reason)
        undated = {**key, "beginDate": None}
        for row in self._reading.history[section["sectionID"]]:
            if row["staffType"] in {"P", "T"}:
                staff_id = self._reading.people[row["personID"]]["edfiID"]
                self._absent(
                    "staffSectionAssociations", undated | {"staffUniqueId": staff_id}, reason
                )
        for row in self._reading.rosters[section["sectionID"]]:
            student_id = self._reading.people[row["personID"]]["edfiID"]
            self._absent(
                "studentSectionAssociations", undated | {"studentUniqueId": student_id}, reason
            )

    def _absent_in(self, lesson: Class, reason: str) -> None:
        """A section that has a session and is held back, with its teachers and students."""
        key = self._key(lesson.section, lesson)
        self._absent("sections", key, reason, lesson.section)
        self._out.withheld.append(lesson)
        for decision in decide(self._reading, lesson):
            own, why = key | _of_staff(decision), decision.reason or reason
            self._absent("staffSectionAssociations", own, why, decision.source)
        for stay in self._learners.stays(lesson):
            student_id = self._reading.people[stay.roster["personID"]]["edfiID"]
            own = {"studentUniqueId": student_id, "beginDate": stay.begin.isoformat()}
            self._absent("studentSectionAssociations", key | own, reason, stay.roster)

    def _known(self, section: Row) -> bool:
        return self._reading.school_id(section) in self._reading.kinds

    def _key(self, section: Row, lesson: Class | None) -> Row:
        return self._reading.section_key(section, lesson.session.name if lesson else None)

    def _offer(self, lesson: Class) -> None:
        course = lesson.course
        if (course["courseID"], lesson.session.name) in self._offered:
            return
        self._offered.add((course["courseID"], lesson.session.name))
        record = {
            "localCourseCode": course["number"],
            "localCourseTitle": course["name"],
            "schoolReference": {"schoolId": lesson.school_id},
            "sessionReference": {
                "schoolId": lesson.school_id,
                "schoolYear": self._year.end,
                "sessionName": lesson.session.name,
            },
            "courseReference": {
                "courseCode": course["stateCode"],
                "educationOrganizationId": SEA_ID,
            },
            **self._minnesota(lesson),
        }
        link = self._link("courseOfferings", course, lesson.school_id, record)
        self._map(link, "Course", course["courseID"])
        self._out.offerings.append(link)

    def _minnesota(self, lesson: Class) -> Row:
        """What Minnesota adds to an offering; the charter school has the minutes on sections."""
        state = self._year.state
        if not state.is_minnesota:
            return {}
        on_section = lesson.kind == _MINUTES_ON_SECTIONS
        own = {
            "instructionMinutesPerTerm": None if on_section else self._minutes.of(lesson),
            "instructionalApproaches": approaches(state, lesson.course) or None,
            "siteBasedInitiatives": initiatives(state, lesson.course) or None,
        }
        given = {name: part for name, part in own.items() if part is not None}
        return {"_ext": {"mn": given}} if given else {}

    def _withhold(self, course: Row, key: Row, reason: str) -> None:
        offering = {name: part for name, part in key.items() if name != "sectionIdentifier"}
        self._withheld[course["courseID"], key["sessionName"]] = offering, reason

    def _teach(self, lesson: Class) -> None:
        key = self._key(lesson.section, lesson)
        offering = {name: part for name, part in key.items() if name != "sectionIdentifier"}
        record: Row = {
            "sectionIdentifier": key["sectionIdentifier"],
            "courseOfferingReference": offering,
        }
        programs = self._learners.programs_of(lesson) if lesson.course["cte"] else []
        if programs:
            record["programs"] = programs
        if self._year.state.is_minnesota and lesson.kind == _MINUTES_ON_SECTIONS:
            minutes = {"instructionMinutesPerTerm": self._minutes.of(lesson)}
            record["_ext"] = {"mn": minutes}
        lesson.link = self._link("sections", lesson.section, lesson.school_id, record)
        self._map(lesson.link, "Section", lesson.section["sectionID"])
        self._out.classes.append(lesson)
        for decision in decide(self._reading, lesson):
            self._staff(lesson, decision)
        for stay in self._learners.stays(lesson):
            self._student(lesson, stay)

    def _staff(self, lesson: Class, decision: Decision) -> None:
        if decision.reason is not None or decision.begin is None or decision.end is None:
            key = lesson.key | _of_staff(decision)
            self._absent("staffSectionAssociations", key, decision.reason or "no_dates")
            return
        record = {
            "beginDate": decision.begin.isoformat(),
            "sectionReference": dict(lesson.key),
            "staffReference": {"staffUniqueId": decision.person["edfiID"]},
            "classroomPositionDescriptor": decision.position,
            "endDate": decision.end.isoformat(),
        }
        source = decision.source
        link = self._link("staffSectionAssociations", source, lesson.school_id, record)
        from_history = "historyID" in source
        kind = "SectionStaffHistory" if from_history else "Section"
        self._map(link, kind, source["historyID" if from_history else "sectionID"])
        lesson.staff.append(link)
        if decision.of_record:
            lesson.resolved.append(link)

    def _student(self, lesson: Class, stay: Stay) -> None:
        reported = self._learners.outcome(lesson, stay)
        record = self._learners.record(lesson, stay, reported)
        gate = self._learners.gate(lesson, stay)
        if gate is not None:
            key = key_of("studentSectionAssociations", record)
            self._absent("studentSectionAssociations", key, gate)
            return
        link = self._link("studentSectionAssociations", stay.roster, lesson.school_id, record)
        self._map(link, "Roster", stay.roster["rosterID"])
        lesson.students.append(link)
        self._miss(link)
        grade = self._learners.grade(lesson, stay, reported, link.record)
        if grade is not None:
            stamped = stamp(grade, self._rng, self._newest)
            self._out.ods["grades"].append(stamped)

    def _miss(self, link: Link) -> None:
        """Some were not there on their first day."""
        if int(link.source["rosterID"]) % _ABSENTEES:
            return
        event = {
            "attendanceEventCategoryDescriptor": self._year.uri(
                "AttendanceEventCategory", "Excused Absence"
            ),
            "eventDate": link.record["beginDate"],
            "sectionReference": dict(link.record["sectionReference"]),
            "studentReference": dict(link.record["studentReference"]),
        }
        stamped = stamp(event, self._rare, self._newest)
        self._out.ods["studentSectionAttendanceEvents"].append(stamped)


def _of_staff(decision: Decision) -> Row:
    begin = decision.begin.isoformat() if decision.begin else None
    return {"staffUniqueId": decision.person["edfiID"], "beginDate": begin}
