"""The check: what is said before anything is pulled."""

import pytest
from starlette.responses import JSONResponse

from edfi_audit.errors import AuthenticationError
from edfi_audit.ods.check import _unsafe, check
from edfi_audit.settings import Connection

SCOPE = {
    "education_organizations": [
        {"education_organization_id": 255901, "name_of_institution": "Synthetic District"}
    ],
    "assigned_profiles": [],
    "claim_set": {"name": "Auditor"},
}


def test_it_says_what_the_key_sees(small_ods):
    """What is denied first, then version, year, place, claim set and every resource."""

    def fault(request, _n):
        return JSONResponse({}, 403) if "grades" in request.url.path else None

    rows = {"students": [{"id": "a" * 32}] * 1234, "grades": []}
    _, connection = small_ods(
        rows=rows, scope=SCOPE, newest=4711, fault=fault, connection={"year": 2026}
    )
    found = check(connection)
    base = connection.base_url
    assert found.sentences[:5] == (
        "Warning: The key may not read grades; ask the host for a claim set that does.",
        f"{base} answers: an Ed-Fi ODS/API version 7.3 (Ed-Fi 5.2.0).",
        "The connection is for school year 2025-26.",
        "The key belongs to Synthetic District (255901).",
        "Its claim set is Auditor.",
    )
    assert "students: 1,234 records." in found.sentences
    assert "grades: cannot be read, the key may not (403)." in found.sentences
    assert "sections: cannot be read, the ODS has none (404)." in found.sentences
    assert {"grades", "sections"} < set(found.unreadable)
    assert "students" not in found.unreadable
    assert found.change_queries
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("content", "connection", "warning", "is_fault"),
    [
        ({"rows": {"students": []}}, {}, "may belong to another agency or school year", True),
        ({"rows": {}}, {}, "can read none of the resources", True),
        (
            {"scope": {**SCOPE, "assigned_profiles": ["Narrow", "Other"]}},
            {},
            "A profile may hide fields, which then look missing: Narrow, Other.",
            False,
        ),
        (
            {"scope": {"education_organizations": []}},
            {},
            "The key belongs to no education organization",
            False,
        ),
        (
            {"rows": {"sessions": [{"schoolYearTypeReference": {"schoolYear": 2025}}]}},
            {"year": 2026},
            "for school year 2026, but this ODS holds 2025",
            True,
        ),
        ({}, {"verify_ssl": False}, "The certificate of the ODS is not checked", False),
    ],
)
def test_it_warns(small_ods, content, connection, warning, is_fault):
    """Whatever makes an audit misleading is one warning, and the first of the sentences."""
    given = {"rows": {"students": [{"id": "a" * 32}]}, "scope": SCOPE}
    _, reached = small_ods(**(given | content), connection=connection)
    found = check(reached)
    (said,) = (*found.faults, *found.warnings)
    assert warning in said
    assert found.sentences[0] == f"Warning: {said}"
    assert bool(found.faults) is is_fault


@pytest.mark.parametrize(
    ("base_url", "warnings"),
    [
        ("http://ods.example", 1),
        ("https://ods.example", 0),
        ("http://localhost:8765", 0),
        ("http://127.0.0.1:8765", 0),
        ("http://[::1]:8765", 0),
    ],
)
def test_plain_http_to_another_machine_is_warned_of(base_url, warnings):
    """A key sent in clear to another machine is worth a warning; to this one it is not."""
    connection = Connection(base_url=base_url, client_id="k", client_secret="s")
    assert len(_unsafe(connection)) == warnings


def test_an_unknown_scope_and_version_are_said(small_ods):
    """What the ODS does not tell is said to be unknown."""
    _, connection = small_ods(
        rows={"students": [{"id": "a" * 32}]}, root={"version": None, "dataModels": None}
    )
    sentences = check(connection).sentences
    assert sentences[0].endswith("answers: an Ed-Fi ODS/API of unknown version.")
    assert sentences[1] == "The connection names no school year."
    assert sentences[2] == "The ODS does not say what this key may see."


def test_a_refused_key_is_an_error(small_ods):
    """A check that cannot connect raises the error that says why."""

    def fault(request, _n):
        return JSONResponse({}, 401) if request.method == "POST" else None

    _, connection = small_ods(fault=fault)
    with pytest.raises(AuthenticationError, match="refused the key or the secret"):
        check(connection)
