"""The Ed-Fi settings screens of the SIS: mappings, toggles, configured years."""

from datetime import datetime, time, timedelta

from edfi_audit.sandbox.world.campus import Campus
from edfi_audit.sandbox.world.frame import Year

__all__ = ["prefer"]

_TERMS = {"S1": "S1", "S2": "S2", "Q1": "S1", "Q2": "S1", "Q3": "S2", "Q4": "S2"}
_OTHER_TERMS = {"T1": "T1", "T2": "T2", "T3": "T3", "JT": "M"}
_DAY = timedelta(days=1)
_BARE = ("S", "B")
_RESOURCES = (
    "courseOfferings",
    "sections",
    "staffSectionAssociations",
    "studentSectionAssociations",
    "students",
    "staffs",
    "studentSchoolAssociations",
    "grades",
)


def prefer(campus: Campus, year: Year) -> None:
    """Maps terms and teacher roles; two roles carry a bare code, as some districts type it."""
    for name, code in {**_TERMS, **_OTHER_TERMS}.items():
        _preference(campus, "sessions", "termDescriptor", name, year.uri("Term", code))
    for role, position in year.state.roles.items():
        code = position if role in _BARE else year.state.position(role)
        _preference(campus, "staffSectionAssociations", "classroomPositionDescriptor", role, code)
    for resource in _RESOURCES:
        campus.add(
            "resourceToggle",
            resource=resource,
            endYear=str(year.end),
            enabled=1,
            toggledDate=datetime.combine(year.first, time(7)),
            lastResync=campus.modified + _DAY,
        )
    for end in (year.end - 1, year.end):
        campus.add("edfiConfiguration", endYear=str(end), valid=1)


def _preference(campus: Campus, resource: str, element: str, campus_code: str, code: str) -> None:
    campus.add(
        "resourcePreference",
        resource=resource,
        element=element,
        campusCode=campus_code,
        edfiCode=code,
    )
