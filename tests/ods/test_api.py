"""An opened ODS: counts, partitions, change versions, scope and its school year."""

import pytest
from starlette.responses import JSONResponse, Response

from edfi_audit.errors import ContractError
from edfi_audit.ods.api import open_api
from edfi_audit.ods.manifest import ChangeVersions


def session(year):
    return {"id": "a" * 32, "schoolYearTypeReference": {"schoolYear": year}}


def instead(part, answer):
    """A fault that answers requests whose path holds `part` with `answer`."""
    return lambda request, _n: answer if part in request.url.path else None


def test_a_count_asks_for_no_rows(small_ods):
    """The count comes from the header of a request without rows."""
    ods, connection = small_ods(rows={"grades": [{"id": "a"}] * 7})
    with open_api(connection) as api:
        assert api.count("grades") == 7
    query = ods.asked[-1].query_params
    assert (query["limit"], query["totalCount"]) == ("0", "true")


def test_an_ods_that_does_not_count(small_ods):
    """Without the header there is no count, rather than zero."""
    _, connection = small_ods(fault=instead("grades", JSONResponse([])))
    with open_api(connection) as api:
        assert api.count("grades") is None


@pytest.mark.parametrize(
    "answer",
    [
        {"oldestChangeVersion": 0, "newestChangeVersion": 12},
        {"OldestChangeVersion": 0, "NewestChangeVersion": 12},
        {"oldestChangeVersion": "0", "newestChangeVersion": "12"},
    ],
)
def test_change_versions_are_read_in_either_case(small_ods, answer):
    """Version 5 writes its keys in PascalCase."""
    _, connection = small_ods(fault=instead("available", JSONResponse(answer)))
    with open_api(connection) as api:
        assert api.change_versions == ChangeVersions(0, 12)


@pytest.mark.parametrize(
    "answer",
    [Response(status_code=404), JSONResponse({}, 403), JSONResponse([]), JSONResponse({"a": 1})],
)
def test_change_queries_may_be_off(small_ods, answer):
    """No change versions are no error."""
    _, connection = small_ods(fault=instead("available", answer))
    with open_api(connection) as api:
        assert api.change_versions is None


def test_partitions_are_not_asked_of_old_versions(small_ods):
    """Before 7.3 there is no cursor paging, and no request to find out."""
    ods, connection = small_ods(version="7.2", rows={"grades": []})
    with open_api(connection) as api:
        assert api.partitions("grades", 4) is None
    assert not [path for path in ods.paths() if "partitions" in path]


def test_an_ods_without_partitions(small_ods):
    """A 404 on partitions means another way of paging, not an error."""
    _, connection = small_ods(
        version="8.0", rows={"grades": []}, fault=instead("partitions", Response(status_code=404))
    )
    with open_api(connection) as api:
        assert api.partitions("grades", 4) is None


@pytest.mark.parametrize("content", [{}, {"pageTokens": "x"}, []])
def test_partitions_that_are_no_list(small_ods, content):
    """An answer without a list of tokens breaks the contract."""
    _, connection = small_ods(fault=instead("partitions", JSONResponse(content)))
    with (
        open_api(connection) as api,
        pytest.raises(ContractError, match="the partitions of grades"),
    ):
        api.partitions("grades", 4)


def test_rows_that_are_no_list(small_ods):
    """An object where a list of rows is due breaks the contract."""
    _, connection = small_ods(fault=instead("grades", JSONResponse({"value": []})))
    with open_api(connection) as api, pytest.raises(ContractError, match="not a list"):
        api.page("grades", {"offset": "0", "limit": "1"})


@pytest.mark.parametrize(
    ("answer", "claim_set"),
    [
        (JSONResponse({"claim_set": {"name": "Auditor"}}), "Auditor"),
        (Response(status_code=404), None),
        (JSONResponse({}, 400), None),
        (JSONResponse([]), None),
    ],
)
def test_the_scope_may_be_unknown(small_ods, answer, claim_set):
    """An ODS that does not say what the key may see is no error."""
    _, connection = small_ods(fault=instead("token_info", answer))
    with open_api(connection) as api:
        scope = api.scope()
    assert (scope.claim_set if scope else None) == claim_set


@pytest.mark.parametrize(
    ("rows", "wanted", "refused"),
    [
        ([session(2026)], 2026, False),
        ([session(2025), session(2026)], 2026, False),
        ([session(2025)], 2026, True),
        ([session(2025)], None, False),
        ([], 2026, False),
        ([{"id": "a" * 32}], 2026, False),
        (None, 2026, False),
    ],
)
def test_another_school_year_is_noticed(small_ods, rows, wanted, refused):
    """Only sessions that are there, and all of another year, speak against the connection."""
    _, connection = small_ods(rows={} if rows is None else {"sessions": rows})
    with open_api(connection) as api:
        fault = api.school_year_fault(wanted)
    assert (fault is not None) is refused


@pytest.mark.parametrize("rows", [[session(2026)], ["row"], [{"schoolYearTypeReference": None}]])
def test_a_filter_that_finds_nothing_proves_nothing(small_ods, rows):
    """A count of none for the wanted year is believed only beside a session of another year."""
    answer = JSONResponse(rows, headers={"Total-Count": "0"})
    _, connection = small_ods(fault=instead("sessions", answer))
    with open_api(connection) as api:
        assert api.school_year_fault(2026) is None
