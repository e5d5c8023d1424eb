"""Why a section, course, student or staff member is, or is not, in the ODS as the SIS has it.

`keys` finds what is asked about, `gates` and `records` hold each of its records against the send
gates, `teachers` and `timeline` tell who is Teacher of Record, `standing` what the ledger and the
findings say; `answer` puts it together and shows it.
"""

from edfi_audit.why.answer import Answer, why

__all__ = ["Answer", "why"]
