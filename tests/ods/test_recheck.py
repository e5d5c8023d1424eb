"""Orphan candidates, asked for once more by natural key."""

import pytest
from ods_in_churn import KEY, QUICK, section, serving, write_sections

from edfi_audit.errors import SettingsError
from edfi_audit.ods.recheck import recheck
from edfi_audit.sandbox.faults import Rule, Status
from edfi_audit.settings import Connection


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """A folder of 40 synthetic sections."""
    return write_sections(tmp_path_factory.mktemp("records"), 40)


def key(number, **more):
    return {
        "school_id": 255901001,
        "school_year": 2026,
        "session_name": "Fall",
        "local_course_code": "ALG-1",
        "section_identifier": f"S-{number:06}",
    } | more


def looked(sandbox, keys, resource="sections"):
    return recheck(Connection(base_url=sandbox, **KEY), resource, keys, patience=QUICK)


@pytest.mark.parametrize("flavour", ["5.3", "6.1", "7.2", "7.3", "8.0"])
def test_a_record_is_present_or_absent(records, flavour):
    """What is there is present, what is not is absent, in the order asked; as of now."""
    with serving(records, flavour) as sandbox:
        assert looked(sandbox, [key(7), key(77), key(8)]) == ["present", "absent", "present"]
        sandbox.upsert("sections", section(77))
        assert looked(sandbox, [key(77), key(7, school_id=1)]) == ["present", "absent"]


def test_an_incomplete_key_is_unknown(records):
    """A key with a part that is not known cannot be asked for."""
    with serving(records) as sandbox:
        assert looked(sandbox, [key(7, session_name=None)]) == ["unknown"]


def test_what_may_not_be_read_is_denied(records):
    """A 403 is not an absence."""
    with serving(records, denied=frozenset({"sections"})) as sandbox:
        assert looked(sandbox, [key(7)]) == ["denied"]


def test_a_failure_is_unknown(records):
    """An ODS that fails says nothing about the record; the others are answered."""
    with serving(records) as sandbox:
        sandbox.script = (Rule(Status(503), resource="sections", times=0),)
        assert looked(sandbox, [key(7)]) == ["unknown"]


def test_a_filter_that_is_ignored_is_not_a_presence(small_ods):
    """Rows with other keys do not make a record present."""
    row = {"id": "a" * 32, "studentUniqueId": "1000000001"}
    _, connection = small_ods(rows={"students": [row]})
    keys = [{"student_unique_id": "1000000002"}, {"student_unique_id": "1000000001"}]
    assert recheck(connection, "students", keys) == ["unknown", "present"]


def test_a_key_of_another_resource_is_refused():
    """A key with other columns than the resource's is told before anything is asked."""
    connection = Connection(base_url="http://127.0.0.1:9", **KEY)
    with pytest.raises(SettingsError, match="A key of sections has other columns"):
        recheck(connection, "sections", [{"school_id": 1}])
