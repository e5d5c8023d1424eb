"""One ODS for several agencies: the records of a neighbor beside those of the audited one."""

from edfi_audit.sandbox.world.derive.keys import key_of
from edfi_audit.sandbox.world.derive.ods import Derived

__all__ = ["share"]

_SHARED = ("students", "staffs")


def share(own: Derived, other: Derived) -> None:
    """Put `other`'s records into the ODS of `own`; persons and courses that it has stay one."""
    for resource, records in other.ods.items():
        present = {_identity(resource, record) for record in own.ods[resource]}
        own.ods[resource] += [
            record for record in records if _identity(resource, record) not in present
        ]


def _identity(resource: str, record: dict[str, object]) -> object:
    """What makes two records the same: the state's courses and persons are everyone's."""
    if resource == "courses":
        return record["courseCode"]
    if resource in _SHARED:
        return tuple(key_of(resource, record).values())
    return record["id"]
