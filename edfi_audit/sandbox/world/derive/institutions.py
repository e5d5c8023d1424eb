"""Agency, schools, sessions, courses and programs as the ODS holds them."""

from collections.abc import Iterator, Sequence

from edfi_audit.sandbox.world.calendar import School
from edfi_audit.sandbox.world.campus import Campus, Row
from edfi_audit.sandbox.world.catalogue import SEA_ID, AgencyPlan
from edfi_audit.sandbox.world.frame import Session, Year, descriptor

__all__ = ["agencies", "courses", "grading_periods", "programs", "schools", "sessions"]

_GRADES = {"K4": "K4", "KG": "KG"}


def agencies(agency: AgencyPlan) -> Iterator[Row]:
    """The one agency."""
    yield {
        "localEducationAgencyId": agency.lea_id,
        "nameOfInstitution": agency.name,
        "localEducationAgencyCategoryDescriptor": descriptor(
            "LocalEducationAgencyCategory", "Public school district"
        ),
        "categories": [_category("Local Education Agency")],
    }


def _category(name: str) -> Row:
    return {
        "educationOrganizationCategoryDescriptor": descriptor("EducationOrganizationCategory", name)
    }


def schools(agency: AgencyPlan, opened: list[School]) -> Iterator[Row]:
    """Every school of the agency."""
    for school in opened:
        plan = school.plan
        yield {
            "schoolId": plan.school_id,
            "nameOfInstitution": plan.name,
            "localEducationAgencyReference": {"localEducationAgencyId": agency.lea_id},
            "educationOrganizationCategories": [_category("School")],
            "schoolCategories": [
                {"schoolCategoryDescriptor": descriptor("SchoolCategory", plan.category)}
            ],
            "schoolTypeDescriptor": descriptor(
                "SchoolType", "Choice" if plan.kind == "choice" else "Public"
            ),
            "gradeLevels": [
                {"gradeLevelDescriptor": descriptor("GradeLevel", _GRADES.get(grade, grade))}
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
            "gradingPeriodDescriptor": descriptor("GradingPeriod", "End of Session"),
            "gradingPeriodName": session.name,
            "schoolReference": {"schoolId": session.school_id},
            "schoolYearTypeReference": {"schoolYear": year.end},
            "beginDate": session.begin.isoformat(),
            "endDate": session.end.isoformat(),
            "totalInstructionalDays": _instructional_days(session),
        }


def _instructional_days(session: Session) -> int:
    return ((session.end - session.begin).days + 1) * 5 // 7


def courses(campus: Campus) -> Iterator[Row]:
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
                    "courseIdentificationSystemDescriptor": descriptor(
                        "CourseIdentificationSystem", "State course code"
                    ),
                    "identificationCode": code,
                }
            ],
        }


def programs(agency: AgencyPlan, campus: Campus) -> Iterator[Row]:
    """The programs of the SIS, and one that no section association uses."""
    rows = [(row["name"], row["programType"], row["programID"]) for row in campus["program"]]
    for name, code, identifier in [*rows, ("Title I Part A", "Title I", "99")]:
        yield {
            "programName": name,
            "programTypeDescriptor": descriptor("ProgramType", code),
            "educationOrganizationReference": {"educationOrganizationId": agency.lea_id},
            "programId": identifier,
        }
