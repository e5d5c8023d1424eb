"""Writing records: POST creates or updates by natural key, PUT and DELETE work by id."""

import orjson
from starlette.requests import Request
from starlette.responses import Response

from edfi_audit.sandbox.asking import Asked, asked_of
from edfi_audit.sandbox.paths import Paths, root_url
from edfi_audit.sandbox.problems import (
    CHANGED_SINCE,
    ITEM_NOT_FOUND,
    RefusedError,
    bad_body,
    key_change_refused,
    method_not_allowed,
)
from edfi_audit.sandbox.stamps import Record

__all__ = ["write_collection", "write_item"]

_ONLY_WITH_ID = {
    "PUT": 'Resource collections cannot be replaced. To "upsert" an item in the collection, use '
    'POST. To update a specific item, use PUT and include the "id" in the route.',
    "DELETE": "Resource collections cannot be deleted. To delete a specific item, use DELETE and "
    'include the "id" in the route.',
}
_NOT_WITH_ID = (
    'Resource items can only be updated using PUT. To "upsert" an item in the data collection '
    'using POST, remove the "id" from the route.'
)
_OWN_ID = (
    "Resource identifiers cannot be assigned by the client. The 'id' property should not be "
    "included in the request body."
)
# The resources whose natural key may change.
_REKEYABLE = frozenset(
    {
        "classPeriods",
        "gradebookEntries",
        "grades",
        "locations",
        "sections",
        "sessions",
        "studentSchoolAssociations",
        "studentSectionAssociations",
    }
)


async def write_collection(request: Request) -> Response:
    """`POST …/{resource}`: 201 for a new item, 200 for one that was there."""
    if request.method in _ONLY_WITH_ID:
        asked_of(request, "Read")
        raise RefusedError(method_not_allowed(_ONLY_WITH_ID[request.method], allow="GET, POST"))
    asked = asked_of(request, "Create")
    record = await _body(request)
    if "id" in record:
        raise RefusedError(bad_body(_OWN_ID))
    _require_key(asked, record)
    identifier, created = asked.records.upsert(asked.collection.resource.name, record)
    headers = {"Location": _place(asked, request, identifier), "ETag": _etag(asked, identifier)}
    return Response(status_code=201 if created else 200, headers=headers)


async def write_item(request: Request) -> Response:
    """`PUT` and `DELETE …/{resource}/{id}`: 204."""
    if request.method == "POST":
        asked_of(request, "Read")
        raise RefusedError(method_not_allowed(_NOT_WITH_ID, allow="GET, PUT, DELETE"))
    name, identifier = request.path_params["resource"], request.path_params["id"]
    asked = asked_of(request, "Update" if request.method == "PUT" else "Delete")
    record = await _body(request) if request.method == "PUT" else {}
    with asked.records.lock:
        _require_unchanged(asked, identifier, request.headers.get("if-match"))
        if request.method == "DELETE":
            asked.records.delete(name, identifier)
            return Response(status_code=204)
        _require_key(asked, record)
        _require_rekeyable(asked, identifier, record)
        asked.records.replace(name, identifier, record)
        return Response(status_code=204, headers={"ETag": _etag(asked, identifier)})


async def _body(request: Request) -> Record:
    try:
        record = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        raise RefusedError(bad_body("The request body is not valid JSON.")) from None
    if not isinstance(record, dict):
        raise RefusedError(bad_body("The request body is not a JSON object."))
    return record


def _require_key(asked: Asked, record: Record) -> None:
    key = asked.collection.key_of(record)
    if key and asked.collection.derived_id(key) is None:
        raise RefusedError(bad_body(f"{', '.join(key)}: the identifying values are required."))


def _require_unchanged(asked: Asked, identifier: str, if_match: str | None) -> None:
    if identifier not in asked.collection.slots:
        raise RefusedError(ITEM_NOT_FOUND)
    if if_match is not None and if_match != _etag(asked, identifier):
        raise RefusedError(CHANGED_SINCE)


def _require_rekeyable(asked: Asked, identifier: str, record: Record) -> None:
    collection = asked.collection
    before = collection.key_of(collection.record(identifier) or {})
    if before != collection.key_of(record) and collection.resource.name not in _REKEYABLE:
        raise RefusedError(key_change_refused(collection.resource.entity))


def _place(asked: Asked, request: Request, identifier: str) -> str:
    options = asked.ods.options
    paths = Paths(asked.ods.flavour, tenant=options.tenant or "", year=str(options.year or ""))
    name = asked.collection.resource.name
    return f"{root_url(request)}{paths.data}/ed-fi/{name}/{identifier}"


def _etag(asked: Asked, identifier: str) -> str:
    record = asked.collection.record(identifier) or {}
    return f'"{record.get("_etag")}"'
