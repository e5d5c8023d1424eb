"""The template that names sections."""

import pytest
from proof import World

from edfi_audit.errors import SettingsError

SIS = {
    "course": [{"courseID": "7", "number": "ALG-1", "calendarID": "3"}],
    "section": [
        {"sectionID": "100", "courseID": "7", "trialID": "1", "number": "02"},
        {"sectionID": "101", "courseID": "7", "trialID": "1"},
        {"sectionID": "102", "courseID": "8", "trialID": "1", "number": "04"},
    ],
}


def identifiers(folder, template):
    world = World.of(folder, sis=SIS, section_identifier=template)
    found = world.con.sql(
        "SELECT sectionID, section_identifier FROM audit.section_identifiers ORDER BY 1"
    ).fetchall()
    world.con.close()
    return dict(found)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{section.sectionID}", ["100", "101", "102"]),
        ("{section.number}", ["02", None, "04"]),
        ("{course.number}-{section.number}", ["ALG-1-02", None, None]),
        ("WI {COURSE.number}'{section.SectionId}", ["WI ALG-1'100", "WI ALG-1'101", None]),
        ("{course.active}{section.sectionID}", [None, None, None]),
    ],
)
def test_a_template_names_sections(tmp_path, template, expected):
    """Columns in any case, text as it stands, and null where a column is."""
    assert list(identifiers(tmp_path, template).values()) == expected


@pytest.mark.parametrize(
    "template",
    [
        "",
        "section",
        "{section}",
        "{section.}",
        "{section.nosuch}",
        "{roster.rosterID}",
        "{section.sectionID",
        "section.sectionID}",
        "{{section.sectionID}}",
        "{section.sectionID; DROP TABLE x}",
    ],
)
def test_a_wrong_template_is_a_settings_error(tmp_path, template):
    """It is refused before anything runs."""
    with pytest.raises(SettingsError, match="section_identifier"):
        World.of(tmp_path, section_identifier=template)
