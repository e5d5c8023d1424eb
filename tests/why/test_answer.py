"""The answer as a reader sees it: text of 80 columns, HTML that loads nothing, plain JSON."""

import json
from datetime import date

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import PHONE, browser, opened
from campus import SUPPORT, TEACHER, Campus, ods, section_key

from edfi_audit.errors import NotFoundError, StoreError
from edfi_audit.why import Answer, why

EVIL = "<script>alert(1)</script>&'\""


def teaching(section, staff, begin, end=None, position=TEACHER):
    return section_key(
        section, staff_unique_id=staff, begin_date=begin, end_date=end,
        classroom_position_descriptor=position,
    )  # fmt: skip


@pytest.fixture(scope="module")
def changed(make, tmp_path_factory):
    """A change of teachers on 1 October that the ODS tells late, and a student in no session."""
    campus = Campus()
    campus.section("ALG")
    for person in ("1001", "1002", "1003"):
        campus.person(person)
    campus.teaches("ALG", "1001", endDate=date(2025, 9, 30))
    campus.teaches("ALG", "1002", startDate=date(2025, 10, 1))
    campus.teaches("ALG", "1003", "T", "S")
    for student in ("10", "11"):
        campus.student(student)
        campus.takes("ALG", student)
    campus.sis["roster"][1]["startDate"] = date(2026, 6, 6)
    staff = [
        teaching("ALG", "1001", date(2025, 8, 20), date(2025, 9, 30)),
        teaching("ALG", "1002", date(2025, 10, 16)),
        teaching("ALG", "1003", date(2025, 8, 20), position=SUPPORT),
    ]
    findings = [
        {"fingerprint": str(number), "rule_id": rule, "severity": severity, "school_id": 1302,
         "school_year": 2026, "natural_key": json.dumps(key)}
        for number, (rule, severity, key) in enumerate([
            ("TOR-004", "warning", {"localCourseCode": "ALG-course", "schoolId": 1302,
                                    "schoolYear": 2026, "sectionIdentifier": "ALG"}),
            ("IDM-001", "error", {"localCourseCode": "ALG-course", "schoolId": 1302,
                                  "schoolYear": 2026, "sectionIdentifier": "ALG",
                                  "studentUniqueId": "10"}),
            ("IDM-001", "error", {"localCourseCode": "other", "schoolId": 1302,
                                  "schoolYear": 2026, "sectionIdentifier": "ALG"}),
        ])
    ]  # fmt: skip
    folder = tmp_path_factory.mktemp("changed")
    records = ods(sections=[section_key("ALG")], staff_section_associations=staff)
    return make(folder, records, campus.sis, findings)


def test_a_section_in_full(changed):
    """Records, students, decision, timeline, ledger and findings, each as counted by hand."""
    document = changed.why("ALG")
    assert [(one["resource"], one["sent"]) for one in document["records"]] == [
        ("courseOfferings", True),
        ("sections", True),
        ("staffSectionAssociations", True),
        ("staffSectionAssociations", True),
        ("staffSectionAssociations", True),
    ]
    assert [
        (one["session_name"], one["held_by"], one["count"]) for one in document["students"]
    ] == [
        ("Fall", None, 1),
        (None, "gate_roster_in_session", 1),
    ]
    (decision,) = document["teachers"]
    assert decision["winners"] == ["1001", "1002"]
    (line,) = document["timeline"]
    assert [(one["begins"], one["ends"], one["note"]) for one in line["intervals"]] == [
        ("2025-08-20", "2025-09-30", ""),
        ("2025-10-01", "2025-10-15", "gap of 15 days"),
        ("2025-10-16", "2025-12-20", ""),
    ]
    assert [(one["resource"], one["state"], one["count"]) for one in document["ledger"]] == [
        ("courseOfferings", "IDM-003", 1),
        ("sections", "IDM-000", 1),
        ("staffSectionAssociations", "IDM-000", 3),
        ("studentSectionAssociations", "IDM-003", 1),
        ("studentSectionAssociations", "IDM-007", 1),
    ]
    assert [(one["rule_id"], one["severity"], one["count"]) for one in document["findings"]] == [
        ("IDM-001", "error", 1),
        ("TOR-004", "warning", 1),
    ]


