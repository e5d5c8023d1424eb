"""The Infinite Campus layout: the tables and columns an extract may hold.

Names are Campus's own. Four tables have no public layout (`resourcePreference`,
`resourceToggle`, `edfiConfiguration`, `edfiIdentityMapping`): their names are this project's, and
the alias settings do the rest.
"""

from edfi_audit.sis.layout import DATE, FLAG, NUMBER, TEXT, TIMESTAMP, Layout, SisColumn, SisTable

__all__ = ["INFINITE_CAMPUS", "TABLES", "SisColumn", "SisTable"]

_TYPES = {"date": DATE, "flag": FLAG, "time": TIMESTAMP, "number": NUMBER}


def _table(name: str, columns: str, *, headline: bool = False) -> SisTable:
    """`columns` is Campus's names in order, each with an optional `:date|flag|time|number`."""
    parsed = []
    for word in columns.split():
        column, _, kind = word.partition(":")
        parsed.append(SisColumn(column, _TYPES.get(kind, TEXT)))
    return SisTable(name, tuple(parsed), headline)


TABLES: tuple[SisTable, ...] = (
    _table("school", "schoolID districtID number name edfiNumber exclude:flag", headline=True),
    _table(
        "calendar",
        "calendarID schoolID endYear name startDate:date endDate:date exclude:flag "
        "summerSchool:flag",
        headline=True,
    ),
    _table("scheduleStructure", "structureID calendarID name"),
    _table("termSchedule", "termScheduleID structureID"),
    _table(
        "term", "termID termScheduleID name seq:number startDate:date endDate:date", headline=True
    ),
    _table("trial", "trialID calendarID structureID active:flag", headline=True),
    _table("periodSchedule", "periodScheduleID structureID name"),
    _table(
        "period",
        "periodID periodScheduleID name seq:number startTime endTime periodMinutes:number "
        "lunchMinutes:number",
    ),
    _table(
        "day",
        "dayID calendarID structureID periodScheduleID date:date schoolDay:flag instruction:flag",
    ),
    _table(
        "course",
        "courseID calendarID number name active:flag stateExclude:flag stateCode "
        "periodMinutes:number teacherOverride termOverride:flag cte:flag gradable:flag "
        "specialEducation:flag eeInstApproachAndImp eeSiteBasedInitAndImp eeCurrAndImp "
        "modifiedDate:time",
        headline=True,
    ),
    _table(
        "section",
        "sectionID courseID trialID number teacherOverride periodMinutesOverride:number "
        "modifiedDate:time",
        headline=True,
    ),
    _table("sectionPlacement", "sectionID trialID termID periodID", headline=True),
    _table(
        "sectionStaffHistory",
        "historyID sectionID trialID personID staffType role startDate:date endDate:date "
        "modifiedDate:time",
        headline=True,
    ),
    _table(
        "employmentAssignment",
        "assignmentID personID schoolID title startDate:date endDate:date modifiedDate:time",
        headline=True,
    ),
    _table("person", "personID edfiID stateID staffStateID studentNumber", headline=True),
    _table(
        "enrollment",
        "enrollmentID personID calendarID structureID endYear grade serviceType startDate:date "
        "endDate:date noShow:flag stateExclude:flag",
        headline=True,
    ),
    _table(
        "roster",
        "rosterID personID sectionID trialID startDate:date endDate:date audit:flag "
        "modifiedDate:time",
        headline=True,
    ),
    _table("gradingTask", "taskID name stateReported:flag edfiGradeType excludeEdfi:flag"),
    _table("courseGradingTask", "courseID taskID"),
    _table("gradingScore", "personID sectionID termID taskID score"),
    _table("program", "programID name programType edOrgID", headline=True),
    _table(
        "programParticipation",
        "personID programID sectionID startDate:date endDate:date",
        headline=True,
    ),
    _table(
        "resourcePreference",
        "resource element campusCode edfiCode modifiedDate:time",
        headline=True,
    ),
    _table("resourceToggle", "resource endYear enabled:flag toggledDate:time lastResync:time"),
    _table("edfiConfiguration", "endYear valid:flag"),
    _table(
        "edfiIdentityMapping",
        "resource campusObjectType objectKey edfiID endYear naturalKey",
        headline=True,
    ),
)

INFINITE_CAMPUS = Layout("infinite_campus", "Infinite Campus", TABLES)
