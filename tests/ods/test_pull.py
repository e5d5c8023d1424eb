"""The pull, over real connections: what is stored, what is said of it, what a failure leaves."""

import hashlib
import stat
import time

import duckdb
import pytest
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from edfi_audit.errors import (
    AccessDeniedError,
    AuthenticationError,
    ContractError,
    NotEnabledError,
    SettingsError,
    SourceError,
    UnreachableError,
)
from edfi_audit.ods.manifest import Manifest
from edfi_audit.ods.patience import Patience
from edfi_audit.ods.pull import pull
from edfi_audit.settings import Connection
from edfi_audit.store import Store


def student_row(number, **more):
    """A synthetic student."""
    return {"id": f"{number:032x}", "studentUniqueId": str(1000 + number), **more}


def students(count):
    return [student_row(number) for number in range(count)]


def stored(store, resource, columns="*"):
    """The stored rows of one resource, in key order."""
    parts = store.root / "ods" / "ods" / resource / "*.parquet"
    return duckdb.sql(f"SELECT {columns} FROM read_parquet('{parts}') ORDER BY ALL").fetchall()


def fingerprint(folder):
    """What every file below `folder` holds."""
    return {
        path.relative_to(folder): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "data")


@pytest.mark.parametrize(("version", "paging"), [("7.3", "cursor"), ("7.2", "offset")])
@pytest.mark.parametrize("count", [0, 1, 3, 100])
def test_every_row_is_stored_once(small_ods, store, version, paging, count):
    """Cursor and offset paging store exactly the rows served, whatever their number."""
    rows = {"students": students(count), "programs": [{"id": "a" * 32, "programName": "CTE"}]}
    _, connection = small_ods(version=version, rows=rows)
    manifest = pull(connection, "ods", store)
    expected = sorted((f"{n:032x}", str(1000 + n)) for n in range(count))
    assert stored(store, "students", "id, student_unique_id") == expected
    part = manifest.resources["students"]
    assert (part.verdict, part.rows, part.distinct_ids, part.duplicates) == (
        "verified",
        count,
        count,
        0,
    )
    assert (part.total_count.before, part.total_count.after) == (count, count)
    assert manifest.paging == paging


def test_nested_values_are_stored_flat(small_ods, store):
    """References become columns, lists stay lists, `_ext` is kept, a dashed id is normalised."""
    row = {
        "id": "0A1B2C3D-0000-4000-8000-00000000000F",
        "sectionReference": {
            "localCourseCode": "ALG-1",
            "schoolId": 255901001,
            "schoolYear": 2026,
            "sectionIdentifier": "S-1",
            "sessionName": "Fall",
            "link": {"rel": "Section", "href": "/ed-fi/sections/1"},
        },
        "studentReference": {"studentUniqueId": "0012345678"},
        "beginDate": "2025-09-02",
        "programs": [
            {
                "programReference": {
                    "educationOrganizationId": 255901,
                    "programName": "CTE",
                    "programTypeDescriptor": "uri://ed-fi.org/ProgramTypeDescriptor#CTE",
                }
            }
        ],
        "_ext": {"WI": {"programs": [{"programReference": {"programName": "Welding"}}]}},
        "_lastModifiedDate": "2025-10-01T12:30:00.1234567Z",
    }
    _, connection = small_ods(rows={"studentSectionAssociations": [row]})
    pull(connection, "ods", store)
    found = stored(
        store,
        "studentSectionAssociations",
        "id, school_id, school_year, session_name, local_course_code, section_identifier, "
        "student_unique_id, begin_date::VARCHAR, end_date, attempt_status_descriptor, programs, "
        "wi_programs, last_modified_date::VARCHAR, ext",
    )
    assert found == [
        (
            "0a1b2c3d00004000800000000000000f",
            255901001,
            2026,
            "Fall",
            "ALG-1",
            "S-1",
            "0012345678",
            "2025-09-02",
            None,
            None,
            [
                {
                    "education_organization_id": 255901,
                    "program_name": "CTE",
                    "program_type_descriptor": "uri://ed-fi.org/ProgramTypeDescriptor#CTE",
                }
            ],
            [
                {
                    "education_organization_id": None,
                    "program_name": "Welding",
                    "program_type_descriptor": None,
                }
            ],
            "2025-10-01 12:30:00.123456",
            '{"WI":{"programs":[{"programReference":{"programName":"Welding"}}]}}',
        )
    ]


