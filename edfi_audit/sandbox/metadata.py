"""What the API says about itself: OpenAPI documents and the dependency order of resources."""

import orjson
from starlette.requests import Request
from starlette.responses import Response

from edfi_audit.sandbox.model import Resource
from edfi_audit.sandbox.ods import Ods, ods_of, query_of
from edfi_audit.sandbox.paths import Paths, root_url

__all__ = ["dependencies", "list_documents", "openapi_document"]

_PAGING = ("offset", "limit", "totalCount", "MinChangeVersion", "MaxChangeVersion")
_INTEGER_ENDINGS = ("schoolid", "organizationid", "agencyid", "centerid", "schoolyear", "sequence")


async def list_documents(request: Request) -> Response:
    """`GET {openApiMetadata}`: the OpenAPI documents and where they are."""
    ods = ods_of(request)
    tenant, year = ods.options.tenant or "", str(ods.options.year or "")
    place = root_url(request) + Paths(ods.flavour, tenant=tenant, year=year).data_metadata
    documents = [
        {
            "name": name,
            "endpointUri": f"{place}/{name.lower()}/swagger.json",
            "prefix": "",
        }
        for name in ("Resources", "Descriptors")
    ]
    return _json(documents)


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
    """`GET …/swagger.json`: paths, query fields and keys of the resources served."""
    ods = ods_of(request)
    descriptors = request.path_params["section"] == "descriptors"
    resources = [
        resource
        for resource in _resources(ods)
        if resource.name.endswith("Descriptors") == descriptors
    ]
    if ods.flavour.openapi_3 and query_of(request).get("version") != "2":
        return _json(_openapi_3(ods, resources))
    return _json(_swagger_2(ods, resources))


def _openapi_3(ods: Ods, resources: list[Resource]) -> dict[str, object]:
    return {
        "openapi": "3.0.1",
        "info": _info(ods),
        "tags": _tags(resources),
        "paths": _paths(ods, resources, "#/components/parameters"),
        "components": {"parameters": _parameters(ods), "schemas": _schemas(resources)},
    }


def _swagger_2(ods: Ods, resources: list[Resource]) -> dict[str, object]:
    return {
        "swagger": "2.0",
        "info": _info(ods),
        "basePath": f"/{ods.flavour.data_path}",
        "tags": _tags(resources),
        "paths": _paths(ods, resources, "#/parameters"),
        "parameters": _parameters(ods),
        "definitions": _schemas(resources),
    }


def _resources(ods: Ods) -> list[Resource]:
    return [collection.resource for collection in ods.records.collections.values()]


def _info(ods: Ods) -> dict[str, str]:
    return {"title": "Ed-Fi Resources API (sandbox)", "version": ods.flavour.data_standard}


def _tags(resources: list[Resource]) -> list[dict[str, str]]:
    return [{"name": item.name, "description": f"{item.entity} records."} for item in resources]


def _paths(ods: Ods, resources: list[Resource], shared: str) -> dict[str, object]:
    below = ["/deletes"] if ods.options.change_queries else []
    below += ["/keyChanges"] if below and ods.flavour.key_changes else []
    below += ["/partitions"] if ods.flavour.cursor else []
    paths: dict[str, object] = {}
    for item in resources:
        paths[f"/ed-fi/{item.name}"] = {"get": _get(item, shared)}
        for name in below:
            paths[f"/ed-fi/{item.name}{name}"] = {"get": _get_below(item, shared)}
    return paths


def _get_below(resource: Resource, shared: str) -> dict[str, object]:
    return {
        "tags": [resource.name],
        "parameters": [{"$ref": f"{shared}/{name}"} for name in _PAGING],
        "responses": {"200": {"description": "The requested resource was successfully retrieved."}},
    }


def _get(resource: Resource, shared: str) -> dict[str, object]:
    paging = [{"$ref": f"{shared}/{name}"} for name in _PAGING]
    keys = [{**_query_field(name), "x-Ed-Fi-isIdentity": True} for name, _ in resource.key]
    others = [_query_field(name) for name in ("id", *resource.optional)]
    return {
        "tags": [resource.name],
        "operationId": f"get{resource.entity}",
        "parameters": [*paging, *keys, *others],
        "responses": {"200": {"description": "The requested resource was successfully retrieved."}},
    }


def _query_field(name: str) -> dict[str, object]:
    return {"name": name, "in": "query", "schema": _type(name)}


def _type(name: str) -> dict[str, object]:
    if name.lower().endswith(_INTEGER_ENDINGS):
        return {"type": "integer"}
    if name.lower().endswith("date"):
        return {"type": "string", "format": "date"}
    return {"type": "string"}


def _parameters(ods: Ods) -> dict[str, object]:
    limit = {"type": "integer", "minimum": 0, "maximum": ods.options.page_limit, "default": 25}
    parameters: dict[str, object] = {
        name: {"name": name[0].lower() + name[1:], "in": "query", "schema": {"type": "integer"}}
        for name in _PAGING
    }
    parameters["limit"] = {"name": "limit", "in": "query", "schema": limit}
    parameters["totalCount"] = {"name": "totalCount", "in": "query", "schema": {"type": "boolean"}}
    return parameters


def _schemas(resources: list[Resource]) -> dict[str, object]:
    """The identifying part of each resource, under the names Ed-Fi gives its schemas."""
    return {f"edFi_{item.entity[0].lower()}{item.entity[1:]}": _schema(item) for item in resources}


def _schema(resource: Resource) -> dict[str, object]:
    properties: dict[str, object] = {"id": {"type": "string"}}
    required: list[str] = []
    for name, path in resource.key:
        outer = path.partition(".")[0]
        required += [] if outer in required else [outer]
        if outer == path:
            properties[outer] = {**_type(name), "x-Ed-Fi-isIdentity": True}
        else:
            properties.setdefault(outer, {"type": "object"})
    return {"type": "object", "required": required, "properties": properties}


def _json(content: object) -> Response:
    return Response(orjson.dumps(content), media_type="application/json")
