"""Profiles: one is applied in silence, of two the caller must choose."""

import pytest

from edfi_audit.sandbox.keys import Profile

SSAS = "/data/v3/ed-fi/studentSectionAssociations"
BARE = Profile("Bare", "studentSectionAssociations", frozenset({"homeroomIndicator"}))
BARER = Profile(
    "Barer",
    "studentSectionAssociations",
    frozenset({"homeroomIndicator", "sectionReference.sessionName"}),
)
CHOOSE_BARER = "application/vnd.ed-fi.studentsectionassociation.barer.readable+json"


def test_one_profile_hides_fields_without_a_word(connect):
    """Collection and item lack the field; the media type names the profile."""
    client = connect(profiles=(BARE,))
    answer = client.get(SSAS)
    item = client.get(f"{SSAS}/{answer.json()[0]['id']}")

    assert answer.status_code == 200
    assert all("homeroomIndicator" not in row for row in answer.json())
    assert all("sessionName" in row["sectionReference"] for row in answer.json())
    assert item.json() == answer.json()[0]
    assert answer.headers["content-type"] == (
        "application/vnd.ed-fi.studentsectionassociation.bare.readable+json"
    )


def test_a_resource_it_does_not_cover_is_whole(connect):
    """Plain JSON, every field."""
    answer = connect(profiles=(BARE,)).get("/data/v3/ed-fi/schools")

    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.json()[0]["nameOfInstitution"] == "Synthetic School 1301"


def test_of_two_profiles_one_must_be_chosen(connect):
    """403 names the media types; a resource that neither covers can be read."""
    client = connect(profiles=(BARE, BARER))
    answer = client.get(SSAS, headers={"correlation-id": "trace-1"})

    assert answer.status_code == 403
    assert answer.json() == {
        "detail": "A data policy failure was encountered. The request was not constructed "
        "correctly for the data policy that has been applied to this data for the caller.",
        "type": "urn:ed-fi:api:security:data-policy:incorrect-usage",
        "title": "Data Policy Failure Due to Incorrect Usage",
        "status": 403,
        "correlationId": "trace-1",
        "errors": [
            (
                "Based on profile assignments, one of the following profile-specific content types "
                "is required when requesting this resource: "
                "'application/vnd.ed-fi.studentsectionassociation.bare.readable+json', "
                "'application/vnd.ed-fi.studentsectionassociation.barer.readable+json'"
            )
        ],
    }
    assert client.get("/data/v3/ed-fi/schools").status_code == 200


def test_the_accept_header_chooses(connect):
    """The chosen profile's fields are hidden, further down as well."""
    rows = connect(profiles=(BARE, BARER)).get(SSAS, headers={"Accept": CHOOSE_BARER}).json()

    assert len(rows) == 12
    assert all("sessionName" not in row["sectionReference"] for row in rows)


def test_a_profile_that_is_not_assigned_is_refused(connect):
    """Choosing it gives 403, even where only one is assigned."""
    answer = connect(profiles=(BARE,)).get(SSAS, headers={"Accept": CHOOSE_BARER})

    assert answer.status_code == 403


@pytest.mark.parametrize("flavour", ["6.1", "7.3"])
def test_token_info_names_the_profiles(connect, flavour):
    """What a pull must look for before it calls a field missing."""
    client = connect(flavour=flavour, profiles=(BARE, BARER))
    token = client.headers["Authorization"].removeprefix("Bearer ")

    info = client.post("/oauth/token_info", data={"token": token}).json()

    assert info["assigned_profiles"] == ["Bare", "Barer"]
