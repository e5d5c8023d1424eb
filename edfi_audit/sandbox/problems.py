"""The error bodies of an ODS/API, word for word, in the form each release gives them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

import orjson
from starlette.responses import Response

from edfi_audit.sandbox.flavours import Flavour

__all__ = [
    "CHANGED_SINCE",
    "ITEM_NOT_FOUND",
    "NOT_FOUND",
    "Problem",
    "RefusedError",
    "ambiguous_profile",
    "authentication_failed",
    "bad_body",
    "bad_parameter",
    "invalid_value",
    "key_change_refused",
    "method_not_allowed",
    "missing_action",
    "missing_claim",
    "respond",
    "server_failed",
    "snapshot_gone",
    "snapshot_not_found",
    "too_many_tokens",
    "unknown_query_field",
    "unrelated",
]

_TYPE = "urn:ed-fi:api"
_CLAIMS = "http://ed-fi.org/identity/claims"
_ACTIONS = "http://ed-fi.org/odsapi/actions"


@dataclass(frozen=True)
class Problem:
    """One refusal. `kind` is the problem type below `urn:ed-fi:api`.

    `message` is what releases before 7.2 say instead; empty for an empty body. `middleware`
    problems are sent as `application/problem+json`, those of controllers as `application/json`.
    """

    status: int
    kind: str
    title: str
    detail: str
    errors: tuple[str, ...] = ()
    validation_errors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    message: str = ""
    middleware: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


class RefusedError(Exception):
    """Raised inside a handler to answer with `problem`."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


def respond(problem: Problem, flavour: Flavour, correlation_id: str) -> Response:
    """The response that `flavour` gives for `problem`."""
    media_type = "application/json"
    if flavour.problem_details:
        body = _problem_details(problem, correlation_id)
        media_type = "application/problem+json" if problem.middleware else media_type
    elif problem.message:
        body = {"message": problem.message}
    else:
        return Response(status_code=problem.status, headers=dict(problem.headers))
    return Response(
        orjson.dumps(body), problem.status, headers=dict(problem.headers), media_type=media_type
    )


def _problem_details(problem: Problem, correlation_id: str) -> dict[str, object]:
    body: dict[str, object] = {
        "detail": problem.detail,
        "type": f"{_TYPE}:{problem.kind}",
        "title": problem.title,
        "status": problem.status,
        "correlationId": correlation_id,
    }
    if problem.validation_errors:
        body["validationErrors"] = problem.validation_errors
    if problem.errors:
        body["errors"] = problem.errors
    return body


NOT_FOUND = Problem(
    404,
    "not-found",
    "Not Found",
    "The specified data could not be found.",
    middleware=True,
)
"""No such resource, year or tenant."""

ITEM_NOT_FOUND = Problem(
    404,
    "not-found",
    "Not Found",
    "The specified item could not be found.",
    message="The specified resource could not be found.",
)
"""The resource exists, but not this item."""


def authentication_failed(error: str) -> Problem:
    """401: no bearer token, or one that is unknown or has expired."""
    return Problem(
        401,
        "security:authentication",
        "Authentication Failed",
        "The caller could not be authenticated.",
        (error,),
        middleware=True,
    )


def too_many_tokens(limit: int) -> Problem:
    """429: the key already holds as many live tokens as it may."""
    error = (
        f"Too many access tokens have been requested (limit is {limit}). "
        "Access tokens should be reused until they expire."
    )
    return Problem(
        429,
        "security:authentication:too-many-tokens",
        "Too Many Tokens",
        "The caller has authenticated too many times in too short of a time period.",
        (error,),
    )


def bad_parameter(error: str, detail: str = "The request construction was invalid.") -> Problem:
    """400: a paging parameter is out of range or contradicts another."""
    return Problem(
        400,
        "bad-request:parameter-validation-failed",
        "Parameter Validation Failed",
        detail,
        (error,),
        message=error,
    )


def invalid_value(parameter: str, value: str) -> Problem:
    """400: a parameter that must be a number is none."""
    error = f"The value '{value}' is not valid."
    return Problem(
        400,
        "bad-request:data-validation-failed",
        "Data Validation Failed",
        "Data validation failed. See 'validationErrors' for details.",
        validation_errors={f"$.{parameter}": (error,)},
        message="The request is invalid.",
    )


def unknown_query_field(name: str) -> Problem:
    """400: a release that checks queries does not know this field."""
    return Problem(
        400,
        "bad-request",
        "Bad Request",
        "The request could not be processed. See 'errors' for details.",
        (f"The query field '{name}' is not valid for this resource.",),
    )


def missing_claim(claim_set: str, entity: str, data: str) -> Problem:
    """403: the key's claim set does not cover the resource at all."""
    error = (
        f"The API client's assigned claim set (currently '{claim_set}') must include one of the "
        "following resource claims to provide access to this resource: "
        f"{_claims_of(entity)}."
    )
    return Problem(
        403,
        "security:authorization:access-denied:resource",
        "Authorization Denied",
        f"{_denied(data)} You do not have permissions to access this data.",
        (error,),
        message="Access to the resource could not be authorized.",
    )


