"""What Minnesota asks for: minutes of courses and sections, and early education's codes."""

from types import MappingProxyType

from edfi_audit.sandbox.world.campus import Campus

__all__ = ["CODES", "describe"]

_COURSE_MINUTES = (("SCI-", 50),)
_SECTION_MINUTES = (("PE-", 40), ("ADV-", 0))
CODES = MappingProxyType(
    {
        f"{code}{status}": (code, status)
        for code, status in (
            *(("ABA", "FULL"), ("DR", "YR1"), ("ISB", "YR2"), ("PAT", "FULL"), ("TD", "FULL")),
            *(("NONE", "X"), ("PYRAMID", "FULL"), ("CLASS", "YR2"), ("PBIS", "YR1")),
            ("RPPM", "FULL"),
        )
    }
)
"""Code of a course → its descriptor's code, and the code of the status."""
_EARLY = MappingProxyType(
    {
        "0K410": ("ABAFULL", "PYRAMIDFULL", "CREATIVEFULL"),
        "0K455": ("DRYR1", None, None),
        "0KG10": ("ISBYR2", "CLASSYR2", "CREATIVEYR2"),
        "0KG55": (None, "NONEX", None),
        "00110": ("PATFULL", "PBISYR1", None),
        "00155": ("NONEX", None, None),
        "00210": ("TDFULL", "RPPMFULL", None),
        "00255": (None, None, "CREATIVEFULL"),
    }
)
"""Course → approach, initiative, curriculum, each with how far it is implemented."""
_SPECIAL = "00210"


def describe(campus: Campus) -> None:
    """Gives minutes to some courses and sections, and codes to those of the early grades."""
    numbers = {}
    for course in campus["course"]:
        number = numbers[course["courseID"]] = course["number"]
        course["periodMinutes"] = _minutes(number, _COURSE_MINUTES)
        course["specialEducation"] = int(number == _SPECIAL or course["specialEducation"])
        approach, initiative, curriculum = _EARLY.get(number, (None, None, None))
        course |= {
            "eeInstApproachAndImp": approach,
            "eeSiteBasedInitAndImp": initiative,
            "eeCurrAndImp": curriculum,
        }
    for section in campus["section"]:
        number = numbers[section["courseID"]]
        section["periodMinutesOverride"] = _minutes(number, _SECTION_MINUTES)


def _minutes(number: str, by_prefix: tuple[tuple[str, int], ...]) -> int | None:
    return next((minutes for prefix, minutes in by_prefix if number.startswith(prefix)), None)
