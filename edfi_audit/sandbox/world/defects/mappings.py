"""IDM-011, 013, 014: years of mapping rows, persons without an Ed-Fi ID, IDs of two persons."""

from typing import TYPE_CHECKING

from edfi_audit.sandbox.world.defects.newcomers import newcomer
from edfi_audit.sandbox.world.defects.rooms import home, room
from edfi_audit.sandbox.world.defects.stage import ASSOCIATIONS, Stage
from edfi_audit.sandbox.world.derive import Absence
from edfi_audit.sandbox.world.rosters import roster_row

if TYPE_CHECKING:
    from edfi_audit.sandbox.world.campus import Row

__all__ = ["another_year", "shared", "without_id"]


def another_year(stage: Stage) -> None:
    """IDM-011. A record of this year stands in the mapping of the year before."""
    link = room(stage).offering
    if link.mapping is not None:
        link.mapping["endYear"] = str(stage.year.end - 1)
    stage.become(link, "IDM-002", planted=False)
    stage.find("IDM-011", link, "warning")


def without_id(stage: Stage) -> None:
    """IDM-013. A student on a roster, without an Ed-Fi ID."""
    lesson = room(stage).lesson
    person = stage.campus.add("person")
    person["studentNumber"] = f"1{person['personID'][-5:]}"
    row = roster_row(stage.campus, lesson.section, person)
    nobody: Row = {"studentUniqueId": None}
    key = {**lesson.key, **nobody, "beginDate": lesson.session.begin.isoformat()}
    stage.derived.absences.append(Absence(ASSOCIATIONS, key, lesson.school_id, "no_edfi_id", row))
    stage.find("IDM-013", nobody, "error", resource="students")


def shared(stage: Stage) -> None:
    """IDM-014. A second person row has the student's Ed-Fi ID, with a space before it."""
    room(stage)
    student = home(stage).student or newcomer(stage)
    stage.campus.add("person", edfiID=f" {student.student_id}")
    key = {"studentUniqueId": student.student_id}
    stage.find("IDM-014", key, "error", resource="students")
