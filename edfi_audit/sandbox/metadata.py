"""What the API says about itself: OpenAPI documents and the dependency order of resources."""

from collections.abc import Mapping

import orjson
from starlette.requests import Request
from starlette.responses import Response

from edfi_audit.sandbox.keys import Profile
from edfi_audit.sandbox.model import Resource
from edfi_audit.sandbox.ods import Ods, ods_of, query_of
from edfi_audit.sandbox.paths import Paths, root_url
from edfi_audit.sandbox.problems import NOT_FOUND, RefusedError
from edfi_audit.sandbox.profiles import content_type
from edfi_audit.sandbox.schemas import schema_name, schema_of, type_of

__all__ = ["dependencies", "list_documents", "openapi_document", "profile_document"]

_PAGING = ("offset", "limit", "totalCount", "MinChangeVersion", "MaxChangeVersion")


async def list_documents(request: Request) -> Response:
    """`GET {openApiMetadata}`: the OpenAPI documents and where they are."""
    ods = ods_of(request)
    place = root_url(request) + Paths(ods.flavour, **ods.options.segments).data_metadata
    names = dict.fromkeys(("Resources", "Descriptors"), "")
    names |= {name.replace(" ", "-"): "Profiles" for name in _profiles(ods)}
    documents = [
        {
            "name": name,
            "endpointUri": f"{place}/{prefix and 'profiles/'}{name.lower()}/swagger.json",
            "prefix": prefix,
        }
        for name, prefix in names.items()
    ]
    return _json(documents)


def _profiles(ods: Ods) -> dict[str, list[Profile]]:
    """Every profile by its name, one part for each resource it covers."""
    found: dict[str, dict[str, Profile]] = {}
    for key in ods.options.every_key():
        for profile in key.profiles:
            found.setdefault(profile.name, {})[profile.resource.lower()] = profile
    return {name: list(parts.values()) for name, parts in found.items()}


async def dependencies(request: Request) -> Response:
    """`GET {dependencies}`: resources in the order in which their records can be created."""
    return _json(
        [
            {
                "resource": f"/ed-fi/{resource.name}",
                "order": resource.order,
                "operations": ["Create", "Update"],
            }
            for resource in _resources(ods_of(request))
        ]
    )


async def openapi_document(request: Request) -> Response:
    """`GET …/swagger.json`: paths, query fields and members of the resources served."""
    ods = ods_of(request)
    descriptors = request.path_params["section"] == "descriptors"
    resources = [
        resource
        for resource in _resources(ods)
        if resource.name.endswith("Descriptors") == descriptors
    ]
    return _document(request, resources, {})


async def profile_document(request: Request) -> Response:
    """`GET …/profiles/{profile}/swagger.json`: the same of what a profile covers and shows."""
    ods = ods_of(request)
    named = {name.replace(" ", "-").lower(): parts for name, parts in _profiles(ods).items()}
    parts = named.get(request.path_params["profile"])
    if parts is None:
        raise RefusedError(NOT_FOUND)
    covering = {part.resource.lower(): part for part in parts}
    resources = [one for one in _resources(ods) if one.name.lower() in covering]
    return _document(request, resources, covering)


def _document(
    request: Request, resources: list[Resource], covering: Mapping[str, Profile]
) -> Response:
    ods = ods_of(request)
    if ods.flavour.openapi_3 and query_of(request).get("version") != "2":
        return _json(_openapi_3(ods, resources, covering))
    return _json(_swagger_2(ods, resources, covering))


def _openapi_3(
    ods: Ods, resources: list[Resource], covering: Mapping[str, Profile]
) -> dict[str, object]:
    return {
        "openapi": "3.0.1",
        "info": _info(ods),
        "tags": _tags(resources),
        "paths": _paths(ods, resources, covering, "#/components/"),
        "components": {
            "parameters": _parameters(ods),
            "schemas": _schemas(ods, resources, covering),
        },
    }


