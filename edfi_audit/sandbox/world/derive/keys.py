"""Natural keys of ODS records, flat and in Ed-Fi's words, and the records' technical fields."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from edfi_audit.sandbox.world.campus import Row

__all__ = ["KEYS", "SECTION_KEY", "key_of", "stamp"]

SECTION_KEY = ("schoolId", "schoolYear", "sessionName", "localCourseCode", "sectionIdentifier")
_SECTION = {name: f"sectionReference.{name}" for name in SECTION_KEY}
_ASSOCIATION = "studentSectionAssociationReference"
KEYS: Mapping[str, Mapping[str, str]] = {
    "studentSectionAssociations": {
        **_SECTION,
        "studentUniqueId": "studentReference.studentUniqueId",
        "beginDate": "beginDate",
    },
    "staffSectionAssociations": {
        **_SECTION,
        "staffUniqueId": "staffReference.staffUniqueId",
        "beginDate": "beginDate",
    },
    "sections": {
        **{name: f"courseOfferingReference.{name}" for name in SECTION_KEY[:4]},
        "sectionIdentifier": "sectionIdentifier",
    },
    "courseOfferings": {
        "schoolId": "schoolReference.schoolId",
        "schoolYear": "sessionReference.schoolYear",
        "sessionName": "sessionReference.sessionName",
        "localCourseCode": "localCourseCode",
    },
    "programs": {
        "educationOrganizationId": "educationOrganizationReference.educationOrganizationId",
        "programName": "programName",
        "programTypeDescriptor": "programTypeDescriptor",
    },
    "students": {"studentUniqueId": "studentUniqueId"},
    "staffs": {"staffUniqueId": "staffUniqueId"},
    "studentSchoolAssociations": {
        "schoolId": "schoolReference.schoolId",
        "studentUniqueId": "studentReference.studentUniqueId",
        "entryDate": "entryDate",
    },
    "grades": {
        **{name: f"{_ASSOCIATION}.{name}" for name in SECTION_KEY},
        "studentUniqueId": f"{_ASSOCIATION}.studentUniqueId",
        "beginDate": f"{_ASSOCIATION}.beginDate",
        "gradeTypeDescriptor": "gradeTypeDescriptor",
        "gradingPeriodDescriptor": "gradingPeriodReference.gradingPeriodDescriptor",
        "gradingPeriodSchoolYear": "gradingPeriodReference.schoolYear",
        "periodSequence": "gradingPeriodReference.periodSequence",
        "gradingPeriodName": "gradingPeriodReference.gradingPeriodName",
    },
    "studentCTEProgramAssociations": {
        "studentUniqueId": "studentReference.studentUniqueId",
        "educationOrganizationId": "educationOrganizationReference.educationOrganizationId",
        "programEducationOrganizationId": "programReference.educationOrganizationId",
        "programName": "programReference.programName",
        "programTypeDescriptor": "programReference.programTypeDescriptor",
        "beginDate": "beginDate",
    },
    "schools": {"schoolId": "schoolId"},
    "localEducationAgencies": {"localEducationAgencyId": "localEducationAgencyId"},
}
"""Natural key fields of each resource and where they stand in a record."""

_EPOCH_TICKS = 621_355_968_000_000_000
_SPREAD = 40 * 24 * 3600


def key_of(resource: str, record: Row) -> Row:
    """The record's natural key; a part that is absent is null."""
    return {name: _at(record, path) for name, path in KEYS[resource].items()}


def _at(record: Row, path: str) -> object:
    value: object = record
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def stamp(record: Row, rng: Random, newest: datetime) -> Row:
    """The record with `id` first, `_etag` and `_lastModifiedDate` last."""
    moment = newest - timedelta(seconds=rng.randrange(_SPREAD))
    ticks = _EPOCH_TICKS + int(moment.timestamp()) * 10_000_000 + rng.randrange(10_000_000)
    return {
        "id": f"{rng.getrandbits(128):032x}",
        **record,
        "_etag": str(ticks),
        "_lastModifiedDate": f"{moment:%Y-%m-%dT%H:%M:%S}.{ticks % 10_000_000:07d}Z",
    }
