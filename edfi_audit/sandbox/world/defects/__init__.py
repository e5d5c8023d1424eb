"""The catalogue of defects: one planter per rule, in the order they are planted.

A planter spoils a clean world in a few places and notes every finding that must follow: those of
its rule as planted, those that the identity ledger comes to as collateral. What follows is worked
out from the rules' words, never from the queries that look for it. Where a rule compares with an
earlier audit, its planter is a generator: what was so already, a `yield`, what has changed since.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from random import Random
from types import MappingProxyType

from edfi_audit.sandbox.world.defects import (
    associations,
    attempts,
    codes,
    coverage,
    dates,
    enrollments,
    grading,
    history,
    identity,
    ladders,
    mappings,
    minutes,
    offerings,
    outcomes,
    participations,
    programs,
    schools,
    staff,
    staffing,
    syncs,
    teachers,
)
from edfi_audit.sandbox.world.defects.stage import NotNowError, Stage
from edfi_audit.sandbox.world.world import World

__all__ = ["CATALOGUE", "Planter", "plant", "rules_in"]

Planter = Callable[[Stage], Iterator[None] | None]

CATALOGUE: Mapping[str, Planter] = MappingProxyType(
    {
        "TOR-001": teachers.unstaffed,
        "IDM-004": identity.zombie,
        "SSA-008": associations.student,
        "CTE-010": programs.unstaffed_dual,
        "CTE-011": programs.untaught_dual,
        "CTE-009": programs.forgotten_on_return,
        "SSA-014": dates.overlapping,
        "WIX-002": schools.no_final_task,
        "IDM-001": identity.lost_record,
        "TOR-005": teachers.ignored_override,
        "TOR-006": teachers.unusable_override,
        "STF-005": staff.unmapped_role,
        "TOR-002": teachers.no_teacher_of_record,
        "TOR-003": teachers.two_teachers_of_record,
        "TOR-004": teachers.others_teacher,
        "STF-006": staff.no_edfi_id,
        "STF-008": staff.no_district_assignment,
        "IDM-002": identity.unlinked,
        "IDM-003": identity.never_sent,
        "IDM-005": identity.dangling_mapping,
        "IDM-006": identity.orphan,
        "IDM-010": identity.conflicting_mappings,
        "SSA-001": associations.at_choice_school,
        "SSA-002": associations.no_begin_date,
        "SSA-003": associations.course_code,
        "SSA-004": associations.school,
        "SSA-005": associations.school_year,
        "SSA-006": associations.section,
        "SSA-007": associations.session,
        "SSA-009": dates.no_end_date,
        "SSA-010": programs.no_agency,
        "SSA-011": dates.backwards,
        "SSA-012": dates.outside_year,
        "CTE-001": programs.no_type,
        "CTE-002": programs.no_name,
        "CTE-003": programs.unknown_type,
        "CTE-004": programs.forbidden_type,
        "CTE-005": programs.not_listed,
        "CTE-006": programs.participant_without_program,
        "ATT-002": attempts.unknown,
        "ATT-001": attempts.missing,
        "ATT-010": outcomes.completed_with_grade,
        "ATT-011": outcomes.completed_without_grade,
        "ATT-012": outcomes.completed_ungradable,
        "ATT-013": outcomes.audited,
        "ATT-014": outcomes.withdrawn_with_grade,
        "ATT-015": outcomes.withdrawn_without_grade,
        "ATT-016": outcomes.returned_with_grade,
        "ATT-017": outcomes.returned_without_grade,
        "ATT-019": outcomes.insufficient_too_early,
        "ATT-020": outcomes.participant_without_grade,
        "CTE-014": outcomes.insufficient_participant,
        "GRD-001": grading.sufficient_without_final,
        "GRD-002": grading.not_final,
        "GRD-003": grading.several_finals,
        "GRD-004": grading.on_earlier_association,
        "GRD-005": grading.not_graded,
        "GRD-006": grading.without_association,
        "SSA-013": enrollments.outside_session,
        "SSA-015": enrollments.touching_return,
        "SSA-016": enrollments.never_rostered,
        "SSA-017": enrollments.uncovered,
        "SSA-018": enrollments.without_enrollment,
        "SSA-019": enrollments.not_one_primary,
        "SSA-020": enrollments.wrong_primary_type,
        "SSA-021": enrollments.coursework_without_section,
        "SSA-022": enrollments.coursework_at_large,
        "SSA-023": enrollments.speech_alone,
        "SSA-025": enrollments.also_outside_jail,
        "SSA-026": enrollments.beyond_enrollment,
        "CTE-007": participations.on_section_alone,
        "CTE-008": participations.for_everyone,
        "CTE-012": participations.taught_from_outside,
        "CTE-013": participations.too_young_for_dual,
        "CTE-015": participations.status_without_certificate,
        "CTE-016": participations.without_program_association,
        "CTE-017": participations.stated_twice,
        "CTE-018": participations.stated_differently,
        "SSA-024": schools.jail_without_roster,
        "SSA-027": schools.ungraded_withdrawals,
        "ATT-018": schools.vendor_default,
        "WIX-001": schools.elementary_left_out,
        "CO-001": offerings.twice,
        "CO-002": offerings.not_sent,
        "CO-003": offerings.unplaced,
        "CO-004": offerings.closed_course,
        "CO-005": offerings.excluded_calendar,
        "CO-006": offerings.excluded_school,
        "CO-007": offerings.number,
        "CO-008": offerings.references,
        "CO-009": offerings.unknown_references,
        "CO-010": offerings.instead_of_the_right_session,
        "CO-011": offerings.beside_the_right_session,
        "CO-012": offerings.title,
        "CO-013": offerings.unreported_field,
        "CO-014": offerings.school_number,
        "CO-016": offerings.deleted_section,
        "CO-017": offerings.school_year,
        "CO-018": offerings.no_section,
        "CO-019": offerings.without_section,
        "MIN-001": minutes.by_override,
        "MIN-002": minutes.by_course,
        "MIN-003": minutes.by_periods,
        "MIN-004": minutes.unequal_sections,
        "MIN-005": minutes.zero,
        "MIN-006": minutes.impossible,
        "MAP-001": codes.another_code,
        "MAP-002": codes.no_code,
        "MAP-003": codes.another_status,
        "MAP-004": codes.unknown_code,
        "MAP-005": codes.two_prefixes,
        "MAP-006": codes.special_education,
        "MAP-007": codes.center_of_excellence,
        "MAP-008": codes.code_of_none,
        "MAP-009": codes.two_statuses,
        "MAP-010": codes.mapping_changed,
        "STF-001": staffing.aide,
        "STF-002": staffing.not_sent,
        "STF-003": staffing.excluded_calendar,
        "STF-004": staffing.inactive_course,
        "STF-007": staffing.excluded_school,
        "STF-009": staffing.outside_terms,
        "STF-010": staffing.later_history,
        "STF-011": staffing.later_assignment,
        "STF-012": staffing.not_in_history,
        "STF-013": staffing.nobody,
        "STF-014": staffing.not_used,
        "STF-015": staffing.school_year,
        "STF-016": staffing.unknown_position,
        "STF-017": staffing.not_assigned,
        "STF-018": staffing.twice_at_once,
        "DTE-001": ladders.history_start,
        "DTE-002": ladders.assignment_start,
        "DTE-003": ladders.begins_with_term,
        "DTE-004": ladders.assigned_after_term,
        "DTE-005": ladders.history_end,
        "DTE-006": ladders.assignment_end,
        "DTE-007": ladders.ends_with_term,
        "DTE-008": ladders.backwards,
        "DTE-009": ladders.starts_before_term,
        "DTE-010": ladders.assigned_before,
        "TOR-007": coverage.uncovered,
        "TOR-008": coverage.two_unnamed,
        "TOR-009": coverage.substituted,
        "TOR-010": coverage.unstaffed_day,
        "IDM-011": mappings.another_year,
        "IDM-013": mappings.without_id,
        "IDM-014": mappings.shared,
        "SYN-001": syncs.drifted,
        "SYN-002": syncs.off,
        "SYN-003": syncs.off_and_stale,
        "SYN-004": syncs.mapping_changed,
        "SYN-006": syncs.wide_resync,
        "CO-015": history.renumbered_course,
        "SYN-007": history.renumbered_section,
        "IDM-012": history.forgotten_mapping,
        "SYN-005": history.not_followed,
    }
)
"""Rule id → planter. Those that need whole sections, or all of a student, come first.

