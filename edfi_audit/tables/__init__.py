"""Audit tables: one SQL file each, over the records of the ODS and the tables of the SIS.

`attach` lays the sources under a DuckDB connection, `catalogue` reads the tables' headers, `build`
writes each table as Parquet and makes it a view.
"""

from edfi_audit.tables.build import build
from edfi_audit.tables.catalogue import AuditTable, catalogue
from edfi_audit.tables.inputs import Inputs, attach

__all__ = ["AuditTable", "Inputs", "attach", "build", "catalogue"]
