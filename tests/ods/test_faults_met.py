"""Every fault, on every release and in every way of paging: what is stored is what is true."""

import shutil
from dataclasses import dataclass

import pytest
from ods_in_churn import pulled, section, serving, stored, true, write_sections

from edfi_audit.errors import ContractError
from edfi_audit.sandbox.faults import (
    Churn,
    ContentType,
    CountOff,
    CutPage,
    Delay,
    Drop,
    Duplicate,
    ExpireTokens,
    HtmlPage,
    NoPageToken,
    Poison,
    Redirect,
    RevokeToken,
    Rule,
    SlowBody,
    StaleReplica,
    Status,
    Truncate,
)
from edfi_audit.store import Store

ROWS, PAGE = 42, 6
LATER = 5000
"""Change versions between the records and the first change: what is lost in a walk is not among
the changes that are read again after it."""
LONG_AGO = "Wed, 21 Oct 2015 07:28:00 GMT"

FAILING = (
    Status(429),
    Status(429, retry_after=0),
    Status(429, retry_after=LONG_AGO),
    Status(500),
    Status(502),
    Status(503, retry_after=0),
    Status(504),
    HtmlPage(),
    Drop(),
    Drop(reset=True),
    Truncate(),
    Truncate(announced=True),
    ContentType(),
    SlowBody(0.02, pieces=3),
    Delay(0.9),
    Status(401),
    RevokeToken(),
    ExpireTokens(),
)
"""Answers of which none can be used, or only late: the next of them comes in the next request."""

ROWS_WRONG = {
    "empty page": CutPage(),
    "short page": CutPage(rows=2),
    "rows sent twice": Duplicate(rows=2),
    "rows in the place of others": Duplicate(rows=2, displacing=True),
}
"""Pages that look well, but are not right."""

WRITES = {
    "inserts": Churn(inserts=3, late_inserts=1, seed=1),
    "updates": Churn(updates=3, key_changes=1, seed=2),
    "deletes": Churn(deletes=3, seed=3),
    "changes": Churn(inserts=2, updates=2, deletes=2, key_changes=1, seed=4),
}
"""What others write while pages are read."""


@dataclass(frozen=True)
class Way:
    """A release, and how it is read."""

    flavour: str
    kind: str

    @property
    def change_queries(self):
        """Whether they are on."""
        return self.kind != "offset"


FLAVOURS = ("5.3", "6.1", "7.1", "7.2", "7.3", "8.0", "8-main")
WAYS = [Way(flavour, "full") for flavour in FLAVOURS]
WAYS += [Way(flavour, "offset") for flavour in FLAVOURS]
WAYS += [Way(flavour, "changes") for flavour in FLAVOURS]
WAYS += [Way(flavour, "snapshot") for flavour in FLAVOURS if not flavour.startswith("8")]
"""`full` is by cursor on 7.3 and 8-main, else by reverse offset. `offset` is without change
queries: forward, but by cursor where there is one. `changes` brings an earlier pull up to date."""


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """A folder of synthetic sections."""
    return write_sections(tmp_path_factory.mktemp("records"), ROWS)


@pytest.fixture(scope="module", params=WAYS, ids=lambda way: f"{way.flavour} {way.kind}")
def served(request, records, tmp_path_factory):
    """A way, a sandbox for it, and the store of an earlier pull where there is one."""
    way = request.param
    options = {"page_limit": PAGE, "token_limit": 0, "change_queries": way.change_queries}
    folder = tmp_path_factory.mktemp("earlier")
    with serving(records, way.flavour, **options) as sandbox:
        sandbox._ods.records.newest += LATER
        if way.kind == "changes":
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("EDFI_AUDIT_TOKEN_DIR", str(folder / "tokens"))
                pulled(sandbox, Store(folder / "data"), page_size=PAGE)
            for number in range(ROWS, ROWS + 3 * PAGE):
                sandbox.upsert("sections", section(number))
        yield way, sandbox, folder / "data"


class Case:
    """One pull in a way."""

    def __init__(self, served, folder):
        self.way, self.sandbox, earlier = served
        self.store = Store(folder / "data")
        if self.way.kind == "changes":
            shutil.copytree(earlier, folder / "data")
        self._snapshot = None
        self.freeze()

    def freeze(self):
        """Take what there is now for the truth, as a snapshot where one is read."""
        self.thaw()
        if self.way.kind == "snapshot":
            self._snapshot = self.sandbox.take_snapshot()
        self.truth = true(self.sandbox)

    def thaw(self):
        """Drop the snapshot."""
        if self._snapshot is not None:
            self.sandbox.drop_snapshot(self._snapshot)
            self._snapshot = None

    def pull(self, *rules, timeout=5, concurrency=2):
        """The section's part of the manifest of a pull that these rules befall."""
        self.sandbox.script = rules
        settings = {"timeout": timeout, "concurrency": concurrency}
        try:
            manifest = pulled(self.sandbox, self.store, page_size=PAGE, settings=settings)
        finally:
            self.sandbox.script = ()
        if self.way.kind != "snapshot":
            self.truth = true(self.sandbox)
        part = manifest.resources["sections"]
        assert manifest.reading.snapshot == (self.way.kind == "snapshot")
        assert part.method in self.methods
        return part

    @property
    def methods(self):
        """How the pull may have read; a second walk is by offset on every release."""
        if self.way.kind == "changes":
            return {"changes", "reverse offset"}
        offset = "reverse offset" if self.way.change_queries else "offset"
        return {"cursor", offset} if self.way.flavour in {"7.3", "8-main"} else {offset}


