"""The rules as data: what the suite files say, read without Great Expectations.

A suite file is what Great Expectations serialises. The `meta` of each expectation makes it a rule
of this package; districts write suites of their own, so what is wrong in one is said plainly.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edfi_audit.errors import SettingsError
from edfi_audit.validation.templates import TemplateError, columns_of

__all__ = ["SEVERITIES", "Rule", "Severity", "Source", "Suite", "load_suites"]

SEVERITIES = ("error", "warning", "info")
"""Worst first."""

FLAGS = ("attempt_status", "identity", "teacher_of_record", "cte_program_type")
CONFIDENCES = ("explicit", "derived", "inferred")
_TEXTS = ("id", "title", "observed", "expected", "remedy")
_OPTIONAL_TEXTS = ("cause_key", "cause", "screen", "message", "gate")
_LISTS = ("profiles", "needs")
_OPTIONAL_LISTS = ("judges",)
_TEMPLATES = ("observed", "expected", "cause_key", "cause")
_REQUIRED = (*_TEXTS, "severity", *_LISTS, "source", "confidence")


@dataclass(frozen=True)
class Severity:
    """How bad a failing row is: always `default`, or by the value of the column `by`.

    A value that `levels` does not list has the severity `default`.
    """

    default: str
    by: str | None = None
    levels: tuple[tuple[str, str], ...] = ()

    @property
    def worst(self) -> str:
        """The worst severity a row can have."""
        return _worst((self.default, *(level for _, level in self.levels)))


@dataclass(frozen=True)
class Source:
    """Where the rule comes from: the specification's file and the phrase in it."""

    file: str
    phrase: str


@dataclass(frozen=True)
class Rule:
    """One rule: an expectation of the suite `suite`, and what its `meta` says of it.

    `observed`, `expected`, `cause_key` and `cause` are templates over the columns of the audit
    table: `{column}`. `gate` says in words which rows are looked at, None where all are. `judges`
    names the inputs that the rule is about, beside those it merely needs: without a send gate's
    input a record counts as sent, but nobody can judge the gate.
    """

    id: str
    title: str
    suite: str
    severity: Severity
    profiles: tuple[str, ...]
    needs: tuple[str, ...]
    source: Source
    confidence: str
    observed: str
    expected: str
    remedy: str
    flag: str | None = None
    cause_key: str | None = None
    cause: str | None = None
    screen: str | None = None
    message: str | None = None
    gate: str | None = None
    judges: tuple[str, ...] = ()

    @property
    def worst_severity(self) -> str:
        """The worst severity a finding of this rule can have."""
        return self.severity.worst

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the audit table that the rule's texts and severity read, sorted."""
        templates = (self.observed, self.expected, self.cause_key, self.cause)
        named = {name for text in templates if text for name in columns_of(text)}
        return tuple(sorted(named | ({self.severity.by} if self.severity.by else set())))


@dataclass(frozen=True)
class Suite:
    """The rules of one suite file, which run on the audit table `table`."""

    name: str
    table: str
    path: Path
    rules: tuple[Rule, ...]


def load_suites(folder: Path, own: Path | None = None) -> tuple[Suite, ...]:
    """Every suite of `folder` (`*.json`), sorted by name, then those of a district's own folder.

    A `SettingsError` for a broken one, and for a name or a rule id that is used twice.
    """
    paths = [*sorted(folder.glob("*.json")), *(sorted(own.glob("*.json")) if own else ())]
    suites = tuple(_suite(path) for path in paths)
    seen: dict[str, str] = {}
    names: dict[str, Path] = {}
    for suite in suites:
        if suite.name in names:
            raise SettingsError(
                f"There is a suite {suite.name} already.",
                next_step=f"Give {suite.path} another name.",
            )
        names[suite.name] = suite.path
        for rule in suite.rules:
            if rule.id in seen:
                raise SettingsError(
                    f"The rule id {rule.id} is used twice: in {seen[rule.id]} and in "
                    f"{suite.path.name}.",
                    next_step="Give one of the two expectations another id.",
                )
            seen[rule.id] = suite.path.name
    return suites


