"""What a resync, or a changed natural key, would do to the ODS: told from a finished run alone."""

from edfi_audit.resync.preview import Preview, preview
from edfi_audit.resync.rename import Rename, RenamePreview, rename_preview

__all__ = ["Preview", "Rename", "RenamePreview", "preview", "rename_preview"]
