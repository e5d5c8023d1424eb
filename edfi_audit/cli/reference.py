"""The generated pages of docs/reference: the commands, rules, audit tables and send gates.

`python -m edfi_audit.cli.reference docs/reference` brings them up to date.
"""

import sys
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import typer

from edfi_audit import bundled
from edfi_audit.cli.app import app
from edfi_audit.tables.catalogue import AuditTable, catalogue
from edfi_audit.validation.catalogue import Rule, Severity, Suite, load_suites
from edfi_audit.why.gates import Gate, gates, reference

__all__ = ["PAGES"]

_WIDTH = 80
_COMMANDS = """\
# The command line

Made from the commands' own `--help`. Settings are described in [settings.md](settings.md).

Text goes to stdout, progress and errors to stderr. Every command takes `--json` and then prints
one JSON document instead of text.
"""
_RULES = """\
# The rules

Made from the suites in `expectations/`. A rule whose inputs are missing is *not evaluated*, with
that reason. Confidence says whether the specification states the rule (explicit), a page of the
agency does (derived), or it follows from them by reasoning (inferred).
"""
_TABLES = """\
# The audit tables

Made from the comments of `edfi_audit/tables/*.sql`, in the order they are built. A run keeps each
as `tables/<name>.parquet`. A checked column that is null means: not evaluated for this row.
"""
_SEND_GATES = """\
# The send gates

Made from `expectations/reference/`. A record of the SIS is in the ODS when every gate passes, in
this order; the first that fails is its absence reason, and `edfi-audit why` shows them all for one
record. A gate whose answer the extract does not give is *not known*, and holds nothing back.
"""
_ORDER = """\
## Teacher of Record

In each session, one after the other in this order and of one rung “the newest teacher” first (the
later Staff History Start Date, then the higher id of the row), each is Teacher of Record whose
dates overlap nobody's who is already. Rows that do not overlap follow one another. Only a row whose
role is mapped and whose teacher has an Ed-Fi ID and a District Assignment that begins in time
competes; an override leaves nobody else.

| | who | means | specification |
|---|---|---|---|
"""
_LADDERS = {
    "beginDate": "Begin date of a staff section association",
    "endDate": "End date of a staff section association",
}


def commands() -> str:
    """cli.md: the program, then each command, as `--help` shows them at 80 columns."""
    program: Any = typer.main.get_command(app)
    whole = _context(program, "edfi-audit", None)
    parts = [_COMMANDS, _help("edfi-audit", program.get_help(whole))]
    for name, command in program.commands.items():
        parts.append(_help(f"edfi-audit {name}", command.get_help(_context(command, name, whole))))
    return "\n".join(parts)


def rules() -> str:
    """rules.md: every rule of every suite, with its inputs, its words and its source."""
    suites = load_suites(bundled.expectations())
    return "\n".join([_RULES, *(_suite(suite) for suite in suites)])


def tables() -> str:
    """tables.md: every audit table with its grain, its key, its inputs and what a null means."""
    return "\n".join([_TABLES, *(_table(table) for table in catalogue())])


def send_gates() -> str:
    """send-gates.md: each gate of each resource, the order of Teachers of Record, the dates."""
    resources = dict.fromkeys(row["resource"] for row in reference("send_gates"))
    ladders = (_ladder(field, title) for field, title in _LADDERS.items())
    return "\n".join([_SEND_GATES, *map(_gates, resources), _priorities(), *ladders])


PAGES = {
    "cli.md": commands,
    "rules.md": rules,
    "tables.md": tables,
    "send-gates.md": send_gates,
}
"""Each generated page of docs/reference and what makes it."""


def _context(command: Any, name: str, parent: Any) -> typer.Context:  # noqa: ANN401
    return typer.Context(
        command,
        info_name=name,
        parent=parent,
        terminal_width=_WIDTH,
        help_option_names=["-h", "--help"],
    )


def _help(title: str, text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return f"## {title}\n\n```text\n{lines}\n```\n"


def _suite(suite: Suite) -> str:
    return "\n".join([f"## {suite.name.replace('_', ' ')}\n", *map(_rule, suite.rules)])


def _rule(rule: Rule) -> str:
    facts = [
        f"{_severity(rule.severity)} · profile {', '.join(rule.profiles)} · {rule.confidence}",
        f"Specification: “{rule.source.phrase}” ({rule.source.file})",
        f"Expected: {rule.expected}",
        f"Fix: {rule.remedy}" + (f" ({rule.screen})" if rule.screen else ""),
        f"Needs: {_code(rule.needs)}",
    ]
    if rule.message:
        facts.insert(2, f"DPI message: {rule.message}")
    if rule.gate:
        facts.insert(1, f"Looks at: {rule.gate}")
    return "\n".join([f"### {rule.id} {rule.title}\n", *(f"- {fact}" for fact in facts), ""])


def _gates(resource: str) -> str:
    """The gates in order; a run of those of the section is one line."""
    lines = [
        "| gate | passes when | otherwise | looks at | specification |",
        "|---|---|---|---|---|",
    ]
    for owner, run in groupby(gates(resource), key=lambda gate: gate.resource):
        if owner == resource:
            lines += map(_gate, run)
        else:
            lines.append("| | The section is sent. | see [sections](#sections) | | |")
    return "\n".join([f"## {resource}\n", *lines, ""])


def _gate(gate: Gate) -> str:
    passes = f"{gate.passes} *Not known:* {gate.unknown}" if gate.unknown else gate.passes
    looks_at = ", ".join(label for label, _ in gate.values)
    return f"| `{gate.name}` | {passes} | {gate.fails} | {looks_at} | {_cited(vars(gate))} |"


def _priorities() -> str:
    rows = enumerate(reference("teacher_of_record_priorities"), start=1)
    return _ORDER + "".join(
        f"| {place} | {row['title']} | {row['sentence']} | {_cited(row)} |\n" for place, row in rows
    )


def _ladder(field: str, title: str) -> str:
    """One of the ladders of dates: the first rung whose condition holds gives the date."""
    rungs = (row for row in reference("date_ladders") if row["field"] == field)
    lines = (f"| {row['value']} | {row['condition']} | {_cited(row)} |" for row in rungs)
    head = "| the date is | when | specification |\n|---|---|---|"
    return "\n".join([f"## {title}\n", head, *lines, ""])


def _cited(row: Mapping[str, str]) -> str:
    return f"“{row['phrase']}” ({row['source']})"


def _severity(severity: Severity) -> str:
    levels = ", ".join(f"{level} when {value}" for value, level in severity.levels)
    return f"{levels}; else {severity.default}" if levels else severity.default


def _table(table: AuditTable) -> str:
    facts = [f"Grain: {table.grain}", f"Inputs: {_code(table.inputs)}"]
    facts += [f"Key of {resource}: {_code(key)}" for resource, key in table.keys.items()]
    if table.nulls:
        facts.append(f"Nulls: {table.nulls}")
    return "\n".join([f"## {table.name}\n", *(f"- {fact}" for fact in facts), ""])


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    for name, page in PAGES.items():
        (Path(sys.argv[1]) / name).write_text(page(), encoding="utf-8")
