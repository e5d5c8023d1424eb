"""MIN-001 … 006: instruction minutes of course offerings, in Minnesota."""

from edfi_audit.sandbox.world.defects.rooms import Room, room
from edfi_audit.sandbox.world.defects.stage import Stage

__all__ = ["by_course", "by_override", "by_periods", "impossible", "unequal_sections", "zero"]

_MINUTES = "instructionMinutesPerTerm"


def _spoiled(stage: Stage, rule_id: str, severity: str = "warning") -> Room:
    """A room whose offering the rule speaks of."""
    made = room(stage)
    stage.find(rule_id, made.offering, severity)
    return made


def _sent(made: Room) -> int:
    minutes: int = made.offering.record["_ext"]["mn"][_MINUTES]
    return minutes


def _send(made: Room, minutes: int) -> None:
    made.offering.record["_ext"]["mn"][_MINUTES] = minutes


def by_override(stage: Stage) -> None:
    """MIN-001. The section has minutes of its own, and those of the periods were sent."""
    for _ in range(stage.count(1, 4)):
        _spoiled(stage, "MIN-001").section["periodMinutesOverride"] = 40


def by_course(stage: Stage) -> None:
    """MIN-002. The course has minutes, and those of the periods were sent."""
    for _ in range(stage.count(1, 4)):
        _spoiled(stage, "MIN-002").course["periodMinutes"] = 50


def by_periods(stage: Stage) -> None:
    """MIN-003. Two percent too many; one percent is near enough."""
    for _ in range(stage.count(1, 4)):
        made = _spoiled(stage, "MIN-003")
        _send(made, _sent(made) * 102 // 100)
    near = room(stage)
    _send(near, _sent(near) * 101 // 100)
    stage.near_miss("MIN-003", near.offering, "within one percent")


def unequal_sections(stage: Stage) -> None:
    """MIN-004. Two sections of the offering meet for different times."""
    first = _spoiled(stage, "MIN-004", "info")
    room(stage, course=first.course).section["periodMinutesOverride"] = 60


def zero(stage: Stage) -> None:
    """MIN-005. The section's override is 0, and minutes were sent; 0 would have been right."""
    _spoiled(stage, "MIN-005").section["periodMinutesOverride"] = 0
    near = room(stage)
    near.section["periodMinutesOverride"] = 0
    _send(near, 0)
    stage.near_miss("MIN-005", near.offering, "no minutes were sent")


def impossible(stage: Stage) -> None:
    """MIN-006. More minutes than a term has; none at all."""
    _send(_spoiled(stage, "MIN-006"), 60_001)
    _send(_spoiled(stage, "MIN-006"), 0)
