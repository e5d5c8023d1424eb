"""What an audit may rest on: which rules can be evaluated, and what does not fit together."""

from edfi_audit.readiness.misfits import Extract, misfits
from edfi_audit.readiness.outlook import Outlook, Veil

__all__ = ["Extract", "Outlook", "Veil", "misfits"]
