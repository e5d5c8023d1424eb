"""A key, an extract and settings that are of different agencies or school years."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from edfi_audit.ods.manifest import Scope
from edfi_audit.readiness import Extract, misfits
from edfi_audit.store import write_json


def write_extract(store, name, schools, years, loaded_at="2026-06-01T00:00:00"):
    """Store an extract: schools (number, Ed-Fi number, excluded), and years of calendars."""
    folder = store.sis(name)
    folder.mkdir(parents=True)
    numbers, edfi_numbers, excluded = zip(*schools, strict=True)
    pq.write_table(
        pa.table(
            {
                "number": pa.array(numbers),
                "edfiNumber": pa.array(edfi_numbers),
                "exclude": pa.array(excluded),
            }
        ),
        folder / "school.parquet",
    )
    pq.write_table(pa.table({"endYear": pa.array(years)}), folder / "calendar.parquet")
    write_json(folder / "manifest.json", {"loaded_at": loaded_at, "tables": {}})


def write_pull(store, year, organization):
    """Put the manifest of a pull in the store."""
    folder = store.ods("ods")
    folder.mkdir(parents=True)
    times = dict.fromkeys(("started_at", "finished_at"), "2026-06-01T00:00:00+00:00")
    scope = {"education_organizations": [{"education_organization_id": organization}]}
    write_json(
        folder / "manifest.json",
        {
            "tool_version": "0",
            "connection": "ods",
            "base_url": "https://ods.example",
            "api_version": "7.3",
            "data_models": [],
            "mode": "shared_instance",
            "school_year": year,
            "paging": "cursor",
            "change_version": None,
            "scope": scope,
            "resources": {},
            **times,
        },
    )


def test_the_newest_extract_is_the_one_that_counts(store):
    """Schools go by their Ed-Fi number, else by the state's; excluded ones do not count."""
    write_extract(store, "old", [("5", None, False)], [2025], "2025-06-01T00:00:00")
    schools = [
        ("0020", "1301", False),
        ("0001302", " ", None),
        ("x", None, False),
        ("0990", None, True),
    ]
    write_extract(store, "new", schools, [2026, 2025])
    found = Extract.newest(store)
    assert found == Extract(frozenset({1301, 1302}), frozenset({2025, 2026}))


def test_no_extract(store):
    """Without one there is nothing to compare."""
    assert Extract.newest(store) is None


@pytest.mark.parametrize(
    ("schools", "years", "fault"),
    [
        ({1302, 5555}, {2025, 2026}, None),
        (set(), set(), None),
        (
            {9001},
            {2026},
            (
                "None of the extract's schools (9001) is one of the key's (1301, 1302): "
                "they are of different agencies."
            ),
        ),
        (
            {1, 2, 3, 4},
            {2026},
            (
                "None of the extract's schools (1, 2, 3, …) is one of the key's (1301, 1302): "
                "they are of different agencies."
            ),
        ),
        (
            {1301},
            {2024, 2025},
            "The extract's calendars are of 2023-24, 2024-25, the connection is for 2025-26.",
        ),
    ],
)
def test_an_extract_of_another_agency_or_year(seen, store, schools, years, fault):
    """Not one common school, or no calendar of the year: an audit would mislead."""
    extract = Extract(frozenset(schools), frozenset(years))
    assert misfits("ods", seen(), store, extract) == ([fault] if fault else [], [])


def test_a_key_whose_schools_are_not_told(seen, store):
    """Then all schools that it sees are compared."""
    extract = Extract(frozenset({9001}), frozenset())
    assert misfits("ods", seen(scope=None), store, extract) == ([], [])
    assert misfits("ods", seen(scope=None, schools=None), store, extract) == ([], [])


def test_schools_of_the_settings(seen, store):
    """Ids of Choice schools and jails that the key's agency does not have are warned of."""
    faults, warnings = misfits("ods", seen(), store, None, named=(1301, 9001))
    assert (faults, warnings) == ([], ["[audit] names schools that are not the key's: 9001."])


@pytest.mark.parametrize(
    ("year", "organization", "warning"),
    [
        (2026, 100417, None),
        (
            2025,
            100417,
            "The last pull through ods was for 2024-25, the connection is for 2025-26.",
        ),
        (
            2026,
            100999,
            (
                "The last pull through ods was with a key of 100999, this one is of 100417: it "
                "may be another agency's."
            ),
        ),
    ],
)
def test_the_last_pull_was_of_another_agency_or_year(seen, store, year, organization, warning):
    """What is stored is of another agency or year than what the key would bring."""
    write_pull(store, year, organization)
    assert misfits("ods", seen(), store, None) == ([], [warning] if warning else [])


def test_a_scope_that_was_not_told_is_not_compared(seen, store):
    """An ODS that says nothing of its key raises no suspicion."""
    write_pull(store, 2026, 100999)
    assert misfits("ods", seen(scope=Scope()), store, None) == ([], [])
