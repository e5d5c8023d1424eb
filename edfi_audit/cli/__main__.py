"""`python -m edfi_audit.cli` is `edfi-audit`."""

from edfi_audit.cli.app import main

main()
