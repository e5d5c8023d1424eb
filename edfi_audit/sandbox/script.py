"""A script of faults: which befall a request, and how a script is read from a file."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from threading import Lock

from pydantic import TypeAdapter, ValidationError

from edfi_audit.errors import SettingsError
from edfi_audit.sandbox.faults import Fault, Rule
from edfi_audit.sandbox.script_faults import sentence
from edfi_audit.sandbox.targets import Target

__all__ = ["Script", "read_script", "require_known"]

_RULES = TypeAdapter(tuple[Rule, ...])


class Script:
    """Rules, and how often each has been met; `rules` may be exchanged while the server runs."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._lock = Lock()
        self.rules = tuple(rules)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules in the order in which their faults befall one request."""
        return self._rules

    @rules.setter
    def rules(self, rules: Iterable[Rule]) -> None:
        with self._lock:
            self._rules = tuple(rules)
            self._met: Counter[int] = Counter()

    def due(self, target: Target, page: Callable[[], int | None]) -> list[Fault]:
        """The faults that befall this request; `page` gives its page number if a rule needs it."""
        found = []
        with self._lock:
            for number, rule in enumerate(self._rules):
                if _fits(rule, target) and (rule.page is None or rule.page == page()):
                    self._met[number] += 1
                    if _is_due(rule, self._met[number]):
                        found.append(rule.fault)
        return found


def _fits(rule: Rule, target: Target) -> bool:
    return rule.endpoint in {"any", target.endpoint} and (
        rule.resource is None or rule.resource.lower() == target.resource
    )


def _is_due(rule: Rule, met: int) -> bool:
    first = rule.request or 1
    times = rule.times
    if times is None:
        times = 0 if rule.request is None else 1
    return met >= first and (times == 0 or met < first + times)


def read_script(path: Path) -> tuple[Rule, ...]:
    """The rules of a JSON file, a list of `{"fault": {"kind": …, …}, "resource": …, …}`.

    `SettingsError` for a file that is missing or says something else.
    """
    try:
        return _RULES.validate_json(path.read_bytes())
    except OSError as error:
        raise SettingsError(
            f"The script {path} cannot be read: {error.strerror}.",
            next_step="Name a script of faults, a JSON file.",
        ) from None
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        what, next_step = sentence(wrong)
        raise SettingsError(
            f"The script {path} is not right: {what}", next_step=next_step
        ) from None


def require_known(rules: Iterable[Rule], resources: Collection[str]) -> None:
    """Raise a `SettingsError` for a rule of a resource that is not served: it would never befall.

    `resources` are the served ones in lower case.
    """
    for number, rule in enumerate(rules, start=1):
        for name in (rule.resource, getattr(rule.fault, "resource", None)):
            if name is not None and name.lower() not in resources:
                raise SettingsError(
                    f"Rule {number} of the script is about {name}, which is not served.",
                    next_step="Write a resource as Ed-Fi does: studentSectionAssociations.",
                )
