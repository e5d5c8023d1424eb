"""Every version in every mode, over HTTP: found, signed in to, and pulled as a whole."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

import duckdb
import pytest

from edfi_audit.errors import AuthenticationError, ContractError, SettingsError
from edfi_audit.ods.patience import Patience
from edfi_audit.ods.pull import pull
from edfi_audit.sandbox.faults import Rule, Status
from edfi_audit.sandbox.server import Options, running
from edfi_audit.settings import Connection
from edfi_audit.store import Store

KEY = {"client_id": "sandbox", "client_secret": "sandbox-secret"}
SECTIONS = [f"S-{number:03}" for number in range(120)]
YEAR_AFTER_DATA = ("5.3", "6.1")
YEAR_BEFORE_DATA = ("7.1", "7.2", "7.3", "8.0", "8-main")
FLAVOURS = (*YEAR_AFTER_DATA, *YEAR_BEFORE_DATA)


def in_2031():
    """A clock of a server whose calendar year is not the school year it serves."""
    return datetime(2031, 3, 1, tzinfo=UTC).timestamp()


@dataclass(frozen=True)
class Mode:
    """A mode: how the server is set up, what the settings say, and where its parts must stand."""

    name: str
    options: dict[str, object] = field(default_factory=dict)
    settings: dict[str, object] = field(default_factory=dict)
    before: str = ""
    after: str = ""
    instance: str = ""

    def paths(self, flavour):
        """Token, data and change queries."""
        data = "/data" if flavour.startswith("8") else "/data/v3"
        return (
            f"{self.before}{self.instance}/oauth/token",
            f"{self.before}{data}{self.after}",
            f"{self.before}/changeQueries/v1{self.after}",
        )


SHARED = Mode("shared instance")
OLD_MODES = (
    SHARED,
    Mode(
        "year specific",
        {"year": 2026},
        {"mode": "year_specific", "year": 2026},
        after="/2026",
    ),
    Mode(
        "instance and year specific",
        {"year": 2026, "tenant": "d13"},
        {"mode": "instance_year_specific", "instance": "d13", "year": 2026},
        after="/d13/2026",
        instance="/d13",
    ),
)
NEW_MODES = (
    SHARED,
    Mode("year", {"year": 2026}, {"mode": "year_specific", "year": 2026}, before="/2026"),
    Mode("tenant", {"tenant": "wi"}, {"mode": "tenant", "tenant": "wi"}, before="/wi"),
    Mode(
        "tenant and year",
        {"tenant": "wi", "year": 2026},
        {"mode": "tenant", "tenant": "wi", "year": 2026},
        before="/wi/2026",
    ),
    Mode("context", {"context": "d13"}, {"mode": "tenant", "context": "d13"}, before="/d13"),
    Mode(
        "tenant, context and year",
        {"tenant": "wi", "context": "d13", "year": 2026},
        {"mode": "tenant", "tenant": "wi", "context": "d13", "year": 2026},
        before="/wi/d13/2026",
    ),
)
EVERYWHERE = [
    *((flavour, mode) for flavour in YEAR_AFTER_DATA for mode in OLD_MODES),
    *((flavour, mode) for flavour in YEAR_BEFORE_DATA for mode in NEW_MODES),
]
RICHEST = {"instance and year specific", "tenant, context and year"}


def _each(cases):
    return pytest.mark.parametrize(
        ("flavour", "mode"), cases, ids=[f"{flavour} {mode.name}" for flavour, mode in cases]
    )


every_flavour = pytest.mark.parametrize("flavour", FLAVOURS)
every_mode = _each(EVERYWHERE)
richest_mode = _each([(flavour, mode) for flavour, mode in EVERYWHERE if mode.name in RICHEST])


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """A folder of synthetic records: 120 sections of one session."""
    folder = tmp_path_factory.mktemp("records")
    offering = {"localCourseCode": "ALG-1", "schoolId": 1301, "schoolYear": 2026}
    sections = [
        {"sectionIdentifier": name, "courseOfferingReference": {**offering, "sessionName": "Fall"}}
        for name in SECTIONS
    ]
    session = {
        "sessionName": "Fall",
        "schoolReference": {"schoolId": 1301},
        "schoolYearTypeReference": {"schoolYear": 2026},
    }
    for name, rows in (("sections", sections), ("sessions", [session])):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return folder


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "data")


def connection_to(base_url, **settings):
    return Connection(base_url=base_url, **({"page_size": 50, "timeout": 5, **KEY} | settings))


def pulled(connection, store, resources=("sections", "sessions")):
    """The manifest of a pull, and the section identifiers it stored."""
    manifest = pull(
        connection, "ods", store, resources=resources, patience=Patience(first=0.01, longest=0.02)
    )
    parts = store.root / "ods" / "ods" / "sections" / "*.parquet"
    rows = duckdb.sql(f"SELECT section_identifier FROM read_parquet('{parts}') ORDER BY ALL")
    return manifest, [name for (name,) in rows.fetchall()]


def asked(sandbox, endpoint):
    """The paths that were asked for an endpoint."""
    return {one.path for one in sandbox.requests if one.endpoint == endpoint}


@every_mode
def test_a_whole_pull(records, store, flavour, mode):
    """Every resource is read, from where this version puts it, whatever year the server prints."""
    options = Options(flavour=flavour, clock=in_2031, **mode.options)
    with running(records, options) as sandbox:
        manifest, sections = pulled(connection_to(sandbox, **mode.settings), store, None)
        token, data, changes = mode.paths(flavour)
        assert asked(sandbox, "token") == {token}
        assert asked(sandbox, "availableChangeVersions") == {f"{changes}/availableChangeVersions"}
        assert f"{data}/ed-fi/sections" in asked(sandbox, "collection")
    assert manifest.complete
    assert sections == SECTIONS
    assert manifest.change_version.newest == 121


@richest_mode
def test_an_untidy_host(records, store, flavour, mode):
    """Doubled slashes in discovery do no harm, in any mode."""
    options = Options(flavour=flavour, clock=in_2031, untidy=True, **mode.options)
    with running(records, options) as sandbox:
        _, sections = pulled(connection_to(f"{sandbox}//", **mode.settings), store)
        assert not any("//" in one.path for one in sandbox.requests if one.authorized)
    assert sections == SECTIONS


@every_mode
def test_a_hidden_root(records, store, flavour, mode):
    """With the token's and the data's address set, everything else is found without discovery."""
    token, data, changes = mode.paths(flavour)
    options = Options(flavour=flavour, **mode.options)
    with running(records, options) as sandbox:
        sandbox.script = (Rule(Status(404), endpoint="other"),)
        urls = {"oauth_url": f"{sandbox}{token}", "data_management_url": f"{sandbox}{data}/"}
        manifest, sections = pulled(connection_to(sandbox, **urls), store)
        assert asked(sandbox, "availableChangeVersions") == {f"{changes}/availableChangeVersions"}
    assert sections == SECTIONS
    assert manifest.complete
    assert manifest.api_version is None
    assert manifest.change_version is not None


@pytest.mark.parametrize(
    "alone",
    [
        ("oauth_url", 0, "token"),
        ("data_management_url", 1, "collection"),
        ("change_queries_url", 2, "availableChangeVersions"),
    ],
    ids=lambda alone: alone[0],
)
@richest_mode
def test_one_address_alone(records, store, flavour, mode, alone):
    """Each address can be set alone; the others are still discovered, with the wanted year."""
    setting, place, endpoint = alone
    own = mode.paths(flavour)[place].upper()  # paths are the same in any case, but told apart here
    options = Options(flavour=flavour, clock=in_2031, **mode.options)
    with running(records, options) as sandbox:
        settings = {**mode.settings, setting: f"{sandbox}{own}"}
        manifest, sections = pulled(connection_to(sandbox, **settings), store)
        assert all(path.startswith(own) for path in asked(sandbox, endpoint))
    assert sections == SECTIONS
    assert manifest.change_version is not None


@pytest.mark.parametrize("flavour", YEAR_AFTER_DATA)
@pytest.mark.parametrize("mode", OLD_MODES, ids=lambda mode: mode.name)
def test_versions_5_and_6_state_their_mode(records, store, flavour, mode):
    """The mode need not be set where the ODS states it."""
    settings = {key: value for key, value in mode.settings.items() if key != "mode"}
    options = Options(flavour=flavour, clock=in_2031, **mode.options)
    with running(records, options) as sandbox:
        manifest, sections = pulled(connection_to(sandbox, **settings), store)
    assert sections == SECTIONS
    assert manifest.mode == mode.settings.get("mode", "shared_instance")


@pytest.mark.parametrize("flavour", YEAR_BEFORE_DATA)
@pytest.mark.parametrize(
    ("path", "settings"),
    [("/wi/2026", {}), ("/wi", {"year": 2026}), ("/WI/2026/", {}), ("", {"tenant": "wi"})],
)
def test_a_base_url_with_the_segments_in_it(records, store, flavour, path, settings):
    """What stands in the base URL already need not be set; later versions print it back."""
    with running(records, Options(flavour=flavour, tenant="wi", year=2026)) as sandbox:
        connection = connection_to(f"{sandbox}{path}", **{"year": 2026, **settings})
        assert pulled(connection, store)[1] == SECTIONS


LACKING = [
    *((one, {"year": 2026}, {}, "Set year in the connection") for one in YEAR_AFTER_DATA),
    *(
        (one, {"year": 2026, "tenant": "d13"}, {"year": 2026}, "Set instance")
        for one in YEAR_AFTER_DATA
    ),
    *(
        (one, {"year": 2026}, {"mode": "tenant"}, "Set year in the connection")
        for one in YEAR_BEFORE_DATA
    ),
    *(
        (one, {"year": 2026, "tenant": "wi"}, {"year": 2026}, "Set tenant")
        for one in YEAR_BEFORE_DATA
    ),
    *((one, {"context": "d13"}, {"year": 2026}, "Set context") for one in YEAR_BEFORE_DATA),
]


@pytest.mark.parametrize("case", LACKING, ids=lambda case: f"{case[0]} {case[3]}")
def test_a_missing_setting_is_named(records, store, case):
    """What a mode needs and the settings lack is one sentence that names the setting."""
    flavour, options, settings, says = case
    with running(records, Options(flavour=flavour, **options)) as sandbox:
        with pytest.raises(SettingsError, match=says):
            pulled(connection_to(sandbox, **settings), store)
        assert asked(sandbox, "token") == set()
    assert store.connections() == []


@every_flavour
def test_a_secret_with_a_colon(records, store, flavour):
    """Where a colon can be sent it is; where it cannot, the error says that this is why."""
    with running(records, Options(flavour=flavour, secret="a:b")) as sandbox:
        connection = connection_to(sandbox, client_secret="a:b")
        if flavour.startswith("8"):
            with pytest.raises(AuthenticationError, match="has a colon"):
                pulled(connection, store)
        else:
            assert pulled(connection, store)[1] == SECTIONS


@every_flavour
def test_a_wrong_secret(records, store, flavour):
    """400 in version 5 and 401 later are the same error, and the secret is not repeated."""
    with running(records, Options(flavour=flavour)) as sandbox:
        connection = connection_to(sandbox, client_secret="not-this")
        with pytest.raises(AuthenticationError, match="refused the key or the secret") as caught:
            pulled(connection, store)
    assert "not-this" not in str(caught.value)
    assert "colon" not in str(caught.value)


@every_flavour
def test_both_shapes_of_error(records, store, flavour):
    """A 403 and a 404 mean the same in the old shape and in the new one."""
    options = Options(flavour=flavour, denied=frozenset({"grades"}))
    with running(records, options) as sandbox:
        sandbox.script = (Rule(Status(404), resource="programs", endpoint="any"),)
        resources = ("sections", "grades", "programs")
        manifest, sections = pulled(connection_to(sandbox), store, resources)
    assert sections == SECTIONS
    assert manifest.denied == ("grades",)
    assert manifest.resources["programs"].verdict == "not_enabled"


@every_flavour
def test_a_page_that_is_too_large(records, store, flavour):
    """Every wording of the limit's error ends in the setting that helps."""
    with (
        running(records, Options(flavour=flavour, page_limit=20)) as sandbox,
        pytest.raises(ContractError, match="set page_size in the connection"),
    ):
        pulled(connection_to(sandbox), store)


@every_flavour
def test_a_token_that_is_refused_for_good(records, store, flavour):
    """An empty 401 body of an older version reads as the problem document of a newer one."""
    with running(records, Options(flavour=flavour)) as sandbox:
        sandbox.script = (Rule(Status(401), resource="sections"),)
        with pytest.raises(AuthenticationError, match="refused a fresh token for sections"):
            pulled(connection_to(sandbox), store)