def _suite(path: Path) -> Suite:
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"The suite {path.name} is not readable JSON.") from error
    if not isinstance(loaded, dict) or not isinstance(loaded.get("expectations"), list):
        raise SettingsError(
            f"The suite {path.name} has no list of expectations.",
            next_step="Write it as Great Expectations serialises a suite.",
        )
    meta = loaded.get("meta")
    table = meta.get("table", path.stem) if isinstance(meta, dict) else path.stem
    rules = tuple(
        _rule(path, number, each) for number, each in enumerate(loaded["expectations"], start=1)
    )
    return Suite(name=path.stem, table=str(table), path=path, rules=rules)


def _rule(path: Path, number: int, expectation: object) -> Rule:
    meta = expectation.get("meta") if isinstance(expectation, dict) else None
    if not isinstance(meta, dict):
        raise _wrong(path, f"expectation {number}", "has no meta")
    where = str(meta.get("id") or f"expectation {number}")
    _check(path, where, meta)
    return Rule(
        suite=path.stem,
        severity=_severity(path, where, meta["severity"]),
        profiles=tuple(meta["profiles"]),
        needs=tuple(meta["needs"]),
        judges=tuple(meta.get("judges", ())),
        source=_source(path, where, meta["source"]),
        confidence=meta["confidence"],
        flag=meta.get("flag"),
        **_texts(meta),
    )


def _texts(meta: Mapping[str, Any]) -> dict[str, Any]:
    return {key: meta.get(key) for key in (*_TEXTS, *_OPTIONAL_TEXTS)}


def _check(path: Path, where: str, meta: Mapping[str, Any]) -> None:
    missing = [key for key in _REQUIRED if meta.get(key) in (None, "")]
    if missing:
        raise _wrong(path, where, f"lacks {', '.join(missing)} in its meta")
    for key in (*_TEXTS, *_OPTIONAL_TEXTS):
        if not isinstance(meta.get(key), str | None):
            raise _wrong(path, where, f"has a {key} that is not text")
    for key in (*_LISTS, *_OPTIONAL_LISTS):
        if not _is_texts(meta.get(key, [])):
            raise _wrong(path, where, f"has {key} that are not a list of texts")
    if meta["confidence"] not in CONFIDENCES:
        raise _wrong(path, where, f"has a confidence that is none of {', '.join(CONFIDENCES)}")
    if meta.get("flag") not in (None, *FLAGS):
        raise _wrong(path, where, f"has a flag that is none of {', '.join(FLAGS)}")
    _check_templates(path, where, meta)


def _check_templates(path: Path, where: str, meta: Mapping[str, Any]) -> None:
    for key in _TEMPLATES:
        try:
            columns_of(meta.get(key) or "")
        except TemplateError as error:
            raise _wrong(path, where, f"has a broken template in {key}: {error}") from error


def _severity(path: Path, where: str, written: object) -> Severity:
    if isinstance(written, str):
        _check_level(path, where, written)
        return Severity(default=written)
    if not isinstance(written, dict) or not isinstance(written.get("by"), str):
        raise _wrong(path, where, 'has a severity that is neither a word nor {"by": column, …}')
    levels = {str(key): level for key, level in written.items() if key not in ("by", "default")}
    for level in (*levels.values(), *([written["default"]] if "default" in written else [])):
        _check_level(path, where, level)
    if not levels:
        raise _wrong(path, where, f"has a severity by {written['by']} that lists no value")
    return Severity(
        default=written.get("default", _worst(levels.values())),
        by=written["by"],
        levels=tuple(levels.items()),
    )


def _check_level(path: Path, where: str, level: object) -> None:
    if level not in SEVERITIES:
        raise _wrong(
            path, where, f"has the severity {level!r}, which is none of {', '.join(SEVERITIES)}"
        )


def _source(path: Path, where: str, written: object) -> Source:
    if not isinstance(written, dict) or not all(
        isinstance(written.get(key), str) and written[key] for key in ("file", "phrase")
    ):
        raise _wrong(path, where, "has a source without file and phrase")
    return Source(file=written["file"], phrase=written["phrase"])


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _worst(levels: Iterable[str]) -> str:
    return min(levels, key=SEVERITIES.index)


def _wrong(path: Path, where: str, what: str) -> SettingsError:
    return SettingsError(
        f"{path.name}: {where} {what}.",
        next_step="Compare it with a rule of the suites that ship with edfi-audit.",
    )
