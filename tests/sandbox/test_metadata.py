"""OpenAPI documents and the dependency order."""

import pytest

from edfi_audit.sandbox.keys import Profile


def test_dependencies_put_parents_first(ods):
    """A record can be created once what it refers to is there."""
    entries = ods.get("/metadata/data/v3/dependencies").json()
    order = {entry["resource"]: entry["order"] for entry in entries}

    assert order["/ed-fi/localEducationAgencies"] < order["/ed-fi/schools"]
    assert order["/ed-fi/schools"] < order["/ed-fi/courses"] < order["/ed-fi/courseOfferings"]
    assert order["/ed-fi/courseOfferings"] < order["/ed-fi/sections"]
    assert order["/ed-fi/sections"] < order["/ed-fi/studentSectionAssociations"]
    assert order["/ed-fi/studentSectionAssociations"] < order["/ed-fi/grades"]
    assert entries[0]["operations"] == ["Create", "Update"]


def test_the_documents_are_listed_where_they_are(ods):
    """Each listed address gives its document, without a token."""
    listed = ods.get("/metadata/").json()

    assert [entry["name"] for entry in listed] == ["Resources", "Descriptors"]
    for entry in listed:
        answer = ods.get(entry["endpointUri"], headers={"Authorization": ""})
        assert answer.status_code == 200


def test_query_fields_tell_which_are_identity(ods):
    """The keys of a roster row are marked; its optional fields are named too."""
    document = ods.get("/metadata/data/v3/resources/swagger.json").json()
    parameters = document["paths"]["/ed-fi/studentSectionAssociations"]["get"]["parameters"]
    named = {item["name"]: item.get("x-Ed-Fi-isIdentity", False) for item in parameters[5:]}

    assert {name for name, identity in named.items() if identity} == {
        "beginDate",
        "localCourseCode",
        "schoolId",
        "schoolYear",
        "sectionIdentifier",
        "sessionName",
        "studentUniqueId",
    }
    assert named["attemptStatusDescriptor"] is False
    assert document["components"]["parameters"]["limit"]["schema"]["maximum"] == 500


@pytest.mark.parametrize(
    ("flavour", "query", "version"),
    [
        ("6.1", {}, ("swagger", "2.0")),
        ("7.3", {}, ("openapi", "3.0.1")),
        ("7.3", {"version": "2"}, ("swagger", "2.0")),
    ],
)
def test_the_format_follows_the_release(connect, flavour, query, version):
    """OpenAPI 3 from 7.1 on, where the old format can still be asked for."""
    document = (
        connect(flavour=flavour)
        .get("/metadata/data/v3/resources/swagger.json", params=query)
        .json()
    )

    assert document[version[0]] == version[1]


@pytest.mark.parametrize(
    ("options", "below"),
    [
        ({}, {"", "/deletes", "/keyChanges", "/partitions"}),
        ({"flavour": "6.1"}, {"", "/deletes", "/keyChanges"}),
        ({"flavour": "5.3"}, {"", "/deletes"}),
        ({"change_queries": False}, {"", "/partitions"}),
    ],
)
def test_what_stands_below_a_resource_is_listed(connect, options, below):
    """The paths a release and its features have."""
    document = connect(**options).get("/metadata/data/v3/resources/swagger.json").json()
    start = "/ed-fi/students"
    found = {path for path in document["paths"] if path == start or path.startswith(f"{start}/")}

    assert found == {start + name for name in below}


@pytest.mark.parametrize(("flavour", "place"), [("6.1", "schema"), ("7.3", "content")])
def test_a_profile_has_a_document_of_its_own(connect, flavour, place):
    """It is listed as a profile, and describes what the profile covers, without what it hides."""
    profile = Profile("Bare View", "studentSectionAssociations", frozenset({"homeroomIndicator"}))
    client = connect(flavour=flavour, profiles=(profile,))
    listed = {entry["name"]: entry for entry in client.get("/metadata/").json()}
    assert listed["Bare-View"]["prefix"] == "Profiles"
    assert listed["Bare-View"]["endpointUri"].endswith("/profiles/bare-view/swagger.json")

    narrow = client.get(listed["Bare-View"]["endpointUri"]).json()
    whole = client.get(listed["Resources"]["endpointUri"]).json()
    assert "/ed-fi/studentSectionAssociations" in narrow["paths"]
    assert "/ed-fi/schools" not in narrow["paths"]
    answer = narrow["paths"]["/ed-fi/studentSectionAssociations"]["get"]["responses"]["200"]
    assert place in answer
    name = "edFi_studentSectionAssociation"
    shown = schemas(narrow)[f"{name}_readable"]["properties"]
    assert schemas(whole)[name]["properties"].keys() - shown.keys() == {"homeroomIndicator"}


def test_a_schema_has_the_members_of_the_records(ods):
    """References are objects with the keys they hold; numbers are no texts."""
    document = ods.get("/metadata/data/v3/resources/swagger.json").json()
    found = schemas(document)["edFi_studentSectionAssociation"]["properties"]
    keys = found["sectionReference"]["properties"]
    assert keys["schoolId"] == {"type": "integer"}
    assert keys["sessionName"] == {"type": "string"}
    assert found["beginDate"]["x-Ed-Fi-isIdentity"] is True


def test_a_profile_nobody_has_is_not_documented(ods):
    """404, as for any other path."""
    assert ods.get("/metadata/data/v3/profiles/nothing/swagger.json").status_code == 404


def schemas(document):
    """The schemas of a document, wherever its version keeps them."""
    return document.get("definitions") or document["components"]["schemas"]