def test_a_section_that_is_not_sent_says_so_in_its_timeline(make, tmp_path):
    """Nobody is expected by the SIS, and why."""
    campus = Campus()
    campus.section("ALG", course={"active": False})
    campus.person("1001")
    campus.teaches("ALG", "1001")
    staff = [teaching("ALG", "1001", date(2025, 8, 20))]
    run = make(tmp_path, ods(staff_section_associations=staff), campus.sis)
    (line,) = run.why("ALG")["timeline"]
    assert line["unsent"] == "The course is not active."
    assert [(one["sis"], one["ods"]) for one in line["intervals"]] == [([], ["1001"])]


def test_what_has_no_session_is_told_too(make, tmp_path):
    """A section in no term, its student and teacher: no decision, no timeline, and every form."""
    campus = Campus()
    campus.section("ALG", terms=())
    campus.person("1001")
    campus.teaches("ALG", "1001")
    campus.student("10")
    campus.takes("ALG", "10")
    campus.add("course", courseID="ART", calendarID="1", number="ART", active=True)
    run = make(tmp_path, ods(), campus.sis)
    for key, cause in (
        ("ALG", "The section is not placed in any term."),
        ("1001", "The section is not placed in any term."),
        ("10", "The section is not placed in any term."),
        ("ART", "The course has no section."),
    ):
        document = run.why(key)
        assert {one["cause"] for one in document["records"]} == {cause}
        assert document["timeline"] == document.get("teachers") == []
        answer = Answer(document)
        assert "no session" in answer.text
        assert cause in answer._repr_html_()


def test_a_staff_member_is_told_what_became_of_each_record(changed):
    """The decision in a line, and where each date comes from: staff history or term."""
    text = Answer(changed.why("1002")).text
    assert "Teacher of Record: won: nobody who competes overlaps" in text
    assert "Dates: 2025-10-01 (history) to 2025-12-20 (term)" in text
    assert "Who was Teacher of Record" not in text


def test_what_could_not_be_compared_is_not_called_nobody(make, tmp_path):
    """Without an extract the timeline is the ODS's alone, and the answer says why."""
    staff = [teaching("ALG", "1001", date(2025, 8, 20))]
    run = make(tmp_path, ods(sections=[section_key("ALG")], staff_section_associations=staff), {})
    run.facts["extract"] = None
    run.facts["not_compared"] = {"staffSectionAssociations": "no extract was loaded"}
    document = run.why("ALG")
    (interval,) = document["timeline"][0]["intervals"]
    assert (interval["sis"], interval["ods"], interval["note"]) == ([], ["1001"], "")
    for shown in (Answer(document).text, Answer(document)._repr_html_()):
        assert "Not compared with the SIS:" in shown
        assert "Nothing is known: no SIS extract was loaded." in shown
        assert "not compared" in shown
        assert "nobody" not in shown


def test_a_decision_that_is_the_same_in_two_sessions_is_told_once(make, tmp_path):
    """With the days of both; another decision is told apart."""
    campus = Campus()
    campus.section("ALG", terms=("Fall", "Spring"))
    campus.section("ART", terms=("Fall", "Spring"))
    campus.person("1001")
    campus.person("1002")
    campus.teaches("ALG", "1001")
    campus.teaches("ART", "1001")
    campus.teaches("ART", "1002", startDate=date(2026, 1, 5))
    run = make(tmp_path, ods(), campus.sis)
    once = Answer(run.why("ALG")).text
    assert once.count("Teacher of Record, Fall and Spring: 1001") == 1
    assert "1001 (2025-08-20 to 2025-12-20 / 2026-01-05 to 2026-06-05): won" in once
    apart = Answer(run.why("ART")).text
    assert "Teacher of Record, Fall: 1001" in apart
    assert "Teacher of Record, Spring: 1002" in apart


def test_the_document_is_plain(changed):
    """JSON can write it, and what comes back is the same."""
    document = changed.why("ALG")
    assert json.loads(json.dumps(document)) == document


def test_an_older_run_asks_for_a_new_one(changed, tmp_path):
    """Tables that lack what this version reads are no reason for a stack trace."""
    (tmp_path / "tables").mkdir()
    (tmp_path / "findings.parquet").write_bytes((changed.folder / "findings.parquet").read_bytes())
    with pytest.raises(StoreError, match="Run again with this version"):
        why(tmp_path, changed.facts, "ALG")


