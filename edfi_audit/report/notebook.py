"""A notebook as one HTML page that loads nothing from the network.

nbconvert's own template names four CDN addresses and drops plotly's charts; a school network
blocks the first, and an analyst needs the second. The template beside this file mends both, here
and in JupyterLab's own export (`export_settings`).
"""

import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from edfi_audit.errors import NotFoundError

__all__ = ["export_notebook", "export_settings"]

_TEMPLATES = Path(__file__).parent / "nbconvert"


def export_settings() -> dict[str, dict[str, Any]]:
    """What nbconvert must be told, in this process or in JupyterLab's: class, trait, value.

    The charts' data pass JupyterLab's "sanitize HTML output"; they are drawn by the template.
    """
    plotly = find_spec("plotly")
    library = str(Path(plotly.origin).parent / "package_data") if plotly and plotly.origin else ""
    return {
        "HTMLExporter": {"template_name": "edfi_audit"},
        "TemplateExporter": {
            "extra_template_basedirs": [str(_TEMPLATES)],
            "extra_template_paths": [library],
        },
        "SanitizeHTML": {
            "safe_output_keys": {
                "metadata",
                "text/plain",
                "text/latex",
                "application/json",
                "image/png",
                "image/jpeg",
                "application/vnd.plotly.v1+json",
            }
        },
    }


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
    exporter = HTMLExporter(
        config=Config(export_settings()),
        exclude_input=not code,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    with warnings.catch_warnings():
        # nbconvert asks for alternative texts on images; our charts carry captions in the page.
        warnings.filterwarnings("ignore", message="Alternative text is missing")
        page, _ = exporter.from_notebook_node(
            content, resources={"metadata": {"name": notebook.stem}}
        )
    target.touch(mode=0o600)
    target.write_text(page, encoding="utf-8")
    return target
