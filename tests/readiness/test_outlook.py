"""Which rules can be evaluated: by what the key cannot read, the ODS lacks, the extract lacks."""

import pytest

from edfi_audit.evaluation import suites_of
from edfi_audit.ods.resources import resource_named
from edfi_audit.readiness import Outlook

SUITES = suites_of("WI")
IDENTITY = ["IDM-001", "IDM-002", "IDM-003", "IDM-004", "IDM-005", "IDM-006", "IDM-010"]


def columns(resource, *names):
    return tuple(one for one in resource_named(resource).columns if one.name in names)


def test_everything_can_be_evaluated(seen):
    """With every resource readable and nothing lacking, all flags and all rules can be."""
    outlook = Outlook.of(SUITES, seen(), {}, {})
    assert outlook.sentences == (
        "Missing attempt status: can be evaluated.",
        "Orphaned identity mappings: can be evaluated.",
        "Sections without a Teacher of Record: can be evaluated.",
        "CTE programs without a programTypeDescriptor: can be evaluated.",
        f"All {len(outlook.rules)} rules can be evaluated.",
    )
    assert outlook.extract_sentences == ("The extract has everything the rules need.",)
    assert outlook.not_evaluated == {}


def test_what_the_key_cannot_read_comes_first(seen):
    """Reasons are grouped, denied before not offered; each names the rules that it silences."""
    lacking = {"programs": "not_enabled", "staffSectionAssociations": "denied", "grades": "denied"}
    outlook = Outlook.of(SUITES, seen(lacking), {}, {})
    assert outlook.sentences[2] == (
        "Sections without a Teacher of Record: can be evaluated but for TOR-001, TOR-002, TOR-003, "
        "TOR-004, TOR-005, TOR-007."
    )
    silent = [one.partition(":")[0] for one in outlook.sentences if one.startswith("No ")]
    assert sorted(silent[:2]) == ["No grades", "No staffSectionAssociations"]
    assert outlook.sentences[-1] == "No programs: CTE-005 cannot be evaluated."
    assert outlook.not_evaluated["CTE-005"] == ["no programs"]
    assert "ATT-001" not in outlook.not_evaluated


def test_the_roster_carries_the_first_flag(seen):
    """Without student section associations the attempt status cannot be evaluated at all."""
    outlook = Outlook.of(SUITES, seen({"studentSectionAssociations": "denied"}), {}, {})
    assert outlook.sentences[0] == "Missing attempt status: cannot be evaluated."
    assert outlook.as_json()["flags"]["attempt_status"] == {
        "evaluated": [],
        "not_evaluated": ["ATT-001", "ATT-002"],
    }


def test_what_the_settings_do_not_name(seen):
    """A rule that waits for a list of the settings says so, and waits for nothing else."""
    unnamed = {"settings.jail_schools": "[audit] jail_schools names none"}
    outlook = Outlook.of(SUITES, seen(), {}, unnamed)
    assert outlook.sentences[-1] == (
        "[audit] jail_schools names none: SSA-024, SSA-025 cannot be evaluated."
    )
    assert outlook.not_evaluated.keys() == {"SSA-024", "SSA-025"}
    alone = Outlook.of(SUITES, seen(), None, {})
    assert not {"SRC-001", "SSA-024", "SSA-025"} & alone.not_evaluated.keys()


def test_without_an_extract(seen):
    """Every rule that compares with the SIS is silenced by one reason."""
    outlook = Outlook.of(SUITES, seen(), None, {})
    assert "Orphaned identity mappings: cannot be evaluated." in outlook.sentences
    assert "Missing attempt status: can be evaluated." in outlook.sentences
    (sentence,) = outlook.extract_sentences
    assert sentence.startswith("Without an extract: ")
    silenced = outlook.sis_gaps["without an extract"]
    assert set(IDENTITY) < set(silenced)
    assert not {"ATT-001", "CTE-001", "TOR-001", "TOR-002"} & set(silenced)


def test_two_things_the_extract_lacks(seen):
    """A joined reason is told apart; a rule stands under each, and is counted once."""
    gaps = {"no table a; no table b": ["TOR-004"], "no table b": ["TOR-005"]}
    outlook = Outlook.of(SUITES, seen(), gaps, {})
    assert outlook.extract_sentences == (
        "No table a: TOR-004 cannot be evaluated.",
        "No table b: TOR-004, TOR-005 cannot be evaluated.",
    )
    assert f"{len(outlook.rules) - 2} of {len(outlook.rules)} rules can be evaluated." in (
        outlook.sentences
    )


def test_a_profile_that_hides_what_a_rule_asks_for(seen):
    """Rules that name the field are named; how many others read the resource is said."""
    hidden = {
        "Narrow": {
            "studentSectionAssociations": columns(
                "studentSectionAssociations", "attempt_status_descriptor"
            )
        }
    }
    outlook = Outlook.of(SUITES, seen(hidden=hidden), {}, {})
    (veil,) = outlook.veils
    assert (veil.fields, veil.misled) == (("attemptStatusDescriptor",), ("ATT-001", "ATT-002"))
    assert veil.sentence == (
        "Hidden by the profile Narrow, attemptStatusDescriptor of studentSectionAssociations looks "
        f"missing to ATT-001, ATT-002; {len(veil.others)} other rules read these records too."
    )
    assert outlook.sentences[0] == (
        "Missing attempt status: can be evaluated, but ATT-001, ATT-002 would be wrong: a profile "
        "hides fields."
    )
    assert outlook.as_json()["hidden"][0]["misled"] == ("ATT-001", "ATT-002")


def test_a_hidden_field_that_no_rule_names(seen):
    """Then every rule that reads the resource is named."""
    resource = "staffSchoolAssociations"
    hidden = {"Narrow": {resource: columns(resource, "program_assignment_descriptor")}}
    (veil,) = Outlook.of(SUITES, seen(hidden=hidden), {}, {}).veils
    assert veil.misled == ()
    assert veil.sentence.endswith("looks missing. Rules that read these records: STF-017, CTE-012.")


@pytest.mark.parametrize("profile", ["MN", "NE"])
def test_another_states_rules(seen, profile):
    """Only the rules of the profile are spoken of."""
    outlook = Outlook.of(suites_of(profile), seen(), {}, {})
    assert all(profile in rule.profiles for rule in outlook.rules)
    assert outlook.sentences[-1] == f"All {len(outlook.rules)} rules can be evaluated."
