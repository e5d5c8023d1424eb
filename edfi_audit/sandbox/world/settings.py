"""The settings that go with a generated world: as a file, and as the oracle is told them."""

from dataclasses import replace

from edfi_audit.sandbox.world.catalogue import (
    DETENTION_SCHOOL_ID,
    LEA_SCHOOL_CODES,
    SCHOOLS,
    SPEECH_PROGRAM,
)
from edfi_audit.sandbox.world.frame import Year
from edfi_audit.sandbox.world.oracle import Facts

__all__ = ["RESYNC_ROWS", "facts", "settings_text"]

RESYNC_ROWS = 10
"""How many records a resync may change in a world before a rule speaks."""
_TEMPLATE = """\
# Settings of a synthetic district; every record in it is invented.
[audit]
profile = "{profile}"
school_year = {year}
audit_date = {audit_date}
choice_schools = [{choice}]
jail_schools = [{jail}]
centers_of_excellence = [{centers}]
classroom_positions = [{positions}]
lea_school_codes = [{codes}]
speech_programs = [{speech}]
descriptor_namespace = "{namespace}"
resync_rows = {resync_rows}

[connections.ods]
base_url = "{base_url}"
mode = "shared_instance"
year = {year}
client_id = "sandbox"
client_secret = "sandbox-secret"

[sis]
extract = "sis"
section_identifier = "{{course.number}}-{{section.number}}"

[store]
path = "store"
"""


def facts(year: Year) -> Facts:
    """What the settings file says that rules are read by; thresholds are the defaults."""
    state, ids = year.state, {school.kind: school.school_id for school in SCHOOLS}
    told = Facts(
        year.end,
        year.audit_date,
        profile=state.profile,
        namespace=state.namespace,
        tor_codes=state.of_record,
        classroom_positions=state.classroom_positions,
        centers_of_excellence=(ids["middle"],) if state.is_minnesota else (),
        resync_rows=RESYNC_ROWS,
    )
    if not state.is_wisconsin:
        return told
    return replace(
        told,
        choice_schools=(ids["choice"],),
        jail_schools=(ids["jail"], DETENTION_SCHOOL_ID),
        speech_programs=(SPEECH_PROGRAM,),
    )


def settings_text(year: Year, base_url: str = "http://127.0.0.1:8765") -> str:
    """The content of edfi-audit.toml; `base_url` is where the sandbox listens."""
    told = facts(year)
    return _TEMPLATE.format(
        profile=told.profile,
        year=told.school_year,
        audit_date=told.audit_date.isoformat(),
        choice=", ".join(str(number) for number in told.choice_schools),
        jail=", ".join(str(number) for number in told.jail_schools),
        centers=", ".join(str(number) for number in told.centers_of_excellence),
        positions=_quoted(told.classroom_positions),
        resync_rows=told.resync_rows,
        codes=_quoted(LEA_SCHOOL_CODES),
        speech=_quoted(told.speech_programs),
        namespace=told.namespace,
        base_url=base_url,
    )


def _quoted(texts: tuple[str, ...]) -> str:
    return ", ".join(f'"{text}"' for text in texts)
