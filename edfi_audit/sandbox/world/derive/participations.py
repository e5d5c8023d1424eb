"""Program associations of students: career and dual ones apart from the others."""

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.catalogue import LEA_ID
from edfi_audit.sandbox.world.derive.reading import Reading
from edfi_audit.sandbox.world.frame import descriptor

__all__ = ["participations"]

_LANGUAGE = "WL"


def participations(reading: Reading) -> dict[str, list[Row]]:
    """One association per student and program, by resource."""
    programs = {row["programID"]: row for row in reading.campus["program"]}
    pairs = {
        (row["personID"], row["programID"]): None for row in reading.campus["programParticipation"]
    }
    found: dict[str, list[Row]] = {
        "studentCTEProgramAssociations": [],
        "studentProgramAssociations": [],
    }
    for person_id, program_id in pairs:
        program = programs[program_id]
        career = program["programType"] != _LANGUAGE
        resource = "studentCTEProgramAssociations" if career else "studentProgramAssociations"
        found[resource].append(
            {
                "beginDate": reading.year.on(9, 2).isoformat(),
                "studentReference": {"studentUniqueId": reading.people[person_id]["edfiID"]},
                "educationOrganizationReference": {"educationOrganizationId": LEA_ID},
                "programReference": {
                    "educationOrganizationId": LEA_ID,
                    "programName": program["name"],
                    "programTypeDescriptor": descriptor("ProgramType", program["programType"]),
                },
            }
        )
    return found
