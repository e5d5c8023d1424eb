"""Random small tables: what the engine fails is what plain Python fails."""

import tempfile
from collections import Counter
from pathlib import Path

import duckdb
import great_expectations as gx
import pyarrow.parquet as pq
from great_expectations.expectations.row_conditions import Column
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from edfi_audit.validation import load_suites, validate

E = gx.expectations
WORDS = ["a", "B", "it's", "100%", "\\d", "ö", ""]
ROW = st.tuples(
    st.sampled_from([1302, 1400, None]),
    st.one_of(st.none(), st.integers(-2, 2)),
    st.one_of(st.none(), st.integers(-2, 2)),
    st.one_of(st.none(), st.sampled_from(WORDS)),
)


def twins(rows, key):
    counted = Counter(key(row) for row in rows)
    return {row[4] for row in rows if counted[key(row)] > 1}


def plainly(rows, words, least, gated):
    """{rule: (rows looked at, ids of failing rows)}, evaluated one row at a time."""
    rows = [(*row, number) for number, row in enumerate(rows)]
    gate = [row for row in rows if row[1] == gated]
    said = [row for row in rows if row[3] is not None]
    pairs = [row for row in rows if row[1] is not None and row[2] is not None]
    return {
        "null": (len(rows), {r[4] for r in rows if r[3] is None}),
        "null-gated": (len(gate), {r[4] for r in gate if r[3] is None}),
        "set": (len(said), {r[4] for r in said if r[3] not in words}),
        "not-set": (len(said), {r[4] for r in said if r[3] in words}),
        "least": (
            sum(r[2] is not None for r in gate),
            {r[4] for r in gate if r[2] is not None and r[2] < least},
        ),
        "pair": (len(pairs), {r[4] for r in pairs if r[1] < r[2]}),
        "pattern": (len(said), {r[4] for r in said if "\\" not in r[3] and "'" not in r[3]}),
        "key": (len(rows), twins(rows, lambda r: (r[0], r[1], r[3]))),
        "key-gated": (len(gate), twins(gate, lambda r: (r[2], r[3]))),
        "word-once": (len(said), twins(said, lambda r: r[3])),
    }


def suite_of(meta, words, least, gated):
    gate = Column("m") == gated
    return [
        E.ExpectColumnValuesToNotBeNull(column="word", meta=meta("null")),
        E.ExpectColumnValuesToNotBeNull(column="word", row_condition=gate, meta=meta("null-gated")),
        E.ExpectColumnValuesToBeInSet(column="word", value_set=words, meta=meta("set")),
        E.ExpectColumnValuesToNotBeInSet(column="word", value_set=words, meta=meta("not-set")),
        E.ExpectColumnValuesToBeBetween(
            column="n", min_value=least, row_condition=gate, meta=meta("least")
        ),
        E.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="m",
            column_B="n",
            or_equal=True,
            ignore_row_if="either_value_is_missing",
            meta=meta("pair"),
        ),
        E.ExpectColumnValuesToMatchRegex(column="word", regex=r"[\\']", meta=meta("pattern")),
        E.ExpectCompoundColumnsToBeUnique(
            column_list=["school_id", "m", "word"], ignore_row_if="never", meta=meta("key")
        ),
        E.ExpectCompoundColumnsToBeUnique(
            column_list=["n", "word"],
            ignore_row_if="never",
            row_condition=gate,
            meta=meta("key-gated"),
        ),
        E.ExpectColumnValuesToBeUnique(column="word", meta=meta("word-once")),
    ]


@settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.generate],  # an example takes a tenth of a second: no shrinking
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    case=st.tuples(
        st.lists(ROW, max_size=12),
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=4, unique=True),
        st.integers(-2, 2),
        st.integers(-1, 1),
    )
)
def test_the_engine_fails_what_plain_python_fails(meta, table, write_suite, case):
    """Rows looked at and failing rows of ten rules on any table."""
    rows, *parameters = case
    con = duckdb.connect()
    con.execute(
        "CREATE SCHEMA audit; CREATE TABLE audit.random "
        "(school_id BIGINT, m INTEGER, n INTEGER, word VARCHAR, id INTEGER)"
    )
    for number, row in enumerate(rows):
        con.execute("INSERT INTO audit.random VALUES (?, ?, ?, ?, ?)", [*row, number])
    with tempfile.TemporaryDirectory() as folder:
        validation = validate(
            con,
            [table("random", keys={}, row=("id",))],
            load_suites(write_suite("random", *suite_of(meta, *parameters))),
            not_evaluated={},
            folder=Path(folder),
        )
        found = pq.read_table(validation.failures[0]).to_pylist()
    looked_at = Counter()
    for row in validation.counts.to_pylist():
        looked_at[row["rule_id"]] += row["evaluated"]
    expected = plainly(rows, *parameters)
    assert {
        rule: (looked_at[rule], {int(r["row_key"][6:-1]) for r in found if r["rule_id"] == rule})
        for rule in expected
    } == expected
