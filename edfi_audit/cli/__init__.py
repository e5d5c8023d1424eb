"""The command line: thin commands over `Audit` and `Run`."""

from edfi_audit.cli.app import app, main

__all__ = ["app", "main"]
