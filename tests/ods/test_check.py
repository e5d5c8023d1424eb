"""The check: what is said before anything is pulled."""

import json

import pytest
from starlette.responses import JSONResponse

from edfi_audit.errors import AuthenticationError
from edfi_audit.ods.check import _unsafe, check
from edfi_audit.sandbox.server import Options, running
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


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    """A folder with a synthetic district of three schools, and a school of another one."""
    folder = tmp_path_factory.mktemp("district")
    schools = [
        {
            "schoolId": number,
            "nameOfInstitution": f"Synthetic School {number}",
            "localEducationAgencyReference": {"localEducationAgencyId": agency},
        }
        for number, agency in ((1301, 13), (1302, 13), (1303, 13), (2401, 24))
    ]
    agencies = [
        {"localEducationAgencyId": number, "nameOfInstitution": f"Synthetic District {number}"}
        for number in (13, 24)
    ]
    for name, rows in (("schools", schools), ("localEducationAgencies", agencies)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def looked(folder, **options):
    """The check of a sandbox, and what it was asked for resources."""
    with running(folder, Options(**options)) as sandbox:
        connection = Connection(
            base_url=sandbox, client_id="sandbox", client_secret="sandbox-secret", page_size=3
        )
        found = check(connection)
        return found, {one.resource for one in sandbox.requests if one.endpoint == "collection"}


@pytest.mark.parametrize("flavour", ["6.1", "7.3"])
@pytest.mark.parametrize(
    ("organizations", "own", "warnings"),
    [
        ({13}, {1301, 1302, 1303}, 0),
        ({13, 1301}, {1301, 1302, 1303}, 0),
        ({2401}, {2401}, 0),
        ({1301, 1302}, {1301, 1302}, 1),
    ],
)
def test_a_key_of_some_schools_only(district, flavour, organizations, own, warnings):
    """How many schools of its district a key does not see is said where it can be known."""
    found, _ = looked(district, flavour=flavour, education_organizations=frozenset(organizations))
    warning = (
        "The key sees 2 of the 3 schools of agency 13: what belongs to the others is not shown, "
        "and looks missing."
    )
    assert found.own_schools == own
    assert found.warnings == (warning,) * warnings
    assert found.schools == {1301: 13, 1302: 13, 1303: 13, 2401: 24}


@pytest.mark.parametrize(
    ("flavour", "reason"),
    [
        ("7.2", "the key may not (403)"),
        ("7.3", "the key's claim set does not grant it"),
        ("8.0", "the key's claim set does not grant it"),
    ],
)
def test_what_the_token_tells_need_not_be_asked(district, flavour, reason):
    """From 7.3 on the claim set is told with its resources: what it lacks is denied unasked."""
    found, asked = looked(district, flavour=flavour, denied=frozenset({"grades", "schools"}))
    sights = {sight.resource: sight for sight in found.resources}
    assert (sights["grades"].verdict, sights["grades"].reason) == ("denied", reason)
    assert ("grades" in asked) is (flavour == "7.2")
    assert found.faults[-1] == (
        "The key may not read grades, schools; ask the host for a claim set that does."
    )
    assert found.schools is None


def test_a_claim_set_told_in_words_of_its_own_predicts_nothing(small_ods):
    """A list of resources none of which is known is not taken for a denial of everything."""
    scope = {**SCOPE, "resources": [{"resource": "/x/things", "operations": ["Read"]}]}
    _, connection = small_ods(rows={"students": [{"id": "a" * 32}]}, scope=scope)
    assert "students" not in check(connection).unreadable


def test_a_resource_that_may_be_written_only_is_denied(district):
    """A claim to create is none to read."""
    found, _ = looked(district, actions=frozenset({"Create"}))
    assert found.faults == ("The key can read none of the resources an audit needs.",)
