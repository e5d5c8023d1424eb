"""The HTTP layer: TLS, redirects, time-outs, and what may be shown."""

import logging
import threading
import time
from contextlib import nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route

from edfi_audit.errors import ContractError, UnreachableError
from edfi_audit.ods.http import Client, redacted

CERTIFICATE = Path(__file__).with_name("self_signed.pem")


def app(**endpoints):
    """An application that answers `/name` with `endpoints[name](request)`."""
    return Starlette(routes=[Route(f"/{name}", answer) for name, answer in endpoints.items()])


@pytest.fixture
def tls_server():
    """A server with a certificate nobody vouches for, which redirects to plain http."""

    class Redirecting(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/plain")
            self.end_headers()

        def log_message(self, *_arguments):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Redirecting)
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_untrusted_certificate_is_refused_at_once(tls_server):
    """A certificate the system does not trust is told as that, without tries or a fall-back."""
    began = time.monotonic()
    with Client() as client, pytest.raises(UnreachableError, match="does not trust the certific"):
        client.get(tls_server, what="its root document")
    assert time.monotonic() - began < 2


def test_https_does_not_follow_to_http(tls_server):
    """A redirect from https to http is refused, on the same host as well."""
    with Client(verify=False) as client, pytest.raises(ContractError, match="redirects elsewhere"):
        client.get(tls_server, what="its root document")


def test_a_redirect_on_the_same_host_is_followed(serve):
    """A moved path on the same host is no obstacle."""
    base = serve(app(old=lambda _: RedirectResponse("/new"), new=lambda _: JSONResponse([1])))
    with Client() as client:
        assert client.get(f"{base}/old", what="a list").content == [1]


@pytest.mark.parametrize(
    ("here", "there", "followed"),
    [
        ("http://ods.example/a", "https://ods.example/a", True),
        ("https://ods.example/a", "https://ods.example/b", True),
        ("https://ods.example/a", "http://ods.example/a", False),
        ("https://ods.example/a", "https://ods.example:8443/a", False),
        ("https://ods.example/a", "https://other.example/a", False),
    ],
)
def test_only_the_same_place_or_a_safer_one_is_followed(here, there, followed):
    """A redirect may go from http to https; every other change of host or port is refused."""

    def answer(request):
        return httpx.Response(200, json=[]) if request.url == there else moved

    moved = httpx.Response(302, headers={"Location": there})
    refusal = nullcontext() if followed else pytest.raises(ContractError, match="elsewhere")
    with Client(transport=httpx.MockTransport(answer)) as client, refusal:
        assert client.get(here, what="a list").content == []


def test_a_redirect_to_another_host_is_refused(serve):
    """A redirect to another host is not followed, and that host hears nothing."""
    heard = []
    other = serve(app(new=lambda request: heard.append(request) or JSONResponse([])), "localhost")
    base = serve(app(old=lambda _: RedirectResponse(f"{other}/new?token=synthetic-token")))
    with Client() as client, pytest.raises(ContractError, match="nothing was sent") as caught:
        client.get(f"{base}/old", what="a list")
    assert heard == []
    assert "synthetic-token" not in str(caught.value)


def test_a_circle_of_redirects_ends(serve):
    """Redirects that never end are an error."""
    base = serve(app(circle=lambda _: RedirectResponse("/circle")))
    with Client() as client, pytest.raises(ContractError, match="redirects in a circle"):
        client.get(f"{base}/circle", what="a list")


def test_a_slow_answer_is_not_waited_for(serve):
    """A server that does not answer in time is told as that."""
    base = serve(app(slow=lambda _: time.sleep(0.6) or JSONResponse([])))
    with (
        Client(timeout=0.2) as client,
        pytest.raises(
            UnreachableError, match=r"127\.0\.0\.1:\d+ did not answer in time for grades"
        ),
    ):
        client.get(f"{base}/slow", what="grades", attempts=1)


def test_every_request_has_a_correlation_id(serve):
    """Each request carries an id of its own, by which a host finds it."""
    base = serve(app(echo=lambda r: JSONResponse(r.headers.get("correlation-id"))))
    with Client() as client:
        ids = [client.get(f"{base}/echo", what="an id").content for _ in range(2)]
    assert all(ids)
    assert ids[0] != ids[1]


def test_connections_are_reused(serve):
    """Many requests go over one socket."""
    base = serve(app(port=lambda request: JSONResponse(request.client.port)))
    with Client(connections=1) as client:
        ports = {client.get(f"{base}/port", what="a port").content for _ in range(5)}
    assert len(ports) == 1


def test_no_query_reaches_a_log(serve, caplog):
    """Even with every logger open, a URL's query is not written."""
    caplog.set_level(logging.DEBUG)
    base = serve(app(data=lambda _: JSONResponse([])))
    with Client() as client:
        client.get(f"{base}/data", {"studentUniqueId": "1234567890"}, what="data")
    assert f"{base}/data" in caplog.text
    assert "1234567890" not in caplog.text


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://ods.example/data?pageToken=x", "https://ods.example/data"),
        ("https://user:secret@ods.example:8443/a#b", "https://ods.example:8443/a"),
    ],
)
def test_a_shown_url_has_no_query_and_no_user(url, shown):
    """What is shown of a URL is scheme, host, port and path."""
    assert redacted(url) == shown
