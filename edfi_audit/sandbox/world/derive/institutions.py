"""Agency, schools, sessions, courses and programs as the ODS holds them."""

from collections.abc import Iterator, Sequence

from edfi_audit.sandbox.world.calendar import School
from edfi_audit.sandbox.world.campus import Campus, Row
from edfi_audit.sandbox.world.catalogue import SEA_ID, AgencyPlan
from edfi_audit.sandbox.world.frame import Session, Year

__all__ = ["agencies", "courses", "grading_periods", "programs", "schools", "sessions"]

_GRADES = {"K4": "K4", "KG": "KG"}


def agencies(year: Year, agency: AgencyPlan) -> Iterator[Row]:
    """The one agency."""
    yield {
        "localEducationAgencyId": agency.lea_id,
        "nameOfInstitution": agency.name,
        "localEducationAgencyCategoryDescriptor": year.uri(
            "LocalEducationAgencyCategory", "Public school district"
        ),
        "categories": [_category(year, "Local Education Agency")],
    }


def _category(year: Year, name: str) -> Row:
    return {
        "educationOrganizationCategoryDescriptor": year.uri("EducationOrganizationCategory", name)
    }


def schools(year: Year, agency: AgencyPlan, opened: list[School]) -> Iterator[Row]:
    """Every school of the agency."""
    for school in opened:
        plan = school.plan
        yield {
            "schoolId": plan.school_id,
            "nameOfInstitution": plan.name,
            "localEducationAgencyReference": {"localEducationAgencyId": agency.lea_id},
            "educationOrganizationCategories": [_category(year, "School")],
            "schoolCategories": [
                {"schoolCategoryDescriptor": year.uri("SchoolCategory", plan.category)}
            ],
            "schoolTypeDescriptor": year.uri(
                "SchoolType", "Choice" if plan.kind == "choice" else "Public"
            ),
            "gradeLevels": [
                {"gradeLevelDescriptor": year.uri("GradeLevel", _GRADES.get(grade, grade))}
                for grade in plan.grades
            ],
        }


def sessions(year: Year, all_sessions: Sequence[Session]) -> Iterator[Row]:
    """Every session, the Annual ones too."""
    for session in all_sessions:
        yield {
            "sessionName": session.name,
            "schoolReference": {"schoolId": session.school_id},
            "schoolYearTypeReference": {"schoolYear": year.end},
            "beginDate": session.begin.isoformat(),
            "endDate": session.end.isoformat(),
            "termDescriptor": session.term_descriptor,
            "totalInstructionalDays": _instructional_days(session),
        }


def grading_periods(year: Year, all_sessions: Sequence[Session]) -> Iterator[Row]:
    """One grading period per session, of the same name."""
    for session in all_sessions:
        yield {
            "gradingPeriodDescriptor": year.uri("GradingPeriod", "End of Session"),
            "gradingPeriodName": session.name,
            "schoolReference": {"schoolId": session.school_id},
            "schoolYearTypeReference": {"schoolYear": year.end},
            "beginDate": session.begin.isoformat(),
            "endDate": session.end.isoformat(),
            "totalInstructionalDays": _instructional_days(session),
        }


def _instructional_days(session: Session) -> int:
    return ((session.end - session.begin).days + 1) * 5 // 7


def courses(year: Year, campus: Campus) -> Iterator[Row]:
    """The state's course catalogue: one course per state code in use."""
    titles = {row["stateCode"]: row["name"] for row in reversed(campus["course"])}
    for code, title in sorted(titles.items()):
        yield {
            "courseCode": code,
            "courseTitle": title,
            "numberOfParts": 1,
            "educationOrganizationReference": {"educationOrganizationId": SEA_ID},
            "identificationCodes": [
                {
                    "courseIdentificationSystemDescriptor": year.uri(
                        "CourseIdentificationSystem", "State course code"
                    ),
                    "identificationCode": code,
                }
            ],
        }


def programs(year: Year, agency: AgencyPlan, campus: Campus) -> Iterator[Row]:
    """The programs of the SIS, and one that no section association uses."""
    rows = [(row["name"], row["programType"], row["programID"]) for row in campus["program"]]
    for name, code, identifier in [*rows, ("Title I Part A", "Title I", "99")]:
        yield {
            "programName": name,
            "programTypeDescriptor": year.uri("ProgramType", code),
            "educationOrganizationReference": {"educationOrganizationId": agency.lea_id},
            "programId": identifier,
        }