@pytest.mark.parametrize("version", ["7.3", "6.1"])
def test_duplicates_are_removed_and_counted(small_ods, store, version):
    """A row sent twice is stored once, the newer one, and the count mismatch is told."""
    old = student_row(7, _lastModifiedDate="2025-01-01T00:00:00Z")
    new = student_row(7, studentUniqueId="newer", _lastModifiedDate="2025-02-01T00:00:00Z")
    rows = [old, *(student_row(n) for n in range(6)), new]
    _, connection = small_ods(version=version, rows={"students": rows})
    part = pull(connection, "ods", store).resources["students"]
    assert len(stored(store, "students")) == 7
    assert stored(store, "students", "student_unique_id")[-1] == ("newer",)
    assert (part.rows, part.distinct_ids, part.duplicates) == (7, 7, 1)
    assert (part.verdict, part.reason) == (
        "count_mismatch",
        "7 records came, the ODS counted 8",
    )


def test_a_lost_row_is_found_by_the_count(small_ods, store):
    """A page that swallows a row is found out by the count, and all is walked again."""
    rows = students(4)

    def fault(request, _n):
        if request.query_params.get("pageToken", "").startswith("0-"):
            return JSONResponse([], headers={"Next-Page-Token": "1-4"})
        return None

    _, connection = small_ods(
        rows={"students": rows}, fault=fault, connection={"concurrency": 1, "page_size": 1}
    )
    part = pull(connection, "ods", store).resources["students"]
    assert (part.verdict, part.rows, part.walks) == ("verified", 4, 2)


@pytest.mark.parametrize("version", ["7.3", "7.2"])
def test_a_count_that_is_off_is_a_count_mismatch(small_ods, store, version):
    """Rows that the ODS counts and never sends are told, after three walks."""

    def fault(request, _n):
        if request.query_params.get("totalCount") == "true":
            return JSONResponse([], headers={"Total-Count": "5"})
        return None

    _, connection = small_ods(rows={"students": students(4)}, version=version, fault=fault)
    part = pull(connection, "ods", store, resources=["students"]).resources["students"]
    assert (part.verdict, part.walks) == ("count_mismatch", 3)
    assert part.reason == "4 records came, the ODS counted 5"


def test_a_change_during_every_walk_is_unverified(small_ods, store):
    """Counts that differ before and after each walk leave the resource unverified, not wrong."""
    rows = students(4)

    def fault(request, _n):
        if "totalCount" in request.query_params:
            rows.append(student_row(100 + len(rows)))

    _, connection = small_ods(rows={"students": rows}, fault=fault)
    part = pull(connection, "ods", store, resources=["students"]).resources["students"]
    assert (part.verdict, part.walks) == ("unverified", 3)
    assert part.reason == "the ODS changed while it was read: it counted 7 before and 8 after"


def test_an_unreadable_cell_is_null_and_counted(small_ods, store):
    """A value that does not fit its column is stored as null and counted in the manifest."""
    rows = [
        {"id": "a" * 32, "schoolId": "not a number", "nameOfInstitution": "Synthetic High"},
        {"id": "b" * 32, "schoolId": 255901001, "nameOfInstitution": "Synthetic Middle"},
    ]
    _, connection = small_ods(rows={"schools": rows})
    part = pull(connection, "ods", store).resources["schools"]
    assert stored(store, "schools", "id, school_id") == [
        ("a" * 32, None),
        ("b" * 32, 255901001),
    ]
    assert part.unreadable == {"school_id": 1}


def test_a_denied_resource_is_left_out(small_ods, store):
    """A 403 on one resource leaves it out with its verdict; the others are pulled."""

    def fault(request, _n):
        return JSONResponse({}, 403) if request.url.path.endswith("/grades") else None

    _, connection = small_ods(rows={"students": students(5), "grades": []}, fault=fault)
    manifest = pull(connection, "ods", store)
    assert manifest.denied == ("grades",)
    assert not manifest.complete
    assert manifest.resources["students"].verdict == "verified"
    assert manifest.resources["sections"].verdict == "not_enabled"
    assert not (store.root / "ods" / "ods" / "grades").exists()
    assert len(stored(store, "students")) == 5


def test_the_manifest_tells_what_was_pulled(small_ods, store):
    """The stored manifest holds versions, change versions and scope; no token, no client id."""
    scope = {
        "active": True,
        "client_id": "synthetic-key",
        "namespace_prefixes": ["uri://dpi.wi.gov"],
        "education_organizations": [{"education_organization_id": 255901, "type": "x"}],
        "assigned_profiles": [],
        "claim_set": {"name": "Auditor"},
        "resources": [{"resource": "/ed-fi/students", "operations": ["Read"]}],
    }
    ods, connection = small_ods(rows={"students": students(2)}, scope=scope)
    returned = pull(connection, "ods", store, resources=["students"])
    folder = store.root / "ods" / "ods"
    assert Manifest.read(folder).to_json() == returned.to_json()
    assert returned.complete
    assert (returned.api_version, returned.data_models[0].name) == ("7.3", "Ed-Fi")
    assert returned.change_version is None
    assert returned.scope.claim_set == "Auditor"
    assert returned.scope.namespace_prefixes == ("uri://dpi.wi.gov",)
    text = (folder / "manifest.json").read_text(encoding="utf-8")
    for secret in (ods.tokens[0], "synthetic-key", "synthetic-secret", "client_id"):
        assert secret not in text


