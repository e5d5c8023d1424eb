"""The settings file: what stands in it, and what comes from the environment."""

import re
from pathlib import Path

import pytest

from edfi_audit.settings import Settings

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "settings.md"
SECRETS = 'client_id = "k"\nclient_secret = "s"\nbase_url = "https://ods.example"\n'


def test_the_documented_connection_is_one(tmp_path, monkeypatch):
    """The example of a host that hides its addresses can be read and used."""
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    file = tmp_path / "edfi-audit.toml"
    file.write_text(example)
    monkeypatch.setenv("EDFI_API_CLIENT_ID", "key")
    monkeypatch.setenv("EDFI_API_CLIENT_SECRET", "synthetic")
    connection = Settings.load(file).connection()
    assert connection.data_management_url == "https://ods.example/data/v3/2026"
    assert connection.client_id == "key"


def test_any_text_of_a_connection_may_come_from_the_environment(tmp_path, monkeypatch):
    """Addresses as well as secrets, whole or in part."""
    file = tmp_path / "edfi-audit.toml"
    file.write_text(f'[connections.ods]\n{SECRETS}oauth_url = "https://${{HOST}}/oauth/token"\n')
    monkeypatch.setenv("HOST", "login.example")
    assert Settings.load(file).connection().oauth_url == "https://login.example/oauth/token"


@pytest.mark.parametrize(("line", "days"), [("", 7), ("full_refresh_days = 0", 0)])
def test_the_days_between_full_readings(tmp_path, line, days):
    """Seven unless set; none means that every pull reads everything."""
    file = tmp_path / "edfi-audit.toml"
    file.write_text(f"[connections.ods]\n{SECRETS}{line}\n")
    assert Settings.load(file).connection().full_refresh_days == days
