"""Programs stated on associations and sections, and the students' own program associations.

A rule about a program gives its association once per program that it finds fault with.
"""

from collections import Counter
from collections.abc import Iterator

from edfi_audit.sandbox.world.oracle.parsing import section_key, text
from edfi_audit.sandbox.world.oracle.records import Keyed, Records, Rule
from edfi_audit.sandbox.world.oracle.shapes import Association, Program, SectionKey

__all__ = ["RULES"]

_HIGH_SCHOOL = 9
_IRC_FROM = 2025


def on_section_alone(records: Records) -> Iterator[Keyed]:
    """CTE-007: the section states a career or dual program, none of its associations does."""
    for section in records.sections:
        own = records.in_section(section.section)
        stated = [program for one in own for program in one.programs]
        if (
            records.is_public(section.school_id)
            and own
            and any(records.takes_part(program) for program in section.programs)
            and not any(records.takes_part(program) for program in stated)
        ):
            yield Keyed(section.key)


def for_everyone(records: Records) -> Iterator[Keyed]:
    """CTE-008: ten or more students, and one career program is stated for every one of them."""
    for section in records.sections:
        taken: dict[str, set[Program]] = {}
        for one in records.in_section(section.section):
            if one.student is not None:
                taken.setdefault(one.student, set()).update(_career(records, one))
        enough = len(taken) >= records.facts.cte_section_students
        if records.is_public(section.school_id) and enough and set.intersection(*taken.values()):
            yield Keyed(section.key)


def _career(records: Records, one: Association) -> list[Program]:
    return [
        program
        for program in one.programs
        if program.is_whole and records.takes_part(program) and not records.is_dual(program)
    ]


def taught_from_outside(records: Records) -> Iterator[Association]:
    """CTE-012: a dual section with a teacher who has no school in the section's district."""
    strangers = _sections_with_strangers(records)
    for one in _dual(records):
        if one.section in strangers:
            yield one


def too_young_for_dual(records: Records) -> Iterator[Association]:
    """CTE-013: dual enrolment below grade 9."""
    for one in _dual(records):
        levels = records.grade_levels(one.student)
        if levels and max(levels) < _HIGH_SCHOOL:
            yield one


def _dual(records: Records) -> Iterator[Association]:
    for one in records.public():
        if any(records.is_dual(program) for program in one.programs):
            yield one


def _sections_with_strangers(records: Records) -> set[SectionKey]:
    schools: dict[str, set[int]] = {}
    for row in records.staff_schools:
        staff = text((row.get("staffReference") or {}).get("staffUniqueId"))
        school = (row.get("schoolReference") or {}).get("schoolId")
        if staff and school is not None:
            schools.setdefault(staff, set()).add(school)
    found = set()
    for row in records.staff_sections:
        staff = text((row.get("staffReference") or {}).get("staffUniqueId"))
        section = section_key(row.get("sectionReference") or {})
        if staff and section and not _is_local(records, section.school_id, schools.get(staff)):
            found.add(section)
    return found


def _is_local(records: Records, school_id: int, own: set[int] | None) -> bool:
    """At a school of the same agency; where that is unknown, at the very school."""
    lea = records.lea_of(school_id)
    if lea is None:
        return school_id in (own or ())
    return any(records.lea_of(one) == lea for one in own or ())


def status_without_certificate(records: Records) -> Iterator[Keyed]:
    """CTE-015: a certificated status on a program other than Certified (from 2025: IRC)."""
    code = "IRC" if records.facts.school_year >= _IRC_FROM else "Certified"
    right = records.facts.uri("ProgramType", code)
    for one in records.career:
        given = one.certificated_status is not None and one.program.type is not None
        if given and one.program.type != right and records.is_public(one.ed_org):
            yield Keyed(one.key)


def without_program_association(records: Records) -> Iterator[Association]:
    """CTE-016: the student has no program association of the same program."""
    known = {(one.student, one.program) for one in records.participations}
    for one in records.public():
        for program in one.programs:
            given = program.is_whole and one.student is not None
            if given and (one.student, program) not in known:
                yield one


def stated_twice(records: Records) -> Iterator[Association]:
    """CTE-017: the same program more than once in one list."""
    for one in records.public():
        repeated = {
            program
            for stated in (one.core, one.own)
            for program, times in Counter(stated).items()
            if program.is_whole and times > 1
        }
        for _ in repeated:
            yield one


def stated_differently(records: Records) -> Iterator[Association]:
    """CTE-018: in both lists, but by a type that the other list never gives it."""
    for one in records.public():
        core, own = ({p for p in stated if p.is_whole} for stated in (one.core, one.own))
        for program in core ^ own:
            other = own if program in core else core
            if any(program[:2] == twin[:2] for twin in other):
                yield one


_OF = "studentSectionAssociations"
RULES = (
    Rule("CTE-007", "warning", "sections", on_section_alone),
    Rule("CTE-008", "info", "sections", for_everyone),
    Rule("CTE-012", "warning", _OF, taught_from_outside),
    Rule("CTE-013", "warning", _OF, too_young_for_dual),
    Rule("CTE-015", "error", "studentCTEProgramAssociations", status_without_certificate),
    Rule("CTE-016", "info", _OF, without_program_association),
    Rule("CTE-017", "warning", _OF, stated_twice),
    Rule("CTE-018", "warning", _OF, stated_differently),
)
