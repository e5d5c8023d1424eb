"""The report: a run summarised, rendered to one HTML file, every finding in a CSV beside it."""

from edfi_audit.report.write import csv_beside, write

__all__ = ["csv_beside", "write"]
