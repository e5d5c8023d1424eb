"""Schools and calendars of the extract: terms, trials, periods, days, and their sessions."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from edfi_audit.sandbox.world.campus import Campus, Row
from edfi_audit.sandbox.world.catalogue import SchoolPlan, TermPlan
from edfi_audit.sandbox.world.frame import Session, Year

__all__ = ["School", "calendar_rows", "open_school"]

_PERIODS = 8
_FIRST_BELL = datetime(2000, 1, 1, 8)  # noqa: DTZ001
_MINUTE = timedelta(minutes=1)
_LESSON, _BREAK, _LUNCH = 47 * _MINUTE, 5 * _MINUTE, 25 * _MINUTE
_ANNUAL_FROM = 2024
_SATURDAY = 5


@dataclass(frozen=True)
class School:
    """A school with its Campus rows: one calendar of the year, one active and one draft trial."""

    plan: SchoolPlan
    row: Row
    calendar: Row
    trial: Row
    draft: Row
    terms: dict[str, Row]
    periods: tuple[Row, ...]
    sessions: tuple[Session, ...]

    @property
    def teaching(self) -> tuple[Session, ...]:
        """The sessions that have sections."""
        return tuple(session for session in self.sessions if not session.is_annual)

    def span(self, names: tuple[str, ...]) -> tuple[date, date]:
        """First and last day of those terms."""
        rows = [self.terms[name] for name in names]
        return min(row["startDate"] for row in rows), max(row["endDate"] for row in rows)


def open_school(campus: Campus, year: Year, plan: SchoolPlan) -> School:
    """The school, its calendar with terms, trials, periods and days, and its sessions."""
    row = campus.add(
        "school",
        districtID="1",
        number=plan.number,
        name=plan.name,
        edfiNumber=plan.edfi_number,
        exclude=0,
    )
    calendar, structure = calendar_rows(campus, year.end, row, f"{year.label} {plan.name}")
    calendar |= {
        "startDate": year.on(*plan.terms[0].begin),
        "endDate": year.on(*plan.terms[-1].end),
    }
    trial, draft = (_trial(campus, calendar, structure, active) for active in (1, 0))
    schedule = campus.add("termSchedule", structureID=structure["structureID"])
    terms = {
        term.name: _term(campus, year, schedule, term, seq)
        for seq, term in enumerate(plan.terms, start=1)
    }
    periods = _periods(campus, structure)
    _days(campus, calendar, structure, periods[0]["periodScheduleID"])
    return School(plan, row, calendar, trial, draft, terms, periods, _sessions(year, plan))


def calendar_rows(campus: Campus, end_year: int, school: Row, name: str) -> tuple[Row, Row]:
    """A calendar and its schedule structure."""
    calendar = campus.add(
        "calendar",
        schoolID=school["schoolID"],
        endYear=str(end_year),
        name=name,
        exclude=0,
        summerSchool=0,
    )
    structure = campus.add("scheduleStructure", calendarID=calendar["calendarID"], name="Main")
    return calendar, structure


def _trial(campus: Campus, calendar: Row, structure: Row, active: int) -> Row:
    return campus.add(
        "trial",
        calendarID=calendar["calendarID"],
        structureID=structure["structureID"],
        active=active,
    )


def _term(campus: Campus, year: Year, schedule: Row, term: TermPlan, seq: int) -> Row:
    return campus.add(
        "term",
        termScheduleID=schedule["termScheduleID"],
        name=term.name,
        seq=seq,
        startDate=year.on(*term.begin),
        endDate=year.on(*term.end),
    )


def _periods(campus: Campus, structure: Row) -> tuple[Row, ...]:
    """Eight lessons of one length; the fourth is longer by the lunch in it."""
    schedule = campus.add("periodSchedule", structureID=structure["structureID"], name="Regular")
    begin, found = _FIRST_BELL, []
    for number in range(1, _PERIODS + 1):
        lunch = _LUNCH if number == _PERIODS // 2 else timedelta()
        end = begin + _LESSON + lunch
        period = campus.add(
            "period",
            periodScheduleID=schedule["periodScheduleID"],
            name=str(number),
            seq=number,
            startTime=f"{begin:%H:%M}",
            endTime=f"{end:%H:%M}",
            periodMinutes=(end - begin) // _MINUTE if number % 2 else None,
            lunchMinutes=lunch // _MINUTE if lunch else None,
        )
        found.append(period)
        begin = end + _BREAK
    return tuple(found)


def _days(campus: Campus, calendar: Row, structure: Row, period_schedule: str) -> None:
    day = calendar["startDate"]
    while day <= calendar["endDate"]:
        if day.weekday() < _SATURDAY:
            campus.add(
                "day",
                calendarID=calendar["calendarID"],
                structureID=structure["structureID"],
                periodScheduleID=period_schedule,
                date=day,
                schoolDay=1,
                instruction=1,
            )
        day += timedelta(days=1)


def _sessions(year: Year, plan: SchoolPlan) -> tuple[Session, ...]:
    """One session per group of terms; from 2023-24 on an Annual one too, that no section uses."""
    names = dict.fromkeys(term.session for term in plan.terms)
    sessions = []
    for name in names:
        terms = [term for term in plan.terms if term.session == name]
        code = terms[0].code
        full = f"{year.label} {name}" if code else name
        begin, end = year.on(*terms[0].begin), year.on(*terms[-1].end)
        sessions.append(Session(plan.school_id, full, begin, end, year.uri("Term", code or "B")))
    if year.end < _ANNUAL_FROM:
        return tuple(sessions)
    first, last = year.on(*plan.terms[0].begin), year.on(*plan.terms[-1].end)
    annual = Session(plan.school_id, f"{year.label} FDS/LDS", first, last, year.uri("Term", "A"))
    return (*sessions, annual)