def test_two_pulls_share_one_token(small_ods, store, token_folder):
    """A second pull takes the token the first one left; the file is the owner's alone."""
    ods, connection = small_ods(rows={"students": students(2)})
    pull(connection, "ods", store, resources=["students"])
    pull(connection, "ods", store, resources=["students"])
    assert ods.paths("POST").count("/oauth/token") == 1
    (file,) = token_folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(token_folder.stat().st_mode) == 0o700


def test_the_store_is_private(small_ods, store):
    """Folders are 0700 and files 0600, from the store's root down."""
    _, connection = small_ods(rows={"students": students(2)})
    pull(connection, "ods", store)
    paths = [store.root, *store.root.rglob("*")]
    assert any(path.suffix == ".parquet" for path in paths)
    for path in paths:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_a_token_revoked_in_mid_walk_is_renewed_once(small_ods, store):
    """All threads that meet the 401 share one new token, and no row is lost."""
    ods, connection = small_ods(rows={"students": students(60)})

    def fault(request, n):
        if n == 8 and request.url.path.endswith("/students"):
            ods.live.clear()

    ods.fault = fault
    part = pull(connection, "ods", store).resources["students"]
    assert part.verdict == "verified"
    assert len(stored(store, "students")) == 60
    assert ods.paths("POST").count("/oauth/token") == 2


def test_retry_after_is_honoured(small_ods, store):
    """A 429 is asked again after the seconds its header names, and counted as a retry."""

    def fault(request, n):
        late = request.url.path.endswith("/students") and n == 2
        return Response(status_code=429, headers={"Retry-After": "1"}) if late else None

    _, connection = small_ods(
        rows={"students": students(2)}, fault=fault, connection={"concurrency": 1}
    )
    began = time.monotonic()
    part = pull(connection, "ods", store, resources=["students"]).resources["students"]
    assert 1.0 <= time.monotonic() - began < 4.0
    assert (part.verdict, part.retries) == ("verified", 1)


def broken(_request):
    """A body that breaks off: the connection is closed before all of it was sent."""

    async def body():
        yield b'[{"id":'
        raise ConnectionResetError

    return StreamingResponse(body(), headers={"Content-Length": "500"})


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(broken, id="dropped connection"),
        pytest.param(
            lambda _: Response(b"[]", headers={"Content-Encoding": "gzip"}), id="broken gzip"
        ),
        pytest.param(lambda _: Response("<html>Bad gateway</html>", 502), id="502 page"),
        pytest.param(lambda _: JSONResponse({}, 503), id="503"),
        pytest.param(lambda _: Response('[{"id":', media_type="application/json"), id="cut off"),
    ],
)
def test_a_passing_failure_is_asked_again(small_ods, store, answer):
    """A failure that passes costs a retry and no row."""

    def fault(request, n):
        return answer(request) if n == 2 and request.url.path.endswith("/students") else None

    _, connection = small_ods(rows={"students": students(2)}, fault=fault)
    part = pull(connection, "ods", store, resources=["students"]).resources["students"]
    assert (part.verdict, part.rows, part.retries) == ("verified", 2, 1)


def test_json_under_a_wrong_label_is_read(small_ods, store):
    """Rows that are JSON are read whatever content type they are labelled with."""

    def fault(request, _n):
        if "pageToken" in request.query_params:
            return Response(f'[{{"id": "{0:032}"}}]', media_type="text/plain")
        return None

    _, connection = small_ods(rows={"students": students(1)}, fault=fault)
    part = pull(connection, "ods", store, resources=["students"]).resources["students"]
    assert part.verdict == "verified"


def test_progress_is_told(small_ods, store):
    """Progress hears the expected count first, and every row by the end."""
    heard = []
    _, connection = small_ods(rows={"students": students(10)})
    pull(
        connection,
        "ods",
        store,
        resources=["students"],
        progress=lambda *said: heard.append(said),
    )
    assert heard[0] == ("students", 0, 10)
    assert heard[-1] == ("students", 10, 10)
    assert [rows for _, rows, _ in heard] == sorted(rows for _, rows, _ in heard)


def page(request, _n):
    """An HTML page for everything but the root and the token."""
    if request.url.path.startswith("/data"):
        return Response("<!DOCTYPE html><p>Log in", media_type="text/html")
    return None


def wrong_secret(request, _n):
    return JSONResponse({"error": "invalid_client"}, 401) if request.method == "POST" else None


def elsewhere(request, _n):
    if "pageToken" in request.query_params:
        return RedirectResponse("http://localhost:9/data")
    return None


