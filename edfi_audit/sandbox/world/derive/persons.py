"""Students, staff and their schools as the ODS holds them; names say that they are synthetic."""

from collections.abc import Iterator

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.derive.reading import Reading, overlaps

__all__ = ["staff_schools", "staffs", "student_schools", "students"]

_KINDERGARTEN_AGE = 5
_BELOW_FIRST = {"K4": -1, "KG": 0}


def students(reading: Reading) -> Iterator[tuple[Row, Row]]:
    """Each enrolled student's person row and ODS record."""
    grades = {row["personID"]: row["grade"] for row in reversed(reading.campus["enrollment"])}
    for number, (person_id, grade) in enumerate(sorted(grades.items()), start=1):
        person = reading.people[person_id]
        age = _KINDERGARTEN_AGE + _BELOW_FIRST.get(grade, 0)
        age += 0 if grade in _BELOW_FIRST else int(grade)
        yield (
            person,
            {
                "studentUniqueId": person["edfiID"],
                "firstName": f"Student {number:06d}",
                "lastSurname": "Synthetic",
                "birthDate": f"{reading.year.end - 1 - age}-01-01",
            },
        )


def student_schools(reading: Reading) -> Iterator[tuple[Row, Row]]:
    """Each reportable enrolment and its student school association."""
    for row in reading.campus["enrollment"]:
        calendar = reading.calendars[row["calendarID"]]
        school = reading.schools[calendar["schoolID"]]
        gates = (row["noShow"], row["stateExclude"], calendar["exclude"], school["exclude"])
        if any(gates) or calendar["endYear"] != str(reading.year.end):
            continue
        primary = row["serviceType"] == "P"
        record = {
            "entryDate": row["startDate"].isoformat(),
            "schoolReference": {"schoolId": int(school["edfiNumber"] or school["number"])},
            "studentReference": {"studentUniqueId": reading.people[row["personID"]]["edfiID"]},
            "schoolYearTypeReference": {"schoolYear": reading.year.end},
            "entryGradeLevelDescriptor": reading.year.uri("GradeLevel", row["grade"]),
            "primarySchool": primary,
        }
        if reading.year.state.is_wisconsin:
            kind = reading.year.uri("EnrollmentType", "P" if primary else "C")
            record["_ext"] = {"wi": {"enrollmentTypeDescriptor": kind}}
        if row["endDate"]:
            record["exitWithdrawDate"] = row["endDate"].isoformat()
            record["exitWithdrawTypeDescriptor"] = reading.year.uri("ExitWithdrawType", "TC")
        yield row, record


def staffs(reading: Reading) -> Iterator[tuple[Row, Row]]:
    """Each assigned staff member's person row and ODS record."""
    for number, person_id in enumerate(sorted(reading.assignments), start=1):
        person = reading.people[person_id]
        if person["edfiID"]:
            yield (
                person,
                {
                    "staffUniqueId": person["edfiID"],
                    "firstName": f"Teacher {number:06d}",
                    "lastSurname": "Synthetic",
                },
            )


def staff_schools(reading: Reading) -> Iterator[Row]:
    """One association per staff member and school assigned to in the school year."""
    year, seen = reading.year, set()
    for row in reading.campus["employmentAssignment"]:
        school = reading.schools[row["schoolID"]]
        staff_id = reading.people[row["personID"]]["edfiID"]
        school_id = int(school["edfiNumber"] or school["number"])
        inside = overlaps(row["startDate"], row["endDate"], year.first, year.last)
        if staff_id is None or not inside or school["exclude"] or (staff_id, school_id) in seen:
            continue
        seen.add((staff_id, school_id))
        yield {
            "staffReference": {"staffUniqueId": staff_id},
            "schoolReference": {"schoolId": school_id},
            "programAssignmentDescriptor": reading.year.uri(
                "ProgramAssignment", "Regular Education"
            ),
            "schoolYearTypeReference": {"schoolYear": year.end},
        }
