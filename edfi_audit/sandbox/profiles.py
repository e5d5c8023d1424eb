"""Profiles: which one applies to a request, and a record without what it hides."""

import re
from collections.abc import Iterable

import orjson

from edfi_audit.sandbox.keys import Key, Profile
from edfi_audit.sandbox.model import Resource
from edfi_audit.sandbox.problems import RefusedError, ambiguous_profile
from edfi_audit.sandbox.stamps import Record

__all__ = ["assigned_profiles", "content_type", "hide", "profile_for"]

_ASKED = re.compile(r"application/vnd\.ed-fi\.([^.]+)\.(.+)\.readable\+json", re.IGNORECASE)


def assigned_profiles(key: Key) -> list[str]:
    """The names of a key's profiles, each once."""
    return list(dict.fromkeys(profile.name for profile in key.profiles))


def profile_for(key: Key, resource: Resource, accept: str) -> Profile | None:
    """The profile that a reading request falls under; null for none.

    One that covers the resource is applied without being asked for; of several, the request must
    choose one by its `Accept` header: `RefusedError` (403) when it does not.
    """
    covering = [item for item in key.profiles if item.resource.lower() == resource.name.lower()]
    asked = _ASKED.search(accept)
    if asked is not None and covering:
        chosen = [item for item in covering if item.name.lower() == asked[2].lower()]
        if chosen:
            return chosen[0]
    elif len(covering) <= 1:
        return next(iter(covering), None)
    raise RefusedError(ambiguous_profile(content_type(resource, item) for item in covering))


def content_type(resource: Resource, profile: Profile) -> str:
    """The media type of a resource under a profile."""
    return f"application/vnd.ed-fi.{resource.entity}.{profile.name}.readable+json".lower()


def hide(profile: Profile, rows: Iterable[bytes]) -> list[bytes]:
    """The rows without the fields that the profile hides."""
    return [orjson.dumps(_without(orjson.loads(row), profile.hides)) for row in rows]


def _without(record: Record, paths: Iterable[str]) -> Record:
    for path in paths:
        *outer, last = path.split(".")
        level: object = record
        for name in outer:
            level = level.get(name) if isinstance(level, dict) else None
        if isinstance(level, dict):
            level.pop(last, None)
    return record
