"""CO-015, SYN-007, IDM-012, SYN-005: what has changed since the district was audited before."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.defects import strays
from edfi_audit.sandbox.world.defects.rooms import Room, room
from edfi_audit.sandbox.world.defects.stage import ASSOCIATIONS, Stage

__all__ = ["forgotten_mapping", "not_followed", "renumbered_course", "renumbered_section"]

_OFFERINGS, _SECTIONS = "courseOfferings", "sections"
_FORM = "%Y-%m-%dT%H:%M:%S"
_LENGTH = len("2026-06-20T03:00:00")
_AGO = timedelta(days=300)


def _was_absent(stage: Stage, made: Room) -> None:
    """The room's student missed a day: one more record that names the section."""
    record = made.lesson.students[0].record
    content = {
        "attendanceEventCategoryDescriptor": stage.year.uri(
            "AttendanceEventCategory", "Unexcused Absence"
        ),
        "eventDate": record["beginDate"],
        "sectionReference": dict(record["sectionReference"]),
        "studentReference": dict(record["studentReference"]),
    }
    strays.record(stage, "studentSectionAttendanceEvents", content)


def renumbered_course(stage: Stage) -> Iterator[None]:
    """CO-015. The offering was deleted and posted with the new number, its children were not."""
    made = room(stage)
    _was_absent(stage, made)
    yield
    link, old = made.offering, dict(made.offering.key)
    made.course["number"] += "R"
    stage.drop(link.record)
    link.record = strays.copy(stage, _OFFERINGS, link.record, localCourseCode=made.course["number"])
    _follow(stage, made)
    stage.find("CO-015", old, "error", resource=_OFFERINGS)


def _follow(stage: Stage, made: Room) -> None:
    """The offering's mapping row names the record that is there now."""
    if made.offering.mapping is not None:
        made.offering.mapping["edfiID"] = made.offering.record["id"]
    stage.rekey(made.offering)


def renumbered_section(stage: Stage) -> Iterator[None]:
    """SYN-007. The section has another number, and everything in the ODS the old one."""
    made = room(stage)
    _was_absent(stage, made)
    yield
    made.section["number"] = "51"
    stage.find("SYN-007", made.lesson.key, "error", resource=_SECTIONS)


def forgotten_mapping(stage: Stage) -> Iterator[None]:
    """IDM-012. All was sent again under the section's new number; the mapping notes the old one."""
    made = room(stage)
    yield
    lesson, number = made.lesson, "52"
    made.section["number"] = number
    identifier = f"{lesson.course['number']}-{number}"
    for link in made.links[1:]:
        old = dict(link.key)
        _rename(link.record, identifier)
        stage.find("IDM-012", old, "error", resource=link.resource)
    grade = stage.grade_if_any(lesson.students[0])
    if grade is not None:
        grade["studentSectionAssociationReference"]["sectionIdentifier"] = identifier


def _rename(record: Row, identifier: str) -> None:
    record.get("sectionReference", record)["sectionIdentifier"] = identifier


def not_followed(stage: Stage) -> Iterator[None]:
    """SYN-005. Rosters went on changing, and no association has come to the ODS since summer."""
    for record in stage.world.ods[ASSOCIATIONS]:
        moment = record["_lastModifiedDate"]
        earlier = datetime.strptime(moment[:_LENGTH], _FORM) - _AGO  # noqa: DTZ007
        record["_lastModifiedDate"] = f"{earlier:{_FORM}}{moment[_LENGTH:]}"
    yield
    key = {"resource": ASSOCIATIONS}
    stage.find("SYN-005", key, "warning", resource=ASSOCIATIONS)
