"""The audit tables of one DuckDB connection, as data that Great Expectations' engine reads.

No data context is made: it would keep stores, docs and progress bars that nobody reads, and
write itself out as YAML with every table. Importing this module imports Great Expectations, which
takes seconds: import it late.
"""

import logging
import os

import duckdb

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

from great_expectations.core.batch_spec import SqlAlchemyDatasourceBatchSpec

from edfi_audit.validation import providers
from edfi_audit.validation.dialect import sqlalchemy_engine
from edfi_audit.validation.engine import FusedEngine

__all__ = ["SCHEMA", "engine_on", "load", "providers"]

SCHEMA = "audit"
# What goes wrong is told as a rule's reason; its own log would say it twice.
logging.getLogger("great_expectations").addHandler(logging.NullHandler())


def engine_on(connection: duckdb.DuckDBPyConnection) -> FusedEngine:
    """A fused engine that reads through a cursor of `connection`."""
    return FusedEngine(name="audit", engine=sqlalchemy_engine(connection), create_temp_table=False)


def load(engine: FusedEngine, table: str) -> str:
    """Make the audit table `table` the batch that `engine` reads; the batch's id."""
    spec = SqlAlchemyDatasourceBatchSpec(type="table", table_name=table, schema_name=SCHEMA)
    data, _ = engine.get_batch_data_and_markers(batch_spec=spec)
    engine.load_batch_data(table, data)
    return table