@pytest.fixture(scope="module")
def keys(planted):
    """Natural keys of findings in the planted district: a few of each resource and its rules."""
    found = planted.run.findings()
    known = found["natural_key"].str.contains('(?:localCourseCode|UniqueId)":"')
    picked = found[known].groupby(["resource", "rule_id"]).head(1).groupby("resource").head(4)
    return list(picked["natural_key"])


def test_text_has_80_columns(planted, keys):
    """Whatever a finding is about; a key that is there to be copied may be longer."""
    assert len(keys) > 10
    for key in keys:
        lines = planted.run.why(key).text.splitlines()
        assert [line for line in lines if len(line) > 80 and "'{" not in line] == []
        assert len(lines) > 5


def test_a_finding_is_among_what_is_said_of_its_record(planted, keys):
    """By the natural key and by the fingerprint alike."""
    found = planted.run.findings()
    for key in keys[::4]:
        own = found[found["natural_key"] == key]
        for asked in (key, own["fingerprint"].iloc[0]):
            document = planted.run.why(asked).as_json()
            told = {one["rule_id"] for one in document["findings"]}
            assert told >= set(own["rule_id"])


def at_two_schools(run):
    """A section identifier of two schools of the SIS, and their ids."""
    file = str(run.folder / "tables" / "section_sessions.parquet")
    return duckdb.execute(
        "SELECT section_identifier, list(DISTINCT school_id ORDER BY school_id)"
        " FROM read_parquet($1) WHERE school_id IN (SELECT unnest($2::BIGINT[]))"
        " GROUP BY ALL HAVING count(DISTINCT school_id) > 1 ORDER BY 1 LIMIT 1",
        [file, [one["school_id"] for one in run.facts["schools"] if one["name"]]],
    ).fetchall()[0]


def test_a_run_answers_by_the_school_s_name(planted):
    """An id or a name chooses; a school the run does not know is an error."""
    run = planted.run
    identifier, schools = at_two_schools(run)
    assert run.why(identifier, kind="section").is_ambiguous
    name = {one["school_id"]: one["name"] for one in run.facts["schools"]}[schools[1]]
    chosen = run.why(identifier, school=name.upper(), kind="section")
    assert chosen.as_json()["subject"]["school_id"] == schools[1]
    with pytest.raises(NotFoundError, match="no school"):
        run.why(identifier, school="Nowhere")


@pytest.fixture(scope="module")
def chromium():
    with browser() as chromium:
        yield chromium


def page(folder, answer):
    path = folder / "why.html"
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Why</title><main>'
    path.write_text(f"{head}<h1>Why</h1>{answer._repr_html_()}</main>", encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["section", "staff", "student", "candidates"])
def test_the_html_is_accessible_and_loads_nothing(planted, chromium, tmp_path, kind):
    """No violation of WCAG 2.1 A and AA that axe can find, on a laptop or a phone."""
    found = planted.run.findings()
    resource = {"section": "sections"}.get(kind, f"{kind}SectionAssociations")
    key = at_two_schools(planted.run)[0]
    if kind != "candidates":
        key = found[found["resource"] == resource]["natural_key"].iloc[0]
    path = page(tmp_path, planted.run.why(key))
    with opened(chromium, path) as laptop:
        found = Axe().run(laptop).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        assert laptop.asked == []
    with opened(chromium, path, size=PHONE) as phone:
        assert phone.locator("table").count() >= 1


def test_what_stands_in_the_data_is_text(changed, chromium, tmp_path):
    """Markup in a value is shown, not obeyed."""
    document = json.loads(json.dumps(changed.why("ALG")).replace("1002", "EVIL"))
    document = spoiled(document)
    html = Answer(document)._repr_html_()
    assert "<script>" not in html
    with opened(chromium, page(tmp_path, Answer(document))) as shown:
        assert EVIL in shown.locator("body").inner_text()
        assert shown.locator("script").count() == 0


def spoiled(value):
    """The document with markup in place of EVIL and of every title."""
    if isinstance(value, dict):
        return {name: EVIL if name == "title" else spoiled(one) for name, one in value.items()}
    if isinstance(value, list):
        return [spoiled(one) for one in value]
    return EVIL if value == "EVIL" else value
