"""The OneRoster layout: which files and columns are read, and what OneRoster has no word for.

Columns are 1EdTech's own (CSV binding 1.1 and 1.2, which agree on all that is read here); no name
of a person is read. `resourcePreference` is this project's: OneRoster does not say which Ed-Fi term
an academic session stands for.
"""

from edfi_audit.sis.infinite_campus import INFINITE_CAMPUS
from edfi_audit.sis.layout import Layout, table

__all__ = ["ONEROSTER"]

_TABLES = (
    table("orgs", "sourcedId status name type identifier parentSourcedId", headline=True),
    table(
        "academicSessions",
        "sourcedId status title type startDate:date endDate:date parentSourcedId schoolYear",
        headline=True,
    ),
    table(
        "courses",
        "sourcedId status dateLastModified:time schoolYearSourcedId title courseCode orgSourcedId",
        headline=True,
    ),
    table(
        "classes",
        "sourcedId status dateLastModified:time courseSourcedId classCode schoolSourcedId "
        "termSourcedIds",
        headline=True,
    ),
    table(
        "enrollments",
        "sourcedId status dateLastModified:time classSourcedId schoolSourcedId userSourcedId role "
        "primary:flag beginDate:date endDate:date",
        headline=True,
    ),
    table("users", "sourcedId status identifier grades", headline=True),
    INFINITE_CAMPUS.by_name["resourcepreference"],
)
_WAIVED = (
    "school.exclude calendar.exclude calendar.summerSchool course.active course.stateExclude "
    "course.termOverride course.teacherOverride section.teacherOverride sectionStaffHistory.role "
    "employmentAssignment employmentAssignment.personID employmentAssignment.schoolID "
    "employmentAssignment.startDate employmentAssignment.endDate employmentAssignment.modifiedDate "
    "enrollment.serviceType enrollment.startDate enrollment.endDate enrollment.noShow "
    "enrollment.stateExclude resourcePreference"
)

ONEROSTER = Layout("oneroster", "OneRoster", _TABLES, waived=tuple(_WAIVED.split()))
