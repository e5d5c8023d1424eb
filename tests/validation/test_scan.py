import duckdb
import pyarrow.parquet as pq
import pytest

from edfi_audit.validation import scan as scan_module
from edfi_audit.validation.scan import Check, Domain, Scan, reason


@pytest.fixture
def scan(con, tmp_path):
    """A scan over four rows of two schools that keeps the column n."""
    con.execute("""
        CREATE TABLE audit.t AS SELECT * FROM (VALUES
            (1, 10, 1, 'a'), (1, 10, 2, NULL), (2, 10, 2, 'a'), (2, 10, 3, 'b')
        ) AS t(school_id, lea_id, n, word)
    """)
    columns = {"school_id": "INTEGER", "lea_id": "INTEGER", "n": "INTEGER", "word": "VARCHAR"}
    return Scan(con, "audit.t", columns, ("n", "absent"), tmp_path)


def staged_n(scan, check):
    where = scan.stage([check])[check]
    return sorted(
        row["n"] for row in pq.read_table(where.path).to_pylist() if row[where.mask] & where.bit
    )


@pytest.mark.parametrize(
    ("domain", "first", "second"),
    [
        (Domain(), 2, 2),
        (Domain(gate="n > 1"), 1, 2),
        (Domain(present=('"word"',)), 1, 2),
        (Domain(gate="n > 1", present=('"word"',)), 0, 2),
        (Domain(also="n < 3"), 2, 1),
        (Domain(gate="n > 1 OR n = 1", present=('"word"', '"n"'), also="n < 3"), 1, 1),
    ],
)
def test_a_domain_is_counted_by_school(scan, domain, first, second):
    """By its gate, its columns and its own condition; the predicate says the same."""
    same = Domain(also=domain.predicate)
    counted = scan.tally([domain, same])
    for table in counted.values():
        assert table.sort_by("school_id").column("counted").to_pylist() == [first, second]


def test_many_gates_are_counted_like_few(scan):
    """With many gates each count has its own filter."""
    domains = [Domain(gate=f"n >= {least}") for least in range(6)]
    counted = scan.tally(domains)
    assert [sum(counted[each].column("counted").to_pylist()) for each in domains] == [
        4, 4, 3, 1, 0, 0,
    ]  # fmt: skip


def test_only_failing_rows_and_wanted_columns_are_staged(scan):
    """A column the table does not have is left out; masks follow."""
    check = Check(Domain(gate="school_id = 2"), fails="n = 2")
    where = scan.stage([check])[check]
    assert pq.read_table(where.path).to_pylist() == [
        {"school_id": 2, "lea_id": 10, "n": 2, where.mask: 1}
    ]


def test_a_null_condition_does_not_fail(scan):
    """NULL is neither true nor false."""
    assert staged_n(scan, Check(Domain(), fails="word <> 'b'")) == [1, 2]


def test_a_query_of_its_own_is_staged_apart(scan):
    """Conditions over a window come with their query."""
    check = Check(
        Domain(),
        selectable="SELECT *, n < max(n) OVER (PARTITION BY school_id) AS __fails FROM audit.t",
    )
    assert staged_n(scan, check) == [1, 2]
    (failed,) = scan.failed(scan.stage([check])).values()
    assert failed.sort_by("school_id").column("failed").to_pylist() == [1, 1]


def test_keys_that_only_share_a_hash_do_not_fail(scan, monkeypatch):
    """Candidates found by hash are compared exactly before they count."""
    monkeypatch.setattr(scan_module, "_hash", lambda check: "school_id * 0")  # noqa: ARG005
    unique = Check(Domain(), unique=('"n"',))
    assert staged_n(scan, unique) == [2, 2]
    assert sum(scan.failed(scan.stage([unique]))[unique].column("failed").to_pylist()) == 2


def test_no_repeated_key_stages_nothing(scan):
    """A check without failing rows may be absent."""
    assert scan.stage([Check(Domain(), unique=('"school_id"', '"n"'))]) == {}


def test_the_check_that_breaks_a_scan_is_found(scan):
    """Each check is tried alone; the good ones are not named."""
    good = Check(Domain(), fails="n > 1")
    wrong_column = Check(Domain(gate="nowhere = 1"), fails="n > 1")
    wrong_value = Check(Domain(), fails="word = 5")
    assert list(scan.broken([good, wrong_column, wrong_value])) == [wrong_column, wrong_value]


def test_a_reason_quotes_no_value(con):
    """What DuckDB says while it reads rows may hold a student's data."""
    with pytest.raises(duckdb.Error) as caught:
        con.execute("SELECT ('Ada ' || 'Lovelace')::INTEGER").fetchall()
    assert reason(caught.value) == (
        "the condition does not fit the column's values (Conversion error)"
    )
