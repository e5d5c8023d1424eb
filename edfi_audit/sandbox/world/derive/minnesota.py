"""What Minnesota's interface adds to a course offering: its minutes, approaches and initiatives."""

from collections import defaultdict
from datetime import date, datetime

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.derive.links import Class
from edfi_audit.sandbox.world.derive.reading import Reading
from edfi_audit.sandbox.world.minnesota import CODES
from edfi_audit.sandbox.world.states import State

__all__ = ["Minutes", "approaches", "initiatives"]


class Minutes:
    """The minutes of instruction of a section in a session, by its periods and days."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        campus = reading.campus
        self._periods = {row["periodID"]: row for row in campus["period"]}
        self._structures = {row["trialID"]: row["structureID"] for row in campus["trial"]}
        self._days: defaultdict[tuple[str, str], list[date]] = defaultdict(list)
        for row in campus["day"]:
            if row["instruction"]:
                self._days[row["structureID"], row["periodScheduleID"]].append(row["date"])

    def of(self, lesson: Class) -> int | None:
        """By the section's own minutes a day, else the course's, else the periods' lengths.

        Null for a section without a day.
        """
        meetings = self._meetings(lesson)
        if not meetings:
            return None
        daily = lesson.section["periodMinutesOverride"]
        daily = lesson.course["periodMinutes"] if daily is None else daily
        if daily is not None:
            return int(daily) * len({day for day, _ in meetings})
        return sum(_length(self._periods[period]) for _, period in meetings)

    def _meetings(self, lesson: Class) -> set[tuple[date, str]]:
        """The days on which the section meets, each with the period."""
        terms = {row["termID"]: row for row in lesson.terms}
        return {
            (day, placement["periodID"])
            for placement in self._reading.placements[lesson.section["sectionID"]]
            if (term := terms.get(placement["termID"]))
            for day in self._days_of(lesson, placement)
            if term["startDate"] <= day <= term["endDate"]
        }

    def _days_of(self, lesson: Class, placement: Row) -> list[date]:
        structure = self._structures[lesson.section["trialID"]]
        return self._days[structure, self._periods[placement["periodID"]]["periodScheduleID"]]


def _length(period: Row) -> int:
    """Minutes of instruction: the period's, without lunch."""
    begin, end = (datetime.strptime(period[name], "%H:%M") for name in ("startTime", "endTime"))  # noqa: DTZ007
    minutes = period["periodMinutes"] or (end - begin).seconds // 60
    return int(minutes) - (period["lunchMinutes"] or 0)


def approaches(state: State, course: Row) -> list[Row]:
    """The instructional approaches of an offering of the course, with their status."""
    return _entries(state, "InstructionalApproach", course["eeInstApproachAndImp"])


def initiatives(state: State, course: Row) -> list[Row]:
    """The site-based initiatives of an offering of the course, with their status."""
    return _entries(state, "SiteBasedInitiative", course["eeSiteBasedInitAndImp"])


def _entries(state: State, kind: str, campus_code: str | None) -> list[Row]:
    if campus_code is None:
        return []
    code, status = CODES[campus_code]
    name = kind[0].lower() + kind[1:]
    return [
        {
            f"{name}Descriptor": state.uri(kind, code),
            "implementationStatusDescriptor": state.uri("ImplementationStatus", status),
        }
    ]
