"""MAP-001 … 010: approaches and initiatives of early education, in Minnesota."""

from datetime import timedelta

from edfi_audit.sandbox.world.campus import Row
from edfi_audit.sandbox.world.defects.rooms import Room, room
from edfi_audit.sandbox.world.defects.stage import Stage

__all__ = [
    "another_code",
    "another_status",
    "center_of_excellence",
    "code_of_none",
    "mapping_changed",
    "no_code",
    "special_education",
    "two_prefixes",
    "two_statuses",
    "unknown_code",
]

_KINDS = {
    "eeInstApproachAndImp": "InstructionalApproach",
    "eeSiteBasedInitAndImp": "SiteBasedInitiative",
}
_ARRAYS = {
    "eeInstApproachAndImp": "instructionalApproaches",
    "eeSiteBasedInitAndImp": "siteBasedInitiatives",
}
_APPROACH, _INITIATIVE = _KINDS
_DAY = timedelta(days=1)


def _coded(
    stage: Stage,
    campus_code: str | None,
    sent: tuple[str, str | None] | None,
    column: str = _APPROACH,
) -> Room:
    """A room whose course has the code, and whose offering went out with code and status."""
    made = room(stage)
    made.course[column] = campus_code
    if sent is not None:
        made.offering.record["_ext"]["mn"][_ARRAYS[column]] = [_entry(stage, column, *sent)]
    return made


def _entry(stage: Stage, column: str, code: str, status: str | None) -> Row:
    kind, uri = _KINDS[column], stage.year.uri
    entry = {f"{kind[0].lower()}{kind[1:]}Descriptor": uri(kind, code)}
    if status is not None:
        entry["implementationStatusDescriptor"] = uri("ImplementationStatus", status)
    return entry


def _find(stage: Stage, rule_id: str, made: Room, severity: str = "warning") -> None:
    stage.find(rule_id, made.offering, severity)


def another_code(stage: Stage) -> None:
    """MAP-001. The course's approach was changed; of an initiative nothing was sent."""
    _find(stage, "MAP-001", _coded(stage, "ABAFULL", ("DR", "FULL")))
    _find(stage, "MAP-001", _coded(stage, "PBISYR1", None, _INITIATIVE))
    near = _coded(stage, " abaFull", ("ABA", "FULL"))
    stage.near_miss("MAP-001", near.offering, "case and edge spaces do not matter")


def no_code(stage: Stage) -> None:
    """MAP-002. The code was taken off the course."""
    _find(stage, "MAP-002", _coded(stage, None, ("ABA", "FULL")))


def another_status(stage: Stage) -> None:
    """MAP-003. Implemented further than was sent; sent without a status."""
    _find(stage, "MAP-003", _coded(stage, "ABAFULL", ("ABA", "YR1")))
    _find(stage, "MAP-003", _coded(stage, "CLASSYR2", ("CLASS", None), _INITIATIVE))


def unknown_code(stage: Stage) -> None:
    """MAP-004. A code that begins with no approach; one that ends with no status."""
    _find(stage, "MAP-004", _coded(stage, "ZZZFULL", None), "info")
    _find(stage, "MAP-004", _coded(stage, "ABA", ("ABA", None)), "info")


def two_prefixes(stage: Stage) -> None:
    """MAP-005. LI is Letter Identification, although L is Leap."""
    _find(stage, "MAP-005", _coded(stage, "LIFULL", ("LI", "FULL")), "info")


def special_education(stage: Stage) -> None:
    """MAP-006. The transdisciplinary approach outside special education; inside, it is right."""
    _find(stage, "MAP-006", _coded(stage, "TDFULL", ("TD", "FULL")))
    near = _coded(stage, "TDFULL", ("TD", "FULL"))
    near.course["specialEducation"] = 1
    stage.near_miss("MAP-006", near.offering, "a course of special education")


def center_of_excellence(stage: Stage) -> None:
    """MAP-007. A status of Centers of Excellence at a school that is none."""
    _find(stage, "MAP-007", _coded(stage, "ABACBEG", ("ABA", "CBEG")), "info")


def code_of_none(stage: Stage) -> None:
    """MAP-008. No approach, fully implemented; a status that does not apply is right."""
    _find(stage, "MAP-008", _coded(stage, "NONEFULL", ("NONE", "FULL")), "info")
    near = _coded(stage, "NONEX", ("NONE", "X"))
    stage.near_miss("MAP-008", near.offering, "the status does not apply")


def two_statuses(stage: Stage) -> None:
    """MAP-009. The curriculum is implemented less far than the approach."""
    made = _coded(stage, "ABAFULL", ("ABA", "FULL"))
    made.course["eeCurrAndImp"] = "CREATIVEYR1"
    _find(stage, "MAP-009", made, "info")


def mapping_changed(stage: Stage) -> None:
    """MAP-010. A code of the approaches was mapped anew, and no resync followed."""
    row = stage.campus.add(
        "resourcePreference",
        resource="courseOfferings",
        element="instructionalApproachDescriptor",
        campusCode="ABAFULL",
        edfiCode=stage.year.uri("InstructionalApproach", "ABA"),
    )
    row["modifiedDate"] = stage.campus.modified + 2 * _DAY
    key = {"resource": "courseOfferings"}
    stage.find("MAP-010", key, "warning", resource="courseOfferings")
