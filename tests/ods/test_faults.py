"""Unwelcome answers: which error they are, and how long to wait."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from edfi_audit.errors import (
    AccessDeniedError,
    AuthenticationError,
    ContractError,
    NotEnabledError,
    SourceError,
    UnreachableError,
)
from edfi_audit.ods.faults import FailingError, TransientError, is_html, problem_type, status_fault


def fault_of(status, headers=None, body=b"{}"):
    return status_fault(
        status, headers or {}, body, what="grades", address="https://ods.example/grades"
    )


@pytest.mark.parametrize("status", [200, 204])
def test_a_welcome_status_is_no_fault(status):
    """Success is no fault."""
    assert fault_of(status) is None


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, ContractError),
        (401, AuthenticationError),
        (403, AccessDeniedError),
        (404, NotEnabledError),
        (410, ContractError),
        (302, ContractError),
    ],
)
def test_a_lasting_fault_is_not_tried_again(status, error):
    """A refusal names the resource, its status and a next step."""
    fault = fault_of(status)
    assert type(fault) is error
    assert "grades" in fault.what
    assert str(status) in fault.what
    assert fault.next_step


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (408, SourceError),
        (429, SourceError),
        (500, FailingError),
        (502, UnreachableError),
        (503, UnreachableError),
        (504, UnreachableError),
    ],
)
def test_a_passing_fault_is_tried_again(status, error):
    """A failure that may pass carries the error to raise if it does not."""
    fault = fault_of(status)
    assert isinstance(fault, TransientError)
    assert fault.pause is None
    assert type(fault.lasting) is error
    assert fault.lasting.next_step


def in_seconds(seconds):
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(("header", "pause"), [("7", 7), ("0", 0), ("-3", 0)])
def test_retry_after_is_read_in_seconds(header, pause):
    """Seconds say how long to wait, never less than nothing."""
    assert fault_of(503, {"retry-after": header}).pause == pause


@pytest.mark.parametrize(("seconds", "least", "most"), [(60, 50, 60), (-60, 0, 0)])
def test_retry_after_is_read_as_a_date(seconds, least, most):
    """A date says how long to wait from now, never less than nothing."""
    assert least <= fault_of(503, {"retry-after": in_seconds(seconds)}).pause <= most


@pytest.mark.parametrize("header", ["", "soon", "12 parsecs"])
def test_an_unreadable_retry_after_is_none(header):
    """A header that cannot be read leaves the pause to the usual back-off."""
    assert fault_of(503, {"retry-after": header}).pause is None


def test_a_long_pause_is_not_waited_for():
    """Beyond a quarter of an hour the fault is lasting, in either form."""
    for header in ("901", in_seconds(7200)):
        assert isinstance(fault_of(429, {"retry-after": header}), SourceError)


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_page_in_place_of_a_refusal_is_told_as_a_page(status):
    """A proxy's page is not taken for the ODS's own refusal."""
    fault = fault_of(status, {"content-type": "text/html"}, b"<html>blocked</html>")
    assert "HTML page" in fault.what


def test_a_page_that_says_not_found_means_not_offered():
    """A web server's own 404 page before an old ODS is still a resource that is not there."""
    fault = fault_of(404, {"content-type": "text/html"}, b"<html>not found</html>")
    assert isinstance(fault, NotEnabledError)


@pytest.mark.parametrize(
    ("label", "body", "page"),
    [
        ("text/html; charset=utf-8", b"<!DOCTYPE html>", True),
        ("application/json", b"\n <html>", True),
        ("text/html", b"Please log in", True),
        ("text/html", b'{"a": 1}', False),
        ("text/plain", b"[]", False),
        ("", b"", False),
    ],
)
def test_a_page_is_told_by_its_body(label, body, page):
    """The body decides, whatever its label; JSON under an HTML label is JSON."""
    assert is_html({"content-type": label}, body) is page


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'{"type": "urn:ed-fi:api:not-found"}', "urn:ed-fi:api:not-found"),
        (b'{"type": 5}', ""),
        (b'["type"]', ""),
        (b"", ""),
    ],
)
def test_a_problems_type_is_read(body, found):
    """Only the type of a problem document is read."""
    assert problem_type(body) == found
