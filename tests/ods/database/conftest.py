"""One PostgreSQL server for all tests here, with the tiny district as two ODS databases."""

import json

import pytest
from ods_database import contents, structure
from postgresql import PASSWORD, server

from edfi_audit.sandbox.world import generate
from edfi_audit.store import Store

LISTS = {
    "studentSectionAssociations": ["programs"],
    "sections": ["programs"],
    "courseOfferings": ["courseLevelCharacteristics", "curriculumUseds", "offeredGradeLevels"],
    "courses": ["levelCharacteristics"],
    "schools": ["schoolCategories", "gradeLevels"],
}


@pytest.fixture(scope="session")
def postgresql():
    """A running PostgreSQL server, with a role `reader` that has no privilege of its own."""
    with server() as running:
        running.run("postgres", f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'")
        yield running


@pytest.fixture(scope="session")
def districts(tmp_path_factory):
    """The API's records of one district by Data Standard, and by resource."""
    folder = tmp_path_factory.mktemp("district")
    generate(folder, size="tiny", defects="none")  # no database would hold a record without key
    files = sorted((folder / "ods").glob("*.jsonl"))
    records = {file.stem: [json.loads(line) for line in file.open()] for file in files}
    _fill(records)
    return {"5.2": records, "4.0": _older(records)}


@pytest.fixture(scope="session")
def databases(postgresql, districts):
    """The address of the database that holds the district, by Data Standard."""
    return {
        standard: postgresql.create(
            f"ods_{standard.replace('.', '_')}", structure(standard) + contents(records)
        )
        for standard, records in districts.items()
    }


@pytest.fixture
def store(tmp_path):
    """An empty store."""
    return Store(tmp_path / "data")


def _fill(records):
    """Let every stored column have a value somewhere, and write empty lists as an ODS does."""
    for name in ("attemptStatusDescriptor", "endDate"):
        records["studentSectionAssociations"][0].pop(name)
    records["staffSectionAssociations"][0] |= {
        "percentageContribution": 0.5,
        "highlyQualifiedTeacher": True,
        "teacherStudentDataLinkExclusion": False,
    }
    records["grades"][0] |= {
        "numericGradeEarned": 87.25,
        "performanceBaseConversionDescriptor": "uri://ed-fi.org/PerformanceBaseConversion#Basic",
    }
    program = records["programs"][0]
    named = {name: program[name] for name in ("programName", "programTypeDescriptor")}
    reference = {"programReference": named | program["educationOrganizationReference"]}
    records["sections"][0]["programs"] = [reference]
    level = {"courseLevelCharacteristicDescriptor": 'uri://dpi.wi.gov/CourseLevel#AP, "Høyre"'}
    records["courses"][0]["levelCharacteristics"] = [level]
    records["courseOfferings"][0] |= {
        "courseLevelCharacteristics": [level],
        "curriculumUseds": [{"curriculumUsedDescriptor": "uri://dpi.wi.gov/CurriculumUsed#IB"}],
        "offeredGradeLevels": [
            {"gradeLevelDescriptor": f"uri://dpi.wi.gov/GradeLevelDescriptor#{grade}"}
            for grade in ("09", "10")
        ],
        "instructionalTimePlanned": 7200,
        "_ext": {"mn": _implemented()},
    }
    records["sections"][0]["_ext"] = {"mn": {"instructionMinutesPerTerm": 3600.0}}
    records["studentSectionAttendanceEvents"] = [
        {
            "id": f"{place:032x}",
            "sectionReference": one["sectionReference"],
            "studentReference": one["studentReference"],
            "eventDate": f"2025-10-{place:02d}",
            "attendanceEventCategoryDescriptor": "uri://dpi.wi.gov/AttendanceEventCategory#T",
            "_etag": str(place),
            "_lastModifiedDate": "2025-10-31T03:00:00.25Z",
        }
        for place, one in enumerate(records["studentSectionAssociations"][:3], start=1)
    ]
    for resource in ("studentProgramAssociations", "studentCTEProgramAssociations"):
        records[resource][0]["endDate"] = "2026-05-29"
    for resource, names in LISTS.items():
        for record in records[resource]:
            for name in names:
                record.setdefault(name, [])


def _implemented():
    """What Minnesota asks of a course offering: minutes, and lists of pairs, some half empty."""
    namespace = "uri://education.mn.gov"
    full = {"implementationStatusDescriptor": f"{namespace}/ImplementationStatusDescriptor#FULL"}
    approach, initiative = (
        {f"{name}Descriptor": f"{namespace}/{name[0].upper()}{name[1:]}Descriptor#{code}"}
        for name, code in (("instructionalApproach", "LI"), ("siteBasedInitiative", "PBIS"))
    )
    other = {"instructionalApproachDescriptor": f"{namespace}/InstructionalApproachDescriptor#R"}
    return {
        "instructionMinutesPerTerm": 3600.0,
        "instructionalApproaches": [approach | full, other],
        "siteBasedInitiatives": [initiative | full],
    }


def _older(records):
    """The same in Data Standard 4.0: no programs of a roster row, grading periods by number."""
    older = json.loads(json.dumps(records))
    for record in older["studentSectionAssociations"]:
        record.pop("programs")
    numbers = {}
    for record in older["gradingPeriods"]:
        name = record.pop("gradingPeriodName")
        numbers[name] = record["periodSequence"] = numbers.get(name, len(numbers) + 1)
    for record in older["grades"]:
        period = record["gradingPeriodReference"]
        period["periodSequence"] = numbers[period.pop("gradingPeriodName")]
    return older
