"""The CSV beside the report: complete, and safe to open in a spreadsheet."""

import csv

from edfi_audit.report import csv_beside


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_finding_is_in_the_csv(run, tmp_path):
    """Twenty-one findings, of which the page shows sixteen."""
    path = run.report(tmp_path / "report.html")
    assert len(rows(csv_beside(path))) == 21


def test_a_cell_that_looks_like_a_formula_is_disarmed(run, tmp_path):
    """`=HYPERLINK(1)` opens as text."""
    path = run.report(tmp_path / "report.html")
    observed = [row["observed"] for row in rows(csv_beside(path)) if row["rule_id"] == "TOR-001"]
    assert observed == ["'=HYPERLINK(1)"]


def test_a_school_gets_its_own_findings_only(run, tmp_path):
    """The middle school has none."""
    path = run.report(tmp_path / "report.html", school=7002)
    assert rows(csv_beside(path)) == []


def test_excel_sees_that_it_is_utf_8(run, tmp_path):
    """The file begins with a byte order mark."""
    path = run.report(tmp_path / "report.html")
    assert csv_beside(path).read_bytes().startswith(b"\xef\xbb\xbf")
