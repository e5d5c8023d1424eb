"""A notebook as one HTML page that loads nothing from the network.

nbconvert's own template names four CDN addresses and drops plotly's charts; a school network
blocks the first, and an analyst needs the second. The template beside this file mends both.
"""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from edfi_audit.errors import NotFoundError

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["TEMPLATE", "TEMPLATE_FOLDER", "export_notebook"]

TEMPLATE = "edfi_audit"
TEMPLATE_FOLDER = Path(__file__).parent / "nbconvert"


def export_notebook(notebook: Path, target: Path, *, code: bool = False) -> Path:
    """Write the executed `notebook`, with its outputs, to `target` as one HTML page.

    The code cells are left out unless `code` is true. The page is readable by its owner alone.
    """
    import nbformat
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    if not notebook.is_file():
        raise NotFoundError(f"There is no notebook {notebook}.", next_step="Check the path.")
    content = nbformat.read(notebook, as_version=4)
    config = Config()
    config.TemplateExporter.extra_template_basedirs = [str(TEMPLATE_FOLDER)]
    exporter = HTMLExporter(
        config=config,
        template_name=TEMPLATE,
        exclude_input=not code,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    with warnings.catch_warnings():
        # nbconvert asks for alternative texts on images; our charts carry captions in the page.
        warnings.filterwarnings("ignore", message="Alternative text is missing")
        page, _ = exporter.from_notebook_node(
            content,
            resources={
                "metadata": {"name": notebook.stem},
                "plotly_js": _plotly_library() if _has_charts(content) else "",
            },
        )
    target.touch(mode=0o600)
    target.write_text(page, encoding="utf-8")
    return target


def _has_charts(content: "NotebookNode") -> bool:
    return any(
        "application/vnd.plotly.v1+json" in output.get("data", {})
        for cell in content.cells
        for output in cell.get("outputs", [])
    )


def _plotly_library() -> str:
    from plotly.offline import get_plotlyjs

    library: str = get_plotlyjs()
    return library
