"""What is wrong with a setting, in the words of whoever writes the file."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

__all__ = ["sentence"]

_EXAMPLES = {
    "year": 2026,
    "school_year": 2026,
    "choice_schools": 1302,
    "jail_schools": 1302,
    "centers_of_excellence": 1302,
}
_KINDS = {
    "int": "a whole number such as {example}",
    "float": "a number such as 60.0",
    "date": "a date such as 2026-06-20, without quotes",
    "bool": "true or false",
    "string": "text in quotes",
    "path": "text in quotes",
    "tuple": "a list in brackets, such as [{example}]",
    "dict": "a table of its own",
    "model": "a table of its own",
}
_LIMITS = {"ge": "at least {}", "gt": "more than {}", "le": "at most {}", "lt": "less than {}"}


def sentence(fault: Mapping[str, Any], known: Iterable[str], table: str) -> tuple[str, str]:
    """What pydantic's `fault` means, and the next step: neither repeats the value.

    `table` is where the setting stands, such as `[audit]`, and `known` are the settings there.
    """
    place = [str(part) for part in fault["loc"]]
    names = [part for part in place if not part.isdigit()]
    key = names[-1] if names else table
    if fault["type"] == "extra_forbidden":
        near = get_close_matches(key, list(known), n=1)
        guess = f"; did you mean {near[0]}?" if near else "."
        return f"{key} is not a setting of {table}{guess}", _listed(known if not near else ())
    if fault["type"] == "missing":
        return f"{table} has no {key}.", f"Write {key} = … below {table}."
    each = f"Each of {key} in {table}" if place[-1].isdigit() else f"{key} in {table}"
    return f"{each} must be {_wanted(fault, key)}.", ""


def _wanted(fault: Mapping[str, Any], key: str) -> str:
    limits = [
        text.format(fault["ctx"][name]) for name, text in _LIMITS.items() if _has(fault, name)
    ]
    if limits:
        return limits[0]
    if fault["type"] == "literal_error":
        return str(fault["ctx"]["expected"]).replace("'", '"')
    kind = _KINDS.get(fault["type"].partition("_")[0])
    if kind is None:
        return "something else than this"
    return kind.format(example=_EXAMPLES.get(key, '"…"' if "tuple" in fault["type"] else 10))


def _has(fault: Mapping[str, Any], limit: str) -> bool:
    return limit in fault.get("ctx", {})


def _listed(known: Iterable[str]) -> str:
    names = ", ".join(known)
    return f"Known: {names}." if names else ""
