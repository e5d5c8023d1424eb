"""A run in words: as plain text for a terminal, as HTML for a notebook cell."""

import textwrap
from collections.abc import Mapping
from typing import Any

import jinja2

__all__ = ["as_html", "as_text"]


def as_text(summary: Mapping[str, Any]) -> str:
    """The run's summary in at most 80 columns, without colour."""
    return _render("run.txt.j2", summary)


def as_html(summary: Mapping[str, Any]) -> str:
    """The run's summary as a piece of HTML that loads nothing."""
    return _render("run.html.j2", summary)


def _render(template: str, summary: Mapping[str, Any]) -> str:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("edfi_audit.findings"),
        autoescape=jinja2.select_autoescape(["html.j2"]),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    year = summary["school_year"]
    environment.filters["wrapped"] = _wrapped
    page = environment.get_template(template)
    return page.render(s=summary, years=f"{year - 1}-{year % 100:02d}").rstrip("\n")


def _wrapped(text: str, indent: int) -> str:
    """`text` in lines of at most 80 columns, the later ones indented."""
    lines = textwrap.wrap(text, width=80, subsequent_indent=" " * indent)
    return "\n".join(lines)
