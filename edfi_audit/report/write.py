"""Write a run's report: one self-contained HTML file and one CSV of all findings."""

from pathlib import Path

import jinja2

from edfi_audit.report.content import Summary
from edfi_audit.report.export import write_csv
from edfi_audit.report.summary import summarise

__all__ = ["csv_beside", "render", "write"]


def write(run_folder: Path, path: Path, *, school: int | None = None) -> Path:
    """Write the report of the run in `run_folder`, and its findings to `csv_beside(path)`.

    With `school`, only that school. Both files are readable by their owner alone; each is put in
    place whole. Raises `NotFoundError` for an unknown school.
    """
    summary = summarise(run_folder, school=school)
    path.parent.mkdir(parents=True, exist_ok=True)
    csv = csv_beside(path)
    write_csv(run_folder, csv, school=school)
    staged = path.with_name(f".{path.name}.new")
    staged.touch(mode=0o600)
    staged.write_text(render(summary, csv_name=csv.name), encoding="utf-8")
    staged.replace(path)
    return path


def csv_beside(path: Path) -> Path:
    """Where the findings of the report at `path` are: `<stem>-findings.csv`."""
    return path.with_name(f"{path.stem}-findings.csv")


def render(summary: Summary, *, csv_name: str = "") -> str:
    """The report as one HTML page that loads nothing and needs no script."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("edfi_audit.report"),
        autoescape=jinja2.select_autoescape(["html.j2"]),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    page = environment.get_template("report.html.j2")
    return page.render(s=summary, csv_name=csv_name)
