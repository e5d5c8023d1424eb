"""What `check` says: the ODS as the key sees it, the rules that can be evaluated, the extract."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from edfi_audit.cli.output import wrapped

if TYPE_CHECKING:
    from edfi_audit.audit import Audit
    from edfi_audit.ods.check import Check
    from edfi_audit.ods.database.check import Check as DatabaseCheck
    from edfi_audit.settings import Connection, DatabaseConnection

__all__ = ["look"]

_NO_EXTRACT = "No SIS extract has been loaded; `edfi-audit load PATH` does it."


def look(audit: "Audit", name: str) -> tuple[dict[str, Any], str]:
    """Check the connection `name` and the extract: as a JSON document, and as text."""
    from edfi_audit.evaluation import suites_of
    from edfi_audit.readiness import Extract, Outlook, misfits
    from edfi_audit.tables.inputs import unset

    settings = audit.settings.audit
    seen = _seen(audit.settings.connection(name))
    extract = Extract.newest(audit.store)
    lacking = audit.missing_in_extract() if extract else None
    suites = suites_of(settings.profile, audit.settings.own_rules)
    outlook = Outlook.of(suites, seen, lacking, unset(settings))
    named = (
        *settings.choice_schools,
        *settings.jail_schools,
        *settings.centers_of_excellence,
    )
    other_faults, other_warnings = misfits(name, seen, audit.store, extract, named)
    faults, warnings = [*seen.faults, *other_faults], [*seen.warnings, *other_warnings]
    said = [*(f"Warning: {one}" for one in (*faults, *warnings)), *seen.facts]
    of_extract = [*([] if extract else [_NO_EXTRACT]), *outlook.extract_sentences]
    document = {
        "connection": name,
        "ods": said,
        "extract": of_extract,
        "rules": outlook.as_json() | {"sentences": list(outlook.sentences)},
        "scope": _scope(seen),
        "resources": {sight.resource: asdict(sight) for sight in seen.resources},
        "faults": faults,
        "warnings": warnings,
        "ready": not faults,
    }
    lines = (*said, "", *outlook.sentences, "", *of_extract)
    return document, "\n".join(wrapped(one, hang=2) for one in lines)


def _seen(connection: "Connection | DatabaseConnection") -> "Check | DatabaseCheck":
    """The ODS, by API or database."""
    from edfi_audit.settings import DatabaseConnection

    if isinstance(connection, DatabaseConnection):
        from edfi_audit.ods.database.check import check as look_into

        return look_into(connection)
    from edfi_audit.ods.check import check

    return check(connection)


def _scope(seen: "Check | DatabaseCheck") -> dict[str, Any] | None:
    """What the ODS says that the key may see; null where it does not say."""
    scope = getattr(seen, "scope", None)
    return asdict(scope) if scope else None
