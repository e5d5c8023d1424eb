"""SYN-001 … 004 and 006: what the ODS no longer follows."""

from datetime import timedelta

from edfi_audit.sandbox.world.defects import strays
from edfi_audit.sandbox.world.defects.newcomers import ENROLLMENTS
from edfi_audit.sandbox.world.defects.rooms import room
from edfi_audit.sandbox.world.defects.staffing import co_teach
from edfi_audit.sandbox.world.defects.stage import Stage
from edfi_audit.sandbox.world.derive.keys import key_of
from edfi_audit.sandbox.world.settings import RESYNC_ROWS

__all__ = ["drifted", "mapping_changed", "off", "off_and_stale", "wide_resync"]

_OFFERINGS, _STAFF = "courseOfferings", "staffSectionAssociations"
_DAY = timedelta(days=1)


def _of_resource(stage: Stage, rule_id: str, resource: str, severity: str) -> None:
    stage.find(rule_id, {"resource": resource}, severity, resource=resource)


def drifted(stage: Stage) -> None:
    """SYN-001. The co-teacher is a Support Teacher in the ODS."""
    for _ in range(stage.count(1, 6)):
        link = co_teach(stage, room(stage))
        link.record["classroomPositionDescriptor"] = stage.year.state.position("S")
        stage.find("SYN-001", link, "warning")


def off(stage: Stage) -> None:
    """SYN-002. Enrolments were toggled off, and all that was sent of them remains."""
    _toggle_off(stage, ENROLLMENTS)
    _of_resource(stage, "SYN-002", ENROLLMENTS, "warning")


def _toggle_off(stage: Stage, resource: str) -> None:
    for row in stage.campus["resourceToggle"]:
        if row["resource"] == resource:
            row["enabled"] = 0


def off_and_stale(stage: Stage) -> None:
    """SYN-003. Staff were toggled off, and the record of one who has left the section remains."""
    link = co_teach(stage, room(stage))
    stage.drop(link.source)
    stage.become(link, "IDM-004", planted=False)
    _toggle_off(stage, _STAFF)
    stage.find("SYN-003", link, "error")


def mapping_changed(stage: Stage) -> None:
    """SYN-004. A role was mapped anew, and no resync followed."""
    for row in stage.campus["resourcePreference"]:
        if (row["resource"], row["campusCode"]) == (_STAFF, "B"):
            row["modifiedDate"] = stage.campus.modified + 2 * _DAY
    _of_resource(stage, "SYN-004", _STAFF, "warning")


def wide_resync(stage: Stage) -> None:
    """SYN-006. So many offerings are unknown to the SIS that a resync would delete a lot."""
    model = room(stage).offering.record
    for number in range(RESYNC_ROWS + 1):
        code = f"OLD-{number:03d}"
        made = strays.copy(stage, _OFFERINGS, model, localCourseCode=code)
        stage.stray("IDM-006", _OFFERINGS, key_of(_OFFERINGS, made), planted=False)
    _of_resource(stage, "SYN-006", _OFFERINGS, "info")
