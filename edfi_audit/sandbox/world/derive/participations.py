"""Program associations of students: career and dual ones apart from the others."""

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.derive.reading import Reading

__all__ = ["participations"]

_CAREER = ("Dual", "Certified", "Non Certified", "IRC", "WBL")
_CERTIFIED = ("Certified", "IRC")
_STATUSES = ("A", "B", "C", "D")


def participations(reading: Reading) -> dict[str, list[Row]]:
    """One association per student and program, by resource.

    Every second one in a certified program, and none in another, has a certificate's status.
    """
    programs = {row["programID"]: row for row in reading.campus["program"]}
    pairs = {
        (row["personID"], row["programID"]): None for row in reading.campus["programParticipation"]
    }
    found: dict[str, list[Row]] = {
        "studentCTEProgramAssociations": [],
        "studentProgramAssociations": [],
    }
    for number, (person_id, program_id) in enumerate(pairs):
        program = programs[program_id]
        career = program["programType"] in _CAREER
        record = _association(reading, person_id, program)
        if program["programType"] in _CERTIFIED and number % 2:
            code = _STATUSES[number // 2 % len(_STATUSES)]
            status = reading.year.uri("CertificatedProgramStatus", code)
            record["_ext"] = {"wi": {"certificatedProgramStatusDescriptor": status}}
        resource = "studentCTEProgramAssociations" if career else "studentProgramAssociations"
        found[resource].append(record)
    return found


def _association(reading: Reading, person_id: str, program: Row) -> Row:
    agency = {"educationOrganizationId": int(program["edOrgID"])}
    return {
        "beginDate": reading.year.on(9, 2).isoformat(),
        "studentReference": {"studentUniqueId": reading.people[person_id]["edfiID"]},
        "educationOrganizationReference": agency,
        "programReference": {
            **agency,
            "programName": program["name"],
            "programTypeDescriptor": reading.year.uri("ProgramType", program["programType"]),
        },
    }
