"""The second look: what findings call missing or orphaned is asked for in the live ODS.

`candidates` says what is asked, `book` what is still open, `newcomers` holds what came and went,
and `second_look` goes about it.
"""

from edfi_audit.recheck.book import Unsettled
from edfi_audit.recheck.second_look import Look, SecondLook, second_look

__all__ = ["Look", "SecondLook", "Unsettled", "second_look"]
