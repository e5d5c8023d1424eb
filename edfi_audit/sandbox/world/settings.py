"""The settings file that goes with a generated world."""

from edfi_audit.sandbox.world.catalogue import LEA_SCHOOL_CODES, SCHOOLS
from edfi_audit.sandbox.world.frame import NAMESPACE, Year

__all__ = ["settings_text"]

_TEMPLATE = """\
# Settings of a synthetic district; every record in it is invented.
[audit]
profile = "WI"
school_year = {year}
audit_date = {audit_date}
choice_schools = [{choice}]
jail_schools = [{jail}]
lea_school_codes = [{codes}]
descriptor_namespace = "{namespace}"

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


def settings_text(year: Year, base_url: str = "http://127.0.0.1:8765") -> str:
    """The content of edfi-audit.toml; `base_url` is where the sandbox listens."""
    ids = {school.kind: school.school_id for school in SCHOOLS}
    return _TEMPLATE.format(
        year=year.end,
        audit_date=year.audit_date.isoformat(),
        choice=ids["choice"],
        jail=ids["jail"],
        codes=", ".join(f'"{code}"' for code in LEA_SCHOOL_CODES),
        namespace=NAMESPACE,
        base_url=base_url,
    )
