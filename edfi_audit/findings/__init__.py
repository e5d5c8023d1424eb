"""Findings: what failed, at which school, and since when; a run directory and what it answers."""
