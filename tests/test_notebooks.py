"""The notebooks, run in a real kernel on the tiny district, and what their export shows offline."""

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from browser import browser, opened
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from traitlets.config import Config

from edfi_audit import NotFoundError, bundled
from edfi_audit.report.notebook import export_notebook, export_settings

NOTEBOOKS = sorted(bundled.notebooks().glob("*.ipynb"))


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def executed(request, planted) -> Path:
    """The notebook in the audit's own `notebooks` folder, run from top to bottom."""
    folder = planted.folder / "notebooks"
    folder.mkdir(exist_ok=True)
    path = folder / request.param.name
    shutil.copy(request.param, path)
    content = nbformat.read(path, as_version=4)
    NotebookClient(
        content, kernel_name="python3", resources={"metadata": {"path": folder}}
    ).execute()
    nbformat.write(content, path)
    return path


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "sanitized"])
def page(request, executed) -> Path:
    """The exported page, also as JupyterLab's "sanitize HTML output" leaves it."""
    if not request.param:
        return export_notebook(executed, executed.with_suffix(".html"))
    config = Config(export_settings())
    config.HTMLExporter.sanitize_html = True
    target = executed.with_suffix(".sanitized.html")
    target.touch(mode=0o600)
    target.write_text(HTMLExporter(config=config).from_filename(str(executed))[0])
    return target


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_thin(path):
    """No function is defined in a notebook, and no output is committed with it."""
    cells = nbformat.read(path, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert not [cell for cell in code if re.search(r"^\s*(def|class) ", cell.source, re.MULTILINE)]
    assert not [cell for cell in code if cell.outputs]


def shown(path):
    """What the notebook's cells show, in order: a dictionary of mime types each."""
    cells = nbformat.read(path, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return [output["data"] for output in outputs if "data" in output]


def test_every_chart_has_its_table_beside_it(executed):
    """A reader who cannot see a chart finds its numbers in the next output."""
    data = shown(executed)
    charts = [place for place, one in enumerate(data) if "application/vnd.plotly.v1+json" in one]
    assert len(charts) == 5
    assert all("<table" in data[place + 1].get("text/html", "") for place in charts)


def test_the_exported_page_draws_its_charts_without_the_network(page):
    """All five charts are drawn, and nothing is asked for."""
    with browser() as chromium, opened(chromium, page) as seen:
        seen.wait_for_selector(".js-plotly-plot .main-svg")
        assert seen.locator(".js-plotly-plot").count() == 5
        assert seen.locator(".js-plotly-plot .barlayer .point").count() > 0
        assert seen.asked == []


def test_no_exported_chart_offers_to_upload_itself(page):
    """The mode bar has no cloud button."""
    with browser() as chromium, opened(chromium, page) as seen:
        seen.wait_for_selector(".js-plotly-plot .main-svg")
        seen.hover(".js-plotly-plot >> nth=0")
        titles = seen.locator(".modebar-btn").evaluate_all(
            "buttons => buttons.map(button => button.dataset.title || '')"
        )
    assert titles
    assert not [title for title in titles if re.search("cloud|share|upload", title, re.IGNORECASE)]


def test_the_exported_page_is_the_owners_alone(page):
    """Student data on a shared machine."""
    assert page.stat().st_mode & 0o077 == 0


def test_a_notebook_that_is_not_there_is_named(tmp_path):
    """The error says which file is missing."""
    with pytest.raises(NotFoundError, match=r"no notebook .*absent\.ipynb"):
        export_notebook(tmp_path / "absent.ipynb", tmp_path / "page.html")
