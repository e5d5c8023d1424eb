"""The answer to a question: plain data, shown as text or as HTML."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edfi_audit.why.display import as_html, as_text
from edfi_audit.why.keys import resolve
from edfi_audit.why.summary import described, summarise
from edfi_audit.why.tables import opened

__all__ = ["Answer", "why"]


@dataclass(frozen=True)
class Answer:
    """What there is to say of one subject, or the candidates of a key that may mean several.

    Shows itself in a notebook. `document` is plain data that JSON can write; its keys are those of
    `edfi_audit.why.summary`, or `candidates`.
    """

    document: Mapping[str, Any]

    @property
    def is_ambiguous(self) -> bool:
        """Whether the key may mean several things, of which one must be chosen."""
        return "candidates" in self.document

    @property
    def text(self) -> str:
        """In at most 80 columns, without colour."""
        return as_text(self.document)

    def as_json(self) -> dict[str, Any]:
        """The document, for a program."""
        return dict(self.document)

    def _repr_html_(self) -> str:
        return as_html(self.document)

    def __repr__(self) -> str:
        return self.text


def why(
    folder: Path,
    facts: Mapping[str, Any],
    key: str,
    *,
    school_id: int | None = None,
    kind: str | None = None,
) -> Answer:
    """What the run in `folder` says of `key`; `facts` is its `run.json`.

    See `edfi_audit.why.keys` for what a key may be; `school_id` and `kind` choose among several
    things. A `NotFoundError` for a key that means nothing.
    """
    names = ("run_id", "school_year", "profile", "audit_date", "extract")
    about = {name: facts[name] for name in names}
    with opened(folder) as tables:
        subjects = resolve(tables, key, facts["school_year"], school_id=school_id, kind=kind)
        if len(subjects) > 1:
            return Answer(about | {"candidates": [described(one, facts) for one in subjects]})
        return Answer(about | summarise(tables, subjects[0], facts))
