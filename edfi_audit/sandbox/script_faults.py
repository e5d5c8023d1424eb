"""What is wrong with a script of faults, in the words of whoever writes it."""

from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches
from typing import Any, get_args

from edfi_audit.sandbox.faults import Fault, Rule

__all__ = ["KINDS", "sentence"]

KINDS: Mapping[str, type] = {
    kind.kind: kind for kind in get_args(get_args(Fault)[0]) if kind.kind != "do"
}
"""Every fault that a file may name, by its kind."""

_EXAMPLE = 'Write a list of rules such as [{"fault": {"kind": "status", "status": 503}}].'
_TYPES = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "string": "text in quotes",
    "dict": "an object",
    "mapping": "an object",
    "dataclass": "an object in braces",
    "model": "an object in braces",
}
_BELOW_KIND = 3  # rule, "fault", kind, and then its members
_LIMITS = {"ge": "at least {:g}", "le": "at most {:g}"}


def sentence(wrong: Mapping[str, Any]) -> tuple[str, str]:
    """What pydantic's error means, and the next step. Rules are counted from 1."""
    place, kind = list(wrong["loc"]), wrong["type"]
    if kind == "json_invalid":
        return f"it is no JSON, {wrong['ctx']['error']}.", _EXAMPLE
    if not place:
        return "it is no list of rules.", _EXAMPLE
    rule = f"rule {place[0] + 1}"
    if "do" in place[2:3] or wrong.get("ctx", {}).get("tag") == "do":
        return f"the fault of {rule}, do, is for tests and cannot stand in a file.", _kinds()
    if kind.startswith("union_tag"):
        return _untagged(wrong, rule)
    return _member(wrong, place, rule)


def _untagged(wrong: Mapping[str, Any], rule: str) -> tuple[str, str]:
    tag = wrong.get("ctx", {}).get("tag")
    if tag is None:
        return f"the fault of {rule} has no kind.", _kinds()
    near = get_close_matches(tag, KINDS, n=1)
    guess = f"; did you mean {near[0]}?" if near else "."
    return f"{tag} in {rule} is no kind of fault{guess}", "" if near else _kinds()


def _member(wrong: Mapping[str, Any], place: list[Any], rule: str) -> tuple[str, str]:
    """The error of one member: of the rule itself, or of its fault, which stands below its kind."""
    if len(place) == 1:
        return f"{rule} must be an object in braces.", _EXAMPLE
    where, members, name = rule, fields(Rule), str(place[1])
    if len(place) > _BELOW_KIND:
        where, members, name = f"the fault {place[2]} of {rule}", fields(KINDS[place[2]]), place[3]
    if wrong["type"] == "missing":
        return f"{where} has no {name}.", _EXAMPLE if name == "fault" else ""
    if wrong["type"] == "unexpected_keyword_argument":
        known = [member.name for member in members]
        near = get_close_matches(name, known, n=1)
        guess = f"; did you mean {near[0]}?" if near else "."
        return f"{where} knows no {name}{guess}", "" if near else f"Known: {', '.join(known)}."
    return f"{name} in {where} must be {_wanted(wrong)}.", ""


def _wanted(wrong: Mapping[str, Any]) -> str:
    context = wrong.get("ctx", {})
    for name, text in _LIMITS.items():
        if name in context:
            return text.format(context[name])
    if "expected" in context:
        return str(context["expected"]).replace("'", "")
    return _TYPES.get(str(wrong["type"]).partition("_")[0], "something else")


def _kinds() -> str:
    return f"Kinds: {', '.join(KINDS)}."
