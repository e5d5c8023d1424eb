"""A frozen copy of an ODS to read from, where its host keeps one.

Versions 5 and 6 list snapshots by name, 7 has one or none; nobody else has any. Most hosts keep
none, so it is asked for and done without.
"""

from dataclasses import replace

from edfi_audit.errors import SourceError
from edfi_audit.ods.api import Api

__all__ = ["with_snapshot"]

_NAMED, _UNNAMED, _NONE = (5, 0), (7, 0), (8, 0)


def with_snapshot(api: Api, probe: str) -> Api:
    """An API that reads from the newest snapshot, told by reading `probe`; `api` where none is."""
    headers = _headers(api)
    if not headers:
        return api
    frozen = replace(api, headers=headers)
    try:
        frozen.count(probe)
        newest = frozen.newest()
    except SourceError:
        return api
    return frozen if newest is not None else api


def _headers(api: Api) -> dict[str, str]:
    version = api.endpoints.version or _NONE
    if version >= _NONE or version < _NAMED or api.change_versions is None:
        return {}
    if version >= _UNNAMED:
        return {"Use-Snapshot": "true"}
    try:
        known = [one for one in api.snapshots() if isinstance(one, dict)]
    except SourceError:
        return {}
    if not known:
        return {}
    newest = max(known, key=lambda one: str(one.get("snapshotDateTime", "")))
    return {"Snapshot-Identifier": str(newest.get("snapshotIdentifier", ""))}
