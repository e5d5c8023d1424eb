"""`/oauth/token` and `/oauth/token_info`."""

import orjson
from starlette.requests import Request
from starlette.responses import Response

from edfi_audit.sandbox.keys import Key
from edfi_audit.sandbox.ods import Ods, ods_of
from edfi_audit.sandbox.problems import Problem, RefusedError, authentication_failed
from edfi_audit.sandbox.profiles import assigned_profiles
from edfi_audit.sandbox.tokens import TokenError, body_fields

__all__ = ["issue_token", "token_info"]

_NO_STORE = {"Cache-Control": "no-store"}
_ACTIONS = ("Create", "Read", "Update", "Delete", "ReadChanges")


async def issue_token(request: Request) -> Response:
    """`POST /oauth/token`: a bearer token for the key and secret."""
    ods = ods_of(request)
    try:
        answer = ods.tokens.issue(
            request.headers,
            await request.body(),
            in_scope=lambda key, scope: _in_scope(ods, key, scope),
        )
    except TokenError as error:
        return _refusal(error)
    return Response(orjson.dumps(answer), headers=_NO_STORE, media_type="application/json")


def _in_scope(ods: Ods, key: Key, scope: int) -> bool:
    known = ods.education_organizations(key)
    return any(organization["education_organization_id"] == scope for organization in known)


def _refusal(error: TokenError) -> Response:
    if not error.error:
        return Response(status_code=error.status)
    body = {"error": error.error}
    if error.description:
        body["error_description"] = error.description
    return Response(
        orjson.dumps(body), error.status, headers=_NO_STORE, media_type="application/json"
    )


async def token_info(request: Request) -> Response:
    """`POST /oauth/token_info`: what the caller's own token may see."""
    ods = ods_of(request)
    bearer, key = ods.tokens.authenticate(request.headers.get("authorization"))
    ods.snapshots.asked_for(request)
    try:
        token = body_fields(request.headers, await request.body()).get("token")
    except TokenError as error:
        return _refusal(error)
    if not token:
        raise RefusedError(_INVALID_TOKEN)
    if token != bearer:
        raise RefusedError(authentication_failed("Invalid Authorization header."))
    return Response(
        orjson.dumps(_info(ods, key)),
        headers={"Cache-Control": "no-cache"},
        media_type="application/json",
    )


_INVALID_TOKEN = Problem(
    400,
    "bad-request",
    "Bad Request",
    "An invalid token was provided",
    ("The token was not present, or was not processable as a GUID value.",),
    message="Invalid token",
)


def _info(ods: Ods, key: Key) -> dict[str, object]:
    info: dict[str, object] = {
        "active": True,
        "client_id": key.key,
        "namespace_prefixes": ["uri://ed-fi.org"],
        "education_organizations": ods.education_organizations(key),
        "assigned_profiles": assigned_profiles(key),
    }
    if ods.flavour.claim_set_in_token_info:
        info["claim_set"] = {"name": key.claim_set}
        info["resources"] = [
            {
                "resource": f"/ed-fi/{collection.resource.name}",
                "operations": [action for action in _ACTIONS if action in key.actions],
            }
            for collection in ods.records.collections.values()
            if key.covers(collection.resource.name)
        ]
        info["services"] = []
    return info
