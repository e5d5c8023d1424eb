"""Reads the Campus tables the way the Ed-Fi interface does: gates and sessions of a section."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from edfi_audit.sandbox.world.campus import Campus, Row
from edfi_audit.sandbox.world.derive.links import Class
from edfi_audit.sandbox.world.district import District
from edfi_audit.sandbox.world.frame import Session, Year

__all__ = ["Reading", "overlaps"]


def overlaps(begin: date | None, end: date | None, first: date, last: date) -> bool:
    """Whether the interval touches [first, last]; null is open, both ends belong to it."""
    return (begin is None or begin <= last) and (end is None or end >= first)


def _by(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups


class Reading:
    """Indexes over the extract, and what follows from them for one section."""

    def __init__(
        self, campus: Campus, year: Year, sessions: Sequence[Session], kinds: Mapping[int, str]
    ) -> None:
        self.campus, self.year, self.kinds = campus, year, kinds
        self.sessions = sessions
        self.people = {row["personID"]: row for row in campus["person"]}
        self.by_edfi_id = {row["edfiID"]: row for row in campus["person"] if row["edfiID"]}
        self.courses = {row["courseID"]: row for row in campus["course"]}
        self.calendars = {row["calendarID"]: row for row in campus["calendar"]}
        self.schools = {row["schoolID"]: row for row in campus["school"]}
        self.terms = {row["termID"]: row for row in campus["term"]}
        self.placements = _by(campus["sectionPlacement"], "sectionID")
        self.history = _by(campus["sectionStaffHistory"], "sectionID")
        self.rosters = _by(campus["roster"], "sectionID")
        self.assignments = _by(campus["employmentAssignment"], "personID")
        self.enrollments = _by(campus["enrollment"], "personID")
        self.tasks = _by(campus["courseGradingTask"], "courseID")
        self._final = {
            row["taskID"]
            for row in campus["gradingTask"]
            if row["stateReported"] and row["edfiGradeType"] == "Final" and not row["excludeEdfi"]
        }
        self._scored = {
            row["sectionID"] for row in campus["gradingScore"] if row["taskID"] in self._final
        }
        self._active = {row["trialID"] for row in campus["trial"] if row["active"]}
        self._resolved: dict[tuple[int, str], Session | None] = {}

    @classmethod
    def of(cls, district: District, year: Year) -> "Reading":
        """The extract of `district` as it now is."""
        sessions = [session for school in district.schools for session in school.sessions]
        kinds = {school.plan.school_id: school.plan.kind for school in district.schools}
        return cls(district.campus, year, sessions, kinds)

    def sections(self) -> list[Row]:
        """The sections of active trials in calendars of this school year."""
        end_year = str(self.year.end)
        return [
            row
            for row in self.campus["section"]
            if row["trialID"] in self._active and self.calendar(row)["endYear"] == end_year
        ]

    def course(self, section: Row) -> Row:
        """The section's course."""
        return self.courses[section["courseID"]]

    def calendar(self, section: Row) -> Row:
        """The calendar of the section's course."""
        return self.calendars[self.course(section)["calendarID"]]

    def school(self, section: Row) -> Row:
        """The school of the section's calendar."""
        return self.schools[self.calendar(section)["schoolID"]]

    def school_id(self, section: Row) -> int:
        """Ed-Fi School Number, else State School Number."""
        school = self.school(section)
        return int(school["edfiNumber"] or school["number"])

    def section_key(self, section: Row, session_name: str | None) -> Row:
        """The natural key of the section in that session."""
        course = self.course(section)
        return {
            "schoolId": self.school_id(section),
            "schoolYear": self.year.end,
            "sessionName": session_name,
            "localCourseCode": course["number"],
            "sectionIdentifier": f"{course['number']}-{section['number']}",
        }

    def preference(self, resource: str, element: str) -> dict[str, str]:
        """Campus code → full descriptor URI; a bare code is completed."""
        kind = element[0].upper() + element[1:]
        return {
            row["campusCode"]: row["edfiCode"]
            if "#" in row["edfiCode"]
            else f"{self.year.state.namespace}/{kind}#{row['edfiCode']}"
            for row in self.campus["resourcePreference"]
            if (row["resource"], row["element"]) == (resource, element)
        }

    def course_gate(self, section: Row) -> str | None:
        """Why the section's course offering is not sent; null when it is."""
        course, calendar, state = self.course(section), self.calendar(section), self.year.state
        gates = {
            "school_exclude": self.school(section)["exclude"],
            "calendar_exclude": calendar["exclude"],
            "summer_school": state.is_wisconsin and calendar["summerSchool"],
            "choice_school": self.kinds.get(self.school_id(section)) == "choice",
            "course_inactive": not course["active"],
            "course_state_exclude": not state.is_minnesota and course["stateExclude"],
            "no_placement": not self.placements[section["sectionID"]],
        }
        return next((reason for reason, closed in gates.items() if closed), None)

    def section_gate(self, section: Row) -> str | None:
        """Why the section, its staff and its students are not sent; null when they are."""
        sent = bool(self.rosters[section["sectionID"]]) or not self.year.state.is_wisconsin
        return self.course_gate(section) or (None if sent else "no_students")

    def has_final_task(self, section: Row) -> bool:
        """Whether the course has a state-reported Final grading task, or the section its scores."""
        given = any(row["taskID"] in self._final for row in self.tasks.get(section["courseID"], ()))
        return given or section["sectionID"] in self._scored

    def classes(self, section: Row) -> list[Class]:
        """The section once per session of its placements, in the order of the year."""
        terms: defaultdict[Session, dict[str, Row]] = defaultdict(dict)
        school_id = self.school_id(section)
        for placement in self.placements[section["sectionID"]]:
            term = self.terms[placement["termID"]]
            session = self._session(school_id, term)
            if session is not None:
                terms[session][term["termID"]] = term
        return [
            Class(
                school_id=school_id,
                kind=self.kinds[school_id],
                session=session,
                section=section,
                course=self.course(section),
                lowest=min(row["startDate"] for row in found.values()),
                highest=max(row["endDate"] for row in found.values()),
                terms=tuple(found.values()),
            )
            for session, found in sorted(terms.items(), key=lambda item: item[0].begin)
        ]

    def _session(self, school_id: int, term: Row) -> Session | None:
        key = school_id, term["termID"]
        if key not in self._resolved:
            self._resolved[key] = self._resolve(school_id, term)
        return self._resolved[key]

    def _resolve(self, school_id: int, term: Row) -> Session | None:
        """By mapped term descriptor and greatest overlap; unmapped, by the term's name."""
        code = self.preference("sessions", "termDescriptor").get(term["name"])
        own = [session for session in self.sessions if session.school_id == school_id]
        if code is None:
            return next((session for session in own if session.name == term["name"]), None)
        mapped = [session for session in own if session.term_descriptor == code]

        def shared_days(session: Session) -> int:
            last, first = min(session.end, term["endDate"]), max(session.begin, term["startDate"])
            return int((last - first).days)

        return max(mapped, key=shared_days, default=None)