Last come those that make all that they spoil, and so disturb none of the others.
"""
_ONLY_IN = {
    "WI": ("SSA-", "ATT-", "GRD-", "CTE-", "WIX-"),
    "MN": ("MIN-", "MAP-"),
}
"""The rules that one state alone has."""


def rules_in(profile: str) -> list[str]:
    """The rules that can be planted in a state."""
    elsewhere = tuple(
        rule for state, rules in _ONLY_IN.items() if state != profile for rule in rules
    )
    return [rule for rule in CATALOGUE if not rule.startswith(elsewhere)]


def plant(world: World, rng: Random, rules: Iterable[str], *, large: bool) -> None:
    """Plants the defects of `rules` into `world`; a `KeyError` names a rule without a planter.

    The world's state must have the rule.

    What the time of the year does not allow is left out: no session is over in September.
    """
    wanted = set(rules)
    unknown = wanted - set(rules_in(world.year.state.profile))
    if unknown:
        raise KeyError(f"no defect is known for {', '.join(sorted(unknown))}")
    stage = Stage(world, rng, large=large)
    changing: list[Iterator[None]] = []
    for rule_id, planter in CATALOGUE.items():
        if rule_id in wanted:
            with suppress(NotNowError):
                begun = planter(stage)
                if begun is not None:
                    next(begun)
                    changing.append(begun)
    stage.sweep()
    if changing:
        world.remember()
    for begun in changing:
        next(begun, None)
    stage.sweep()
