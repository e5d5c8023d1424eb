"""What a pull proves: under change, with snapshots, with rows that fail, and what it cannot."""

import pytest
from ods_in_churn import KEY, pulled, section, serving, stored, true, write_sections

from edfi_audit.errors import ContractError, SourceError
from edfi_audit.ods.patience import Patience
from edfi_audit.ods.pull import pull
from edfi_audit.sandbox.faults import Churn, CountOff, Poison, Redirect, Rule, StaleReplica, Status
from edfi_audit.sandbox.keys import READ_ACTIONS
from edfi_audit.settings import Connection
from edfi_audit.store import Store


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """A folder of 320 synthetic sections."""
    return write_sections(tmp_path_factory.mktemp("records"), 320)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "data")


@pytest.mark.parametrize("flavour", ["5.3", "6.1", "7.2", "7.3", "8.0"])
def test_every_resource_is_pinned_to_one_version(records, store, flavour):
    """All windows end at the change version that was the newest when the pull began."""
    with serving(records, flavour) as sandbox:
        newest = sandbox.newest
        churn = Churn(inserts=1, deletes=1, updates=1)
        sandbox.script = (Rule(churn, resource="sections", request=3, times=2),)
        manifest = pulled(sandbox, store, resources=["sections", "sessions"])
        asked = sandbox.requests
        first_round = [one.endpoint for one in asked].index("deletes")
        walked = [one.query for one in asked[:first_round]
                  if one.endpoint == "collection" and "sections/" not in one.path]  # fmt: skip
        assert manifest.reading.newest == sandbox.newest == newest + 6
        assert stored(store) == true(sandbox)
    assert any(f"maxChangeVersion={newest}" in query for query in walked)
    assert manifest.complete


@pytest.mark.parametrize("flavour", ["6.1", "7.3"])
def test_children_are_read_before_parents(records, store, flavour):
    """A section's first page is asked for before its session's."""
    with serving(records, flavour) as sandbox:
        pulled(sandbox, store, resources=["sessions", "sections"], settings={"concurrency": 1})
        pages = [one.resource for one in sandbox.requests
                 if one.endpoint == "collection" and "limit=0" not in one.query]  # fmt: skip
    assert pages.index("sections") < pages.index("sessions")


@pytest.mark.parametrize("flavour", ["5.3", "6.1", "7.2", "7.3", "8.0"])
def test_a_record_created_anew_is_stored_once(records, store, flavour):
    """A delete that the ODS does not tell of, for its key is taken again, is found out."""
    with serving(records, flavour) as sandbox:
        row = sandbox.rows("sections")[5]
        pulled(sandbox, store)
        sandbox.delete("sections", row["id"])
        sandbox.upsert("sections", {name: row[name] for name in row if name[0] not in "_i"})
        manifest = pulled(sandbox, store)
        assert stored(store) == true(sandbox)
    assert (manifest.reading.kind, manifest.complete) == ("incremental", True)


@pytest.mark.parametrize("flavour", ["6.1", "7.3"])
def test_a_poison_row_is_left_out_and_told(records, store, flavour):
    """A row that makes its whole page fail costs that row alone, and the verdict says so."""
    with serving(records, flavour) as sandbox:
        sandbox.script = (Rule(Poison({"sectionIdentifier": "S-000123"}), resource="sections"),)
        part = pulled(sandbox, store, page_size=20).resources["sections"]
        expected = [row for row in true(sandbox) if row[1] != "S-000123"]
    assert stored(store) == expected
    assert (part.verdict, part.poison, part.rows) == ("unverified", 1, 319)
    assert part.reason == "1 record makes the ODS fail (500) and could not be read"


@pytest.mark.parametrize("flavour", ["6.1", "7.3"])
def test_a_poison_row_is_left_out_without_change_queries(records, store, flavour):
    """Where only offsets are there to go by, a poison row is stepped over as well."""
    with serving(records, flavour, change_queries=False) as sandbox:
        sandbox.script = (Rule(Poison({"sectionIdentifier": "S-000123"}), resource="sections"),)
        part = pulled(sandbox, store, page_size=20).resources["sections"]
    assert len(stored(store)) == 319
    assert (part.verdict, part.poison) == ("unverified", 1)


@pytest.mark.parametrize("number", [5, 999])
def test_a_changed_row_that_fails_is_told(records, store, number):
    """A row that came or changed since the last pull, and makes the ODS fail, is told as poison."""
    with serving(records) as sandbox:
        pulled(sandbox, store)
        sandbox.upsert("sections", {**section(number), "sequenceOfCourse": 2})
        poison = Poison({"sectionIdentifier": f"S-{number:06}"})
        sandbox.script = (Rule(poison, resource="sections"),)
        part = pulled(sandbox, store).resources["sections"]
        expected = [row for row in true(sandbox) if row[1] != f"S-{number:06}"]
    assert stored(store) == expected
    assert (part.verdict, part.poison) == ("unverified", 1)


