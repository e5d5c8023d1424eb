"""From API-shaped records to the shapes that the rules speak of."""

from datetime import date, datetime
from typing import Any

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.derive.keys import SECTION_KEY, key_of
from edfi_audit.sandbox.world.oracle.facts import Facts
from edfi_audit.sandbox.world.oracle.shapes import (
    Association,
    Enrollment,
    Grade,
    Logical,
    Participation,
    Program,
    School,
    Section,
    SectionKey,
    Session,
)

__all__ = [
    "association",
    "code",
    "day",
    "descriptors",
    "enrollment",
    "grade",
    "moment",
    "participation",
    "school",
    "section",
    "section_key",
    "session",
    "text",
]

_WORDS = (
    "Kindergarten",
    "First grade",
    "Second grade",
    "Third grade",
    "Fourth grade",
    "Fifth grade",
    "Sixth grade",
    "Seventh grade",
    "Eighth grade",
    "Ninth grade",
    "Tenth grade",
    "Eleventh grade",
    "Twelfth grade",
)
_GRADE_LEVELS = {
    "PK": -3,
    "K3": -2,
    "K4": -1,
    "KG": 0,
    "K": 0,
    "5K": 0,
    **{word.upper(): level for level, word in enumerate(_WORDS)},
    **{str(level): level for level in range(1, 13)},
    **{f"{level:02d}": level for level in range(1, 13)},
}
_ANNUAL = ("annual", "fds/lds")


def text(value: object) -> str | None:
    """The text as it stands; blank is null."""
    return value if isinstance(value, str) and value.strip() else None


def code(descriptor: object) -> str | None:
    """What stands after `#`, trimmed; the whole text where there is none."""
    found = text(descriptor)
    return found.rpartition("#")[2].strip() or None if found else None


def descriptors(record: Row, of: str, name: str) -> list[str]:
    """The descriptors `name` in the record's list `of`."""
    return [found for one in record.get(of) or () if (found := text(one.get(name)))]


def school(record: Row) -> School:
    """Choice by its category or type ("Choice…"); the settings may name further ones."""
    said = [
        *descriptors(record, "schoolCategories", "schoolCategoryDescriptor"),
        record.get("schoolTypeDescriptor"),
    ]
    lea = record.get("localEducationAgencyReference") or {}
    return School(
        key_of("schools", record),
        record["schoolId"],
        lea.get("localEducationAgencyId"),
        any((code(one) or "").lower().startswith("choice") for one in said),
    )


def session(record: Row) -> Session:
    """Annual by its term `A`, or by its name."""
    name = text(record.get("sessionName"))
    year = record.get("schoolYearTypeReference") or {}
    of = record.get("schoolReference") or {}
    return Session(
        of.get("schoolId"),
        year.get("schoolYear"),
        name,
        day(record.get("beginDate")),
        day(record.get("endDate")),
        text(record.get("termDescriptor")),
        code(record.get("termDescriptor")) == "A" or (name or "").strip().lower() in _ANNUAL,
    )


def section(record: Row) -> Section:
    """A record of /sections."""
    key = key_of("sections", record)
    return Section(key, section_key(key), key["schoolId"], (*_programs(record), *_own(record)))


def association(record: Row) -> Association:
    """A record of /studentSectionAssociations."""
    key = key_of("studentSectionAssociations", record)
    return Association(
        key=key,
        id=record.get("id"),
        school_id=key["schoolId"],
        school_year=key["schoolYear"],
        session_name=text(key["sessionName"]),
        section=section_key(key),
        student=text(key["studentUniqueId"]),
        begin=day(key["beginDate"]),
        end=day(record.get("endDate")),
        status=text(record.get("attemptStatusDescriptor")),
        core=_programs(record),
        own=_own(record),
    )


