"""Derives from the SIS extract the records that a correct interface sends to the ODS."""

from edfi_audit.sandbox.world.derive.links import Absence, Class, Link
from edfi_audit.sandbox.world.derive.ods import Derived, derive

__all__ = ["Absence", "Class", "Derived", "Link", "derive"]
