"""OAuth client credentials: who may have a token, how many, and for how long."""

import base64
import binascii
import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

import orjson
from starlette.datastructures import Headers

from edfi_audit.sandbox.flavours import Flavour
from edfi_audit.sandbox.keys import Key
from edfi_audit.sandbox.options import Options
from edfi_audit.sandbox.problems import RefusedError, authentication_failed, too_many_tokens

__all__ = ["TokenError", "Tokens", "body_fields"]

_CREDENTIALS = 2  # key and secret, either side of one colon


class TokenError(Exception):
    """A refused token request: the OAuth `error` code, with the HTTP `status` it is sent with."""

    def __init__(self, status: int, error: str = "", description: str = "") -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.description = description


@dataclass(frozen=True)
class Tokens:
    """The live tokens of all keys: the key of each, and when it expires."""

    options: Options
    flavour: Flavour
    live: dict[str, tuple[Key, float]]

    def issue(
        self, headers: Headers, body: bytes, *, in_scope: Callable[[Key, int], bool]
    ) -> dict[str, object]:
        """A token response; `TokenError` or `RefusedError` (too many) when there is none.

        `in_scope` tells whether a key is associated with an education organization.
        """
        fields = body_fields(headers, body)
        credentials = self._credentials(headers.get("authorization"), fields)
        if fields.get("grant_type") != "client_credentials":
            raise TokenError(400, "unsupported_grant_type")
        key = self._key_of(*credentials)
        scope = fields.get("scope", "")
        _check_scope(scope, lambda organization: in_scope(key, organization))
        token = self._new_token(key)
        answer: dict[str, object] = {
            "access_token": token,
            "expires_in": self.options.token_seconds,
            "token_type": "bearer",
        }
        return answer | ({"scope": scope} if scope else {})

    def authenticate(self, authorization: str | None) -> tuple[str, Key]:
        """The live bearer token of a request and its key; `RefusedError` (401) without one."""
        if not authorization:
            raise RefusedError(authentication_failed("Authorization header is missing."))
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise RefusedError(authentication_failed("Unknown Authorization header scheme."))
        if not token.strip():
            raise RefusedError(
                authentication_failed("Missing Authorization header bearer token value.")
            )
        self._forget_expired()
        known = self.live.get(token.strip())
        if known is None:
            raise RefusedError(authentication_failed("Invalid Authorization header."))
        return token.strip(), known[0]

    def revoke(self, authorization: str | None = None) -> None:
        """End the token of a request, or every token where null is given."""
        if authorization is None:
            self.live.clear()
        else:
            self.live.pop(authorization.partition(" ")[2].strip(), None)

    def _credentials(
        self, authorization: str | None, fields: Mapping[str, str]
    ) -> tuple[str | None, str | None]:
        if not self.flavour.body_credentials:
            fields = {}
        in_body = fields.get("client_id"), fields.get("client_secret")
        if authorization is None:
            return in_body
        if in_body != (None, None):
            raise TokenError(400, "invalid_client")
        scheme, _, encoded = authorization.partition(" ")
        if scheme.lower() != "basic":
            raise TokenError(self.flavour.bad_client_status, "invalid_client")
        try:
            parts = base64.b64decode(encoded, validate=True).decode().split(":")
        except (binascii.Error, UnicodeDecodeError):
            raise TokenError(400, "invalid_request") from None
        if len(parts) != _CREDENTIALS:
            raise TokenError(400, "invalid_request")
        return parts[0], parts[1]

    def _key_of(self, name: str | None, secret: str | None) -> Key:
        status = self.flavour.bad_client_status
        if not name or not secret:
            raise TokenError(status, "invalid_request")
        for key in self.options.every_key():
            known_name = secrets.compare_digest(name.encode(), key.key.encode())
            known_secret = secrets.compare_digest(secret.encode(), key.secret.encode())
            if known_name and known_secret:
                return key
        raise TokenError(status, "invalid_client")

    def _new_token(self, key: Key) -> str:
        self._forget_expired()
        own_limit = self.options.token_limit
        limit = self.flavour.token_limit if own_limit is None else own_limit
        if limit and [holder for holder, _ in self.live.values()].count(key) >= limit:
            raise RefusedError(too_many_tokens(limit))
        token = uuid.uuid4().hex
        self.live[token] = (key, self.options.clock() + self.options.token_seconds)
        return token

    def _forget_expired(self) -> None:
        now = self.options.clock()
        for token in [token for token, (_, expiry) in list(self.live.items()) if expiry <= now]:
            del self.live[token]


def _check_scope(scope: str, in_scope: Callable[[int], bool]) -> None:
    if not scope:
        return
    if not scope.isdecimal():
        raise TokenError(
            400,
            "invalid_scope",
            "The supplied 'scope' was not a number (it should be an EducationOrganizationId that "
            "is explicitly associated with the client).",
        )
    if not in_scope(int(scope)):
        raise TokenError(
            400,
            "invalid_scope",
            "The client is not explicitly associated with the EducationOrganizationId specified "
            "in the requested 'scope'.",
        )


def body_fields(headers: Headers, body: bytes) -> dict[str, str]:
    """The fields of a form or JSON body; `TokenError` 415 for any other content type."""
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "application/x-www-form-urlencoded":
        return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    if media_type != "application/json":
        raise TokenError(415)
    try:
        fields = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise TokenError(400, "invalid_request") from None
    if not isinstance(fields, dict):
        raise TokenError(400, "invalid_request")
    return {name: value for name, value in fields.items() if isinstance(value, str)}