@pytest.mark.parametrize("by", [-1, 1])
@pytest.mark.parametrize("flavour", ["6.1", "7.3"])
def test_a_count_that_stays_off_is_a_mismatch(records, store, flavour, by):
    """A count that rows never agree with is told after a second walk."""
    with serving(records, flavour) as sandbox:
        sandbox.script = (Rule(CountOff(by), resource="sections"),)
        part = pulled(sandbox, store).resources["sections"]
        assert stored(store) == true(sandbox)
    assert (part.verdict, part.walks) == ("count_mismatch", 2)
    assert part.reason == f"320 records came, the ODS counted {320 + by}"


@pytest.mark.parametrize("flavour", ["6.1", "7.3"])
def test_a_key_that_may_not_read_deletes_is_told(records, store, flavour):
    """Without deletes the count finds what went, and a walk replaces what was held."""
    actions = READ_ACTIONS - {"ReadChanges"}
    with serving(records, flavour, actions=actions) as sandbox:
        sandbox.script = (Rule(Churn(deletes=3), resource="sections", request=9, times=1),)
        part = pulled(sandbox, store).resources["sections"]
        assert stored(store) == true(sandbox)
    assert part.verdict == "verified"


@pytest.mark.parametrize("flavour", ["6.1", "7.1", "7.3"])
def test_a_snapshot_is_read_where_there_is_one(records, store, flavour):
    """Rows and counts are those of the snapshot, whatever happens meanwhile."""
    with serving(records, flavour) as sandbox:
        expected = true(sandbox)
        sandbox.take_snapshot()
        sandbox.script = (Rule(Churn(inserts=1, deletes=1), resource="sections", times=0),)
        manifest = pulled(sandbox, store)
    assert stored(store) == expected
    assert (manifest.reading.snapshot, manifest.complete) == (True, True)


def test_a_row_committed_late_is_caught(records, store):
    """A row whose change version was given before the pull began appears in the overlap."""
    with serving(records, "7.3") as sandbox:
        commit = sandbox.hold("sections", section(999))
        sandbox.upsert("sections", section(1000))
        pulled(sandbox, store)
        commit()
        assert pulled(sandbox, store).complete
        assert stored(store) == true(sandbox)


def test_a_redirect_to_another_host_gets_no_token(records, store, tmp_path):
    """A page that moved to another host ends the pull, and that host hears nothing."""
    other = write_sections(tmp_path, 3)
    with serving(records) as sandbox, serving(other) as elsewhere:
        sandbox.script = (Rule(Redirect(elsewhere), resource="sections", request=4),)
        with pytest.raises(ContractError, match="redirects elsewhere; nothing was sent there"):
            pulled(sandbox, store)
        assert elsewhere.requests == ()


def test_a_denied_resource_is_told(records, store):
    """What the key may not read has that verdict; the rest is verified."""
    with serving(records, denied=frozenset({"sessions"})) as sandbox:
        manifest = pulled(sandbox, store, resources=["sections", "sessions"])
    assert manifest.denied == ("sessions",)
    assert manifest.resources["sections"].verdict == "verified"


def test_an_ods_that_never_rests_is_unverified(records, store):
    """Where rows come and go with every request, the verdict says so, and not that all is there."""
    with serving(records) as sandbox:
        sandbox.script = (Rule(Churn(inserts=2, deletes=2, updates=2), endpoint="any",
                               resource="sections", times=0),)  # fmt: skip
        part = pulled(sandbox, store).resources["sections"]
        sandbox.script = ()
    assert part.verdict == "unverified"
    assert part.reason == "the ODS kept changing while it was read"


def test_what_a_stale_replica_hid_comes_with_the_next_pull(records, store):
    """Rows that a replica behind the newest change did not show are caught by the overlap."""
    with serving(records) as sandbox:
        pulled(sandbox, store)
        for number in range(400, 410):
            sandbox.upsert("sections", section(number))
        sandbox.script = (Rule(StaleReplica(5), resource="sections", endpoint="any", times=0),)
        pulled(sandbox, store)
        assert len(stored(store)) == 325
        sandbox.script = ()
        assert pulled(sandbox, store).reading.kind == "incremental"
        assert stored(store) == true(sandbox)


def test_a_busy_host_is_asked_less(records, store):
    """A wave of 429 halves the requests under way, and the pull still completes."""
    with serving(records, "7.3") as sandbox:
        sandbox.script = (Rule(Status(429), resource="sections", request=4, times=4),)
        part = pulled(sandbox, store, page_size=10).resources["sections"]
        assert stored(store) == true(sandbox)
    assert part.verdict == "verified"
    assert part.retries >= 2


def everywhere(fault):
    """The rule for a fault that befalls all requests."""
    return Rule(fault, endpoint="any", times=0)


