"""An answer in words: as plain text for a terminal, as HTML for a notebook cell."""

import json
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

import jinja2

__all__ = ["as_html", "as_text"]

_WIDTH = 80
_FEW = 3
_NOTHING = {
    True: "Nothing: no record of the extract goes by this key.",
    False: "Nothing is known: no SIS extract was loaded.",
}
_MAIN = {
    "section": "sections",
    "course": "courseOfferings",
    "student": "studentSectionAssociations",
    "staff": "staffSectionAssociations",
}
"""The resource whose gates are shown of each kind of subject."""
RESOURCES = {
    "courseOfferings": "Course offering",
    "sections": "Section",
    "staffSectionAssociations": "Staff section association",
    "studentSectionAssociations": "Student section association",
}


def as_text(document: Mapping[str, Any]) -> str:
    """The answer in at most 80 columns, without colour."""
    return _render("txt.j2", document)


def as_html(document: Mapping[str, Any]) -> str:
    """The answer as a piece of HTML that loads nothing."""
    return _render("html.j2", document)


def _render(kind: str, document: Mapping[str, Any]) -> str:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("edfi_audit.why"),
        autoescape=jinja2.select_autoescape(["html.j2"]),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {
        "wrapped": _wrapped,
        "json": _json,
        "aligned": _aligned,
        "timeline_rows": _timeline_rows,
    }
    year = document["school_year"]
    page = environment.get_template(
        f"{'candidates' if 'candidates' in document else 'answer'}.{kind}"
    )
    return page.render(
        a=document,
        years=f"{year - 1}-{year % 100:02d}",
        names=RESOURCES,
        traces=_traces(document),
        decisions=_decisions(document),
        nothing=_NOTHING[document["extract"] is not None],
    ).rstrip("\n")


def _traces(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The subject's records that went the same way through the gates, told once; held back first.

    Keys: resource, records, gates; a gate's values are those of all its records;
    passed_of_section counts the gates of a person's section where all of them pass.
    """
    same: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for record in document.get("records", ()):
        if record["resource"] == _MAIN[document["subject"]["kind"]]:
            results = tuple(gate["result"] for gate in record["gates"])
            same.setdefault(results, []).append(record)
    return [
        {
            "resource": group[0]["resource"],
            "records": group,
            "gates": _folded(group),
            "passed_of_section": _passed_of_section(group[0]),
        }
        for group in sorted(same.values(), key=lambda group: group[0]["sent"])
    ]


def _passed_of_section(record: Mapping[str, Any]) -> int:
    """How many gates are the section's, where none of them holds the record back."""
    of_section = [gate for gate in record["gates"] if gate["of"] != record["resource"]]
    return 0 if any(gate["result"] == "fail" for gate in of_section) else len(of_section)


def _decisions(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Decisions that differ in nothing but dates, told once; `sessions` names theirs.

    Each candidate has the days it would report as `dates`.
    """
    same: dict[str, list[Mapping[str, Any]]] = {}
    for one in document.get("teachers", ()):
        same.setdefault(_json(_dateless(one)), []).append(one)
    return [
        {
            "sessions": [one["session_name"] for one in group],
            "winners": group[0]["winners"],
            "priorities": [
                {**rungs[0], "candidates": _dated([rung["candidates"] for rung in rungs])}
                for rungs in zip(*(one["priorities"] for one in group), strict=True)
            ],
            "others": _dated([one["others"] for one in group]),
        }
        for group in same.values()
    ]


def _dateless(value: Any) -> Any:  # noqa: ANN401 - any plain data
    """A decision without what is its session's own."""
    if isinstance(value, Mapping):
        own = {"session_name", "begins", "ends"}
        return {name: _dateless(one) for name, one in value.items() if name not in own}
    return [_dateless(one) for one in value] if isinstance(value, list) else value


def _dated(sessions: list[list[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """The candidates of several sessions, each with its dates in all of them."""
    return [
        {
            **same[0],
            "dates": _several(
                f"{one['begins'] or '…'} to {one['ends'] or '…'}"
                for one in same
                if one["begins"] or one["ends"]
            ),
        }
        for same in zip(*sessions, strict=True)
    ]


def _folded(group: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    paths = zip(*(record["gates"] for record in group), strict=True)
    return [
        {
            **gates[0],
            "values": {
                label: _several([gate["values"][label] for gate in gates])
                for label in gates[0]["values"]
            },
        }
        for gates in paths
    ]


def _several(values: Iterable[str]) -> str:
    different = list(dict.fromkeys(values))
    if len(different) > _FEW:
        return f"{len(different)} different values"
    return " / ".join(different)


def _wrapped(text: str, indent: int = 0, hang: int | None = None) -> str:
    """`text` in lines of at most 80 columns, indented, the later ones by `hang`."""
    later = indent if hang is None else hang
    return textwrap.fill(
        text, _WIDTH, initial_indent=" " * indent, subsequent_indent=" " * later,
        break_on_hyphens=False,
    )  # fmt: skip


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _timeline_rows(line: Mapping[str, Any], not_compared: bool) -> list[list[str]]:  # noqa: FBT001
    """A header and one row per interval: from, to, by the SIS, in the ODS, what stands out."""
    by_sis = "not compared" if not_compared else "nobody"
    return [
        ["From", "To", "By the SIS", "In the ODS", ""],
        *(
            [
                one["begins"],
                one["ends"],
                ", ".join(one["sis"]) or by_sis,
                ", ".join(one["ods"]) or "nobody",
                one["note"],
            ]
            for one in line["intervals"]
        ),
    ]


def _aligned(rows: list[list[str]]) -> str:
    """The rows as columns, two spaces apart."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(f"  {line}".rstrip() for line in lines)
