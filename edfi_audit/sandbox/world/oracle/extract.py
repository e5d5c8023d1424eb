"""The Campus extract as the interface reads it: courses, sections, and the sessions of terms."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.derive.keys import SECTION_KEY
from edfi_audit.sandbox.world.oracle.facts import Facts
from edfi_audit.sandbox.world.oracle.intervals import Interval
from edfi_audit.sandbox.world.oracle.shapes import Session

__all__ = ["Course", "Extract", "Lesson", "school_number"]


def school_number(school: Row) -> int | None:
    """Ed-Fi School Number, else State School Number, as an integer."""
    number = str(school["edfiNumber"] or school["number"] or "").strip()
    return int(number) if number.isdigit() else None


@dataclass(frozen=True, eq=False)
class Course:
    """A course of the audited year; `gate` is the first send gate of its own that is closed."""

    row: Row
    calendar: Row
    school: Row
    school_id: int | None
    gate: str | None

    @property
    def number(self) -> str:
        """The course number as it stands."""
        return self.row["number"] or ""


@dataclass(frozen=True, eq=False)
class Lesson:
    """A section in one session; `terms` are those it is placed in that stand for the session.

    Without a session, `terms` is empty. `gate` is the first closed gate of the section.
    """

    course: Course
    section: Row
    key: Row
    session: Session | None
    terms: tuple[Row, ...]
    gate: str | None

    @cached_property
    def lowest(self) -> date:
        """The lowest start of its terms."""
        begins: list[date] = [term["startDate"] for term in self.terms]
        return min(begins)

    @cached_property
    def highest(self) -> date:
        """The highest end of its terms."""
        ends: list[date] = [term["endDate"] for term in self.terms]
        return max(ends)


class Extract:
    """Look-ups over the extract; a table that is not there is empty."""

    def __init__(
        self,
        sis: Mapping[str, Sequence[Row]],
        facts: Facts,
        sessions: Iterable[Session],
        is_public: Callable[[int | None], bool],
    ) -> None:
        self._sis, self.facts, self._is_public = sis, facts, is_public
        self.year = facts.school_year
        self.schools = {row["schoolID"]: row for row in self.rows("school")}
        self.calendars = {row["calendarID"]: row for row in self.rows("calendar")}
        self.people = {row["personID"]: row for row in self.rows("person")}
        self.sections = {row["sectionID"]: row for row in self.rows("section")}
        self.trials = {row["trialID"]: row for row in self.rows("trial") if row["active"]}
        self._terms = {row["termID"]: row for row in self.rows("term")}
        self._sessions: defaultdict[int | None, list[Session]] = defaultdict(list)
        for session in sessions:
            if session.school_year == self.year:
                self._sessions[session.school_id].append(session)

    def rows(self, table: str) -> Sequence[Row]:
        """The rows of a table."""
        return self._sis.get(table, ())

    def grouped(self, table: str, column: str) -> dict[str, list[Row]]:
        """The rows of a table by a column."""
        groups: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self.rows(table):
            groups[row[column]].append(row)
        return groups

    def of_section(self, grouped: Mapping[str, list[Row]], section: Row) -> list[Row]:
        """Those of the section and of its trial: the trial joins everywhere."""
        return [
            row
            for row in grouped.get(section["sectionID"], ())
            if row["trialID"] in {None, section["trialID"]}
        ]

    @cached_property
    def scope(self) -> set[tuple[int | None, int]]:
        """The Ed-Fi school ids that the extract has a calendar of the audited year of, with it."""
        return {
            (school_number(self.schools[row["schoolID"]]), self.year)
            for row in self.rows("calendar")
            if row["endYear"] == str(self.year)
        }

    def holds(self, key: Row) -> bool:
        """Whether a record's school and year are in scope."""
        return (key.get("schoolId"), key.get("schoolYear")) in self.scope

    @cached_property
    def valid_years(self) -> set[int]:
        """School years with a valid Ed-Fi configuration."""
        return {int(row["endYear"]) for row in self.rows("edfiConfiguration") if row["valid"]}

    def preferences(self, resource: str, element: str, kind: str) -> dict[str, str]:
        """Campus code → full descriptor URI; a bare code is completed as one of that kind."""
        return {
            row["campusCode"]: row["edfiCode"]
            if "#" in row["edfiCode"]
            else self.facts.uri(kind, row["edfiCode"])
            for row in self.rows("resourcePreference")
            if (row["resource"], row["element"]) == (resource, element)
        }

    @cached_property
    def courses(self) -> dict[str, Course]:
        """The courses of the audited year's calendars, by courseID."""
        found = {}
        for row in self.rows("course"):
            calendar = self.calendars[row["calendarID"]]
            if calendar["endYear"] == str(self.year):
                school = self.schools[calendar["schoolID"]]
                gate = self._course_gate(row, calendar, school)
                number = school_number(school)
                found[row["courseID"]] = Course(row, calendar, school, number, gate)
        return found

    def _course_gate(self, row: Row, calendar: Row, school: Row) -> str | None:
        """In the order that the offering's absence is explained in."""
        number, profile = school_number(school), self.facts.profile
        closed = {
            "numbered": number is None or not (row["number"] or "").strip(),
            "school_included": school["exclude"],
            "calendar_included": calendar["exclude"],
            "not_summer_school": profile == "WI" and calendar["summerSchool"],
            "not_choice": profile == "WI" and not self._is_public(number),
            "course_active": not row["active"],
            "course_not_excluded": profile != "MN" and row["stateExclude"],
        }
        return next((gate for gate, is_closed in closed.items() if is_closed), None)

    @cached_property
    def lessons(self) -> list[Lesson]:
        """Every section of an active trial, once per session it is placed in.

        One without any is there once, without a session.
        """
        return [lesson for section in self._live_sections() for lesson in self._taught(section)]

    def _live_sections(self) -> Iterator[Row]:
        for row in self.rows("section"):
            if row["trialID"] in self.trials and row["courseID"] in self.courses:
                yield row

    @cached_property
    def placements(self) -> dict[str, list[Row]]:
        """Placements by section."""
        return self.grouped("sectionPlacement", "sectionID")

    @cached_property
    def rosters(self) -> dict[str, list[Row]]:
        """Roster rows by section."""
        return self.grouped("roster", "sectionID")

    def _taught(self, section: Row) -> Iterator[Lesson]:
        course = self.courses[section["courseID"]]
        placed = self.of_section(self.placements, section)
        terms: defaultdict[Session | None, dict[str, Row]] = defaultdict(dict)
        for placement in placed:
            term = self._terms[placement["termID"]]
            terms[self._session(course, term)][term["termID"]] = term
        unresolved = terms.pop(None, {})
        gate = self._section_gate(course, section, placed=bool(placed))
        for session, found in terms.items():
            key = self._section_key(course, section, session)
            why = gate or self._no_students(section)
            yield Lesson(course, section, key, session, tuple(found.values()), why)
        if not terms:
            why = gate or ("session_resolved" if unresolved else "placed")
            yield Lesson(course, section, self._section_key(course, section, None), None, (), why)

    @staticmethod
    def _section_gate(course: Course, section: Row, *, placed: bool) -> str | None:
        if course.gate is not None:
            return course.gate
        if not (section["number"] or "").strip():
            return "numbered"
        return None if placed else "placed"

    def _no_students(self, section: Row) -> str | None:
        """Wisconsin's gate; an extract without any roster cannot tell."""
        asked = self.facts.profile == "WI" and self.rows("roster")
        return "has_students" if asked and not self.of_section(self.rosters, section) else None

    def _section_key(self, course: Course, section: Row, session: Session | None) -> Row:
        """The parts in Ed-Fi's words; the section identifier by the template of the settings."""
        identifier = self.facts.section_identifier
        for name, row in (("course", course.row), ("section", section)):
            for column, value in row.items():
                identifier = identifier.replace(f"{{{name}.{column}}}", str(value))
        parts = (course.school_id, self.year, session.name if session else None, course.number)
        return dict(zip(SECTION_KEY, (*parts, identifier), strict=True))

    @cached_property
    def _term_codes(self) -> dict[str, str]:
        return self.preferences("sessions", "termDescriptor", "Term")

    @cached_property
    def _overrides(self) -> dict[str, str]:
        return self.preferences("courseOfferings", "termOverride", "Term")

    @cached_property
    def _resolved(self) -> dict[tuple[int | None, str, str | None], Session | None]:
        return {}

    def _session(self, course: Course, term: Row) -> Session | None:
        override = self._overrides.get(course.number) if course.row["termOverride"] else None
        code = override or self._term_codes.get(term["name"])
        asked = course.school_id, term["termID"], code
        if asked not in self._resolved:
            self._resolved[asked] = self._find_session(course.school_id, term, code)
        return self._resolved[asked]

    def _find_session(self, school_id: int | None, term: Row, code: str | None) -> Session | None:
        """By descriptor and greatest overlap, the shorter of equals; unmapped, by name."""
        own = self._sessions[school_id]
        if code is None:
            return next((one for one in own if one.name == term["name"]), None)
        span = Interval.of(term["startDate"], term["endDate"])
        reaching = [
            (shared, -length, one)
            for one in own
            if one.term == code
            for held in (Interval.of(one.begin, one.end),)
            for shared, length in ((len(held.within(span).days()), len(held.days())),)
            if shared > 0
        ]
        return max(reaching, key=lambda found: found[:2])[2] if reaching else None
