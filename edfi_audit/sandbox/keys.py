"""Who may ask the sandbox, and what each of them may see and do."""

from dataclasses import dataclass

__all__ = ["READ_ACTIONS", "WRITE_ACTIONS", "Key", "Profile"]

READ_ACTIONS = frozenset({"Read", "ReadChanges"})
"""What the sandbox's own key may do unless told otherwise."""

WRITE_ACTIONS = READ_ACTIONS | {"Create", "Update", "Delete"}
"""What a key may do that also changes data."""


@dataclass(frozen=True)
class Profile:
    """A data policy called `name` that leaves the fields `hides` of one `resource` unsaid.

    Several of one name are one profile that covers several resources. A field is a member of the
    record, or the dotted path of a member further down.
    """

    name: str
    resource: str
    hides: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key with its secret and its rights.

    `denied` names resources its claim set does not cover, `actions` what it grants on all others.
    `education_organizations` are ids of districts and schools: the key sees what is related to
    them, everything where null. `profiles` are assigned to it.
    """

    key: str
    secret: str
    claim_set: str = "Sandbox"
    denied: frozenset[str] = frozenset()
    actions: frozenset[str] = READ_ACTIONS
    education_organizations: frozenset[int] | None = None
    profiles: tuple[Profile, ...] = ()

    def covers(self, resource: str) -> bool:
        """Whether its claim set has this resource at all."""
        return resource.lower() not in {name.lower() for name in self.denied}