def _swagger_2(
    ods: Ods, resources: list[Resource], covering: Mapping[str, Profile]
) -> dict[str, object]:
    return {
        "swagger": "2.0",
        "info": _info(ods),
        "basePath": f"/{ods.flavour.data_path}",
        "tags": _tags(resources),
        "paths": _paths(ods, resources, covering, "#/"),
        "parameters": _parameters(ods),
        "definitions": _schemas(ods, resources, covering),
    }


def _resources(ods: Ods) -> list[Resource]:
    return [collection.resource for collection in ods.records.collections.values()]


def _info(ods: Ods) -> dict[str, str]:
    return {"title": "Ed-Fi Resources API (sandbox)", "version": ods.flavour.data_standard}


def _tags(resources: list[Resource]) -> list[dict[str, str]]:
    return [{"name": item.name, "description": f"{item.entity} records."} for item in resources]


def _paths(
    ods: Ods, resources: list[Resource], covering: Mapping[str, Profile], shared: str
) -> dict[str, object]:
    below = ["/deletes"] if ods.options.change_queries else []
    below += ["/keyChanges"] if below and ods.flavour.key_changes else []
    below += ["/partitions"] if ods.flavour.cursor else []
    paths: dict[str, object] = {}
    for item in resources:
        found = _found(item, covering.get(item.name.lower()), shared)
        paths[f"/ed-fi/{item.name}"] = {"get": _get(item, shared, found)}
        for name in below:
            paths[f"/ed-fi/{item.name}{name}"] = {"get": _get_below(item, shared)}
    return paths


def _found(resource: Resource, profile: Profile | None, shared: str) -> dict[str, object]:
    """The answer 200: a list of records, as the format of the document says it."""
    name = schema_name(resource, readable=profile is not None)
    if shared == "#/":
        items = {"$ref": f"#/definitions/{name}"}
        return {"schema": {"type": "array", "items": items}}
    items = {"$ref": f"{shared}schemas/{name}"}
    media_type = content_type(resource, profile) if profile else "application/json"
    return {"content": {media_type: {"schema": {"type": "array", "items": items}}}}


def _get_below(resource: Resource, shared: str) -> dict[str, object]:
    return {
        "tags": [resource.name],
        "parameters": [{"$ref": f"{shared}parameters/{name}"} for name in _PAGING],
        "responses": {"200": {"description": _RETRIEVED}},
    }


def _get(resource: Resource, shared: str, found: Mapping[str, object]) -> dict[str, object]:
    paging = [{"$ref": f"{shared}parameters/{name}"} for name in _PAGING]
    keys = [{**_query_field(name), "x-Ed-Fi-isIdentity": True} for name, _ in resource.key]
    others = [_query_field(name) for name in ("id", *resource.optional)]
    return {
        "tags": [resource.name],
        "operationId": f"get{resource.entity}",
        "parameters": [*paging, *keys, *others],
        "responses": {"200": {"description": _RETRIEVED, **found}},
    }


_RETRIEVED = "The requested resource was successfully retrieved."


def _query_field(name: str) -> dict[str, object]:
    return {"name": name, "in": "query", "schema": type_of(name)}


def _parameters(ods: Ods) -> dict[str, object]:
    limit = {"type": "integer", "minimum": 0, "maximum": ods.options.page_limit, "default": 25}
    parameters: dict[str, object] = {
        name: {"name": name[0].lower() + name[1:], "in": "query", "schema": {"type": "integer"}}
        for name in _PAGING
    }
    parameters["limit"] = {"name": "limit", "in": "query", "schema": limit}
    parameters["totalCount"] = {"name": "totalCount", "in": "query", "schema": {"type": "boolean"}}
    return parameters


def _schemas(
    ods: Ods, resources: list[Resource], covering: Mapping[str, Profile]
) -> dict[str, object]:
    """Each resource's records, under the names Ed-Fi gives its schemas."""
    schemas: dict[str, object] = {}
    with ods.records.lock:
        for item in resources:
            profile = covering.get(item.name.lower())
            name = schema_name(item, readable=profile is not None)
            schemas[name] = schema_of(ods.records.collections[item.name.lower()], profile)
    return schemas


def _json(content: object) -> Response:
    return Response(orjson.dumps(content), media_type="application/json")
