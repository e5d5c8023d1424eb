"""SIS extracts in: a district's files, one per table, to typed Parquet in the store."""

from edfi_audit.sis.loader import load, title_of
from edfi_audit.sis.manifest import ExtractManifest, TableReport, UnreadableCell

__all__ = ["ExtractManifest", "TableReport", "UnreadableCell", "load", "title_of"]
