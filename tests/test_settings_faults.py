"""Wrong settings are told in the words of whoever writes the file."""

import tomllib

import pytest

from edfi_audit.errors import SettingsError
from edfi_audit.settings import Settings


def said(text):
    with pytest.raises(SettingsError) as caught:
        Settings.of(tomllib.loads(text))
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "[audit]\naudit_dat = 2026-06-20",
            "audit_dat is not a setting of [audit]; did you mean audit_date?",
        ),
        ("[stor]\npath = 'x'", "stor is not a setting of the settings; did you mean store?"),
        (
            "[connections.ods]\nbase_ur = 'x'",
            "base_ur is not a setting of [connections.ods]; did you mean base_url?",
        ),
        ("[store]\nxyz = 1", "xyz is not a setting of [store]. Known: path, memory_limit."),
    ],
)
def test_an_unknown_setting(text, sentence):
    """An unknown key is named with its table, and with the key that is near it."""
    assert said(text) == sentence


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[audit]\nschool_year = 'last'", "a whole number such as 2026"),
        ("[audit]\nschool_year = 26", "at least 1990"),
        ("[audit]\naudit_date = 'soon'", "a date such as 2026-06-20, without quotes"),
        ("[audit]\nprofile = 'XX'", '"WI", "MN" or "NE"'),
        ("[audit]\nchoice_schools = 1302", "a list in brackets, such as [1302]"),
        ("[sis]\nextract = 3", "text in quotes"),
        ("[store]\npath = 3", "text in quotes"),
        ("[connections.ods]\nyear = 'last'", "a whole number such as 2026"),
        ("[connections.ods]\nverify_ssl = 'maybe'", "true or false"),
        ("[connections.ods]\nconcurrency = 99", "at most 32"),
        ("[connections.ods]\ntimeout = 0", "more than 0.0"),
        ("[connections]\nods = 'https://ods.example'", "a table of its own"),
    ],
)
def test_a_value_of_the_wrong_kind(text, wanted):
    """A wrong value is named by its key and table, with what it must be, and is not repeated."""
    table, line = text.splitlines()
    key = line.partition(" ")[0]
    assert said(text) == f"{key} in {table} must be {wanted}."


def test_one_of_a_list():
    """A wrong entry of a list is told as that."""
    sentence = said("[audit]\nchoice_schools = ['Lakeview']")
    assert sentence == "Each of choice_schools in [audit] must be a whole number such as 1302."


def test_what_the_environment_holds_may_wait():
    """A connection may lack keys, or take them from the environment, until it is used."""
    settings = Settings.of(tomllib.loads("[connections.ods]\nyear = '${YEAR}'"))
    with pytest.raises(SettingsError, match="environment variable YEAR"):
        settings.connection()
    settings = Settings.of(tomllib.loads("[connections.ods]\nyear = 2026"))
    with pytest.raises(SettingsError, match=r"\[connections\.ods\] has no base_url\."):
        settings.connection()


CONNECTION = "[connections.ods]\nbase_url = 'https://ods.example'\nclient_id = 'k'\n"


def test_the_year_of_the_audit_is_that_of_a_connection_without_one():
    """One school year is enough; two that differ are an error with both."""
    text = f"[audit]\nschool_year = 2026\n{CONNECTION}client_secret = 's'\n"
    assert Settings.of(tomllib.loads(text)).connection().year == 2026
    both = Settings.of(tomllib.loads(f"{text}year = 2025"))
    with pytest.raises(SettingsError, match=r"school year 2026, but \[connections\.ods\].*2025"):
        both.connection()
