"""What a record looks like, as OpenAPI describes it: learned from the records themselves."""

from collections.abc import Iterable, Mapping
from itertools import islice

import orjson

from edfi_audit.sandbox.collection import Collection
from edfi_audit.sandbox.keys import Profile
from edfi_audit.sandbox.model import Resource
from edfi_audit.sandbox.profiles import hide

__all__ = ["schema_name", "schema_of", "type_of"]

Schema = dict[str, object]

_LOOKED_AT = 500


def schema_name(resource: Resource, *, readable: bool = False) -> str:
    """The name Ed-Fi gives a resource's schema; under a profile it is the `readable` one."""
    entity = resource.entity[0].lower() + resource.entity[1:]
    return f"edFi_{entity}_readable" if readable else f"edFi_{entity}"


def schema_of(collection: Collection, profile: Profile | None = None) -> Schema:
    """The schema of a collection's records, without what `profile` hides.

    It has the natural key and every member that one of the first records has.
    """
    rows: Iterable[bytes] = list(islice(collection.rows.values(), _LOOKED_AT))
    described = _described(
        [orjson.loads(row) for row in (hide(profile, rows) if profile else rows)]
    )
    properties = described.get("properties")
    found: dict[str, object] = dict(properties) if isinstance(properties, Mapping) else {}
    found = {"id": {"type": "string"}} | found
    required: list[str] = []
    for name, path in collection.resource.key:
        outer, _, below = path.partition(".")
        required += [] if outer in required else [outer]
        if below:
            found.setdefault(outer, {"type": "object"})
        else:
            found[outer] = {**type_of(name), "x-Ed-Fi-isIdentity": True}
    return {"type": "object", "required": required, "properties": found}


def _described(values: list[object]) -> Schema:
    """The schema that fits all of these values, which are of one kind."""
    objects = [value for value in values if isinstance(value, dict)]
    if objects:
        names = dict.fromkeys(name for value in objects for name in value)
        return {
            "type": "object",
            "properties": {
                name: _described([value[name] for value in objects if name in value])
                for name in names
            },
        }
    lists = [value for value in values if isinstance(value, list)]
    if lists:
        return {"type": "array", "items": _described([one for value in lists for one in value])}
    return {"type": _KINDS.get(type(values[0]) if values else str, "string")}


_KINDS = {bool: "boolean", int: "integer", float: "number"}
_INTEGER_ENDINGS = ("schoolid", "organizationid", "agencyid", "centerid", "schoolyear", "sequence")


def type_of(name: str) -> Schema:
    """The schema of a member with this name alone."""
    if name.lower().endswith(_INTEGER_ENDINGS):
        return {"type": "integer"}
    if name.lower().endswith("date"):
        return {"type": "string", "format": "date"}
    return {"type": "string"}
