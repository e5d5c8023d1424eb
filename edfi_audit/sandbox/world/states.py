"""The states a world can lie in: their namespace, their codes, and what they ask of a district."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["MINNESOTA", "NEBRASKA", "STATES", "WISCONSIN", "State"]

_OF_RECORD = "Teacher of Record"
_TEXTS = {
    "T": _OF_RECORD,
    "C": "Assistant Teacher",
    "S": "Support Teacher",
    "B": "Substitute Teacher",
}
_CODES = {"T": "01", "C": "02", "S": "03", "B": "04"}


@dataclass(frozen=True)
class State:
    """A state: the namespace of its descriptors, and Campus role → code of a classroom position."""

    profile: str
    namespace: str
    roles: Mapping[str, str]
    of_record: tuple[str, ...]
    """The codes that a Teacher of Record may have; the first is a primary teacher's."""

    @property
    def is_wisconsin(self) -> bool:
        """Whether summer school, Choice schools, empty sections and ungraded courses stay out.

        Program participations and enrollment types are Wisconsin's, too.
        """
        return self.profile == "WI"

    @property
    def is_minnesota(self) -> bool:
        """Whether instruction minutes and early education's codes are sent with an offering."""
        return self.profile == "MN"

    def uri(self, kind: str, code: str) -> str:
        """The full URI of a descriptor: `uri("Term", "S1")`."""
        return f"{self.namespace}/{kind}Descriptor#{code}"

    def position(self, role: str) -> str:
        """The classroom position that a Campus role is mapped to: `position("S")`."""
        return self.uri("ClassroomPosition", self.roles[role])

    @property
    def classroom_positions(self) -> tuple[str, ...]:
        """The codes that a position must be one of."""
        return tuple(sorted(self.roles.values()))

    @property
    def positions_of_record(self) -> tuple[str, ...]:
        """The classroom positions of a Teacher of Record."""
        return tuple(self.uri("ClassroomPosition", code) for code in self.of_record)

    @property
    def teacher_of_record(self) -> str:
        """The position of a primary teacher."""
        return self.positions_of_record[0]


WISCONSIN = State(
    "WI",
    "uri://dpi.wi.gov",
    MappingProxyType({**_TEXTS, "I": "Instructor of Record"}),
    (_OF_RECORD, "Instructor of Record"),
)
MINNESOTA = State("MN", "uri://education.mn.gov", MappingProxyType(_TEXTS), (_OF_RECORD,))
NEBRASKA = State("NE", "uri://education.ne.gov", MappingProxyType(_CODES), ("01",))
STATES = MappingProxyType({state.profile: state for state in (WISCONSIN, MINNESOTA, NEBRASKA)})
"""Profile → state."""
