"""Which stored fields a profile hides, by the OpenAPI documents of the ODS.

A profile assigned to a key is applied in silence: its fields are not there, and look missing. The
ODS lists a document for each profile beside that of all resources; what stands in the one and not
in the other is hidden.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from edfi_audit.errors import SourceError
from edfi_audit.ods.api import Api
from edfi_audit.ods.resources import RESOURCES, Column, Resource

__all__ = ["Hidden", "field_of", "hidden_by"]

Hidden = Mapping[str, tuple[Column, ...]]
"""The columns that are hidden, by resource."""

_REFERENCES = 10
"""References followed one after the other."""

_Document = Mapping[str, Any]


def field_of(column: Column) -> str:
    """The field of a record that a column is made of, as Ed-Fi writes it."""
    return column.paths[0].partition("[]")[0]


def hidden_by(api: Api, profiles: Iterable[str]) -> dict[str, Hidden | None]:
    """What each profile hides of what an audit stores; None where the ODS does not tell."""
    names = tuple(profiles)
    if not names:
        return {}
    try:
        listed = _listed(api)
        whole = _document(api, listed["", "resources"])
        return {name: _hidden(whole, _read(api, listed, name)) for name in names}
    except (SourceError, KeyError):
        return dict.fromkeys(names)


def _read(api: Api, listed: Mapping[tuple[str, str], str], profile: str) -> _Document | None:
    address = listed.get(("profiles", profile.replace(" ", "-").lower()))
    return None if address is None else _document(api, address)


def _listed(api: Api) -> dict[tuple[str, str], str]:
    """The addresses of the documents by prefix and name, both in lower case."""
    found = {}
    entries = _document(api, api.endpoints.open_api_metadata)
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict):
            named = str(entry.get("prefix") or "").lower(), str(entry.get("name")).lower()
            found[named] = str(entry.get("endpointUri"))
    return found


def _document(api: Api, address: str) -> Any:  # noqa: ANN401 - whatever JSON it is
    """The document at an address on the host of the metadata; a `KeyError` for another one."""
    here, there = urlsplit(api.endpoints.open_api_metadata), urlsplit(address)
    if not there.hostname or there.hostname != here.hostname:
        raise KeyError(address)
    own = there._replace(scheme=here.scheme, netloc=here.netloc).geturl()
    return api.client.get(own, what="OpenAPI documents").content


def _hidden(whole: _Document, narrow: _Document | None) -> Hidden | None:
    if narrow is None:
        return None
    found = {}
    for resource in RESOURCES:
        record = _record(narrow, resource)
        if record is None:
            continue  # not covered: it is read as a whole
        shown = _record(whole, resource)
        columns = tuple(
            column
            for column in resource.columns
            if any(_has(whole, shown, path) for path in column.paths)
            and not any(_has(narrow, record, path) for path in column.paths)
        )
        if columns:
            found[resource.name] = columns
    return found


def _record(document: _Document, resource: Resource) -> Any | None:  # noqa: ANN401
    """The schema of one record of a resource; None where the document does not have it."""
    paths = document.get("paths") if isinstance(document, dict) else None
    ending = f"/ed-fi/{resource.name}".lower()
    for path, item in (paths if isinstance(paths, dict) else {}).items():
        if path.lower().endswith(ending) and isinstance(item, dict):
            return _below(document, item, "get", "responses", "200", "items")
    return None


def _below(document: _Document, schema: Any, *names: str) -> Any:  # noqa: ANN401
    """What is found below a schema by these names, through references, lists and media types."""
    for name in names:
        schema = _resolved(document, schema)
        if name == "items":
            schema = _resolved(document, _schema_in(schema))
        schema = schema.get(name) if isinstance(schema, dict) else None
    return schema


def _schema_in(answer: Any) -> Any:  # noqa: ANN401
    """The schema of an answer: in version 2 its own, in version 3 that of its media type."""
    if not isinstance(answer, dict):
        return None
    media = answer.get("content")
    of_media = next(iter(media.values()), None) if isinstance(media, dict) else None
    return answer.get("schema") or (of_media.get("schema") if isinstance(of_media, dict) else None)


def _resolved(document: _Document, schema: Any) -> Any:  # noqa: ANN401
    for _ in range(_REFERENCES):
        if not isinstance(schema, dict) or "$ref" not in schema:
            break
        found: Any = document
        for name in str(schema["$ref"]).removeprefix("#/").split("/"):
            found = found.get(name) if isinstance(found, dict) else None
        schema = found
    return schema


def _has(document: _Document, schema: Any, path: str) -> bool:  # noqa: ANN401
    """Whether records of a schema have a field at this path."""
    for part in path.split("."):
        name = part.removesuffix("[]")
        properties = _resolved(document, schema)
        properties = properties.get("properties") if isinstance(properties, dict) else None
        if not isinstance(properties, dict) or name not in properties:
            return False
        schema = properties[name]
        if part != name:
            listed = _resolved(document, schema)
            schema = listed.get("items") if isinstance(listed, dict) else None
    return True
