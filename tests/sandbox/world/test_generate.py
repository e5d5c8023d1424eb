from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from edfi_audit.ods.resources import RESOURCES
from edfi_audit.sandbox.world import generate
from edfi_audit.settings import Settings
from edfi_audit.sis.infinite_campus import TABLES


def digests(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_same_seed_gives_the_same_bytes(tmp_path):
    """Two worlds of one seed do not differ in a single byte."""
    generate(tmp_path / "one", seed=7)
    generate(tmp_path / "two", seed=7)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_another_seed_gives_another_world(tmp_path):
    """The seed decides who is in the world."""
    generate(tmp_path / "one", seed=7)
    generate(tmp_path / "two", seed=8)
    one, two = digests(tmp_path / "one"), digests(tmp_path / "two")
    assert one.keys() == two.keys()
    assert one["ods/students.jsonl"] != two["ods/students.jsonl"]


def test_every_resource_and_table_is_written(extract):
    """Each resource has a JSONL file and each Campus table a CSV file with all its columns."""
    assert {file.stem for file in (extract / "ods").iterdir()} == {one.name for one in RESOURCES}
    for table in TABLES:
        header = (extract / "sis" / f"{table.name}.csv").read_text(encoding="utf-8").splitlines()[0]
        assert header == ",".join(column.name for column in table.columns)


def test_settings_file_is_valid_and_fits_the_world(extract):
    """The settings name the year, the audit date, and the Choice and jail schools."""
    audit = Settings.load(extract / "edfi-audit.toml").audit
    assert (audit.profile, audit.school_year, audit.audit_date) == ("WI", 2026, date(2026, 6, 20))
    assert (audit.choice_schools, audit.jail_schools) == ((102190,), (109004,))


def test_tiny_is_tiny(clean):
    """A tiny world has six schools and a few hundred student section associations."""
    assert len(clean.ods["schools"]) == 6
    assert 300 <= len(clean.ods["studentSectionAssociations"]) <= 600


def test_demo_is_a_district():
    """A demo world has six schools, 3,000 students and about 25,000 associations."""
    demo = generate(None, size="demo", defects="none")
    assert len(demo.ods["schools"]) == 6
    assert 2_900 <= len(demo.ods["students"]) <= 3_100
    assert 24_000 <= len(demo.ods["studentSectionAssociations"]) <= 26_000


def test_school_year_moves_every_date():
    """A world of another year lies in that year, and its programs have that year's types."""
    world = generate(None, school_year=2024, defects="none")
    assert {one["schoolYearTypeReference"]["schoolYear"] for one in world.ods["sessions"]} == {2024}
    begins = {one["beginDate"] for one in world.ods["sessions"]}
    assert min(begins) == "2023-07-07"
    types = {one["programTypeDescriptor"].partition("#")[2] for one in world.ods["programs"]}
    assert types == {"Dual", "WL", "Certified", "Non Certified", "Title I"}


def test_unknown_rule_is_named():
    """Asking for a defect that nobody can plant is an error that names it."""
    with pytest.raises(KeyError, match="SSA-999"):
        generate(None, defects=["ATT-001", "SSA-999"])


@pytest.mark.parametrize("audit_date", [date(2025, 9, 11), date(2026, 1, 16), date(2026, 7, 1)])
def test_every_defect_can_be_planted_at_any_time_of_the_year(audit_date):
    """The audit date changes severities, not what can be planted."""
    planted = {one.rule_id for one in generate(None, audit_date=audit_date).findings if one.planted}
    assert len(planted) == 40