@pytest.fixture
def case(served, tmp_path):
    """A case that has yet to be pulled."""
    made = Case(served, tmp_path)
    yield made
    made.thaw()


def on_a_page(fault, times):
    """The rule for a fault that befalls second pages of what is walked."""
    return Rule(fault, resource="sections", page=2, request=1, times=times)


def test_answers_that_fail_cost_nothing(case):
    """Every answer that cannot be used, one after the other: the rows are the ODS's all the same.

    Of three requests in a row one is answered well; a key that is refused again is refused.
    """
    seen = [3 * number // 2 + 1 for number in range(len(FAILING))]
    seen[-3:] = [seen[-3] + 6 * number for number in range(3)]
    rules = [Rule(fault, "sections", request=at) for fault, at in zip(FAILING, seen, strict=True)]
    part = case.pull(*rules, timeout=0.6, concurrency=1)
    assert stored(case.store) == case.truth
    assert (part.verdict, part.reason) == ("verified", None)


@pytest.mark.parametrize("name", ROWS_WRONG)
def test_pages_that_are_not_right_are_found_out(case, name):
    """Rows missing from a page, or twice in it: in the end all are stored, each once."""
    part = case.pull(on_a_page(ROWS_WRONG[name], 1))
    assert stored(case.store) == case.truth
    assert (part.verdict, part.reason) == ("verified", None)


@pytest.mark.parametrize("flavour", ["7.3", "8-main"])
@pytest.mark.parametrize("kind", ["full", "offset"])
def test_a_page_token_that_is_missing_is_found_out(records, tmp_path, flavour, kind):
    """A cursor walk that ends too early is known by the count, and made good."""
    way = Way(flavour, kind)
    with serving(records, flavour, page_limit=PAGE, change_queries=way.change_queries) as sandbox:
        sandbox._ods.records.newest += LATER
        case = Case((way, sandbox, None), tmp_path)
        part = case.pull(on_a_page(NoPageToken(), 1))
        assert stored(case.store) == case.truth
    assert (part.verdict, part.walks) == ("verified", 2)


@pytest.mark.parametrize("name", WRITES)
def test_what_others_write_is_stored(case, name):
    """Whatever others write in mid-walk, the store holds what is there in the end.

    A snapshot stays as it is. Without change queries a row may be as it was when it was read, and
    rows that came and went in like number are not to be told: those there all along are sure.
    """
    before = case.truth
    part = case.pull(on_a_page(WRITES[name], 2))
    assert (part.verdict, part.reason) == ("verified", None)
    found, expected = stored(case.store), case.truth
    if case.way.change_queries:
        assert found == expected
        return
    found, expected, before = ({row[0] for row in rows} for rows in (found, expected, before))
    if name == "changes":
        assert before & expected <= found
    else:
        assert found == expected


def test_a_poison_row_is_left_out_and_told(case):
    """A record that makes the ODS fail is left out, all others are stored, and it is told."""
    poisoned = case.truth[-1]
    poison = Poison({"sectionIdentifier": poisoned[1]})
    part = case.pull(
        Rule(poison, resource="sections"), Rule(poison, resource="sections", endpoint="item")
    )
    assert stored(case.store) == case.truth[:-1]
    assert (part.verdict, part.poison) == ("unverified", 1)
    assert part.reason == "1 record makes the ODS fail (500) and could not be read"


def test_a_count_that_stays_off_is_a_mismatch(case):
    """All rows are stored, and the verdict says that the ODS counts them otherwise."""
    part = case.pull(Rule(CountOff(1), resource="sections"))
    rows = len(case.truth)
    assert stored(case.store) == case.truth
    assert part.verdict == "count_mismatch"
    assert part.reason == f"{rows} records came, the ODS counted {rows + 1}"


def test_a_count_that_is_off_once_is_not_taken_for_the_truth(case):
    """One count too many costs another look, and no row."""
    part = case.pull(Rule(CountOff(1), resource="sections", request=1))
    assert stored(case.store) == case.truth
    assert part.verdict in {"verified", "unverified"}


def test_a_redirect_to_another_host_gets_no_token(case, records):
    """The pull ends, what was stored is as it was, and the other host hears nothing."""
    before = stored(case.store) if case.way.kind == "changes" else None
    with serving(records) as elsewhere:
        with pytest.raises(ContractError, match="redirects elsewhere; nothing was sent there"):
            case.pull(on_a_page(Redirect(elsewhere), 1))
        assert elsewhere.requests == ()
    assert (stored(case.store) if case.store.connections() else None) == before


def test_a_page_of_a_stale_replica_is_found_out(case):
    """A page that a copy without the last changes answered costs no row."""
    for number in range(900, 903):
        case.sandbox.upsert("sections", {**section(number), "sequenceOfCourse": len(case.truth)})
    case.freeze()
    part = case.pull(on_a_page(StaleReplica(3), 1))
    assert stored(case.store) == case.truth or part.verdict != "verified"
