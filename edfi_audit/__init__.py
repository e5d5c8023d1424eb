"""edfi-audit."""
