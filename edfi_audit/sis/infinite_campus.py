"""The Infinite Campus layout: the tables and columns an extract may hold.

Names are Campus's own. Four tables have no public layout (`resourcePreference`,
`resourceToggle`, `edfiConfiguration`, `edfiIdentityMapping`): their names are this project's, and
the alias settings do the rest.
"""

from edfi_audit.sis.layout import Layout, SisColumn, SisTable, table

__all__ = ["INFINITE_CAMPUS", "TABLES", "SisColumn", "SisTable"]

TABLES: tuple[SisTable, ...] = (
    table("school", "schoolID districtID number name edfiNumber exclude:flag", headline=True),
    table(
        "calendar",
        "calendarID schoolID endYear name startDate:date endDate:date exclude:flag "
        "summerSchool:flag",
        headline=True,
    ),
    table("scheduleStructure", "structureID calendarID name"),
    table("termSchedule", "termScheduleID structureID"),
    table(
        "term", "termID termScheduleID name seq:number startDate:date endDate:date", headline=True
    ),
    table("trial", "trialID calendarID structureID active:flag", headline=True),
    table("periodSchedule", "periodScheduleID structureID name"),
    table(
        "period",
        "periodID periodScheduleID name seq:number startTime endTime periodMinutes:number "
        "lunchMinutes:number",
    ),
    table(
        "day",
        "dayID calendarID structureID periodScheduleID date:date schoolDay:flag instruction:flag",
    ),
    table(
        "course",
        "courseID calendarID number name active:flag stateExclude:flag stateCode "
        "periodMinutes:number teacherOverride termOverride:flag cte:flag gradable:flag "
        "specialEducation:flag eeInstApproachAndImp eeSiteBasedInitAndImp eeCurrAndImp "
        "modifiedDate:time",
        headline=True,
    ),
    table(
        "section",
        "sectionID courseID trialID number teacherOverride periodMinutesOverride:number "
        "modifiedDate:time",
        headline=True,
    ),
    table("sectionPlacement", "sectionID trialID termID periodID", headline=True),
    table(
        "sectionStaffHistory",
        "historyID sectionID trialID personID staffType role startDate:date endDate:date "
        "modifiedDate:time",
        headline=True,
    ),
    table(
        "employmentAssignment",
        "assignmentID personID schoolID title startDate:date endDate:date modifiedDate:time",
        headline=True,
    ),
    table("person", "personID edfiID stateID staffStateID studentNumber", headline=True),
    table(
        "enrollment",
        "enrollmentID personID calendarID structureID endYear grade serviceType startDate:date "
        "endDate:date noShow:flag stateExclude:flag",
        headline=True,
    ),
    table(
        "roster",
        "rosterID personID sectionID trialID startDate:date endDate:date audit:flag "
        "modifiedDate:time",
        headline=True,
    ),
    table("gradingTask", "taskID name stateReported:flag edfiGradeType excludeEdfi:flag"),
    table("courseGradingTask", "courseID taskID"),
    table("gradingScore", "personID sectionID termID taskID score"),
    table("program", "programID name programType edOrgID", headline=True),
    table(
        "programParticipation",
        "personID programID sectionID startDate:date endDate:date",
        headline=True,
    ),
    table(
        "resourcePreference",
        "resource element campusCode edfiCode modifiedDate:time",
        headline=True,
    ),
    table("resourceToggle", "resource endYear enabled:flag toggledDate:time lastResync:time"),
    table("edfiConfiguration", "endYear valid:flag"),
    table(
        "edfiIdentityMapping",
        "resource campusObjectType objectKey edfiID endYear naturalKey",
        headline=True,
    ),
)

INFINITE_CAMPUS = Layout("infinite_campus", "Infinite Campus", TABLES)
