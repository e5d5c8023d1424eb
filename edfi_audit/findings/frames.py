"""A query's answer as a pandas data frame whose ids stay whole numbers."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from edfi_audit.database import database

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["frame"]

_Lookup = tuple[str, Sequence[Sequence[Any]]]


def frame(sql: str, parameters: Mapping[str, Any], **lookups: _Lookup) -> "pd.DataFrame":
    """The rows of `sql`. Each lookup becomes a table: its column definitions and its rows.

    Integers with gaps come as pandas' nullable integers, dates and times as datetimes.
    """
    import pandas as pd

    nullable = {
        pa.int64(): pd.Int64Dtype(),
        pa.int32(): pd.Int32Dtype(),
        pa.bool_(): pd.BooleanDtype(),
    }
    with database() as con:
        for name, (columns, rows) in lookups.items():
            con.execute(f"CREATE TABLE {name} ({columns})")
            if rows:
                marks = ", ".join("?" for _ in rows[0])
                con.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
        table = con.sql(sql, params=dict(parameters)).to_arrow_table()
    answer: pd.DataFrame = table.to_pandas(types_mapper=nullable.get)
    return answer
