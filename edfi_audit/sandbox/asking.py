"""Who asks for which collection, and in which state of the records it is read."""

from dataclasses import dataclass

from starlette.requests import Request

from edfi_audit.sandbox.collection import Collection
from edfi_audit.sandbox.keys import Key
from edfi_audit.sandbox.ods import Ods, ods_of, query_of
from edfi_audit.sandbox.paging import RESERVED, integer
from edfi_audit.sandbox.problems import NOT_FOUND, RefusedError, unknown_query_field
from edfi_audit.sandbox.records import Records
from edfi_audit.sandbox.scope import Sees, sight_of
from edfi_audit.sandbox.selection import Query, unknown_fields

__all__ = ["Asked", "asked_of", "replica_of"]


@dataclass(frozen=True)
class Asked:
    """A caller's `key`, and the `collection` it asks for as it stands in `records`.

    `records` are the live ones, a snapshot, or those of a replica that lags behind.
    """

    ods: Ods
    key: Key
    records: Records
    collection: Collection

    def sees(self) -> Sees | None:
        """What the key sees of the collection; null for everything."""
        organizations = self.key.education_organizations
        if organizations is None:
            return None
        return sight_of(self.records, organizations)(self.collection)

    def query(self, request: Request, *, by_cursor: bool) -> Query:
        """What the request's query asks for; `RefusedError` (400) where a release checks it.

        What is read `by_cursor` comes by aggregate id in every release.
        """
        given = query_of(request)
        wanted = {name: value for name, value in given.items() if name not in RESERVED}
        if self.ods.flavour.strict_query:
            for name in unknown_fields(self.collection, list(wanted)):
                raise RefusedError(unknown_query_field(name))
        least, most = self.bounds(given)
        by_version = self.ods.flavour.version_order and most is not None and not by_cursor
        if most is not None and most >= self.records.newest and not by_version:
            most = None
        sees = self.sees()
        sight = (self.key.education_organizations, self.records.newest) if sees else None
        return Query(wanted, least, most, by_version, sees, sight)

    def bounds(self, given: dict[str, str]) -> tuple[int, int | None]:
        """The change versions asked for; without the feature, every one."""
        if not self.ods.options.change_queries:
            return 0, None
        return integer(given, "minChangeVersion") or 0, integer(given, "maxChangeVersion")


def asked_of(request: Request, action: str) -> Asked:
    """Who asks for what; `RefusedError` 401, 403, 404, and those of a snapshot."""
    ods = ods_of(request)
    key = ods.tokens.authenticate(request.headers.get("authorization"))[1]
    records = ods.snapshots.asked_for(request) or replica_of(request) or ods.records
    collection = records.collection(request.path_params["resource"])
    if collection is None:
        raise RefusedError(NOT_FOUND)
    ods.require(key, collection, action)
    return Asked(ods, key, records, collection)


def replica_of(request: Request) -> Records | None:
    """The lagging copy that a fault makes this request read; null for none."""
    replica = request.scope.get("sandbox.replica")
    return replica if isinstance(replica, Records) else None
