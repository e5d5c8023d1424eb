"""Records looked up again: asked for by natural key, and never called absent out of silence."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from ods_in_churn import KEY, QUICK, section, serving, write_sections

from edfi_audit.errors import SettingsError, UnreachableError
from edfi_audit.ods.api import open_api
from edfi_audit.ods.manifest import Manifest, Scope
from edfi_audit.ods.recheck import Question, rechecking
from edfi_audit.sandbox.faults import Redirect, Rule, Status
from edfi_audit.settings import Connection

UNCLEAR = "the ODS gave no clear answer"


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """A folder of 40 synthetic sections."""
    return write_sections(tmp_path_factory.mktemp("records"), 40)


def question(number, held=(), **more):
    fields = {
        "school_id": 255901001,
        "school_year": 2026,
        "session_name": "Fall",
        "local_course_code": "ALG-1",
        "section_identifier": f"S-{number:06}",
    }
    return Question(fields | more, held)


def connected(base_url, **settings):
    return Connection(base_url=base_url, **{**KEY, **settings})


def manifest(connection, scope=None, year=2026):
    """What a pull through `connection` would have kept."""
    if scope is None:
        with open_api(connection) as api:
            scope = api.scope()
    now = datetime.now(UTC)
    return Manifest(
        "ods", connection.base_url, "7.3", (), "", year, now, now, "cursor", None, scope, {}
    )


def looked(sandbox, questions, resource="sections", **settings):
    connection = connected(sandbox, **settings)
    with rechecking(connection, manifest(connection), patience=QUICK) as ods:
        return ods.look(resource, questions)


def names(sighting):
    return [name for batch in sighting.rows for name in batch["section_identifier"].to_pylist()]


@pytest.mark.parametrize("flavour", ["5.3", "6.1", "7.2", "7.3", "8.0"])
def test_a_record_is_there_or_not(records, flavour):
    """What is there comes back as a row, what is not leaves nothing; in order, and as of now."""
    with serving(records, flavour) as sandbox:
        there, absent = looked(sandbox, [question(7), question(77)])
        assert (there.exact, names(there), there.reason) == (True, ["S-000007"], None)
        assert (absent.exact, absent.rows, absent.reason) == (False, (), None)
        sandbox.upsert("sections", section(77))
        assert [one.exact for one in looked(sandbox, [question(77), question(7, school_id=1)])] == [
            True,
            False,
        ]


@pytest.mark.parametrize("flavour", ["6.1", "7.3", "8.0"])
def test_a_record_is_found_by_its_id(records, flavour):
    """An id is asked for as the ODS writes it, with dashes or without."""
    with serving(records, flavour) as sandbox:
        (there,) = looked(sandbox, [question(7)])
        (identifier,) = there.ids
        again, none = looked(sandbox, [Question({"id": identifier}), Question({"id": "0" * 32})])
        assert names(again) == ["S-000007"]
        assert (none.exact, none.reason) == (False, None)


def test_a_part_of_a_key_finds_every_record_with_it(records):
    """All rows of a course are found, not one alone."""
    fields = {"school_id": 255901001, "local_course_code": "ALG-1"}
    with serving(records) as sandbox:
        (found,) = looked(sandbox, [Question(fields)])
    assert (found.exact, len(found.ids)) == (True, 40)


def test_a_record_whose_key_changed_is_found_by_the_id_it_is_held_under(records):
    """It is not under its old key, and not gone either."""
    with serving(records) as sandbox:
        identifier = sandbox.upsert("sections", section(90))
        sandbox.edit("sections", identifier, sectionIdentifier="S-000091")
        (found,) = looked(sandbox, [question(90, held=(identifier,))])
    assert (found.exact, names(found), found.ids) == (False, ["S-000091"], {identifier})


def test_what_may_not_be_read_is_denied(records):
    """A 403 is not an absence, and is not asked for again and again."""
    with serving(records, denied=frozenset({"sections"})) as sandbox:
        sightings = looked(sandbox, [question(number) for number in range(20)], concurrency=1)
        asked = [one for one in sandbox.requests if one.resource == "sections"]
    assert {one.reason for one in sightings} == {"the key may not read it (403)"}
    assert len(asked) == 1


def test_a_failure_is_no_answer(records):
    """An ODS that fails over one resource says nothing about its records; others are answered."""
    with serving(records) as sandbox:
        connection = connected(sandbox, concurrency=1)
        pulled = manifest(connection)
        sandbox.script = (Rule(Status(500), resource="sections", times=0),)
        with rechecking(connection, pulled, patience=QUICK) as ods:
            sections = ods.look("sections", [question(number) for number in range(20)])
            session = {"school_id": 255901001, "school_year": 2026, "session_name": "Fall"}
            (there,) = ods.look("sessions", [Question(session)])
        asked = [one for one in sandbox.requests if one.resource == "sections"]
    assert {one.reason for one in sections} == {UNCLEAR}
    assert there.exact
    assert len(asked) == 4 * QUICK.attempts


def test_an_ods_that_falls_silent_is_left_alone(records):
    """After four failures in a row nothing is asked any more, of no resource."""
    with serving(records) as sandbox:
        connection = connected(sandbox, concurrency=1)
        pulled = manifest(connection)
        sandbox.script = (Rule(Status(503), resource="sections", times=0),)
        with rechecking(connection, pulled, patience=QUICK) as ods:
            sections = ods.look("sections", [question(number) for number in range(20)])
            (session,) = ods.look("sessions", [Question({"school_id": 1})])
    assert {one.reason for one in (*sections, session)} == {"the ODS did not answer"}


def test_a_host_that_asks_for_a_long_pause_is_left_alone(records):
    """A run does not wait minutes for a second look."""
    with serving(records) as sandbox:
        connection = connected(sandbox, concurrency=1)
        pulled = manifest(connection)
        sandbox.script = (Rule(Status(429, retry_after=60), resource="sections", times=0),)
        with rechecking(connection, pulled, patience=replace(QUICK, asked=1)) as ods:
            (found,) = ods.look("sections", [question(7)])
    assert found.reason == UNCLEAR


def test_a_filter_that_is_ignored_is_not_a_sighting(small_ods):
    """Rows with other keys do not make a record present, nor absent."""
    row = {"id": "a" * 32, "studentUniqueId": "1000000001"}
    _, connection = small_ods(rows={"students": [row]})
    questions = [Question({"student_unique_id": f"100000000{number}"}) for number in (2, 1)]
    with rechecking(connection, manifest(connection, Scope()), patience=QUICK) as ods:
        other, itself = ods.look("students", questions)
    assert (other.reason, itself.reason) == (UNCLEAR, None)
    assert itself.exact


def test_a_row_that_differs_in_case_is_another_record(small_ods):
    """A database that does not tell case apart answers with it: seen, but not this very key."""
    row = {"id": "a" * 32, "sectionIdentifier": "s-000007"}
    _, connection = small_ods(rows={"sections": [row]})
    asked = Question({"section_identifier": "S-000007"})
    with rechecking(connection, manifest(connection, Scope()), patience=QUICK) as ods:
        (found,) = ods.look("sections", [asked])
    assert (found.exact, found.ids, found.reason) == (False, {"a" * 32}, None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"base_url": "http://127.0.0.1:9"}, "leads to another address"),
        ({"school_year": 2025}, "another school year"),
        ({"scope": Scope(claim_set="Another")}, "does not see the same"),
    ],
)
def test_another_ods_than_the_pulled_one_is_not_asked(records, change, words):
    """What is absent there says nothing about what was pulled."""
    with serving(records) as sandbox:
        connection = connected(sandbox)
        pulled = replace(manifest(connection), **change)
        with pytest.raises(SettingsError, match=words), rechecking(connection, pulled):
            pass


def test_an_ods_that_cannot_be_reached_is_an_error():
    """Nothing is asked then, and the caller learns why."""
    connection = connected("http://127.0.0.1:9")
    with (
        pytest.raises(UnreachableError, match="could not be reached"),
        rechecking(connection, manifest(connection, Scope()), patience=QUICK),
    ):
        pass


def test_no_error_and_no_reason_holds_a_key(records, caplog):
    """What is asked for goes to the ODS alone: not into logs, not into reasons."""
    caplog.set_level("DEBUG")
    with serving(records) as sandbox:
        sandbox.script = (Rule(Redirect("http://localhost/else"), resource="sections", times=0),)
        (found,) = looked(sandbox, [question(7, section_identifier="SECRET-KEY")])
    assert found.reason == UNCLEAR
    assert "SECRET-KEY" not in caplog.text