def always(status, text=""):
    def fault(request, _n):
        return Response(text, status) if request.url.path.startswith("/data") else None

    return fault


def long_pause(request, _n):
    if request.url.path.startswith("/data"):
        return Response(status_code=429, headers={"Retry-After": "3600"})
    return None


@pytest.mark.parametrize(
    ("fault", "error", "says"),
    [
        (wrong_secret, AuthenticationError, "The ODS refused the key or the secret (401)."),
        (page, ContractError, "answered with an HTML page instead of JSON."),
        (elsewhere, ContractError, "redirects elsewhere; nothing was sent there."),
        (always(401), AuthenticationError, "(401)"),
        (always(403), AccessDeniedError, "The key may not read any of the resources."),
        (always(404), NotEnabledError, "The ODS offers none of the resources"),
        (always(400), ContractError, "The ODS refused the request for students (400"),
        (long_pause, SourceError, "The ODS asks for fewer requests (429"),
    ],
)
def test_a_failure_leaves_the_store_as_it_was(small_ods, store, fault, error, says):
    """Each failure is one clear sentence with a next step, and no stored byte changes."""
    ods, connection = small_ods(rows={"students": students(5)})
    pull(connection, "ods", store, resources=["students"])
    before = fingerprint(store.root)
    ods.fault = fault
    if fault is wrong_secret:
        connection = connection.model_copy(update={"client_id": "another-key"})
    with pytest.raises(error) as caught:
        pull(connection, "ods", store, resources=["students"])
    assert says in caught.value.what
    assert caught.value.next_step
    assert caught.value.exit_status == 3
    assert fingerprint(store.root) == before
    shown = f"{caught.value} {caught.value!r} {caught.value.__cause__}"
    for secret in (*ods.tokens, "synthetic-secret", "pageToken", "offset=", "?"):
        assert secret not in shown


def test_a_failing_page_ends_the_pull(small_ods, store):
    """A page that keeps failing ends the pull after a bounded number of tries."""
    ods, connection = small_ods(
        rows={"students": students(2)}, fault=always(500), connection={"concurrency": 1}
    )
    with pytest.raises(SourceError, match="The ODS failed while reading students"):
        pull(connection, "ods", store, resources=["students"], patience=Patience(first=0.01))
    assert ods.seen["GET", "/data/v3/ed-fi/students"] == 5
    assert not store.root.exists() or not fingerprint(store.root)


def test_the_first_failure_stops_the_others(small_ods, store):
    """Once a page has failed for good, the other lanes stop at their next page."""

    def fault(request, _n):
        first_of_second_lane = request.query_params.get("offset") == "1"
        return JSONResponse({}, 400) if first_of_second_lane else None

    ods, connection = small_ods(
        version="7.2",
        rows={"students": students(2000)},
        fault=fault,
        connection={"concurrency": 2, "page_size": 1},
    )
    with pytest.raises(ContractError, match="refused the request for students"):
        pull(connection, "ods", store, resources=["students"])
    assert ods.seen["GET", "/data/v3/ed-fi/students"] < 200


def test_an_unreachable_host_is_named(store):
    """Nobody listening is one sentence that names the host."""
    nobody = Connection(base_url="http://127.0.0.1:9", client_id="k", client_secret="s")
    with pytest.raises(UnreachableError, match=r"127\.0\.0\.1:9 could not be reached"):
        pull(nobody, "ods", store)
    assert not store.root.exists()


def test_an_empty_ods_is_refused(small_ods, store):
    """An ODS that shows no record replaces nothing, and the sentence says where to look."""
    _, connection = small_ods(rows={"students": [], "sections": []})
    with pytest.raises(SourceError, match="shows this key no records at all") as caught:
        pull(connection, "ods", store)
    assert "agency and school year" in caught.value.next_step
    assert store.connections() == []


def test_another_school_year_is_refused(small_ods, store):
    """An ODS whose sessions are of another year than the connection's is not pulled."""
    session = {"id": "a" * 32, "schoolYearTypeReference": {"schoolYear": 2025}}
    _, connection = small_ods(rows={"sessions": [session]}, connection={"year": 2026})
    with pytest.raises(ContractError, match="for school year 2026, but this ODS holds 2025"):
        pull(connection, "ods", store)


@pytest.mark.parametrize(
    ("names", "says"), [(["studnets"], "No such resource: studnets."), ([], "No resource was")]
)
def test_an_unknown_resource_is_a_settings_error(store, names, says):
    """A misspelt resource is told before anything is asked of the ODS."""
    connection = Connection(base_url="http://127.0.0.1:9", client_id="k", client_secret="s")
    with pytest.raises(SettingsError, match=says):
        pull(connection, "ods", store, resources=names)
