"""Student section associations and their Final grades."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.derive.links import Class
from edfi_audit.sandbox.world.derive.outcomes import Outcome, outcome
from edfi_audit.sandbox.world.derive.reading import Reading, overlaps
from edfi_audit.sandbox.world.people import PRE_KINDERGARTEN

__all__ = ["Learners", "Stay"]

_TOLERANCE = timedelta(days=5)


@dataclass(frozen=True)
class Stay:
    """A roster row in one session, with the dates that are reported."""

    roster: Row
    begin: date
    end: date

    def completes(self, lesson: Class) -> bool:
        """Whether the student stayed to the end of the session, give or take five days."""
        return self.end >= lesson.session.end - _TOLERANCE


class Learners:
    """Derives what is sent for the students of a section."""

    def __init__(self, reading: Reading, rng: Random) -> None:
        self._reading, self._rng = reading, rng
        self._programs = self._program_references()
        self._enrollments: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in reading.campus["enrollment"]:
            self._enrollments[row["personID"], row["calendarID"]].append(row)

    def _program_references(self) -> dict[tuple[str, str], list[Row]]:
        rows = {row["programID"]: row for row in self._reading.campus["program"]}
        found: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
        for taken in self._reading.campus["programParticipation"]:
            program = rows[taken["programID"]]
            reference = {
                "educationOrganizationId": int(program["edOrgID"]),
                "programName": program["name"],
                "programTypeDescriptor": self._reading.year.uri(
                    "ProgramType", program["programType"]
                ),
            }
            found[taken["personID"], taken["sectionID"]].append({"programReference": reference})
        return found

    def stays(self, lesson: Class) -> list[Stay]:
        """Roster rows that reach the session, dates cut to it."""
        session = lesson.session
        return [
            Stay(
                row,
                row["startDate"] if session.holds(row["startDate"]) else session.begin,
                row["endDate"] if session.holds(row["endDate"]) else session.end,
            )
            for row in self._reading.rosters[lesson.section["sectionID"]]
            if overlaps(row["startDate"], row["endDate"], session.begin, session.end)
        ]

    def gate(self, lesson: Class, stay: Stay) -> str | None:
        """Why the student is not sent although the section is; null when sent."""
        person = self._reading.people[stay.roster["personID"]]
        enrollments = [
            row
            for row in self._enrollments[person["personID"], lesson.course["calendarID"]]
            if overlaps(row["startDate"], row["endDate"], stay.begin, stay.end)
        ]
        gates = {
            "no_final_grading_task": self._reading.year.state.is_wisconsin
            and not self._reading.has_final_task(lesson.section),
            "no_edfi_id": person["edfiID"] is None,
            "no_enrollment": not enrollments,
            "no_show": all(row["noShow"] for row in enrollments),
            "enrollment_state_exclude": all(row["stateExclude"] for row in enrollments),
            "grade_not_rostered": all(row["grade"] == PRE_KINDERGARTEN for row in enrollments),
        }
        return next((reason for reason, closed in gates.items() if closed), None)

    def programs_of(self, lesson: Class) -> list[Row]:
        """The programs that those sent for the section state, each once."""
        stated = [
            one
            for stay in self.stays(lesson)
            if self.gate(lesson, stay) is None
            for one in self._stated(lesson, stay)
        ]
        return [dict(one) for place, one in enumerate(stated) if one not in stated[:place]]

    def _stated(self, lesson: Class, stay: Stay) -> list[Row]:
        own = stay.roster["personID"], lesson.section["sectionID"]
        return [
            {"programReference": dict(one["programReference"])}
            for one in self._programs.get(own, ())
        ]

    def outcome(self, lesson: Class, stay: Stay) -> Outcome:
        """Attempt status and mark of the stay; asked once, for it is made up."""
        person_id = stay.roster["personID"]
        enrolled = self._enrollments[person_id, lesson.course["calendarID"]]
        own = [one for one in self.stays(lesson) if one.roster["personID"] == person_id]
        return outcome(
            self._rng,
            self._reading.year.state,
            stayed=stay.completes(lesson),
            ended=self._reading.year.audit_date > lesson.session.end,
            left_school=any(row["endDate"] == stay.end for row in enrolled),
            earns=bool(lesson.course["gradable"]) and not stay.roster["audit"],
            once=len(own) == 1,
        )

    def record(self, lesson: Class, stay: Stay, reported: Outcome) -> Row:
        """The association; the charter school writes programs in the core, others in `_ext.wi`."""
        person = self._reading.people[stay.roster["personID"]]
        record: Row = {
            "beginDate": stay.begin.isoformat(),
            "sectionReference": dict(lesson.key),
            "studentReference": {"studentUniqueId": person["edfiID"]},
            "attemptStatusDescriptor": self._reading.year.uri("AttemptStatus", reported.status),
            "endDate": stay.end.isoformat(),
        }
        own = self._stated(lesson, stay)
        if own and lesson.kind == "charter":
            record["programs"] = own
        elif own:
            record["_ext"] = {"wi": {"programs": own}}
        return record

    def grade(self, lesson: Class, stay: Stay, reported: Outcome, association: Row) -> Row | None:
        """The Final grade, where there is one; the SIS has the mark as a score."""
        if not reported.mark:
            return None
        self._reading.campus.add(
            "gradingScore",
            personID=stay.roster["personID"],
            sectionID=lesson.section["sectionID"],
            termID=lesson.terms[-1]["termID"],
            taskID="1",
            score=reported.score,
        )
        return {
            "studentSectionAssociationReference": {
                **association["sectionReference"],
                **association["studentReference"],
                "beginDate": association["beginDate"],
            },
            "gradeTypeDescriptor": self._reading.year.uri("GradeType", "Final"),
            "gradingPeriodReference": {
                "gradingPeriodDescriptor": self._reading.year.uri(
                    "GradingPeriod", "End of Session"
                ),
                "gradingPeriodName": lesson.session.name,
                "schoolId": lesson.school_id,
                "schoolYear": self._reading.year.end,
            },
            **reported.mark,
        }
