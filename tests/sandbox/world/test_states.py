"""Worlds of Minnesota and Nebraska: what is sent there, in whose words."""

from datetime import date

import pytest

from edfi_audit.sandbox.world import generate
from edfi_audit.settings import NAMESPACES, POSITIONS, TOR_CODES, Settings

OTHERS = ("MN", "NE")
HIGH_SCHOOL = 101320


@pytest.fixture(scope="module", params=OTHERS)
def state(request):
    return request.param, generate(None, defects="none", profile=request.param)


@pytest.fixture(scope="module")
def minnesota():
    return generate(None, defects="none", profile="MN")


def descriptors(value):
    """Every descriptor in a record, however deep."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from [part] if name.endswith("Descriptor") else descriptors(part)
    elif isinstance(value, list):
        for part in value:
            yield from descriptors(part)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("profile", OTHERS)
def test_clean_world_is_told_as_clean(profile, seed):
    """Its truth holds explained absences and nothing else."""
    world = generate(None, seed=seed, defects="none", profile=profile)
    assert set(world.truth.counts()) == {"IDM-007"}


def test_every_descriptor_is_the_state_s(state):
    """No record of another state says anything in Wisconsin's namespace, or in its extension."""
    profile, world = state
    records = [one for records in world.ods.values() for one in records]
    given = {uri.partition("/")[0] + "//" + uri.split("/")[2] for uri in descriptors(records)}
    assert given == {NAMESPACES[profile]}
    assert not any("wi" in one.get("_ext", {}) for one in records)


def test_positions_are_the_state_s(state):
    """Codes of Nebraska, texts of Minnesota; Substitute and Teacher of Record are among them."""
    profile, world = state
    codes = {
        one["classroomPositionDescriptor"].partition("#")[2]
        for one in world.ods["staffSectionAssociations"]
    }
    assert len(codes) == 4
    assert codes & set(TOR_CODES[profile])
    assert profile == "MN" or codes == set(POSITIONS[profile])


def test_only_wisconsin_has_choice_and_jail_schools_and_programs(state):
    """There are four schools of the district, and nobody takes part in a program."""
    _, world = state
    own = {row["edfiNumber"] or row["number"] for row in world.sis["school"]}
    assert own == {"101302", "101311", "101320", "0107525", "0990"}
    assert not world.sis["programParticipation"]


def test_a_section_without_students_is_sent(state):
    """Only Wisconsin holds it back."""
    _, world = state
    rostered = {row["sectionID"] for row in world.sis["roster"]}
    assert any(lesson.section["sectionID"] not in rostered for lesson in world.derived.classes)


def test_state_exclude_does_not_hold_back_in_minnesota(minnesota):
    """Inactive courses stay out, the one that is excluded from state reporting is sent."""
    codes = {one["localCourseCode"] for one in minnesota.ods["courseOfferings"]}
    assert "LOCAL-1" in codes
    assert "LAT-1" not in codes


def minutes(world, code, session):
    return {
        one["_ext"]["mn"]["instructionMinutesPerTerm"]
        for one in world.ods["courseOfferings"]
        if (one["localCourseCode"], one["sessionReference"]["sessionName"]) == (code, session)
        and one["schoolReference"]["schoolId"] == HIGH_SCHOOL
    }


@pytest.mark.parametrize(
    ("code", "daily"), [("PE-H", 40), ("ADV-09", 0), ("SCI-09", 50), ("ENG-09", 47)]
)
def test_minutes_are_those_of_section_course_or_periods(minnesota, code, daily):
    """2 September to 16 January has 99 weekdays; lunch is no instruction."""
    assert minutes(minnesota, code, "2025-26 Semester 1") == {99 * daily}


def test_some_minutes_stand_on_the_section(minnesota):
    """The charter school has them there, and nowhere else."""
    places = {
        one["courseOfferingReference"]["schoolId"]
        for one in minnesota.ods["sections"]
        if "_ext" in one
    }
    assert places == {107525}


def test_early_grades_have_approaches_and_initiatives(minnesota):
    """Each with its status, as the code of the course says."""
    own = {
        one["localCourseCode"]: one["_ext"]["mn"]
        for one in minnesota.ods["courseOfferings"]
        if one["localCourseCode"] == "0K410"
    }
    namespace = NAMESPACES["MN"]
    assert own["0K410"]["instructionalApproaches"] == [
        {
            "instructionalApproachDescriptor": f"{namespace}/InstructionalApproachDescriptor#ABA",
            "implementationStatusDescriptor": f"{namespace}/ImplementationStatusDescriptor#FULL",
        }
    ]
    assert own["0K410"]["siteBasedInitiatives"][0]["siteBasedInitiativeDescriptor"] == (
        f"{namespace}/SiteBasedInitiativeDescriptor#PYRAMID"
    )


def test_settings_file_names_the_profile(tmp_path):
    """No Choice or jail school is named where there is none."""
    generate(tmp_path, defects="none", profile="NE")
    audit = Settings.load(tmp_path / "edfi-audit.toml").audit
    assert (audit.profile, audit.audit_date) == ("NE", date(2026, 6, 20))
    assert audit.choice_schools == audit.jail_schools == ()
    assert audit.descriptor_namespace == NAMESPACES["NE"]


@pytest.mark.parametrize("profile", ["WI", *OTHERS])
def test_the_extract_was_changed_before_anything_was_sent(profile):
    """And every mapping before the last resync of its resource."""
    world = generate(None, defects="none", profile=profile)
    changed = {
        row["modifiedDate"] for rows in world.sis.values() for row in rows if "modifiedDate" in row
    }
    sent = {one["_lastModifiedDate"] for records in world.ods.values() for one in records}
    assert len(changed) == 1
    assert max(changed).isoformat() < min(sent)
    assert all(row["lastResync"] > max(changed) for row in world.sis["resourceToggle"])


@pytest.mark.parametrize("profile", ["WI", *OTHERS])
def test_every_staff_association_has_a_school_association(profile):
    """Nobody teaches at a school without being assigned to it."""
    world = generate(None, defects="none", profile=profile)
    assigned = {
        (one["staffReference"]["staffUniqueId"], one["schoolReference"]["schoolId"])
        for one in world.ods["staffSchoolAssociations"]
    }
    assert {
        (one["staffReference"]["staffUniqueId"], one["sectionReference"]["schoolId"])
        for one in world.ods["staffSectionAssociations"]
    } <= assigned