def missing_action(claim_set: str, entity: str, data: str, action: str) -> Problem:
    """403: the key's claim set covers the resource, but not this action (`create`, `update`, …)."""
    error = (
        f"The API client's assigned claim set (currently '{claim_set}') must grant permission of "
        f"the '{_ACTIONS}/{action}' action on one of the following resource claims: "
        f"{_claims_of(entity)}."
    )
    return Problem(
        403,
        "security:authorization:access-denied:action",
        "Authorization Denied",
        f"{_denied(data)} You do not have permissions to perform the requested operation on the "
        f"{data.removeprefix('requested ')}.",
        (error,),
        message="Access to the resource could not be authorized.",
    )


def unrelated(data: str, organizations: Iterable[int], names: Sequence[str]) -> Problem:
    """403: an item by its id that nothing relates to the key's education organizations.

    `names` are what it could be related by, such as `SchoolId`.
    """
    claimed = ", ".join(str(organization) for organization in sorted(organizations))
    quoted = ", ".join(f"'{name}'" for name in names)
    item = (
        f"the resource item's {quoted} value"
        if len(names) == 1
        else f"one or more of the following properties of the resource item: {quoted}"
    )
    error = (
        "No relationships have been established between the caller's education organization id "
        f"claims ({claimed}) and {item}."
    )
    return Problem(
        403,
        "security:authorization",
        "Authorization Denied",
        _denied(data),
        (error,),
        message=f"Authorization denied. {error}",
    )


def ambiguous_profile(content_types: Iterable[str]) -> Problem:
    """403: several profiles are assigned that cover the resource, and the request chose none."""
    required = ", ".join(f"'{content_type}'" for content_type in content_types)
    error = (
        "Based on profile assignments, one of the following profile-specific content types is "
        f"required when requesting this resource: {required}"
    )
    return Problem(
        403,
        "security:data-policy:incorrect-usage",
        "Data Policy Failure Due to Incorrect Usage",
        "A data policy failure was encountered. The request was not constructed correctly for the "
        "data policy that has been applied to this data for the caller.",
        (error,),
        message=error,
    )


def snapshot_not_found() -> Problem:
    """404: the host has no snapshot."""
    return Problem(
        404,
        "not-found",
        "Not Found",
        "Snapshot not found.",
        ("The snapshot connection for the ODS has not been configured.",),
        message="Snapshot not found.",
    )


def snapshot_gone() -> Problem:
    """410: the snapshot of this name has been dropped."""
    return Problem(410, "gone", "Gone", "Snapshot gone.", message="Snapshot not available.")


def key_change_refused(entity: str) -> Problem:
    """400: this resource's natural key cannot be changed."""
    detail = (
        f"Identifying values for the {entity} resource cannot be changed. "
        "Delete and recreate the resource item instead."
    )
    return Problem(
        400,
        "bad-request:data-validation-failed:key-change-not-supported",
        "Key Change Not Supported",
        detail,
        message=detail,
    )


def bad_body(error: str) -> Problem:
    """400: what was sent is no record, or says what the server alone may say."""
    return Problem(
        400,
        "bad-request:data-validation-failed",
        "Data Validation Failed",
        "The request data was constructed incorrectly.",
        (error,),
        message=error,
    )


def server_failed(status: int) -> Problem:
    """An error of the server's own: 500 and above, or 429."""
    kind, title = _FAILURES.get(status, ("system", HTTPStatus(status).phrase))
    detail = "An unexpected problem has occurred."
    return Problem(status, kind, title, detail, message="An unexpected error has occurred.")


_FAILURES = {
    429: ("too-many-requests", "Too Many Requests"),
    500: ("system", "System Error"),
    503: ("service-unavailable", "Service Unavailable"),
}

_OTHER_ETAG = (
    "The resource item's etag value does not match what was specified in the 'If-Match' request "
    "header indicating that it has been modified by another client since it was last retrieved."
)

CHANGED_SINCE = Problem(
    412,
    "optimistic-lock-failed",
    "Optimistic Lock Failed",
    "The resource item has been modified by another user.",
    (_OTHER_ETAG,),
    message="Resource was modified by another consumer.",
)
"""The item is not the version that `If-Match` names."""


def _denied(data: str) -> str:
    return f"Access to the {data} could not be authorized."


def _claims_of(entity: str) -> str:
    claim = entity[0].lower() + entity[1:]
    return f"'{_CLAIMS}/ed-fi/{claim}', '{_CLAIMS}/domains/relationshipBasedData'"


def method_not_allowed(error: str = "", *, allow: str = "GET") -> Problem:
    """405: a method this path does not take; `allow` lists those it does."""
    return Problem(
        405,
        "method-not-allowed",
        "Method Not Allowed",
        "The request construction was invalid.",
        (error,) if error else (),
        message=error,
        headers={"Allow": allow},
    )