@pytest.mark.parametrize("flavour", ["6.1", "7.3"])
def test_an_ods_that_is_behind_an_earlier_pull_is_not_verified(records, store, flavour):
    """A lagging replica agrees with itself; the version of an earlier pull gives it away."""
    with serving(records, flavour) as sandbox:
        for number in range(400, 410):
            sandbox.upsert("sections", section(number))
        newest = sandbox.newest
        assert pulled(sandbox, store).complete
        for behind in (5, 2):
            sandbox.script = (everywhere(StaleReplica(behind)),)
            part = pulled(sandbox, store).resources["sections"]
            assert part.verdict == "unverified"
            assert part.reason == (
                f"the ODS is behind an earlier pull: its newest change version is "
                f"{newest - behind}, after {newest} (a replica that lags, or a backup that was "
                "restored)"
            )
            assert stored(store) == true(sandbox, at=newest - behind)
        sandbox.script = ()
        assert pulled(sandbox, store).complete
        assert stored(store) == true(sandbox)


def test_a_restored_backup_is_taken_as_it_is_on_demand(records, store):
    """A full pull that was asked for accepts lower change versions, and later ones go by them."""
    with serving(records) as sandbox:
        sandbox.upsert("sections", section(400))
        sandbox.upsert("sections", section(401))
        pulled(sandbox, store)
        sandbox.script = (everywhere(StaleReplica(1)),)
        assert pulled(sandbox, store, full=True).complete
        again = pulled(sandbox, store)
    assert (again.reading.kind, again.complete) == ("incremental", True)
    assert again.reading.highest == sandbox.newest - 1


@pytest.mark.parametrize("flavour", ["6.1", "7.3"])
def test_copies_that_differ_in_one_pull_are_told(records, store, flavour):
    """A change version that goes back between two requests is another copy's."""
    with serving(records, flavour) as sandbox:
        for number in range(400, 404):
            sandbox.upsert("sections", section(number))
        sandbox.script = (Rule(StaleReplica(3), endpoint="availableChangeVersions", request=3),)
        part = pulled(sandbox, store).resources["sections"]
    high = sandbox.newest
    assert part.verdict == "unverified"
    assert part.reason == (
        f"copies that differ answered: the newest change version was {high}, then {high - 3}"
    )


@pytest.mark.parametrize(("flavour", "request_number"), [("6.1", 1), ("7.3", 2)])
def test_counts_that_differ_though_nothing_changed_are_told(
    records, store, flavour, request_number
):
    """Two counts at one change version are those of two copies."""
    with serving(records, flavour) as sandbox:
        sandbox.script = (Rule(CountOff(-3), resource="sections", request=request_number),)
        part = pulled(sandbox, store).resources["sections"]
        assert stored(store) == true(sandbox)
    assert part.verdict == "unverified"
    assert part.reason == "the ODS counted 317 and then 320, although nothing had changed"


def test_the_manifest_says_what_the_rows_are_as_of(records, store):
    """The change version, and when the last record was changed, per resource and in a sentence."""
    with serving(records) as sandbox:
        changed = sandbox.rows("sections")[7]["id"]
        sandbox.edit("sections", changed, sequenceOfCourse=2)
        manifest = pulled(sandbox, store, resources=["sections", "sessions"])
        stamps = {row["id"]: row["_lastModifiedDate"] for row in sandbox.rows("sections")}
    part = manifest.resources["sections"]
    assert part.change_version == manifest.reading.highest == sandbox.newest
    assert part.newest_modified == stamps[changed][:26] == max(stamps.values())[:26]
    moment = f"{part.newest_modified[:10]} {part.newest_modified[11:16]}"
    assert manifest.as_of == (
        f"The records are as of change version 322 (the last change of a record: {moment} UTC)"
    )


def test_a_busy_resource_does_not_keep_others_from_being_verified(records, store):
    """Where one resource never rests, those that do are proven all the same."""
    with serving(records) as sandbox:
        churn = Churn(inserts=2, deletes=2, updates=2, resource="sections")
        sandbox.script = (everywhere(churn),)
        found = pulled(sandbox, store, resources=["sections", "sessions"]).resources
        sandbox.script = ()
    assert (found["sections"].verdict, found["sessions"].verdict) == ("unverified", "verified")


def test_a_pull_that_has_waited_enough_ends_and_says_that_it_goes_on(records, store):
    """The time that failures may take is counted for the whole pull, and what was read is kept."""
    patience = Patience(first=0.05, longest=0.05, total=0.05)
    with serving(records, "6.1") as sandbox:
        sandbox.script = (Rule(Status(503), resource="sections", request=25, times=0),)
        connection = Connection(base_url=sandbox, page_size=10, timeout=1, **KEY)
        with pytest.raises(SourceError, match="as much as a pull waits") as caught:
            pull(connection, "ods", store, resources=["sections"], patience=patience)
        assert "wait_minutes" in caught.value.next_step
        assert "pages are kept: the next pull goes on where this one stopped." in str(caught.value)
        sandbox.script = ()
        manifest = pulled(sandbox, store, page_size=10)
        assert stored(store) == true(sandbox)
    assert (manifest.reading.resumed, manifest.complete) == (True, True)