def enrollment(record: Row, facts: Facts) -> Enrollment:
    """A record of /studentSchoolAssociations."""
    key = key_of("studentSchoolAssociations", record)
    primary = record.get("primarySchool")
    type_ = text(_wi(record, "enrollmentTypeDescriptor"))
    level = (code(record.get("entryGradeLevelDescriptor")) or "").upper() or None
    return Enrollment(
        key=key,
        student=text(key["studentUniqueId"]),
        school_id=key["schoolId"],
        school_year=(record.get("schoolYearTypeReference") or {}).get("schoolYear"),
        entry=day(key["entryDate"]),
        exit=day(record.get("exitWithdrawDate")),
        exit_code=code(record.get("exitWithdrawTypeDescriptor")),
        grade=level,
        grade_level=_GRADE_LEVELS.get(level) if level else None,
        is_primary_school=primary,
        type=type_,
        kind=_kind(type_, facts, is_primary_school=primary),
    )


def _kind(type_: str | None, facts: Facts, *, is_primary_school: bool | None) -> str:
    """By enrollment type; without one, by primarySchool."""
    if type_ is not None:
        kinds = {
            facts.uri("EnrollmentType", "P"): "primary",
            facts.uri("EnrollmentType", "C"): "coursework",
        }
        return kinds.get(type_, "other")
    if is_primary_school is None:
        return "unknown"
    return "primary" if is_primary_school else "coursework"


def grade(record: Row, facts: Facts) -> Grade:
    """A record of /grades."""
    key = key_of("grades", record)
    of, student = section_key(key), text(key["studentUniqueId"])
    conversion = text(record.get("performanceBaseConversionDescriptor"))
    marks = {facts.uri("PerformanceBaseConversion", mark) for mark in ("P", "F")}
    graded = (
        text(record.get("letterGradeEarned")) is not None
        or record.get("numericGradeEarned") is not None
        or conversion in marks
    )
    not_graded = conversion == facts.uri("PerformanceBaseConversion", "Not Graded")
    return Grade(
        key,
        key["schoolId"],
        Logical(of, student) if of and student else None,
        day(key["beginDate"]),
        text(record.get("gradeTypeDescriptor")),
        conversion,
        "graded" if graded else "not graded" if not_graded else "none",
    )


def participation(record: Row) -> Participation:
    """A record of /studentProgramAssociations or /studentCTEProgramAssociations."""
    key = key_of("studentCTEProgramAssociations", record)
    return Participation(
        key,
        text(key["studentUniqueId"]),
        key["educationOrganizationId"],
        _program(record.get("programReference") or {}),
        text(_wi(record, "certificatedProgramStatusDescriptor")),
    )


def day(value: object) -> date | None:
    """The date of an ISO text; null where it is none."""
    found = text(value)
    try:
        return date.fromisoformat(found[:10]) if found else None
    except ValueError:
        return None


def moment(value: object) -> datetime | None:
    """A point in time as the API writes it, in UTC and without its zone."""
    found = text(value)
    if found is None:
        return None
    whole, _, fraction = found.removesuffix("Z").partition(".")
    return datetime.fromisoformat(f"{whole}.{fraction[:6]:0<6}" if fraction else whole)


def section_key(key: Row) -> SectionKey | None:
    """The five parts; null while one is missing or blank."""
    parts: list[Any] = [key.get(name) for name in SECTION_KEY]
    if any(part is None or (isinstance(part, str) and not part.strip()) for part in parts):
        return None
    return SectionKey(*parts)


def _wi(record: Row, name: str) -> object:
    """A field that stands in the core record or in Wisconsin's extension."""
    return record.get(name) or _extension(record).get(name)


def _extension(record: Row) -> Row:
    found: Row = (record.get("_ext") or {}).get("wi") or {}
    return found


def _own(record: Row) -> tuple[Program, ...]:
    return _programs(_extension(record))


def _programs(holder: Row) -> tuple[Program, ...]:
    return tuple(
        _program(one.get("programReference") or {}) for one in holder.get("programs") or ()
    )


def _program(reference: Row) -> Program:
    return Program(
        reference.get("educationOrganizationId"),
        text(reference.get("programName")),
        text(reference.get("programTypeDescriptor")),
    )
