"""OAuth client credentials: one token, kept in a private file and used until it expires.

An ODS may allow as few as 15 live tokens per key, and nothing but expiry frees one. So a token
outlives the process that asked for it: it lies in a 0600 file of the user's cache folder (or of
`EDFI_AUDIT_TOKEN_DIR`), named by a hash of token URL and key.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import threading
import time
from collections.abc import Generator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import SecretStr

from edfi_audit.errors import AuditError, AuthenticationError, ContractError
from edfi_audit.ods.faults import TransientError, html_fault, is_html, problem_type, status_fault
from edfi_audit.ods.http import Auth, Request, Response, redacted

__all__ = ["ClientCredentials", "kept_tokens", "token_folder"]

EARLY = 60.0
"""Seconds before its expiry from which a token is no longer used."""

_UNSTATED_LIFETIME = 600.0
_TOO_MANY_TOKENS = "urn:ed-fi:api:security:authentication:too-many-tokens"


def token_folder() -> Path:
    """Where tokens are kept between processes."""
    if chosen := os.environ.get("EDFI_AUDIT_TOKEN_DIR"):
        return Path(chosen)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "edfi-audit"


def kept_tokens(secret: SecretStr, folder: Path | None = None) -> list[Path]:
    """The files of tokens that were given for `secret`, live or expired, by the proof in each."""
    files = sorted((folder or token_folder()).glob("*.json"))
    return [file for file in files if _TokenFile(file, secret).proven() is not None]


@dataclass(frozen=True)
class _Token:
    value: str
    expires_at: float
    """Seconds since the epoch from which the token is no longer to be used."""

    @property
    def usable(self) -> bool:
        return time.time() < self.expires_at


@dataclass(frozen=True)
class _TokenFile:
    """A token between processes. `proof` ties it to the secret, so a wrong secret is noticed."""

    path: Path
    secret: SecretStr

    def read(self) -> _Token | None:
        """The token, where only its owner can read it and it is still to be used."""
        try:
            if os.name == "posix" and self.path.stat().st_mode & 0o077:
                return None
        except OSError:
            return None
        token = self.proven()
        return token if token is not None and token.usable else None

    def proven(self) -> _Token | None:
        """The token, whatever its age, if it was given for this secret."""
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            token = _Token(kept["access_token"], kept["expires_at"])
            genuine = hmac.compare_digest(kept["proof"], self._proof(token))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return token if genuine else None

    def write(self, token: _Token) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        staged = self.path.with_name(f".{uuid4().hex}")
        kept = {
            "access_token": token.value,
            "expires_at": token.expires_at,
            "proof": self._proof(token),
        }
        descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(kept, file)
        staged.replace(self.path)

    def _proof(self, token: _Token) -> str:
        secret = self.secret.get_secret_value().encode()
        return hmac.new(token.value.encode(), secret, hashlib.sha256).hexdigest()


class ClientCredentials(Auth):
    """Signs requests with a bearer token; a 401 is answered with one fresh token, once.

    Threads share the token: whoever first meets a 401 renews it, the others take the new one.
    """

    def __init__(
        self, url: str, key: str, secret: SecretStr, *, folder: Path | None = None
    ) -> None:
        self._url = url
        self._key = key
        self._secret = secret
        name = hashlib.sha256(f"{url}\n{key}".encode()).hexdigest()[:32]
        self._file = _TokenFile((folder or token_folder()) / f"{name}.json", secret)
        self._lock = threading.Lock()
        self._token: _Token | None = None

    @property
    def _has_colon(self) -> bool:
        return ":" in self._key + self._secret.get_secret_value()

    @property
    def token(self) -> str:
        """The token last used; empty before the first request."""
        return self._token.value if self._token else ""

    def auth_flow(self, request: Request) -> Generator[Request, Response, None]:
        """What httpx drives: sign, send, and on a 401 sign anew and send once more."""
        token = yield from self._current(stale="")
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            token = yield from self._current(stale=token)
            request.headers["Authorization"] = f"Bearer {token}"
            yield request

    def _current(self, stale: str) -> Generator[Request, Response, str]:
        with self._lock:
            if not _serves(self._token, stale):
                self._token = self._file.read()
            if self._token is not None and _serves(self._token, stale):
                return self._token.value
            response = yield self._request()
            response.read()
            self._token = _granted(response, colon=self._has_colon)
            self._file.write(self._token)
            return self._token.value

    def _request(self) -> Request:
        secret = self._secret.get_secret_value()
        form = {"grant_type": "client_credentials"}
        headers = {"accept": "application/json"}
        if self._has_colon:  # an ODS splits the Basic header at every colon
            form |= {"client_id": self._key, "client_secret": secret}
        else:
            pair = base64.b64encode(f"{self._key}:{secret}".encode()).decode()
            headers["authorization"] = f"Basic {pair}"
        return Request("POST", self._url, data=form, headers=headers)


def _serves(token: _Token | None, stale: str) -> bool:
    """Whether a token is there, in time, and not the one that was refused."""
    return token is not None and token.usable and token.value != stale


def _granted(response: Response, *, colon: bool) -> _Token:
    """The token in the answer, or the error that fits; `colon` as `_refusal` takes it."""
    address = redacted(response.request.url)
    if response.status_code != HTTPStatus.OK:
        raise _refusal(response, address, colon=colon)
    try:
        grant: dict[str, Any] = response.json()
        value = str(grant["access_token"])
        lifetime = float(grant.get("expires_in") or _UNSTATED_LIFETIME)
    except (ValueError, KeyError, TypeError, AttributeError):
        if is_html(response.headers, response.content):
            raise html_fault(address) from None
        raise ContractError(
            f"{address} gave no token.", next_step="Check base_url, or set oauth_url."
        ) from None
    return _Token(value, time.time() + lifetime - min(EARLY, lifetime / 2))


def _refusal(response: Response, address: str, *, colon: bool) -> AuditError | TransientError:
    """What a refused token means; with a `colon` in them, key and secret went in the body."""
    status = response.status_code
    if is_html(response.headers, response.content) and status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return html_fault(address)
    if status in {400, 401, 403} and colon:
        return AuthenticationError(
            f"The ODS refused the key or the secret ({status}); one of them has a colon, which "
            "some versions cannot read.",
            next_step="Check client_id and client_secret; if they are right, ask the host for "
            "others, without a colon.",
        )
    if status in {400, 401, 403}:
        return AuthenticationError(
            f"The ODS refused the key or the secret ({status}).",
            next_step="Check client_id and client_secret: each ODS and school year has its own.",
        )
    if (
        status == HTTPStatus.TOO_MANY_REQUESTS
        and problem_type(response.content) == _TOO_MANY_TOKENS
    ):
        return AuthenticationError(
            "The ODS gives this key no further token: too many are alive (429).",
            next_step="Wait until older ones expire (half an hour as a rule), then try again.",
        )
    if status in {404, 405} or status < HTTPStatus.BAD_REQUEST:
        return ContractError(
            f"There is no token service at {address} ({status}).",
            next_step="Check base_url, mode and year of the connection, or set oauth_url.",
        )
    fault = status_fault(
        status, response.headers, response.content, what="a token", address=address
    )
    return fault or ContractError(f"{address} gave no token ({status}).")
