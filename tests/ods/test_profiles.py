"""What a profile hides, as the OpenAPI documents of each version tell it."""

import json

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from edfi_audit.ods.api import open_api
from edfi_audit.ods.check import check
from edfi_audit.ods.profiles import hidden_by
from edfi_audit.sandbox.faults import Rule, Status
from edfi_audit.sandbox.keys import Profile
from edfi_audit.sandbox.server import Options, running
from edfi_audit.settings import Connection

FLAVOURS = ("5.3", "6.1", "7.1", "7.2", "7.3", "8.0", "8-main")
SSAS = "studentSectionAssociations"
NARROW = (
    Profile("Narrow View", SSAS, frozenset({"attemptStatusDescriptor", "programs"})),
    Profile("Narrow View", "schools", frozenset({"webSite"})),
)
SSA = {
    "beginDate": "2025-09-02",
    "attemptStatusDescriptor": "uri://dpi.wi.gov/AttemptStatusDescriptor#Complete",
    "sectionReference": {"schoolId": 1301, "sectionIdentifier": "S-1"},
    "studentReference": {"studentUniqueId": "900001"},
    "programs": [{"programReference": {"programName": "Synthetic"}}],
}
SCHOOL = {"schoolId": 1301, "nameOfInstitution": "Synthetic School", "webSite": "https://x.example"}


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """A folder with one synthetic roster row and its school."""
    folder = tmp_path_factory.mktemp("records")
    (folder / f"{SSAS}.jsonl").write_text(json.dumps(SSA) + "\n")
    (folder / "schools.jsonl").write_text(json.dumps(SCHOOL) + "\n")
    return folder


def connection_to(base_url, **settings):
    given = {"client_id": "sandbox", "client_secret": "sandbox-secret", "timeout": 5}
    return Connection(base_url=base_url, **(given | settings))


def hidden(records, *profiles, settings=None, script=(), **options):
    """What is found to be hidden: profile, resource, column names."""
    with running(records, Options(profiles=profiles, **options)) as sandbox:
        sandbox.script = script
        names = dict.fromkeys(profile.name for profile in profiles)
        with open_api(connection_to(sandbox, **(settings or {}))) as api:
            found = hidden_by(api, names)
    return {
        name: told and {resource: [c.name for c in columns] for resource, columns in told.items()}
        for name, told in found.items()
    }


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_what_a_profile_hides(records, flavour):
    """Fields that an audit stores are found, whole lists too; others are no concern of it."""
    assert hidden(records, *NARROW, flavour=flavour) == {
        "Narrow View": {SSAS: ["attempt_status_descriptor", "programs"]}
    }


@pytest.mark.parametrize(
    ("flavour", "options", "settings"),
    [
        ("6.1", {"year": 2026}, {"mode": "year_specific", "year": 2026}),
        ("7.3", {"tenant": "wi", "year": 2026}, {"tenant": "wi", "year": 2026}),
        ("8.0", {"year": 2026}, {"year": 2026}),
    ],
)
def test_in_every_mode(records, flavour, options, settings):
    """The documents are found where the mode puts them."""
    found = hidden(records, *NARROW, flavour=flavour, settings=settings, **options)
    assert found["Narrow View"] == {SSAS: ["attempt_status_descriptor", "programs"]}


def test_part_of_a_reference(records):
    """A field within a reference can be hidden as well."""
    profile = Profile("Deep", SSAS, frozenset({"sectionReference.schoolId"}))
    assert hidden(records, profile) == {"Deep": {SSAS: ["school_id"]}}


def test_a_profile_that_hides_nothing_of_interest(records):
    """It is known to do no harm."""
    assert hidden(records, NARROW[1]) == {"Narrow View": {}}


def test_documents_that_are_switched_off(records):
    """Then nobody can tell, which is not the same as nothing."""
    script = (Rule(Status(404), endpoint="other", request=2, times=0),)  # all but discovery
    assert hidden(records, *NARROW, script=script) == {"Narrow View": None}


def test_documents_at_an_address_of_the_settings(records):
    """`open_api_metadata_url` stands in where discovery does not name it."""
    with running(records, Options(profiles=NARROW)) as sandbox:
        own = f"{sandbox}/METADATA/"
        settings = {"open_api_metadata_url": own}
        with open_api(connection_to(sandbox, **settings)) as api:
            assert hidden_by(api, ["Narrow View"])["Narrow View"]
        assert "/METADATA" in {one.path for one in sandbox.requests}


def test_documents_on_another_host_are_left_alone(records, serve):
    """A listed address that leads elsewhere is not asked."""
    asked = []

    def answer(request):
        asked.append(request.url.path)
        there = f"http://localhost:{request.url.port}/whole"
        names = {"Resources": "", "Narrow-View": "Profiles"}
        return JSONResponse(
            [{"name": n, "prefix": prefix, "endpointUri": there} for n, prefix in names.items()]
        )

    listing = serve(Starlette(routes=[Route("/{path:path}", answer)]))
    with (
        running(records, Options(profiles=NARROW)) as sandbox,
        open_api(connection_to(sandbox, open_api_metadata_url=f"{listing}/list")) as api,
    ):
        assert hidden_by(api, ["Narrow View"]) == {"Narrow View": None}
    assert asked == ["/list"]


def test_no_profile_no_question(records):
    """Without a profile the documents, which are large, are not asked for."""
    with running(records) as sandbox:
        with open_api(connection_to(sandbox)) as api:
            assert hidden_by(api, []) == {}
        assert not [one for one in sandbox.requests if "swagger" in one.path]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_check_warns_of_it(records, flavour):
    """The warning names the profile, the fields and the resource."""
    with running(records, Options(flavour=flavour, profiles=NARROW)) as sandbox:
        found = check(connection_to(sandbox))
    (warning,) = found.warnings
    assert warning == (
        f"The profile Narrow View hides attemptStatusDescriptor, programs of {SSAS}, which then "
        "look missing."
    )
    assert found.faults == ()
