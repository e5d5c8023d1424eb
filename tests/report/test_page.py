"""The report as its readers meet it: in a browser, on a phone, on paper, without script."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import LAPTOP, PHONE, browser, opened


@pytest.fixture(scope="module")
def chromium():
    with browser() as started:
        yield started


@pytest.fixture
def path(run, tmp_path):
    return run.report(tmp_path / "out" / "report.html")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_page_asks_the_network_for_nothing_and_reads_without_script(chromium, path, script):
    """The flags, the schools and the reasons stand in the page itself."""
    with opened(chromium, path, script=script) as page:
        text = page.inner_text("body")
        assert page.asked == []
    assert "20\n\nof 50 student section associations, at 1 school" in text
    assert "Not evaluated" in text
    assert "the key may not read programs (403)" in text
    assert "2 of 4 sections have no staff at all; 1 of those have students" in text


def test_a_doubt_stands_beside_what_it_concerns(chromium, path):
    """The flag and the rule at the school carry the sentence; the table of rules points to it."""
    with opened(chromium, path) as page:
        assert page.locator("#gaps .doubt").all_inner_texts() == ["In doubt: TOR-001. Why"]
        assert page.locator("#school-7001 .doubt").inner_text().startswith("In doubt: staffSec")
        page.locator("#rules a", has_text="in doubt").click()
        assert page.evaluate("document.querySelector(':target').id") == "doubts"
        watermarks = page.locator("#summary .watermark").all_inner_texts()
        recheck = page.locator("table", has_text="Records looked up again in the ODS").inner_text()
    assert any("Not every missing record was looked up again" in text for text in watermarks)
    assert "the ODS could not be reached" in recheck


def test_the_page_names_no_address_outside(path):
    """Nothing in the file can be fetched: no link, image, script or style leads out."""
    assert re.findall(r"(?:https?:)?//\w", path.read_text(encoding="utf-8")) == []


def test_names_are_shown_as_text_and_never_as_markup(chromium, path):
    """A school called `Alder & Sons <Middle>` is a name, not a tag."""
    with opened(chromium, path) as page:
        assert page.locator("h3", has_text="Alder & Sons <Middle>").count() == 1


def test_a_link_in_a_gap_table_leads_to_the_school(chromium, path):
    """A principal's way: from the bar to the list."""
    with opened(chromium, path) as page:
        page.locator(".gap a", has_text="Birch High").first.click()
        assert page.evaluate("document.querySelector(':target').id") == "school-7001"


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_the_page_never_scrolls_sideways(chromium, path, size):
    """Wide tables scroll in their own box."""
    with opened(chromium, path, size=size) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_the_page_is_accessible(chromium, path):
    """No violation of WCAG 2.1 A and AA that axe can find."""
    with opened(chromium, path) as page:
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    assert [one["id"] for one in found.response["violations"]] == []


def test_every_bar_stands_in_a_row_that_says_its_number(chromium, path):
    """The bars are decoration; a reader who cannot see them loses nothing."""
    with opened(chromium, path) as page:
        rows = page.locator(".gap tr:has(svg.bar)").all_inner_texts()
    assert rows
    assert all("%" in row for row in rows)


def test_the_page_prints(chromium, path):
    """Paper gets a page per school and no navigation."""
    with opened(chromium, path) as page:
        page.emulate_media(media="print")
        assert not page.locator("nav").is_visible()
        assert page.pdf(format="Letter").startswith(b"%PDF")


def test_the_page_and_its_csv_are_the_owners_alone(path):
    """Student data on a shared machine."""
    assert path.stat().st_mode & 0o077 == 0
    assert path.with_name("report-findings.csv").stat().st_mode & 0o077 == 0
