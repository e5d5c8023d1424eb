"""The four headline flags: what each asks, of which records, and which rules answer it."""

from dataclasses import dataclass

__all__ = ["FLAGS", "Flag", "flag_named"]


@dataclass(frozen=True)
class Flag:
    """A headline flag. `key` is what a rule's `meta.flag` holds.

    `lead` are the rules whose failing rows are its number: they look at the same records, so
    their failures add up, and the largest number evaluated at a school is the base there. Other
    rules that carry the flag belong to its list of findings, not to the number.
    """

    key: str
    title: str
    counted: str
    lead: tuple[str, ...]
    why: str


FLAGS = (
    Flag(
        "attempt_status",
        "Missing attempt status",
        "student section associations",
        ("ATT-001",),
        "A blank is read as Sufficient by DPI, and then a grade is expected.",
    ),
    Flag(
        "identity",
        "Orphaned identity mappings",
        "records",
        ("IDM-001", "IDM-002", "IDM-003", "IDM-004", "IDM-005", "IDM-006"),
        "The SIS, its mapping table and the ODS disagree about whether a record exists.",
    ),
    Flag(
        "teacher_of_record",
        "Sections without a Teacher of Record",
        "sections with students",
        ("TOR-001", "TOR-002"),
        "No teacher answers for the students of these sections.",
    ),
    Flag(
        "cte_program_type",
        "CTE programs without a programTypeDescriptor",
        "program references",
        ("CTE-001",),
        "Without its type a program counts for no career education report.",
    ),
)

_BY_KEY = {flag.key: flag for flag in FLAGS}


def flag_named(key: str) -> Flag:
    """The flag `key`; a `KeyError` when there is none."""
    return _BY_KEY[key]
