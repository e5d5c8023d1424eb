"""From an ODS record back to the SIS: its roster row, its course, and students' services."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.oracle.facts import Facts
from edfi_audit.sandbox.world.oracle.intervals import Interval
from edfi_audit.sandbox.world.oracle.shapes import Association

__all__ = ["Links"]


class Links:
    """Look-ups over the extract; without one, nothing is known and nobody is an audit."""

    def __init__(self, sis: Mapping[str, Sequence[Row]], facts: Facts) -> None:
        self._sis, self._year = sis, str(facts.school_year)
        self._courses = {row["courseID"]: row for row in self._rows("course")}
        self._sections = {row["sectionID"]: row for row in self._rows("section")}
        self._by_id = {row["rosterID"]: row for row in self._rows("roster")}
        self._mapped = {
            row["edfiID"]: row["objectKey"]
            for row in self._rows("edfiIdentityMapping")
            if row["resource"] == "studentSectionAssociations"
            and row["campusObjectType"] == "Roster"
            and row["endYear"] in {None, self._year}
        }
        self._identifiers = self._live_sections()
        self._rosters: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
        ids = {row["personID"]: row["edfiID"] for row in self._rows("person")}
        for row in self._rows("roster"):
            self._rosters[ids.get(row["personID"]) or "", row["sectionID"]].append(row)

    def _rows(self, table: str) -> Sequence[Row]:
        return self._sis.get(table, ())

    def _live_sections(self) -> dict[tuple[int, str], Row]:
        """Sections of active trials of the year, by Ed-Fi school and section identifier."""
        schools = {row["schoolID"]: row for row in self._rows("school")}
        calendars = {row["calendarID"]: row for row in self._rows("calendar")}
        active = {row["trialID"] for row in self._rows("trial") if row["active"]}
        found: dict[tuple[int, str], Row] = {}
        for row in self._rows("section"):
            course = self._courses[row["courseID"]]
            calendar = calendars[course["calendarID"]]
            school = schools[calendar["schoolID"]]
            if row["trialID"] in active and calendar["endYear"] == self._year:
                number = int(school["edfiNumber"] or school["number"])
                found.setdefault((number, f"{course['number']}-{row['number']}"), row)
        return found

    def roster(self, one: Association) -> Row | None:
        """Through the identity mapping, else by section identifier, student and dates."""
        mapped = self._by_id.get(self._mapped.get(one.id or "", ""))
        if mapped is not None:
            return mapped
        section = self._section_by_identifier(one)
        if section is None or one.student is None or one.interval is None:
            return None
        candidates = [
            row
            for row in self._rosters.get((one.student, section["sectionID"]), ())
            if Interval.of(row["startDate"], row["endDate"]).meets(one.interval)
        ]
        exact = [row for row in candidates if row["startDate"] == one.begin]
        return next(iter(exact + candidates), None)

    def _section_by_identifier(self, one: Association) -> Row | None:
        if one.section is None:
            return None
        return self._identifiers.get((one.section.school_id, one.section.section_identifier))

    def is_audit(self, one: Association) -> bool:
        """Whether the student only audits the section."""
        row = self.roster(one)
        return row is not None and bool(row["audit"])

    def is_gradable(self, one: Association) -> bool | None:
        """Whether the course can earn a mark; null when nobody says."""
        row = self.roster(one)
        section = self._sections.get(row["sectionID"]) if row else self._section_by_identifier(one)
        course = self._courses.get(section["courseID"]) if section else None
        if course is None or course["gradable"] is None:
            return None
        return bool(course["gradable"])

    def programs_of_students(self) -> dict[str, list[str | None]]:
        """Student → the names of the programs that he takes part in, by the SIS."""
        names = {row["programID"]: row["name"] for row in self._rows("program")}
        ids = {row["personID"]: row["edfiID"] for row in self._rows("person")}
        found: defaultdict[str, list[str | None]] = defaultdict(list)
        for row in self._rows("programParticipation"):
            student = ids.get(row["personID"])
            if student:
                found[student].append(names.get(row["programID"]))
        return dict(found)
