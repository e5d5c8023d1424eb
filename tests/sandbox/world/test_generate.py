from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from edfi_audit.ods.resources import RESOURCES
from edfi_audit.sandbox.world import generate
from edfi_audit.sandbox.world.defects import rules_in
from edfi_audit.settings import Settings
from edfi_audit.sis.infinite_campus import TABLES

ENDED = {
    *(f"ATT-0{number}" for number in (*range(10, 19), 20)),
    *(f"GRD-00{number}" for number in range(1, 7)),
    *("SSA-015", "SSA-017", "SSA-027", "CTE-014"),
    *("TOR-007", "TOR-009", "TOR-010"),
}
"""The rules that look at what became of students and teachers in sessions that are over."""


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
    assert (audit.choice_schools, audit.jail_schools) == ((102190,), (109004, 106130))
    assert audit.speech_programs == ("Speech or Language Services",)


def test_tiny_is_tiny(clean):
    """A tiny world has eight schools and a few hundred student section associations."""
    assert len(clean.ods["schools"]) == 8
    assert 600 <= len(clean.ods["studentSectionAssociations"]) <= 900


def test_demo_is_a_district():
    """A demo world has eight schools, 3,000 students and about 26,000 associations."""
    demo = generate(None, size="demo", defects="none")
    assert len(demo.ods["schools"]) == 8
    assert 2_900 <= len(demo.ods["students"]) <= 3_100
    assert 25_000 <= len(demo.ods["studentSectionAssociations"]) <= 27_000


def test_school_year_moves_every_date():
    """A world of another year lies in that year, and its programs have that year's types."""
    world = generate(None, school_year=2024, defects="none")
    assert {one["schoolYearTypeReference"]["schoolYear"] for one in world.ods["sessions"]} == {2024}
    begins = {one["beginDate"] for one in world.ods["sessions"]}
    assert min(begins) == "2023-07-07"
    types = {one["programTypeDescriptor"].partition("#")[2] for one in world.ods["programs"]}
    others = {"WL", "Title I", "Special Education"}
    assert types == {"Dual", "Certified", "Non Certified"} | others


def test_unknown_rule_is_named():
    """Asking for a defect that nobody can plant is an error that names it."""
    with pytest.raises(KeyError, match="SSA-999"):
        generate(None, defects=["ATT-001", "SSA-999"])


@pytest.mark.parametrize(
    ("audit_date", "missing"),
    [(date(2025, 9, 11), ENDED), (date(2026, 1, 16), set()), (date(2026, 7, 1), {"ATT-019"})],
)
def test_what_can_be_planted_depends_on_the_time_of_the_year(audit_date, missing):
    """No student has a result before a session is over; none is in term after the last one."""
    world = generate(None, audit_date=audit_date)
    planted = {one.rule_id for one in world.truth.findings if one.planted}
    assert missing.isdisjoint(planted)
    assert planted >= set(rules_in("WI")) - ENDED - missing
