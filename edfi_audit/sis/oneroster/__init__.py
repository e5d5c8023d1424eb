"""OneRoster 1.1 and 1.2 CSV as SIS extract, brought to the tables of the Infinite Campus layout.

Sections, rosters and primary teachers come from it; what only Campus has, its send gates above all,
does not. One SQL file here makes one Campus table; its header names the OneRoster files it reads.
"""

from edfi_audit.sis.oneroster.layout import ONEROSTER
from edfi_audit.sis.oneroster.translation import (
    MANIFEST_FILE,
    Translated,
    refuse_deltas,
    translate,
)

__all__ = ["MANIFEST_FILE", "ONEROSTER", "Translated", "refuse_deltas", "translate"]
