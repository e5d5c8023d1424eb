"""The root of the API: which release it is, and where everything else lives."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import orjson
from starlette.requests import Request
from starlette.responses import Response

from edfi_audit.sandbox.ods import Ods, ods_of
from edfi_audit.sandbox.options import Options
from edfi_audit.sandbox.paths import Paths, root_url

__all__ = ["discover"]


async def discover(request: Request) -> Response:
    """`GET /`: the version document, without authentication."""
    ods = ods_of(request)
    return Response(orjson.dumps(_document(ods, request)), media_type="application/json")


def _document(ods: Ods, request: Request) -> dict[str, object]:
    flavour = ods.flavour
    version = flavour.version or flavour.name
    document: dict[str, object] = {"version": version}
    if flavour.application_name:
        document["applicationName"] = "Ed-Fi ODS/API sandbox of edfi-audit"
    document["informationalVersion"] = version
    if flavour.suite:
        document |= {"suite": "3", "build": f"{version}.0.0"}
    if flavour.api_mode:
        document["apiMode"] = _api_mode(ods.options)
    document["dataModels"] = [
        {
            "name": "Ed-Fi",
            "version": flavour.data_standard,
            "informationalVersion": f"The Ed-Fi Data Model {flavour.data_standard}",
        }
    ]
    document["urls"] = _urls(ods, request)
    return document


def _api_mode(options: Options) -> str:
    if options.year is None:
        return "Shared Instance"
    return "Instance Year Specific" if options.tenant else "Year Specific"


def _urls(ods: Ods, request: Request) -> Mapping[str, str]:
    flavour, root = ods.flavour, root_url(request)
    paths = Paths(flavour, **_segments(ods, request.scope["raw_path"].decode()))
    # A year-specific 5.x or 6.x ends its data URL without the slash that others have.
    bare = flavour.data_path == "data" or (flavour.year_after_data and ods.options.year is not None)
    urls = {
        "dependencies": f"{paths.data_metadata}/dependencies",
        "openApiMetadata": f"{paths.own_metadata}/",
        "oauth": f"{paths.oauth}/token",
        "dataManagementApi": paths.data + ("" if bare else "/"),
        "xsdMetadata": f"{paths.own_metadata}/xsd",
    }
    if flavour.introspection_name:
        urls[flavour.introspection_name] = f"{paths.oauth}/token_info"
    if flavour.change_queries_in_discovery and ods.options.change_queries:
        urls["changeQueries"] = f"{paths.change_queries}/"
    slash = "//" if ods.options.untidy else "/"
    return {name: root + path.replace("/", slash) for name, path in urls.items()}


def _segments(ods: Ods, path: str) -> dict[str, str]:
    """What stands for tenant and year in the URLs that discovery prints.

    5.x and 6.x print the server's current calendar year whatever year is served, and a literal
    `{instance}`. Later releases print the segments of the request's own path, and placeholders
    for those it does not have.
    """
    options = ods.options
    if ods.flavour.year_after_data:
        year = datetime.fromtimestamp(options.clock(), UTC).year
        return {
            "tenant": "{instance}" if options.tenant else "",
            "year": str(year) if options.year is not None else "",
        }
    given = re.findall(r"[^/]+", path)
    names = [("tenant", "{tenantIdentifier}")] if options.tenant else []
    names += [("context", "{districtFromRoute}")] if options.context else []
    names += [("year", "{schoolYearFromRoute}")] if options.year is not None else []
    given += [placeholder for _, placeholder in names][len(given) :]
    return {name: segment for (name, _), segment in zip(names, given, strict=False)}
