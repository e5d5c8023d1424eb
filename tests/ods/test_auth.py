"""Tokens: asked for once, kept in private, renewed once, and never shown."""

import base64

import pytest
from pydantic import SecretStr
from starlette.responses import JSONResponse, Response

from edfi_audit.errors import AuthenticationError, ContractError, UnreachableError
from edfi_audit.ods.auth import ClientCredentials, token_folder
from edfi_audit.ods.http import Client


@pytest.fixture
def ask(small_ods):
    """Serves a small ODS; gives it and a function that asks it with a fresh sign-in."""
    ods, connection = small_ods(rows={"students": []})

    def once(key="synthetic-key", secret=connection.client_secret):
        auth = ClientCredentials(f"{connection.base_url}/oauth/token", key, secret)
        url = f"{connection.base_url}/data/v3/ed-fi/students"
        with Client() as client:
            return client.get(url, {"offset": "0", "limit": "1"}, what="students", auth=auth)

    return ods, once


def test_the_token_is_asked_for_with_basic_and_a_form(ask):
    """The one portable form: HTTP Basic, and the grant type in a form body."""
    ods, once = ask
    once()
    (request,) = [asked for asked in ods.asked if asked.method == "POST"]
    pair = base64.b64encode(b"synthetic-key:synthetic-secret").decode()
    assert request.headers["authorization"] == f"Basic {pair}"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"


def test_a_secret_with_a_colon_goes_into_the_form(ask):
    """A Basic header with two colons is refused by an ODS, so such a secret is not put there."""
    ods, once = ask
    once(secret=SecretStr("synthetic:secret"))
    (request,) = [asked for asked in ods.asked if asked.method == "POST"]
    assert "authorization" not in request.headers


def test_a_token_is_reused_by_the_next_process(ask):
    """A second sign-in takes the token from its file."""
    ods, once = ask
    once()
    once()
    assert len(ods.tokens) == 1


@pytest.mark.parametrize("who", [{"key": "another-key"}, {"secret": SecretStr("another-secret")}])
def test_a_token_belongs_to_its_key_and_secret(ask, who):
    """Another key, or a changed secret, is asked anew and so found out when wrong."""
    ods, once = ask
    once()
    once(**who)
    assert len(ods.tokens) == 2


@pytest.mark.parametrize(
    ("lifetime", "later", "tokens"),
    [(1800, 1739, 1), (1800, 1741, 2), (100, 49, 1), (100, 51, 2)],
)
def test_a_token_ends_early(ask, monkeypatch, lifetime, later, tokens):
    """A token is reused until a minute before its expiry, or half its life if that is less."""
    ods, once = ask
    ods.token_seconds = lifetime
    monkeypatch.setattr("time.time", lambda: 1_000_000.0)
    once()
    monkeypatch.setattr("time.time", lambda: 1_000_000.0 + later)
    once()
    assert len(ods.tokens) == tokens


def test_a_token_others_can_read_is_not_trusted(ask, token_folder):
    """A token file that is open to others is replaced by one that is not."""
    ods, once = ask
    once()
    (file,) = token_folder.iterdir()
    file.chmod(0o644)
    once()
    assert len(ods.tokens) == 2
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_damaged_token_file_is_replaced(ask, token_folder):
    """What cannot be read as a token is as good as none."""
    ods, once = ask
    once()
    (file,) = token_folder.iterdir()
    file.write_text("{")
    once()
    assert len(ods.tokens) == 2


def test_a_dead_token_is_renewed_once(ask):
    """A 401 costs one new token; the request is then answered."""
    ods, once = ask
    once()
    ods.live.clear()
    once()
    assert ods.tokens == ["synthetic-token-0", "synthetic-token-1"]


def test_a_token_refused_twice_is_an_error(ask):
    """A fresh token that is refused as well is not renewed again and again."""
    ods, once = ask
    ods.fault = lambda request, _n: JSONResponse({}, 401) if "data" in request.url.path else None
    with pytest.raises(AuthenticationError, match="refused a fresh token"):
        once()
    assert len(ods.tokens) == 2


def too_many(_request, _n):
    return JSONResponse(
        {"type": "urn:ed-fi:api:security:authentication:too-many-tokens", "status": 429}, 429
    )


@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        (JSONResponse({"error": "invalid_client"}, 401), AuthenticationError, "key or the secret"),
        (JSONResponse({"error": "invalid_client"}, 400), AuthenticationError, "key or the secret"),
        (too_many(None, 1), AuthenticationError, "too many are alive"),
        (Response(status_code=404), ContractError, "There is no token service"),
        (Response(status_code=302, headers={"location": "/x"}), ContractError, "no token service"),
        (Response("<html>", media_type="text/html"), ContractError, "an HTML page"),
        (JSONResponse({"hello": "world"}), ContractError, "gave no token"),
        (JSONResponse(["no"]), ContractError, "gave no token"),
    ],
)
def test_a_refusal_is_one_sentence(ask, token_folder, answer, error, says):
    """Each refusal names what to do next, shows no secret, leaves no file, asks only once."""
    ods, once = ask
    ods.fault = lambda request, _n: answer if request.method == "POST" else None
    with pytest.raises(error, match=says) as caught:
        once()
    assert caught.value.next_step
    assert "synthetic" not in str(caught.value)
    assert not token_folder.exists()
    assert ods.paths("POST") == ["/oauth/token"]


def test_a_failing_token_service_is_asked_again(ask):
    """A 503 of the token service passes like any other."""
    ods, once = ask
    ods.fault = lambda request, n: (
        JSONResponse({}, 503, {"Retry-After": "0"}) if request.method == "POST" and n == 1 else None
    )
    assert once().retries == 1


def test_a_long_pause_is_not_waited_for(ask):
    """A token service that asks for an hour is left alone."""
    ods, once = ask
    ods.fault = lambda request, _n: (
        JSONResponse({}, 503, {"Retry-After": "3600"}) if request.method == "POST" else None
    )
    with pytest.raises(UnreachableError, match="did not answer for a token"):
        once()


@pytest.mark.parametrize(
    ("system", "variable", "ends"),
    [
        ("linux", "XDG_CACHE_HOME", "cache/edfi-audit"),
        ("win32", "LOCALAPPDATA", "cache/edfi-audit"),
    ],
)
def test_the_token_folder_is_the_users_cache(monkeypatch, tmp_path, system, variable, ends):
    """Tokens lie in the cache folder of the system's custom."""
    monkeypatch.delenv("EDFI_AUDIT_TOKEN_DIR")
    monkeypatch.setenv(variable, str(tmp_path / "cache"))
    monkeypatch.setattr("sys.platform", system)
    assert token_folder().as_posix().endswith(ends)
