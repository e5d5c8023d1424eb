import json

import pytest

from edfi_audit.errors import SettingsError
from edfi_audit.validation import Severity, Source, load_suites


@pytest.fixture
def write(tmp_path):
    """Writes a suite file of one expectation per meta and loads the folder."""

    def load(*metas, name="sections"):
        expectations = [
            {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "a"}, "meta": each}
            for each in metas
        ]
        (tmp_path / f"{name}.json").write_text(
            json.dumps({"name": name, "expectations": expectations, "meta": {}})
        )
        return load_suites(tmp_path)

    return load


def test_a_suite_is_named_after_its_file_and_runs_on_that_table(write, meta):
    """expectations/sections.json is the suite of the audit table sections."""
    (suite,) = write(meta("TOR-001"))
    assert (suite.name, suite.table, [rule.id for rule in suite.rules]) == (
        "sections",
        "sections",
        ["TOR-001"],
    )


def test_a_rule_carries_what_its_meta_says(write, meta):
    """Every field of the meta is a field of the rule."""
    (suite,) = write(
        meta("TOR-001", flag="teacher_of_record", message="KBA-7169", screen="Scheduling > Staff")
    )
    (rule,) = suite.rules
    assert rule.suite == "sections"
    assert rule.source == Source("wi-student-section-association", "endDate REQ'D")
    assert (rule.flag, rule.message, rule.screen) == (
        "teacher_of_record",
        "KBA-7169",
        "Scheduling > Staff",
    )
    assert (rule.profiles, rule.needs) == (("WI",), ("ods.student_section_associations",))
    assert rule.worst_severity == "error"


@pytest.mark.parametrize(
    ("written", "severity", "worst"),
    [
        ("info", Severity("info"), "info"),
        (
            {"by": "phase", "in_term": "info", "after_term": "warning"},
            Severity("warning", "phase", (("in_term", "info"), ("after_term", "warning"))),
            "warning",
        ),
        (
            {"by": "kind", "x": "error", "default": "info"},
            Severity("info", "kind", (("x", "error"),)),
            "error",
        ),
    ],
)
def test_severity_is_a_word_or_depends_on_a_column(write, meta, written, severity, worst):
    """Without a default, a value that is not listed has the worst of the listed severities."""
    (suite,) = write(meta("A-1", severity=written))
    assert suite.rules[0].severity == severity
    assert suite.rules[0].worst_severity == worst


def test_a_rule_knows_the_columns_its_texts_name(write, meta):
    """Columns of the templates and of severity are read; doubled braces name none."""
    (suite,) = write(
        meta(
            "A-1",
            observed="{b} and {{c}}",
            cause_key="role:{role}",
            severity={"by": "phase", "in_term": "info"},
        )
    )
    assert suite.rules[0].columns == ("b", "phase", "role")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": None}, "lacks title"),
        ({"remedy": ""}, "lacks remedy"),
        ({"source": None}, "lacks source"),
        ({"source": {"file": "f"}}, "source without file and phrase"),
        ({"severity": "fatal"}, "'fatal'"),
        ({"severity": {"by": "phase", "in_term": "critical"}}, "'critical'"),
        ({"severity": {"by": "phase"}}, "lists no value"),
        ({"severity": {"in_term": "info"}}, "neither a word"),
        ({"profiles": "WI"}, "profiles that are not a list"),
        ({"needs": [1]}, "needs that are not a list"),
        ({"confidence": "sure"}, "confidence"),
        ({"flag": "other"}, "flag"),
        ({"observed": 3}, "observed that is not text"),
        ({"observed": "{b"}, "broken template in observed"),
        ({"cause": "{b.c}"}, "broken template in cause"),
    ],
)
def test_a_broken_rule_is_named_with_what_is_wrong(write, meta, change, said):
    """The error names the file, the rule and the fault."""
    with pytest.raises(SettingsError) as caught:
        write(meta("TOR-001", **change))
    assert "sections.json: TOR-001" in str(caught.value)
    assert said in str(caught.value)


def test_an_expectation_without_meta_is_named_by_its_place(write, meta):
    """There is no id to name it by."""
    with pytest.raises(SettingsError, match=r"sections\.json: expectation 2 has no meta"):
        write(meta("A-1"), None)


def test_one_id_stands_for_one_rule(write, meta):
    """The same id in two suites is an error that names both."""
    write(meta("A-1"), name="programs")
    with pytest.raises(SettingsError, match=r"A-1 is used twice: in programs.json and in sections"):
        write(meta("A-1"), name="sections")


@pytest.mark.parametrize("text", ["{", "[]", '{"name": "x"}'])
def test_a_file_that_is_no_suite_is_named(tmp_path, text):
    """Broken JSON and JSON that is no suite give an error with the file's name."""
    (tmp_path / "mine.json").write_text(text)
    with pytest.raises(SettingsError, match=r"The suite mine\.json"):
        load_suites(tmp_path)
